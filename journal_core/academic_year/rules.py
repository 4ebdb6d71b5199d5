"""The arithmetic of the academic year: which days have lessons, and when the bells ring."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from journal_core.academic_year.terms import Bell, Bells, Break, Period, SchoolBells, StudyYear
from journal_core.calendar.terms import DayKind

#: Public holidays by law (month, day): they count also where no calendar is published.
LAW_HOLIDAYS = frozenset(
    {*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
)
_DAYS_OFF = frozenset({DayKind.HOLIDAY, DayKind.MOVED_DAY_OFF})
#: The month from which the coming academic year is what the school works at.
PLANNING_MONTH = 6

Span = TypeVar("Span", Period, Break)


def year_in_hand(day: date) -> int:
    """The academic year that the school works at: from June on the coming one.

    What the head approves in August is of the year that begins in September (INS-3.6.1).
    """
    return day.year if day.month >= PLANNING_MONTH else day.year - 1


def bounds(academic_year: int) -> tuple[date, date]:
    """The first and the last day of the academic year."""
    return date(academic_year, 9, 1), date(academic_year + 1, 8, 31)


@dataclass(frozen=True, kw_only=True)
class PeriodFault:
    """What is wrong with the periods of a grade; `numbers` are those that it is about."""

    code: str
    grade: int
    numbers: tuple[int, ...] = ()


def period_faults(periods: Sequence[Period]) -> list[PeriodFault]:
    """What the regulation of marks cannot work with, by grade (INS-3.1.3); empty when sound.

    A grade has periods of one kind, each number once, in order, and no day in two of them.
    """
    faults = []
    for grade in sorted({g for p in periods for g in range(p.first_grade, p.last_grade + 1)}):
        own = sorted(periods_of(periods, grade), key=lambda period: period.number)
        if len({period.kind for period in own}) > 1:
            faults.append(PeriodFault(code="periods_of_two_kinds", grade=grade))
            continue
        faults += [
            PeriodFault(code="periods_meet", grade=grade, numbers=(one.number, other.number))
            for one, other in pairwise(own)
            if one.number == other.number or other.since <= one.until
        ]
    return faults


def periods_of(periods: Iterable[Period], grade: int) -> list[Period]:
    """The periods of the grade."""
    return [period for period in periods if period.first_grade <= grade <= period.last_grade]


def is_closed(period_until: date | None, close_days: int, today: date) -> bool:
    """Whether a period is closed: so many days after its last one are over (POL-3.6.5).

    `period_until` None is a day that lies in no period: nothing closes it.
    """
    return period_until is not None and today > period_until + timedelta(days=close_days)


def is_study_day(day: date, grade: int, year: StudyYear) -> bool:
    """Whether the grade has lessons on the day (POL-3.4.1, INS-3.1.3).

    It lies in a period of the grade and in none of its breaks, is a day of the study week in
    force on it, no public holiday, no day off by the calendar in force, and the school is open.
    A working Saturday that the calendar moved makes no lessons where Saturdays have none; where
    no calendar is published, the holidays fixed by law count and nothing else is promised.
    """
    return (
        day.isoweekday() <= week_days(day, grade, year)
        and any(p.since <= day <= p.until for p in periods_of(year.periods, grade))
        and break_on(day, grade, year) is None
        and not is_day_off(day, year)
        and day not in year.calendar.closed
    )


def study_days(since: date, until: date, grade: int, year: StudyYear) -> list[date]:
    """The days with lessons of the grade from `since` to `until`, both counted, in order.

    `year` is what `academic_year.queries.study_year(session, academic_year)` gives; see
    `is_study_day`. Days outside the grade's periods are never among them.
    """
    span = (until - since).days + 1
    days = (since + timedelta(days=passed) for passed in range(span))
    return [day for day in days if is_study_day(day, grade, year)]


@dataclass(frozen=True, kw_only=True)
class Week:
    """A calendar week of the year: its Monday, and how many days of it have lessons."""

    monday: date
    days: int


@dataclass(frozen=True, kw_only=True)
class GradesYear:
    """The weeks of the academic year for neighbouring grades whose days are the same."""

    first_grade: int
    last_grade: int
    weeks: tuple[Week, ...]

    @property
    def days(self) -> int:
        return sum(week.days for week in self.weeks)

    @property
    def study_weeks(self) -> int:
        """Weeks with at least one day of lessons."""
        return sum(week.days > 0 for week in self.weeks)


def years_of_grades(year: StudyYear, grades: Sequence[int]) -> list[GradesYear]:
    """The study weeks of every grade, from the week of 1 September to that of 31 August.

    Neighbours that have lessons on the same days stand together; grades without any are left out.
    """
    first, last = bounds(year.academic_year)
    found: list[GradesYear] = []
    before: list[date] = []
    for grade in grades:
        days = study_days(first, last, grade, year)
        if days and days == before:
            found[-1] = replace(found[-1], last_grade=grade)
        elif days:
            weeks = _weeks_of(days, first, last)
            found.append(GradesYear(first_grade=grade, last_grade=grade, weeks=weeks))
        before = days
    return found


def _weeks_of(days: Sequence[date], first: date, last: date) -> tuple[Week, ...]:
    counted = Counter(monday_of(day) for day in days)
    monday, weeks = monday_of(first), []
    while monday <= last:
        weeks.append(Week(monday=monday, days=counted[monday]))
        monday += timedelta(weeks=1)
    return tuple(weeks)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_days(day: date, grade: int, year: StudyYear) -> int:
    """Five or six: the days of the study week in force on the day for the grade."""
    week = next((one for one in reversed(year.weeks) if one.valid_from <= day), year.weeks[0])
    return min(week.days, 5) if grade <= week.five_day_grade else week.days


def break_on(day: date, grade: int, year: StudyYear) -> Break | None:
    """The break that the grade has on the day."""
    return next(
        (
            one
            for one in year.breaks
            if one.first_grade <= grade <= one.last_grade and one.since <= day <= one.until
        ),
        None,
    )


def is_day_off(day: date, year: StudyYear) -> bool:
    """Whether the day is a holiday by law, or a day off by the calendar in force."""
    found = year.calendar.exceptional.get(day)
    return (day.month, day.day) in LAW_HOLIDAYS or (found is not None and found.kind in _DAYS_OFF)


def moved_by_a_year(day: date) -> date:
    """The same day a year later; 29 February becomes the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


def a_year_later(span: Span) -> Span:
    """The span with both its days moved by a year."""
    return replace(span, since=moved_by_a_year(span.since), until=moved_by_a_year(span.until))


def bell_fault(times: Sequence[Bell]) -> int | None:
    """The number of the first lesson that ends before it begins or begins before another ends.

    Lessons are taken by number; each stands once. None when the schedule is sound.
    """
    last = None
    for bell in sorted(times, key=lambda bell: bell.number):
        is_early = last is not None and (bell.number == last.number or bell.starts < last.ends)
        if bell.ends <= bell.starts or is_early:
            return bell.number
        last = bell
    return None


def bells_on(day: date, bells: SchoolBells) -> Bells | None:
    """The schedule that the day follows: its own, or the regular one; None when there is none."""
    own = bells.days.get(day)
    wanted = (
        (one for one in bells.schedules if one.id == own.schedule_id)
        if own
        else (one for one in bells.schedules if one.is_regular)
    )
    return next(wanted, None)
