"""Accounts, sessions and counted attempts."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update

from journal_core.access.models import Account, AccountRole, AccountSession, Attempt, StandIn
from journal_core.access.queries import account_named, token_hash
from journal_core.access.terms import Permission, Role
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    person_id: UUID
    username: str
    password_hash: str
    email: str | None = None


def create_account(context: ActionContext, command: NewAccount) -> UUID:
    """A new account. Raises RuleBroken when the user name is taken."""
    if account_named(context.session, command.username) is not None:
        raise RuleBroken("username_taken")
    account = Account(
        person_id=command.person_id,
        username=command.username.strip(),
        username_key=command.username.strip().casefold(),
        password_hash=command.password_hash,
        email=command.email,
        language="ru",
        created_at=context.now,
    )
    context.session.add(account)
    context.session.flush()
    record(context, AuditAction.ACCOUNT_CREATED, account.id)
    return account.id


def grant_role(context: ActionContext, account_id: UUID, role: Role) -> None:
    """Add the role to the account; it may be there already."""
    has = context.session.scalar(
        select(AccountRole.id).where(AccountRole.account_id == account_id, AccountRole.role == role)
    )
    if has is None:
        context.session.add(AccountRole(account_id=account_id, role=role, granted_at=context.now))


@dataclass(frozen=True, kw_only=True)
class AddStandIn:
    """An account acts in a role from a day to a day, both included, by an order."""

    account_id: UUID
    role: Role
    valid_from: date
    valid_to: date
    order_number: str
    #: For a class teacher: of which class.
    class_id: UUID | None = None


def add_stand_in(context: ActionContext, command: AddStandIn) -> UUID:
    """Raises RuleBroken when it would end before it begins."""
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    if command.valid_to < command.valid_from:
        raise RuleBroken("ends_before_it_begins")
    stand_in = StandIn(
        account_id=command.account_id,
        role=command.role,
        class_id=command.class_id if command.role is Role.CLASS_TEACHER else None,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        order_number=command.order_number,
        recorded_at=context.now,
    )
    context.session.add(stand_in)
    context.session.flush()
    record(context, AuditAction.STAND_IN_SAVED, stand_in.id, role=command.role.value)
    return stand_in.id


@dataclass(frozen=True, kw_only=True)
class EndStandIn:
    stand_in_id: UUID


def end_stand_in(context: ActionContext, command: EndStandIn) -> None:
    """The account has the role no longer, from today on."""
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    stand_in = context.session.get(StandIn, command.stand_in_id)
    if stand_in is None:
        raise NotFound("stand_in_unknown")
    stand_in.valid_to = min(stand_in.valid_to, context.today - timedelta(days=1))
    record(context, AuditAction.STAND_IN_SAVED, stand_in.id, ended=True)


@dataclass(frozen=True, kw_only=True)
class StartSession:
    account_id: UUID
    browser: str


def start_session(context: ActionContext, command: StartSession) -> str:
    """A new signed-in browser. Returns the token for its cookie; the row keeps its hash."""
    token = secrets.token_urlsafe(32)
    context.session.add(
        AccountSession(
            account_id=command.account_id,
            token_hash=token_hash(token),
            started_at=context.now,
            seen_at=context.now,
            browser=command.browser[:200],
        )
    )
    record(context, AuditAction.ACCOUNT_SIGNED_IN, command.account_id)
    return token


def end_session(context: ActionContext, session_id: UUID) -> None:
    """Sign one browser out."""
    context.session.execute(
        update(AccountSession).where(AccountSession.id == session_id).values(ended_at=context.now)
    )
    record(context, AuditAction.ACCOUNT_SIGNED_OUT, context.actor.account_id)


@dataclass(frozen=True, kw_only=True)
class EndOwnSession:
    """One browser that the owner does not want signed in any more."""

    session_id: UUID


def end_own_session(context: ActionContext, command: EndOwnSession) -> None:
    """Sign it out. Raises NotFound when it is not the owner's, or has ended."""
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    live = context.session.get(AccountSession, command.session_id)
    if live is None or live.ended_at or live.account_id != context.actor.account_id:
        raise NotFound("session_unknown")
    end_session(context, live.id)


def end_other_sessions(context: ActionContext, account_id: UUID, kept: UUID | None) -> None:
    """Sign the account out everywhere but in the session `kept`."""
    live = update(AccountSession).where(
        AccountSession.account_id == account_id, AccountSession.ended_at.is_(None)
    )
    if kept is not None:
        live = live.where(AccountSession.id != kept)
    context.session.execute(live.values(ended_at=context.now))
    record(context, AuditAction.ACCOUNT_SIGNED_OUT, account_id, everywhere=True)


@dataclass(frozen=True, kw_only=True)
class EndOwnSessions:
    """Sign out everywhere; `kept` is the session that asks, or None to end that one too."""

    kept: UUID | None = None


def end_own_sessions(context: ActionContext, command: EndOwnSessions) -> None:
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    if context.actor.account_id is not None:
        end_other_sessions(context, context.actor.account_id, command.kept)


def touch_session(context: ActionContext, session_id: UUID) -> None:
    """Somebody is still working in it."""
    context.session.execute(
        update(AccountSession).where(AccountSession.id == session_id).values(seen_at=context.now)
    )


def record_sign_in_miss(context: ActionContext, account_id: UUID | None) -> None:
    """A wrong password, for the owner to see in the history of sign-ins (POL-3.9.1).

    The name of nobody is on record too: the same work, so that the time tells nothing.
    """
    record(context, AuditAction.ACCOUNT_SIGN_IN_MISSED, account_id)


@dataclass(frozen=True, kw_only=True)
class CountAttempt:
    scope: str
    subject: str


def count_attempt(context: ActionContext, command: CountAttempt) -> None:
    """Put one attempt into the table that throttles."""
    context.session.add(Attempt(scope=command.scope, subject=command.subject, at=context.now))
