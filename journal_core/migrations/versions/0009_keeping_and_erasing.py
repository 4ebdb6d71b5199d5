"""Erased requests and files; the record of views is found by who looked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INVITED = "state NOT IN ('code_issued', 'completed') OR invitation_id IS NOT NULL"
AT_REST = "erased_at IS NULL OR state IN ('completed', 'refusal_delivered', 'cancelled')"


def upgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.create_index("ix_audit_entry_actor_at", ["actor_account_id", "at"])
        batch_op.create_index("ix_audit_entry_action_at", ["action", "at"])
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("service_request") as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f("ck_service_request_invited"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_service_request_invited"), f"{INVITED} OR erased_at IS NOT NULL"
        )
        batch_op.create_check_constraint(op.f("ck_service_request_erased_at_rest"), AT_REST)


def downgrade() -> None:
    with op.batch_alter_table("service_request") as batch_op:
        batch_op.drop_constraint(op.f("ck_service_request_erased_at_rest"), type_="check")
        batch_op.drop_constraint(op.f("ck_service_request_invited"), type_="check")
        batch_op.create_check_constraint(op.f("ck_service_request_invited"), INVITED)
        batch_op.drop_column("erased_at")
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.drop_column("erased_at")
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.drop_index("ix_audit_entry_action_at")
        batch_op.drop_index("ix_audit_entry_actor_at")
