"""Reading who was asked too seldom, in one course or in all of a year."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from journal_core.academic_year.queries import breaks_of_year
from journal_core.academic_year.terms import Break
from journal_core.assessment.rules import asked_since, lack_of, wanted_marks
from journal_core.assessment.terms import Asked, AskedCourse, AskedPupil, AskedSince, Lack
from journal_core.attendance.models import AbsenceSpan, LessonAbsence
from journal_core.attendance.terms import Presence
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.classes.queries import holds_on
from journal_core.journal.terms import CourseKey, CourseView
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.terms import JOINT
from journal_core.people.models import Person, Pupil
from journal_core.period_marks.queries import hours_of
from journal_core.school.queries import settings_on
from journal_core.school.terms import SchoolSettings


def asked_courses(
    session: Session, courses: Sequence[CourseView], today: date
) -> list[AskedCourse]:
    """Who was asked too seldom in courses of one year (INS-3.3.7, 3.3.9, POL-3.7.4).

    The most urgent pupil first: without marks, then the one whose last mark is oldest. Courses
    that take no marks are left out. Its statements do not grow with courses or pupils.
    """
    marked = [one for one in courses if one.takes_marks]
    if not marked:
        return []
    breaks = breaks_of_year(session, marked[0].academic_year)
    settings = settings_on(session, today)
    spans = {grade: _spans(today, grade, breaks, settings) for grade in {c.grade for c in marked}}
    hours = hours_of(session, marked[0].academic_year, {one.key: one.grade for one in marked})
    members = _members_of_many(session, marked, today)
    pupil_ids = {pupil_id for own in members.values() for pupil_id, _name, _since in own}
    lessons = _lesson_days(session, marked, today)
    counted = {span: _counts(session, pupil_ids, span, today) for span in set(spans.values())}
    away = _away(session, pupil_ids, today)
    missed = _missed(session, pupil_ids, spans.values(), today)
    found = []
    for course in marked:
        span, wanted = spans[course.grade], wanted_marks(hours[course.key])
        first_on, last_on, next_on = lessons.get(course.key, (None, None, None))
        pupils = [
            _asked_pupil(
                pupil_id,
                name,
                _asked(counted[span].get((pupil_id, course.key.subject_id)), since, first_on),
                span,
                wanted,
                is_away=next_on is not None
                and any(one <= next_on <= until for one, until in away.get(pupil_id, ())),
                was_absent=last_on is not None and (pupil_id, course.key, last_on) in missed,
            )
            for pupil_id, name, since in members.get(course.key, ())
        ]
        found.append(
            AskedCourse(
                course=course,
                spans=span,
                wanted=wanted,
                pupils=tuple(sorted(pupils, key=_most_urgent)),
                next_on=next_on,
            )
        )
    return found


def _spans(
    today: date, grade: int, breaks: Iterable[Break], settings: SchoolSettings
) -> AskedSince:
    own = [one for one in breaks if one.first_grade <= grade <= one.last_grade]
    return asked_since(today, own, settings)


def _members_of_many(
    session: Session, courses: Sequence[CourseView], on: date
) -> dict[CourseKey, list[tuple[UUID, str, date]]]:
    """Course → its pupils on the date by name, with the day on which each came. Two statements."""
    by_place: dict[UUID, list[tuple[UUID, str, date]]] = defaultdict(list)
    tables: tuple[tuple[Any, Any, set[UUID]], ...] = (
        (
            ClassMembership,
            ClassMembership.class_id,
            {one.key.class_id for one in courses if one.key.group_id is None},
        ),
        (
            GroupMembership,
            GroupMembership.group_id,
            {one.key.group_id for one in courses if one.key.group_id},
        ),
    )
    for table, place, ids in tables:
        rows = session.execute(
            select(place, table.pupil_id, table.since, Person)
            .join(Pupil, Pupil.id == table.pupil_id)
            .join(Person, Person.id == Pupil.person_id)
            .where(place.in_(ids), holds_on(table, on))
            .order_by(Person.sort_key)
        )
        for place_id, pupil_id, since, person in rows:
            by_place[place_id].append((pupil_id, person.name.full, since))
    return {one.key: by_place[one.key.group_id or one.key.class_id] for one in courses}


def _lesson_days(
    session: Session, courses: Sequence[CourseView], today: date
) -> dict[CourseKey, tuple[date | None, date | None, date | None]]:
    """Course → the days of its first lesson, of the last whose roll was called, of the next."""
    is_called = and_(Lesson.day <= today, Lesson.roll_called_at.is_not(None))
    rows = session.execute(
        select(
            Lesson.class_id,
            Lesson.group_id,
            Lesson.subject_id,
            func.min(Lesson.day).label("first_on"),
            func.max(case((is_called, Lesson.day))).label("last_on"),
            func.min(case((Lesson.day > today, Lesson.day))).label("next_on"),
        )
        .where(
            Lesson.class_id.in_({one.key.class_id for one in courses}),
            Lesson.cancelled_at.is_(None),
        )
        .group_by(Lesson.class_id, Lesson.group_id, Lesson.subject_id)
    )
    return {
        CourseKey(class_id=row.class_id, group_id=row.group_id, subject_id=row.subject_id): (
            row.first_on,
            row.last_on,
            row.next_on,
        )
        for row in rows
    }


def _counts(
    session: Session, pupil_ids: Collection[UUID], spans: AskedSince, today: date
) -> dict[tuple[UUID, UUID], tuple[int, int, date]]:
    """Pupil and subject → marks in the first and in the second span, and the last one's day."""
    marks = case((Mark.value.contains(JOINT), 2), else_=1)
    rows = session.execute(
        select(
            Mark.pupil_id,
            Lesson.subject_id,
            func.sum(case((Lesson.day >= spans.first, marks), else_=0)).label("in_first"),
            func.sum(marks).label("in_second"),
            func.max(Lesson.day).label("last_on"),
        )
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.pupil_id.in_(pupil_ids), Lesson.day.between(spans.second, today))
        .group_by(Mark.pupil_id, Lesson.subject_id)
    )
    return {
        (row.pupil_id, row.subject_id): (row.in_first, row.in_second, row.last_on) for row in rows
    }


