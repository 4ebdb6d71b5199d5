"""Time: UTC in storage, the school's zone at the edge, always passed in."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

#: A clock is any function that tells the present moment in UTC.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar date of the moment at the school."""
    return moment.astimezone(zone).date()


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local date and time."""
    return datetime.combine(day, at, zone).astimezone(UTC)
