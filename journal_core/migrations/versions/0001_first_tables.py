"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("username_key", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
        sa.UniqueConstraint("username_key", name=op.f("uq_account_username_key")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempt_scope_subject_at", ["scope", "subject", "at"], unique=False
        )

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "account:created",
                "account:password_changed",
                "account:password_reset_asked",
                "account:signed_in",
                "account:sign_in_missed",
                "account:signed_out",
                "access:denied",
                "calendar:published",
                "class:saved",
                "file:opened",
                "invitation:delivered",
                "invitation:frozen",
                "invitation:issued",
                "invitation:missed",
                "invitation:redeemed",
                "invitation:revoked",
                "invitation:unsealed",
                "person:saved",
                "representation:saved",
                "request:check_answered",
                "request:contacts_changed",
                "request:due_recomputed",
                "request:key_renewed",
                "request:moved",
                "request:noted",
                "request:paper_attached",
                "request:paper_removed",
                "request:paper_shown",
                "request:told",
                "request:viewed",
                "school:imported",
                "setting:changed",
                "signatory:saved",
                "task:closed",
                name="auditaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_label", sa.String(length=300), nullable=False),
        sa.Column("actor_account_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_subject", ["subject_id", "id"], unique=False)

    op.create_table(
        "calendar_year",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint("year", "version", name=op.f("uq_calendar_year_year_version")),
    )
    op.create_table(
        "closed_day",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("order_number", sa.String(length=50), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopening_order", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
    )
    with op.batch_alter_table("closed_day", schema=None) as batch_op:
        batch_op.create_index(
            "ix_closed_day_in_force",
            ["day"],
            unique=True,
            sqlite_where=sa.text("reopened_at IS NULL"),
            postgresql_where=sa.text("reopened_at IS NULL"),
        )

    op.create_table(
        "number_sequence",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_number_sequence")),
    )
    op.create_table(
        "office_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "call_applicant",
                "letter_failed",
                "code_expiring",
                "code_frozen",
                "calendar_ends",
                name="taskkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=300), nullable=False),
        sa.Column("result", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_task")),
    )
    with op.batch_alter_table("office_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_task_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_office_task_request_id"), ["request_id"], unique=False)

    op.create_table(
        "outbox_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "exhausted",
                "cancelled",
                name="letterstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "secret",
            sa.Enum(
                "none",
                "draft_link",
                "tracking_link",
                "invitation_code",
                "password_reset",
                name="secretkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_letter_message_id")),
    )
    with op.batch_alter_table("outbox_letter", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_letter_due", ["state", "run_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_letter_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("last_name", sa.String(length=300), nullable=False),
        sa.Column("first_name", sa.String(length=300), nullable=False),
        sa.Column("patronymic", sa.String(length=300), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column(
            "gender",
            sa.Enum(
                "female",
                "male",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("dative_name", sa.String(length=900), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("search_key", sa.String(length=900), nullable=False),
        sa.Column("sort_key", sa.String(length=900), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_search_key"), ["search_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "school_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_school_mark_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_mark")),
    )
    op.create_table(
        "setting_value",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("order_number", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_value")),
    )
    with op.batch_alter_table("setting_value", schema=None) as batch_op:
        batch_op.create_index(
            "ix_setting_value_key_valid_from", ["key", "valid_from"], unique=False
        )

    op.create_table(
        "stored_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "account_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "deputy",
                "curator",
                "secretary",
                "teacher",
                "class_teacher",
                "parent",
                "pupil",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        sa.UniqueConstraint("account_id", "role", name=op.f("uq_account_role_account_id_role")),
    )
    with op.batch_alter_table("account_role", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_role_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "account_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_session_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
    )
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_session_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("calendar_year_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "working",
                "weekend",
                "holiday",
                "moved_day_off",
                "moved_working_day",
                "school_closed",
                name="daykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_year_id"],
            ["calendar_year.id"],
            name=op.f("fk_calendar_day_calendar_year_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint(
            "calendar_year_id", "day", name=op.f("uq_calendar_day_calendar_year_id_day")
        ),
    )
    op.create_table(
        "school_class",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=10), nullable=False),
        sa.Column("class_teacher_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_teacher_id"], ["person.id"], name=op.f("fk_school_class_class_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_class")),
        sa.UniqueConstraint(
            "academic_year",
            "grade",
            "letter",
            name=op.f("uq_school_class_academic_year_grade_letter"),
        ),
    )
    op.create_table(
        "signatory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_dative", sa.String(length=300), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("position_dative", sa.String(length=200), nullable=False),
        sa.Column("order_number", sa.String(length=100), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signatory_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatory")),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_staff_member_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("person_id", name=op.f("uq_staff_member_person_id")),
    )
    op.create_table(
        "pupil",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=True),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("diary_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_pupil_class_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pupil_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil")),
        sa.UniqueConstraint("person_id", name=op.f("uq_pupil_person_id")),
    )
    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pupil_class_id"), ["class_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "delivered",
                "redeemed",
                "revoked",
                "replaced",
                "expired",
                name="invitationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "deputy",
                "curator",
                "secretary",
                "teacher",
                "class_teacher",
                "parent",
                "pupil",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("lookup", sa.String(length=4), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("sealed_code", sa.String(length=300), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "handover",
            sa.Enum(
                "in_person",
                "email",
                "phone",
                name="handover",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'redeemed') = (redeemed_at IS NOT NULL)", name=op.f("ck_invitation_redeemed")
        ),
        sa.CheckConstraint(
            "state = 'issued' OR sealed_code IS NULL", name=op.f("ck_invitation_sealed_until_told")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_invitation_pupil_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_lookup"), ["lookup"], unique=False)
        batch_op.create_index(
            "ix_invitation_lookup_outstanding",
            ["lookup"],
            unique=True,
            sqlite_where=sa.text("state IN ('issued', 'delivered')"),
            postgresql_where=sa.text("state IN ('issued', 'delivered')"),
        )
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "representation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "parent",
                "guardian",
                name="representativekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=300), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by_court", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_representation_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_representation_pupil_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
        sa.UniqueConstraint(
            "person_id", "pupil_id", name=op.f("uq_representation_person_id_pupil_id")
        ),
    )
    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_representation_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_representation_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "service_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "received",
                "verified",
                "code_issued",
                "completed",
                "refusal_prepared",
                "refused",
                "refusal_delivered",
                "cancelled",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "online",
                "counter",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("submission_key", sa.Uuid(), nullable=False),
        sa.Column("key_generation", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applicant_last_name", sa.String(length=300), nullable=False),
        sa.Column("applicant_first_name", sa.String(length=300), nullable=False),
        sa.Column("applicant_patronymic", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("child_last_name", sa.String(length=300), nullable=False),
        sa.Column("child_first_name", sa.String(length=300), nullable=False),
        sa.Column("child_patronymic", sa.String(length=300), nullable=False),
        sa.Column("child_birth_date", sa.Date(), nullable=True),
        sa.Column("child_class", sa.String(length=10), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum(
                "parent",
                "guardian",
                name="capacity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "result_delivery",
            sa.Enum(
                "in_person",
                "email",
                "phone",
                name="resultdelivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "refusal_delivery",
            sa.Enum(
                "in_person",
                "post",
                name="refusaldelivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("applicant_account_id", sa.Uuid(), nullable=True),
        sa.Column("search_key", sa.String(length=1500), nullable=False),
        sa.Column("request_number", sa.String(length=20), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_year", sa.Integer(), nullable=True),
        sa.Column("registration_number", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by", sa.String(length=300), nullable=False),
        sa.Column("check_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("term_derivation", sa.JSON(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "close_reason",
            sa.Enum(
                "withdrawn",
                "no_show",
                "duplicate",
                "not_a_request",
                name="closereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("close_comment", sa.String(length=1000), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "delivered_how",
            sa.Enum(
                "in_person",
                "email",
                "phone",
                "post",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("delivered_by", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (close_reason IS NOT NULL)",
            name=op.f("ck_service_request_closed"),
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (request_number IS NULL)", name=op.f("ck_service_request_numbered")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_service_request_submitted")
        ),
        sa.CheckConstraint(
            "(state IN ('received', 'verified', 'code_issued', 'completed', 'refusal_prepared', 'refused', 'refusal_delivered')) = (registration_number IS NOT NULL)",
            name=op.f("ck_service_request_registered"),
        ),
        sa.CheckConstraint(
            "(state IN ('refused', 'refusal_delivered')) = (decision_id IS NOT NULL)",
            name=op.f("ck_service_request_decided"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('code_issued', 'completed') OR invitation_id IS NOT NULL",
            name=op.f("ck_service_request_invited"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('completed', 'refusal_delivered') OR delivered_at IS NOT NULL",
            name=op.f("ck_service_request_delivered"),
        ),
        sa.CheckConstraint(
            "(registration_number IS NULL) = (received_at IS NULL) AND (registration_number IS NULL) = (due_on IS NULL) AND (registration_number IS NULL) = (check_due_on IS NULL)",
            name=op.f("ck_service_request_clock"),
        ),
        sa.ForeignKeyConstraint(
            ["applicant_account_id"],
            ["account.id"],
            name=op.f("fk_service_request_applicant_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["refusal_decision.id"],
            name="fk_service_request_decision_id",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_service_request_invitation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_service_request_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_service_request_pupil_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
        sa.UniqueConstraint(
            "registration_year",
            "registration_number",
            name=op.f("uq_service_request_registration_year_registration_number"),
        ),
        sa.UniqueConstraint("request_number", name=op.f("uq_service_request_request_number")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_service_request_submission_key")),
    )
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_request_applicant_account_id"),
            ["applicant_account_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_service_request_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_service_request_pupil_id"), ["pupil_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_service_request_search_key"), ["search_key"], unique=False
        )
        batch_op.create_index("ix_service_request_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "ground_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "not_an_applicant",
                "not_a_pupil",
                "adult",
                "documents_unfit",
                "documents_contradict",
                "withdrawn",
                name="refusalground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("applies", sa.Boolean(), nullable=False),
        sa.Column("explanation", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_ground_answer_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground_answer")),
        sa.UniqueConstraint(
            "request_id", "ground", name=op.f("uq_ground_answer_request_id_ground")
        ),
    )
    with op.batch_alter_table("ground_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ground_answer_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "issued_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("docx_file_id", sa.Uuid(), nullable=False),
        sa.Column("pdf_file_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["docx_file_id"], ["stored_file.id"], name=op.f("fk_issued_document_docx_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["pdf_file_id"], ["stored_file.id"], name=op.f("fk_issued_document_pdf_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_issued_document_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
    )
    with op.batch_alter_table("issued_document", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issued_document_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "request_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "identity",
                "birth_certificate",
                "guardianship",
                name="paperkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_request_paper_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_request_paper_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_paper")),
    )
    with op.batch_alter_table("request_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_paper_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "shown_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "identity",
                "birth_certificate",
                "guardianship",
                name="paperkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("particulars", sa.String(length=500), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_shown_paper_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_paper")),
        sa.UniqueConstraint("request_id", "kind", name=op.f("uq_shown_paper_request_id_kind")),
    )
    with op.batch_alter_table("shown_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_paper_request_id"), ["request_id"], unique=False)

    op.create_table(
        "refusal_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("addressee", sa.String(length=900), nullable=False),
        sa.Column(
            "addressee_gender",
            sa.Enum(
                "female",
                "male",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.String(length=300), nullable=False),
        sa.Column("prepared_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_comment", sa.Text(), nullable=False),
        sa.Column("signatory_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=300), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("scan_file_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (document_id IS NULL)",
            name=op.f("ck_refusal_decision_signed_with_document"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["issued_document.id"], name=op.f("fk_refusal_decision_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_refusal_decision_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["scan_file_id"], ["stored_file.id"], name=op.f("fk_refusal_decision_scan_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["signatory_id"], ["signatory.id"], name=op.f("fk_refusal_decision_signatory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal_decision")),
    )
    with op.batch_alter_table("refusal_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_refusal_decision_request_id"), ["request_id"], unique=False
        )

    op.create_late_key(
        "fk_service_request_decision_id", "service_request", "refusal_decision", "decision_id", "id"
    )


def downgrade() -> None:
    op.drop_late_key("fk_service_request_decision_id", "service_request")
    with op.batch_alter_table("refusal_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refusal_decision_request_id"))

    op.drop_table("refusal_decision")
    with op.batch_alter_table("shown_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shown_paper_request_id"))

    op.drop_table("shown_paper")
    with op.batch_alter_table("request_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_paper_request_id"))

    op.drop_table("request_paper")
    with op.batch_alter_table("issued_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issued_document_request_id"))

    op.drop_table("issued_document")
    with op.batch_alter_table("ground_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ground_answer_request_id"))

    op.drop_table("ground_answer")
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.drop_index("ix_service_request_state_due_on")
        batch_op.drop_index(batch_op.f("ix_service_request_search_key"))
        batch_op.drop_index(batch_op.f("ix_service_request_pupil_id"))
        batch_op.drop_index(batch_op.f("ix_service_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_service_request_applicant_account_id"))

    op.drop_table("service_request")
    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_representation_pupil_id"))
        batch_op.drop_index(batch_op.f("ix_representation_person_id"))

    op.drop_table("representation")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_pupil_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))
        batch_op.drop_index(
            "ix_invitation_lookup_outstanding",
            sqlite_where=sa.text("state IN ('issued', 'delivered')"),
            postgresql_where=sa.text("state IN ('issued', 'delivered')"),
        )
        batch_op.drop_index(batch_op.f("ix_invitation_lookup"))
        batch_op.drop_index(batch_op.f("ix_invitation_expires_at"))

    op.drop_table("invitation")
    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pupil_class_id"))

    op.drop_table("pupil")
    op.drop_table("staff_member")
    op.drop_table("signatory")
    op.drop_table("school_class")
    op.drop_table("calendar_day")
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_session_account_id"))

    op.drop_table("account_session")
    with op.batch_alter_table("account_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_role_account_id"))

    op.drop_table("account_role")
    op.drop_table("stored_file")
    with op.batch_alter_table("setting_value", schema=None) as batch_op:
        batch_op.drop_index("ix_setting_value_key_valid_from")

    op.drop_table("setting_value")
    op.drop_table("school_mark")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_sort_key"))
        batch_op.drop_index(batch_op.f("ix_person_search_key"))

    op.drop_table("person")
    with op.batch_alter_table("outbox_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_letter_request_id"))
        batch_op.drop_index("ix_outbox_letter_due")

    op.drop_table("outbox_letter")
    with op.batch_alter_table("office_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_office_task_request_id"))
        batch_op.drop_index(batch_op.f("ix_office_task_closed_at"))

    op.drop_table("office_task")
    op.drop_table("number_sequence")
    with op.batch_alter_table("closed_day", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_closed_day_in_force",
            sqlite_where=sa.text("reopened_at IS NULL"),
            postgresql_where=sa.text("reopened_at IS NULL"),
        )

    op.drop_table("closed_day")
    op.drop_table("calendar_year")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")

    op.drop_table("audit_entry")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_scope_subject_at")

    op.drop_table("attempt")
    op.drop_table("account")
