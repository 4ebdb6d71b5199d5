"""One case: what is claimed and known, the moves that are open, papers, notes, history."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.code_slip import CodeSlip, code_groups, dictation
from documents.render import render_docx, render_pdf
from forms.apply import (
    CAPACITY_LABELS,
    REFUSAL_LABELS,
    RESULT_LABELS,
    CorrectedContactsForm,
)
from forms.fields import Option
from forms.office import (
    GROUND_CLAUSES,
    GROUND_LABELS,
    PAPER_LABELS,
    AddresseeForm,
    CheckForm,
    CloseForm,
    HandOverForm,
    MoveForm,
    NoteForm,
    ScanForm,
    TellForm,
)
from journal_core.access.terms import Permission
from journal_core.calendar.terms import derivation_from_json
from journal_core.errors import RuleBroken
from journal_core.files.models import StoredFile
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import group_code
from journal_core.notifications.queries import letters_of
from journal_core.requests.commands import WriteNote, write_note
from journal_core.requests.facts import known_facts
from journal_core.requests.models import RefusalDecision, ServiceRequest
from journal_core.requests.queries import (
    contact_changes,
    decision_document,
    history,
    is_overdue,
    notes_of,
    office_request,
    papers_of,
    prepared_decision,
)
from journal_core.requests.rules import needed_papers
from journal_core.requests.terms import (
    Outcome,
    RefusalDelivery,
    RefusalGround,
    ResultDelivery,
)
from journal_core.school.queries import signatory_on
from portal.access import current_actor, requires
from portal.navigation import school
from portal.office.blueprint import blueprint
from portal.office.labels import (
    LETTER_STATES,
    STATE_COLOURS,
    STATE_NAMES,
)
from portal.papers import MEDIA_TYPES, application_file, attachment, code_slip
from portal.passwords import hasher
from portal.perform import perform
from portal.presentation import short_date
from portal.refusals import words_of
from portal.state import current_portal, reading, today
from workflows.checking import Answer, CheckRequest
from workflows.contacts import CONTACTS, CorrectContacts, correct_contacts
from workflows.engine import open_triggers
from workflows.invitation import UnsealCode, prepare_code, unseal_code
from workflows.refusal_paper import (
    AddressRefusal,
    AttachScan,
    address_refusal,
    attach_scan,
    refusal_paper,
)
from workflows.service_request import (
    MOVES,
    CloseRequest,
    DeliverOutcome,
    MakeCode,
    MoveRequest,
    close_request,
    deliver_refusal,
    make_code,
    prepare_refusal,
    register_request,
    renew_code,
    return_check,
    return_refusal,
    sign_refusal,
    tell_code,
    verify_request,
)


@blueprint.get("/requests/<uuid:request_id>")
@requires(Permission.REQUEST_OFFICE_READ)
def case(request_id: UUID) -> str:
    return _case(request_id, _check_form(office_request(reading(), request_id)))


@blueprint.post("/requests/<uuid:request_id>/register")
@requires(Permission.REQUEST_INTAKE_REGISTER)
def register(request_id: UUID) -> Any:
    return _plain_move(request_id, register_request)


@blueprint.post("/requests/<uuid:request_id>/check")
@requires(Permission.REQUEST_REQUEST_VERIFY)
def check(request_id: UUID) -> Any:
    """Verify, or prepare a refusal: the grounds found decide."""
    form = _check_form(office_request(reading(), request_id))
    if not form.validate_on_submit():
        return _case(request_id, form), 422
    command = CheckRequest(
        request_id=request_id,
        seen_version=form.seen_version.data or 0,
        answers={
            ground: Answer(
                applies=ground in form.grounds.data, explanation=form.explanation_of(ground)
            )
            for ground in RefusalGround
        },
        papers={kind: form.particulars_of(kind) for kind in form.papers.data},
        pupil_id=form.pupil.data,
    )
    try:
        perform(prepare_refusal if form.grounds.data else verify_request, command)
    except RuleBroken as error:
        form.refuse(None, words_of(error))
        return _case(request_id, form), 422
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/code")
@requires(Permission.REQUEST_CODE_MAKE)
def code(request_id: UUID) -> Any:
    office_request(reading(), request_id)
    form = _valid_move()
    prepared = prepare_code(hasher())
    perform(
        make_code,
        MakeCode(
            request_id=request_id, seen_version=form.seen_version.data or 0, prepared=prepared
        ),
    )
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/return")
@requires(Permission.REQUEST_CODE_MAKE)
def send_back(request_id: UUID) -> Any:
    return _plain_move(request_id, return_check)


@blueprint.post("/requests/<uuid:request_id>/tell")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def tell(request_id: UUID) -> Any:
    return _delivery(request_id, TellForm(), tell_code)


@blueprint.get("/requests/<uuid:request_id>/slip.pdf")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def slip(request_id: UUID) -> Response:
    """The code on paper, to be handed over (SVC-3.4.3)."""
    paper = _slip(office_request(reading(), request_id))
    if paper is None:
        raise NotFound
    return attachment(render_pdf(paper), "slip.pdf", "application/pdf")


@blueprint.post("/requests/<uuid:request_id>/renew-code")
@requires(Permission.INVITATION_CODE_ISSUE)
def renew(request_id: UUID) -> Any:
    """A new code for one that was lost or has ended."""
    office_request(reading(), request_id)
    form = _valid_move()
    perform(
        renew_code,
        MakeCode(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            prepared=prepare_code(hasher()),
        ),
    )
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/close")
@requires(Permission.REQUEST_REQUEST_CLOSE)
def close(request_id: UUID) -> Any:
    office_request(reading(), request_id)
    form = CloseForm()
    if not form.validate_on_submit():
        return _case(request_id, closing=form), 422
    perform(
        close_request,
        CloseRequest(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            reason=form.reason.data,
            comment=form.comment.data,
        ),
    )
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/sign")
@requires(Permission.REQUEST_REFUSAL_SIGN)
def sign(request_id: UUID) -> Any:
    return _plain_move(request_id, sign_refusal)


@blueprint.post("/requests/<uuid:request_id>/return-refusal")
@requires(Permission.REQUEST_REFUSAL_SIGN)
def send_refusal_back(request_id: UUID) -> Any:
    return _plain_move(request_id, return_refusal)


@blueprint.post("/requests/<uuid:request_id>/deliver-refusal")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def hand_over_refusal(request_id: UUID) -> Any:
    return _delivery(request_id, HandOverForm(), deliver_refusal)


@blueprint.get("/requests/<uuid:request_id>/decision.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def decision(request_id: UUID, form: str) -> Response:
    """The signed decision as it was issued, never made anew."""
    document = decision_document(reading(), office_request(reading(), request_id))
    if document is None:
        raise NotFound
    file_id = document.pdf_file_id if form == "pdf" else document.docx_file_id
    stored = reading().get_one(StoredFile, file_id)
    content = current_portal().files.get(file_id)
    return attachment(content, f"decision.{form}", stored.media_type)


@blueprint.get("/requests/<uuid:request_id>/draft-decision.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def draft_decision(request_id: UUID, form: str) -> Response:
    """The decision as it will be signed, to be read before."""
    row = office_request(reading(), request_id)
    decision = prepared_decision(reading(), row.id)
    if decision is None or decision.signed_at is not None:
        raise NotFound
    signatory = signatory_on(reading(), today(), current_actor().person_id)
    paper = refusal_paper(
        row,
        decision,
        school(),
        signatory or signatory_on(reading(), today()),
        decided_on=None,
        zone=current_portal().zone,
    )
    content = render_pdf(paper) if form == "pdf" else render_docx(paper)
    return attachment(content, f"draft-decision.{form}", MEDIA_TYPES[form])


@blueprint.post("/requests/<uuid:request_id>/addressee")
@requires(Permission.REQUEST_REFUSAL_PREPARE)
def addressee(request_id: UUID) -> Any:
    """The name on the decision, where the rules got it wrong."""
    office_request(reading(), request_id)
    form = AddresseeForm()
    if not form.validate_on_submit():
        return _case(request_id, addressing=form), 422
    perform(
        address_refusal,
        AddressRefusal(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            addressee=form.addressee.data,
            gender=form.gender.data,
        ),
    )
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/scan")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def add_scan(request_id: UUID) -> Any:
    """The sheet that was signed in ink."""
    office_request(reading(), request_id)
    form = ScanForm()
    if not form.validate_on_submit():
        return _case(request_id, scanning=form), 422
    sent = form.scan.data[0]
    try:
        perform(
            attach_scan,
            AttachScan(request_id=request_id, name=sent.filename or "", content=sent.read()),
        )
    except RuleBroken as error:
        form.refuse("scan", words_of(error))
        return _case(request_id, scanning=form), 422
    return _back(request_id)


@blueprint.get("/requests/<uuid:request_id>/scan")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def scan(request_id: UUID) -> Response:
    office_request(reading(), request_id)
    decision = prepared_decision(reading(), request_id)
    if decision is None or decision.scan_file_id is None:
        raise NotFound
    stored = reading().get_one(StoredFile, decision.scan_file_id)
    suffix = stored.media_type.rpartition("/")[2]
    return attachment(current_portal().files.get(stored.id), f"scan.{suffix}", stored.media_type)


@blueprint.post("/requests/<uuid:request_id>/notes")
@requires(Permission.REQUEST_OFFICE_READ)
def add_note(request_id: UUID) -> Any:
    office_request(reading(), request_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return _case(request_id, noting=form), 422
    perform(write_note, WriteNote(request_id=request_id, text=form.text.data))
    return _back(request_id)


@blueprint.route("/requests/<uuid:request_id>/contacts", methods=["GET", "POST"])
@requires(Permission.REQUEST_CONTACTS_EDIT)
def contacts(request_id: UUID) -> Any:
    """Correct the contacts at any state; the old ones are kept."""
    row = office_request(reading(), request_id)
    form = CorrectedContactsForm(obj=row, data={"seen_version": row.version})
    if form.validate_on_submit():
        command = CorrectContacts(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            contacts={name: form[name].data for name in CONTACTS},
        )
        try:
            perform(correct_contacts, command)
        except RuleBroken as error:
            form.refuse("email" if error.code == "email_needed" else None, words_of(error))
        else:
            return _back(request_id)
    page = render_template("office/contacts.html", form=form, request_row=row)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/requests/<uuid:request_id>/papers/<uuid:paper_id>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def paper(request_id: UUID, paper_id: UUID) -> Response:
    """An uploaded file as an attachment: the browser never runs what a stranger sent."""
    row = office_request(reading(), request_id)
    found = next((one for one in papers_of(reading(), row.id) if one.id == paper_id), None)
    if found is None:
        raise NotFound
    content = current_portal().files.get(found.file_id)
    suffix = found.media_type.rpartition("/")[2]
    return attachment(content, f"{found.kind.value}.{suffix}", found.media_type)


@blueprint.get("/requests/<uuid:request_id>/application.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def application(request_id: UUID, form: str) -> Response:
    """FRM-1 to print and sign at the visit."""
    return application_file(office_request(reading(), request_id), form)


def _check_form(row: ServiceRequest) -> CheckForm:
    """The check with what the facts propose; the person at the desk decides."""
    facts = known_facts(reading(), row, today())
    form = CheckForm(data={"grounds": facts.proposed_grounds, "seen_version": row.version})
    needed = needed_papers(row.capacity)
    form.papers.options = [option for option in form.papers.options if option.value in needed]
    form.pupil.options = [
        Option(
            one.pupil.id,
            f"{one.person.name.full}, {short_date(one.person.birth_date)}, {one.class_name}",
        )
        for one in facts.near
    ]
    return form


def _case(
    request_id: UUID,
    form: CheckForm | None = None,
    *,
    closing: CloseForm | None = None,
    noting: NoteForm | None = None,
    addressing: AddresseeForm | None = None,
    scanning: ScanForm | None = None,
) -> str:
    """The page of one case; the form that was refused is shown as it was typed."""
    row = office_request(reading(), request_id)
    invitation = reading().get(Invitation, row.invitation_id) if row.invitation_id else None
    decision = prepared_decision(reading(), row.id)
    shown = form or closing or noting or addressing or scanning
    return render_template(
        "office/case.html",
        request_row=row,
        form=shown,
        checking=form or _check_form(row),
        closing=closing or CloseForm(formdata=None),
        noting=noting or NoteForm(formdata=None),
        addressing=addressing or AddresseeForm(formdata=None, data=_addressee(decision)),
        scanning=scanning or ScanForm(formdata=None),
        telling=TellForm(formdata=None, data={"how": _told(row)}),
        handing_over=HandOverForm(formdata=None, data={"how": _handed_over(row)}),
        triggers=open_triggers(MOVES, row.state, current_actor()),
        facts=known_facts(reading(), row, today()),
        decision=decision,
        invitation=invitation,
        code=_code_words(invitation),
        papers=papers_of(reading(), row.id),
        paper_names=PAPER_LABELS,
        result_names=RESULT_LABELS,
        refusal_names=REFUSAL_LABELS,
        capacity_names=CAPACITY_LABELS,
        ground_names=GROUND_LABELS,
        ground_clauses=GROUND_CLAUSES,
        notes=notes_of(reading(), row.id),
        changes=contact_changes(reading(), row.id),
        letters=letters_of(reading(), row.id),
        letter_states=LETTER_STATES,
        derivation=derivation_from_json(row.term_derivation or ()),
        is_late=is_overdue(row, today()),
        state_name=STATE_NAMES[row.state],
        state_colour=STATE_COLOURS.get(row.state, ""),
        events=[
            (
                STATE_NAMES.get(entry.details["target"], ""),
                entry.at,
                entry.actor_label,
                entry.details.get("comment", ""),
            )
            for entry in history(reading(), row.id)
        ],
    )


@dataclass(frozen=True, kw_only=True)
class _CodeWords:
    """A code as it is shown, and as it is dictated group by group."""

    shown: str
    dictated: tuple[tuple[str, str], ...]


def _code_words(invitation: Invitation | None) -> _CodeWords | None:
    """The code while it may still be read here, its opening on record."""
    if not invitation or not invitation.sealed_code or not _may(Permission.REQUEST_OUTCOME_DELIVER):
        return None
    code = perform(unseal_code, UnsealCode(invitation_id=invitation.id, purpose="screen"))
    if code is None:
        return None
    dictated = tuple(zip(code_groups(code), dictation(code), strict=True))
    return _CodeWords(shown=group_code(code), dictated=dictated)


def _addressee(decision: RefusalDecision | None) -> dict[str, object]:
    if decision is None:
        return {}
    return {"addressee": decision.addressee, "gender": decision.addressee_gender}


def _told(row: ServiceRequest) -> Outcome:
    by_phone = row.result_delivery is ResultDelivery.PHONE
    return Outcome.PHONE if by_phone else Outcome.IN_PERSON


def _handed_over(row: ServiceRequest) -> Outcome:
    by_post = row.refusal_delivery is RefusalDelivery.POST
    return Outcome.POST if by_post else Outcome.IN_PERSON


def _may(permission: Permission) -> bool:
    return current_actor().may(permission)


def _valid_move() -> MoveForm:
    form = MoveForm()
    if not form.validate_on_submit():
        raise BadRequest
    return form


def _plain_move(request_id: UUID, handler: Callable[..., None]) -> BaseResponse:
    office_request(reading(), request_id)
    form = _valid_move()
    perform(
        handler,
        MoveRequest(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            comment=form.comment.data,
        ),
    )
    return _back(request_id)


def _delivery(request_id: UUID, form: TellForm | HandOverForm, handler: Any) -> BaseResponse:
    office_request(reading(), request_id)
    if not form.validate_on_submit():
        raise BadRequest
    perform(
        handler,
        DeliverOutcome(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            how=form.how.data or Outcome.IN_PERSON,
            comment=form.comment.data,
        ),
    )
    return _back(request_id)


def _slip(row: ServiceRequest) -> CodeSlip | None:
    """The slip with the code, its opening on record; None once the code was told."""
    invitation = reading().get(Invitation, row.invitation_id) if row.invitation_id else None
    if invitation is None:
        return None
    code = perform(unseal_code, UnsealCode(invitation_id=invitation.id, purpose="slip"))
    if code is None:
        return None
    return code_slip(
        code,
        invitation,
        for_whom=row.applicant.full,
        child_name=row.child.full,
        class_name=row.child_class,
    )


def _back(request_id: UUID) -> BaseResponse:
    """To the case, saying where it stands now."""
    state = STATE_NAMES[office_request(reading(), request_id).state]
    flash(_("Сохранено. Состояние запроса: %(state)s.", state=state), "success")
    return redirect(url_for("office.case", request_id=request_id), 303)
