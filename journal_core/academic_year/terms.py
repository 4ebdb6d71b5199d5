"""Words and value types of the academic year. Spans hold their first and their last day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from uuid import UUID

from journal_core.calendar.terms import PublishedCalendar


class PeriodKind(StrEnum):
    QUARTER = "quarter"
    TRIMESTER = "trimester"
    HALF_YEAR = "half_year"


#: How many periods of the kind make a year.
PERIODS_IN_YEAR = {PeriodKind.QUARTER: 4, PeriodKind.TRIMESTER: 3, PeriodKind.HALF_YEAR: 2}


@dataclass(frozen=True, kw_only=True)
class Period:
    """A grading period of a range of grades."""

    kind: PeriodKind
    number: int
    first_grade: int
    last_grade: int
    since: date
    until: date


@dataclass(frozen=True, kw_only=True)
class Break:
    """Days without lessons for a range of grades."""

    name: str
    first_grade: int
    last_grade: int
    since: date
    until: date
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class StudyWeek:
    """Days of lessons in a week, from a day on: grades up to `five_day_grade` have five."""

    valid_from: date
    days: int
    five_day_grade: int


@dataclass(frozen=True, kw_only=True)
class StudyYear:
    """All that says whether a day of the academic year has lessons."""

    academic_year: int
    periods: tuple[Period, ...]
    breaks: tuple[Break, ...]
    #: In the order of their first days.
    weeks: tuple[StudyWeek, ...]
    calendar: PublishedCalendar


@dataclass(frozen=True, kw_only=True)
class Bell:
    """When one lesson of a day begins and ends; number 0 is before the first."""

    number: int
    starts: time
    ends: time


@dataclass(frozen=True, kw_only=True)
class Bells:
    """A bell schedule: its lessons by number."""

    id: UUID
    name: str
    is_regular: bool
    times: tuple[Bell, ...]


@dataclass(frozen=True, kw_only=True)
class ShortDay:
    """A day that follows another schedule than the regular one."""

    day: date
    schedule_id: UUID
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SchoolBells:
    """All schedules, the regular one first, and the days that follow another."""

    schedules: tuple[Bells, ...] = ()
    days: Mapping[date, ShortDay] = field(default_factory=dict)
