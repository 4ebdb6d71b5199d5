"""Weekly duty, and an adult pupil's consent to a representative's reading.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=False),
        sa.Column("signed_by", sa.String(length=300), nullable=False),
        sa.Column("remarks", sa.String(length=2000), nullable=False),
        sa.Column("courses", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name=op.f("fk_duty_check_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_check")),
        sa.UniqueConstraint("monday", name=op.f("uq_duty_check_monday")),
    )
    with op.batch_alter_table("duty_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_duty_check_signed_by_id"), ["signed_by_id"], unique=False
        )

    op.create_table(
        "duty_official",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("order_number", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_duty_official_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_official")),
    )
    with op.batch_alter_table("duty_official", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_official_person_id"), ["person_id"], unique=False)

    op.create_table(
        "duty_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.Column("no_roll", sa.Integer(), nullable=False),
        sa.Column("no_topic", sa.Integer(), nullable=False),
        sa.Column("no_homework", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=True),
        sa.Column("late_works", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["duty_check.id"], name=op.f("fk_duty_finding_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_duty_finding_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_duty_finding_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_duty_finding_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["person.id"], name=op.f("fk_duty_finding_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_finding")),
    )
    with op.batch_alter_table("duty_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_finding_check_id"), ["check_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_duty_finding_teacher_id"), ["teacher_id"], unique=False
        )

    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("adult_consent_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("adult_consent_by", sa.String(length=300), nullable=False, server_default="")
        )
    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.alter_column("adult_consent_by", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.drop_column("adult_consent_by")
        batch_op.drop_column("adult_consent_at")

    with op.batch_alter_table("duty_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_finding_teacher_id"))
        batch_op.drop_index(batch_op.f("ix_duty_finding_check_id"))

    op.drop_table("duty_finding")
    with op.batch_alter_table("duty_official", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_official_person_id"))

    op.drop_table("duty_official")
    with op.batch_alter_table("duty_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_check_signed_by_id"))

    op.drop_table("duty_check")
