"""Consents to process personal data."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("representation_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_by", sa.String(length=300), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("scan_file_id", sa.Uuid(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.String(length=300), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_recorded_by", sa.String(length=300), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("erasure_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erasure_recorded_by", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(erased_on IS NULL) = (erasure_recorded_at IS NULL) AND (erased_on IS NULL OR withdrawn_on IS NOT NULL)",
            name=op.f("ck_consent_erased"),
        ),
        sa.CheckConstraint(
            "(signed_on IS NULL) = (filed_at IS NULL) AND (signed_on IS NULL) = (scan_file_id IS NULL)",
            name=op.f("ck_consent_filed"),
        ),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_recorded_at IS NULL) AND (withdrawn_on IS NULL OR signed_on IS NOT NULL)",
            name=op.f("ck_consent_withdrawn"),
        ),
        sa.CheckConstraint(
            "printed_at IS NOT NULL OR signed_on IS NOT NULL", name=op.f("ck_consent_made")
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representation.id"], name=op.f("fk_consent_representation_id")
        ),
        sa.ForeignKeyConstraint(
            ["scan_file_id"], ["stored_file.id"], name=op.f("fk_consent_scan_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_representation_id"), ["representation_id"], unique=False
        )
        batch_op.create_index(
            "uq_consent_live_representation_id",
            ["representation_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_on IS NULL"),
            postgresql_where=sa.text("withdrawn_on IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consent_live_representation_id",
            sqlite_where=sa.text("withdrawn_on IS NULL"),
            postgresql_where=sa.text("withdrawn_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_consent_representation_id"))

    op.drop_table("consent")
