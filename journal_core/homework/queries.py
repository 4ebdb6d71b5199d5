"""Reading homework: of a lesson, due on a day, and its files."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from journal_core.academic_year.queries import periods_of_year, school_bells
from journal_core.academic_year.rules import bells_on, periods_of
from journal_core.access.terms import Permission
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.classes.rules import takes_marks
from journal_core.context import Actor
from journal_core.curriculum.models import Subject
from journal_core.errors import NotFound
from journal_core.files.models import FileScan, StoredFile
from journal_core.homework.models import Homework, HomeworkFile
from journal_core.homework.terms import (
    LESSONS_OFFERED,
    DayLoad,
    HomeworkFacts,
    HomeworkFileView,
    HomeworkView,
    NextLesson,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import day_lesson, last_numbers
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.people.models import Pupil, Representation
from journal_core.people.queries import represents_on, studies_on
from journal_core.plans.models import PlanTopic
from journal_core.school.models import SchoolClass
from journal_core.school.queries import is_led_by, settings_on
from journal_core.school.rules import academic_year_of


def homework_of(session: Session, lesson_id: UUID) -> HomeworkView | None:
    """What the lesson sets; None while nothing is written. Two statements."""
    found = _homework(session, Homework.lesson_id == lesson_id)
    return found[0] if found else None


def due_in(session: Session, lesson: DayLesson) -> list[HomeworkView]:
    """What was set for this lesson, to be looked at in it (INS-3.3.16). Two statements."""
    is_for_the_day = and_(
        Homework.due_lesson_id.is_(None), Homework.due_day == lesson.day, _is_of_course(lesson)
    )
    return _homework(
        session,
        or_(Homework.due_lesson_id == lesson.id, is_for_the_day),
        Homework.is_none.is_(False),
    )


def loads_of(
    session: Session, class_id: UUID, days: Iterable[date], *, but: UUID | None = None
) -> dict[date, DayLoad]:
    """What the class has to do for each of the days: two statements, however many days.

    All subjects of the class and of its groups; `but` is a lesson whose own homework stays out.
    A lesson that is cancelled sets nothing.
    """
    asked = sorted(set(days))
    is_other = true() if but is None else Homework.lesson_id != but
    found: dict[date, list[HomeworkView]] = defaultdict(list)
    for one in _homework(
        session,
        Lesson.class_id == class_id,
        Lesson.cancelled_at.is_(None),
        Homework.due_day.in_(asked),
        Homework.is_none.is_(False),
        is_other,
    ):
        if one.due_day is not None:
            found[one.due_day].append(one)
    return {day: DayLoad(day=day, tasks=tuple(found[day])) for day in asked}


def homework_of_pupil(
    session: Session, pupil_id: UUID, days: Iterable[date], on: date
) -> list[HomeworkView]:
    """What is set to the pupil on one of the days, or for one of them (POL-2.2.9).

    Read on the date, by the same rule as its files (`may_read`). A lesson that is cancelled sets
    nothing. Two statements.
    """
    asked = list(days)
    own = select(ClassMembership.class_id).where(ClassMembership.pupil_id == pupil_id)
    set_then = (
        select(Homework.id)
        .join(Lesson, Lesson.id == Homework.lesson_id)
        .where(Lesson.class_id.in_(own), Lesson.day.in_(asked))
    )
    due_then = select(Homework.id).where(Homework.due_day.in_(asked))
    return _homework(
        session,
        # Each half has an index of its own; said with "or" it would read the whole school's.
        Homework.id.in_(set_then.union(due_then)),
        Lesson.cancelled_at.is_(None),
        _is_set_to(Pupil.id == pupil_id, on),
    )


def next_lessons(session: Session, lesson: DayLesson) -> list[NextLesson]:
    """The course's next lessons on later days, one a day: what homework is set for."""
    rows = session.execute(
        select(Lesson.id, Lesson.day, Lesson.number)
        .where(_is_of_course(lesson), Lesson.day > lesson.day, Lesson.cancelled_at.is_(None))
        .order_by(Lesson.day, Lesson.number)
        # A day has at most two of them where a double lesson stands in the timetable.
        .limit(LESSONS_OFFERED * 2)
    )
    of_days: dict[date, NextLesson] = {}
    for row in rows:
        of_days.setdefault(row.day, NextLesson(id=row.id, day=row.day, number=row.number))
    return list(of_days.values())[:LESSONS_OFFERED]


def due_lesson_day(session: Session, lesson: DayLesson, due_lesson_id: UUID) -> date:
    """The day of another lesson of the course. Raises NotFound for one that is of no such."""
    day = session.scalar(
        select(Lesson.day).where(Lesson.id == due_lesson_id, _is_of_course(lesson))
    )
    if day is None:
        raise NotFound("lesson_unknown")
    return day


