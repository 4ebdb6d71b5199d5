"""The exceptional days of a year as the `holidays` library knows them from the decrees."""

from datetime import date, datetime

import holidays
from holidays.countries.russia import Russia

from journal_core.calendar.rules import SATURDAY
from journal_core.calendar.terms import DayKind

#: A later year has no decree on moved days in the library: it would be a guess.
LAST_KNOWN_YEAR = 2027
FIRST_KNOWN_YEAR = 2024

_MOVED = "substituted from "


def known_years() -> range:
    """The years whose moved days are known."""
    return range(FIRST_KNOWN_YEAR, LAST_KNOWN_YEAR + 1)


def exceptional_days(year: int) -> dict[date, DayKind]:
    """Weekdays off, and Saturdays and Sundays that are worked, in this year."""
    off: Russia = holidays.country_holidays("RU", years=year, language="en_US")  # type: ignore[assignment]
    days = {day: DayKind.HOLIDAY for day in off}
    for name in off.values():
        if _MOVED in name:
            text = name.split(_MOVED)[1].split(")")[0]
            source = datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a date has no zone
            # A moved weekend that is itself a holiday stays a day off.
            if source.year == year and source.weekday() >= SATURDAY and source not in off:
                days[source] = DayKind.MOVED_WORKING_DAY
    return days
