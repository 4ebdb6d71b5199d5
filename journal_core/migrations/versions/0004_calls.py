"""A call that reached nobody waits for its next try."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("office_task") as batch_op:
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("last_note", sa.String(length=1000), nullable=False, server_default="")
        )
    # The defaults are for the rows that were there; new ones get theirs from the program.
    with op.batch_alter_table("office_task") as batch_op:
        batch_op.alter_column("tries", server_default=None)
        batch_op.alter_column("last_note", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("office_task") as batch_op:
        batch_op.drop_column("last_note")
        batch_op.drop_column("next_try_at")
        batch_op.drop_column("tries")
