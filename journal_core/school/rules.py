"""Rules of the school's year."""

import re
from datetime import date, timedelta

FIRST_MONTH = 9


def academic_year_of(day: date) -> int:
    """The calendar year in which the academic year of the day begins: on 1 September."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def first_day_of(academic_year: int) -> date:
    """1 September, the first day of the academic year."""
    return date(academic_year, FIRST_MONTH, 1)


def last_day_of(academic_year: int) -> date:
    """31 August, the last day of the academic year: summer belongs to it."""
    return first_day_of(academic_year + 1) - timedelta(days=1)


def day_of_year(text: str) -> tuple[int, int] | None:
    """The day and month of a setting such as «25.08»; None when no year has that day.

    29 February is no such day: most years lack it.
    """
    parts = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", text, re.ASCII)
    if parts is None:
        return None
    day, month = int(parts[1]), int(parts[2])
    try:
        date(2001, month, day)
    except ValueError:
        return None
    return day, month
