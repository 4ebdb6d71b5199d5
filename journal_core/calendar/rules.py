"""The arithmetic of working days: pure functions of a published calendar."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from journal_core.calendar.terms import (
    PUBLISHED_KINDS,
    DayKind,
    DayVerdict,
    ExceptionalDay,
    PublishedCalendar,
    ServiceTerm,
    YearOfDays,
)
from journal_core.errors import CalendarNotPublished, RuleBroken

#: Working days for the whole service; the check takes the first of them (SVC-2.9, SVC-3.5).
SERVICE_WORKING_DAYS = 2
SATURDAY = 5

_COUNTING = frozenset({DayKind.WORKING, DayKind.MOVED_WORKING_DAY})


def verdict_of(day: date, calendar: PublishedCalendar) -> DayVerdict:
    """Whether the day is a working day of the five-day production calendar less closed days.

    A day off by the production calendar keeps that reason even when the school is closed too.
    Raises CalendarNotPublished outside the published years: the program never guesses.
    """
    if day.year not in calendar.years:
        raise _not_published(day.year, calendar)
    plain = DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKING
    found = calendar.exceptional.get(day, ExceptionalDay(day=day, kind=plain))
    if found.kind in _COUNTING and day in calendar.closed:
        reason = calendar.closed[day]
        return DayVerdict(day=day, kind=DayKind.SCHOOL_CLOSED, counts=False, name=reason)
    return DayVerdict(day=day, kind=found.kind, counts=found.kind in _COUNTING, name=found.name)


def is_working_day(day: date, calendar: PublishedCalendar) -> bool:
    """Whether the day counts in a term. Raises CalendarNotPublished as `verdict_of` does."""
    return verdict_of(day, calendar).counts


def next_working_day(day: date, calendar: PublishedCalendar) -> date:
    """The first working day after `day`; `day` itself is never the answer.

    Raises CalendarNotPublished when it lies past the published years.
    """
    return add_working_days(day, 1, calendar)


def add_working_days(day: date, count: int, calendar: PublishedCalendar) -> date:
    """The `count`-th working day after `day` (working days; `day` is day 0, count ≥ 1).

    Raises ValueError for a smaller count, CalendarNotPublished when a day needed is past the
    published years.
    """
    return _days_until(day, count, calendar)[-1].day


def service_term(registered_on: date, calendar: PublishedCalendar) -> ServiceTerm:
    """The term of a request registered on this date, in working days (SVC-2.9, 2.11, 3.5).

    Day 1 is the next working day after the day of registration, also when that day is not a
    working day itself; the check is due by the end of day 1, the service by the end of day 2.
    The derivation names every day from the day after registration to the due date.
    Raises CalendarNotPublished when a day needed lies past the published years.
    """
    derivation = _days_until(registered_on, SERVICE_WORKING_DAYS, calendar)
    counted = [verdict.day for verdict in derivation if verdict.counts]
    return ServiceTerm(
        registered_on=registered_on,
        check_due_on=counted[0],
        due_on=counted[-1],
        derivation=tuple(derivation),
    )


def changed_days(old: Iterable[DayVerdict], new: Iterable[DayVerdict]) -> tuple[DayVerdict, ...]:
    """Why one derivation differs from another: the days of the new one that count otherwise.

    A day that only the new one reaches is compared with the plain week.
    """
    before = {verdict.day: verdict.counts for verdict in old}
    return tuple(
        verdict
        for verdict in new
        if before.get(verdict.day, verdict.day.weekday() < SATURDAY) != verdict.counts
    )


def check_year(published: YearOfDays) -> None:
    """Raises RuleBroken, naming the day, when the days cannot be a production calendar.

    Every day lies in the year and is named once; a moved day off is a weekday, a moved working
    day a Saturday or Sunday.
    """
    seen: set[date] = set()
    for entry in published.days:
        code = day_problem(entry, published.year, seen)
        if code:
            raise RuleBroken(code, day=entry.day, year=published.year)
        seen.add(entry.day)


def day_problem(entry: ExceptionalDay, year: int, seen: Collection[date]) -> str | None:
    """Why the day cannot stand in the calendar of the year beside the days `seen`, or None."""
    weekend = entry.day.weekday() >= SATURDAY
    problems = {
        "calendar_day_twice": entry.day in seen,
        "calendar_day_of_other_year": entry.day.year != year,
        "calendar_day_kind_unfit": entry.kind not in PUBLISHED_KINDS,
        "calendar_day_off_at_weekend": entry.kind is DayKind.MOVED_DAY_OFF and weekend,
        "calendar_working_day_in_week": entry.kind is DayKind.MOVED_WORKING_DAY and not weekend,
    }
    return next((code for code, wrong in problems.items() if wrong), None)


def _days_until(day: date, count: int, calendar: PublishedCalendar) -> list[DayVerdict]:
    """The days after `day` up to the `count`-th working one."""
    if count < 1:
        raise ValueError("working days are counted from 1")
    verdicts: list[DayVerdict] = []
    for verdict in _verdicts_after(day, calendar):
        verdicts.append(verdict)
        count -= verdict.counts
        if count == 0:
            break
    return verdicts


def _verdicts_after(day: date, calendar: PublishedCalendar) -> Iterator[DayVerdict]:
    """Day after day, for ever: the end of the published years raises."""
    while day < date.max:
        day += timedelta(days=1)
        yield verdict_of(day, calendar)
    raise _not_published(day.year + 1, calendar)


def _not_published(year: int, calendar: PublishedCalendar) -> CalendarNotPublished:
    return CalendarNotPublished(
        "calendar_not_published", "SVC-2.11", year=year, last_year=calendar.last_year
    )
