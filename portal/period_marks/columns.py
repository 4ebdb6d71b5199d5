"""Period marks as the last columns of the journal page."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from journal_core.academic_year.terms import Period
from journal_core.journal.terms import CourseView
from journal_core.period_marks.queries import period_marks_of
from journal_core.period_marks.rules import refs_of
from portal.period_marks.labels import ref_name
from portal.state import reading


def final_columns(
    course: CourseView, periods: Sequence[Period]
) -> list[tuple[str, Mapping[UUID, str]]]:
    """The columns in which any mark is given, in the order of the year: a name, pupil → mark."""
    given = period_marks_of(reading(), course.key, course.academic_year)
    columns: list[tuple[str, Mapping[UUID, str]]] = []
    for ref in refs_of(course.grade, periods):
        values = {pupil_id: marks[ref] for pupil_id, marks in given.items() if ref in marks}
        if values:
            columns.append((ref_name(ref, periods), values))
    return columns
