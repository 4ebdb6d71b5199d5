"""Works: who assigns, changes and removes them, until when they are checked, what waits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from journal_core.academic_year.models import BellSchedule, BellTime
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.errors import NotAllowed, RuleBroken
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit, CellSaved
from journal_core.lessons.commands import (
    CancelLesson,
    LayLessons,
    RecordAbsence,
    cancel_lesson,
    lay_lessons,
    record_absence,
)
from journal_core.lessons.terms import AbsenceReason
from journal_core.marks.commands import (
    AssignWork,
    FinishWork,
    RemoveWork,
    SaveWork,
    SaveWorkTypes,
    ScheduleWorks,
    assign_work,
    finish_work,
    remove_work,
    save_work,
    save_work_types,
    schedule_works,
)
from journal_core.marks.models import Work
from journal_core.marks.queries import control_works, work_types, works_in
from journal_core.marks.rules import check_days, check_term
from journal_core.marks.terms import WORK_TYPES, WorkType
from journal_core.school.terms import SchoolSettings
from journal_core.teaching.queries import day_of_teacher, lessons_of_today, works_to_check
from journal_core.teaching.rules import lacks_of, lesson_at_hand
from journal_core.teaching.terms import Lack, LessonFacts
from journal_core.timetable.terms import Slot
from tests.clock import MOSCOW
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import subject, teacher
from tests.factories.week import published

TYPES = {one.code: one for one in WORK_TYPES}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.mark.clause("POL-3.6.3", "POL-3.6.4", "REC-2.4", "INS-3.3.5", "INS-3.3.6")
@pytest.mark.parametrize(
    ("code", "subject", "grade", "is_administrative", "term"),
    [
        # Answers and homework: an hour after the class's last lesson, which ends at 13:10.
        ("О", "История", 7, False, "2026-11-23 14:10"),
        ("Дз", "Английский язык", 7, False, "2026-11-23 14:10"),
        ("Дз", "Алгебра", 11, False, "2026-11-23 14:10"),
        # Three days after its day, to the last second of the third.
        ("К", "История", 7, False, "2026-11-27 00:00"),
        ("К", "Алгебра", 9, False, "2026-11-27 00:00"),
        ("К", "Физика", 11, False, "2026-11-27 00:00"),
        ("Т", "История", 7, False, "2026-11-27 00:00"),
        # A week.
        ("С", "История", 7, False, "2026-12-01 00:00"),
        ("И", "Русский язык", 7, False, "2026-12-01 00:00"),
        ("Сч", "Литература", 7, False, "2026-12-01 00:00"),
        ("К", "Английский язык", 7, False, "2026-12-01 00:00"),
        ("К", "Второй иностранный язык (немецкий)", 5, False, "2026-12-01 00:00"),
        ("К", "Алгебра и начала анализа", 10, False, "2026-12-01 00:00"),
        ("К", "Математика", 11, False, "2026-12-01 00:00"),
        ("К", "Геометрия", 10, False, "2026-12-01 00:00"),
        # Internal monitoring: three days, whatever it is.
        ("С", "История", 7, True, "2026-11-27 00:00"),
        ("К", "Английский язык", 7, True, "2026-11-27 00:00"),
        ("К", "Алгебра", 11, True, "2026-11-27 00:00"),
        ("О", "История", 7, True, "2026-11-27 00:00"),
    ],
)
def test_term_of_a_work_follows_its_type_and_subject(
    code: str,
    subject: str,
    grade: int,
    is_administrative: bool,  # noqa: FBT001 - a column of the table
    term: str,
) -> None:
    settings = SchoolSettings()
    days = check_days(
        TYPES[code],
        subject=subject,
        grade=grade,
        is_administrative=is_administrative,
        settings=settings,
    )
    assert check_term(TODAY, days, time(13, 10), settings, MOSCOW) == _at(term)


@pytest.mark.clause("POL-3.6.3")
def test_day_of_unknown_bells_is_in_time_to_its_end() -> None:
    assert check_term(TODAY, 0, None, SchoolSettings(), MOSCOW) == _at("2026-11-24 00:00")


@pytest.fixture
def context(new_context: Callable[..., ActionContext], session: Session) -> ActionContext:
    return new_context(session)


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    return kept_school(context)


@pytest.fixture
def orlova(context: ActionContext, school: KeptSchool) -> ActionContext:
    """The teacher of 7А, with what a teacher may do."""
    return as_person(context, school.teacher_id, permissions=ROLE_PERMISSIONS[Role.TEACHER])


@pytest.fixture
def deputy(context: ActionContext) -> ActionContext:
    person_id = teacher(context, "Ким Олег Юрьевич", "заместитель директора")
    return as_person(context, person_id, permissions=ROLE_PERMISSIONS[Role.DEPUTY])


def _lesson(school: KeptSchool, context: ActionContext, **where: Any) -> Any:
    return school.lesson(context, **where).id


def _assign(context: ActionContext, school: KeptSchool, code: str = "К", **where: Any) -> Any:
    lesson_id = _lesson(school, context, **where)
    return assign_work(context, AssignWork(lesson_id=lesson_id, type_code=code))


def _mark(context: ActionContext, school: KeptSchool, work_id: Any, *marks: str) -> None:
    lesson_id = context.session.get_one(Work, work_id).lesson_id
    edits = tuple(
        CellEdit(
            lesson_id=lesson_id,
            pupil_id=pupil_id,
            kind=CellKind.MARK,
            value=mark,
            work_id=work_id,
        )
        for pupil_id, mark in zip(school.pupils, marks, strict=False)
    )
    results = write_cells(context, WriteCells(edits=edits))
    assert all(isinstance(one, CellSaved) for one in results)


@pytest.mark.clause("INS-3.3.13", "INS-3.3.12")
def test_teacher_assigns_works_to_own_lessons_also_ahead(
    orlova: ActionContext, school: KeptSchool
) -> None:
    for day in (date(2026, 11, 9), TODAY, date(2026, 12, 7)):
        ids = [_assign(orlova, school, code, day=day) for code in ("К", "С")]
        works = works_in(orlova.session, [_lesson(school, orlova, day=day)])
        assert [(one.id, one.position) for one in works] == list(zip(ids, (0, 1), strict=True))


@pytest.mark.clause("POL-3.6.1", "POL-1.4", "POL-3.6.8")
def test_work_is_refused_where_marks_cannot_be(
    context: ActionContext, orlova: ActionContext, school: KeptSchool, deputy: ActionContext
) -> None:
    stranger = as_person(context, teacher(context, "Власов Пётр Ильич"))
    with pytest.raises(RuleBroken, match="cell_of_other_teacher"):
        _assign(stranger, school)
    with pytest.raises(NotAllowed):
        _assign(deputy, school)
    with pytest.raises(RuleBroken, match="work_type_unknown"):
        _assign(orlova, school, "Ы")
    lesson_id = _lesson(school, context)
    cancel_lesson(context, CancelLesson(lesson_id=lesson_id, reason="Карантин"))
    with pytest.raises(RuleBroken, match="lesson_not_held"):
        _assign(orlova, school)


@pytest.mark.clause("POL-3.6.8")
def test_first_grade_has_no_works_not_even_by_schedule(context: ActionContext) -> None:
    first = kept_school(context, "1А")
    own = as_person(context, first.teacher_id)
    with pytest.raises(RuleBroken, match="no_marks_here"):
        _assign(own, first, "О")
    command = ScheduleWorks(lesson_ids=(_lesson(first, context),), type_code="К")
    with pytest.raises(RuleBroken, match="no_marks_here"):
        schedule_works(context, command)


@pytest.mark.clause("INS-3.3.13")
def test_work_with_marks_keeps_its_type_and_stays(
    orlova: ActionContext, school: KeptSchool
) -> None:
    work_id = _assign(orlova, school)
    save_work(orlova, SaveWork(work_id=work_id, type_code="С", title="Дроби"))
    _mark(orlova, school, work_id, "5")
    save_work(orlova, SaveWork(work_id=work_id, type_code="С", title="Сложение дробей"))
    with pytest.raises(RuleBroken, match="work_marked"):
        save_work(orlova, SaveWork(work_id=work_id, type_code="К", title="Дроби"))
    for mark in ("5", ""):
        _mark(orlova, school, work_id, mark)
        with pytest.raises(RuleBroken, match="work_marked"):
            remove_work(orlova, RemoveWork(work_id=work_id))
    work = orlova.session.get_one(Work, work_id)
    assert (work.type_code, work.title) == ("С", "Сложение дробей")


def test_work_without_marks_is_removed_by_its_teacher_alone(
    context: ActionContext, orlova: ActionContext, school: KeptSchool
) -> None:
    work_id = _assign(orlova, school)
    stranger = as_person(context, teacher(context, "Власов Пётр Ильич"))
    for act in (
        lambda: remove_work(stranger, RemoveWork(work_id=work_id)),
        lambda: save_work(stranger, SaveWork(work_id=work_id, type_code="С")),
        lambda: finish_work(stranger, FinishWork(work_id=work_id)),
    ):
        with pytest.raises(RuleBroken, match="cell_of_other_teacher"):
            act()
    remove_work(orlova, RemoveWork(work_id=work_id))
    assert orlova.session.scalars(select(Work)).all() == []


@pytest.mark.clause("INS-3.3.13")
def test_longer_type_chosen_after_the_day_opens_nothing(
    orlova: ActionContext, school: KeptSchool
) -> None:
    kept = replace(orlova, now=_at("2026-11-23 23:59"))
    tomorrow = replace(orlova, now=_at("2026-11-24 00:00"))
    in_time, answers = _assign(kept, school), _assign(kept, school, "О")
    _mark(tomorrow, school, in_time, "5")
    late = _assign(tomorrow, school, "С")
    with pytest.raises(AssertionError):
        _mark(tomorrow, school, late, "5")
    with pytest.raises(RuleBroken, match="work_day_over"):
        save_work(tomorrow, SaveWork(work_id=answers, type_code="С"))


@pytest.mark.clause("INS-3.3.15")
def test_scheduled_work_is_the_deputys_alone(
    orlova: ActionContext, deputy: ActionContext, school: KeptSchool
) -> None:
    lesson_id = _lesson(school, deputy)
    command = ScheduleWorks(lesson_ids=(lesson_id,), type_code="К", title="За полугодие")
    with pytest.raises(NotAllowed):
        schedule_works(orlova, command)
    assert schedule_works(deputy, command) == 1
    with pytest.raises(RuleBroken, match="work_scheduled"):
        schedule_works(deputy, command)
    work = deputy.session.scalars(select(Work)).one()
    for act in (
        lambda: remove_work(orlova, RemoveWork(work_id=work.id)),
        lambda: save_work(orlova, SaveWork(work_id=work.id, type_code="К", title="Иначе")),
    ):
        with pytest.raises(RuleBroken, match="work_administrative"):
            act()
    _mark(orlova, school, work.id, "5")
    finish_work(orlova, FinishWork(work_id=work.id))
    with pytest.raises(RuleBroken, match="work_marked"):
        remove_work(deputy, RemoveWork(work_id=work.id))


@pytest.mark.clause("INS-3.3.15")
def test_schedule_is_made_ahead_and_names_what_meets(
    orlova: ActionContext, deputy: ActionContext, context: ActionContext, school: KeptSchool
) -> None:
    ahead = date(2026, 12, 7)
    first, second = (_lesson(school, deputy, day=ahead, number=number) for number in (1, 2))
    for refused, code in (
        (ScheduleWorks(lesson_ids=(), type_code="К"), "works_nowhere"),
        (
            ScheduleWorks(
                lesson_ids=(_lesson(school, deputy, day=date(2026, 11, 16)),), type_code="К"
            ),
            "date_past",
        ),
    ):
        with pytest.raises(RuleBroken, match=code):
            schedule_works(deputy, refused)
    schedule_works(deputy, ScheduleWorks(lesson_ids=(first,), type_code="С"))
    assert [one.meets for one in control_works(deputy.session, ahead, ahead)] == [()]
    school.lesson(deputy, ahead, 2).subject_id = subject(context, "История")
    assign_work(orlova, AssignWork(lesson_id=second, type_code="К"))
    found = control_works(deputy.session, ahead, ahead)
    assert {one.lesson.subject: one.meets for one in found} == {
        "Математика": ("История",),
        "История": ("Математика",),
    }
    assert [one.is_administrative for one in found] == [True, False]


@pytest.mark.clause("POL-3.6.4", "REC-2.4")
def test_work_waits_until_everybody_who_was_there_has_a_mark(
    orlova: ActionContext, school: KeptSchool
) -> None:
    def queue(now: datetime = orlova.now) -> list[tuple[str, int, bool]]:
        found = works_to_check(orlova.session, school.teacher_id, now, MOSCOW)
        return [(one.work.type.code, one.left, one.is_late) for one in found]

    for code in ("О", "Дз", "С", "К"):
        _assign(orlova, school, code)
    _assign(orlova, school, "К", day=date(2026, 12, 7))
    assert queue() == [("К", 5, False), ("С", 5, False)], "the soonest term first"
    (control,) = orlova.session.scalars(
        select(Work).where(Work.type_code == "К", Work.lesson_id == _lesson(school, orlova))
    )
    absent = CellEdit(
        lesson_id=control.lesson_id,
        pupil_id=school.pupils[4],
        kind=CellKind.ATTENDANCE,
        value="н",
    )
    write_cells(orlova, WriteCells(edits=(absent,)))
    _mark(orlova, school, control.id, "5", "4", "3")
    last_moment = _at("2026-11-26 23:59:59")
    assert queue(last_moment) == [("К", 1, False), ("С", 4, False)]
    assert queue(last_moment + timedelta(seconds=1))[0] == ("К", 1, True)
    _mark(orlova, school, control.id, "5", "4", "3", "2")
    assert queue() == [("С", 4, False)]


@pytest.mark.clause("POL-3.6.4")
def test_teacher_ends_the_checking_and_takes_it_back(
    orlova: ActionContext, school: KeptSchool
) -> None:
    work_id = _assign(orlova, school)
    finish_work(orlova, FinishWork(work_id=work_id))
    assert works_to_check(orlova.session, school.teacher_id, orlova.now, MOSCOW) == ()
    finish_work(orlova, FinishWork(work_id=work_id, is_finished=False))
    assert len(works_to_check(orlova.session, school.teacher_id, orlova.now, MOSCOW)) == 1
    ahead = _assign(orlova, school, day=date(2026, 12, 7))
    with pytest.raises(RuleBroken, match="cell_ahead"):
        finish_work(orlova, FinishWork(work_id=ahead))


PLAIN = LessonFacts(is_roll_called=False, has_topic=False, has_homework=False, needs_homework=True)


@pytest.mark.clause("POL-3.6.3", "POL-1.4", "REC-2.1")
@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({}, (Lack.ROLL, Lack.TOPIC, Lack.HOMEWORK)),
        ({"is_roll_called": True, "has_topic": True}, (Lack.HOMEWORK,)),
        ({"needs_homework": False}, (Lack.ROLL, Lack.TOPIC)),
        ({"is_roll_called": True, "has_topic": True, "has_homework": True}, ()),
    ],
)
def test_what_a_lesson_lacks(changed: dict[str, bool], lacks: tuple[Lack, ...]) -> None:
    assert lacks_of(replace(PLAIN, **changed)) == lacks


def test_lesson_at_hand_goes_on_or_begins_within_a_quarter_of_an_hour(
    orlova: ActionContext, school: KeptSchool
) -> None:
    day = day_of_teacher(orlova.session, school.teacher_id, orlova.now, MOSCOW)
    bells = (("08:30", "09:15"), ("09:25", "10:10"))
    lessons = [
        replace(one, begins=_at(f"2026-11-23 {begins}"), ends=_at(f"2026-11-23 {ends}"))
        for one, (begins, ends) in zip(day.lessons, bells, strict=True)
    ]
    for now, number in (
        ("08:14:59", None),
        ("08:15", 1),
        ("08:30", 1),
        ("09:14:59", 1),
        ("09:15", 2),
        ("10:09:59", 2),
        ("10:10", None),
    ):
        found = lesson_at_hand(lessons, _at(f"2026-11-23 {now}"))
        assert (found.lesson.number if found else None) == number, now
    another = [replace(one, is_own=False) for one in lessons]
    assert lesson_at_hand(another, _at("2026-11-23 09:00")) is None


@pytest.mark.clause("POL-3.6.3", "REC-2.1")
def test_day_names_what_lessons_lack_in_a_constant_number_of_statements(
    orlova: ActionContext, school: KeptSchool
) -> None:
    session = orlova.session
    session.add(schedule := BellSchedule(name="Обычные", is_regular=True))
    session.flush()
    session.add(BellTime(schedule_id=schedule.id, number=2, starts=time(9, 25), ends=time(10, 10)))
    statements: list[str] = []

    def counted() -> int:
        statements.clear()
        day_of_teacher(session, school.teacher_id, orlova.now, MOSCOW)
        return len(statements)

    session.flush()
    event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _c, _u, statement, *_rest: statements.append(statement),
    )
    _assign(orlova, school, "С")
    before = counted()
    for one in (TODAY, date(2026, 11, 16), date(2026, 11, 9)):
        _assign(orlova, school, day=one)
    assert counted() == before
    kept = school.lesson(orlova, date(2026, 11, 9))
    kept.roll_called_at = kept.topic_written_at = orlova.now
    session.flush()
    day = day_of_teacher(session, school.teacher_id, orlova.now, MOSCOW)
    assert [(one.lesson.number, one.begins is not None) for one in day.lessons] == [
        (1, False),
        (2, True),
    ]
    assert day.lessons[0].term == _at("2026-11-23 11:10"), "an hour after the last lesson"
    assert [len(one.works) for one in day.lessons] == [2, 0]
    assert {one.lacks for one in day.lessons} == {(Lack.ROLL, Lack.TOPIC, Lack.HOMEWORK)}
    assert [(one.days, one.lesson.number) for one in day.unwritten] == [
        (5, 3), (7, 1), (7, 2), (12, 3), (14, 1), (14, 2),
    ]  # fmt: skip
    assert day.unwritten[4].lacks == (Lack.HOMEWORK,)
    alone = lessons_of_today(session, school.teacher_id, orlova.now, MOSCOW)
    assert (alone.lessons, alone.unwritten) == (day.lessons, ())
    later = orlova.now + timedelta(days=60)
    assert day_of_teacher(session, school.teacher_id, later, MOSCOW).unwritten == ()


@pytest.mark.clause("INS-3.3.3")
def test_substitute_has_the_lesson_in_the_day_and_its_teacher_has_not(
    orlova: ActionContext, context: ActionContext, school: KeptSchool
) -> None:
    session, other = orlova.session, teacher(context, "Власов Пётр Ильич")
    absence_id = record_absence(
        context,
        RecordAbsence(
            teacher_id=school.teacher_id,
            since=TODAY,
            until=TODAY,
            reason=AbsenceReason.ILLNESS,
            first_number=1,
            last_number=1,
        ),
    )
    lesson = school.lesson(context)
    lesson.substitute_id, lesson.absence_id = other, absence_id
    session.flush()
    work_id = assign_work(as_person(context, other), AssignWork(lesson_id=lesson.id, type_code="К"))
    own = day_of_teacher(session, school.teacher_id, orlova.now, MOSCOW)
    assert [(one.lesson.number, one.is_own) for one in own.lessons] == [(1, False), (2, True)]
    taken = day_of_teacher(session, other, orlova.now, MOSCOW)
    assert [(one.lesson.id, one.is_own) for one in taken.lessons] == [(lesson.id, True)]
    assert (own.works, [one.work.id for one in taken.works]) == ((), [work_id])


@pytest.mark.clause("INS-3.3.13")
def test_school_keeps_its_own_list_of_types(
    context: ActionContext, orlova: ActionContext, deputy: ActionContext, school: KeptSchool
) -> None:
    _assign(orlova, school, "К")
    rare = replace(TYPES["Сч"], weight=5, is_in_use=False)
    own = WorkType(code="З", name="Зачёт", check_days=3, is_written=True)
    kept = (TYPES["К"], TYPES["О"], rare, own)
    with pytest.raises(NotAllowed):
        save_work_types(orlova, SaveWorkTypes(types=kept))
    save_work_types(deputy, SaveWorkTypes(types=kept))
    assert tuple(work_types(context.session).values()) == kept
    with pytest.raises(RuleBroken, match="work_type_unknown"):
        _assign(orlova, school, "Сч")
    for types, code in (
        (kept[1:], "work_type_used"),
        ((*kept, own), "work_type_twice"),
        ((kept[0], own), "work_type_default"),
        ((kept[0], replace(kept[1], is_in_use=False)), "work_type_default"),
        ((*kept, replace(own, code="")), "work_type_unsound"),
        ((*kept, replace(own, code="ЗЗ", weight=0)), "work_type_unsound"),
    ):
        with pytest.raises(RuleBroken, match=code):
            save_work_types(deputy, SaveWorkTypes(types=types))


@pytest.mark.clause("INS-3.5.7")
def test_lesson_with_a_planned_work_outlives_a_new_timetable(
    orlova: ActionContext, context: ActionContext, school: KeptSchool
) -> None:
    ahead = date(2026, 12, 9)
    work_id = _assign(orlova, school, day=ahead, number=3)
    slot = Slot(
        weekday=2,
        number=3,
        class_id=school.class_id,
        group_id=None,
        subject_id=school.subject_id,
        teacher_id=school.teacher_id,
    )
    laid = published(context, slot, since=date(2026, 12, 1))
    assert laid.kept == 1
    assert school.lesson(context, ahead, 3).prepared_at
    remove_work(orlova, RemoveWork(work_id=work_id))
    assert lay_lessons(context, LayLessons(academic_year=2026)).removed == 1
