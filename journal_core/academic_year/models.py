"""Tables of the academic year. Grades are ranges, both ends within; so are days."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.academic_year.terms import PeriodKind
from journal_core.database import Base, enum_column, new_id

_SPAN = "until >= since AND last_grade >= first_grade"
_REGULAR = text("is_regular")


class GradingPeriod(Base):
    """A quarter, trimester or half-year of a range of grades; lessons are within periods alone."""

    __tablename__ = "grading_period"
    __table_args__ = (
        UniqueConstraint("academic_year", "kind", "number", "first_grade"),
        CheckConstraint(_SPAN, name="span"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int]
    kind: Mapped[PeriodKind] = mapped_column(enum_column(PeriodKind))
    number: Mapped[int]
    first_grade: Mapped[int]
    last_grade: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]


class Holiday(Base):
    """Days without lessons for a range of grades: the breaks, and any day of the school's own."""

    __tablename__ = "holiday"
    __table_args__ = (CheckConstraint(_SPAN, name="span"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(200))
    first_grade: Mapped[int]
    last_grade: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]


class BellSchedule(Base):
    """When the lessons of a day begin and end: the regular one, and shortened ones."""

    __tablename__ = "bell_schedule"
    __table_args__ = (
        Index(
            "uq_bell_schedule_regular",
            "is_regular",
            unique=True,
            sqlite_where=_REGULAR,
            postgresql_where=_REGULAR,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    #: What every day follows that has no other.
    is_regular: Mapped[bool] = mapped_column(default=False)


class BellTime(Base):
    __tablename__ = "bell_time"
    __table_args__ = (
        UniqueConstraint("schedule_id", "number"),
        CheckConstraint("ends > starts", name="span"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("bell_schedule.id"))
    #: The lesson of the day; 0 where a school begins before the first.
    number: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]


class BellDay(Base):
    """A day that follows another schedule than the regular one."""

    __tablename__ = "bell_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("bell_schedule.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
