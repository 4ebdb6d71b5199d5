"""The works of one lesson, as the page of the lesson shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from flask import url_for

from forms.works import WorkForm, type_options
from journal_core.access.terms import Permission
from journal_core.attendance.terms import Presence
from journal_core.journal.terms import JournalPage, Row
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.queries import work_types
from journal_core.marks.terms import WorkView
from portal.access import current_actor
from portal.state import reading, today


@dataclass(frozen=True, kw_only=True)
class WorksSection:
    """What `works/section.html` shows: `form` is None for who may not assign works here."""

    lesson: DayLesson
    takes_marks: bool
    works: tuple[WorkView, ...]
    form: WorkForm | None
    #: The day of the lesson has come: its works can be checked.
    has_come: bool


def works_section(lesson: DayLesson, page: JournalPage) -> WorksSection:
    """The works that stand over the columns of the lesson, each with how many marks it has."""
    views = [one.work for one in page.columns if one.work and one.lesson_id == lesson.id]
    there = [row for row in page.rows if _was_there(row, lesson)]
    takes_marks = page.course.takes_marks
    actor = current_actor()
    is_own = actor.may(Permission.JOURNAL_OWN_WRITE) and gives(lesson, actor.person_id)
    may_assign = is_own and takes_marks and not lesson.is_cancelled
    return WorksSection(
        lesson=lesson,
        takes_marks=takes_marks,
        works=tuple(replace(one, marks=_marks(one, page.rows), pupils=len(there)) for one in views),
        form=_form() if may_assign else None,
        has_come=lesson.day <= today(),
    )


def lesson_address(lesson_id: UUID) -> str:
    """Where the lesson is kept."""
    return url_for("journal.lesson", lesson_id=lesson_id)


def _form() -> WorkForm:
    form = WorkForm(formdata=None)
    form.type_code.options = type_options(work_types(reading()))
    return form


def _was_there(row: Row, lesson: DayLesson) -> bool:
    return row.is_in(lesson.day) and row.presence.get(lesson.id) is not Presence.ABSENT


def _marks(work: WorkView, rows: Iterable[Row]) -> int:
    return sum(bool(row.cells[work.id].mark) for row in rows if work.id in row.cells)
