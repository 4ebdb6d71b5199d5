"""Table of booked visits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id

_HELD = text("ended_at IS NULL")


class Visit(Base):
    """One place of one slot, held by a request until it is given back. Rows are kept."""

    __tablename__ = "visit"
    __table_args__ = (
        # Two cannot hold one place: the database is what keeps the capacity.
        Index(
            "ix_visit_place_held",
            "starts_at",
            "place",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    starts_at: Mapped[datetime]
    #: From 1 to the number of visitors that a slot takes.
    place: Mapped[int]
    booked_at: Mapped[datetime]
    booked_by: Mapped[str] = mapped_column(String(300))
    #: When the place was given back: cancelled, moved, or needed no more.
    ended_at: Mapped[datetime | None]
