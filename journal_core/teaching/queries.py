"""Reading the teacher's day. The statements do not grow with lessons, works or pupils."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from journal_core.academic_year.queries import school_bells
from journal_core.academic_year.rules import bells_on, bounds, is_closed
from journal_core.academic_year.terms import SchoolBells
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import Presence
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.classes.rules import takes_marks
from journal_core.database import Prepared
from journal_core.homework.models import Homework
from journal_core.journal.queries import frames, work_view
from journal_core.journal.terms import Frame
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import lessons_of, lessons_with_ids
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import work_types
from journal_core.marks.terms import WorkType
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of
from journal_core.teaching.rules import lacks_of
from journal_core.teaching.terms import (
    LessonFacts,
    LessonOfDay,
    TeacherDay,
    UnwrittenLesson,
    WorkToCheck,
)

#: How many days back a lesson that lacks something is named.
LOOK_BACK_DAYS = 30


def day_of_teacher(session: Session, person_id: UUID, now: datetime, zone: ZoneInfo) -> TeacherDay:
    """The lessons of today with what each still lacks, earlier ones that do, works to check."""
    today = now.astimezone(zone).date()
    first = _first_day(today)
    since = max(first, today - timedelta(days=LOOK_BACK_DAYS))
    return _day(session, person_id, now.astimezone(zone), zone, since, first)


def lessons_of_today(
    session: Session, person_id: UUID, now: datetime, zone: ZoneInfo
) -> TeacherDay:
    """The day alone: what other days left to do is not read."""
    today = now.astimezone(zone).date()
    return _day(session, person_id, now.astimezone(zone), zone, today, today)


def _day(
    session: Session,
    person_id: UUID,
    now: datetime,
    zone: ZoneInfo,
    lessons_since: date,
    works_since: date,
) -> TeacherDay:
    """The day at `now`, with earlier lessons and works since a day each."""
    today = now.date()
    lessons = lessons_of(session, person_id, today)
    facts = _facts(session, person_id, lessons_since, today)
    waiting = _waiting(session, person_id, works_since, today)
    own = {one.id for one in lessons}
    asked = (facts.keys() | {one.work.lesson_id for one in waiting}) - own
    others = lessons_with_ids(session, asked)
    by_lesson = frames(session, [*lessons, *others], zone)
    queue = _queue(session, waiting, by_lesson, person_id, now)
    earlier = [one for one in others if one.id in facts]
    return TeacherDay(
        now=now,
        lessons=_of_day(session, lessons, facts, queue, by_lesson, person_id),
        unwritten=_unwritten(earlier, facts, by_lesson, person_id, today),
        works=queue,
    )


def works_to_check(
    session: Session, person_id: UUID, now: datetime, zone: ZoneInfo
) -> tuple[WorkToCheck, ...]:
    """Written works of the person's lessons of the year that wait for marks (POL-3.6.4, REC-2.4).

    The soonest term first, so late ones stand above. A work waits until every pupil who was there
    has a mark, or its teacher says that no more will come. Answers and homework are marked at
    will and wait for nothing.
    """
    local = now.astimezone(zone)
    waiting = _waiting(session, person_id, _first_day(local.date()), local.date())
    lessons = lessons_with_ids(session, {one.work.lesson_id for one in waiting})
    return _queue(session, waiting, frames(session, lessons, zone), person_id, local)


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """A work that nobody finished, and how many of those who were there have marks for it."""

    work: Work
    marks: int


def _first_day(today: date) -> date:
    """Of the academic year."""
    first, _last = bounds(academic_year_of(today))
    return first


def _waiting(session: Session, person_id: UUID, since: date, today: date) -> list[_Waiting]:
    written = [code for code, kind in work_types(session).items() if kind.is_written]
    rows = session.execute(_works_waiting(), _giver(person_id, since, today) | {"written": written})
    return [_Waiting(work=work, marks=marks) for work, marks in rows]


@cache
def _works_waiting() -> Prepared:
    absent = and_(
        LessonAbsence.lesson_id == Work.lesson_id,
        LessonAbsence.pupil_id == Mark.pupil_id,
        LessonAbsence.presence == Presence.ABSENT,
    )
    is_written = Work.type_code.in_(bindparam("written", expanding=True))
    return (
        select(Work, func.count(Mark.id).filter(LessonAbsence.id.is_(None)))
        .join(Lesson, Lesson.id == Work.lesson_id)
        .outerjoin(Mark, Mark.work_id == Work.id)
        .outerjoin(LessonAbsence, absent)
        .where(
            _is_given(),
            Work.checked_at.is_(None),
            or_(Work.is_administrative, is_written),
        )
        .group_by(Work.id)
    )


def _queue(
    session: Session,
    waiting: Iterable[_Waiting],
    by_lesson: Mapping[UUID, Frame],
    person_id: UUID,
    now: datetime,
) -> tuple[WorkToCheck, ...]:
    own = [one for one in waiting if gives(by_lesson[one.work.lesson_id].lesson, person_id)]
    types = work_types(session)
    lessons = [by_lesson[lesson_id].lesson for lesson_id in {one.work.lesson_id for one in own}]
    present = _present(session, lessons)
    found = [_to_check(one, by_lesson[one.work.lesson_id], types, present, now) for one in own]
    return tuple(
        sorted(
            (one for one in found if one.left > 0),
            key=lambda one: (one.work.term, one.lesson.number, one.lesson.class_name),
        )
    )


def _to_check(
    one: _Waiting,
    frame: Frame,
    types: Mapping[str, WorkType],
    present: Mapping[UUID, int],
    now: datetime,
) -> WorkToCheck:
    view = work_view(one.work, frame, types)
    return WorkToCheck(
        work=replace(view, marks=one.marks, pupils=present[frame.lesson.id]),
        lesson=frame.lesson,
        is_late=now >= view.term,
    )


def _present(session: Session, lessons: Collection[DayLesson]) -> dict[UUID, int]:
    """How many of the class or group were in each lesson: those not told absent."""
    spans: list[tuple[UUID, date, date | None]] = []
    places = (
        (_in_classes(), {one.class_id for one in lessons}),
        (_in_groups(), {one.group_id for one in lessons if one.group_id}),
    )
    for statement, ids in places:
        rows = session.execute(statement, {"ids": list(ids)})
        spans += [(place_id, since, until) for place_id, since, until in rows]
    absent = Counter(session.scalars(_absences(), {"ids": [one.id for one in lessons]}))
    return {
        one.id: sum(
            place_id == (one.group_id or one.class_id) and since <= one.day <= (until or one.day)
            for place_id, since, until in spans
        )
        - absent[one.id]
        for one in lessons
    }


@cache
def _in_classes() -> Prepared:
    table = ClassMembership
    is_asked = table.class_id.in_(bindparam("ids", expanding=True))
    return select(table.class_id, table.since, table.until).where(is_asked)


@cache
def _in_groups() -> Prepared:
    table = GroupMembership
    is_asked = table.group_id.in_(bindparam("ids", expanding=True))
    return select(table.group_id, table.since, table.until).where(is_asked)


@cache
def _absences() -> Prepared:
    return select(LessonAbsence.lesson_id).where(
        LessonAbsence.lesson_id.in_(bindparam("ids", expanding=True)),
        LessonAbsence.presence == Presence.ABSENT,
    )


def _facts(session: Session, person_id: UUID, since: date, today: date) -> dict[UUID, LessonFacts]:
    """What is written in the lessons that the person gives: today's, and earlier that lack some."""
    rows = session.execute(_written_in(), _giver(person_id, since, today))
    facts = {
        row.id: (
            row.day,
            LessonFacts(
                is_roll_called=row.is_roll_called,
                has_topic=row.has_topic,
                has_homework=row.has_homework,
                needs_homework=takes_marks(row.grade, row.kind),
            ),
        )
        for row in rows
    }
    return {
        lesson_id: told
        for lesson_id, (day, told) in facts.items()
        if day == today or lacks_of(told)
    }


