"""When a week is checked, and by when."""

from datetime import date, timedelta

from journal_core.weekly_duty.terms import DutyState

#: From a week's Monday to the Friday of the next one: the working week that the check may take.
CHECK_DAYS = 11


def due_on(monday: date) -> date:
    """The last day of the working week after the week that begins on `monday` (SVC-3.10)."""
    return monday + timedelta(days=CHECK_DAYS)


def state_of(*, monday: date, last_day: date, is_signed: bool, today: date) -> DutyState:
    """Where the week stands: its term comes when its last day with lessons is over (SVC-3.7)."""
    if is_signed:
        return DutyState.SIGNED
    if today <= last_day:
        return DutyState.RUNS
    return DutyState.OVERDUE if today > due_on(monday) else DutyState.WAITS
