"""Rules of the school's year."""

from datetime import date

FIRST_MONTH = 9


def academic_year_of(day: date) -> int:
    """The calendar year in which the academic year of the day begins: on 1 September."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1
