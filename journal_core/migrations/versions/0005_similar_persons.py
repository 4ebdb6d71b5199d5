"""Persons told apart; requests for one child found by the birth date."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_distinction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_person_distinction_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_distinction_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_distinction")),
    )
    with op.batch_alter_table("person_distinction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_distinction_other_id"), ["other_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_person_distinction_person_id"), ["person_id"], unique=False
        )

    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_request_child_birth_date"), ["child_birth_date"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_request_child_birth_date"))

    with op.batch_alter_table("person_distinction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_distinction_person_id"))
        batch_op.drop_index(batch_op.f("ix_person_distinction_other_id"))

    op.drop_table("person_distinction")
