"""Reading work types, works and their marks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from journal_core.database import Prepared, read_once
from journal_core.errors import NotFound
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import lessons_with_ids
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work, WorkTypeRow
from journal_core.marks.terms import CONTROL, WORK_TYPES, ControlWork, WorkType
from journal_core.school.models import SchoolClass


@read_once
def work_types(session: Session) -> Mapping[str, WorkType]:
    """The school's types by their letters, in its order; the product's while it saved none.

    Those out of use are among them, for the works that were given.
    """
    rows = session.scalars(select(WorkTypeRow).order_by(WorkTypeRow.position)).all()
    saved = [
        WorkType(
            code=row.code,
            name=row.name,
            weight=row.weight,
            check_days=row.check_days,
            is_written=row.is_written,
            is_in_use=row.is_in_use,
        )
        for row in rows
    ]
    return {one.code: one for one in saved or WORK_TYPES}


def works_in(session: Session, lesson_ids: Collection[UUID]) -> list[Work]:
    """The works of the lessons, in their order within each."""
    return list(session.scalars(_works(), {"lesson_ids": list(lesson_ids)}))


@cache
def _works() -> Prepared:
    return (
        select(Work)
        .where(Work.lesson_id.in_(bindparam("lesson_ids", expanding=True)))
        .order_by(Work.lesson_id, Work.position, Work.assigned_at)
    )


def work_row(session: Session, work_id: UUID) -> Work:
    """Raises NotFound."""
    row = session.get(Work, work_id)
    if row is None:
        raise NotFound("work_unknown")
    return row


def marks_given(session: Session, work_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many marks each of the works has; those without any are left out."""
    rows = session.execute(
        select(Mark.work_id, func.count()).where(Mark.work_id.in_(work_ids)).group_by(Mark.work_id)
    )
    return {work_id: marks for work_id, marks in rows}


def control_works(session: Session, since: date, until: date) -> list[ControlWork]:
    """The control works of the days, the schedule's and the teachers' own (INS-3.3.15).

    By day and hour, each with those that its class has beside it on the day. The two groups of a
    class that write in one subject do not meet.
    """
    rows = session.execute(
        select(Work, SchoolClass.grade)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .where(
            Lesson.day.between(since, until),
            Lesson.cancelled_at.is_(None),
            or_(Work.is_administrative, Work.type_code == CONTROL),
        )
        .order_by(Lesson.day, Lesson.number, SchoolClass.grade, SchoolClass.letter)
    ).all()
    lessons = {
        one.id: one for one in lessons_with_ids(session, {row.Work.lesson_id for row in rows})
    }
    marks = marks_given(session, [row.Work.id for row in rows])
    types = work_types(session)
    beside = _beside(lessons.values())
    return [
        _control_work(row.Work, lessons[row.Work.lesson_id], row.grade, types, marks, beside)
        for row in rows
    ]


def type_of(types: Mapping[str, WorkType], code: str) -> WorkType:
    """The type of a work; one that the school's list has no more stands by its letter alone."""
    return types.get(code) or WorkType(code=code, name=code, is_in_use=False)


def _control_work(
    work: Work,
    lesson: DayLesson,
    grade: int,
    types: Mapping[str, WorkType],
    marks: Mapping[UUID, int],
    beside: Mapping[tuple[UUID, date], set[str]],
) -> ControlWork:
    others = beside[lesson.class_id, lesson.day] - {lesson.subject}
    return ControlWork(
        id=work.id,
        lesson=lesson,
        grade=grade,
        type=type_of(types, work.type_code),
        title=work.title,
        is_administrative=work.is_administrative,
        marks=marks.get(work.id, 0),
        meets=tuple(sorted(others)),
    )


def _beside(lessons: Iterable[DayLesson]) -> dict[tuple[UUID, date], set[str]]:
    """The subjects in which a class has control works on a day."""
    found: dict[tuple[UUID, date], set[str]] = defaultdict(set)
    for one in lessons:
        found[one.class_id, one.day].add(one.subject)
    return found
