"""The visit with the originals: booked, moved, given back (SVC-2.6, SVC-3.4.1).

A visit is asked for while a submitted request waits to be registered. A missed one is no fault:
the applicant books again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from documents.letters import LetterKind
from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.calendar.queries import published_calendar
from journal_core.calendar.rules import is_working_day
from journal_core.clock import local_date
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import RequestState
from journal_core.school.queries import settings_on
from journal_core.visits.commands import give_place_back, take_place
from journal_core.visits.queries import free_slots, held_visit, visits_after
from workflows.draft import locked_request
from workflows.notices import tell_applicant


@dataclass(frozen=True, kw_only=True)
class BookVisit:
    """The beginning of the slot that was chosen."""

    request_id: UUID
    starts_at: datetime


def book_visit(context: ActionContext, command: BookVisit) -> None:
    """Hold a place, in exchange for the one that was held (SVC-3.4.1).

    Raises RuleBroken: `visit_not_awaited` when the request waits for none, `visit_slot_taken`
    when no place is left; then the old visit stands.
    """
    request = _awaiting(context, command.request_id)
    held = held_visit(context.session, request.id)
    if held is not None and held.starts_at == command.starts_at:
        return
    if not _take(context, request, command.starts_at):
        raise RuleBroken("visit_slot_taken", "SVC-3.4.1")
    if held is not None:
        give_place_back(context, held)
    tell_applicant(context, LetterKind.VISIT_BOOKED, request, present=True)


def book_wished_visit(context: ActionContext, request: ServiceRequest) -> None:
    """Book what the draft asked for, where it is still free. The receipt says what came of it."""
    wish = request.visit_wish
    if wish is not None and settings_on(context.session, context.today).originals_at_visit:
        _take(context, request, wish)


@dataclass(frozen=True, kw_only=True)
class CancelVisit:
    request_id: UUID


def cancel_visit(context: ActionContext, command: CancelVisit) -> None:
    """Give the place back; the request goes on waiting."""
    request = _awaiting(context, command.request_id)
    held = held_visit(context.session, request.id)
    if held is not None:
        give_place_back(context, held)
        record(context, AuditAction.VISIT_CANCELLED, request.id)


def release_visit(context: ActionContext, request: ServiceRequest) -> None:
    """The request waits for no visit any more: a place still to come is for others."""
    held = held_visit(context.session, request.id)
    if held is not None and held.starts_at > context.now:
        give_place_back(context, held)


def cancel_impossible_visits(context: ActionContext) -> None:
    """The calendar closed days with visits: their applicants are asked to choose again."""
    calendar = published_calendar(context.session)
    for visit in visits_after(context.session, context.now):
        day = local_date(visit.starts_at, context.zone)
        if day.year not in calendar.years or is_working_day(day, calendar):
            continue
        request = context.session.get_one(ServiceRequest, visit.request_id)
        give_place_back(context, visit)
        record(context, AuditAction.VISIT_CANCELLED, request.id)
        tell_applicant(context, LetterKind.VISIT_CANCELLED, request)


def _awaiting(context: ActionContext, request_id: UUID) -> ServiceRequest:
    """The locked request, which two browsers cannot book for at once."""
    if not context.actor.may(Permission.REQUEST_INTAKE_REGISTER):
        context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    request = locked_request(context, request_id)
    settings = settings_on(context.session, context.today)
    if request.state is not RequestState.SUBMITTED or not settings.originals_at_visit:
        raise RuleBroken("visit_not_awaited", "SVC-3.4.1")
    return request


def _take(context: ActionContext, request: ServiceRequest, starts_at: datetime) -> bool:
    """Whether the slot was free and is now the request's."""
    settings = settings_on(context.session, context.today)
    offered = {slot.starts_at for slot in free_slots(context.session, context.now, context.zone)}
    is_taken = starts_at in offered and take_place(
        context,
        request_id=request.id,
        starts_at=starts_at,
        places=settings.visit_slot_places,
    )
    if is_taken:
        record(context, AuditAction.VISIT_BOOKED, request.id, starts_at=starts_at.isoformat())
    return is_taken
