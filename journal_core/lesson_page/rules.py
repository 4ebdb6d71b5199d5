"""Which two lessons are a double one."""

from uuid import UUID

from journal_core.lessons.rules import may_write
from journal_core.lessons.terms import DayLesson


def is_double(first: DayLesson, second: DayLesson, person_id: UUID | None) -> bool:
    """Whether the person gives both, one right after the other: a double lesson of one course."""
    is_one_course = (first.class_id, first.group_id, first.subject_id) == (
        second.class_id,
        second.group_id,
        second.subject_id,
    )
    follows = first.day == second.day and second.number == first.number + 1
    return (
        is_one_course and follows and may_write(first, person_id) and may_write(second, person_id)
    )
