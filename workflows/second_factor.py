"""The second factor of an account: set up, asked after the password, replaced, taken off."""

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from documents.letters import LetterKind
from journal_core.access.commands import end_other_sessions
from journal_core.access.models import Account, BackupCode, SecondFactor
from journal_core.access.rules import BACKUP_CODES, step_of_code
from journal_core.access.terms import FACTOR_ROLES, Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.invitations.rules import key_from_digest, parse_key
from journal_core.invitations.terms import ParsedKey
from journal_core.people.queries import roles_of
from journal_core.school.queries import settings_on
from workflows.notices import tell_account

#: Random bytes that a backup code is drawn from.
_CODE_BYTES = 32
#: Before every time step: no code of this app was taken yet.
_NO_STEP = -1


@dataclass(frozen=True, kw_only=True)
class SetUpFactor:
    """A secret that an app has taken over, and a code of it as the proof.

    `account_id` is the account whose password was found right just now; `kept_session` the
    browser that stays signed in, None for one that is not signed in yet.
    """

    account_id: UUID
    secret: str
    code: str
    kept_session: UUID | None


def set_up_factor(context: ActionContext, command: SetUpFactor) -> tuple[str, ...] | None:
    """From now on the account is entered with this app; an earlier one opens nothing (POL-4.2.3).

    Returns the backup codes, to be shown once; None for a counted miss: the code is wrong, or
    somebody not signed in, who knows the password alone, would replace an app that is there.
    Sessions that arose without this app end.
    """
    factor = _locked(context, command.account_id)
    step = step_of_code(command.secret, command.code, context.now, _NO_STEP)
    if step is None or (factor is not None and command.kept_session is None):
        record(context, AuditAction.ACCOUNT_FACTOR_MISSED, command.account_id)
        return None
    if factor is None:
        factor = SecondFactor(account_id=command.account_id)
        context.session.add(factor)
    factor.sealed_secret = context.keys.seal(command.secret)
    factor.since = context.now
    factor.last_step = step
    record(context, AuditAction.ACCOUNT_FACTOR_SET_UP, command.account_id)
    end_other_sessions(context, command.account_id, command.kept_session)
    _tell_owner(context, command.account_id)
    return _new_backup_codes(context, command.account_id)


@dataclass(frozen=True, kw_only=True)
class CheckCode:
    """What somebody typed who knows the account's password: a code of the app or a backup code."""

    account_id: UUID
    typed: str


def check_code(context: ActionContext, command: CheckCode) -> bool:
    """Whether it opens the account; either kind does so once (POL-4.2.3).

    A wrong, an old and a used code are one miss alike; the miss is on record.
    """
    factor = _locked(context, command.account_id)
    if factor is None:
        return False
    if _is_new_app_code(context, factor, command.typed) or _uses_backup_code(context, command):
        return True
    record(context, AuditAction.ACCOUNT_FACTOR_MISSED, command.account_id)
    return False


@dataclass(frozen=True, kw_only=True)
class RenewBackupCodes:
    """Fresh backup codes for the account that acts."""


def renew_backup_codes(context: ActionContext, _command: RenewBackupCodes) -> tuple[str, ...]:
    """The new ones, to be shown once; the old ones open nothing.

    Raises NotFound for an account without a second factor.
    """
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    return _new_backup_codes(context, _own_factor(context).account_id)


@dataclass(frozen=True, kw_only=True)
class RemoveFactor:
    """The account that acts wants to sign in with its password alone."""


def remove_factor(context: ActionContext, _command: RemoveFactor) -> None:
    """Raises RuleBroken when the school wants a second factor of this account (POL-4.2.3)."""
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    factor = _own_factor(context)
    if is_factor_required(context.session, factor.account_id, context.today):
        raise RuleBroken("factor_required", "POL-4.2.3")
    _erase(context, factor)
    record(context, AuditAction.ACCOUNT_FACTOR_REMOVED, factor.account_id)
    _tell_owner(context, factor.account_id)


@dataclass(frozen=True, kw_only=True)
class ResetFactor:
    """A colleague's phone is lost, and the backup codes with it."""

    account_id: UUID


def reset_factor(context: ActionContext, command: ResetFactor) -> None:
    """Take the factor off and end every session; the owner sets up a new one after the password.

    Raises RuleBroken for the actor's own account: an unlocked screen must not undo it.
    """
    context.actor.require(Permission.ACCOUNT_FACTOR_RESET)
    if command.account_id == context.actor.account_id:
        raise RuleBroken("not_for_oneself", "POL-4.2.3")
    factor = _locked(context, command.account_id)
    if factor is None:
        raise NotFound("factor_unknown")
    _erase(context, factor)
    end_other_sessions(context, command.account_id, None)
    record(context, AuditAction.ACCOUNT_FACTOR_RESET, command.account_id)
    _tell_owner(context, command.account_id)


def is_factor_required(session: Session, account_id: UUID, on: date) -> bool:
    """Whether the school wants one of the account, by its own roles and those it stands in for."""
    settings = settings_on(session, on)
    roles = roles_of(session, account_id, on)
    return settings.second_factor_required and not roles.isdisjoint(FACTOR_ROLES)


def _is_new_app_code(context: ActionContext, factor: SecondFactor, typed: str) -> bool:
    secret = context.keys.unseal(factor.sealed_secret)
    if secret is None:
        return False
    step = step_of_code(secret, typed, context.now, factor.last_step)
    if step is not None:
        factor.last_step = step
    return step is not None


def _uses_backup_code(context: ActionContext, command: CheckCode) -> bool:
    parsed = parse_key(command.typed)
    if not isinstance(parsed, ParsedKey):
        return False
    code = context.session.scalars(
        select(BackupCode).where(
            BackupCode.account_id == command.account_id,
            BackupCode.code_hash == _hashed(context, command.account_id, parsed.key),
            BackupCode.used_at.is_(None),
        )
    ).first()
    if code is None:
        return False
    code.used_at = context.now
    record(context, AuditAction.ACCOUNT_BACKUP_CODE_USED, command.account_id)
    return True


def _new_backup_codes(context: ActionContext, account_id: UUID) -> tuple[str, ...]:
    context.session.execute(delete(BackupCode).where(BackupCode.account_id == account_id))
    codes = tuple(key_from_digest(secrets.token_bytes(_CODE_BYTES)) for _ in range(BACKUP_CODES))
    context.session.add_all(
        BackupCode(account_id=account_id, code_hash=_hashed(context, account_id, code))
        for code in codes
    )
    record(context, AuditAction.ACCOUNT_BACKUP_CODES_MADE, account_id)
    return codes


def _hashed(context: ActionContext, account_id: UUID, code: str) -> str:
    return context.keys.digest("backup_code", f"{account_id}:{code}", 0).hex()


def _erase(context: ActionContext, factor: SecondFactor) -> None:
    context.session.execute(delete(BackupCode).where(BackupCode.account_id == factor.account_id))
    context.session.delete(factor)


def _tell_owner(context: ActionContext, account_id: UUID) -> None:
    account = context.session.get_one(Account, account_id)
    tell_account(context, LetterKind.FACTOR_CHANGED, account)


def _own_factor(context: ActionContext) -> SecondFactor:
    factor = _locked(context, context.actor.account_id) if context.actor.account_id else None
    if factor is None:
        raise NotFound("factor_unknown")
    return factor


def _locked(context: ActionContext, account_id: UUID) -> SecondFactor | None:
    """The factor; its account is held until the commit, so that one code cannot be first twice."""
    context.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    return context.session.get(SecondFactor, account_id)
