"""Tables of subjects, curriculum, teaching load and approvals."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.curriculum.terms import ApprovalKind, ApprovalState
from journal_core.database import Base, enum_column, new_id


class Subject(Base):
    __tablename__ = "subject"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    #: What fits a cell of a timetable.
    short_name: Mapped[str] = mapped_column(String(20))
    #: Where the school lists it, smallest first; equal ones by name.
    position: Mapped[int] = mapped_column(default=0)


class CurriculumHours(Base):
    """Hours a week of a subject in a grade, as the curriculum of the year says; halves count."""

    __tablename__ = "curriculum_hours"
    __table_args__ = (
        UniqueConstraint("academic_year", "grade", "subject_id"),
        CheckConstraint("hours > 0", name="some"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int]
    grade: Mapped[int]
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    hours: Mapped[float]


class TeachingLoad(Base):
    """Hours a week of a teacher in a class, or in one group of it."""

    __tablename__ = "teaching_load"
    __table_args__ = (
        UniqueConstraint("teacher_id", "subject_id", "class_id", "group_id"),
        CheckConstraint("hours > 0", name="some"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int] = mapped_column(index=True)
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    hours: Mapped[float]


class Approval(Base):
    """Where the head's approval of one thing of one year stands (INS-3.6.1–3.6.4)."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("academic_year", "kind"),
        CheckConstraint(
            "(state = 'approved') = (approved_on IS NOT NULL)"
            " AND (state = 'approved') = (order_id IS NOT NULL)",
            name="approved",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int]
    kind: Mapped[ApprovalKind] = mapped_column(enum_column(ApprovalKind))
    state: Mapped[ApprovalState] = mapped_column(enum_column(ApprovalState))
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(String(300), default="")
    #: The date of the order, which may be earlier than the day it was recorded.
    approved_on: Mapped[date | None]
    approved_by: Mapped[str] = mapped_column(String(300), default="")
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_order.id"))
    comment: Mapped[str] = mapped_column(String(2000), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by the mapper
