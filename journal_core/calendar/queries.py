"""Reading the calendars in force."""

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


def published_year(session: Session, year: int) -> YearOfDays | None:
    """The latest version of the year, or None when it is not published."""
    current = session.scalars(
        select(CalendarYear)
        .where(CalendarYear.year == year)
        .order_by(CalendarYear.version.desc())
        .limit(1)
    ).first()
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
