"""Tables of the published calendars and of the school's own closed days."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.calendar.terms import DayKind
from journal_core.database import Base, enum_column

_IN_FORCE = text("reopened_at IS NULL")


class CalendarYear(Base):
    """One published version of a year; the latest version is in force, older ones are kept."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("year", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    year: Mapped[int]
    version: Mapped[int]
    published_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(300))


class CalendarDay(Base):
    """A day that differs from the plain week."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("calendar_year_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    calendar_year_id: Mapped[int] = mapped_column(ForeignKey("calendar_year.id"))
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(enum_column(DayKind))
    name: Mapped[str] = mapped_column(String(200), default="")


class ClosedDay(Base):
    """A day on which the school itself is closed, by its order. Reopening is kept too."""

    __tablename__ = "closed_day"
    __table_args__ = (
        Index(
            "ix_closed_day_in_force",
            "day",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    order_number: Mapped[str] = mapped_column(String(50))
    closed_at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]
    reopening_order: Mapped[str] = mapped_column(String(50), default="")
