"""The table of changes; rows are only added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.cells.terms import CellKind
from journal_core.database import Base, enum_column, new_id


class CellChange(Base):
    """A cell had one value and has another since `at`; nobody changes or removes the row.

    It is the history of the cell and what others who look at the page are told of.
    """

    __tablename__ = "cell_change"
    __table_args__ = (
        Index("ix_cell_change_lesson_id_at", "lesson_id", "at"),
        Index("ix_cell_change_pupil_id_at", "pupil_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id"), index=True)
    kind: Mapped[CellKind] = mapped_column(enum_column(CellKind))
    old: Mapped[str] = mapped_column(String(300))
    new: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    #: On whose approval, where the cell was closed.
    correction_id: Mapped[UUID | None] = mapped_column(ForeignKey("mark_correction.id"), index=True)
