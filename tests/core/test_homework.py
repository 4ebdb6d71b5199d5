"""Homework: where it may be written, when it is late, what a day holds, and who reads its files."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from journal_core.academic_year.models import BellSchedule, BellTime
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.audit.models import AuditEntry
from journal_core.classes.models import GroupMembership
from journal_core.context import ActionContext
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.files.models import StoredFile
from journal_core.files.terms import TakenFile
from journal_core.homework.commands import (
    AddHomeworkFile,
    RemoveHomeworkFile,
    SetHomework,
    add_homework_file,
    remove_homework_file,
    set_homework,
)
from journal_core.homework.models import Homework
from journal_core.homework.queries import (
    class_in_reach,
    due_in,
    file_to_read,
    homework_of,
    loads_of,
    next_lessons,
)
from journal_core.homework.rules import RULES, check_link, is_late, why_closed
from journal_core.homework.terms import MOST_FILES, HomeworkFacts
from journal_core.lessons.commands import CancelLesson, LayLessons, cancel_lesson, lay_lessons
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import day_lesson
from journal_core.lessons.rules import day_term
from journal_core.people.commands import (
    EndRepresentation,
    LinkRepresentative,
    end_representation,
    link_representative,
)
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.school.models import SchoolClass
from journal_core.timetable.models import TimetableEntry
from tests.clock import MOSCOW
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, school_class, subject, teacher
from tests.factories.school import pupil as enrolled
from tests.factories.week import division

WEDNESDAY, NEXT_MONDAY = date(2026, 11, 25), date(2026, 11, 30)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


OPEN = HomeworkFacts(
    now=_at("2026-11-23 09:30"),
    takes_homework=True,
    is_own=True,
    is_cancelled=False,
    period_until=date(2026, 12, 27),
    period_close_days=3,
)


@pytest.mark.clause("POL-1.4")
@pytest.mark.clause("POL-3.6.1")
@pytest.mark.clause("POL-3.6.5")
@pytest.mark.clause("REC-2.1")
@pytest.mark.parametrize(
    ("changed", "code", "clause"),
    [
        ({}, None, None),
        ({"takes_homework": False}, "no_homework_here", "POL-1.4"),
        ({"is_own": False}, "cell_of_other_teacher", "POL-3.6.1"),
        ({"is_cancelled": True}, "lesson_not_held", "REC-2.1"),
        ({"now": _at("2026-12-30 23:59")}, None, None),
        ({"now": _at("2026-12-31 00:00")}, "homework_closed", "POL-3.6.5"),
        ({"now": _at("2026-12-31 00:00"), "period_until": None}, None, None),
    ],
)
def test_homework_that_may_not_be_written_names_its_clause(
    changed: dict[str, Any], code: str | None, clause: str | None
) -> None:
    refusal = why_closed(replace(OPEN, **changed))
    assert (refusal and refusal.code, refusal and refusal.clause) == (code, clause)
    assert code is None or code in {rule.code for rule in RULES}


@pytest.mark.clause("REC-2.2")
@pytest.mark.clause("REC-2.3")
@pytest.mark.clause("POL-3.6.3")
@pytest.mark.parametrize(
    ("now", "bell", "minutes", "told"),
    [
        ("2026-11-23 13:59:59", time(13, 0), 60, False),
        ("2026-11-23 14:00:00", time(13, 0), 60, True),
        ("2026-11-23 13:30:00", time(13, 0), 30, True),
        # Ahead of the lesson is never late.
        ("2026-11-16 23:00:00", time(13, 0), 60, False),
        # Where no bells are known, the day.
        ("2026-11-23 23:59:59", None, 60, False),
        ("2026-11-24 00:00:00", None, 60, True),
    ],
)
def test_homework_is_late_an_hour_after_the_classs_last_lesson(
    now: str, bell: time | None, minutes: int, told: object
) -> None:
    assert is_late(_at(now), day_term(TODAY, bell, minutes, MOSCOW)) is told


@pytest.mark.clause("INS-3.3.16")
@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "resh.edu.ru", "http://", "//x", "http://["],
)
def test_link_that_leads_elsewhere_than_to_the_web_is_refused(link: str) -> None:
    check_link("https://resh.edu.ru/subject/12/")
    check_link("")
    with pytest.raises(RuleBroken, match="link_not_web"):
        check_link(link)


@dataclass(frozen=True, kw_only=True)
class Told:
    """7А of the kept school, its teacher writing."""

    context: ActionContext
    school: KeptSchool

    @property
    def teacher(self) -> ActionContext:
        permissions = ROLE_PERMISSIONS[Role.TEACHER]
        return as_person(self.context, self.school.teacher_id, permissions=permissions)

    def lesson(self, day: date = TODAY, number: int = 1) -> UUID:
        return self.school.lesson(self.context, day, number).id

    def sets(self, lesson_id: UUID, **values: Any) -> None:
        set_homework(self.teacher, SetHomework(lesson_id=lesson_id, **values))

    def row(self, lesson_id: UUID) -> Homework:
        query = select(Homework).where(Homework.lesson_id == lesson_id)
        return self.context.session.scalars(query).one()

    def attaches(self, lesson_id: UUID, name: str = "задачи.pdf") -> UUID:
        file = TakenFile(name=name, media_type="application/pdf", content=b"%PDF-1")
        return add_homework_file(self.teacher, AddHomeworkFile(lesson_id=lesson_id, file=file))

    def as_role(self, person_id: UUID | None, role: Role) -> ActionContext:
        actor = replace(self.context.actor, person_id=person_id, permissions=ROLE_PERMISSIONS[role])
        return replace(self.context, actor=actor)

    def reads(self, context: ActionContext, file_id: UUID) -> bool:
        try:
            file_to_read(self.context.session, context.actor, file_id, context.today)
        except NotFound:
            return False
        return True


@pytest.fixture
def told(context: ActionContext) -> Told:
    return Told(context=context, school=kept_school(context))


def bells(context: ActionContext, *ends: time) -> None:
    """The regular bells: a lesson of 40 minutes ends at each."""
    schedule = BellSchedule(name="Обычные", is_regular=True)
    context.session.add(schedule)
    context.session.flush()
    context.session.add_all(
        BellTime(
            schedule_id=schedule.id, number=number, starts=end.replace(hour=end.hour - 1), ends=end
        )
        for number, end in enumerate(ends, start=1)
    )
    context.session.flush()


@pytest.mark.clause("INS-3.3.16")
@pytest.mark.clause("REC-2.3")
def test_homework_is_due_in_the_next_lesson_unless_another_is_named(told: Told) -> None:
    lesson_id = told.lesson()
    told.sets(lesson_id, text="§ 12, № 341")
    row = told.row(lesson_id)
    # Not in the second half of the double lesson of today.
    assert (row.due_day, row.due_lesson_id) == (WEDNESDAY, told.lesson(WEDNESDAY, 3))
    told.sets(lesson_id, text="§ 12, № 341", due_lesson_id=told.lesson(NEXT_MONDAY))
    assert row.due_day == NEXT_MONDAY
    told.sets(lesson_id, text="§ 12, № 341", due_day=date(2026, 11, 26))
    assert (row.due_day, row.due_lesson_id) == (date(2026, 11, 26), None)
    for early in ({"due_lesson_id": told.lesson(number=2)}, {"due_day": TODAY}):
        with pytest.raises(RuleBroken, match="homework_due_early"):
            told.sets(lesson_id, text="§ 12", **early)
    with pytest.raises(NotFound):
        told.sets(lesson_id, text="§ 12", due_lesson_id=uuid4())
    offered = next_lessons(told.context.session, day_lesson(told.context.session, lesson_id))
    assert [one.day for one in offered] == [WEDNESDAY, NEXT_MONDAY, date(2026, 12, 2)]


@pytest.mark.clause("REC-2.2")
def test_lateness_is_that_of_what_was_set_and_not_of_a_mended_word(told: Told) -> None:
    bells(told.context, time(9, 10), time(10, 0))
    in_time, from_nothing = told.lesson(number=1), told.lesson(number=2)
    told.sets(in_time, text="§ 12")
    told.sets(from_nothing, is_none=True)
    after_term = replace(told.context, now=_at("2026-11-23 11:00"))
    late = replace(told, context=after_term)
    late.sets(in_time, text="§ 12, № 341")
    late.sets(from_nothing, text="§ 12")
    assert not told.row(in_time).is_late
    assert told.row(from_nothing).is_late


@pytest.mark.clause("INS-3.3.16")
def test_what_was_set_before_stays_in_the_record(told: Told) -> None:
    lesson_id = told.lesson()
    told.sets(lesson_id, text="§ 12", minutes=20)
    told.sets(lesson_id, text="§ 12", minutes=20)
    told.sets(lesson_id, text="§ 13", link="https://resh.edu.ru/")
    told.sets(lesson_id)
    session = told.context.session
    assert homework_of(session, lesson_id) is None
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == lesson_id).order_by(AuditEntry.id)
    )
    kept = sorted(
        (one.details["before"].get("text", ""), one.details["taken_back"]) for one in entries
    )
    assert kept == [("", False), ("§ 12", False), ("§ 13", True)]


@pytest.mark.clause("REC-2.3")
def test_lesson_with_homework_set_ahead_outlives_a_new_timetable(told: Told) -> None:
    context = told.context
    today, ahead, last = told.lesson(), told.lesson(WEDNESDAY, 3), told.lesson(NEXT_MONDAY)
    told.sets(today, text="§ 12")
    told.sets(ahead, text="§ 13", due_lesson_id=last)
    told.attaches(ahead)
    assert context.session.get_one(Lesson, today).kept_at is not None
    assert context.session.get_one(Lesson, ahead).kept_at is None
    # The timetable loses its Wednesdays: the lesson without homework goes, the other one stays.
    context.session.query(TimetableEntry).where(TimetableEntry.weekday == 3).delete()
    lay_lessons(context, LayLessons(academic_year=YEAR))
    context.session.expire_all()
    assert told.row(ahead).text == "§ 13"
    row = told.row(today)
    assert (row.due_lesson_id, row.due_day) == (ahead, WEDNESDAY)
    wednesdays = select(Lesson.id).where(Lesson.day > WEDNESDAY, Lesson.number == 3)
    assert context.session.scalars(wednesdays).all() == []


@pytest.mark.clause("POL-3.6.1")
@pytest.mark.clause("POL-1.4")
def test_homework_is_written_by_who_gives_the_lesson_and_where_it_is_set(told: Told) -> None:
    context, lesson_id = told.context, told.lesson()
    command = SetHomework(lesson_id=lesson_id, text="§ 12")
    with pytest.raises(NotAllowed):
        set_homework(told.as_role(told.school.teacher_id, Role.DEPUTY), command)
    stranger = told.as_role(teacher(context, "Белов Илья Олегович"), Role.TEACHER)
    with pytest.raises(NotFound):
        set_homework(stranger, command)
    led = context.session.get_one(SchoolClass, told.school.class_id)
    led.class_teacher_id = stranger.actor.person_id
    with pytest.raises(RuleBroken, match="cell_of_other_teacher"):
        set_homework(stranger, command)
    led.grade = 1
    with pytest.raises(RuleBroken, match="no_homework_here") as refused:
        told.sets(lesson_id, is_none=True)
    assert refused.value.clause == "POL-1.4"


@pytest.mark.clause("INS-3.3.16")
def test_nothing_is_set_on_purpose_only_without_files(told: Told) -> None:
    lesson_id = told.lesson()
    told.sets(lesson_id, is_none=True)
    assert told.row(lesson_id).is_none
    # A file is homework, too.
    file_id = told.attaches(lesson_id)
    row = told.row(lesson_id)
    assert (row.is_none, row.due_day) == (False, WEDNESDAY)
    with pytest.raises(RuleBroken, match="homework_has_files"):
        told.sets(lesson_id, is_none=True)
    for _more in range(MOST_FILES - 1):
        told.attaches(lesson_id)
    with pytest.raises(RuleBroken, match="homework_files_many"):
        told.attaches(lesson_id)
    view = homework_of(told.context.session, lesson_id)
    assert view is not None
    assert view.files[0].file_id == file_id
    for one in view.files:
        command = RemoveHomeworkFile(lesson_id=lesson_id, file_id=one.file_id)
        assert remove_homework_file(told.teacher, command) == one.file_id
    assert homework_of(told.context.session, lesson_id) is None
    assert told.context.session.get(StoredFile, file_id) is None


@pytest.mark.clause("INS-3.3.16")
@pytest.mark.clause("POL-2.2.9")
def test_load_of_a_day_counts_every_subject_and_the_fuller_group(told: Told) -> None:
    context = told.context
    session = context.session
    english = subject(context, "Английский язык")
    groups = [division(context, told.school.class_id, english, name) for name in ("1", "2")]
    given = {"class_id": told.school.class_id, "subject_id": english}
    lessons = [
        Lesson(**given, day=TODAY, number=4, group_id=group, teacher_id=told.school.teacher_id)
        for group in groups
    ]
    session.add_all(lessons)
    session.flush()
    told.sets(told.lesson(), text="§ 12", minutes=20)
    told.sets(told.lesson(number=2), is_none=True)
    for lesson, minutes in zip(lessons, (15, 30), strict=True):
        told.sets(lesson.id, text="Слова", minutes=minutes, due_day=WEDNESDAY)
    session.flush()
    counted: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    load = loads_of(session, told.school.class_id, [WEDNESDAY, NEXT_MONDAY])
    assert len(counted) == 2
    assert [(one.subject, one.group_name, one.minutes) for one in load[WEDNESDAY].tasks] == [
        ("Английский язык", "1", 15),
        ("Английский язык", "2", 30),
        ("Математика", "", 20),
    ]
    assert load[WEDNESDAY].minutes == 50
    assert load[NEXT_MONDAY].tasks == ()
    but = loads_of(session, told.school.class_id, [WEDNESDAY], but=told.lesson())
    assert but[WEDNESDAY].minutes == 30
    wednesday = day_lesson(session, told.lesson(WEDNESDAY, 3))
    assert [one.text for one in due_in(session, wednesday)] == ["§ 12"]


@pytest.mark.clause("POL-2.2.9")
def test_cancelled_lesson_sets_nothing_for_its_day(told: Told) -> None:
    ahead = told.lesson(WEDNESDAY, 3)
    told.sets(ahead, text="§ 13")
    cancel_lesson(told.context, CancelLesson(lesson_id=ahead, reason="карантин"))
    load = loads_of(told.context.session, told.school.class_id, [NEXT_MONDAY])
    assert load[NEXT_MONDAY].tasks == ()


@pytest.mark.clause("POL-2.2.9")
@pytest.mark.clause("POL-3.6.1")
def test_file_is_read_by_those_whom_its_lesson_concerns(told: Told) -> None:
    context, session = told.context, told.context.session
    file_id = told.attaches(told.lesson())
    glory, anna = (session.get_one(Pupil, one) for one in told.school.pupils[:2])
    link_id = link_representative(
        context,
        LinkRepresentative(
            pupil_id=glory.id,
            kind=RepresentativeKind.PARENT,
            basis="",
            valid_until=None,
            name=split_full_name("Абрамова Ольга Ивановна"),
        ),
    )
    mother = told.as_role(session.get_one(Representation, link_id).person_id, Role.PARENT)
    colleague = told.as_role(teacher(context, "Белов Илья Олегович"), Role.TEACHER)
    pupil = told.as_role(glory.person_id, Role.PUPIL)
    assert told.reads(told.teacher, file_id)
    assert told.reads(told.as_role(None, Role.DEPUTY), file_id)
    assert told.reads(pupil, file_id)
    assert told.reads(mother, file_id)
    assert not told.reads(colleague, file_id)
    assert not told.reads(told.as_role(None, Role.SECRETARY), file_id)
    # Who comes by the day it is due has it to do, too; who left the school has not.
    for since, has_it in ((WEDNESDAY, True), (date(2026, 11, 26), False)):
        name = f"Новиков Олег {'А' if has_it else 'Б'}лексеевич"
        comer_id = enrolled(context, told.school.class_id, name, since=since)
        comer = session.get_one(Pupil, comer_id)
        assert told.reads(told.as_role(comer.person_id, Role.PUPIL), file_id) is has_it
    left = session.get_one(Pupil, told.school.pupils[4])
    assert told.reads(told.as_role(left.person_id, Role.PUPIL), file_id)
    left.left_on = date(2026, 11, 22)
    assert not told.reads(told.as_role(left.person_id, Role.PUPIL), file_id)
    # The mother's right is a pupil's who is her child, and ends with the link.
    assert not told.reads(told.as_role(mother.actor.person_id, Role.PUPIL), file_id)
    ended = EndRepresentation(representation_id=link_id, ended_on=context.today, by_court=False)
    end_representation(context, ended)
    assert not told.reads(mother, file_id)
    # Of a lesson of a group, those who are in it, and not who is in another.
    group, other = (
        division(context, told.school.class_id, told.school.subject_id, name) for name in ("1", "2")
    )
    session.get_one(Lesson, told.lesson()).group_id = group
    session.get_one(Lesson, told.lesson(number=2)).group_id = other
    session.add(GroupMembership(group_id=group, pupil_id=anna.id, since=TODAY))
    session.add(GroupMembership(group_id=other, pupil_id=glory.id, since=TODAY))
    session.flush()
    assert not told.reads(pupil, file_id)
    assert told.reads(told.as_role(anna.person_id, Role.PUPIL), file_id)


@pytest.mark.clause("POL-3.5.1")
def test_class_teacher_reads_the_homework_of_the_own_class_only(told: Told) -> None:
    context = told.context
    leader = told.as_role(teacher(context, "Белов Илья Олегович"), Role.CLASS_TEACHER)
    own = school_class(context, "8А", leader.actor.person_id)
    read = class_in_reach(context.session, leader.actor, own.id, TODAY)
    assert read.id == own.id
    with pytest.raises(NotFound):
        class_in_reach(context.session, leader.actor, told.school.class_id, TODAY)
