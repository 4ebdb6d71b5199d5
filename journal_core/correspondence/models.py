"""Tables of threads, their messages and files, letters to a class, and reports of errors.

Rows are added and never removed: nobody takes back what was written.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.correspondence.terms import Audience, ReportedCell, ReportState
from journal_core.database import Base, enum_column, new_id


class Mailing(Base):
    """A letter to all parents or all pupils of a class: each got a thread of their own."""

    __tablename__ = "mailing"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"), index=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    subject: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime]
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)


class Thread(Base):
    """Messages under one subject line; about a pupil unless staff writes to staff.

    `last_at` is when something last happened in it: who read it before has not read that.
    """

    __tablename__ = "thread"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str] = mapped_column(String(200))
    pupil_id: Mapped[UUID | None] = mapped_column(ForeignKey("pupil.id"), index=True)
    mailing_id: Mapped[UUID | None] = mapped_column(ForeignKey("mailing.id"), index=True)
    #: Somebody else than the writer of a letter to a class has written in it.
    is_answered: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]


class Participant(Base):
    """One who takes part in a thread; `is_family` as the pupil or a representative."""

    __tablename__ = "participant"
    __table_args__ = (Index("ix_participant_person_id", "person_id"),)

    thread_id: Mapped[UUID] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    is_family: Mapped[bool]
    #: When they last read it; unread while the thread's `last_at` is later.
    read_at: Mapped[datetime | None]


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_thread_id_written_at", "thread_id", "written_at"),
        #: The hourly limit of families counts by it.
        Index("ix_message_by_person_id_written_at", "by_person_id", "written_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("thread.id"))
    written_at: Mapped[datetime]
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(String(5000))


class MessageRead(Base):
    """When a participant first read a message of another."""

    __tablename__ = "message_read"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    read_at: Mapped[datetime]


class MessageFile(Base):
    """A file of a message; the messages of one letter to a class share theirs."""

    __tablename__ = "message_file"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(
        ForeignKey("stored_file.id"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class ErrorReport(Base):
    """A family says that a cell of the diary is wrong; the school answers by `due_at` (POL-3.7.8).

    `stood` is what the cell held when it was reported. The assignee is who is to answer: the
    teacher of the lesson, unless the report was passed on.
    """

    __tablename__ = "error_report"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(kind = 'mark') = (work_id IS NOT NULL)", name="of_work"),
        Index("ix_error_report_state_due_at", "state", "due_at"),
        Index("ix_error_report_pupil_id_lesson_id", "pupil_id", "lesson_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("thread.id"), unique=True)
    kind: Mapped[ReportedCell] = mapped_column(enum_column(ReportedCell))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"), index=True)
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id"), index=True)
    stood: Mapped[str] = mapped_column(String(1000), default="")
    reported_at: Mapped[datetime]
    reported_by: Mapped[str] = mapped_column(String(300))
    reported_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    due_at: Mapped[datetime]
    assignee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState), default=ReportState.OPEN)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(300), default="")
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
