"""Tables of period marks and of their changes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.period_marks.terms import FinalKind


class PeriodMark(Base):
    """A pupil's mark in a subject for a period (by its number), the year or an exam (number 0)."""

    __tablename__ = "period_mark"
    __table_args__ = (
        UniqueConstraint("pupil_id", "academic_year", "subject_id", "kind", "number"),
        Index("ix_period_mark_class_id_subject_id", "class_id", "subject_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    academic_year: Mapped[int]
    #: The class that the pupil was in when it was given.
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    kind: Mapped[FinalKind] = mapped_column(enum_column(FinalKind))
    number: Mapped[int] = mapped_column(default=0)
    #: «2» – «5», «зч», «нз», «н/а».
    value: Mapped[str] = mapped_column(String(10))
    #: What was proposed when it was given, with its arithmetic in words; "" when nothing could be.
    proposed: Mapped[str] = mapped_column(String(10), default="")
    arithmetic: Mapped[str] = mapped_column(String(1000), default="")
    #: Why it departs from the proposal, or is given without enough marks.
    reason: Mapped[str] = mapped_column(String(500), default="")
    #: Of an exam: the day its result became known (INS-3.3.21).
    result_on: Mapped[date | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    first_written_at: Mapped[datetime]
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(300))


class PeriodMarkChange(Base):
    """A period mark had one value and has another since `at`; rows are only added."""

    __tablename__ = "period_mark_change"
    __table_args__ = (Index("ix_period_mark_change_pupil_id_at", "pupil_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    academic_year: Mapped[int]
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    kind: Mapped[FinalKind] = mapped_column(enum_column(FinalKind))
    number: Mapped[int]
    old: Mapped[str] = mapped_column(String(10))
    new: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(500), default="")
    correction_id: Mapped[UUID | None] = mapped_column(ForeignKey("mark_correction.id"), index=True)
