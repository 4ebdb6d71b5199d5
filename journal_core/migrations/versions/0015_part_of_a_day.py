"""A teacher may miss some lessons of a day and not the day."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NUMBERS = (
    "(first_number IS NULL AND last_number IS NULL)"
    " OR (until = since AND last_number >= first_number)"
)


def upgrade() -> None:
    with op.batch_alter_table("teacher_absence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("last_number", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_teacher_absence_numbers"), NUMBERS)


def downgrade() -> None:
    with op.batch_alter_table("teacher_absence", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_teacher_absence_numbers"), type_="check")
        batch_op.drop_column("last_number")
        batch_op.drop_column("first_number")
