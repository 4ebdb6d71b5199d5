"""Giving period marks, the class council, and who is to be asked, over a kept school."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.assessment.queries import asked_courses
from journal_core.assessment.terms import Lack
from journal_core.attendance.models import AbsenceSpan
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.corrections.models import CorrectedCell, MarkCorrection
from journal_core.corrections.terms import CorrectionState
from journal_core.council.queries import class_to_sum_up, council_of
from journal_core.council.terms import Standing
from journal_core.database import new_id
from journal_core.errors import NotAllowed, NotFound
from journal_core.files.models import StoredFile
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.queries import course_to_read
from journal_core.journal.terms import CellEdit
from journal_core.lessons.models import TeacherAbsence
from journal_core.lessons.terms import AbsenceReason
from journal_core.period_marks.commands import GivePeriodMarks, give_period_marks
from journal_core.period_marks.models import PeriodMark, PeriodMarkChange
from journal_core.period_marks.queries import changes_of, grade_periods, period_marks_of, sheet_of
from journal_core.period_marks.terms import (
    FinalKind,
    PeriodMarkConflict,
    PeriodMarkEdit,
    PeriodMarkRefused,
    PeriodMarkResult,
    PeriodMarkSaved,
    PeriodRef,
    PeriodSheet,
)
from tests.clock import MOSCOW
from tests.factories.journal import KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, pupil, teacher

SECOND = PeriodRef(kind=FinalKind.PERIOD, number=2)
WHOLE_YEAR = PeriodRef(kind=FinalKind.YEAR)
STATE = PeriodRef(kind=FinalKind.STATE_EXAM)
#: In the last week of the second quarter, which ends on 27 December.
LAST_WEEK = date(2026, 12, 21)
TEACHER = ROLE_PERMISSIONS[Role.TEACHER]

Kept = tuple[KeptSchool, ActionContext]


def _on(context: ActionContext, day: date) -> ActionContext:
    return replace(context, now=datetime(day.year, day.month, day.day, 12, tzinfo=MOSCOW))


@pytest.fixture
def kept(context: ActionContext) -> Kept:
    """7А and its teacher, who acts in the last week of the second quarter."""
    found = kept_school(context)
    return found, _on(as_person(context, found.teacher_id, permissions=TEACHER), LAST_WEEK)


def _marked(context: ActionContext, school: KeptSchool, place: int, marks: dict[int, str]) -> None:
    """The pupil's marks for answers, by the day of November: written on it."""
    for number, value in marks.items():
        day = date(2026, 11, number)
        lesson = school.lesson(context, day, 3 if day.weekday() == 2 else 1)
        cell = CellEdit(
            lesson_id=lesson.id, pupil_id=school.pupils[place], kind=CellKind.MARK, value=value
        )
        write_cells(_on(context, day), WriteCells(edits=(cell,)))


def _sheet(context: ActionContext, school: KeptSchool, ref: PeriodRef = SECOND) -> PeriodSheet:
    session = context.session
    course = course_to_read(session, context.actor, school.key, context.today)
    periods = grade_periods(session, YEAR, course.grade)
    return sheet_of(
        session, context.actor, course, ref, periods, now=context.now, zone=context.zone
    )


def _give(
    context: ActionContext, school: KeptSchool, *edits: PeriodMarkEdit, ref: PeriodRef = SECOND
) -> tuple[PeriodMarkResult, ...]:
    return give_period_marks(context, GivePeriodMarks(key=school.key, ref=ref, edits=edits))


def _code(result: PeriodMarkResult) -> str:
    assert isinstance(result, PeriodMarkRefused)
    return result.closed.code


