"""Tables of the outbox and of the office's tasks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.notifications.terms import LetterState, NewsKind, SecretKind, TaskKind


class OutboxLetter(Base):
    """A letter made in the act's transaction and sent afterwards. It never holds a secret."""

    __tablename__ = "outbox_letter"
    __table_args__ = (Index("ix_outbox_letter_due", "state", "run_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[LetterState] = mapped_column(enum_column(LetterState))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    secret: Mapped[SecretKind] = mapped_column(enum_column(SecretKind, closed=False))
    #: Whom the secret is about: a request, an invitation or an account.
    subject_id: Mapped[UUID | None]
    request_id: Mapped[UUID | None] = mapped_column(index=True)
    #: The same for every attempt, so that a repeated letter is recognised as one.
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime | None]


class News(Base):
    """Something happened that families may be told of; the row goes when it was looked through.

    It is added in the act's own transaction: however late that commits, the news waits here.
    """

    __tablename__ = "news"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[NewsKind] = mapped_column(enum_column(NewsKind, closed=False))
    #: A work, a lesson, the change of a period mark or a message, by the kind.
    subject_id: Mapped[UUID]
    #: None for what is told to all whom the subject is about.
    pupil_id: Mapped[UUID | None]
    #: Who alone is told; None for all who read the pupil's diary.
    person_id: Mapped[UUID | None]
    at: Mapped[datetime]


class OfficeTask(Base):
    """Work for a person: a call, a letter that never got through."""

    __tablename__ = "office_task"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[TaskKind] = mapped_column(enum_column(TaskKind, closed=False))
    #: Which notice the task stands for (a letter kind), or what it is about.
    topic: Mapped[str] = mapped_column(String(100))
    request_id: Mapped[UUID | None] = mapped_column(index=True)
    invitation_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    #: Calls that reached nobody, and when the next one is to be made.
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    last_note: Mapped[str] = mapped_column(String(1000), default="")
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by: Mapped[str] = mapped_column(String(300), default="")
    result: Mapped[str] = mapped_column(String(1000), default="")
