"""The school's lists: orders, dated classes and groups, curriculum, timetable, lessons, plans.

A pupil's class becomes a span that begins with the enrolment.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PUPIL = sa.table(
    "pupil",
    sa.column("id", sa.Uuid()),
    sa.column("class_id", sa.Uuid()),
    sa.column("enrolled_on", sa.Date()),
    sa.column("left_on", sa.Date()),
)
MEMBERSHIP = sa.table(
    "class_membership",
    sa.column("id", sa.Uuid()),
    sa.column("pupil_id", sa.Uuid()),
    sa.column("class_id", sa.Uuid()),
    sa.column("since", sa.Date()),
    sa.column("until", sa.Date()),
)
STAFF = sa.table(
    "staff_member",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("since", sa.Date()),
)


def upgrade() -> None:
    op.create_table(
        "bell_schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_regular", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bell_schedule")),
        sa.UniqueConstraint("name", name=op.f("uq_bell_schedule_name")),
    )
    with op.batch_alter_table("bell_schedule", schema=None) as batch_op:
        batch_op.create_index(
            "uq_bell_schedule_regular",
            ["is_regular"],
            unique=True,
            sqlite_where=sa.text("is_regular"),
            postgresql_where=sa.text("is_regular"),
        )

    op.create_table(
        "grading_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "quarter",
                "trimester",
                "half_year",
                name="periodkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_grade", sa.Integer(), nullable=False),
        sa.Column("last_grade", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "until >= since AND last_grade >= first_grade", name=op.f("ck_grading_period_span")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_period")),
        sa.UniqueConstraint(
            "academic_year",
            "kind",
            "number",
            "first_grade",
            name=op.f("uq_grading_period_academic_year_kind_number_first_grade"),
        ),
    )
    op.create_table(
        "holiday",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("first_grade", sa.Integer(), nullable=False),
        sa.Column("last_grade", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "until >= since AND last_grade >= first_grade", name=op.f("ck_holiday_span")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    with op.batch_alter_table("holiday", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_holiday_academic_year"), ["academic_year"], unique=False
        )

    op.create_table(
        "school_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "enrolment",
                "transfer",
                "leaving",
                "promotion",
                "groups",
                "staffing",
                "approval",
                name="orderkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_order")),
        sa.UniqueConstraint("number", "signed_on", name=op.f("uq_school_order_number_signed_on")),
    )
    with op.batch_alter_table("school_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_order_signed_on"), ["signed_on"], unique=False)

    op.create_table(
        "subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("name", name=op.f("uq_subject_name")),
    )
    op.create_table(
        "timetable_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_timetable_version_span"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_version")),
    )
    with op.batch_alter_table("timetable_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_timetable_version_academic_year"), ["academic_year"], unique=False
        )

    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "curriculum",
                "load",
                "tariff",
                "timetable",
                name="approvalkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "drawn_up",
                "sent",
                "approved",
                name="approvalstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=300), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.String(length=300), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_on IS NOT NULL) AND (state = 'approved') = (order_id IS NOT NULL)",
            name=op.f("ck_approval_approved"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["school_order.id"], name=op.f("fk_approval_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("academic_year", "kind", name=op.f("uq_approval_academic_year_kind")),
    )
    op.create_table(
        "bell_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["bell_schedule.id"], name=op.f("fk_bell_day_schedule_id")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_bell_day")),
    )
    with op.batch_alter_table("bell_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bell_day_schedule_id"), ["schedule_id"], unique=False)

    op.create_table(
        "bell_time",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("ends > starts", name=op.f("ck_bell_time_span")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["bell_schedule.id"], name=op.f("fk_bell_time_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bell_time")),
        sa.UniqueConstraint("schedule_id", "number", name=op.f("uq_bell_time_schedule_id_number")),
    )
    op.create_table(
        "curriculum_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.CheckConstraint("hours > 0", name=op.f("ck_curriculum_hours_some")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_curriculum_hours_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum_hours")),
        sa.UniqueConstraint(
            "academic_year",
            "grade",
            "subject_id",
            name=op.f("uq_curriculum_hours_academic_year_grade_subject_id"),
        ),
    )
    op.create_table(
        "teacher_absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "illness",
                "trip",
                "training",
                "leave",
                "other",
                name="absencereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("order_number", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_teacher_absence_span")),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["person.id"], name=op.f("fk_teacher_absence_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teacher_absence")),
    )
    with op.batch_alter_table("teacher_absence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_teacher_absence_teacher_id"), ["teacher_id"], unique=False
        )

    op.create_table(
        "class_membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("end_order_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_class_membership_span")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_class_membership_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["end_order_id"], ["school_order.id"], name=op.f("fk_class_membership_end_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["school_order.id"], name=op.f("fk_class_membership_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_class_membership_pupil_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_membership")),
    )
    with op.batch_alter_table("class_membership", schema=None) as batch_op:
        batch_op.create_index(
            "ix_class_membership_class_id_since", ["class_id", "since"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_class_membership_end_order_id"), ["end_order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_class_membership_order_id"), ["order_id"], unique=False
        )
        batch_op.create_index(
            "ix_class_membership_pupil_id_since", ["pupil_id", "since"], unique=False
        )
        batch_op.create_index(
            "uq_class_membership_open_pupil_id",
            ["pupil_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "study_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "division",
                "after_school",
                "club",
                name="groupkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'division') = (class_id IS NOT NULL AND subject_id IS NOT NULL)",
            name=op.f("ck_study_group_divided"),
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_study_group_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["person.id"], name=op.f("fk_study_group_leader_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_study_group_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_group")),
        sa.UniqueConstraint(
            "academic_year",
            "class_id",
            "subject_id",
            "name",
            name=op.f("uq_study_group_academic_year_class_id_subject_id_name"),
        ),
    )
    with op.batch_alter_table("study_group", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_study_group_academic_year"), ["academic_year"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_study_group_class_id"), ["class_id"], unique=False)

    op.create_table(
        "group_membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_group_membership_span")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_group_membership_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["school_order.id"], name=op.f("fk_group_membership_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_group_membership_pupil_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_membership")),
    )
    with op.batch_alter_table("group_membership", schema=None) as batch_op:
        batch_op.create_index(
            "ix_group_membership_group_id_since", ["group_id", "since"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_group_membership_order_id"), ["order_id"], unique=False
        )
        batch_op.create_index(
            "ix_group_membership_pupil_id_since", ["pupil_id", "since"], unique=False
        )

    op.create_table(
        "teaching_load",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.CheckConstraint("hours > 0", name=op.f("ck_teaching_load_some")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_teaching_load_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_teaching_load_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_teaching_load_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["person.id"], name=op.f("fk_teaching_load_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_load")),
        sa.UniqueConstraint(
            "teacher_id",
            "subject_id",
            "class_id",
            "group_id",
            name=op.f("uq_teaching_load_teacher_id_subject_id_class_id_group_id"),
        ),
    )
    with op.batch_alter_table("teaching_load", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_teaching_load_academic_year"), ["academic_year"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_teaching_load_class_id"), ["class_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_teaching_load_teacher_id"), ["teacher_id"], unique=False
        )

    op.create_table(
        "thematic_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("class_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "group_id IS NULL OR class_id IS NOT NULL", name=op.f("ck_thematic_plan_of_a_class")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_thematic_plan_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_thematic_plan_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_thematic_plan_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["thematic_plan.id"], name=op.f("fk_thematic_plan_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_thematic_plan_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thematic_plan")),
        sa.UniqueConstraint(
            "class_id",
            "group_id",
            "subject_id",
            name=op.f("uq_thematic_plan_class_id_group_id_subject_id"),
        ),
    )
    with op.batch_alter_table("thematic_plan", schema=None) as batch_op:
        batch_op.create_index(
            "ix_thematic_plan_academic_year_subject_id",
            ["academic_year", "subject_id", "grade"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_thematic_plan_author_id"), ["author_id"], unique=False)

    op.create_table(
        "timetable_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 6", name=op.f("ck_timetable_entry_weekday")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_timetable_entry_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_timetable_entry_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_timetable_entry_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["person.id"], name=op.f("fk_timetable_entry_teacher_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["timetable_version.id"], name=op.f("fk_timetable_entry_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_entry")),
    )
    with op.batch_alter_table("timetable_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_timetable_entry_version_id_class_id", ["version_id", "class_id"], unique=False
        )
        batch_op.create_index(
            "ix_timetable_entry_version_id_teacher_id", ["version_id", "teacher_id"], unique=False
        )

    op.create_table(
        "plan_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "merged",
                "moved",
                "dropped",
                name="correctionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=1000), nullable=False),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("hours_after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["thematic_plan.id"], name=op.f("fk_plan_correction_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_correction")),
    )
    with op.batch_alter_table("plan_correction", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_correction_plan_id_corrected_at", ["plan_id", "corrected_at"], unique=False
        )

    op.create_table(
        "plan_topic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=1000), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("homework", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_plan_topic_hours")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["thematic_plan.id"], name=op.f("fk_plan_topic_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_topic")),
    )
    with op.batch_alter_table("plan_topic", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_topic_plan_id_position", ["plan_id", "position"], unique=False
        )

    op.create_table(
        "lesson",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("substitute_id", sa.Uuid(), nullable=True),
        sa.Column("absence_id", sa.Uuid(), nullable=True),
        sa.Column("is_joined", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=300), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("topic_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "NOT is_joined OR substitute_id IS NOT NULL", name=op.f("ck_lesson_joined")
        ),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR kept_at IS NULL", name=op.f("ck_lesson_held_or_not")
        ),
        sa.CheckConstraint(
            "substitute_id IS NULL OR absence_id IS NOT NULL",
            name=op.f("ck_lesson_substituted_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["teacher_absence.id"], name=op.f("fk_lesson_absence_id")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_lesson_class_id")),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name=op.f("fk_lesson_group_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_lesson_subject_id")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["person.id"], name=op.f("fk_lesson_substitute_id")
        ),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name=op.f("fk_lesson_teacher_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["plan_topic.id"], name=op.f("fk_lesson_topic_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["timetable_version.id"], name=op.f("fk_lesson_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_absence_id"), ["absence_id"], unique=False)
        batch_op.create_index("ix_lesson_class_id_day", ["class_id", "day"], unique=False)
        batch_op.create_index("ix_lesson_day_number", ["day", "number"], unique=False)
        batch_op.create_index("ix_lesson_substitute_id_day", ["substitute_id", "day"], unique=False)
        batch_op.create_index("ix_lesson_teacher_id_day", ["teacher_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_topic_id"), ["topic_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_version_id"), ["version_id"], unique=False)

    _begin_memberships()
    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("file_number", sa.String(length=50), nullable=False, server_default="")
        )
        batch_op.drop_index(batch_op.f("ix_pupil_class_id"))
        batch_op.create_index(batch_op.f("ix_pupil_file_number"), ["file_number"], unique=False)
        batch_op.drop_constraint(batch_op.f("fk_pupil_class_id"), type_="foreignkey")
        batch_op.drop_column("class_id")

    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.alter_column("file_number", server_default=None)

    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("valid_until", sa.Date(), nullable=True))

    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("order_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("end_order_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_staff_member_person_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_staff_member_person_id"), ["person_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_staff_member_order_id"), "school_order", ["order_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_staff_member_end_order_id"), "school_order", ["end_order_id"], ["id"]
        )


def _begin_memberships() -> None:
    connection = op.get_bind()
    spans = [
        {
            "id": uuid4(),
            "pupil_id": row.id,
            "class_id": row.class_id,
            "since": row.enrolled_on,
            "until": row.left_on if row.left_on and row.left_on >= row.enrolled_on else None,
        }
        for row in connection.execute(sa.select(PUPIL).where(PUPIL.c.class_id.is_not(None)))
    ]
    if spans:
        connection.execute(MEMBERSHIP.insert(), spans)


def _tell_the_class() -> None:
    """A pupil's newest class; a table of one class cannot tell more."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(MEMBERSHIP).order_by(MEMBERSHIP.c.since)).all():
        connection.execute(
            PUPIL.update().where(PUPIL.c.id == row.pupil_id).values(class_id=row.class_id)
        )


