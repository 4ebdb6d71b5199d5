"""Publishing calendars and the school's own closed days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.calendar.models import CalendarDay, CalendarYear, ClosedDay
from journal_core.calendar.rules import check_year
from journal_core.calendar.terms import ExceptionalDay, YearOfDays
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken


@dataclass(frozen=True, kw_only=True)
class PublishCalendarYear:
    """The days of `year` that differ from the plain week, and the act they come from."""

    year: int
    days: Sequence[ExceptionalDay]
    source: str


@dataclass(frozen=True, kw_only=True)
class CloseSchoolDays:
    """Days on which the school is closed by its own order."""

    days: Sequence[date]
    reason: str
    order_number: str


@dataclass(frozen=True, kw_only=True)
class ReopenSchoolDays:
    """Closed days that become ordinary again, by another order."""

    days: Sequence[date]
    order_number: str


def publish_calendar_year(context: ActionContext, command: PublishCalendarYear) -> int:
    """Add a version of the year, which is in force from now on. Returns its version.

    Raises RuleBroken when the days cannot be a production calendar. The terms of open requests
    are reckoned anew by `workflows.terms`.
    """
    context.actor.require(Permission.SCHOOL_CALENDAR_PUBLISH)
    check_year(YearOfDays(year=command.year, source=command.source, days=tuple(command.days)))
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
        CalendarDay(calendar_year_id=year.id, day=entry.day, kind=entry.kind, name=entry.name)
        for entry in sorted(command.days, key=lambda entry: entry.day)
    )
    record(context, AuditAction.CALENDAR_PUBLISHED, year=command.year, version=year.version)
    return year.version


def close_school_days(context: ActionContext, command: CloseSchoolDays) -> None:
    """Put the closed days in force. Raises RuleBroken for a day that is closed already."""
    context.actor.require(Permission.SCHOOL_CALENDAR_PUBLISH)
    already = _closed(context, command.days)
    if already:
        raise RuleBroken("school_closed_already", day=min(row.day for row in already))
    context.session.add_all(
        ClosedDay(
            day=day,
            reason=command.reason,
            order_number=command.order_number,
            closed_at=context.now,
        )
        for day in sorted(set(command.days))
    )
    _record_days(context, "closed", command.days, command.order_number)


def reopen_school_days(context: ActionContext, command: ReopenSchoolDays) -> None:
    """End the closing, keeping it on record. Raises NotFound for a day that is not closed."""
    context.actor.require(Permission.SCHOOL_CALENDAR_PUBLISH)
    rows = _closed(context, command.days)
    missing = set(command.days) - {row.day for row in rows}
    if missing:
        raise NotFound("school_not_closed", day=min(missing))
    for row in rows:
        row.reopened_at = context.now
        row.reopening_order = command.order_number
    _record_days(context, "reopened", command.days, command.order_number)


def _closed(context: ActionContext, days: Sequence[date]) -> list[ClosedDay]:
    return list(
        context.session.scalars(
            select(ClosedDay).where(ClosedDay.day.in_(days), ClosedDay.reopened_at.is_(None))
        )
    )


def _record_days(
    context: ActionContext, change: str, days: Sequence[date], order_number: str
) -> None:
    record(
        context,
        AuditAction.CALENDAR_PUBLISHED,
        change=change,
        days=[day.isoformat() for day in sorted(set(days))],
        order=order_number,
    )