def due_lesson_on(session: Session, lesson: DayLesson, day: date) -> UUID | None:
    """The course's first lesson of the day; None while none is laid."""
    return session.scalar(
        select(Lesson.id)
        .where(_is_of_course(lesson), Lesson.day == day, Lesson.cancelled_at.is_(None))
        .order_by(Lesson.number)
        .limit(1)
    )


def planned_homework(session: Session, lesson_id: UUID) -> str:
    """The homework that the plan has beside the lesson's topic; "" without one."""
    return (
        session.scalar(
            select(PlanTopic.homework)
            .join(Lesson, Lesson.topic_id == PlanTopic.id)
            .where(Lesson.id == lesson_id)
        )
        or ""
    )


def facts_of(session: Session, actor: Actor, lesson: DayLesson, now: datetime) -> HomeworkFacts:
    """What the rules ask; `now` is in the school's zone, the settings are those of the lesson."""
    grade, kind = session.execute(
        select(SchoolClass.grade, StudyGroup.kind)
        .select_from(SchoolClass)
        .outerjoin(StudyGroup, StudyGroup.id == lesson.group_id)
        .where(SchoolClass.id == lesson.class_id)
    ).one()
    periods = periods_of(periods_of_year(session, academic_year_of(lesson.day)), grade)
    return HomeworkFacts(
        now=now,
        takes_homework=takes_marks(grade, kind),
        is_own=actor.may(Permission.JOURNAL_OWN_WRITE) and gives(lesson, actor.person_id),
        is_cancelled=lesson.is_cancelled,
        period_until=next(
            (one.until for one in periods if one.since <= lesson.day <= one.until), None
        ),
        period_close_days=settings_on(session, lesson.day).period_close_days,
    )


def last_bell(session: Session, lesson: DayLesson) -> time | None:
    """When the class's last lesson of the day ends; None where no bells are known (REC-2.2)."""
    numbers = last_numbers(session, [lesson.class_id], lesson.day, lesson.day)
    last = numbers.get((lesson.class_id, lesson.day), lesson.number)
    bells = bells_on(lesson.day, school_bells(session))
    times = bells.times if bells else ()
    return next((bell.ends for bell in times if bell.number == last), None)


def lesson_in_reach(session: Session, actor: Actor, lesson_id: UUID, on: date) -> DayLesson:
    """A lesson whose homework the actor may read at the school. Raises NotFound for another.

    Whoever teaches the course; the class teacher; who reads every journal (POL-3.5.1, 3.6.1).
    """
    found = session.scalar(
        select(Lesson.id)
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .where(Lesson.id == lesson_id, _keeps(actor, on))
    )
    if found is None:
        raise NotFound("lesson_unknown")
    return day_lesson(session, found)


