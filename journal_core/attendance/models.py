"""Tables of absences from lessons and of their reasons."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.attendance.terms import Presence, ReasonCode
from journal_core.database import Base, enum_column, new_id


class LessonAbsence(Base):
    """A pupil who was not in the lesson, or came late; who has no row was there (INS-3.3.18).

    That the roll was called at all is the lesson's own `roll_called_at`.
    """

    __tablename__ = "lesson_absence"
    __table_args__ = (UniqueConstraint("lesson_id", "pupil_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    presence: Mapped[Presence] = mapped_column(enum_column(Presence))
    marked_at: Mapped[datetime]
    marked_by: Mapped[str] = mapped_column(String(300))


class AbsenceSpan(Base):
    """Days on which a pupil is away, both within, and why (INS-3.2.3).

    A representative announces it (`announced_at`), the class teacher confirms or declines it, or
    tells it of their own. It says nothing of whether the pupil was in a lesson: that is the
    subject teacher's word. A confirmed one has its reason; no two of a pupil meet.
    """

    __tablename__ = "absence_span"
    __table_args__ = (
        CheckConstraint("until >= since", name="span"),
        CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name="decided_once"),
        CheckConstraint("confirmed_at IS NULL OR reason IS NOT NULL", name="reasoned"),
        Index("ix_absence_span_pupil_id_since", "pupil_id", "since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    since: Mapped[date]
    until: Mapped[date]
    reason: Mapped[ReasonCode | None] = mapped_column(enum_column(ReasonCode))
    #: «справка», «заявление»; its number may stand in it.
    document: Mapped[str] = mapped_column(String(200), default="")
    document_date: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(500), default="")
    announced_at: Mapped[datetime | None]
    announced_by: Mapped[str] = mapped_column(String(300), default="")
    announced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(300), default="")
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str] = mapped_column(String(300), default="")
