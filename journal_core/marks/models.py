"""Tables of work types, works and marks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class WorkTypeRow(Base):
    """A type of work as the school lists it; while it has saved none, the product's list holds.

    One that is out of use stays for the works that were given.
    """

    __tablename__ = "work_type"
    __table_args__ = (CheckConstraint("weight > 0 AND check_days >= 0", name="numbers"),)

    #: What stands over a column: К, С, Дз.
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    weight: Mapped[int]
    #: Days after the work by whose end its marks are given; 0 for the same day and its hour.
    check_days: Mapped[int]
    is_written: Mapped[bool]
    is_in_use: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class Work(Base):
    """A work that is assigned in a lesson: its marks stand in the column of that day."""

    __tablename__ = "work"
    __table_args__ = (Index("ix_work_lesson_id_position", "lesson_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"))
    type_code: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(String(300), default="")
    #: Set by the deputy's schedule of internal monitoring (INS-3.3.15).
    is_administrative: Mapped[bool] = mapped_column(default=False)
    #: The teacher has given all the marks that there will be.
    checked_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str] = mapped_column(String(300))


class Mark(Base):
    """What a pupil got for a work: «5», «4/5» for two marks in one cell, «зч», «нз».

    An emptied cell has no row; what stood in it is in its history.
    """

    __tablename__ = "mark"
    __table_args__ = (UniqueConstraint("work_id", "pupil_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id"))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    value: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(String(300), default="")
    #: Written when the term of its type was over (POL-3.6.4).
    is_late: Mapped[bool] = mapped_column(default=False)
    first_written_at: Mapped[datetime]
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(300))
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
