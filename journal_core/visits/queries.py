"""Reading visits and free slots."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.calendar.queries import published_calendar
from journal_core.clock import local_date
from journal_core.school.queries import settings_on
from journal_core.visits.models import Visit
from journal_core.visits.rules import slots_ahead
from journal_core.visits.terms import Slot


def free_slots(session: Session, now: datetime, zone: ZoneInfo) -> list[Slot]:
    """The slots that can be booked now, in order of time."""
    settings = settings_on(session, local_date(now, zone))
    held = select(Visit.starts_at, func.count()).where(
        Visit.ended_at.is_(None), Visit.starts_at > now
    )
    taken = {
        starts_at: count for starts_at, count in session.execute(held.group_by(Visit.starts_at))
    }
    slots = (
        Slot(starts_at=starts_at, places_left=settings.visit_slot_places - taken.get(starts_at, 0))
        for starts_at in slots_ahead(now, settings, published_calendar(session), zone)
    )
    return [slot for slot in slots if slot.places_left > 0]


def held_visit(session: Session, request_id: UUID) -> Visit | None:
    """The visit that the request holds, past or to come."""
    return session.scalars(
        select(Visit).where(Visit.request_id == request_id, Visit.ended_at.is_(None))
    ).first()


def held_visits(session: Session, request_ids: Collection[UUID]) -> dict[UUID, Visit]:
    """The visits that these requests hold, by request."""
    rows = session.scalars(
        select(Visit).where(Visit.request_id.in_(request_ids), Visit.ended_at.is_(None))
    )
    return {row.request_id: row for row in rows}


def visits_after(session: Session, moment: datetime) -> Sequence[Visit]:
    """Every visit that is still to come at the moment."""
    return session.scalars(
        select(Visit)
        .where(Visit.ended_at.is_(None), Visit.starts_at > moment)
        .order_by(Visit.starts_at, Visit.place)
    ).all()
