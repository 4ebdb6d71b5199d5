"""Table of orders."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.orders.terms import OrderKind


class SchoolOrder(Base):
    """An order of the head, as far as the journal needs it: what rests on it cites it."""

    __tablename__ = "school_order"
    __table_args__ = (UniqueConstraint("number", "signed_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[OrderKind] = mapped_column(enum_column(OrderKind, closed=False))
    number: Mapped[str] = mapped_column(String(100))
    signed_on: Mapped[date] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(300))

    @property
    def written(self) -> str:
        """«№ 12 от 01.09.2026», the way papers cite an order."""
        return f"№ {self.number} от {self.signed_on:%d.%m.%Y}"
