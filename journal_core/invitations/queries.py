"""Reading invitations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.invitations.models import Invitation
from journal_core.invitations.states import InvitationState


def invitation(session: Session, invitation_id: UUID) -> Invitation | None:
    return session.get(Invitation, invitation_id)


def outstanding(session: Session, lookup: str, at: datetime) -> Invitation | None:
    """The invitation whose code begins so and is still good at the moment."""
    return session.scalars(
        select(Invitation).where(
            Invitation.lookup == lookup,
            Invitation.state.in_((InvitationState.ISSUED, InvitationState.DELIVERED)),
            Invitation.expires_at > at,
        )
    ).first()
