"""States of a week in words and colours."""

from typing import Any

from flask_babel import lazy_gettext as _

from journal_core.weekly_duty.terms import DutyState

STATE_NAMES: dict[DutyState, Any] = {
    DutyState.RUNS: _("идёт"),
    DutyState.WAITS: _("ждёт проверки"),
    DutyState.OVERDUE: _("срок прошёл"),
    DutyState.SIGNED: _("проверена"),
}
STATE_COLOURS = {
    DutyState.RUNS: "blue",
    DutyState.WAITS: "yellow",
    DutyState.OVERDUE: "red",
    DutyState.SIGNED: "green",
}
