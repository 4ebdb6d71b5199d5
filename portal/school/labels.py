"""How the settings are grouped on screen."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, kw_only=True)
class SettingGroup:
    """Settings that are changed together, by one order."""

    title: Any
    keys: tuple[str, ...]


GROUPS = {
    "details": SettingGroup(
        title=_("О школе"),
        keys=(
            "short_name",
            "full_name",
            "full_name_genitive",
            "service_name",
            "address",
            "phone",
            "email",
            "website",
        ),
    ),
    "reception": SettingGroup(
        title=_("Приём"), keys=("reception_days", "reception_from", "reception_to")
    ),
    "visits": SettingGroup(
        title=_("Запись на визит"),
        keys=("visit_slot_minutes", "visit_slot_places", "visit_days_ahead"),
    ),
    "service": SettingGroup(
        title=_("Порядок услуги"),
        keys=(
            "originals_at_visit",
            "preparer_may_sign",
            "draft_days",
            "tracking_days",
            "visit_reminder_days",
            "visit_days",
            "calendar_warning_days",
        ),
    ),
    "year": SettingGroup(title=_("Учебный год"), keys=("study_weeks", "study_weeks_first_grade")),
    "study": SettingGroup(
        title=_("Учебный год"),
        keys=(
            "study_week_days",
            "five_day_grade",
            "study_weeks",
            "study_weeks_first_grade",
            "curriculum_approved_by",
            "load_approved_by",
            "tariff_approved_by",
            "timetable_approved_by",
        ),
    ),
    "codes": SettingGroup(
        title=_("Пригласительные коды"),
        keys=("code_paper_days", "code_email_days", "code_warning_days"),
    ),
    "right": SettingGroup(title=_("Право читать дневник"), keys=("right_warning_days",)),
    "limits": SettingGroup(
        title=_("Защита и пределы"),
        keys=(
            "code_misses",
            "sign_in_misses",
            "tracking_misses",
            "submits_per_hour",
            "family_messages_per_hour",
            "upload_file_mb",
            "upload_pages",
            "upload_request_mb",
            "upload_day_mb",
            "import_file_mb",
            "import_rows",
            "disk_reserve_mb",
            "letter_attempts",
            "second_factor_required",
            "staff_idle_minutes",
            "reset_minutes",
        ),
    ),
    "retention": SettingGroup(
        title=_("Хранение"),
        keys=(
            "keep_papers_days",
            "keep_requests_years",
            "keep_letters_days",
            "keep_views_years",
            "keep_attempts_days",
            "keep_sessions_days",
            "keep_notices_days",
            "keep_looks_days",
            "keep_families_years",
            "view_repeat_minutes",
        ),
    ),
    "journal": SettingGroup(
        title=_("Журнал и отметки"),
        keys=(
            "default_work_type",
            "weigh_marks",
            "same_day_minutes",
            "monitoring_check_days",
            "long_check_days",
            "foreign_languages",
            "mathematics",
            "period_close_days",
            "period_mark_days",
            "correction_open_hours",
            "enough_marks_one",
            "enough_marks_more",
            "first_mark_weeks",
            "second_mark_weeks",
            "error_report_hours",
            "letters_tell_marks",
        ),
    ),
    "families": SettingGroup(
        title=_("Семьи и группа риска"),
        keys=(
            "silence_days",
            "risk_silence_days",
            "silence_put_off_days",
            "risk_average",
            "risk_low_subjects",
            "risk_unexcused_lessons",
        ),
    ),
}
