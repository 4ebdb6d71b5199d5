"""An error in the diary: reported from its cell, answered within a day, by whom and how."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from journal_core.access.terms import ROLE_PERMISSIONS, Permission, Role
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.correspondence.models import ErrorReport
from journal_core.correspondence.queries import thread_view, unread_count
from journal_core.correspondence.reports import open_report_count, report_of_thread, report_queue
from journal_core.correspondence.terms import CellAddress, ReportedCell, ReportState, ReportView
from journal_core.errors import NotFound, RuleBroken, TransitionRefused
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit, CellSaved
from journal_core.marks.models import Work
from journal_core.school.commands import ChangeSettings, change_settings
from tests.core.test_correspondence import Letters, letters
from workflows.error_report import (
    MOVES,
    AnswerCorrected,
    AnswerNoError,
    NoteCorrections,
    PassOn,
    ReportError,
    answer_corrected,
    answer_no_error,
    note_corrections,
    pass_on,
    report_error,
)

__all__ = ["letters"]
MOTHER = "Абрамов (родитель)"


def written(letters: Letters, value: str, *, hours: int = 0) -> None:
    at = letters.at("Орлова")
    edit = CellEdit(
        lesson_id=letters.school.lesson(letters.context).id,
        pupil_id=letters.school.pupils[0],
        kind=CellKind.MARK,
        value=value,
    )
    (result,) = write_cells(
        replace(at, now=at.now + timedelta(hours=hours)), WriteCells(edits=(edit,))
    )
    assert isinstance(result, CellSaved)


def the_mark(letters: Letters) -> CellAddress:
    lesson_id = letters.school.lesson(letters.context).id
    work_id = letters.context.session.scalar(select(Work.id).where(Work.lesson_id == lesson_id))
    return CellAddress(
        kind=ReportedCell.MARK if work_id else ReportedCell.LESSON,
        pupil_id=letters.school.pupils[0],
        lesson_id=lesson_id,
        work_id=work_id,
    )


def reported(letters: Letters, cell: CellAddress | None = None, who: str = MOTHER) -> UUID:
    return report_error(
        letters.at(who),
        ReportError(
            thread_id=uuid4(),
            cell=cell or the_mark(letters),
            subject="Ошибка: Математика, 23.11.2026",
            words="В тетради стоит 4.",
        ),
    )


def view_of(context: ActionContext, thread_id: UUID) -> ReportView:
    found = report_of_thread(context.session, thread_id)
    assert found is not None
    return found


@pytest.mark.clause("POL-3.7.8", "POL-3.9.5", "HLP-4")
def test_the_report_goes_to_teacher_and_deputy_with_a_day_to_answer(letters: Letters) -> None:
    written(letters, "3")
    thread_id = reported(letters)
    now = letters.context.now
    view = view_of(letters.context, thread_id)
    assert (view.stood, view.due_at) == ("3", now + timedelta(hours=24))
    assert not view.is_overdue(now + timedelta(hours=23, minutes=59))
    assert view.is_overdue(now + timedelta(hours=24))
    assert unread_count(letters.context.session, letters.people["Орлова"]) == 1
    for who in ("Орлова", "Крылова"):
        assert [one.id for one in report_queue(letters.context.session, letters.at(who).actor)]
    deputy = letters.at("Крылова")
    assert open_report_count(letters.context.session, deputy.actor, now) == (1, 0)
    tomorrow = now + timedelta(days=1)
    assert open_report_count(letters.context.session, deputy.actor, tomorrow) == (1, 1)
    assert report_queue(letters.context.session, letters.at("Белов").actor) == []
    assert thread_view(letters.context.session, deputy.actor, thread_id, now.date()).report
    assert reported(letters) == thread_id, "one report of a cell while it has no answer"
    change_settings(
        letters.context,
        ChangeSettings(values={"error_report_hours": 12}, valid_from=letters.context.today),
    )
    other = reported(letters, who="Абрамов")
    assert view_of(letters.context, other).due_at == now + timedelta(hours=12)


@pytest.mark.clause("POL-3.9.1", "POL-3.9.5")
def test_nobody_reports_the_cell_of_another_child(letters: Letters) -> None:
    written(letters, "3")
    cell = the_mark(letters)
    ahead = letters.school.lesson(letters.context, letters.context.today + timedelta(days=2), 3)
    for wrong in (
        replace(cell, pupil_id=letters.school.pupils[1]),
        replace(cell, lesson_id=letters.school.lesson(letters.context, number=2).id),
        replace(cell, work_id=uuid4()),
        CellAddress(
            kind=ReportedCell.LESSON, pupil_id=letters.school.pupils[0], lesson_id=ahead.id
        ),
    ):
        with pytest.raises(NotFound):
            reported(letters, wrong)
    with pytest.raises(NotFound):
        reported(letters, who="Белова (родитель)")


@pytest.mark.clause("POL-3.7.8", "INS-3.3.13")
def test_the_correction_answers_the_report_by_itself(letters: Letters) -> None:
    written(letters, "3")
    thread_id = reported(letters)
    written(letters, "4", hours=2)
    view = view_of(letters.context, thread_id)
    assert (view.state, view.shown_state) == (ReportState.OPEN, ReportState.CORRECTED)
    assert [(one.old, one.new) for one in view.changes] == [("3", "4")]
    session, deputy = letters.context.session, letters.at("Крылова").actor
    assert report_queue(session, deputy) == []
    assert open_report_count(session, deputy, letters.context.now) == (0, 0)
    system = replace(letters.context, now=letters.context.now + timedelta(hours=3))
    assert note_corrections(system, NoteCorrections()) == 1
    assert note_corrections(system, NoteCorrections()) == 0
    view = view_of(letters.context, thread_id)
    assert (view.state, view.answered_by) == (ReportState.CORRECTED, "Орлова Елена Сергеевна")
    assert view.answered_at == letters.context.now + timedelta(hours=2)
    assert unread_count(session, letters.people[MOTHER]) == 1


@pytest.mark.clause("POL-3.7.8")
def test_it_is_answered_in_words_or_passed_on_and_only_once(letters: Letters) -> None:
    written(letters, "3")
    thread_id = reported(letters)
    for stranger in ("Белов", "Седова"):
        with pytest.raises(NotFound):
            answer_no_error(letters.at(stranger), AnswerNoError(thread_id=thread_id, words="Нет."))
    deputy = letters.at("Крылова")
    with pytest.raises(RuleBroken, match="report_unchanged"):
        answer_corrected(deputy, AnswerCorrected(thread_id=thread_id))
    with pytest.raises(RuleBroken, match="reason_needed"):
        answer_no_error(deputy, AnswerNoError(thread_id=thread_id, words=""))
    with pytest.raises(NotFound):
        pass_on(deputy, PassOn(thread_id=thread_id, to_person_id=letters.people["Белов"]))
    pass_on(deputy, PassOn(thread_id=thread_id, to_person_id=letters.people["Седова"]))
    due = view_of(letters.context, thread_id).due_at
    assert due == letters.context.now + timedelta(hours=24), "the clock runs on"
    answer_no_error(
        letters.at("Седова"), AnswerNoError(thread_id=thread_id, words="Работу проверили вдвоём.")
    )
    view = thread_view(
        letters.context.session, letters.at(MOTHER).actor, thread_id, letters.context.today
    )
    assert view.messages[-1].text == "Работу проверили вдвоём."
    assert view.report
    assert (view.report.state, view.report.answered_by) == (
        ReportState.NO_ERROR,
        "Седова Инна Олеговна",
    )
    assert not view.closed
    with pytest.raises(TransitionRefused):
        answer_corrected(deputy, AnswerCorrected(thread_id=thread_id, words="Исправлено."))


@pytest.mark.clause("POL-3.7.8")
@pytest.mark.parametrize("state", list(ReportState))
def test_only_an_open_report_is_moved(letters: Letters, state: ReportState) -> None:
    written(letters, "3")
    thread_id = reported(letters)
    row = letters.context.session.scalars(select(ErrorReport)).one()
    if state is not ReportState.OPEN:
        row.state, row.answered_at = state, letters.context.now
        letters.context.session.flush()
    acts = {
        "correct": lambda at: answer_corrected(at, AnswerCorrected(thread_id=thread_id, words="А")),
        "deny": lambda at: answer_no_error(at, AnswerNoError(thread_id=thread_id, words="А")),
        "pass_on": lambda at: pass_on(
            at, PassOn(thread_id=thread_id, to_person_id=letters.people["Седова"])
        ),
    }
    assert set(acts) == {one.trigger for one in MOVES} - {"note_correction"}
    for act in acts.values():
        with letters.context.session.begin_nested() as undone:
            if state is ReportState.OPEN:
                act(letters.at("Крылова"))
            else:
                with pytest.raises(TransitionRefused):
                    act(letters.at("Крылова"))
            undone.rollback()
    assert Permission.ERRORS_REPORT_ANSWER not in ROLE_PERMISSIONS[Role.PARENT]
