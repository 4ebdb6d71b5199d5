"""Where each role lands after signing in (POL-3.5 – POL-3.9)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from forms.account import EmptyForm
from journal_core.academic_year.rules import year_in_hand
from journal_core.access.terms import Permission, SignedInAccount
from journal_core.attendance.queries import queues
from journal_core.attendance.terms import ClassQueue
from journal_core.clock import local_date
from journal_core.corrections.queries import decided_for, state_counts
from journal_core.corrections.terms import CorrectionState, CorrectionView
from journal_core.correspondence.queries import unread_count
from journal_core.correspondence.reports import open_report_count
from journal_core.curriculum.queries import approvals_of
from journal_core.curriculum.terms import ApprovalState, ApprovalView
from journal_core.diary.queries import diaries_in_reach
from journal_core.diary_visits.queries import due_tasks
from journal_core.invitations.queries import CodeHolder, class_code_holders
from journal_core.invitations.states import Handover
from journal_core.people.queries import children_of
from journal_core.quality.queries import service_quality
from journal_core.quality.rules import span_of
from journal_core.quality.terms import Preset, ServiceQuality
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import desk_counts, office_page, requests_of
from journal_core.requests.terms import DeskTab
from journal_core.school.queries import classes_led_by
from journal_core.school.rules import academic_year_of
from journal_core.weekly_duty.queries import unsigned_weeks
from portal.access import can, current_actor, requires, signed_in
from portal.curriculum.labels import KIND_NAMES
from portal.home.labels import ROLE_NAMES
from portal.home.right import end_words, own_end_words, own_readers
from portal.home.today import at_hand, lessons_today, strip_values, teacher_day
from portal.office.labels import STATE_COLOURS, TAB_NAMES
from portal.pages import press
from portal.perform import perform
from portal.state import current_portal, now, reading, today
from portal.track.labels import public_state
from portal.works.section import lesson_address
from workflows.end_of_right import LetRead, let_read
from workflows.invitation import HandOverCode, hand_over_code

blueprint = Blueprint("home", __name__)

#: What of the office's desk waits for whom.
WAITING = (
    (Permission.REQUEST_REFUSAL_SIGN, DeskTab.SIGN),
    (Permission.REQUEST_CODE_MAKE, DeskTab.CODE),
    (Permission.REQUEST_OFFICE_READ, DeskTab.OVERDUE),
    (Permission.REQUEST_OFFICE_READ, DeskTab.TODAY),
    (Permission.REQUEST_OFFICE_READ, None),
)
#: How many of them a home page shows.
AT_HAND = 5


@blueprint.get("/home")
@requires(Permission.ACCOUNT_OWN_USE)
def index() -> str | Response:
    account = signed_in()
    if account is None:
        raise NotFound
    if can(Permission.REQUEST_INTAKE_REGISTER):
        return redirect(url_for("office.today"), 303)
    return _staff_home() if account.is_staff else _family_home(account)


@blueprint.get("/home/now")
@requires(Permission.ACCOUNT_OWN_USE)
def arrive() -> Response:
    """Where signing in leads: a teacher's lesson that is on or about to begin, a family's diary.

    Everybody else comes home, and so does a parent without a child in reach.
    """
    lesson = at_hand(lessons_today())
    if lesson:
        return redirect(lesson_address(lesson.lesson.id), 303)
    return redirect(url_for("diary.index" if _reads_a_diary() else "home.index"), 303)


@blueprint.post("/home/codes/<uuid:invitation_id>/hand-over")
@requires(Permission.CLASS_CODES_HAND_OVER)
def hand_over(invitation_id: UUID) -> Response:
    """The class teacher gave a slip to its owner (POL-3.5.6)."""
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    own = {
        one.invitation.id
        for _name, holders in _own_classes()
        for one in holders
        if one.may_print and one.invitation
    }
    if invitation_id not in own:
        raise NotFound
    perform(hand_over_code, HandOverCode(invitation_id=invitation_id, how=Handover.IN_PERSON))
    flash(_("Код отмечен как переданный."), "success")
    return redirect(url_for("home.index"), 303)


@blueprint.post("/home/readers/<uuid:representation_id>/<any(let, stop):word>")
@requires(Permission.DIARY_OWN_READ)
def let_reader(representation_id: UUID, word: str) -> Response:
    """An adult pupil lets a representative read on, or no longer (SVC-2.12.3)."""
    command = LetRead(representation_id=representation_id, is_let=word == "let")
    press(let_read, command, _("Сохранено."))
    return redirect(url_for("home.index"), 303)


def _staff_home() -> str:
    counts = desk_counts(reading(), today()) if can(Permission.REQUEST_OFFICE_READ) else {}
    tab = next((tab for permission, tab in WAITING if can(permission)), None)
    return render_template(
        "home/staff.html",
        waiting=[
            (TAB_NAMES[tab], counts[tab], url_for("office.today", tab=tab))
            for permission, tab in WAITING
            if can(permission)
        ]
        + _corrections()
        + _duty(),
        at_hand=_at_hand(tab) if tab else (),
        at_hand_name=TAB_NAMES[tab],
        month=_month() if can(Permission.CONTROL_SERVICE_READ) else None,
        approvals=_approvals(),
        attendance=_attendance(),
        decided=_decided(),
        silent=_silent(),
        letters=_letters(),
        **strip_values(teacher_day()),
        classes=_own_classes(),
        role_names=ROLE_NAMES,
    )


def _at_hand(tab: DeskTab) -> list[tuple[ServiceRequest, int]]:
    """What waits for this person's hand, legal due time first, and for how many days it has."""
    zone = current_portal().zone
    page = office_page(reading(), search="", page=1, tab=tab, today=today(), zone=zone)
    rows = page.rows[:AT_HAND]
    return [(row, (today() - local_date(row.state_since, zone)).days) for row in rows]