def _away(
    session: Session, pupil_ids: Collection[UUID], today: date
) -> dict[UUID, list[tuple[date, date]]]:
    """Pupil → the days of which it is said that they are away, today or later."""
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    rows = session.scalars(
        select(AbsenceSpan).where(
            AbsenceSpan.pupil_id.in_(pupil_ids),
            AbsenceSpan.until >= today,
            AbsenceSpan.declined_at.is_(None),
        )
    )
    for row in rows:
        found[row.pupil_id].append((row.since, row.until))
    return found


def _missed(
    session: Session, pupil_ids: Collection[UUID], spans: Iterable[AskedSince], today: date
) -> frozenset[tuple[UUID, CourseKey, date]]:
    """Who was not in lessons of the last weeks: pupil, course and day."""
    rows = session.execute(
        select(
            LessonAbsence.pupil_id,
            Lesson.class_id,
            Lesson.group_id,
            Lesson.subject_id,
            Lesson.day,
        )
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .where(
            LessonAbsence.pupil_id.in_(pupil_ids),
            LessonAbsence.presence == Presence.ABSENT,
            Lesson.day.between(min(one.first for one in spans), today),
        )
    )
    return frozenset(
        (
            row.pupil_id,
            CourseKey(class_id=row.class_id, group_id=row.group_id, subject_id=row.subject_id),
            row.day,
        )
        for row in rows
    )


def _asked(counted: tuple[int, int, date] | None, since: date, first_on: date | None) -> Asked:
    in_first, in_second, last_on = counted or (0, 0, None)
    return Asked(
        in_first=in_first,
        in_second=in_second,
        last_on=last_on,
        since=max(since, first_on) if first_on else None,
    )


def _asked_pupil(
    pupil_id: UUID,
    name: str,
    asked: Asked,
    spans: AskedSince,
    wanted: int,
    *,
    is_away: bool,
    was_absent: bool,
) -> AskedPupil:
    return AskedPupil(
        pupil_id=pupil_id,
        name=name,
        asked=asked,
        lack=lack_of(asked, spans, wanted),
        is_away=is_away,
        was_absent=was_absent,
    )


def _most_urgent(one: AskedPupil) -> tuple[int, date, int]:
    """None before few, the oldest last mark first, fewer marks first; then as they stood."""
    return (list(Lack).index(one.lack), one.asked.last_on or date.min, one.asked.in_second)
