"""Publishing calendars."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.calendar.models import CalendarDay, CalendarYear
from journal_core.calendar.terms import DayKind
from journal_core.context import ActionContext


@dataclass(frozen=True, kw_only=True)
class PublishCalendarYear:
    """The days of `year` that differ from the plain week, and where that is known from."""

    year: int
    days: dict[date, DayKind]
    source: str


def publish_calendar_year(context: ActionContext, command: PublishCalendarYear) -> int:
    """Add a version of the year, which is in force from now on. Returns its version."""
    context.actor.require(Permission.SCHOOL_CALENDAR_PUBLISH)
    last = context.session.scalar(
        select(func.max(CalendarYear.version)).where(CalendarYear.year == command.year)
    )
    year = CalendarYear(
        year=command.year,
        version=(last or 0) + 1,
        published_at=context.now,
        source=command.source,
    )
    context.session.add(year)
    context.session.flush()
    context.session.add_all(
        CalendarDay(calendar_year_id=year.id, day=day, kind=kind)
        for day, kind in sorted(command.days.items())
    )
    record(
        context, AuditAction.CALENDAR_PUBLISHED, year=command.year, version=year.version
    )
    return year.version
