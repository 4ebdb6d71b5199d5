"""A closed cell is changed by the deputy's approval alone: asked, decided, written once, closed."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from journal_core.access.terms import ROLE_PERMISSIONS, SYSTEM_PERMISSIONS, Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.corrections.commands import note_written
from journal_core.corrections.models import MarkCorrection
from journal_core.corrections.queries import (
    cells_of,
    correction_view,
    corrections,
    open_cells,
    open_period_cells,
    slip_file,
    state_counts,
)
from journal_core.corrections.terms import (
    CellRef,
    CorrectionState,
    CorrectionView,
    OpenCell,
    WantedCell,
)
from journal_core.errors import NotAllowed, NotFound, RuleBroken, StaleVersion, TransitionRefused
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit
from journal_core.marks.models import Work
from tests.documents.reading import docx_text, pdf_text, same
from tests.factories.journal import KeptSchool, as_person, kept_school
from tests.factories.school import teacher
from workflows.mark_correction import (
    ApproveCorrection,
    AskCorrection,
    CloseCorrections,
    DeclineCorrection,
    WithdrawCorrection,
    approve_correction,
    ask_correction,
    close_corrections,
    decline_correction,
    withdraw_correction,
)

REASON = "перепутаны тетради"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Орлова gave Абрамов a 3 on Monday; it is Tuesday. Ким is the deputy."""

    context: ActionContext
    school: KeptSchool
    deputy_id: UUID
    lesson_id: UUID
    work_id: UUID

    @property
    def teacher(self) -> ActionContext:
        permissions = ROLE_PERMISSIONS[Role.TEACHER]
        return as_person(self.context, self.school.teacher_id, permissions=permissions)

    @property
    def deputy(self) -> ActionContext:
        permissions = ROLE_PERMISSIONS[Role.DEPUTY]
        return as_person(self.context, self.deputy_id, permissions=permissions)

    def later(self, **step: float) -> "Desk":
        now = self.context.now + timedelta(**step)
        return replace(self, context=replace(self.context, now=now))

    def cell(self, wanted: str, pupil: int = 0, **values: object) -> WantedCell:
        place: dict[str, object] = {"lesson_id": self.lesson_id, "work_id": self.work_id, **values}
        ref = CellRef(pupil_id=self.school.pupils[pupil], **place)  # type: ignore[arg-type]
        return WantedCell(ref=ref, wanted=wanted)

    def ask(self, *cells: WantedCell, by: ActionContext | None = None, work_type: str = "") -> UUID:
        command = AskCorrection(
            course=self.school.key, cells=cells, reason=REASON, work_type=work_type
        )
        return ask_correction(by or self.teacher, command)

    def view(self, correction_id: UUID) -> CorrectionView:
        return correction_view(self.context.session, self.deputy.actor, correction_id)

    def approve(self, correction_id: UUID, by: ActionContext | None = None) -> None:
        version = self.view(correction_id).version
        command = ApproveCorrection(correction_id=correction_id, seen_version=version)
        approve_correction(by or self.deputy, command)

    def open_cells(self) -> list[OpenCell]:
        session, teacher_id = self.context.session, self.school.teacher_id
        return open_cells(session, teacher_id, [self.lesson_id], self.context.now)

    def close(self) -> int:
        """What the program does by itself now and then."""
        actor = replace(self.context.actor, permissions=SYSTEM_PERMISSIONS)
        return close_corrections(replace(self.context, actor=actor), CloseCorrections())

    def counts(self) -> dict[CorrectionState, int]:
        return state_counts(self.context.session, self.deputy.actor)

    def slip(self, correction_id: UUID, *, carried_out: bool = False) -> str:
        """The text of the kept slip, which both its forms say."""
        texts = []
        for form, read in (("pdf", pdf_text), ("docx", docx_text)):
            file = slip_file(
                self.context.session,
                self.teacher.actor,
                correction_id,
                form,
                carried_out=carried_out,
            )
            texts.append(same(read(self.context.files.get(file.id))))
        assert texts[0] == texts[1]
        return texts[0]


@pytest.fixture
def desk(context: ActionContext) -> Desk:
    school = kept_school(context)
    lesson_id = school.lesson(context).id
    edit = CellEdit(lesson_id=lesson_id, pupil_id=school.pupils[0], kind=CellKind.MARK, value="3")
    write_cells(as_person(context, school.teacher_id), WriteCells(edits=(edit,)))
    deputy_id = teacher(context, "Ким Олег Юрьевич", "заместитель директора по УР")
    return Desk(
        context=replace(context, now=context.now + timedelta(days=1)),
        school=school,
        deputy_id=deputy_id,
        lesson_id=lesson_id,
        work_id=context.session.scalars(select(Work.id)).one(),
    )


