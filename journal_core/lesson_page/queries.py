"""Reading the page of a lesson."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Integer, bindparam, select, tuple_
from sqlalchemy.orm import Session

from journal_core.cells.terms import CellKind
from journal_core.context import Actor
from journal_core.database import Prepared
from journal_core.journal.queries import (
    column_of,
    course_to_read,
    facts_of,
    frames,
    page_of_frames,
    values_of,
)
from journal_core.journal.rules import why_closed
from journal_core.journal.terms import CourseKey, Frame, JournalPage
from journal_core.lesson_page.rules import is_double
from journal_core.lesson_page.terms import LessonBeside, LessonPage
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import day_lesson, in_course, lessons_with_ids
from journal_core.lessons.terms import DayLesson
from journal_core.plans.queries import topics_of_course
from journal_core.plans.rules import next_topic

_PLACE = tuple_(Lesson.day, Lesson.number)
_THIS = tuple_(bindparam("day", type_=Date), bindparam("number", type_=Integer))


def lesson_page(
    session: Session, actor: Actor, lesson_id: UUID, *, now: datetime, zone: ZoneInfo
) -> LessonPage:
    """A lesson as it is kept, for those who may read its page of the journal (POL-3.6.1).

    Its statements do not grow with pupils, works or topics. Raises NotFound.
    """
    lesson, local = day_lesson(session, lesson_id), now.astimezone(zone)
    key = CourseKey(
        class_id=lesson.class_id, subject_id=lesson.subject_id, group_id=lesson.group_id
    )
    course = course_to_read(session, actor, key, local.date())
    by_lesson = frames(session, [lesson], zone)
    facts = facts_of(
        by_lesson[lesson.id], actor, local, CellKind.ATTENDANCE, by_lesson[lesson.id].day_term
    )
    topics = topics_of_course(session, key.class_id, key.group_id, key.subject_id)
    written = next((one for one in topics if one.id == lesson.topic_id), None)
    before, after = _beside(session, actor, key, lesson)
    page = page_of_frames(session, actor, course, by_lesson, lesson.day, lesson.day, now=local)
    return LessonPage(
        lesson=lesson,
        page=_with_answers(page, actor, by_lesson[lesson.id], local),
        closed=why_closed(facts),
        roll_called_at=lesson.roll_called_at,
        is_roll_late=_is_after(lesson.day, lesson.roll_called_at, zone),
        topic_written_at=lesson.topic_written_at,
        is_topic_late=_is_after(lesson.day, lesson.topic_written_at, zone),
        topics=topics,
        planned=written if lesson.topic else next_topic(topics),
        before=before,
        after=after,
    )


def _with_answers(page: JournalPage, actor: Actor, frame: Frame, now: datetime) -> JournalPage:
    """With a column for marks of the default type, also where other works are assigned alone."""
    default = frame.settings.default_work_type
    if any(one.work is None or one.work.type.code == default for one in page.columns):
        return page
    column = column_of(actor, frame, None, now, is_first=False)
    return replace(page, columns=(*page.columns, column)) if column.is_own else page


def _is_after(day: date, written: datetime | None, zone: ZoneInfo) -> bool:
    """Whether it was written later than on the day of the lesson (REC-2.1)."""
    return written is not None and written.astimezone(zone).date() > day


def _beside(
    session: Session, actor: Actor, key: CourseKey, lesson: DayLesson
) -> tuple[LessonBeside | None, LessonBeside | None]:
    """The lessons of the course before and after, of those that are held."""
    asked = values_of(key) | {"day": lesson.day, "number": lesson.number}
    before = session.execute(_before(), asked).first()
    after = session.execute(_after(), asked).first()
    # Who gives them is asked only of those that may make a double lesson with this one.
    near = [row.id for row in (before, after) if row and _is_next_to(row, lesson)]
    doubles = {
        one.id
        for one in lessons_with_ids(session, near)
        if is_double(one, lesson, actor.person_id) or is_double(lesson, one, actor.person_id)
    }
    return (
        _lesson_beside(before, is_double=before.id in doubles) if before else None,
        _lesson_beside(after, is_double=after.id in doubles) if after else None,
    )


@cache
def _before() -> Prepared:
    return _held(_PLACE < _THIS).order_by(Lesson.day.desc(), Lesson.number.desc())


@cache
def _after() -> Prepared:
    return _held(_PLACE > _THIS).order_by(Lesson.day, Lesson.number)


def _held(is_asked: ColumnElement[bool]) -> Prepared:
    return (
        select(Lesson.id, Lesson.day, Lesson.number, Lesson.roll_called_at, Lesson.topic)
        .where(in_course(), Lesson.cancelled_at.is_(None), is_asked)
        .limit(1)
    )


def _is_next_to(row: Any, lesson: DayLesson) -> bool:
    return bool(row.day == lesson.day and abs(row.number - lesson.number) == 1)


def _lesson_beside(row: Any, *, is_double: bool) -> LessonBeside:
    return LessonBeside(
        id=row.id,
        day=row.day,
        number=row.number,
        is_double=is_double,
        lacks_roll=row.roll_called_at is None,
        lacks_topic=not row.topic,
    )
