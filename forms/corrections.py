"""Asking for a correction of closed cells, and deciding on it (INS-3.3.13)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Integer, Text, TextArea
from journal_core.corrections.terms import CellRef, WantedCell

REASON_LENGTH = 300


class AskForm(PortalForm):
    """What the cells of a column are to hold. Made by `ask_form`, which knows them.

    A field left as it stands asks for nothing; an emptied one asks for an empty cell.
    """

    refs: tuple[CellRef, ...] = ()

    def cell(self, pupil_id: UUID) -> Text:
        return self[_wanted(pupil_id)]  # type: ignore[no-any-return]

    @property
    def wanted(self) -> tuple[WantedCell, ...]:
        return tuple(
            WantedCell(ref=ref, wanted=self.cell(ref.pupil_id).data or "") for ref in self.refs
        )

    def changes(self, pupil_id: UUID, stands: str) -> bool:
        """Whether something else than what stands in the cell is typed, right or wrong."""
        return bool(self.cell(pupil_id).data != stands)

    def refuse_cell(self, pupil_id: object, message: Any) -> None:
        """The refusal beside the cell of this pupil; above all fields when it is about none."""
        name = _wanted(pupil_id) if isinstance(pupil_id, UUID) else ""
        self.refuse(name if name in self else None, message)


def ask_form(cells: Sequence[tuple[CellRef, str]]) -> type[AskForm]:
    """The form of these cells, each with its pupil's name."""
    fields: dict[str, Any] = {"refs": tuple(ref for ref, _name in cells)}
    for ref, name in cells:
        fields[_wanted(ref.pupil_id)] = Text(name, limit=10, width=4, mark_optional=False)
    fields["reason"] = TextArea(
        _("Почему нужно исправить"),
        required=_("Укажите причину"),
        hint=_("Её прочтёт заместитель директора, и она останется в истории отметки"),
        limit=REASON_LENGTH,
        rows=3,
    )
    return type("AskForm", (AskForm,), fields)


def ask_values(cells: Sequence[tuple[CellRef, str]]) -> dict[str, str]:
    """What stands in the cells, as the fields hold it."""
    return {_wanted(ref.pupil_id): value for ref, value in cells}


class ApproveForm(PortalForm):
    """`seen_version` is of the page that is approved."""

    seen_version = Integer(_("Версия"))


class DeclineForm(ApproveForm):
    comment = TextArea(
        _("Почему отказано"),
        required=_("Скажите учителю, почему"),
        limit=500,
        rows=2,
    )


def _wanted(pupil_id: UUID) -> str:
    return f"wanted_{pupil_id.hex}"
