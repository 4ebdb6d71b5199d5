"""Reading the academic year."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from journal_core.academic_year.models import (
    BellDay,
    BellSchedule,
    BellTime,
    GradingPeriod,
    Holiday,
)
from journal_core.academic_year.terms import (
    Bell,
    Bells,
    Break,
    Period,
    SchoolBells,
    ShortDay,
    StudyWeek,
    StudyYear,
)
from journal_core.calendar.queries import published_calendar
from journal_core.database import Prepared, read_once
from journal_core.school.models import SettingValue
from journal_core.school.terms import SchoolSettings

_WEEK = ("study_week_days", "five_day_grade")


def study_year(session: Session, academic_year: int) -> StudyYear:
    """All that `study_days` asks, in six statements whatever the size of the school."""
    return StudyYear(
        academic_year=academic_year,
        periods=tuple(periods_of_year(session, academic_year)),
        breaks=tuple(breaks_of_year(session, academic_year)),
        weeks=study_weeks(session),
        calendar=published_calendar(session),
    )


@read_once
def periods_of_year(session: Session, academic_year: int) -> Sequence[Period]:
    """The grading periods, by grade and number."""
    rows = session.execute(_periods(), {"academic_year": academic_year})
    return [
        Period(
            kind=row.kind,
            number=row.number,
            first_grade=row.first_grade,
            last_grade=row.last_grade,
            since=row.since,
            until=row.until,
        )
        for row in rows
    ]


@cache
def _periods() -> Prepared:
    return (
        select(
            GradingPeriod.kind,
            GradingPeriod.number,
            GradingPeriod.first_grade,
            GradingPeriod.last_grade,
            GradingPeriod.since,
            GradingPeriod.until,
        )
        .where(GradingPeriod.academic_year == bindparam("academic_year"))
        .order_by(GradingPeriod.first_grade, GradingPeriod.kind, GradingPeriod.number)
    )


def breaks_of_year(session: Session, academic_year: int) -> list[Break]:
    """The holidays, the first first."""
    rows = session.scalars(
        select(Holiday)
        .where(Holiday.academic_year == academic_year)
        .order_by(Holiday.since, Holiday.first_grade)
    )
    return [
        Break(
            id=row.id,
            name=row.name,
            first_grade=row.first_grade,
            last_grade=row.last_grade,
            since=row.since,
            until=row.until,
        )
        for row in rows
    ]


def study_weeks(session: Session) -> tuple[StudyWeek, ...]:
    """The study week as it was set from day to day; the product's own before the first."""
    rows = session.execute(
        select(SettingValue.valid_from, SettingValue.key, SettingValue.value)
        .where(SettingValue.key.in_(_WEEK))
        .order_by(SettingValue.valid_from, SettingValue.id)
    )
    plain = SchoolSettings()
    now = {key: getattr(plain, key) for key in _WEEK}
    weeks = {date.min: dict(now)}
    for valid_from, key, value in rows:
        now[key] = value
        weeks[valid_from] = dict(now)
    return tuple(
        StudyWeek(
            valid_from=day, days=week["study_week_days"], five_day_grade=week["five_day_grade"]
        )
        for day, week in weeks.items()
    )


@read_once
def school_bells(session: Session) -> SchoolBells:
    """The bell schedules and the days that follow another than the regular one."""
    times: dict[UUID, list[Bell]] = defaultdict(list)
    for row in session.execute(_bell_times()):
        times[row.schedule_id].append(Bell(number=row.number, starts=row.starts, ends=row.ends))
    return SchoolBells(
        schedules=tuple(
            Bells(id=row.id, name=row.name, is_regular=row.is_regular, times=tuple(times[row.id]))
            for row in session.execute(_bell_schedules())
        ),
        days={
            row.day: ShortDay(day=row.day, schedule_id=row.schedule_id, reason=row.reason)
            for row in session.execute(_bell_days())
        },
    )


@cache
def _bell_times() -> Prepared:
    return select(BellTime.schedule_id, BellTime.number, BellTime.starts, BellTime.ends).order_by(
        BellTime.number
    )


@cache
def _bell_schedules() -> Prepared:
    return select(BellSchedule.id, BellSchedule.name, BellSchedule.is_regular).order_by(
        BellSchedule.is_regular.desc(), BellSchedule.name
    )


@cache
def _bell_days() -> Prepared:
    return select(BellDay.day, BellDay.schedule_id, BellDay.reason).order_by(BellDay.day)
