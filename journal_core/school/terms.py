"""The school's settings: values that a rule or a page reads, each valid from a date."""

from dataclasses import dataclass, fields
from datetime import time
from typing import TypeAlias

GRADES = range(1, 12)


@dataclass(frozen=True, kw_only=True)
class SchoolSettings:
    """All settings as they stood on one date. Defaults are the product's policies."""

    short_name: str = ""
    full_name: str = ""
    full_name_genitive: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    reception_days: str = ""
    reception_from: str = "09:00"
    reception_to: str = "14:30"
    service_name: str = ""
    #: Registration is the visit at which originals are shown (SVC-2.6, SVC-3.4.1).
    originals_at_visit: bool = True
    #: Who prepared a refusal may sign it too.
    preparer_may_sign: bool = False
    #: Days that a draft, and a tracking key after the last state, live.
    draft_days: int = 30
    tracking_days: int = 180
    #: Days that a code lives on paper, and in e-mail from the accepted sending.
    code_paper_days: int = 14
    code_email_days: int = 7
    #: Misses in an hour that freeze a code or an address.
    code_misses: int = 10
    sign_in_misses: int = 10
    tracking_misses: int = 20
    submits_per_hour: int = 300
    upload_file_mb: int = 10
    upload_request_mb: int = 40
    #: Pages of one PDF.
    upload_pages: int = 50
    #: Size and rows of one file of the school's lists.
    import_file_mb: int = 20
    import_rows: int = 60_000
    #: From one address in a day.
    upload_day_mb: int = 200
    #: Free space below which nothing more is taken in.
    disk_reserve_mb: int = 1000
    #: Tries before a letter becomes the office's task (about 17 hours with the waits between).
    letter_attempts: int = 12
    #: Days after which a request without a visit is reminded of it, and may be closed.
    visit_reminder_days: int = 10
    visit_days: int = 30
    #: Minutes that a visit takes, visitors received at once, days ahead that a visit is booked.
    visit_slot_minutes: int = 15
    visit_slot_places: int = 1
    visit_days_ahead: int = 14
    #: Days before its end that an unused code is warned about.
    code_warning_days: int = 2
    #: Days before the end of a right to a diary from which it is warned of (SVC-2.12.3).
    right_warning_days: int = 30
    #: Head, deputies and the journal administrator sign in with a second factor (POL-4.2.3).
    second_factor_required: bool = True
    #: Days before the end of the published calendars that the next year is asked for.
    calendar_warning_days: int = 60
    #: Weeks of lessons in a year, by which hours a week become hours of a plan (INS-2.6).
    study_weeks: int = 34
    study_weeks_first_grade: int = 33
    #: Minutes after which an idle session of a member of staff ends.
    staff_idle_minutes: int = 20
    #: Minutes that a link to a new password lives.
    reset_minutes: int = 60
    #: How long each kind of record is kept (SVC-2.2.3, REC-1.5), from its end.
    keep_papers_days: int = 30
    keep_requests_years: int = 5
    keep_letters_days: int = 180
    keep_views_years: int = 3
    keep_attempts_days: int = 7
    keep_looks_days: int = 400
    keep_families_years: int = 3
    keep_sessions_days: int = 90
    keep_notices_days: int = 30
    #: Minutes within which opening the same thing again is the same look.
    view_repeat_minutes: int = 10
    #: Days of lessons in a week, five or six; grades up to this one have five regardless.
    study_week_days: int = 5
    five_day_grade: int = 1
    #: Day and month by which the head approves, in the calendar year in which the academic year
    #: begins: curriculum and load (INS-3.6.1, 3.6.2), tariff (INS-3.6.4), timetable (INS-3.6.3).
    curriculum_approved_by: str = "25.08"
    load_approved_by: str = "25.08"
    tariff_approved_by: str = "01.09"
    timetable_approved_by: str = "09.09"
    #: The type of work that a mark is for when none was assigned (INS-3.3.13).
    default_work_type: str = "О"
    #: Averages count each mark by the weight of its type; otherwise all alike.
    weigh_marks: bool = False
    #: Minutes after the class's last lesson until which the day is written in time (POL-3.6.3).
    same_day_minutes: int = 60
    #: Days to check a work of internal monitoring (POL-3.6.4), and one that takes long: a written
    #: one in a foreign language, or in mathematics in the last two grades (INS-3.3.6).
    monitoring_check_days: int = 3
    long_check_days: int = 7
    #: Beginnings of the names of subjects that are meant by it.
    foreign_languages: str = "английск, немецк, французск, испанск, китайск, иностранн"
    mathematics: str = "математик, алгебр, геометри, вероятност"
    #: Days after a period's last day until which its cells are open (POL-3.6.5).
    period_close_days: int = 3
    #: Hours for which an approval opens the named cells (INS-3.3.13).
    correction_open_hours: int = 24
    #: Days before a period's end from which its marks are given (POL-3.6.5).
    period_mark_days: int = 7
    #: Marks that are enough for a period mark, at one lesson a week and at more (INS-3.3.8).
    enough_marks_one: int = 3
    enough_marks_more: int = 5
    #: Weeks within which a pupil has one mark, and two of them (INS-3.3.9).
    first_mark_weeks: int = 3
    second_mark_weeks: int = 4
    #: Hours within which a reported error is answered (POL-3.7.8, HLP-4).
    error_report_hours: int = 24
    #: Messages that one of a family may write in an hour.
    family_messages_per_hour: int = 20
    #: Letters to families tell the marks themselves, or only that there are some (POL-2.2.6).
    letters_tell_marks: bool = True
    #: Days of study without a visit of the diary after which a family is silent (INS-3.2.6), and
    #: one of the risk group (INS-3.2.8); days for which a family that was told is left in peace.
    silence_days: int = 14
    risk_silence_days: int = 7
    silence_put_off_days: int = 7
    #: What makes a pupil a candidate of the risk group (INS-3.2.7): an average of all marks below
    #: it, as many subjects with a two in sight, as many lessons missed without excuse.
    risk_average: str = "3,0"
    risk_low_subjects: int = 2
    risk_unexcused_lessons: int = 10

    @property
    def reception_hours(self) -> str:
        return f"{self.reception_days} {_hour(self.reception_from)}–{_hour(self.reception_to)}"


Setting: TypeAlias = str | int | bool

#: Every setting and the kind of its value.
SETTING_TYPES: dict[str, type[Setting]] = {
    field.name: type(field.default)
    for field in fields(SchoolSettings)
    if isinstance(field.default, str | int | bool)
}


def _hour(text: str) -> str:
    moment = time.fromisoformat(text)
    return f"{moment.hour}:{moment.minute:02}"
