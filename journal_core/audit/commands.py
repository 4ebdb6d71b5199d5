"""Adding to the record."""

from uuid import UUID

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext


def record(
    context: ActionContext,
    action: AuditAction,
    subject_id: UUID | None = None,
    **details: object,
) -> None:
    """Put the act on record in the act's own transaction.

    `details` must be values JSON can hold; secrets and full personal records stay out of them.
    """
    context.session.add(
        AuditEntry(
            at=context.now,
            action=action,
            actor_label=context.actor.label,
            actor_account_id=context.actor.account_id,
            subject_id=subject_id,
            details=details,
        )
    )
