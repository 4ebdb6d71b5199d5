"""The weekly update of the diary: what is stale, by when it is checked, what stays on record."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import event, select

from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.homework.commands import SetHomework, set_homework
from journal_core.journal.terms import CellEdit
from journal_core.lesson_page.commands import KeepLesson, keep_lesson
from journal_core.marks.commands import AssignWork, assign_work
from journal_core.weekly_duty.commands import (
    AppointDutyOfficial,
    SignDutyWeek,
    appoint_duty_official,
    sign_duty_week,
)
from journal_core.weekly_duty.queries import (
    courses_of_week,
    duty_week,
    duty_weeks,
    findings_of,
    unsigned_weeks,
)
from journal_core.weekly_duty.rules import due_on, state_of
from journal_core.weekly_duty.terms import CourseWeek, DutyState
from tests.clock import MOSCOW
from tests.factories.journal import KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, teacher

#: The week before the tests' frozen clock: lessons of Monday (two) and of Wednesday.
WEEK, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 18)


def _at(context: ActionContext, text: str) -> ActionContext:
    return replace(context, now=datetime.fromisoformat(text).replace(tzinfo=MOSCOW))


def _keep(context: ActionContext, kept: KeptSchool, day: date, number: int) -> None:
    """The lesson as it should be kept, at its own noon."""
    writer = as_person(_at(context, f"{day} 12:00"), kept.teacher_id)
    lesson = kept.lesson(context, day, number)
    edit = CellEdit(lesson_id=lesson.id, pupil_id=kept.pupils[0], kind=CellKind.MARK, value="4")
    keep_lesson(
        writer, KeepLesson(lesson_id=lesson.id, edits=(edit,), topic="Дроби", is_roll_called=True)
    )
    set_homework(writer, SetHomework(lesson_id=lesson.id, text="№ 5", minutes=10))


def _course(context: ActionContext) -> CourseWeek:
    (course,) = courses_of_week(context.session, WEEK, context.now, context.zone)
    return course


@pytest.mark.clause("SVC-2.10", "SVC-3.9.1", "POL-3.6.3")
def test_course_is_stale_while_a_lesson_of_the_week_lacks_something(
    context: ActionContext,
) -> None:
    kept = kept_school(context)
    _keep(context, kept, WEEK, 1)
    _keep(context, kept, WEEK, 2)
    found = _course(context)
    assert (found.lessons, found.no_roll, found.no_topic, found.no_homework) == (3, 1, 1, 1)
    assert (found.marks, found.late_works, found.is_stale) == (2, 0, True)
    assert (found.class_name, found.subject, found.teacher) == (
        "7А",
        "Математика",
        "Орлова Елена Сергеевна",
    )
    _keep(context, kept, WEDNESDAY, 3)
    assert not _course(context).is_stale


@pytest.mark.clause("SVC-2.10", "POL-3.6.4")
def test_week_without_a_mark_and_work_past_its_term_are_stale(context: ActionContext) -> None:
    kept = kept_school(context)
    writer = as_person(_at(context, f"{WEEK} 12:00"), kept.teacher_id)
    lesson = kept.lesson(context, WEEK, 1)
    assign_work(writer, AssignWork(lesson_id=lesson.id, type_code="К"))
    # Three days to check it: to the end of Thursday.
    assert _course(_at(context, "2026-11-19 23:59")).late_works == 0
    found = _course(context)
    assert (found.marks, found.late_works) == (0, 1)
    # The term ended in this week, not in the next one.
    (later,) = courses_of_week(
        context.session, date(2026, 11, 23), _at(context, "2026-11-25 09:00").now, context.zone
    )
    assert later.late_works == 0


@pytest.mark.clause("POL-1.4", "SVC-2.10")
def test_first_grade_is_asked_for_neither_marks_nor_homework(context: ActionContext) -> None:
    kept = kept_school(context, "1А")
    for day, number in ((WEEK, 1), (WEEK, 2), (WEDNESDAY, 3)):
        lesson = kept.lesson(context, day, number)
        writer = as_person(_at(context, f"{day} 12:00"), kept.teacher_id)
        told = KeepLesson(lesson_id=lesson.id, edits=(), topic="Буквы", is_roll_called=True)
        keep_lesson(writer, told)
    found = _course(context)
    assert (found.marks, found.no_homework, found.is_stale) == (None, 0, False)


@pytest.mark.clause("SVC-3.7", "SVC-3.10")
@pytest.mark.parametrize(
    ("today", "is_signed", "state"),
    [
        (date(2026, 11, 18), False, DutyState.RUNS),
        (date(2026, 11, 19), False, DutyState.WAITS),
        (date(2026, 11, 27), False, DutyState.WAITS),
        (date(2026, 11, 28), False, DutyState.OVERDUE),
        (date(2026, 11, 28), True, DutyState.SIGNED),
    ],
)
def test_week_waits_from_its_last_lesson_to_the_end_of_the_next_working_week(
    today: date,
    is_signed: bool,  # noqa: FBT001 - a column of the table
    state: DutyState,
) -> None:
    assert due_on(WEEK) == date(2026, 11, 27)
    assert state_of(monday=WEEK, last_day=WEDNESDAY, is_signed=is_signed, today=today) is state


@pytest.mark.clause("SVC-3.8", "SVC-3.9.2", "SVC-3.11")
def test_signing_off_keeps_what_was_stale_for_ever(context: ActionContext) -> None:
    kept = kept_school(context)
    deputy = teacher(context, "Зимина Анна Петровна", "заместитель директора")
    account_id = create_account(
        context, NewAccount(person_id=deputy, username="zimina", password_hash="x")
    )
    grant_role(context, account_id, Role.DEPUTY)
    appointed = AppointDutyOfficial(person_id=deputy, since=WEEK, order_number="12")
    once = appoint_duty_official(context, appointed)
    assert appoint_duty_official(context, appointed) == once, "a second press"
    with pytest.raises(NotFound):  # a teacher may not sign
        appoint_duty_official(context, replace(appointed, person_id=kept.teacher_id))
    signer = as_person(context, deputy, permissions=ROLE_PERMISSIONS[Role.DEPUTY])
    # The week before the first appointment is not asked for.
    assert unsigned_weeks(context.session, context.now, context.zone) == 1
    with pytest.raises(RuleBroken, match="duty_week_runs"):
        sign_duty_week(signer, SignDutyWeek(monday=date(2026, 11, 23), remarks="рано"))
    with pytest.raises(RuleBroken, match="duty_remarks_missing"):
        sign_duty_week(signer, SignDutyWeek(monday=WEEK, remarks=" "))
    check_id = sign_duty_week(signer, SignDutyWeek(monday=WEEK, remarks="Орловой напомнили"))
    with pytest.raises(RuleBroken, match="duty_week_signed"):
        sign_duty_week(signer, SignDutyWeek(monday=WEEK, remarks="ещё раз"))
    week = duty_week(context.session, WEDNESDAY, context.now, context.zone)
    assert week
    assert week.signed
    assert (week.state, week.official) == (DutyState.SIGNED, "Зимина Анна Петровна")
    assert (week.signed.courses, week.signed.stale, week.signed.is_late) == (1, 1, False)
    for day, number in ((WEEK, 1), (WEEK, 2), (WEDNESDAY, 3)):
        _keep(context, kept, day, number)
    assert not _course(context).is_stale
    (then,) = findings_of(context.session, WEEK)
    assert (then.no_roll, then.marks, then.teacher) == (3, 0, "Орлова Елена Сергеевна")
    entry = context.session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.DUTY_WEEK_SIGNED)
    ).one()
    assert entry.subject_id == check_id


@pytest.mark.clause("SVC-3.8")
def test_only_who_may_check_signs_and_only_who_may_appoint_appoints(
    context: ActionContext,
) -> None:
    kept = kept_school(context)
    writer = as_person(context, kept.teacher_id, permissions=ROLE_PERMISSIONS[Role.TEACHER])
    deputy = as_person(context, kept.teacher_id, permissions=ROLE_PERMISSIONS[Role.DEPUTY])
    with pytest.raises(NotAllowed):
        sign_duty_week(writer, SignDutyWeek(monday=WEEK, remarks="сам"))
    with pytest.raises(NotAllowed):
        appoint_duty_official(
            deputy,
            AppointDutyOfficial(person_id=kept.teacher_id, since=WEEK, order_number=""),
        )


def test_weeks_and_courses_take_the_same_statements_however_many_works_wait(
    context: ActionContext,
) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        connection = context.session.connection()
        event.listen(connection, "before_cursor_execute", note)
        duty_weeks(context.session, YEAR, context.now, context.zone)
        courses_of_week(context.session, WEEK, context.now, context.zone)
        event.remove(connection, "before_cursor_execute", note)
        return len(seen)

    def write(day: date, number: int) -> None:
        writer = as_person(_at(context, f"{day} 12:00"), kept.teacher_id)
        lesson = kept.lesson(context, day, number)
        assign_work(writer, AssignWork(lesson_id=lesson.id, type_code="К"))

    kept = kept_school(context)
    write(WEEK, 1)
    few = statements()
    write(WEEK, 2)
    write(WEDNESDAY, 3)
    assert statements() == few <= 25
