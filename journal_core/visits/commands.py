"""Taking a place in a slot and giving it back, inside the act that it belongs to."""

from datetime import datetime
from uuid import UUID

from journal_core.context import ActionContext
from journal_core.database import insert_unless_there, new_id
from journal_core.visits.models import Visit


def take_place(
    context: ActionContext, *, request_id: UUID, starts_at: datetime, places: int
) -> bool:
    """Hold one of the slot's `places` for the request; False when none is left.

    Who comes second to a place waits for the first one's commit and goes on to the next place.
    """
    return any(
        insert_unless_there(
            context.session,
            Visit,
            id=new_id(),
            request_id=request_id,
            starts_at=starts_at,
            place=place,
            booked_at=context.now,
            booked_by=context.actor.label,
        )
        for place in range(1, places + 1)
    )


def give_place_back(context: ActionContext, visit: Visit) -> None:
    """The place is free for others; that it was held stays on record."""
    visit.ended_at = context.now
    context.session.flush()
