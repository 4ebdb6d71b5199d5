"""Tables of accounts, sessions and missed attempts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.access.terms import Role
from journal_core.database import Base, enum_column, new_id


class Account(Base):
    """A person's way in. It arises by redeeming an invitation, or by the CLI for the first one."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(unique=True)
    username: Mapped[str] = mapped_column(String(100))
    username_key: Mapped[str] = mapped_column(String(100), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    #: When the owner opened the link sent to `email`; a changed address is not confirmed.
    email_confirmed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: Raised by every password change, so that an older reset link opens nothing.
    password_generation: Mapped[int] = mapped_column(default=0)
    #: When a reset link was last asked for: the link lives an hour from then.
    reset_asked_at: Mapped[datetime | None]


class AccountRole(Base):
    __tablename__ = "account_role"
    __table_args__ = (UniqueConstraint("account_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    granted_at: Mapped[datetime]


class StandIn(Base):
    """Another authorised person in a role for a time, by an order (SVC-2.14)."""

    __tablename__ = "stand_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    #: Whose class teacher is stood in for; None in every other role.
    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_class.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    order_number: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime]


class AccountSession(Base):
    """One signed-in browser. The cookie holds the random id, the row only its hash."""

    __tablename__ = "account_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200))


class SecondFactor(Base):
    """An account's authenticator app: signing in asks its code after the password."""

    __tablename__ = "second_factor"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(300))
    since: Mapped[datetime]
    #: The time step of the last code taken; that code and older ones are not taken again.
    last_step: Mapped[int]


class BackupCode(Base):
    """A code that stands in for the app once, when the phone is not at hand."""

    __tablename__ = "backup_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    #: A keyed hash: 51 random bits, and the key is not in the database.
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """One counted attempt: a missed sign-in, a wrong key, a wrong code, a submit."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_scope_subject_at", "scope", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    scope: Mapped[str] = mapped_column(String(40))
    #: A keyed hash of the address, number or name: the table tells nothing personal.
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
