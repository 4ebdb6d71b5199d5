"""A lesson's page sent as a form: who is absent, marks, the topic, that the roll is called."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from forms.base import PortalForm
from forms.fields import Hidden, Text
from journal_core.cells.terms import CellKind
from journal_core.journal.terms import CellEdit
from journal_core.lesson_page.terms import LessonPage
from journal_core.plans.terms import TITLE_LENGTH


class Refused(NamedTuple):
    """A cell that is not written: what was typed, and why not."""

    pupil_id: UUID
    value: str
    words: str


class LessonForm(PortalForm):
    """The topic is a field; cells are read by `edits_of`, and refused by their names."""

    topic = Text(_("Тема урока"), limit=TITLE_LENGTH, autocomplete="off", mark_optional=False)
    seen_topic = Hidden()

    def __init__(self, *typed: Any, **values: Any) -> None:
        super().__init__(*typed, **values)
        self.refused: dict[str, Refused] = {}

    @property
    def told_topic(self) -> str | None:
        """The topic as it is to be; None where the form leaves it as it was, or has none."""
        is_told = self.topic.raw_data and self.topic.data != self.seen_topic.data
        return self.topic.data if is_told else None

    def refuse_cell(self, edit: CellEdit, words: str) -> None:
        name = cell_name(edit.kind, edit.work_id, edit.pupil_id)
        self.refused[name] = Refused(edit.pupil_id, edit.value, words)

    def refused_of(self, pupil_id: UUID) -> list[str]:
        return [one.words for one in self.refused.values() if one.pupil_id == pupil_id]

    @property
    def error_pairs(self) -> list[tuple[str, Any]]:
        cells = [(name, one.words) for name, one in self.refused.items()]
        return super().error_pairs + cells


def edits_of(page: LessonPage, typed: MultiDict[str, str]) -> Iterator[CellEdit]:
    """What the form changes, by pupil: a cell counts when the form says what it showed of it."""
    for row in page.page.rows:
        yield from _edit(page, typed, CellKind.ATTENDANCE, None, row.pupil_id)
        for column in page.page.columns:
            yield from _edit(page, typed, CellKind.MARK, column.work_id, row.pupil_id)


def _edit(
    page: LessonPage,
    typed: MultiDict[str, str],
    kind: CellKind,
    work_id: UUID | None,
    pupil_id: UUID,
) -> Iterator[CellEdit]:
    name = cell_name(kind, work_id, pupil_id)
    seen, value = typed.get(f"seen-{name}"), typed.get(name, "").strip()
    if seen is not None and value != seen:
        yield CellEdit(
            lesson_id=page.lesson.id,
            pupil_id=pupil_id,
            kind=kind,
            value=value,
            work_id=work_id,
            seen=seen,
        )


def cell_name(kind: CellKind, work_id: UUID | None, pupil_id: UUID) -> str:
    """What the cell is called in the form."""
    return "-".join(str(part) for part in (kind, work_id, pupil_id) if part)


def presence_name(pupil_id: UUID) -> str:
    return cell_name(CellKind.ATTENDANCE, None, pupil_id)


def mark_name(work_id: UUID | None, pupil_id: UUID) -> str:
    return cell_name(CellKind.MARK, work_id, pupil_id)