def _approvals() -> list[tuple[str, ApprovalView, str]]:
    """What is late, and for the head also what waits to be signed (INS-3.6.1–3.6.4)."""
    signs = can(Permission.CURRICULUM_YEAR_APPROVE)
    if not signs and not can(Permission.CURRICULUM_YEAR_EDIT):
        return []
    year = year_in_hand(today())
    href = url_for("curriculum.approvals", year=year)
    return [
        (str(KIND_NAMES[one.kind]), one, href)
        for one in approvals_of(reading(), year, today())
        if one.is_overdue or (signs and one.state is ApprovalState.SENT)
    ]


def _corrections() -> list[tuple[str, int, str]]:
    """How many corrections of the journal wait for the deputy (POL-3.7.8)."""
    if not can(Permission.CORRECTION_ANY_DECIDE):
        return []
    count = state_counts(reading(), current_actor())[CorrectionState.ASKED]
    return [(_("Исправления ждут решения"), count, url_for("corrections.index"))]


def _duty() -> list[tuple[str, int, str]]:
    """How many weeks wait for the check of the diary's update (SVC-3.9.1)."""
    if not can(Permission.DUTY_WEEK_SIGN):
        return []
    count = unsigned_weeks(reading(), now(), current_portal().zone)
    return [(_("Обновление дневника: недели ждут проверки"), count, url_for("weekly_duty.index"))]


def _decided() -> list[CorrectionView]:
    """What was decided of the corrections that the teacher asked for (POL-3.7.8)."""
    person_id = current_actor().person_id
    if person_id is None or not can(Permission.CORRECTION_OWN_ASK):
        return []
    return decided_for(reading(), person_id, now())


def _attendance() -> list[ClassQueue]:
    """What waits in the classes that the person leads (POL-3.5.3)."""
    person_id = current_actor().person_id
    if person_id is None or not can(Permission.ATTENDANCE_CLASS_EDIT):
        return []
    led = classes_led_by(reading(), person_id, academic_year_of(today()), today())
    return queues(reading(), led, today())


def _letters() -> list[tuple[str, int, str]]:
    """Reported errors that wait for an answer, and threads with something new (POL-3.7.8)."""
    person_id = current_actor().person_id
    waiting = []
    if can(Permission.ERRORS_REPORT_ANSWER):
        count, _overdue = open_report_count(reading(), current_actor(), now())
        waiting.append((_("Сообщения об ошибках ждут ответа"), count, url_for("messages.errors")))
    if person_id is not None:
        count = unread_count(reading(), person_id)
        waiting.append((_("Новое в переписке"), count, url_for("messages.index")))
    return [one for one in waiting if one[1]]


def _silent() -> dict[UUID, int]:
    """Led class → its families who did not open the diary for too long (INS-3.2.6)."""
    person_id = current_actor().person_id
    if person_id is None or not can(Permission.FAMILIES_CLASS_EDIT):
        return {}
    led = classes_led_by(reading(), person_id, academic_year_of(today()), today())
    return due_tasks(reading(), [one.id for one in led], today())


def _month() -> ServiceQuality:
    """How the service went this month (INS-3.6.7)."""
    span = span_of(Preset.MONTH, today())
    return service_quality(reading(), span, now=now(), zone=current_portal().zone)


def _reads_a_diary() -> bool:
    """Whether the account is a family's, with a diary to read; who works here comes home."""
    account = signed_in()
    if account is None or account.is_staff or not can(Permission.DIARY_PAGE_READ):
        return False
    return bool(diaries_in_reach(reading(), current_actor(), today()))


def _family_home(account: SignedInAccount) -> str:
    return render_template(
        "home/family.html",
        account=account,
        children=children_of(reading(), account.person_id, today()),
        end_words=end_words,
        own_end=own_end_words() if can(Permission.DIARY_OWN_READ) else None,
        readers=own_readers(),
        requests=requests_of(reading(), account.account_id, account.person_id),
        state_of=public_state,
        state_colours=STATE_COLOURS,
        letters=_letters(),
    )


def _own_classes() -> list[tuple[str, list[CodeHolder]]]:
    """The classes that the signed-in class teacher leads, each with its people and their codes."""
    person_id = current_actor().person_id
    if person_id is None or not can(Permission.CLASS_CODES_HAND_OVER):
        return []
    return [
        (row.name, class_code_holders(reading(), row, now(), today()))
        for row in classes_led_by(reading(), person_id, academic_year_of(today()), today())
    ]
