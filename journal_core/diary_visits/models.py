"""Tables of looks into diaries, of silent families and of what was done about them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.diary_visits.terms import ContactHow, ContactResult, SilenceEnd

_OPEN = text("closed_at IS NULL")


class DiaryVisit(Base):
    """A day on which a person opened a page of a pupil's diary (POL-3.5.5)."""

    __tablename__ = "diary_visit"
    __table_args__ = (
        UniqueConstraint("pupil_id", "day", "person_id"),
        Index("ix_diary_visit_day", "day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    day: Mapped[date]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    #: The pupil looked into the own diary; otherwise it was a representative.
    is_own: Mapped[bool]
    first_at: Mapped[datetime]
    #: To the hour: a later page of the same hour is not written.
    last_at: Mapped[datetime]


class SilenceTask(Base):
    """No representative of the pupil opened the diary for too long (INS-3.2.6).

    A visit closes it, never a hand; a call that told the family puts it off until a day.
    """

    __tablename__ = "silence_task"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_how IS NULL)", name="closed"),
        Index(
            "uq_silence_task_open_pupil_id",
            "pupil_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_silence_task_pupil_id", "pupil_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    #: The first day of the silence: the one after the last visit, or the first that counts.
    since: Mapped[date]
    opened_at: Mapped[datetime]
    #: The day on which the class teacher is reminded again; None while nobody was told.
    put_off_until: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[SilenceEnd | None] = mapped_column(enum_column(SilenceEnd))
    #: Whose visit closed it.
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class FamilyContact(Base):
    """A call, a letter or a talk with a silent family, with what came of it (INS-3.2.6)."""

    __tablename__ = "family_contact"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(
        ForeignKey("silence_task.id", ondelete="CASCADE"), index=True
    )
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    #: The representative who was called, written or talked to.
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    how: Mapped[ContactHow] = mapped_column(enum_column(ContactHow))
    day: Mapped[date]
    result: Mapped[ContactResult] = mapped_column(enum_column(ContactResult))
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(300))