def class_in_reach(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """Any class for who reads every journal, else one that the actor leads. Raises NotFound."""
    is_open = true() if actor.may(Permission.JOURNAL_ANY_READ) else is_led_by(actor.person_id, on)
    found = session.scalars(select(SchoolClass).where(SchoolClass.id == class_id, is_open)).first()
    if found is None:
        raise NotFound("class_unknown")
    return found


def may_read(actor: Actor, on: date) -> ColumnElement[bool]:
    """The homework that the actor may read on the date, as a condition on Homework and Lesson.

    Who keeps the lesson (`lesson_in_reach`), a pupil to whom it was set, and whoever represents
    such a pupil on the date (POL-2.2.9). It is set to who is in the class, and in the group, at
    some time from the day of the lesson to the day it is due, both counted.
    """
    conditions: list[ColumnElement[bool]] = []
    if actor.may(Permission.JOURNAL_PAGE_READ):
        led = select(SchoolClass.id).where(is_led_by(actor.person_id, on))
        conditions.append(or_(_teaches(actor), Lesson.class_id.in_(led)))
    if actor.may(Permission.JOURNAL_ANY_READ):
        conditions.append(true())
    if actor.may(Permission.DIARY_OWN_READ):
        conditions.append(_is_set_to(Pupil.person_id == actor.person_id, on))
    if actor.may(Permission.CHILDREN_OWN_READ):
        represented = select(Representation.pupil_id).where(
            Representation.person_id == actor.person_id, represents_on(on)
        )
        conditions.append(_is_set_to(Pupil.id.in_(represented), on))
    return or_(false(), *conditions)


def file_to_read(session: Session, actor: Actor, file_id: UUID, on: date) -> StoredFile:
    """A file of homework that the actor may read. Raises NotFound for any other file."""
    found = session.scalars(
        select(StoredFile)
        .join(HomeworkFile, HomeworkFile.file_id == StoredFile.id)
        .join(Homework, Homework.id == HomeworkFile.homework_id)
        .join(Lesson, Lesson.id == Homework.lesson_id)
        .where(StoredFile.id == file_id, may_read(actor, on))
    ).first()
    if found is None:
        raise NotFound("file_unknown")
    return found


def _keeps(actor: Actor, on: date) -> ColumnElement[bool]:
    """For joining lessons and classes: the actor teaches the course, leads the class, reads all."""
    if actor.may(Permission.JOURNAL_ANY_READ):
        return true()
    return or_(_teaches(actor), is_led_by(actor.person_id, on))


def _teaches(actor: Actor) -> ColumnElement[bool]:
    """That the actor gives a lesson of the same course, by the timetable or instead."""
    if actor.person_id is None:
        return false()
    own = aliased(Lesson)
    return exists().where(
        or_(own.teacher_id == actor.person_id, own.substitute_id == actor.person_id),
        own.class_id == Lesson.class_id,
        own.subject_id == Lesson.subject_id,
        func.coalesce(own.group_id, own.class_id)
        == func.coalesce(Lesson.group_id, Lesson.class_id),
    )


def _is_set_to(pupils: ColumnElement[bool], on: date) -> ColumnElement[bool]:
    """That it is set to one of the pupils, who studies at the school on the date."""
    # Two selects down, the lesson is that of the outermost one only when it is said.
    in_group = (
        select(GroupMembership.id)
        .where(
            GroupMembership.group_id == Lesson.group_id,
            GroupMembership.pupil_id == Pupil.id,
            *_meets(GroupMembership),
        )
        .correlate(Lesson, Homework, Pupil)
        .exists()
    )
    return (
        select(Pupil.id)
        .join(ClassMembership, ClassMembership.pupil_id == Pupil.id)
        .where(
            pupils,
            studies_on(on),
            ClassMembership.class_id == Lesson.class_id,
            *_meets(ClassMembership),
            or_(Lesson.group_id.is_(None), in_group),
        )
        .correlate(Lesson, Homework)
        .exists()
    )


def _meets(
    membership: type[ClassMembership] | type[GroupMembership],
) -> tuple[ColumnElement[bool], ...]:
    """That the membership meets the days from the lesson to the day that its homework is due."""
    return (
        membership.since <= func.coalesce(Homework.due_day, Lesson.day),
        or_(membership.until.is_(None), membership.until >= Lesson.day),
    )


def _is_of_course(lesson: DayLesson) -> ColumnElement[bool]:
    group_id = lesson.group_id
    return and_(
        Lesson.class_id == lesson.class_id,
        Lesson.subject_id == lesson.subject_id,
        Lesson.group_id.is_(None) if group_id is None else Lesson.group_id == group_id,
    )


def _homework(session: Session, *conditions: ColumnElement[bool]) -> list[HomeworkView]:
    """By subject and group, then by the day it was set. One statement, and one for the files."""
    rows = session.execute(
        select(
            Homework,
            Lesson.day,
            Lesson.class_id,
            Lesson.subject_id,
            Lesson.group_id,
            SchoolClass.grade,
            SchoolClass.letter,
            Subject.name.label("subject"),
            func.coalesce(StudyGroup.name, "").label("group_name"),
        )
        .join(Lesson, Lesson.id == Homework.lesson_id)
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .join(Subject, Subject.id == Lesson.subject_id)
        .outerjoin(StudyGroup, StudyGroup.id == Lesson.group_id)
        .where(*conditions)
        .order_by(Subject.name, func.coalesce(StudyGroup.name, ""), Lesson.day, Lesson.number)
    ).all()
    files = _files(session, [row.Homework.id for row in rows])
    return [_view(row, files[row.Homework.id]) for row in rows]


def _files(session: Session, ids: list[UUID]) -> dict[UUID, list[HomeworkFileView]]:
    found: dict[UUID, list[HomeworkFileView]] = defaultdict(list)
    rows = session.execute(
        select(HomeworkFile.homework_id, StoredFile, FileScan.state)
        .join(StoredFile, StoredFile.id == HomeworkFile.file_id)
        .outerjoin(FileScan, FileScan.file_id == StoredFile.id)
        .where(HomeworkFile.homework_id.in_(ids))
        .order_by(HomeworkFile.position)
    )
    for row in rows:
        found[row.homework_id].append(
            HomeworkFileView(
                file_id=row.StoredFile.id,
                name=row.StoredFile.name,
                media_type=row.StoredFile.media_type,
                size=row.StoredFile.size,
                scan=row.state,
            )
        )
    return found


def _view(row: Any, files: list[HomeworkFileView]) -> HomeworkView:
    homework: Homework = row.Homework
    return HomeworkView(
        id=homework.id,
        lesson_id=homework.lesson_id,
        day=row.day,
        class_id=row.class_id,
        class_name=f"{row.grade}{row.letter}",
        subject_id=row.subject_id,
        subject=row.subject,
        group_id=row.group_id,
        group_name=row.group_name,
        is_none=homework.is_none,
        text=homework.text,
        comment=homework.comment,
        link=homework.link,
        minutes=homework.minutes,
        due_lesson_id=homework.due_lesson_id,
        due_day=homework.due_day,
        is_late=homework.is_late,
        written_at=homework.written_at,
        written_by=homework.written_by,
        files=tuple(files),
    )
