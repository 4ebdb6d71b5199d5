"""Words of the diary: why a lesson was missed, what a mark sums up."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _

from journal_core.academic_year.terms import Period
from journal_core.attendance.terms import ReasonCode
from journal_core.period_marks.terms import FinalKind, PeriodRef
from portal.academic_year.labels import PERIOD_NAMES
from portal.corrections.labels import FINAL_NAMES

#: Of a lesson that was missed; None is that the class teacher has not told it yet.
REASON_NAMES: dict[ReasonCode | None, Any] = {
    ReasonCode.EXCUSED: _("уважительная причина"),
    ReasonCode.UNEXCUSED: _("без уважительной причины"),
    ReasonCode.ILL: _("болезнь"),
    None: _("причина не указана"),
}


def number_text(number: Decimal | None) -> str:
    """«4,33»; a dash for none."""
    return "—" if number is None else str(format_decimal(number, "0.00"))


def period_name(period: Period) -> str:
    """«2 четверть»."""
    return f"{period.number} {PERIOD_NAMES[period.kind]}"


def ref_names(
    periods: Sequence[Period], refs: Sequence[PeriodRef], given: Collection[PeriodRef]
) -> list[tuple[PeriodRef, str]]:
    """Those of the year's marks that are given, in its order, each with its name."""
    names = {one.number: period_name(one) for one in periods}
    return [(ref, _ref_name(ref, names)) for ref in refs if ref in given]


def _ref_name(ref: PeriodRef, names: dict[int, str]) -> str:
    if ref.kind is FinalKind.PERIOD:
        return names[ref.number]
    return f"{ref.number or ''} {FINAL_NAMES[ref.kind]}".strip()
