"""Pages of a document have an order, and uploads may wait for a virus scanner."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: The order in which pages were shown before they had a place of their own.
PLACES_AS_THEY_CAME = """
UPDATE request_paper SET position = (
  SELECT count(*) FROM request_paper AS earlier
  WHERE earlier.request_id = request_paper.request_id
    AND earlier.kind = request_paper.kind
    AND (earlier.uploaded_at < request_paper.uploaded_at
      OR (earlier.uploaded_at = request_paper.uploaded_at AND earlier.id < request_paper.id))
)
"""


def upgrade() -> None:
    with op.batch_alter_table("request_paper") as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=True))
    op.execute(PLACES_AS_THEY_CAME)
    with op.batch_alter_table("request_paper") as batch_op:
        batch_op.alter_column("position", existing_type=sa.Integer(), nullable=False)
    op.create_table(
        "file_scan",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "clean",
                "infected",
                name="scanstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_file_scan_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_scan")),
    )
    with op.batch_alter_table("file_scan") as batch_op:
        batch_op.create_index("ix_file_scan_due", ["state", "run_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("file_scan") as batch_op:
        batch_op.drop_index("ix_file_scan_due")
    op.drop_table("file_scan")
    with op.batch_alter_table("request_paper") as batch_op:
        batch_op.drop_column("position")