@pytest.mark.clause("INS-3.3.8")
@pytest.mark.clause("POL-3.6.5")
def test_proposals_are_given_at_once_and_what_lacks_a_reason_holds_up_no_other(kept: Kept) -> None:
    school, context = kept
    _marked(context, school, 0, {9: "4", 11: "5", 16: "5"})
    _marked(context, school, 1, {9: "4", 11: "4/4"})
    _marked(context, school, 2, {9: "3"})
    rows = _sheet(context, school).rows
    assert [(row.proposal.value, row.proposal.is_enough) for row in rows[:4]] == [
        ("5", True),
        ("4", True),
        ("3", False),
        ("", False),
    ]
    assert rows[0].proposal.arithmetic == "(5×2 + 4×1) : 3 = 4,67 → 5"
    first, second, third, fourth, fifth = school.pupils
    results = _give(
        context,
        school,
        PeriodMarkEdit(pupil_id=first, value="5"),
        PeriodMarkEdit(pupil_id=second, value="5"),
        PeriodMarkEdit(pupil_id=third, value="3"),
        PeriodMarkEdit(pupil_id=fourth, value="н/а"),
        PeriodMarkEdit(pupil_id=fifth, value="н/а", reason=" болел   весь период "),
        PeriodMarkEdit(pupil_id=new_id(), value="5"),
    )
    assert isinstance(results[0], PeriodMarkSaved)
    assert [_code(one) for one in results[1:4]] == [
        "reason_departs",
        "reason_few_marks",
        "reason_not_assessed",
    ]
    assert isinstance(results[4], PeriodMarkSaved)
    assert _code(results[5]) == "pupil_not_there"
    kept_marks = period_marks_of(context.session, school.key, YEAR)
    assert kept_marks == {first: {SECOND: "5"}, fifth: {SECOND: "н/а"}}
    row = context.session.scalars(select(PeriodMark).where(PeriodMark.pupil_id == fifth)).one()
    assert (row.reason, row.is_late) == ("болел весь период", False)


@pytest.mark.clause("INS-3.3.13")
def test_every_change_of_a_period_mark_is_kept_and_what_another_wrote_is_not_lost(
    kept: Kept,
) -> None:
    school, context = kept
    _marked(context, school, 0, {9: "4", 11: "4", 16: "4"})
    pupil_id = school.pupils[0]
    _give(context, school, PeriodMarkEdit(pupil_id=pupil_id, value="4", seen=""))
    stale = PeriodMarkEdit(pupil_id=pupil_id, value="5", reason="олимпиада", seen="")
    (conflict,) = _give(context, school, stale)
    assert isinstance(conflict, PeriodMarkConflict)
    assert (conflict.value, conflict.by) == ("4", context.actor.label)
    later = _on(context, LAST_WEEK + timedelta(days=1))
    _give(later, school, replace(stale, seen="4"))
    # The same again, and no reason told: nothing changes.
    _give(later, school, PeriodMarkEdit(pupil_id=pupil_id, value="5"))
    course = course_to_read(context.session, context.actor, school.key, context.today)
    changes = changes_of(context.session, course, pupil_id)
    assert [(one.old, one.new, one.reason) for one in changes] == [
        ("4", "5", "олимпиада"),
        ("", "4", ""),
    ]
    (given,) = [row.given for row in _sheet(later, school).rows if row.given]
    assert (given.changes, given.reason, given.proposed) == (1, "олимпиада", "4")


@pytest.mark.clause("POL-3.6.5")
@pytest.mark.clause("INS-3.3.3")
def test_period_marks_are_the_course_teachers_in_the_last_week(kept: Kept) -> None:
    school, context = kept
    edit = PeriodMarkEdit(pupil_id=school.pupils[0], value="н/а", reason="болел")
    early = _on(context, date(2026, 12, 19))
    assert _code(_give(early, school, edit)[0]) == "period_mark_early"
    stranger = as_person(context, teacher(_everything(context), "Белов Пётр Ильич"))
    with pytest.raises(NotFound):
        _give(stranger, school, edit)
    # One who stands in reads the page, and gives no period marks.
    lesson = school.lesson(context, date(2026, 12, 21))
    lesson.absence_id = _absence(context, school)
    lesson.substitute_id = stranger.actor.person_id
    context.session.flush()
    assert _code(_give(stranger, school, edit)[0]) == "period_mark_of_other_teacher"
    with pytest.raises(NotAllowed):
        _give(as_person(context, school.teacher_id, permissions=frozenset()), school, edit)
    with pytest.raises(NotFound):
        _give(context, school, edit, ref=PeriodRef(kind=FinalKind.PERIOD, number=4))
    late = _give(_on(context, date(2026, 12, 30)), school, edit)[0]
    assert isinstance(late, PeriodMarkSaved)
    assert late.is_late


