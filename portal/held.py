"""The request that this browser holds: the draft it fills in, or the one it opened by its key."""

from datetime import timedelta
from uuid import UUID

from flask import session

from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import draft
from journal_core.requests.terms import CLOSED
from portal.navigation import school
from portal.state import now, reading


def own_request() -> ServiceRequest | None:
    """The request that was begun in this browser."""
    kept = session.get("draft")
    return draft(reading(), UUID(kept)) if kept else None


def hold_tracked(request: ServiceRequest) -> None:
    """From now on this browser follows the request, until its key is renewed."""
    session["tracked"] = [str(request.id), request.key_generation]


def tracked_request() -> ServiceRequest | None:
    """The request that this browser follows; a renewed key closes it to the others."""
    request_id, generation = session.get("tracked") or (None, None)
    request = draft(reading(), UUID(request_id)) if request_id else None
    if request is None or generation != request.key_generation or has_ended(request):
        return None
    return request


def has_ended(request: ServiceRequest) -> bool:
    """Keys and links end so many days after the last state (SVC-2.19)."""
    if request.erased_at is not None:
        return True
    return request.state in CLOSED and now() > request.state_since + timedelta(
        days=school().tracking_days
    )
