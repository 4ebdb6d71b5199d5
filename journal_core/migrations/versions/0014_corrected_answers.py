"""Corrected answers: of the contacts as before, and of the child by an original."""

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


def downgrade() -> None:
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