@cache
def _written_in() -> Prepared:
    return (
        select(
            Lesson.id,
            Lesson.day,
            Lesson.roll_called_at.is_not(None).label("is_roll_called"),
            Lesson.topic_written_at.is_not(None).label("has_topic"),
            Homework.id.is_not(None).label("has_homework"),
            SchoolClass.grade,
            StudyGroup.kind,
        )
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .outerjoin(StudyGroup, StudyGroup.id == Lesson.group_id)
        .outerjoin(Homework, Homework.lesson_id == Lesson.id)
        .where(
            _is_given(),
            or_(
                Lesson.day == bindparam("today"),
                Lesson.roll_called_at.is_(None),
                Lesson.topic_written_at.is_(None),
                Homework.id.is_(None),
            ),
        )
    )


def _giver(person_id: UUID, since: date, today: date) -> dict[str, Any]:
    return {"person_id": person_id, "since": since, "today": today}


def _is_given() -> ColumnElement[bool]:
    """That the `_giver` gives the lesson of these days, own or another's, and it is held."""
    person_id: BindParameter[UUID] = bindparam("person_id")
    is_own = and_(Lesson.teacher_id == person_id, Lesson.substitute_id.is_(None))
    return and_(
        or_(is_own, Lesson.substitute_id == person_id),
        Lesson.cancelled_at.is_(None),
        Lesson.day.between(bindparam("since"), bindparam("today")),
    )


