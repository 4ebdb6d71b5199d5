"""The files of a case, all of them attachments."""

from typing import Any
from uuid import UUID

from flask import Response
from werkzeug.exceptions import NotFound

from documents.code_slip import CodeSlip
from documents.render import render_pdf
from forms.office import ScanForm
from journal_core.access.terms import Permission
from journal_core.audit.terms import AuditAction
from journal_core.errors import RuleBroken
from journal_core.files.models import StoredFile
from journal_core.files.queries import require_scanned
from journal_core.invitations.models import Invitation
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import (
    decision_document,
    office_request,
    papers_of,
    prepared_decision,
)
from journal_core.school.queries import signatory_on
from portal.access import current_actor, requires
from portal.navigation import school
from portal.office.blueprint import blueprint
from portal.office.case import back_to_case, case_page
from portal.papers import (
    MEDIA_TYPES,
    application_file,
    attachment,
    code_slip,
    made,
    receipt_file,
)
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading, today
from portal.uploads import taken
from portal.viewing import views_personal_data
from workflows.invitation import UnsealCode, unseal_code
from workflows.refusal_paper import AttachScan, attach_scan, refusal_paper


@blueprint.get("/requests/<uuid:request_id>/application.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
@views_personal_data(AuditAction.FILE_OPENED, "request_id")
def application(request_id: UUID, form: str) -> Response:
    """FRM-1 to print and sign at the visit."""
    return application_file(office_request(reading(), request_id), form)


@blueprint.get("/requests/<uuid:request_id>/receipt.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def receipt(request_id: UUID, form: str) -> Response:
    """What the applicant takes along: numbers, term, and the key to follow the request."""
    return receipt_file(office_request(reading(), request_id), form)


@blueprint.get("/requests/<uuid:request_id>/papers/<uuid:paper_id>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
@views_personal_data(AuditAction.FILE_OPENED, "request_id")
def paper(request_id: UUID, paper_id: UUID) -> Response:
    """An uploaded file as an attachment: the browser never runs what a stranger sent."""
    row = office_request(reading(), request_id)
    found = next((one for one in papers_of(reading(), row.id) if one.id == paper_id), None)
    if found is None or found.erased_at is not None:
        raise NotFound
    require_scanned(reading(), found.file_id)
    content = current_portal().files.get(found.file_id)
    suffix = found.media_type.rpartition("/")[2]
    return attachment(content, f"{found.kind.value}.{suffix}", found.media_type)


@blueprint.get("/requests/<uuid:request_id>/slip.pdf")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def slip(request_id: UUID) -> Response:
    """The code on paper, to be handed over (SVC-3.4.3)."""
    paper = _slip(office_request(reading(), request_id))
    if paper is None:
        raise NotFound
    return attachment(render_pdf(paper), "slip.pdf", "application/pdf")


@blueprint.get("/requests/<uuid:request_id>/draft-decision.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
@views_personal_data(AuditAction.FILE_OPENED, "request_id")
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
    return attachment(made(paper, form), f"draft-decision.{form}", MEDIA_TYPES[form])


@blueprint.get("/requests/<uuid:request_id>/decision.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
@views_personal_data(AuditAction.FILE_OPENED, "request_id")
def decision(request_id: UUID, form: str) -> Response:
    """The signed decision as it was issued, never made anew."""
    document = decision_document(reading(), office_request(reading(), request_id))
    if document is None:
        raise NotFound
    file_id = document.pdf_file_id if form == "pdf" else document.docx_file_id
    stored = reading().get_one(StoredFile, file_id)
    content = current_portal().files.get(file_id)
    return attachment(content, f"decision.{form}", stored.media_type)


@blueprint.get("/requests/<uuid:request_id>/scan")
@requires(Permission.REQUEST_DOCUMENTS_READ)
@views_personal_data(AuditAction.FILE_OPENED, "request_id")
def scan(request_id: UUID) -> Response:
    office_request(reading(), request_id)
    decision = prepared_decision(reading(), request_id)
    if decision is None or decision.scan_file_id is None:
        raise NotFound
    require_scanned(reading(), decision.scan_file_id)
    stored = reading().get_one(StoredFile, decision.scan_file_id)
    suffix = stored.media_type.rpartition("/")[2]
    return attachment(current_portal().files.get(stored.id), f"scan.{suffix}", stored.media_type)


@blueprint.post("/requests/<uuid:request_id>/scan")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def add_scan(request_id: UUID) -> Any:
    """The sheet that was signed in ink."""
    office_request(reading(), request_id)
    form = ScanForm()
    if not form.validate_on_submit():
        return case_page(request_id, scanning=form), 422
    sent = form.scan.data[0]
    try:
        perform(attach_scan, AttachScan(request_id=request_id, file=taken(sent)))
    except RuleBroken as error:
        form.refuse("scan", words_of(error))
        return case_page(request_id, scanning=form), 422
    return back_to_case(request_id)


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
