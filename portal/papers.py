"""Papers of a request, filled from its row."""

from datetime import datetime

from flask import Response, url_for

from documents.application import Application
from documents.code_slip import CodeSlip
from documents.consent import Consent
from documents.letters import PAPER_NAMES
from documents.paper import PaperContext
from documents.receipt import Receipt
from documents.render import render_pdf
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import group_code
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import papers_of
from journal_core.school.queries import signatory_on
from journal_core.visits.queries import held_visit
from portal.home.labels import ROLE_NAMES
from portal.navigation import school
from portal.state import current_portal, now, reading, today
from workflows.notices import question_of
from workflows.paper_template import print_docx
from workflows.service_request import tracking_key

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def made(paper: PaperContext, form: str) -> bytes:
    """The paper to hand out, `form` being pdf or docx; DOCX by the school's own template."""
    if form == "pdf":
        return render_pdf(paper)
    return print_docx(reading(), current_portal().files, paper, today())


def application_paper(request: ServiceRequest) -> Application:
    """FRM-1 with what the applicant answered; the hand signs it."""
    zone = current_portal().zone
    signatory = signatory_on(reading(), today())
    number = request.registration_number
    return Application(
        school_short_name=school().short_name,
        head_position_dative=signatory.position_dative if signatory else "",
        head_name_dative=signatory.name_dative if signatory else "",
        applicant_name=request.applicant.full,
        applicant_initials=request.applicant.initials,
        address=request.address,
        phone=request.phone,
        email=request.email,
        result_delivery=request.result_delivery,
        refusal_delivery=request.refusal_delivery,
        child_name=request.child.full,
        child_birth_date=request.child_birth_date,
        child_class=request.child_class,
        capacity=request.capacity,
        request_number=request.request_number or "",
        accepted_by=request.received_by,
        registration_number=f"{number}/{request.registration_year}" if number else "",
        registered_at=request.received_at.astimezone(zone) if request.received_at else None,
    )


def application_file(request: ServiceRequest, form: str) -> Response:
    """FRM-1 as an attachment, `form` being pdf or docx."""
    content = made(application_paper(request), form)
    return attachment(content, f"application.{form}", MEDIA_TYPES[form])


def consent_file(request: ServiceRequest) -> Response:
    """FRM-3 for the applicant who likes to sign it beforehand; nothing depends on it."""
    paper = Consent(
        school_short_name=school().short_name,
        representative_name=request.applicant.full,
        representative_initials=request.applicant.initials,
        address=request.address,
        child_name=request.child.full,
    )
    return attachment(render_pdf(paper), "consent.pdf", MEDIA_TYPES["pdf"])


def tracking_link(request: ServiceRequest) -> str:
    """The full address that opens the request's page without a number and key."""
    portal = current_portal()
    token = portal.keys.link_token("track", request.id, request.key_generation)
    return portal.config.base_url + url_for("track.open_link", token=token)


def receipt_file(request: ServiceRequest, form: str = "pdf") -> Response:
    """The receipt to keep, `form` being pdf or docx. Raises ValueError for a draft."""
    portal = current_portal()
    if request.request_number is None or request.submitted_at is None:
        raise ValueError("a draft has no receipt")
    paper = Receipt(
        school_short_name=school().short_name,
        school_address=school().address,
        school_phone=school().phone,
        school_hours=school().reception_hours,
        request_number=request.request_number,
        submitted_at=request.submitted_at.astimezone(portal.zone),
        registration_number=request.written_registration_number or "",
        registered_at=request.received_at.astimezone(portal.zone) if request.received_at else None,
        applicant_name=request.applicant.full,
        child_name=request.child.full,
        child_class=request.child_class,
        papers=tuple(
            f"{PAPER_NAMES['ru'][paper.kind]}: {paper.name}"
            for paper in papers_of(reading(), request.id)
        ),
        due_on=request.due_on,
        visit_at=_visit_at(request),
        tracking_address=portal.config.base_url + url_for("track.index"),
        tracking_key=group_code(tracking_key(portal.keys, request)),
        tracking_link=tracking_link(request),
    )
    return attachment(made(paper, form), f"receipt.{form}", MEDIA_TYPES[form])


def _visit_at(request: ServiceRequest) -> datetime | None:
    """When the applicant is expected; a visit that is past is not said."""
    visit = held_visit(reading(), request.id)
    if visit is None or visit.starts_at <= now():
        return None
    return visit.starts_at.astimezone(current_portal().zone)


def attachment(content: bytes, name: str, media_type: str) -> Response:
    disposition = f"attachment; filename={name}"
    return Response(content, mimetype=media_type, headers={"Content-Disposition": disposition})


def code_slip(
    code: str, invitation: Invitation, *, for_whom: str, child_name: str, class_name: str
) -> CodeSlip:
    """The slip to print; its QR carries the code behind #, which no server ever sees."""
    portal = current_portal()
    address = portal.config.base_url + url_for("invitation.index")
    return CodeSlip(
        school_short_name=school().short_name,
        school_phone=school().phone,
        school_hours=school().reception_hours,
        purpose=invitation.kind,
        for_whom=for_whom,
        role=str(ROLE_NAMES[invitation.role]),
        child_name=child_name,
        class_name=class_name,
        code=code,
        valid_until=invitation.expires_at.astimezone(portal.zone),
        redeem_address=address,
        redeem_link=f"{address}#{group_code(code)}",
        second_question=question_of(invitation),
    )