def _keep_one_position() -> None:
    """A person's newest position; a table of one position cannot tell more."""
    connection = op.get_bind()
    kept = set()
    for row in connection.execute(sa.select(STAFF).order_by(STAFF.c.since.desc())).all():
        if row.person_id in kept:
            connection.execute(STAFF.delete().where(STAFF.c.id == row.id))
        kept.add(row.person_id)


def downgrade() -> None:
    _keep_one_position()
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_staff_member_end_order_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_staff_member_order_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_staff_member_person_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_staff_member_person_id"), ["person_id"])
        batch_op.drop_column("end_order_id")
        batch_op.drop_column("order_id")

    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.drop_column("valid_until")

    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.add_column(sa.Column("class_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_pupil_class_id"), "school_class", ["class_id"], ["id"]
        )
        batch_op.drop_index(batch_op.f("ix_pupil_file_number"))
        batch_op.create_index(batch_op.f("ix_pupil_class_id"), ["class_id"], unique=False)
        batch_op.drop_column("file_number")
    _tell_the_class()

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_version_id"))
        batch_op.drop_index(batch_op.f("ix_lesson_topic_id"))
        batch_op.drop_index("ix_lesson_teacher_id_day")
        batch_op.drop_index("ix_lesson_substitute_id_day")
        batch_op.drop_index("ix_lesson_day_number")
        batch_op.drop_index("ix_lesson_class_id_day")
        batch_op.drop_index(batch_op.f("ix_lesson_absence_id"))

    op.drop_table("lesson")
    with op.batch_alter_table("plan_topic", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_topic_plan_id_position")

    op.drop_table("plan_topic")
    with op.batch_alter_table("plan_correction", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_correction_plan_id_corrected_at")

    op.drop_table("plan_correction")
    with op.batch_alter_table("timetable_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_timetable_entry_version_id_teacher_id")
        batch_op.drop_index("ix_timetable_entry_version_id_class_id")

    op.drop_table("timetable_entry")
    with op.batch_alter_table("thematic_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thematic_plan_author_id"))
        batch_op.drop_index("ix_thematic_plan_academic_year_subject_id")

    op.drop_table("thematic_plan")
    with op.batch_alter_table("teaching_load", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teaching_load_teacher_id"))
        batch_op.drop_index(batch_op.f("ix_teaching_load_class_id"))
        batch_op.drop_index(batch_op.f("ix_teaching_load_academic_year"))

    op.drop_table("teaching_load")
    with op.batch_alter_table("group_membership", schema=None) as batch_op:
        batch_op.drop_index("ix_group_membership_pupil_id_since")
        batch_op.drop_index(batch_op.f("ix_group_membership_order_id"))
        batch_op.drop_index("ix_group_membership_group_id_since")

    op.drop_table("group_membership")
    with op.batch_alter_table("study_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_study_group_class_id"))
        batch_op.drop_index(batch_op.f("ix_study_group_academic_year"))

    op.drop_table("study_group")
    with op.batch_alter_table("class_membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_class_membership_open_pupil_id",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index("ix_class_membership_pupil_id_since")
        batch_op.drop_index(batch_op.f("ix_class_membership_order_id"))
        batch_op.drop_index(batch_op.f("ix_class_membership_end_order_id"))
        batch_op.drop_index("ix_class_membership_class_id_since")

    op.drop_table("class_membership")
    with op.batch_alter_table("teacher_absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teacher_absence_teacher_id"))

    op.drop_table("teacher_absence")
    op.drop_table("curriculum_hours")
    op.drop_table("bell_time")
    with op.batch_alter_table("bell_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bell_day_schedule_id"))

    op.drop_table("bell_day")
    op.drop_table("approval")
    with op.batch_alter_table("timetable_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timetable_version_academic_year"))

    op.drop_table("timetable_version")
    op.drop_table("subject")
    with op.batch_alter_table("school_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_order_signed_on"))

    op.drop_table("school_order")
    with op.batch_alter_table("holiday", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holiday_academic_year"))

    op.drop_table("holiday")
    op.drop_table("grading_period")
    with op.batch_alter_table("bell_schedule", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bell_schedule_regular",
            sqlite_where=sa.text("is_regular"),
            postgresql_where=sa.text("is_regular"),
        )

    op.drop_table("bell_schedule")