@pytest.mark.clause("INS-3.3.13", "POL-3.7.8")
def test_approved_cells_are_written_once_and_the_slip_tells_before_and_after(desk: Desk) -> None:
    asked = desk.ask(desk.cell("4"), desk.cell("5", pupil=1), desk.cell("", pupil=2))
    assert [(cell.before, cell.wanted) for cell in cells_of(desk.context.session, asked)] == [
        ("3", "4"),
        ("", "5"),
    ]
    assert (desk.counts(), desk.open_cells()) == ({CorrectionState.ASKED: 1}, [])
    desk.approve(asked)
    view = desk.view(asked)
    assert (view.state, view.number, view.decided_by) == (
        CorrectionState.APPROVED,
        1,
        "Ким Олег Юрьевич",
    )
    approved = desk.slip(asked)
    for words in (
        "РАЗРЕШЕНИЕ НА ИСПРАВЛЕНИЕ № 1 от «24» ноября 2026 г.",
        "Орлова Елена Сергеевна, учитель Класс 7А Предмет Математика Причина перепутаны тетради",
        "Клетки открыты до 25.11.2026, 09:00",
        "Абрамов Глеб Ильич 23.11.2026 О 3 4",
        "Белова Анна Петровна 23.11.2026 О — 5",
        "заместитель директора по УР ____________________ О.Ю.Ким",
    ):
        assert same(words) in approved
    opened = {cell.ref: cell for cell in desk.open_cells()}
    first, second = (opened[desk.cell("", pupil=pupil).ref] for pupil in (0, 1))
    assert (first.reason, first.number, len(opened)) == (REASON, 1, 2)

    soon = desk.later(minutes=5)
    note_written(soon.teacher, first, "4")
    with pytest.raises(StaleVersion):
        note_written(soon.teacher, first, "5")
    assert soon.open_cells() == [second]
    assert soon.close() == 0
    note_written(soon.teacher, second, "")
    assert not soon.view(asked).is_open(soon.context.now)
    assert (soon.later(minutes=1).close(), soon.later(minutes=2).close()) == (1, 0)
    view = soon.view(asked)
    assert (view.state, view.closed_at, soon.open_cells()) == (
        CorrectionState.CLOSED,
        soon.context.now,
        [],
    )
    done = soon.slip(asked, carried_out=True)
    for words in (
        "Абрамов Глеб Ильич 23.11.2026 О 3 4 4 (24.11.2026, 09:05)",
        "Белова Анна Петровна 23.11.2026 О — 5 — (24.11.2026, 09:05)",
        "Исправление закрыто: 24.11.2026, 09:05.",
    ):
        assert same(words) in done
    assert soon.slip(asked) == approved
    moves = select(AuditEntry.details).where(AuditEntry.action == AuditAction.CORRECTION_MOVED)
    told = [details["move"] for details in desk.context.session.scalars(moves)]
    assert sorted(told) == ["approve", "ask", "close"]


@pytest.mark.clause("INS-3.3.13")
def test_approval_ends_at_its_very_second_whether_or_not_anything_ran(desk: Desk) -> None:
    asked = desk.ask(desk.cell("4"))
    desk.approve(asked)
    until = desk.later(hours=24)
    assert desk.later(hours=23, minutes=59, seconds=59).open_cells() != []
    assert until.open_cells() == []
    assert desk.later(hours=23).close() == 0
    late = until.later(hours=5)
    assert late.close() == 1
    view = late.view(asked)
    assert (view.state, view.closed_at) == (CorrectionState.CLOSED, until.context.now)
    assert same("О 3 4 не внесено") in late.slip(asked, carried_out=True)
    # The cell is closed as it was, and may be asked for anew.
    assert late.ask(late.cell("4")) != asked


@pytest.mark.clause("INS-3.3.13")
def test_only_a_closed_cell_that_an_approval_opens_is_asked_for_and_once(desk: Desk) -> None:
    refused = {
        # What already stands there.
        "correction_of_nothing": (desk, desk.cell("3")),
        # A slip of the hand needs no permission on the day.
        "cell_open": (desk.later(days=-1), desk.cell("4")),
        "mark_unknown": (desk, desk.cell("7")),
    }
    for code, (when, cell) in refused.items():
        with pytest.raises(RuleBroken, match=code):
            when.ask(cell)
    with pytest.raises(RuleBroken, match="cell_open"):
        desk.ask(desk.cell("н", work_id=None))
    desk.ask(desk.cell("4"))
    with pytest.raises(RuleBroken, match="correction_asked"):
        desk.ask(desk.cell("5"), desk.cell("5", pupil=1))
    desk.ask(desk.cell("5", pupil=1))


