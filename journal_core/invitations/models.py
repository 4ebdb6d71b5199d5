"""Table of invitations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.access.terms import Role
from journal_core.database import Base, enum_column, new_id
from journal_core.invitations.states import Handover, InvitationState
from journal_core.invitations.terms import InvitationKind

_OUTSTANDING = text("state IN ('issued', 'delivered')")


class Invitation(Base):
    """A one-time way into an account, bound to a person, a role and (for families) a child."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "ix_invitation_lookup_outstanding",
            "lookup",
            unique=True,
            sqlite_where=_OUTSTANDING,
            postgresql_where=_OUTSTANDING,
        ),
        CheckConstraint("(state = 'redeemed') = (redeemed_at IS NOT NULL)", name="redeemed"),
        CheckConstraint("state = 'issued' OR sealed_code IS NULL", name="sealed_until_told"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[InvitationState] = mapped_column(enum_column(InvitationState))
    kind: Mapped[InvitationKind] = mapped_column(
        enum_column(InvitationKind), default=InvitationKind.REGISTRATION
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    pupil_id: Mapped[UUID | None] = mapped_column(ForeignKey("pupil.id"), index=True)
    #: The first group of the code: finds the row and proves nothing.
    lookup: Mapped[str] = mapped_column(String(4), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    #: The code itself, sealed, only until it is told, replaced or expired.
    sealed_code: Mapped[str | None] = mapped_column(String(300))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]
    handover: Mapped[Handover | None] = mapped_column(enum_column(Handover))
    redeemed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    frozen_until: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by the mapper
