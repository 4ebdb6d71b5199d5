"""When the school receives: slots inside the reception hours of working days (SVC-3.4.1)."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from journal_core.calendar.rules import SATURDAY, is_working_day
from journal_core.calendar.terms import PublishedCalendar
from journal_core.clock import local_date, local_moment
from journal_core.school.terms import SchoolSettings

#: Monday to Friday: what the regulation has, and what holds where no day is named.
MONDAY_TO_FRIDAY = frozenset(range(SATURDAY))
DAYS_IN_WEEK = 7

_NAMES = (
    ("пн", "понед", "mon"), ("вт", "вторн", "tue"), ("ср", "сред", "wed"), ("чт", "четв", "thu"),
    ("пт", "пятн", "fri"), ("сб", "субб", "sat"), ("вс", "воскр", "sun"),
)  # fmt: skip
_WORD = re.compile(
    "|".join(
        rf"(?P<d{day}>\b(?:{short}\b|(?:{russian}|{english})\w*))"
        for day, (short, russian, english) in enumerate(_NAMES)
    )
    + r"|(?P<range>[-–—]|\bпо\b)",
    re.IGNORECASE,
)


def named_weekdays(text: str) -> frozenset[int]:
    """The days of «Пн–Пт», «вт, чт» or «с понедельника по среду»; 0 is Monday, empty is none."""
    days: set[int] = set()
    last, is_range = None, False
    for found in _WORD.finditer(text):
        if found["range"]:
            is_range = last is not None
            continue
        day = next(number for number in range(DAYS_IN_WEEK) if found[f"d{number}"])
        first = last if is_range and last is not None else day
        days.update((first + step) % DAYS_IN_WEEK for step in range((day - first) % DAYS_IN_WEEK))
        days.add(day)
        last, is_range = day, False
    return frozenset(days)


def slots_on(day: date, settings: SchoolSettings, calendar: PublishedCalendar) -> tuple[time, ...]:
    """The beginnings of the day's visits, school time; none on a day without reception.

    A slot of `visit_slot_minutes` ends at the latest with the reception (SVC-3.4.1). A working
    Saturday has reception only where the reception days name it. Outside the published years
    there are no slots: nobody knows the working days.
    """
    received = named_weekdays(settings.reception_days) or MONDAY_TO_FRIDAY
    minutes = settings.visit_slot_minutes
    if day.year not in calendar.years or day.weekday() not in received or minutes < 1:
        return ()
    if not is_working_day(day, calendar):
        return ()
    first = datetime.combine(day, time.fromisoformat(settings.reception_from))
    end = datetime.combine(day, time.fromisoformat(settings.reception_to))
    count = (end - first) // timedelta(minutes=minutes)
    return tuple((first + timedelta(minutes=minutes * number)).time() for number in range(count))


def slots_ahead(
    now: datetime, settings: SchoolSettings, calendar: PublishedCalendar, zone: ZoneInfo
) -> tuple[datetime, ...]:
    """The beginnings, UTC, of all visits from now to `visit_days_ahead` days on, the last too."""
    today = local_date(now, zone)
    days = (today + timedelta(days=number) for number in range(settings.visit_days_ahead + 1))
    moments = (
        local_moment(day, at, zone) for day in days for at in slots_on(day, settings, calendar)
    )
    return tuple(moment for moment in moments if moment > now)
