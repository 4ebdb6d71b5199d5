"""Tables of corrections and of the cells that they name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.corrections.terms import CorrectionState
from journal_core.database import Base, enum_column, new_id


class MarkCorrection(Base):
    """A teacher asks to change closed cells of a course, the deputy decides (INS-3.3.13).

    An approval has a number of its year, opens the named cells until `open_until`, and its slip
    is kept: as it was approved, and as it was carried out.
    """

    __tablename__ = "mark_correction"
    __table_args__ = (
        UniqueConstraint("academic_year", "number"),
        CheckConstraint(
            "(state IN ('approved', 'closed')) ="
            " (number IS NOT NULL AND open_until IS NOT NULL AND slip_id IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND carried_out_id IS NOT NULL)",
            name="carried_out",
        ),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        Index("ix_mark_correction_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int]
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    state: Mapped[CorrectionState] = mapped_column(
        enum_column(CorrectionState), default=CorrectionState.ASKED
    )
    reason: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(300))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(300), default="")
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    comment: Mapped[str] = mapped_column(String(500), default="")
    number: Mapped[int | None]
    open_until: Mapped[datetime | None]
    slip_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    slip_docx_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    #: The slip with what stands in the cells afterwards.
    carried_out_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    carried_out_docx_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class CorrectedCell(Base):
    """A cell of a correction: what stood in it, what is wanted, what was written and when."""

    __tablename__ = "corrected_cell"
    __table_args__ = (
        CheckConstraint("(lesson_id IS NULL) = (period <> '')", name="place"),
        Index("ix_corrected_cell_lesson_id_pupil_id", "lesson_id", "pupil_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    correction_id: Mapped[UUID] = mapped_column(ForeignKey("mark_correction.id"), index=True)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    lesson_id: Mapped[UUID | None] = mapped_column(ForeignKey("lesson.id"))
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id"), index=True)
    #: Of a period mark: «period:2», «year:0»; "" for a cell of a lesson.
    period: Mapped[str] = mapped_column(String(20), default="")
    #: The letter of the mark's work as it was asked; "" for attendance and for a period mark.
    work_type: Mapped[str] = mapped_column(String(5), default="")
    before: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[str] = mapped_column(String(20))
    after: Mapped[str | None] = mapped_column(String(20))
    written_at: Mapped[datetime | None]
