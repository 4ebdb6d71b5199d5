"""Tables of the published calendars."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.calendar.terms import DayKind
from journal_core.database import Base, enum_column


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
