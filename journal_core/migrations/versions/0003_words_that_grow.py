"""Vocabularies that grow with every feature lose their check: recorded acts, office tasks."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: The words that the first revision knew.
FIRST_ACTS = (
    "account:created",
    "account:password_changed",
    "account:password_reset_asked",
    "account:signed_in",
    "account:sign_in_missed",
    "account:signed_out",
    "access:denied",
    "calendar:published",
    "class:saved",
    "file:opened",
    "invitation:delivered",
    "invitation:frozen",
    "invitation:issued",
    "invitation:missed",
    "invitation:redeemed",
    "invitation:revoked",
    "invitation:unsealed",
    "person:saved",
    "representation:saved",
    "request:check_answered",
    "request:contacts_changed",
    "request:due_recomputed",
    "request:key_renewed",
    "request:moved",
    "request:noted",
    "request:paper_attached",
    "request:paper_removed",
    "request:paper_shown",
    "request:told",
    "request:viewed",
    "school:imported",
    "setting:changed",
    "signatory:saved",
    "task:closed",
)
FIRST_TASKS = ("call_applicant", "letter_failed", "code_expiring", "code_frozen", "calendar_ends")


def upgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.drop_constraint(op.f("ck_audit_entry_auditaction"), type_="check")
    with op.batch_alter_table("office_task") as batch_op:
        batch_op.drop_constraint(op.f("ck_office_task_taskkind"), type_="check")


def downgrade() -> None:
    with op.batch_alter_table("office_task") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_office_task_taskkind"), f"kind IN ({_listed(FIRST_TASKS)})"
        )
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_audit_entry_auditaction"), f"action IN ({_listed(FIRST_ACTS)})"
        )


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
