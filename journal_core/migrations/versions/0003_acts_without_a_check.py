"""Acts without a check: the vocabulary of the record grows with every feature."""

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


def upgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.drop_constraint(op.f("ck_audit_entry_auditaction"), type_="check")


def downgrade() -> None:
    listed = ", ".join(f"'{act}'" for act in FIRST_ACTS)
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_audit_entry_auditaction"), f"action IN ({listed})"
        )
