"""Homework follows lessons that the timetable takes away

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

#: Table, column, the table it leads to, and what becomes of the row when that one goes.
LINKS = (
    ("homework", "lesson_id", "lesson", "CASCADE"),
    ("homework", "due_lesson_id", "lesson", "SET NULL"),
    ("homework_file", "homework_id", "homework", "CASCADE"),
)


def upgrade() -> None:
    for table, column, other, ondelete in LINKS:
        _link(table, column, other, ondelete)


def downgrade() -> None:
    for table, column, other, _ondelete in LINKS:
        _link(table, column, other, None)


def _link(table: str, column: str, other: str, ondelete: str | None) -> None:
    name = op.f(f"fk_{table}_{column}")
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(name, type_="foreignkey")
        batch_op.create_foreign_key(name, other, [column], ["id"], ondelete=ondelete)
