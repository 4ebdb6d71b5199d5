"""The marks of a period, pupil by pupil."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import DateParts, Hidden, Text
from journal_core.period_marks.terms import REASON_LENGTH, PeriodMarkEdit, PeriodRow

#: What was typed is read by the rule; it only must not be a novel.
_VALUE_LENGTH = 20


class SheetForm(PortalForm):
    """A mark and its reason for each pupil. Made by `sheet_form`, which knows the pupils.

    Each carries what the page showed, so that what somebody else wrote meanwhile is not lost.
    """

    pupil_ids: tuple[UUID, ...] = ()

    def cells(self, pupil_id: UUID) -> tuple[Any, Any]:
        """The pupil's mark, and the reason of it."""
        return self[_value(pupil_id)], self[_reason(pupil_id)]

    def edits(self) -> tuple[PeriodMarkEdit, ...]:
        result_on = self["result_on"].data if "result_on" in self else None
        return tuple(
            PeriodMarkEdit(
                pupil_id=pupil_id,
                value=self[_value(pupil_id)].data,
                reason=self[_reason(pupil_id)].data,
                result_on=result_on,
                seen=self[_seen(pupil_id)].data,
            )
            for pupil_id in self.pupil_ids
        )

    def refuse_pupil(self, pupil_id: UUID, code: str, message: Any) -> None:
        """The refusal beside what it is about: the mark, its reason, or the day of the result."""
        if code.startswith("result_day") and "result_on" in self:
            if not self["result_on"].errors:
                self.refuse("result_on", message)
        else:
            name = _reason if code.startswith("reason_") else _value
            self.refuse(name(pupil_id), message)

    def has_seen(self, rows: Sequence[PeriodRow]) -> None:
        """The page shows now what stands."""
        for row in rows:
            if row.pupil_id in self.pupil_ids:
                self[_seen(row.pupil_id)].data = row.value


def sheet_form(pupil_ids: Sequence[UUID], *, with_result: bool) -> type[SheetForm]:
    """The form of these pupils; a state exam asks for the day of its result."""
    fields: dict[str, Any] = {"pupil_ids": tuple(pupil_ids)}
    if with_result:
        fields["result_on"] = DateParts(
            _("Когда стал известен результат"),
            hint=_("Отметку ставят не позже суток после этого"),
            mark_optional=False,
        )
    for pupil_id in pupil_ids:
        fields[_value(pupil_id)] = Text(_("Отметка"), limit=_VALUE_LENGTH, mark_optional=False)
        fields[_reason(pupil_id)] = Text(_("Причина"), limit=REASON_LENGTH, mark_optional=False)
        fields[_seen(pupil_id)] = Hidden()
    return type("SheetForm", (SheetForm,), fields)


def sheet_values(rows: Sequence[PeriodRow]) -> dict[str, Any]:
    """What stands; where nothing does, what is proposed of enough marks."""
    values: dict[str, Any] = {}
    for row in rows:
        proposed = row.proposal.value if row.proposal.is_enough else ""
        values[_value(row.pupil_id)] = row.value or proposed
        values[_reason(row.pupil_id)] = row.given.reason if row.given else ""
        values[_seen(row.pupil_id)] = row.value
        if row.given and row.given.result_on:
            values.setdefault("result_on", row.given.result_on)
    return values


def _value(pupil_id: UUID) -> str:
    return f"value_{pupil_id.hex}"


def _reason(pupil_id: UUID) -> str:
    return f"reason_{pupil_id.hex}"


def _seen(pupil_id: UUID) -> str:
    return f"seen_{pupil_id.hex}"
