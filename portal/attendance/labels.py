"""Words and colours of absences."""

from collections.abc import Sequence
from datetime import date

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _

from documents.workbook import Cell, Sheet
from forms.attendance import REASON_NAMES
from journal_core.attendance.terms import (
    REASON_SIGNS,
    AttendanceCell,
    ClassAttendance,
    Days,
    SpanState,
)
from portal.presentation import short_date

STATE_NAMES = {
    SpanState.ANNOUNCED: lazy_gettext("ждёт классного руководителя"),
    SpanState.CONFIRMED: lazy_gettext("подтверждено"),
    SpanState.DECLINED: lazy_gettext("отклонено"),
}
STATE_COLOURS = {
    SpanState.ANNOUNCED: "yellow",
    SpanState.CONFIRMED: "green",
    SpanState.DECLINED: "red",
}


def days_words(days: Days) -> str:
    """23.11.2026; 23.11.2026 – 27.11.2026."""
    if days.since == days.until:
        return short_date(days.since)
    return f"{short_date(days.since)} – {short_date(days.until)}"


def day_heading(day: date) -> str:
    """пн 23.11."""
    return str(format_date(day, "EEEEEE dd.MM"))


def totals_columns() -> list[str]:
    return [
        _("Дней с пропусками"),
        _("Пропущено уроков"),
        *(f"{REASON_SIGNS[reason]} ({name})" for reason, name in REASON_NAMES.items()),
        _("Без причины"),
        _("Опозданий"),
    ]


def totals_rows(page: ClassAttendance) -> list[list[str | int]]:
    """Name, then what `totals_columns` says, of every pupil."""
    return [
        [
            row.name,
            row.totals.days,
            row.totals.missed,
            *(row.totals.lessons[reason] for reason in (*REASON_NAMES, None)),
            row.totals.late,
        ]
        for row in page.rows
    ]


def attendance_sheets(page: ClassAttendance) -> list[Sheet]:
    """The totals, and the days: lessons missed with the sign of the reason."""
    days: Sequence[Sequence[Cell]] = [
        [row.name, *(_day_text(row.cells.get(day)) for day in page.days)] for row in page.rows
    ]
    return [
        Sheet(
            name=_("Итоги"),
            columns=[_("Ученик"), *totals_columns()],
            rows=totals_rows(page),
        ),
        Sheet(
            name=_("По дням"),
            columns=[_("Ученик"), *(short_date(day) for day in page.days)],
            rows=days,
        ),
    ]


def _day_text(cell: AttendanceCell | None) -> str:
    if cell is None:
        return ""
    sign = REASON_SIGNS[cell.reason] if cell.reason else ""
    return f"{cell.missed or ''} {sign}".strip()
