"""The school's own DOCX templates and which of them was in force when."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_paper_template_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_template")),
    )
    with op.batch_alter_table("paper_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_template_kind"), ["kind"], unique=False)

    op.create_table(
        "template_use",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("order_number", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["paper_template.id"], name=op.f("fk_template_use_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_use")),
    )
    with op.batch_alter_table("template_use", schema=None) as batch_op:
        batch_op.create_index(
            "ix_template_use_kind_valid_from", ["kind", "valid_from"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("template_use", schema=None) as batch_op:
        batch_op.drop_index("ix_template_use_kind_valid_from")

    op.drop_table("template_use")
    with op.batch_alter_table("paper_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_template_kind"))

    op.drop_table("paper_template")
