"""Reading the record."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction


def last_time(session: Session, action: AuditAction) -> datetime | None:
    """When the act was last done by anybody; None when never."""
    return session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.action == action)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
