"""Reading the page of a lesson."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from journal_core.cells.terms import CellKind
from journal_core.context import Actor
from journal_core.journal.queries import (
    column_of,
    course_to_read,
    facts_of,
    frames,
    of_course,
    page_of_frames,
)
from journal_core.journal.rules import why_closed
from journal_core.journal.terms import CourseKey, Frame, JournalPage
from journal_core.lesson_page.rules import is_double
from journal_core.lesson_page.terms import LessonBeside, LessonPage
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import day_lesson, lessons_with_ids
from journal_core.lessons.terms import DayLesson
from journal_core.plans.queries import topics_of_course
from journal_core.plans.rules import next_topic


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
    row = session.get_one(Lesson, lesson_id)
    topics = topics_of_course(session, key.class_id, key.group_id, key.subject_id)
    written = next((one for one in topics if one.id == row.topic_id), None)
    before, after = _beside(session, actor, key, lesson)
    page = page_of_frames(session, actor, course, by_lesson, lesson.day, lesson.day, now=local)
    return LessonPage(
        lesson=lesson,
        page=_with_answers(page, actor, by_lesson[lesson.id], local),
        closed=why_closed(facts),
        roll_called_at=row.roll_called_at,
        is_roll_late=_is_after(lesson.day, row.roll_called_at, zone),
        topic_written_at=row.topic_written_at,
        is_topic_late=_is_after(lesson.day, row.topic_written_at, zone),
        topics=topics,
        planned=written if row.topic else next_topic(topics),
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
    is_same_day = Lesson.day == lesson.day
    earlier = or_(Lesson.day < lesson.day, and_(is_same_day, Lesson.number < lesson.number))
    later = or_(Lesson.day > lesson.day, and_(is_same_day, Lesson.number > lesson.number))
    query = select(Lesson).where(of_course(key), Lesson.cancelled_at.is_(None))
    before = session.scalar(
        query.where(earlier).order_by(Lesson.day.desc(), Lesson.number.desc()).limit(1)
    )
    after = session.scalar(query.where(later).order_by(Lesson.day, Lesson.number).limit(1))
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


def _is_next_to(row: Lesson, lesson: DayLesson) -> bool:
    return row.day == lesson.day and abs(row.number - lesson.number) == 1


def _lesson_beside(row: Lesson, *, is_double: bool) -> LessonBeside:
    return LessonBeside(
        id=row.id,
        day=row.day,
        number=row.number,
        is_double=is_double,
        lacks_roll=row.roll_called_at is None,
        lacks_topic=not row.topic,
    )
