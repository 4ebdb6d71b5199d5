"""The arithmetic of working days."""

from datetime import date, timedelta

from journal_core.calendar.terms import DayKind, DayVerdict, PublishedCalendar, ServiceTerm
from journal_core.errors import CalendarNotPublished

#: Working days for the whole service and for the check within it (SVC-2.9, SVC-3.5).
SERVICE_WORKING_DAYS = 2
SATURDAY = 5

_COUNTING = frozenset({DayKind.WORKING, DayKind.MOVED_WORKING_DAY})


def verdict_of(day: date, calendar: PublishedCalendar) -> DayVerdict:
    """Whether the day is a working day of the five-day production calendar less closed days.

    Raises CalendarNotPublished past the published years: the program never guesses.
    """
    if day.year not in calendar.years:
        raise CalendarNotPublished("calendar_not_published", "SVC-2.9", year=day.year)
    plain = DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKING
    kind = calendar.exceptions.get(day, plain)
    return DayVerdict(day=day, kind=kind, counts=kind in _COUNTING)


def service_term(registered_on: date, calendar: PublishedCalendar) -> ServiceTerm:
    """The term of a request registered on this date, in working days (SVC-2.9, 2.11, 3.5).

    Day 1 is the next working day after the day of registration, also when that day is not a
    working day itself; the check is due by the end of day 1, the service by the end of day 2.
    Raises CalendarNotPublished when a day needed lies past the published years.
    """
    verdicts: list[DayVerdict] = []
    counted: list[date] = []
    day = registered_on
    while len(counted) < SERVICE_WORKING_DAYS:
        day += timedelta(days=1)
        verdict = verdict_of(day, calendar)
        verdicts.append(verdict)
        if verdict.counts:
            counted.append(day)
    return ServiceTerm(
        registered_on=registered_on,
        check_due_on=counted[0],
        due_on=counted[-1],
        derivation=tuple(verdicts),
    )