def _of_day(
    session: Session,
    lessons: Iterable[DayLesson],
    facts: Mapping[UUID, LessonFacts],
    queue: Iterable[WorkToCheck],
    by_lesson: Mapping[UUID, Frame],
    person_id: UUID,
) -> tuple[LessonOfDay, ...]:
    bells = school_bells(session)
    found = []
    for one in lessons:
        frame = by_lesson[one.id]
        works = tuple(work for work in queue if work.lesson.id == one.id)
        is_own = gives(one, person_id) and not one.is_cancelled
        begins, ends = _times(one, bells, frame.zone)
        found.append(
            LessonOfDay(
                lesson=one,
                begins=begins,
                ends=ends,
                term=frame.day_term,
                is_own=is_own,
                lacks=lacks_of(facts[one.id]) if is_own else (),
                works=works,
            )
        )
    return tuple(found)


def _times(
    lesson: DayLesson, bells: SchoolBells, zone: ZoneInfo
) -> tuple[datetime, datetime] | tuple[None, None]:
    """When the lesson's bells ring."""
    of_day = bells_on(lesson.day, bells)
    for bell in of_day.times if of_day else ():
        if bell.number == lesson.number:
            return (
                datetime.combine(lesson.day, bell.starts, zone),
                datetime.combine(lesson.day, bell.ends, zone),
            )
    return None, None


def _unwritten(
    lessons: Iterable[DayLesson],
    facts: Mapping[UUID, LessonFacts],
    by_lesson: Mapping[UUID, Frame],
    person_id: UUID,
    today: date,
) -> tuple[UnwrittenLesson, ...]:
    """Those in which the person may still write: a closed period's are no longer asked for."""
    found = [
        UnwrittenLesson(lesson=one, lacks=lacks_of(facts[one.id]), days=(today - one.day).days)
        for one in lessons
        if gives(one, person_id) and not _in_closed_period(by_lesson[one.id], today)
    ]
    return tuple(sorted(found, key=lambda one: (one.days, one.lesson.number)))


def _in_closed_period(frame: Frame, today: date) -> bool:
    return is_closed(frame.period_until, frame.settings.period_close_days, today)
