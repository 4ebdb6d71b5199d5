"""Reading accounts and sessions."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.access.models import Account, Attempt


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def account_of_person(session: Session, person_id: UUID) -> UUID | None:
    return session.scalar(select(Account.id).where(Account.person_id == person_id))


def account_named(session: Session, username: str) -> Account | None:
    key = username.strip().casefold()
    return session.scalars(
        select(Account).where(Account.username_key == key, Account.closed_at.is_(None))
    ).first()


def attempts_since(session: Session, scope: str, subject: str, since: datetime) -> int:
    """How many attempts of this kind the subject made since the moment."""
    count = session.scalar(
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.scope == scope, Attempt.subject == subject, Attempt.at >= since)
    )
    return count or 0
