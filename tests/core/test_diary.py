"""The diary: what of the journal is a pupil's own, and who reads it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.attendance.commands import ReasonOfDay, reason_of_day
from journal_core.attendance.terms import Days, Presence, ReasonCode
from journal_core.cells.terms import CellKind
from journal_core.classes.commands import LeavePupil, TransferPupil, leave_pupil, transfer_pupil
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.context import ActionContext, Actor
from journal_core.diary.queries import (
    diaries_in_reach,
    diary_week,
    marks_by_subject,
    pupil_in_reach,
    subject_page,
    subject_year,
    years_of_pupil,
)
from journal_core.diary.terms import DiaryDay, DiaryWeek, Month
from journal_core.errors import NotFound
from journal_core.homework.commands import SetHomework, set_homework
from journal_core.journal.commands import KeepLesson, WriteCells, keep_lesson, write_cells
from journal_core.journal.terms import CellEdit
from journal_core.lessons.commands import CancelLesson, cancel_lesson
from journal_core.lessons.models import Lesson
from journal_core.orders.terms import OrderKind
from journal_core.people.commands import (
    EndRepresentation,
    LinkRepresentative,
    end_representation,
    link_representative,
)
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.period_marks.models import PeriodMark
from journal_core.period_marks.queries import grade_periods
from journal_core.period_marks.terms import FinalKind, PeriodRef
from journal_core.school.models import SchoolClass
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, order, pupil, school_class, subject, teacher
from tests.factories.week import SINCE, division

DAY = timedelta(days=1)
WEDNESDAY, NEXT_MONDAY = date(2026, 11, 25), date(2026, 11, 30)


@dataclass(frozen=True, kw_only=True)
class Told:
    """7А of the kept school, its teacher writing; Abramov is the pupil whose diary is read."""

    context: ActionContext
    school: KeptSchool

    @property
    def pupil_id(self) -> UUID:
        return self.school.pupils[0]

    @property
    def teacher(self) -> ActionContext:
        return as_person(self.context, self.school.teacher_id)

    def lesson(self, day: date = TODAY, number: int = 1) -> Lesson:
        return self.school.lesson(self.context, day, number)

    def writes(self, lesson: Lesson, kind: CellKind, value: str, place: int = 0) -> None:
        edit = CellEdit(
            lesson_id=lesson.id, pupil_id=self.school.pupils[place], kind=kind, value=value
        )
        write_cells(self.teacher, WriteCells(edits=(edit,)))

    def as_role(self, person_id: UUID | None, role: Role) -> Actor:
        permissions = ROLE_PERMISSIONS[role]
        return replace(self.context.actor, person_id=person_id, permissions=permissions)

    def week(self, pupil_id: UUID | None = None, monday: date = TODAY) -> DiaryWeek:
        return diary_week(
            self.context.session, pupil_id or self.pupil_id, monday, TODAY, with_ahead=True
        )

    def adds(self, class_id: UUID, day: date, number: int, **values: UUID) -> Lesson:
        """A lesson beside those of the timetable."""
        given = {"subject_id": self.school.subject_id, "teacher_id": self.school.teacher_id}
        lesson = Lesson(class_id=class_id, day=day, number=number, **given | values)
        self.context.session.add(lesson)
        self.context.session.flush()
        return lesson


@pytest.fixture
def told(context: ActionContext) -> Told:
    return Told(context=context, school=kept_school(context))


def _texts(day: DiaryDay) -> list[str]:
    return [task.text for _subject, task in day.tasks]


@pytest.mark.clause("POL-3.9.2")
@pytest.mark.clause("POL-2.2.9")
@pytest.mark.clause("SVC-2.15.1")
def test_the_week_has_topic_homework_marks_and_absence_of_the_pupil_alone(told: Told) -> None:
    context, first, second = told.teacher, told.lesson(), told.lesson(number=2)
    keep_lesson(context, KeepLesson(lesson_id=first.id, topic="Дроби", is_roll_called=True))
    told.writes(first, CellKind.MARK, "5")
    told.writes(first, CellKind.MARK, "2", place=1)
    told.writes(second, CellKind.ATTENDANCE, "н")
    led = context.session.get_one(SchoolClass, told.school.class_id)
    led.class_teacher_id = told.school.teacher_id
    reason_of_day(context, ReasonOfDay(pupil_id=told.pupil_id, day=TODAY, reason=ReasonCode.ILL))
    set_homework(context, SetHomework(lesson_id=first.id, text="§ 12", minutes=20))
    thursday = WEDNESDAY + DAY
    set_homework(context, SetHomework(lesson_id=second.id, text="Доклад", due_day=thursday))
    cancel_lesson(
        told.context, CancelLesson(lesson_id=told.lesson(NEXT_MONDAY).id, reason="карантин")
    )
    week = told.week()
    assert [one.day.weekday() for one in week.days] == list(range(6))
    monday = week.days[0]
    one, other = monday.lessons
    assert (monday.class_name, one.lesson.topic, one.sets and one.sets.text) == (
        "7А", "Дроби", "§ 12",
    )  # fmt: skip
    assert [(mark.value, mark.type.name) for mark in one.marks] == [("5", "Ответ на уроке")]
    assert (one.presence, one.reason) == (None, None)
    assert (other.presence, other.reason) == (Presence.ABSENT, ReasonCode.ILL)
    assert [task.text for task in week.days[2].lessons[0].due] == ["§ 12"]
    # There is no lesson of the subject on Thursday, and the work is due all the same.
    assert (_texts(week.days[3]), week.days[3].lessons) == (["Доклад"], ())
    assert week.ahead is not None
    assert (week.ahead.day, _texts(week.ahead), week.ahead.minutes) == (WEDNESDAY, ["§ 12"], 20)
    cancelled, held = told.week(monday=NEXT_MONDAY).days[0].lessons
    assert (cancelled.lesson.cancelled_reason, held.lesson.is_cancelled) == ("карантин", False)
    assert told.week(told.school.pupils[1]).days[0].lessons[0].marks[0].value == "2"


@pytest.mark.clause("INS-3.3.23")
@pytest.mark.clause("POL-3.9.2")
def test_a_diary_is_the_pupils_own_and_the_representatives_while_the_right_holds(
    told: Told,
) -> None:
    context, session = told.context, told.context.session
    glory, anna = (session.get_one(Pupil, one) for one in told.school.pupils[:2])
    link_id = link_representative(
        context,
        LinkRepresentative(
            pupil_id=glory.id,
            kind=RepresentativeKind.PARENT,
            basis="",
            name=split_full_name("Абрамова Ольга Ивановна"),
        ),
    )
    mother_id = session.get_one(Representation, link_id).person_id
    mother = told.as_role(mother_id, Role.PARENT)
    assert [one.id for one in diaries_in_reach(session, mother, TODAY)] == [glory.id]
    for actor in (mother, told.as_role(glory.person_id, Role.PUPIL)):
        assert pupil_in_reach(session, actor, glory.id, TODAY).class_name == "7А"
    foreign = (
        (mother, anna.id),
        (told.as_role(anna.person_id, Role.PUPIL), glory.id),
        (told.as_role(mother_id, Role.PUPIL), glory.id),
        (told.as_role(None, Role.PARENT), glory.id),
        *((told.as_role(mother_id, role), glory.id) for role in (Role.HEAD, Role.CLASS_TEACHER)),
    )
    for actor, pupil_id in foreign:
        with pytest.raises(NotFound):
            pupil_in_reach(session, actor, pupil_id, TODAY)
    end_representation(
        context, EndRepresentation(representation_id=link_id, ended_on=TODAY, by_court=False)
    )
    with pytest.raises(NotFound):
        pupil_in_reach(session, mother, glory.id, TODAY)
    own = told.as_role(anna.person_id, Role.PUPIL)
    left = LeavePupil(
        pupil_id=anna.id, last_day=TODAY, order_id=order(context, "2-у", OrderKind.LEAVING)
    )
    leave_pupil(context, left)
    assert pupil_in_reach(session, own, anna.id, TODAY).id == anna.id
    with pytest.raises(NotFound):
        pupil_in_reach(session, own, anna.id, TODAY + DAY)


@pytest.mark.clause("POL-3.4.11")
@pytest.mark.clause("POL-2.2.9")
def test_who_changes_class_in_the_week_reads_each_days_own_class(told: Told) -> None:
    other = school_class(told.context, "7Б").id
    set_homework(told.teacher, SetHomework(lesson_id=told.lesson().id, text="§ 12"))
    told.adds(other, TODAY, 1)
    told.adds(other, WEDNESDAY, 4)
    moved = TransferPupil(
        pupil_id=told.pupil_id,
        class_id=other,
        since=WEDNESDAY,
        order_id=order(told.context, "3-у", OrderKind.TRANSFER),
    )
    transfer_pupil(told.context, moved)
    days = told.week().days
    assert [(one.class_name, [it.lesson.number for it in one.lessons]) for one in days[:3]] == [
        ("7А", [1, 2]), ("7А", []), ("7Б", [4]),
    ]  # fmt: skip
    # What 7А has to do on Wednesday is not the pupil's any more.
    assert days[2].tasks == ()


@pytest.mark.clause("INS-3.5.8")
def test_of_a_divided_subject_the_own_group_alone_is_shown(told: Told) -> None:
    english = subject(told.context, "Английский язык")
    for place, name in enumerate(("1", "2")):
        group = division(told.context, told.school.class_id, english, name)
        member = GroupMembership(
            group_id=group, pupil_id=told.school.pupils[place], since=TODAY, until=WEDNESDAY
        )
        told.context.session.add(member)
        for day in (TODAY, WEDNESDAY + DAY):
            lesson = told.adds(
                told.school.class_id, day, 4 + place, group_id=group, subject_id=english
            )
            task = SetHomework(lesson_id=lesson.id, text=f"Слова {name}", due_day=WEDNESDAY)
            if day == TODAY:
                set_homework(told.teacher, task)
    days = told.week().days
    assert [one.lesson.number for one in days[0].lessons] == [1, 2, 4]
    assert _texts(days[2]) == ["Слова 1"]
    # The pupil was in the group until Wednesday.
    assert days[3].lessons == ()


@pytest.mark.clause("POL-1.4")
def test_the_first_grade_has_topics_and_presence_alone(told: Told) -> None:
    told.context.session.get_one(SchoolClass, told.school.class_id).grade = 1
    told.context.session.flush()
    assert [one.takes_marks for one in told.week().days[0].lessons] == [False, False]


@pytest.mark.clause("POL-2.2.4")
@pytest.mark.clause("POL-3.9.4")
@pytest.mark.clause("INS-2.3")
def test_marks_stand_by_subject_with_their_average_and_what_was_missed(told: Told) -> None:
    session = told.context.session
    first, second = told.lesson(), told.lesson(number=2)
    told.writes(first, CellKind.MARK, "4/5")
    told.writes(first, CellKind.MARK, "2", place=1)
    told.writes(second, CellKind.ATTENDANCE, "н")
    session.add(
        PeriodMark(
            pupil_id=told.pupil_id,
            academic_year=YEAR,
            class_id=told.school.class_id,
            subject_id=told.school.subject_id,
            kind=FinalKind.PERIOD,
            number=1,
            value="4",
            first_written_at=told.context.now,
            written_at=told.context.now,
            written_by="Орлова Е.С.",
        )
    )
    session.flush()
    pupil = pupil_in_reach(
        session,
        told.as_role(session.get_one(Pupil, told.pupil_id).person_id, Role.PUPIL),
        told.pupil_id,
        TODAY,
    )
    found = marks_by_subject(session, pupil, Days(since=TODAY, until=WEDNESDAY), on=TODAY)
    (maths,) = found.subjects
    assert ([one.value for one in maths.marks], str(maths.average.value)) == (["4/5"], "4.5")
    assert (maths.missed, maths.late) == (1, 0)
    assert maths.given == {PeriodRef(kind=FinalKind.PERIOD, number=1): "4"}
    assert (found.attendance.days, found.attendance.lessons[None]) == (1, 1)
    later = marks_by_subject(session, pupil, Days(since=NEXT_MONDAY, until=NEXT_MONDAY), on=TODAY)
    assert (later.subjects[0].marks, later.attendance.missed) == ((), 0)


@pytest.mark.clause("POL-4.1.1")
def test_the_diary_takes_as_many_statements_for_a_full_week_as_for_an_empty_one(
    told: Told,
) -> None:
    session = told.context.session
    counted: list[str] = []
    session.flush()
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))

    def statements(monday: date) -> int:
        counted.clear()
        told.week(monday=monday)
        return len(counted)

    empty = statements(date(2027, 2, 1))
    other = teacher(told.context, "Белов Илья Олегович")
    for number in range(3, 8):
        lesson = told.adds(told.school.class_id, TODAY, number, teacher_id=other)
        set_homework(as_person(told.context, other), SetHomework(lesson_id=lesson.id, text="§"))
        told.writes(told.lesson(), CellKind.MARK, "5")
    session.flush()
    assert statements(TODAY) == empty
    assert empty <= 14


@pytest.mark.clause("POL-4.1.1")
@pytest.mark.clause("POL-2.2.4")
def test_a_class_of_five_never_shows_its_average(told: Told) -> None:
    session, lesson = told.context.session, told.lesson()
    for place, value in enumerate("54325"):
        told.writes(lesson, CellKind.MARK, value, place)
    year = Days(since=date(2026, 9, 1), until=TODAY)

    def november() -> Month:
        found = subject_year(session, told.pupil_id, told.school.subject_id, year)
        return found.months[-1]

    # There are but four others, all with marks.
    assert (str(november().average.value), november().of_class) == ("5", None)
    sixth = pupil(told.context, told.school.class_id, "Жукова Ева Ильинична", since=SINCE)
    edit = CellEdit(lesson_id=lesson.id, pupil_id=sixth, kind=CellKind.MARK, value="5")
    write_cells(told.teacher, WriteCells(edits=(edit,)))
    # 4, 3, 2, 5 and 5: the own mark is not among them.
    assert str(november().of_class) == "3.8"


@pytest.mark.clause("INS-3.3.13")
@pytest.mark.clause("INS-3.3.20")
def test_a_subject_tells_what_its_marks_were_and_what_they_may_become(told: Told) -> None:
    session, first, second = told.context.session, told.lesson(), told.lesson(number=2)
    told.writes(first, CellKind.MARK, "3")
    told.writes(first, CellKind.MARK, "4")
    told.writes(second, CellKind.MARK, "2")
    told.writes(second, CellKind.MARK, "")
    told.writes(second, CellKind.ATTENDANCE, "н")
    (running,) = (one for one in grade_periods(session, YEAR, 7) if one.since <= TODAY <= one.until)
    year = Days(since=date(2026, 9, 1), until=date(2027, 8, 31))
    page = subject_page(
        session, told.pupil_id, told.school.subject_id, year, running=running, on=TODAY
    )
    away, stands = page.marks
    assert (stands.value, [(one.old, one.new) for one in stands.changes]) == ("4", [("3", "4")])
    assert (away.value, [(one.old, one.new) for one in away.changes]) == ("", [("2", "")])
    assert [(one.presence, one.number) for one in page.missed] == [(Presence.ABSENT, 2)]
    assert page.forecast is not None
    # What was taken away does not count.
    assert (page.forecast.now.count, page.forecast.now.arithmetic) == (1, "(4×1) : 1 = 4,00 → 4")
    assert page.forecast.left > 0
    with pytest.raises(NotFound):
        subject_page(session, told.pupil_id, subject(told.context, "Химия"), year, on=TODAY)


@pytest.mark.clause("POL-2.2.4")
def test_the_pupils_years_are_those_of_the_own_classes(told: Told) -> None:
    session = told.context.session
    past = school_class(told.context, "6Б")
    past.academic_year = YEAR - 1
    session.add(
        ClassMembership(
            pupil_id=told.pupil_id, class_id=past.id, since=date(2025, 9, 1),
            until=date(2026, 5, 31),
        )
    )  # fmt: skip
    session.flush()
    years = [(one.academic_year, one.class_name) for one in years_of_pupil(session, told.pupil_id)]
    assert years == [(YEAR, "7А"), (YEAR - 1, "6Б")]
    assert len(years_of_pupil(session, told.school.pupils[1])) == 1
