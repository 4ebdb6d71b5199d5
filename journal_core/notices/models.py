"""Tables of what people chose, and of what they were told."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.notices.terms import Rhythm
from journal_core.notifications.terms import NewsKind


class NoticeSwitch(Base):
    """How soon an account is told of a kind of news; without a row as `terms.USUAL` says."""

    __tablename__ = "notice_switch"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[NewsKind] = mapped_column(enum_column(NewsKind, closed=False), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(enum_column(Rhythm))


class NoticeHours(Base):
    """When an account's letters come; without a row as `terms.Hours` says."""

    __tablename__ = "notice_hours"
    __table_args__ = (CheckConstraint("digest_weekday BETWEEN 1 AND 7", name="weekday"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    quiet_since: Mapped[time]
    quiet_until: Mapped[time]
    digest_at: Mapped[time]
    digest_weekday: Mapped[int]


class UnreachedAddress(Base):
    """No letter of news got through to this address of the account since then."""

    __tablename__ = "unreached_address"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    since: Mapped[datetime]


class Notice(Base):
    """What an account knows of one thing in a pupil's diary, and when it is told of it next.

    A thing has one row however often it changes: what is told is how it stands at the telling,
    and what stands as it was told already is not told again.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("account_id", "kind", "pupil_id", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[NewsKind] = mapped_column(enum_column(NewsKind, closed=False))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    #: A work, a lesson, the first change of a period mark, or a message.
    subject_id: Mapped[UUID]
    #: None when there is nothing to tell.
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    #: How it stood when it was told; "" before.
    told: Mapped[str] = mapped_column(String(40), default="")
    told_at: Mapped[datetime | None] = mapped_column(index=True)
