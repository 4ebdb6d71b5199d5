"""Production calendars as the `holidays` library knows them from the Government's decrees."""

import re
from datetime import date
from itertools import takewhile

from holidays import country_holidays

from journal_core.calendar.rules import SATURDAY
from journal_core.calendar.terms import DayKind, ExceptionalDay

FIRST_KNOWN_YEAR = 2024

_MOVED_FROM = re.compile(r"перенесено с (\d{2})\.(\d{2})\.(\d{4})")
_BY_LAW = "(выходной)"


def known_years() -> list[int]:
    """The years from 2024 on whose moved days are known, without a gap.

    The Labour Code (art. 112) has the January holidays that fall on a weekend moved every year
    by a decree. So a year in which nothing is moved has no decree yet, and is not known:
    it would be a guess.
    """
    return list(takewhile(_is_known, range(FIRST_KNOWN_YEAR, date.max.year)))


def exceptional_days(year: int) -> tuple[ExceptionalDay, ...]:
    """Holidays, moved days off and worked Saturdays or Sundays of the year, in order."""
    off = _days_off(year)
    worked = (
        ExceptionalDay(
            day=source,
            kind=DayKind.MOVED_WORKING_DAY,
            name=f"Рабочий день (выходной перенесён на {target:%d.%m.%Y})",
        )
        for target, source in _moves(off)
        # A weekend that is moved because a holiday fell on it stays a day off itself.
        if source.weekday() >= SATURDAY and source not in off
    )
    days = [ExceptionalDay(day=day, kind=_kind(name), name=name) for day, name in off.items()]
    return tuple(sorted([*days, *worked], key=lambda entry: entry.day))


def _days_off(year: int) -> dict[date, str]:
    return dict(country_holidays("RU", years=year, language="ru"))


def _is_known(year: int) -> bool:
    return bool(_moves(_days_off(year)))


def _moves(off: dict[date, str]) -> list[tuple[date, date]]:
    """(day off, weekend it was moved from) as the names of the days off tell it."""
    found = ((target, _MOVED_FROM.search(name)) for target, name in off.items())
    return [
        (target, date(int(match[3]), int(match[2]), int(match[1])))
        for target, match in found
        if match
    ]


def _kind(name: str) -> DayKind:
    moved = _MOVED_FROM.search(name) or name.endswith(_BY_LAW)
    return DayKind.MOVED_DAY_OFF if moved else DayKind.HOLIDAY
