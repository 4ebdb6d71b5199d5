"""The table of calendar links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class CalendarLink(Base):
    """An account's link to a pupil's lessons for a calendar. The link itself is not stored.

    It is made of the row's id and generation by the school's key; a new generation ends the old.
    """

    __tablename__ = "calendar_link"
    __table_args__ = (UniqueConstraint("account_id", "pupil_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    generation: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
