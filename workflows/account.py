"""The owner of an account changes its password or address, and hears of it by letter."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from documents.letters import LetterKind
from journal_core.access.commands import end_other_sessions
from journal_core.access.models import Account
from journal_core.access.queries import accounts_answering_to
from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.school.queries import settings_on
from workflows.notices import tell_account


@dataclass(frozen=True, kw_only=True)
class ChangePassword:
    """A new password for the account that acts; `session_id` is the browser that stays."""

    password_hash: str
    session_id: UUID


def change_password(context: ActionContext, command: ChangePassword) -> None:
    """Set it, end every other session, void older reset links and write to the owner."""
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    account = _own(context)
    set_password(context, account, command.password_hash, kept_session=command.session_id)


@dataclass(frozen=True, kw_only=True)
class ChangeEmail:
    """Where letters about the account go; "" takes the address away."""

    email: str


def change_email(context: ActionContext, command: ChangeEmail) -> None:
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    account = _own(context)
    if command.email != (account.email or ""):
        account.email_confirmed_at = None
    account.email = command.email or None
    record(context, AuditAction.ACCOUNT_EMAIL_CHANGED, account.id)
    if context.actor.may(Permission.DIARY_PAGE_READ):
        ask_to_confirm(context, account)


@dataclass(frozen=True, kw_only=True)
class AskConfirmation:
    """Another letter with the link that confirms the actor's own address."""


def ask_confirmation(context: ActionContext, _command: AskConfirmation) -> None:
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    ask_to_confirm(context, _own(context))


def ask_to_confirm(context: ActionContext, account: Account) -> None:
    """Send the link to the address; nothing without one, or when it is confirmed already.

    News of a child goes to no address that only was typed (POL-2.2.6).
    """
    if account.email_confirmed_at is None:
        tell_account(context, LetterKind.CONFIRM_EMAIL, account)


@dataclass(frozen=True, kw_only=True)
class ConfirmEmail:
    """The address whose link was opened; its signature was found right."""

    email: str


def confirm_email(context: ActionContext, command: ConfirmEmail) -> None:
    """Raises RuleBroken("email_changed") when the account has another address by now."""
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    account = _own(context)
    if account.email != command.email:
        raise RuleBroken("email_changed", "POL-2.2.6")
    if account.email_confirmed_at is None:
        account.email_confirmed_at = context.now
        record(context, AuditAction.ACCOUNT_EMAIL_CONFIRMED, account.id)


@dataclass(frozen=True, kw_only=True)
class AskReset:
    """A user name or an e-mail address, as typed by somebody who cannot sign in."""

    known_as: str


def ask_reset(context: ActionContext, command: AskReset) -> None:
    """Send a link to each account of that name or address which has an e-mail.

    Nobody learns from it whether there is such an account.
    """
    minutes = settings_on(context.session, context.today).reset_minutes
    for account in accounts_answering_to(context.session, command.known_as):
        account.reset_asked_at = context.now
        record(context, AuditAction.ACCOUNT_PASSWORD_RESET_ASKED, account.id)
        tell_account(
            context,
            LetterKind.PASSWORD_RESET,
            account,
            valid_until=context.now + timedelta(minutes=minutes),
        )


@dataclass(frozen=True, kw_only=True)
class ResetPassword:
    """A new password by a link whose signature was found right.

    `generation` is the one that the link was made for.
    """

    account_id: UUID
    generation: int
    password_hash: str


def reset_password(context: ActionContext, command: ResetPassword) -> bool:
    """Set it and end every session; False when the link was used or has ended meanwhile."""
    account = _locked(context, command.account_id)
    if account.password_generation != command.generation or not is_reset_open(context, account):
        return False
    set_password(context, account, command.password_hash, kept_session=None)
    return True


def is_reset_open(context: ActionContext, account: Account) -> bool:
    """Whether a link to a new password was asked for and is young enough."""
    minutes = settings_on(context.session, context.today).reset_minutes
    asked = account.reset_asked_at
    return asked is not None and context.now < asked + timedelta(minutes=minutes)


def set_password(
    context: ActionContext, account: Account, password_hash: str, *, kept_session: UUID | None
) -> None:
    account.password_hash = password_hash
    account.password_generation += 1
    account.reset_asked_at = None
    end_other_sessions(context, account.id, kept_session)
    record(context, AuditAction.ACCOUNT_PASSWORD_CHANGED, account.id)
    tell_account(context, LetterKind.PASSWORD_CHANGED, account)


def _own(context: ActionContext) -> Account:
    if context.actor.account_id is None:
        raise NotFound("account_unknown")
    return _locked(context, context.actor.account_id)


def _locked(context: ActionContext, account_id: UUID) -> Account:
    account = context.session.scalars(
        select(Account).where(Account.id == account_id).with_for_update()
    ).first()
    if account is None:
        raise NotFound("account_unknown")
    return account