@pytest.mark.clause("INS-3.3.13")
def test_an_approval_opens_the_mark_of_a_closed_period_once(kept: Kept) -> None:
    school, context = kept
    after = _on(context, date(2027, 1, 13))
    pupil_id = school.pupils[0]
    edit = PeriodMarkEdit(pupil_id=pupil_id, value="4")
    assert _code(_give(after, school, edit)[0]) == "period_closed"
    correction_id = _approved(after, school, pupil_id)
    other = PeriodMarkEdit(pupil_id=school.pupils[1], value="4", reason="ошибка")
    saved, refused = _give(after, school, edit, other)
    assert isinstance(saved, PeriodMarkSaved)
    assert saved.is_late
    assert _code(refused) == "period_closed"
    change = context.session.scalars(select(PeriodMarkChange)).one()
    assert (change.correction_id, change.reason) == (correction_id, "ошибка переноса")
    cell = context.session.scalars(select(CorrectedCell)).one()
    assert (cell.after, cell.written_at) == ("4", after.now)
    again = replace(edit, value="5", reason="ошибка")
    assert _code(_give(after, school, again)[0]) == "period_closed"


@pytest.mark.clause("INS-3.3.21")
def test_the_mark_of_a_state_exam_tells_the_day_of_its_result(context: ActionContext) -> None:
    school = kept_school(context, name="9А")
    own = _on(as_person(context, school.teacher_id, permissions=TEACHER), date(2027, 6, 15))
    edit = PeriodMarkEdit(pupil_id=school.pupils[0], value="4")
    assert _code(_give(own, school, edit, ref=STATE)[0]) == "result_day_missing"
    ahead = replace(edit, result_on=date(2027, 6, 16))
    assert _code(_give(own, school, ahead, ref=STATE)[0]) == "result_day_ahead"
    late = _give(own, school, replace(edit, result_on=date(2027, 6, 13)), ref=STATE)[0]
    assert isinstance(late, PeriodMarkSaved)
    assert late.is_late


@pytest.mark.clause("INS-3.3.10")
def test_the_year_is_proposed_from_its_periods_and_the_final_mark_from_year_and_exam(
    kept: Kept,
) -> None:
    school, context = kept
    pupil_id = school.pupils[0]
    _marked(context, school, 0, {9: "4", 11: "4", 16: "4"})
    _give(context, school, PeriodMarkEdit(pupil_id=pupil_id, value="4"))
    year = _sheet(context, school, WHOLE_YEAR)
    assert (year.rows[0].proposal.value, year.rows[0].proposal.is_enough) == ("4", True)
    assert not year.rows[1].proposal.is_enough
    _give(context, school, PeriodMarkEdit(pupil_id=pupil_id, value="4"), ref=WHOLE_YEAR)
    exam = PeriodRef(kind=FinalKind.EXAM)
    _give(context, school, PeriodMarkEdit(pupil_id=pupil_id, value="5"), ref=exam)
    final = _sheet(context, school, PeriodRef(kind=FinalKind.FINAL)).rows[0].proposal
    assert final.arithmetic == "(5×1 + 4×1) : 2 = 4,50 → 5"


@pytest.mark.clause("POL-1.4")
def test_the_first_grade_has_no_period_marks(context: ActionContext) -> None:
    school = kept_school(context, name="1А")
    own = _on(as_person(context, school.teacher_id, permissions=TEACHER), LAST_WEEK)
    edit = PeriodMarkEdit(pupil_id=school.pupils[0], value="5", reason="умница")
    assert _code(_give(own, school, edit)[0]) == "no_marks_here"
    course = course_to_read(own.session, own.actor, school.key, own.today)
    assert asked_courses(own.session, [course], own.today) == []


@pytest.mark.clause("POL-3.6.5")
def test_the_council_counts_its_pupils_and_names_what_is_missing_with_its_teacher(
    kept: Kept,
) -> None:
    school, context = kept
    _marked(context, school, 0, {9: "5", 11: "5", 16: "5"})
    _marked(context, school, 1, {9: "3", 11: "4"})
    _give(context, school, PeriodMarkEdit(pupil_id=school.pupils[0], value="5"))
    of_class = class_to_sum_up(
        context.session, _everything(context).actor, school.class_id, context.today
    )
    council = council_of(
        context.session, of_class, SECOND, grade_periods(context.session, YEAR, 7), context.today
    )
    (subject,) = council.subjects
    assert council.rows[0].cells[subject.id].value == "5"
    assert str(council.rows[1].cells[subject.id].average.value) == "3.5"
    assert (council.count(Standing.EXCELLENT), council.count(Standing.UNFINISHED)) == (1, 4)
    (gap,) = council.gaps
    assert (gap.teachers, len(gap.pupils)) == (("Е.С.Орлова",), 4)
    with pytest.raises(NotFound):
        class_to_sum_up(context.session, context.actor, school.class_id, context.today)


