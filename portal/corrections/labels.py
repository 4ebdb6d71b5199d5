"""States of corrections in words and colours, and how a cell is named."""

from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.corrections.terms import CorrectedCellView, CorrectionState
from journal_core.period_marks.terms import FinalKind

STATE_NAMES: dict[CorrectionState, Any] = {
    CorrectionState.ASKED: _("ждёт решения"),
    CorrectionState.APPROVED: _("разрешено"),
    CorrectionState.DECLINED: _("отказано"),
    CorrectionState.WITHDRAWN: _("отозвано"),
    CorrectionState.CLOSED: _("закрыто"),
}
STATE_COLOURS = {
    CorrectionState.ASKED: "yellow",
    CorrectionState.APPROVED: "green",
    CorrectionState.DECLINED: "red",
    CorrectionState.WITHDRAWN: "grey",
    CorrectionState.CLOSED: "grey",
}
FINAL_NAMES: dict[FinalKind, Any] = {
    FinalKind.HALF_YEAR: _("полугодие"),
    FinalKind.YEAR: _("год"),
    FinalKind.EXAM: _("экзамен"),
    FinalKind.STATE_EXAM: _("ГИА"),
    FinalKind.FINAL: _("итоговая"),
}


class Filter(StrEnum):
    """What of the list is shown."""

    ALL = "all"
    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    REFUSED = "refused"


FILTER_NAMES: dict[Filter, Any] = {
    Filter.ALL: _("Все"),
    Filter.WAITING: _("Ждут решения"),
    Filter.OPEN: _("Разрешены"),
    Filter.CLOSED: _("Закрыты"),
    Filter.REFUSED: _("Отказано или отозвано"),
}
FILTERED = {
    Filter.ALL: tuple(CorrectionState),
    Filter.WAITING: (CorrectionState.ASKED,),
    Filter.OPEN: (CorrectionState.APPROVED,),
    Filter.CLOSED: (CorrectionState.CLOSED,),
    Filter.REFUSED: (CorrectionState.DECLINED, CorrectionState.WITHDRAWN),
}


def column_words(cell: CorrectedCellView) -> str:
    """What the cell is of: the letter of a work, attendance, or what a mark sums up."""
    if not cell.ref.period:
        return cell.work_type or gettext("посещаемость")
    kind, _colon, number = cell.ref.period.partition(":")
    name = FINAL_NAMES.get(FinalKind(kind))
    return str(name) if name else gettext("период %(number)s", number=number)
