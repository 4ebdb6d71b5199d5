"""Notices to families

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SECRETS = "secret IN ('none', 'draft_link', 'tracking_link', 'invitation_code', 'password_reset')"


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "absence",
                "mark",
                "period_mark",
                "homework",
                "message",
                name="newskind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    op.create_table(
        "notice_hours",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("quiet_since", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.CheckConstraint("digest_weekday BETWEEN 1 AND 7", name=op.f("ck_notice_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_hours_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_hours")),
    )
    op.create_table(
        "notice_switch",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "absence",
                "mark",
                "period_mark",
                "homework",
                "message",
                name="newskind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "rhythm",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_switch_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_notice_switch")),
    )
    op.create_table(
        "unreached_address",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_unreached_address_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_unreached_address")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "absence",
                "mark",
                "period_mark",
                "homework",
                "message",
                name="newskind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_notice_pupil_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "account_id",
            "kind",
            "pupil_id",
            "subject_id",
            name=op.f("uq_notice_account_id_kind_pupil_id_subject_id"),
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_pupil_id"), ["pupil_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_told_at"), ["told_at"], unique=False)
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(
            sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("outbox_letter") as batch_op:
        batch_op.drop_constraint(op.f("ck_outbox_letter_secretkind"), type_="check")


def downgrade() -> None:
    op.execute("DELETE FROM outbox_letter WHERE secret = 'email_proof'")
    with op.batch_alter_table("outbox_letter") as batch_op:
        batch_op.create_check_constraint(op.f("ck_outbox_letter_secretkind"), SECRETS)
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("email_confirmed_at")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_told_at"))
        batch_op.drop_index(batch_op.f("ix_notice_pupil_id"))
        batch_op.drop_index(batch_op.f("ix_notice_due_at"))

    op.drop_table("notice")
    op.drop_table("unreached_address")
    op.drop_table("notice_switch")
    op.drop_table("notice_hours")
    op.drop_table("news")
