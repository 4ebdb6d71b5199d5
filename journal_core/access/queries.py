"""Reading accounts and sessions."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from journal_core.access.models import (
    Account,
    AccountSession,
    Attempt,
    BackupCode,
    SecondFactor,
)
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def account_of_person(session: Session, person_id: UUID) -> UUID | None:
    return session.scalar(select(Account.id).where(Account.person_id == person_id))


def account_named(session: Session, username: str) -> Account | None:
    key = username.strip().casefold()
    return session.scalars(
        select(Account).where(Account.username_key == key, Account.closed_at.is_(None))
    ).first()


def accounts_answering_to(session: Session, known_as: str) -> Sequence[Account]:
    """Open accounts of this user name or e-mail address; a family may share one address."""
    key = known_as.strip().casefold()
    return session.scalars(
        select(Account).where(
            or_(Account.username_key == key, func.lower(Account.email) == key),
            Account.closed_at.is_(None),
        )
    ).all()


def live_sessions(session: Session, account_id: UUID) -> Sequence[AccountSession]:
    """Where the account is signed in now, the newest first."""
    return session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .order_by(AccountSession.started_at.desc())
    ).all()


def second_factor(session: Session, account_id: UUID) -> SecondFactor | None:
    return session.get(SecondFactor, account_id)


def unused_backup_codes(session: Session, account_id: UUID) -> int:
    """How many of the account's backup codes still open something."""
    count = session.scalar(
        select(func.count())
        .select_from(BackupCode)
        .where(BackupCode.account_id == account_id, BackupCode.used_at.is_(None))
    )
    return count or 0


def sign_ins(session: Session, account_id: UUID, limit: int = 20) -> Sequence[AuditEntry]:
    """The last sign-ins, wrong passwords and wrong codes, newest first (POL-3.9.1)."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_id == account_id,
            AuditEntry.action.in_(
                (
                    AuditAction.ACCOUNT_SIGNED_IN,
                    AuditAction.ACCOUNT_SIGN_IN_MISSED,
                    AuditAction.ACCOUNT_FACTOR_MISSED,
                )
            ),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()


def attempts_since(session: Session, scope: str, subject: str, since: datetime) -> int:
    """How many attempts of this kind the subject made since the moment."""
    count = session.scalar(
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.scope == scope, Attempt.subject == subject, Attempt.at >= since)
    )
    return count or 0
