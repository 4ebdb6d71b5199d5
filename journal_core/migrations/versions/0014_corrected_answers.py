"""Corrected answers of any kind; a consent declined, and the application that withdraws one."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make("answer_change", sa.Column("basis", sa.String(150), nullable=False))
    op.execute(
        "INSERT INTO answer_change"
        " (id, request_id, field, old_value, new_value, basis, changed_at, changed_by)"
        " SELECT id, request_id, field, old_value, new_value, '', changed_at, changed_by"
        " FROM contact_change"
    )
    op.drop_table("contact_change")
    with op.batch_alter_table("consent") as batch_op:
        batch_op.add_column(sa.Column("declined_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("decline_recorded_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("decline_recorded_by", sa.String(300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("withdrawal_file_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_consent_withdrawal_file_id"), "stored_file", ["withdrawal_file_id"], ["id"]
        )
        batch_op.drop_constraint(op.f("ck_consent_made"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_consent_made"),
            "printed_at IS NOT NULL OR signed_on IS NOT NULL OR declined_on IS NOT NULL",
        )
        batch_op.create_check_constraint(
            op.f("ck_consent_declined"), "(declined_on IS NULL) = (decline_recorded_at IS NULL)"
        )
    with op.batch_alter_table("consent") as batch_op:
        batch_op.alter_column("decline_recorded_by", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM consent WHERE printed_at IS NULL AND signed_on IS NULL")
    with op.batch_alter_table("consent") as batch_op:
        batch_op.drop_constraint(op.f("ck_consent_declined"), type_="check")
        batch_op.drop_constraint(op.f("ck_consent_made"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_consent_made"), "printed_at IS NOT NULL OR signed_on IS NOT NULL"
        )
        batch_op.drop_constraint(op.f("fk_consent_withdrawal_file_id"), type_="foreignkey")
        batch_op.drop_column("withdrawal_file_id")
        batch_op.drop_column("decline_recorded_by")
        batch_op.drop_column("decline_recorded_at")
        batch_op.drop_column("declined_on")
    _make("contact_change")
    op.execute(
        "INSERT INTO contact_change"
        " (id, request_id, field, old_value, new_value, changed_at, changed_by)"
        " SELECT id, request_id, field, old_value, new_value, changed_at, changed_by"
        " FROM answer_change"
    )
    op.drop_table("answer_change")


def _make(table: str, *more: sa.Column[str]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("old_value", sa.String(500), nullable=False),
        sa.Column("new_value", sa.String(500), nullable=False),
        *more,
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f(f"fk_{table}_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_request_id"), table, ["request_id"])
