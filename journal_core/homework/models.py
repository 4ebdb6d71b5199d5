"""Tables of homework and of its files."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class Homework(Base):
    """What a lesson sets, for another lesson of the course; or that it sets nothing.

    `due_day` is the day of that lesson, or the day it would be on while no lesson is laid.
    """

    __tablename__ = "homework"
    __table_args__ = (
        CheckConstraint("NOT is_none OR text = ''", name="none_is_empty"),
        Index("ix_homework_due_day", "due_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: What is set ahead for a lesson that the timetable takes away goes with it.
    lesson_id: Mapped[UUID] = mapped_column(
        ForeignKey("lesson.id", ondelete="CASCADE"), unique=True
    )
    due_lesson_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lesson.id", ondelete="SET NULL"), index=True
    )
    due_day: Mapped[date | None]
    #: Nothing is set, and that is meant.
    is_none: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(String(2000), default="")
    #: How it is to be done (INS-3.3.16).
    comment: Mapped[str] = mapped_column(String(1000), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    #: About how long it takes, minutes.
    minutes: Mapped[int | None]
    #: Written when the term for it was over (REC-2.2).
    is_late: Mapped[bool] = mapped_column(default=False)
    first_written_at: Mapped[datetime]
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(300))


class HomeworkFile(Base):
    __tablename__ = "homework_file"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    homework_id: Mapped[UUID] = mapped_column(
        ForeignKey("homework.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
