"""A changed calendar moves the promises of open requests, on record (SVC-2.9, SVC-2.11).

Whoever changes the calendar does it by these commands: the change, the terms reckoned anew and
the news of them are one act.
"""

from dataclasses import dataclass

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.calendar.commands import (
    CloseSchoolDays,
    PublishCalendarYear,
    ReopenSchoolDays,
    close_school_days,
    publish_calendar_year,
    reopen_school_days,
)
from journal_core.calendar.queries import published_calendar
from journal_core.calendar.rules import changed_days, service_term
from journal_core.calendar.terms import PublishedCalendar, derivation_from_json
from journal_core.clock import local_date
from journal_core.context import ActionContext
from journal_core.errors import CalendarNotPublished
from journal_core.notifications.commands import close_tasks_about
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import CLOSED
from workflows.notices import MovedTerm, tell_moved_term
from workflows.visit import cancel_impossible_visits


@dataclass(frozen=True, kw_only=True)
class Recomputed:
    """How many terms were reckoned otherwise than before, and how many due dates moved by it."""

    terms: int
    promises: int


def publish_year(context: ActionContext, command: PublishCalendarYear) -> Recomputed:
    """Put a version of the year in force; whoever was asked for the year is done with it.

    Raises RuleBroken when the days cannot be a production calendar.
    """
    publish_calendar_year(context, command)
    close_tasks_about(context, TaskKind.CALENDAR_ENDS, str(command.year), "published")
    return _recompute(context, command.source)


def close_school(context: ActionContext, command: CloseSchoolDays) -> Recomputed:
    """Days that count in no term from now on. Raises RuleBroken for a day closed already."""
    close_school_days(context, command)
    return _recompute(context, command.order_number)


def reopen_school(context: ActionContext, command: ReopenSchoolDays) -> Recomputed:
    """Closed days that count again. Raises NotFound for a day that is not closed."""
    reopen_school_days(context, command)
    return _recompute(context, command.order_number)


@dataclass(frozen=True, kw_only=True)
class RecomputeTerms:
    """Reckon every open term anew, whatever changed."""


def recompute_terms(context: ActionContext, _command: RecomputeTerms) -> Recomputed:
    """What a registration at the very moment of a change may have missed is made good."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    return _recompute(context, "")


def _recompute(context: ActionContext, basis: str) -> Recomputed:
    """Open is what is registered and whose outcome is not announced (SVC-2.11).

    A term that the changed calendar cannot answer stays as it was promised. Visits on days that
    do not work any more are cancelled.
    """
    context.session.flush()
    calendar = published_calendar(context.session)
    requests = context.session.scalars(
        select(ServiceRequest)
        .where(
            ServiceRequest.received_at.is_not(None),
            ServiceRequest.announced_at.is_(None),
            ServiceRequest.state.not_in(CLOSED),
        )
        .order_by(ServiceRequest.id)
        .with_for_update()
    ).all()
    moved = [_reckon_anew(context, request, calendar, basis) for request in requests]
    cancel_impossible_visits(context)
    return Recomputed(
        terms=sum(has_moved is not None for has_moved in moved),
        promises=sum(has_moved is True for has_moved in moved),
    )


def _reckon_anew(
    context: ActionContext, request: ServiceRequest, calendar: PublishedCalendar, basis: str
) -> bool | None:
    """Whether the due date moved; None when the term stands as it was."""
    if request.received_at is None or request.due_on is None:
        return None
    try:
        term = service_term(local_date(request.received_at, context.zone), calendar)
    except CalendarNotPublished:
        return None
    old_due_on, old_derivation = request.due_on, list(request.term_derivation or ())
    derivation = term.derivation_json()
    if (old_due_on, old_derivation) == (term.due_on, derivation):
        return None
    record(
        context,
        AuditAction.REQUEST_DUE_RECOMPUTED,
        request.id,
        basis=basis,
        old_due_on=old_due_on.isoformat(),
        old_derivation=old_derivation,
        due_on=term.due_on.isoformat(),
        derivation=derivation,
    )
    request.check_due_on = term.check_due_on
    request.due_on = term.due_on
    request.term_derivation = derivation
    if term.due_on == old_due_on:
        return False
    days = changed_days(derivation_from_json(old_derivation), term.derivation)
    tell_moved_term(context, request, MovedTerm(old_due_on=old_due_on, days=days))
    return True