@pytest.mark.clause("INS-3.3.13")
def test_backdated_mark_of_a_lesson_without_a_work_is_asked_for_with_its_type(desk: Desk) -> None:
    other = desk.school.lesson(desk.context, number=2).id
    cell = desk.cell("5", lesson_id=other, work_id=None)
    asked = desk.ask(cell, work_type="О")
    (named,) = cells_of(desk.context.session, asked)
    work = desk.context.session.get_one(Work, named.ref.work_id)
    assert (work.lesson_id, named.work_type) == (other, "О")
    # A control work is checked for three days, but nobody assigned one on the day.
    (named,) = cells_of(desk.context.session, desk.ask(cell, work_type="К"))
    assert named.work_type == "К"


@pytest.mark.clause("INS-3.3.13", "POL-3.6.5")
def test_attendance_and_period_marks_of_a_closed_period_are_corrected_too(desk: Desk) -> None:
    january = desk.later(days=40)
    period = january.cell("4", lesson_id=None, work_id=None, period="period:2")
    asked = january.ask(january.cell("н", work_id=None), period)
    january.approve(asked)
    assert same("Абрамов Глеб Ильич 23.11.2026 посещаемость — н") in january.slip(asked)
    assert same("Абрамов Глеб Ильич — период 2 — 4") in january.slip(asked)
    assert [cell.ref.work_id for cell in january.open_cells()] == [None]
    school = january.school
    (opened,) = open_period_cells(
        january.context.session,
        school.teacher_id,
        school.class_id,
        school.subject_id,
        january.context.now,
    )
    assert opened.ref == period.ref


@pytest.mark.clause("INS-3.3.3")
def test_teacher_asks_for_own_lessons_and_reads_own_corrections_alone(desk: Desk) -> None:
    stranger = as_person(
        desk.context,
        teacher(desk.context, "Белов Иван Петрович"),
        permissions=ROLE_PERMISSIONS[Role.TEACHER],
    )
    period = desk.cell("4", lesson_id=None, work_id=None, period="period:2")
    for cell in (desk.cell("4"), period):
        with pytest.raises(NotFound):
            desk.ask(cell, by=stranger)
    with pytest.raises(NotAllowed):
        desk.ask(desk.cell("4"), by=desk.deputy)
    asked = desk.ask(desk.cell("4"))
    session = desk.context.session
    with pytest.raises(NotFound):
        correction_view(session, stranger.actor, asked)
    with pytest.raises(NotFound):
        withdraw_correction(stranger, WithdrawCorrection(correction_id=asked))
    assert corrections(session, stranger.actor, CorrectionState) == []
    assert len(corrections(session, desk.teacher.actor, CorrectionState)) == 1


@pytest.mark.clause("INS-3.3.13")
def test_nobody_decides_on_their_own_correction_or_on_what_changed(desk: Desk) -> None:
    asked = desk.ask(desk.cell("4"))
    both = ROLE_PERMISSIONS[Role.TEACHER] | ROLE_PERMISSIONS[Role.DEPUTY]
    with pytest.raises(RuleBroken, match="correction_own"):
        desk.approve(asked, by=as_person(desk.context, desk.school.teacher_id, permissions=both))
    stale = DeclineCorrection(correction_id=asked, seen_version=0, comment="незачем")
    with pytest.raises(StaleVersion):
        decline_correction(desk.deputy, stale)
    decline_correction(desk.deputy, replace(stale, seen_version=desk.view(asked).version))
    assert (desk.view(asked).state, desk.view(asked).comment) == (
        CorrectionState.DECLINED,
        "незачем",
    )
    with pytest.raises(TransitionRefused):
        withdraw_correction(desk.teacher, WithdrawCorrection(correction_id=asked))
    again = desk.ask(desk.cell("4"))
    withdraw_correction(desk.teacher, WithdrawCorrection(correction_id=again))
    assert desk.view(again).state is CorrectionState.WITHDRAWN
    numbers = desk.context.session.scalars(select(MarkCorrection.number)).all()
    assert set(numbers) == {None}
