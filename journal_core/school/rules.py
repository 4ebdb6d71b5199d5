"""Rules of the school's year."""

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
