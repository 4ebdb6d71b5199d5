"""Tables of the timetable."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class TimetableVersion(Base):
    """A week of lessons that holds from a day to a day, once it is published.

    Published versions of one year never meet: publishing ends the one before.
    """

    __tablename__ = "timetable_version"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="span"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(100))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(300), default="")


class TimetableEntry(Base):
    """One lesson of the week: of a whole class, or of one group of it."""

    __tablename__ = "timetable_entry"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 6", name="weekday"),
        Index("ix_timetable_entry_version_id_class_id", "version_id", "class_id"),
        Index("ix_timetable_entry_version_id_teacher_id", "version_id", "teacher_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("timetable_version.id"))
    #: Monday is 1.
    weekday: Mapped[int]
    number: Mapped[int]
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    room: Mapped[str] = mapped_column(String(20), default="")
