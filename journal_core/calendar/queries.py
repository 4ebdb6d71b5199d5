"""Reading the calendars in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.calendar.models import CalendarDay, CalendarYear, ClosedDay
from journal_core.calendar.terms import ExceptionalDay, PublishedCalendar, YearOfDays


def published_calendar(session: Session) -> PublishedCalendar:
    """The latest version of every published year, less the school's own closed days."""
    years = _years_in_force(session)
    days = session.scalars(
        select(CalendarDay).where(CalendarDay.calendar_year_id.in_([year.id for year in years]))
    )
    closed = session.scalars(select(ClosedDay).where(ClosedDay.reopened_at.is_(None)))
    return PublishedCalendar(
        years=frozenset(year.year for year in years),
        exceptional={row.day: _exceptional(row) for row in days},
        closed={row.day: row.reason for row in closed},
    )


def published_year(session: Session, year: int, version: int | None = None) -> YearOfDays | None:
    """The version of the year, the latest without one; None when it is not published."""
    query = select(CalendarYear).where(CalendarYear.year == year)
    if version is not None:
        query = query.where(CalendarYear.version == version)
    current = session.scalars(query.order_by(CalendarYear.version.desc()).limit(1)).first()
    if current is None:
        return None
    days = session.scalars(
        select(CalendarDay)
        .where(CalendarDay.calendar_year_id == current.id)
        .order_by(CalendarDay.day)
    )
    return YearOfDays(
        year=year, source=current.source, days=tuple(_exceptional(row) for row in days)
    )


@dataclass(frozen=True, kw_only=True)
class YearVersion:
    """One published version of a year; the latest is in force, the others are kept."""

    year: int
    version: int
    published_at: datetime
    source: str
    special_days: int
    is_in_force: bool


def year_versions(session: Session) -> list[YearVersion]:
    """Every version of every year, the newest first."""
    in_force = {row.id for row in _years_in_force(session)}
    counted = (
        select(CalendarDay.calendar_year_id, func.count().label("days"))
        .group_by(CalendarDay.calendar_year_id)
        .subquery()
    )
    rows = session.execute(
        select(CalendarYear, func.coalesce(counted.c.days, 0))
        .outerjoin(counted, counted.c.calendar_year_id == CalendarYear.id)
        .order_by(CalendarYear.year.desc(), CalendarYear.version.desc())
    )
    return [
        YearVersion(
            year=row.year,
            version=row.version,
            published_at=row.published_at,
            source=row.source,
            special_days=days,
            is_in_force=row.id in in_force,
        )
        for row, days in rows
    ]


def closed_days(session: Session) -> Sequence[ClosedDay]:
    """Every day on which the school was or is closed by its order, the latest first."""
    return session.scalars(
        select(ClosedDay).order_by(ClosedDay.day.desc(), ClosedDay.id.desc())
    ).all()


def _years_in_force(session: Session) -> list[CalendarYear]:
    latest = (
        select(CalendarYear.year, func.max(CalendarYear.version).label("version"))
        .group_by(CalendarYear.year)
        .subquery()
    )
    return list(
        session.scalars(
            select(CalendarYear).join(
                latest,
                (CalendarYear.year == latest.c.year) & (CalendarYear.version == latest.c.version),
            )
        )
    )


def _exceptional(row: CalendarDay) -> ExceptionalDay:
    return ExceptionalDay(day=row.day, kind=row.kind, name=row.name)
