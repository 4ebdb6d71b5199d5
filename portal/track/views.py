"""Following a request (SVC-2.19)."""

import hmac
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forms.account import EmptyForm, TrackForm
from forms.apply import CorrectedContactsForm
from forms.office import MoveForm
from journal_core.access.terms import Permission
from journal_core.calendar.terms import derivation_from_json
from journal_core.errors import RuleBroken
from journal_core.invitations.rules import group_code, parse_key
from journal_core.invitations.terms import ParsedKey
from journal_core.privacy.queries import views_of
from journal_core.requests.commands import RenewKey, renew_key
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import (
    decision_document,
    draft,
    history,
    office_request,
    request_numbered,
    requests_of,
    term_changes,
)
from journal_core.requests.rules import parse_request_number
from journal_core.requests.terms import RequestState
from journal_core.secrets import subject_of_token
from portal.access import public, requires, signed_in
from portal.held import has_ended, hold_tracked, tracked_request
from portal.navigation import school
from portal.office.labels import STATE_COLOURS
from portal.pages import form_page
from portal.papers import application_file, attachment, receipt_file
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading
from portal.throttle import count, is_spent
from portal.track.labels import expected_of, public_move, public_state
from portal.visits.shown import shown_visit
from workflows.contacts import APPLICANT_MAY, CONTACTS, CorrectContacts, correct_contacts
from workflows.service_request import MoveRequest, tracking_key, withdraw_request

blueprint = Blueprint("track", __name__, url_prefix="/track")


@blueprint.route("", methods=["GET", "POST"])
@public
def index() -> Response | tuple[str, int]:
    form = TrackForm()
    if not form.validate_on_submit():
        return form_page("track/index.html", form)
    limit = school().tracking_misses
    number = parse_request_number(form.track_number.data)
    if is_spent("track", limit) or is_spent("track_number", limit, number):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return form_page("track/index.html", form, 429)
    request = request_numbered(reading(), number)
    typed = parse_key(form.track_key.data)
    key = typed.key if isinstance(typed, ParsedKey) else ""
    if request is None or not _opens(request, key) or has_ended(request):
        count("track")
        count("track_number", number)
        form.refuse(None, _("Номер или ключ неверны, либо срок ключа прошёл."))
        return form_page("track/index.html", form)
    hold_tracked(request)
    return redirect(url_for("track.request_page"), 303)


@blueprint.get("/<token>")
@public
def open_link(token: str) -> Response:
    """A letter's link is exchanged for this browser's session: the address stays clean."""
    subject = subject_of_token(token)
    request = draft(reading(), subject) if subject else None
    keys = current_portal().keys
    if (
        request is None
        or not keys.is_link_token(token, "track", request.id, request.key_generation)
        or has_ended(request)
    ):
        raise NotFound
    hold_tracked(request)
    return redirect(url_for("track.request_page"), 303)


@blueprint.get("/own/<uuid:request_id>")
@requires(Permission.ACCOUNT_OWN_USE)
def open_own(request_id: UUID) -> Response:
    """A signed-in applicant needs no key for an own request (SVC-2.19)."""
    account = signed_in()
    own = requests_of(reading(), account.account_id, account.person_id) if account else ()
    request = next((one for one in own if one.id == request_id), None)
    if request is None:
        raise NotFound
    hold_tracked(request)
    return redirect(url_for("track.request_page"), 303)


@blueprint.get("/request")
@public
def request_page() -> str | Response:
    request = tracked_request()
    if request is None:
        return redirect(url_for("track.index"), 303)
    return render_template(
        "track/request.html",
        request=request,
        form=MoveForm(data={"seen_version": request.version}),
        state_name=public_state(request),
        state_colour=STATE_COLOURS.get(request.state, ""),
        expected=expected_of(request),
        visit=shown_visit(request),
        derivation=derivation_from_json(request.term_derivation or ()),
        term_changes=term_changes(reading(), request.id),
        may_correct=request.state in APPLICANT_MAY,
        views=views_of(reading(), {request.id}),
        has_decision=decision_document(reading(), request) is not None,
        events=[(public_move(entry.details), entry.at) for entry in history(reading(), request.id)],
    )


@blueprint.post("/withdraw")
@public
def withdraw() -> Response:
    request = tracked_request()
    form = MoveForm()
    if request is not None and form.validate_on_submit():
        perform(
            withdraw_request,
            MoveRequest(request_id=request.id, seen_version=form.seen_version.data or 0),
        )
    return redirect(url_for("track.request_page"), 303)


@blueprint.route("/contacts", methods=["GET", "POST"])
@public
def contacts() -> Response | tuple[str, int]:
    """The applicant corrects the contacts until the code is made."""
    request = tracked_request()
    if request is None:
        return redirect(url_for("track.index"), 303)
    form = CorrectedContactsForm(obj=request, data={"seen_version": request.version})
    if not form.validate_on_submit():
        return form_page("track/contacts.html", form)
    command = CorrectContacts(
        request_id=request.id,
        seen_version=form.seen_version.data or 0,
        contacts={name: form[name].data for name in CONTACTS},
    )
    try:
        perform(correct_contacts, command)
    except RuleBroken as error:
        form.refuse("email" if error.code == "email_needed" else None, words_of(error))
        return form_page("track/contacts.html", form)
    flash(_("Контакты исправлены."), "success")
    return redirect(url_for("track.request_page"), 303)


@blueprint.post("/new-key")
@public
def new_key() -> str | Response:
    """Another key, for who fears that somebody else has the old one."""
    request = tracked_request()
    if request is None or not EmptyForm().validate_on_submit():
        return redirect(url_for("track.index"), 303)
    perform(renew_key, RenewKey(request_id=request.id))
    renewed = office_request(reading(), request.id)
    hold_tracked(renewed)
    key = group_code(tracking_key(current_portal().keys, renewed))
    return render_template("track/new_key.html", request=renewed, key=key)


@blueprint.get("/application.pdf")
@public
def application() -> Response:
    return application_file(_tracked_or_404(), "pdf")


@blueprint.get("/receipt.pdf")
@public
def receipt() -> Response:
    return receipt_file(_tracked_or_404())


@blueprint.get("/decision.pdf")
@public
def decision() -> Response:
    """The signed refusal as it was issued (SVC-2.14)."""
    document = decision_document(reading(), _tracked_or_404())
    if document is None:
        raise NotFound
    content = current_portal().files.get(document.pdf_file_id)
    return attachment(content, "decision.pdf", "application/pdf")


def _tracked_or_404() -> ServiceRequest:
    request = tracked_request()
    if request is None or request.state is RequestState.DRAFT:
        raise NotFound
    return request


def _opens(request: ServiceRequest, key: str) -> bool:
    right = tracking_key(current_portal().keys, request)
    return hmac.compare_digest(right.encode(), key.encode())