@pytest.mark.clause("INS-3.3.7")
@pytest.mark.clause("INS-3.3.9")
@pytest.mark.clause("POL-3.7.4")
def test_who_was_asked_longest_ago_is_asked_next_and_who_is_away_is_marked(kept: Kept) -> None:
    school, context = kept
    _marked(context, school, 0, {25: "4"})
    _marked(context, school, 1, {30: "4"})
    _marked(context, school, 2, {25: "4", 30: "4/5"})
    away = AbsenceSpan(pupil_id=school.pupils[3], since=LAST_WEEK, until=date(2026, 12, 25))
    context.session.add(away)
    context.session.flush()
    course = course_to_read(context.session, context.actor, school.key, context.today)
    (asked,) = asked_courses(context.session, [course], date(2026, 12, 18))
    assert [(one.pupil_id, one.lack) for one in asked.pupils] == [
        (school.pupils[3], Lack.NONE),
        (school.pupils[4], Lack.NONE),
        (school.pupils[0], Lack.NONE),
        (school.pupils[1], Lack.FEW),
        (school.pupils[2], Lack.ENOUGH),
    ]
    assert asked.next_on == LAST_WEEK
    assert [one.is_away for one in asked.pupils] == [True, False, False, False, False]


def test_statements_of_the_pages_do_not_grow_with_pupils(kept: Kept) -> None:
    school, context = kept
    course = course_to_read(context.session, context.actor, school.key, context.today)
    periods = grade_periods(context.session, YEAR, 7)
    of_class = class_to_sum_up(
        context.session, _everything(context).actor, school.class_id, context.today
    )
    readings: list[Callable[[], object]] = [
        lambda: _sheet(context, school),
        lambda: council_of(context.session, of_class, SECOND, periods, context.today),
        lambda: asked_courses(context.session, [course], context.today),
    ]
    before = [_statements(context, reading) for reading in readings]
    for place in range(12):
        name = f"Яковлев{chr(ord('а') + place)} Олег Ильич"
        pupil(_everything(context), school.class_id, name, since=date(2026, 11, 9))
    _marked(context, school, 0, {9: "4", 11: "5", 16: "5", 18: "4"})
    assert [_statements(context, reading) for reading in readings] == before
    assert max(before) <= 16


def _everything(context: ActionContext) -> ActionContext:
    actor = replace(context.actor, permissions=ROLE_PERMISSIONS[Role.CURATOR])
    return replace(context, actor=actor)


def _absence(context: ActionContext, school: KeptSchool) -> UUID:
    absence = TeacherAbsence(
        teacher_id=school.teacher_id,
        since=LAST_WEEK,
        until=LAST_WEEK,
        reason=AbsenceReason.ILLNESS,
        recorded_at=context.now,
        recorded_by="Завуч",
    )
    context.session.add(absence)
    context.session.flush()
    return absence.id


def _approved(context: ActionContext, school: KeptSchool, pupil_id: UUID) -> UUID:
    """The deputy's approval of the pupil's mark of the second quarter."""
    slip = StoredFile(
        name="slip.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        stored_at=context.now,
    )
    context.session.add(slip)
    context.session.flush()
    correction = MarkCorrection(
        academic_year=YEAR,
        class_id=school.class_id,
        subject_id=school.subject_id,
        state=CorrectionState.APPROVED,
        reason="ошибка переноса",
        asked_at=context.now,
        asked_by="Орлова",
        asked_by_id=school.teacher_id,
        decided_at=context.now,
        decided_by="Завуч",
        number=1,
        open_until=context.now + timedelta(hours=24),
        slip_id=slip.id,
        slip_docx_id=slip.id,
    )
    context.session.add(correction)
    context.session.flush()
    cell = CorrectedCell(
        correction_id=correction.id, pupil_id=pupil_id, period=SECOND.key, before="", wanted="4"
    )
    context.session.add(cell)
    context.session.flush()
    return correction.id


def _statements(context: ActionContext, reading: Callable[[], object]) -> int:
    said: list[str] = []
    engine = context.session.get_bind()

    def note(*args: object) -> None:
        said.append(str(args[2]))

    context.session.expire_all()
    event.listen(engine, "before_cursor_execute", note)
    reading()
    event.remove(engine, "before_cursor_execute", note)
    return len(said)
