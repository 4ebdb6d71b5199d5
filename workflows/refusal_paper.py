"""The refusal decision as a paper (FRM-2): prepared, addressed, made and stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from documents.refusal import Refusal
from documents.render import render_pdf
from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.files.commands import store_file, store_upload
from journal_core.files.terms import TakenFile
from journal_core.people.models import Person
from journal_core.people.rules import decline, guess_gender
from journal_core.people.terms import Gender, GrammaticalCase
from journal_core.requests.facts import known_facts
from journal_core.requests.models import IssuedDocument, RefusalDecision, ServiceRequest
from journal_core.requests.queries import prepared_decision
from journal_core.requests.terms import RefusalGround
from journal_core.school.models import Signatory
from journal_core.school.terms import SchoolSettings
from workflows.draft import locked_request
from workflows.paper_template import print_docx


def prepare_decision(
    context: ActionContext, request: ServiceRequest, found: Mapping[RefusalGround, str]
) -> None:
    """Write the decision with all its grounds at once; the name is declined (SVC-2.12, 2.14)."""
    person = _applicant(context, request)
    own_wish = person.dative_name if person else ""
    gender = (person.gender if person else None) or guess_gender(request.applicant)
    context.session.add(
        RefusalDecision(
            request_id=request.id,
            grounds=[
                {"ground": ground.value, "explanation": found[ground]}
                for ground in RefusalGround
                if ground in found
            ],
            addressee=own_wish or decline(request.applicant, GrammaticalCase.DATIVE).full,
            addressee_gender=gender or Gender.MALE,
            prepared_at=context.now,
            prepared_by=context.actor.label,
            prepared_by_account_id=context.actor.account_id,
        )
    )


@dataclass(frozen=True, kw_only=True)
class AddressRefusal:
    """The addressee as it is to be printed, where the rules got the name wrong.

    `remember`: so in this person's later papers too.
    """

    request_id: UUID
    seen_version: int
    addressee: str
    gender: Gender
    remember: bool = False


def address_refusal(context: ActionContext, command: AddressRefusal) -> None:
    """Set the name on a decision that nobody signed yet. Raises RuleBroken on a signed one."""
    context.actor.require(Permission.REQUEST_REFUSAL_PREPARE)
    request = locked_request(context, command.request_id)
    if request.version != command.seen_version:
        raise StaleVersion("changed_meanwhile")
    decision = prepared_decision(context.session, request.id)
    if decision is None or decision.signed_at is not None:
        raise RuleBroken("move_not_open", "SVC-2.14")
    decision.addressee = command.addressee
    decision.addressee_gender = command.gender
    person = _applicant(context, request)
    if command.remember and person is not None:
        person.dative_name = command.addressee
        person.gender = command.gender
        record(context, AuditAction.PERSON_SAVED, person.id, fields=["dative_name", "gender"])


def refusal_paper(
    request: ServiceRequest,
    decision: RefusalDecision,
    settings: SchoolSettings,
    signatory: Signatory | None,
    *,
    decided_on: date | None,
    zone: ZoneInfo,
) -> Refusal:
    """FRM-2 of the decision; without `decided_on` the date is left to be written by hand."""
    return Refusal(
        school_short_name=settings.short_name,
        school_full_name_genitive=settings.full_name_genitive,
        addressee=decision.addressee,
        gender=decision.addressee_gender,
        grounds=tuple(RefusalGround(item["ground"]) for item in decision.grounds),
        explanations=tuple(item["explanation"] for item in decision.grounds),
        registration_number=request.written_registration_number or "",
        registered_on=request.received_at.astimezone(zone).date() if request.received_at else None,
        signatory_position=signatory.position if signatory else "",
        signatory_name=signatory.name if signatory else "",
        decided_on=decided_on,
    )


def store_refusal(context: ActionContext, request: ServiceRequest, paper: Refusal) -> UUID:
    """Make both forms of the paper and keep them for good; returns the document's id."""
    docx = store_file(
        context,
        name="decision.docx",
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        content=print_docx(context.session, context.files, paper, context.today),
    )
    pdf = store_file(
        context,
        name="decision.pdf",
        media_type="application/pdf",
        content=render_pdf(paper),
    )
    document = IssuedDocument(
        request_id=request.id,
        kind="refusal",
        docx_file_id=docx.id,
        pdf_file_id=pdf.id,
        issued_at=context.now,
    )
    context.session.add(document)
    context.session.flush()
    return document.id


@dataclass(frozen=True, kw_only=True)
class AttachScan:
    """The signed sheet as a picture or PDF."""

    request_id: UUID
    file: TakenFile


def attach_scan(context: ActionContext, command: AttachScan) -> None:
    """Keep the scan beside the signed decision. Raises RuleBroken while nothing is signed."""
    context.actor.require(Permission.REQUEST_OUTCOME_DELIVER)
    decision = prepared_decision(context.session, command.request_id)
    if decision is None or decision.signed_at is None:
        raise RuleBroken("move_not_open", "SVC-2.14")
    decision.scan_file_id = store_upload(context, command.file).id


def _applicant(context: ActionContext, request: ServiceRequest) -> Person | None:
    """The applicant as a person whom the school knows, verified or not."""
    if request.person_id is not None:
        return context.session.get_one(Person, request.person_id)
    return known_facts(context.session, request, context.today).representative
