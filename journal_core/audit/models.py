"""Table of the record of acts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.audit.terms import AuditAction
from journal_core.database import Base, enum_column


class AuditEntry(Base):
    """One act of one actor upon one subject. Rows are added and never changed.

    Two things alone go from here, when the term of keeping them is over: who looked at what, and
    the people of a request that is erased.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_id", "id"),
        Index("ix_audit_entry_actor_at", "actor_account_id", "at"),
        Index("ix_audit_entry_action_at", "action", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    action: Mapped[AuditAction] = mapped_column(enum_column(AuditAction, closed=False))
    actor_label: Mapped[str] = mapped_column(String(300))
    actor_account_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
