"""A second factor with backup codes; what an invitation code is for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_backup_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_code")),
        sa.UniqueConstraint(
            "account_id", "code_hash", name=op.f("uq_backup_code_account_id_code_hash")
        ),
    )
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.String(length=300), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    kind = sa.Enum(
        "registration",
        "recovery",
        name="invitationkind",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    # Every code that is there already was made for a registration.
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", kind, nullable=False, server_default="registration"))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)


def downgrade() -> None:
    # A recovery code means nothing to the program before this revision.
    op.execute(
        "UPDATE invitation SET state = 'revoked', sealed_code = NULL "
        "WHERE kind = 'recovery' AND state IN ('issued', 'delivered')"
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_invitation_invitationkind"), type_="check")
        batch_op.drop_column("kind")
    op.drop_table("second_factor")
    op.drop_table("backup_code")
