"""Reading the calendars in force."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.calendar.models import CalendarDay, CalendarYear
from journal_core.calendar.terms import PublishedCalendar


def published_calendar(session: Session) -> PublishedCalendar:
    """The latest version of every published year."""
    latest = (
        select(CalendarYear.year, func.max(CalendarYear.version).label("version"))
        .group_by(CalendarYear.year)
        .subquery()
    )
    years = session.scalars(
        select(CalendarYear).join(
            latest,
            (CalendarYear.year == latest.c.year) & (CalendarYear.version == latest.c.version),
        )
    ).all()
    days = session.scalars(
        select(CalendarDay).where(CalendarDay.calendar_year_id.in_([year.id for year in years]))
    )
    return PublishedCalendar(
        years=frozenset(year.year for year in years),
        exceptions={row.day: row.kind for row in days},
    )
