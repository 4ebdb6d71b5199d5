"""A correction knows its topic; a club's plan needs no class, a class has one of a subject."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OF_A_CLASS = sa.text("class_id IS NOT NULL AND group_id IS NULL")
OF_A_GROUP = sa.text("group_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("thematic_plan") as batch_op:
        batch_op.drop_constraint(
            op.f("uq_thematic_plan_class_id_group_id_subject_id"), type_="unique"
        )
        batch_op.drop_constraint(op.f("ck_thematic_plan_of_a_class"), type_="check")
    for column, where in (("class_id", OF_A_CLASS), ("group_id", OF_A_GROUP)):
        op.create_index(
            f"uq_thematic_plan_{column}",
            "thematic_plan",
            [column, "subject_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    with op.batch_alter_table("plan_topic") as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_plan_topic_merged_into_id"), "plan_topic", ["merged_into_id"], ["id"]
        )
    with op.batch_alter_table("plan_correction") as batch_op:
        batch_op.add_column(sa.Column("topic_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_foreign_key(
            op.f("fk_plan_correction_topic_id"), "plan_topic", ["topic_id"], ["id"]
        )
    with op.batch_alter_table("plan_correction") as batch_op:
        batch_op.alter_column("number", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("plan_correction") as batch_op:
        batch_op.drop_constraint(op.f("fk_plan_correction_topic_id"), type_="foreignkey")
        batch_op.drop_column("number")
        batch_op.drop_column("topic_id")
    with op.batch_alter_table("plan_topic") as batch_op:
        batch_op.drop_constraint(op.f("fk_plan_topic_merged_into_id"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
    for column, where in (("class_id", OF_A_CLASS), ("group_id", OF_A_GROUP)):
        op.drop_index(
            f"uq_thematic_plan_{column}",
            "thematic_plan",
            sqlite_where=where,
            postgresql_where=where,
        )
    with op.batch_alter_table("thematic_plan") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_thematic_plan_of_a_class"), "group_id IS NULL OR class_id IS NOT NULL"
        )
        batch_op.create_unique_constraint(
            op.f("uq_thematic_plan_class_id_group_id_subject_id"),
            ["class_id", "group_id", "subject_id"],
        )
