"""Roles and the closed vocabulary of permissions. What is not granted here is denied."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    HEAD = "head"
    DEPUTY = "deputy"
    CURATOR = "curator"  # journal administrator
    SECRETARY = "secretary"
    TEACHER = "teacher"
    CLASS_TEACHER = "class_teacher"
    PARENT = "parent"
    PUPIL = "pupil"


STAFF_ROLES = frozenset(Role) - {Role.PARENT, Role.PUPIL}
#: Whose accounts open the whole school: a password alone is not enough for them (POL-4.2.3).
FACTOR_ROLES = frozenset({Role.HEAD, Role.DEPUTY, Role.CURATOR})


class Permission(StrEnum):
    """`area:thing:action`. A route names one; the rows it then meets are limited by queries."""

    ACCOUNT_FACTOR_RESET = "account:factor:reset"
    ACCOUNT_OWN_USE = "account:own:use"
    ACCOUNT_RECOVERY_ISSUE = "account:recovery:issue"
    ATTENDANCE_CHILD_ANNOUNCE = "attendance:child:announce"
    ATTENDANCE_CLASS_EDIT = "attendance:class:edit"
    ATTENDANCE_CLASS_READ = "attendance:class:read"
    BOARD_CLASS_EDIT = "board:class:edit"
    BOARD_SCHOOL_EDIT = "board:school:edit"
    BOARD_STAFF_READ = "board:staff:read"
    CHILDREN_OWN_READ = "children:own:read"
    CLASS_OWN_READ = "class:own:read"
    CLASS_CODES_HAND_OVER = "class:codes:hand_over"
    CLASS_PEOPLE_EDIT = "class:people:edit"
    CONSENT_ANY_CLASS_READ = "consent:any_class:read"
    CONSENT_REGISTER_EDIT = "consent:register:edit"
    CONSENT_REGISTER_READ = "consent:register:read"
    CONTROL_SERVICE_READ = "control:service:read"
    CORRECTION_ANY_DECIDE = "correction:any:decide"
    CORRECTION_ANY_READ = "correction:any:read"
    CORRECTION_OWN_ASK = "correction:own:ask"
    CURRICULUM_YEAR_APPROVE = "curriculum:year:approve"
    CURRICULUM_YEAR_EDIT = "curriculum:year:edit"
    CURRICULUM_YEAR_READ = "curriculum:year:read"
    DIARY_OWN_READ = "diary:own:read"
    DIARY_PAGE_READ = "diary:page:read"
    DIRECTORY_PEOPLE_EDIT = "directory:people:edit"
    DIRECTORY_PEOPLE_READ = "directory:people:read"
    DUTY_OFFICIAL_APPOINT = "duty:official:appoint"
    DUTY_WEEK_READ = "duty:week:read"
    DUTY_WEEK_SIGN = "duty:week:sign"
    ERRORS_ANY_READ = "errors:any:read"
    ERRORS_OWN_REPORT = "errors:own:report"
    ERRORS_REPORT_ANSWER = "errors:report:answer"
    EXCHANGE_LISTS_EXPORT = "exchange:lists:export"
    EXCHANGE_LISTS_IMPORT = "exchange:lists:import"
    FAMILIES_ANY_READ = "families:any:read"
    FAMILIES_CLASS_EDIT = "families:class:edit"
    FAMILIES_CLASS_READ = "families:class:read"
    INVITATION_CODE_ISSUE = "invitation:code:issue"
    JOURNAL_ANY_READ = "journal:any:read"
    JOURNAL_OWN_WRITE = "journal:own:write"
    JOURNAL_PAGE_READ = "journal:page:read"
    JOURNAL_TYPES_EDIT = "journal:types:edit"
    JOURNAL_WORKS_SCHEDULE = "journal:works:schedule"
    LETTERS_KEPT_READ = "letters:kept:read"
    LESSONS_ANY_READ = "lessons:any:read"
    LESSONS_SUBSTITUTES_SET = "lessons:substitutes:set"
    MESSAGES_CLASS_WRITE = "messages:class:write"
    MESSAGES_OWN_USE = "messages:own:use"
    ORDERS_RECORD = "orders:order:record"
    PLANS_ANY_EDIT = "plans:any:edit"
    PLANS_ANY_READ = "plans:any:read"
    PLANS_BASE_READ = "plans:base:read"
    PLANS_OWN_EDIT = "plans:own:edit"
    PRIVACY_PERSON_EXPORT = "privacy:person:export"
    PRIVACY_VIEWS_READ = "privacy:views:read"
    REQUEST_CODE_MAKE = "request:code:make"
    REQUEST_CONTACTS_EDIT = "request:contacts:edit"
    REQUEST_DOCUMENTS_READ = "request:documents:read"
    REQUEST_INTAKE_REGISTER = "request:intake:register"
    REQUEST_OFFICE_READ = "request:office:read"
    REQUEST_OUTCOME_DELIVER = "request:outcome:deliver"
    REQUEST_OWN_SUBMIT = "request:own:submit"
    REQUEST_OWN_WITHDRAW = "request:own:withdraw"
    REQUEST_REFUSAL_PREPARE = "request:refusal:prepare"
    REQUEST_REFUSAL_SIGN = "request:refusal:sign"
    REQUEST_REQUEST_CLOSE = "request:request:close"
    REQUEST_REQUEST_VERIFY = "request:request:verify"
    REQUEST_SYSTEM_ADVANCE = "request:system:advance"
    SCHOOL_CALENDAR_PUBLISH = "school:calendar:publish"
    SCHOOL_SETTINGS_EDIT = "school:settings:edit"
    SYSTEM_HEALTH_READ = "system:health:read"
    TEACHING_OWN_READ = "teaching:own:read"
    TIMETABLE_WEEK_EDIT = "timetable:week:edit"
    TIMETABLE_WEEK_READ = "timetable:week:read"


#: What the record calls an applicant who has no account.
APPLICANT = "заявитель"

#: What anybody may do who holds a request's draft or key, without an account (SVC-1.1, 2.19).
APPLICANT_PERMISSIONS = frozenset({Permission.REQUEST_OWN_SUBMIT, Permission.REQUEST_OWN_WITHDRAW})

#: What the program does of itself: the outbox completes a request, erases old drafts.
SYSTEM_PERMISSIONS = frozenset({Permission.REQUEST_SYSTEM_ADVANCE})

_CASE_READING = frozenset({Permission.REQUEST_OFFICE_READ, Permission.REQUEST_DOCUMENTS_READ})
_OWN = frozenset({Permission.ACCOUNT_OWN_USE, Permission.MESSAGES_OWN_USE})
_STAFF = _OWN | {Permission.BOARD_STAFF_READ}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.HEAD: _STAFF
    | _CASE_READING
    | {
        Permission.ATTENDANCE_CLASS_READ,
        Permission.BOARD_SCHOOL_EDIT,
        Permission.CLASS_OWN_READ,
        Permission.CONSENT_ANY_CLASS_READ,
        Permission.CONSENT_REGISTER_READ,
        Permission.CONTROL_SERVICE_READ,
        Permission.CORRECTION_ANY_READ,
        Permission.CURRICULUM_YEAR_APPROVE,
        Permission.CURRICULUM_YEAR_READ,
        Permission.DIRECTORY_PEOPLE_READ,
        Permission.DUTY_OFFICIAL_APPOINT,
        Permission.DUTY_WEEK_READ,
        Permission.ERRORS_ANY_READ,
        Permission.ERRORS_REPORT_ANSWER,
        Permission.EXCHANGE_LISTS_EXPORT,
        Permission.FAMILIES_ANY_READ,
        Permission.FAMILIES_CLASS_READ,
        Permission.JOURNAL_ANY_READ,
        Permission.JOURNAL_PAGE_READ,
        Permission.LESSONS_ANY_READ,
        Permission.LETTERS_KEPT_READ,
        Permission.MESSAGES_CLASS_WRITE,
        Permission.PLANS_ANY_READ,
        Permission.PLANS_BASE_READ,
        Permission.PRIVACY_VIEWS_READ,
        Permission.REQUEST_REFUSAL_SIGN,
        Permission.TIMETABLE_WEEK_READ,
    },
    Role.DEPUTY: _STAFF
    | {
        Permission.ATTENDANCE_CLASS_READ,
        Permission.BOARD_SCHOOL_EDIT,
        Permission.CLASS_OWN_READ,
        Permission.CONSENT_ANY_CLASS_READ,
        Permission.CONSENT_REGISTER_READ,
        Permission.CONTROL_SERVICE_READ,
        Permission.CORRECTION_ANY_DECIDE,
        Permission.CORRECTION_ANY_READ,
        Permission.CURRICULUM_YEAR_EDIT,
        Permission.CURRICULUM_YEAR_READ,
        Permission.DIRECTORY_PEOPLE_READ,
        Permission.DUTY_WEEK_READ,
        Permission.DUTY_WEEK_SIGN,
        Permission.ERRORS_ANY_READ,
        Permission.ERRORS_REPORT_ANSWER,
        Permission.EXCHANGE_LISTS_EXPORT,
        Permission.FAMILIES_ANY_READ,
        Permission.FAMILIES_CLASS_READ,
        Permission.JOURNAL_ANY_READ,
        Permission.JOURNAL_PAGE_READ,
        Permission.JOURNAL_TYPES_EDIT,
        Permission.JOURNAL_WORKS_SCHEDULE,
        Permission.LESSONS_ANY_READ,
        Permission.LESSONS_SUBSTITUTES_SET,
        Permission.LETTERS_KEPT_READ,
        Permission.MESSAGES_CLASS_WRITE,
        Permission.PLANS_ANY_READ,
        Permission.PLANS_BASE_READ,
        Permission.REQUEST_OFFICE_READ,
        Permission.TIMETABLE_WEEK_EDIT,
        Permission.TIMETABLE_WEEK_READ,
    },
    Role.CURATOR: _STAFF
    | _CASE_READING
    | {
        Permission.ACCOUNT_FACTOR_RESET,
        Permission.ACCOUNT_RECOVERY_ISSUE,
        Permission.ATTENDANCE_CLASS_READ,
        Permission.BOARD_SCHOOL_EDIT,
        Permission.CLASS_OWN_READ,
        Permission.CLASS_PEOPLE_EDIT,
        Permission.CONSENT_ANY_CLASS_READ,
        Permission.CONSENT_REGISTER_EDIT,
        Permission.CONSENT_REGISTER_READ,
        Permission.CORRECTION_ANY_READ,
        Permission.CURRICULUM_YEAR_EDIT,
        Permission.CURRICULUM_YEAR_READ,
        Permission.DIRECTORY_PEOPLE_EDIT,
        Permission.DIRECTORY_PEOPLE_READ,
        Permission.DUTY_OFFICIAL_APPOINT,
        Permission.DUTY_WEEK_READ,
        Permission.DUTY_WEEK_SIGN,
        Permission.ERRORS_ANY_READ,
        Permission.ERRORS_REPORT_ANSWER,
        Permission.EXCHANGE_LISTS_EXPORT,
        Permission.EXCHANGE_LISTS_IMPORT,
        Permission.INVITATION_CODE_ISSUE,
        Permission.JOURNAL_ANY_READ,
        Permission.JOURNAL_PAGE_READ,
        Permission.JOURNAL_TYPES_EDIT,
        Permission.LESSONS_ANY_READ,
        Permission.LETTERS_KEPT_READ,
        Permission.ORDERS_RECORD,
        Permission.PLANS_ANY_EDIT,
        Permission.PLANS_ANY_READ,
        Permission.PLANS_BASE_READ,
        Permission.PLANS_OWN_EDIT,
        Permission.PRIVACY_PERSON_EXPORT,
        Permission.PRIVACY_VIEWS_READ,
        Permission.REQUEST_CODE_MAKE,
        Permission.SCHOOL_CALENDAR_PUBLISH,
        Permission.SCHOOL_SETTINGS_EDIT,
        Permission.SYSTEM_HEALTH_READ,
        Permission.TIMETABLE_WEEK_EDIT,
        Permission.TIMETABLE_WEEK_READ,
    },
    Role.SECRETARY: _STAFF
    | _CASE_READING
    | {
        Permission.ACCOUNT_RECOVERY_ISSUE,
        Permission.BOARD_SCHOOL_EDIT,
        Permission.CLASS_OWN_READ,
        Permission.CONSENT_ANY_CLASS_READ,
        Permission.CONSENT_REGISTER_EDIT,
        Permission.CONSENT_REGISTER_READ,
        Permission.DIRECTORY_PEOPLE_READ,
        Permission.LETTERS_KEPT_READ,
        Permission.ORDERS_RECORD,
        Permission.PRIVACY_PERSON_EXPORT,
        Permission.REQUEST_CONTACTS_EDIT,
        Permission.REQUEST_INTAKE_REGISTER,
        Permission.REQUEST_OUTCOME_DELIVER,
        Permission.REQUEST_REFUSAL_PREPARE,
        Permission.REQUEST_REQUEST_CLOSE,
        Permission.REQUEST_REQUEST_VERIFY,
        Permission.TIMETABLE_WEEK_READ,
    },
    Role.TEACHER: _STAFF
    | {
        Permission.CLASS_OWN_READ,
        Permission.CORRECTION_OWN_ASK,
        Permission.CURRICULUM_YEAR_READ,
        Permission.ERRORS_REPORT_ANSWER,
        Permission.JOURNAL_OWN_WRITE,
        Permission.JOURNAL_PAGE_READ,
        Permission.MESSAGES_CLASS_WRITE,
        Permission.PLANS_BASE_READ,
        Permission.PLANS_OWN_EDIT,
        Permission.TEACHING_OWN_READ,
        Permission.TIMETABLE_WEEK_READ,
    },
    Role.CLASS_TEACHER: _STAFF
    | {
        Permission.ATTENDANCE_CLASS_EDIT,
        Permission.ATTENDANCE_CLASS_READ,
        Permission.BOARD_CLASS_EDIT,
        Permission.CLASS_CODES_HAND_OVER,
        Permission.CLASS_OWN_READ,
        Permission.CLASS_PEOPLE_EDIT,
        Permission.CONSENT_REGISTER_EDIT,
        Permission.CONSENT_REGISTER_READ,
        Permission.CORRECTION_OWN_ASK,
        Permission.CURRICULUM_YEAR_READ,
        Permission.ERRORS_REPORT_ANSWER,
        Permission.FAMILIES_CLASS_EDIT,
        Permission.FAMILIES_CLASS_READ,
        Permission.JOURNAL_OWN_WRITE,
        Permission.JOURNAL_PAGE_READ,
        Permission.MESSAGES_CLASS_WRITE,
        Permission.PLANS_BASE_READ,
        Permission.PLANS_OWN_EDIT,
        Permission.TEACHING_OWN_READ,
        Permission.TIMETABLE_WEEK_READ,
    },
    Role.PARENT: _OWN
    | {
        Permission.ATTENDANCE_CHILD_ANNOUNCE,
        Permission.CHILDREN_OWN_READ,
        Permission.DIARY_PAGE_READ,
        Permission.ERRORS_OWN_REPORT,
    },
    Role.PUPIL: _OWN
    | {
        Permission.DIARY_OWN_READ,
        Permission.DIARY_PAGE_READ,
        Permission.ERRORS_OWN_REPORT,
    },
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All that the roles grant together."""
    return frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))


@dataclass(frozen=True, kw_only=True)
class SignedInAccount:
    """The account behind a live session, as the portal sees it."""

    session_id: UUID
    account_id: UUID
    person_id: UUID
    username: str
    full_name: str
    roles: frozenset[Role]
    permissions: frozenset[Permission]
    language: str
    signed_in_at: datetime
    seen_at: datetime
    has_factor: bool

    @property
    def needs_factor(self) -> bool:
        """Whether a school that wants a second factor wants it of this account (POL-4.2.3)."""
        return not self.roles.isdisjoint(FACTOR_ROLES)

    @property
    def is_staff(self) -> bool:
        return not self.roles.isdisjoint(STAFF_ROLES)
