"""The refusal as a paper: its grounds, its addressee, its scan."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from documents.catalogue import KINDS
from documents.school_template import JudgedTemplate, words_of
from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import NotAllowed, RuleBroken, StaleVersion
from journal_core.files.models import StoredFile
from journal_core.files.terms import TakenFile
from journal_core.people.models import Person
from journal_core.people.terms import Gender
from journal_core.requests.models import IssuedDocument, RefusalDecision, ServiceRequest
from journal_core.requests.terms import RefusalGround
from journal_core.school.models import Signatory
from journal_core.school.queries import settings_on
from tests.clock import MOSCOW
from tests.documents.office_files import with_line
from tests.documents.reading import docx_text, pdf_text
from tests.workflows.desk import Desk
from workflows.paper_template import (
    OfferTemplate,
    PutTemplateInForce,
    offer_template,
    put_template_in_force,
)
from workflows.refusal_paper import (
    AddressRefusal,
    AttachScan,
    address_refusal,
    attach_scan,
    prepare_decision,
    refusal_paper,
)

G = RefusalGround
P = Permission
STRANGER = {
    "applicant_last_name": "Ольхов", "applicant_first_name": "Пётр",
    "applicant_patronymic": "Ильич",
}  # fmt: skip


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def decided(desk: Desk, request: ServiceRequest, **found: str) -> RefusalDecision:
    grounds = {G(name): explanation for name, explanation in found.items()}
    prepare_decision(desk.context, request, grounds or {G.WITHDRAWN: ""})
    [decision] = desk.rows(RefusalDecision, RefusalDecision.request_id == request.id)
    return decision


def mother(desk: Desk) -> Person:
    [found] = desk.rows(Person, Person.last_name == "Иванова", Person.first_name == "Мария")
    return found


def address(desk: Desk, request: ServiceRequest, **values: Any) -> None:
    told = {"addressee": "Ивановой Марье", "gender": Gender.MALE, **values}
    address_refusal(desk.context, desk.step(AddressRefusal, request, **told))


@pytest.mark.clause("SVC-2.12", "SVC-2.14")
def test_decision_has_its_grounds_in_order_and_who_prepared_it(desk: Desk) -> None:
    desk.context = replace(desk.context, actor=replace(desk.context.actor, account_id=uuid4()))
    found = {"withdrawn": "", "documents_unfit": "нет печати"}
    decision = decided(desk, desk.registered(), **found)
    assert decision.grounds == [
        {"ground": ground.value, "explanation": found[ground.value]}
        for ground in G
        if ground.value in found
    ]
    assert len(decision.grounds) == 2
    assert decision.prepared_at == desk.context.now
    assert decision.prepared_by == desk.context.actor.label
    assert decision.prepared_by_account_id == desk.context.actor.account_id


@pytest.mark.clause("SVC-2.14")
def test_addressee_is_declined_unless_the_person_wishes_otherwise(desk: Desk) -> None:
    known = decided(desk, desk.registered())
    assert (known.addressee, known.addressee_gender) == (
        "Ивановой Марии Петровне", Gender.FEMALE,
    )  # fmt: skip
    stranger = decided(desk, desk.registered(**STRANGER))
    assert (stranger.addressee, stranger.addressee_gender) == (
        "Ольхову Петру Ильичу", Gender.MALE,
    )  # fmt: skip
    unknown = desk.registered(
        applicant_last_name="Ли", applicant_first_name="Ли", applicant_patronymic=""
    )
    assert decided(desk, unknown).addressee_gender is Gender.MALE, "the form needs a word"
    person = mother(desk)
    person.dative_name, person.gender = "Ивановой Марье", Gender.MALE
    wished = decided(desk, desk.registered())
    assert (wished.addressee, wished.addressee_gender) == ("Ивановой Марье", Gender.MALE)


def test_verified_applicant_is_the_person_of_the_request(desk: Desk) -> None:
    request = desk.verified(**STRANGER)
    [person] = desk.rows(Person, Person.id == request.person_id)
    person.dative_name = "Ольхову П. И."
    assert decided(desk, request).addressee == "Ольхову П. И."


@pytest.mark.clause("SVC-2.14")
def test_addressee_is_set_by_hand_and_remembered_on_wish(desk: Desk) -> None:
    request = desk.registered()
    decision = decided(desk, request)
    person = mother(desk)
    before = (person.dative_name, person.gender)
    desk.may(P.REQUEST_REFUSAL_PREPARE)
    address(desk, request)
    assert (decision.addressee, decision.addressee_gender) == ("Ивановой Марье", Gender.MALE)
    assert (person.dative_name, person.gender) == before
    address(desk, request, remember=True)
    assert (person.dative_name, person.gender) == ("Ивановой Марье", Gender.MALE)
    entries = desk.rows(
        AuditEntry,
        AuditEntry.action == AuditAction.PERSON_SAVED,
        AuditEntry.subject_id == person.id,
    )
    assert [entry.details for entry in entries][-1:] == [{"fields": ["dative_name", "gender"]}]


def test_stranger_is_addressed_and_not_remembered(desk: Desk) -> None:
    request = desk.registered(**STRANGER)
    decision = decided(desk, request)
    address(desk, request, addressee="Ольхову", remember=True)
    assert decision.addressee == "Ольхову"


def test_only_a_decision_that_is_not_signed_is_addressed_by_those_who_may(desk: Desk) -> None:
    request, signed = desk.registered(), desk.refused()
    for one in (request, signed):
        with pytest.raises(RuleBroken) as refusal:
            address(desk, one)
        assert (refusal.value.code, refusal.value.clause) == ("move_not_open", "SVC-2.14")
    decided(desk, request)
    command = desk.step(AddressRefusal, request, addressee="", gender=Gender.MALE)
    with pytest.raises(StaleVersion, match=r"^changed_meanwhile$"):
        address_refusal(desk.context, replace(command, seen_version=command.seen_version - 1))
    desk.may(P.REQUEST_OUTCOME_DELIVER)
    with pytest.raises(NotAllowed):
        address_refusal(desk.context, command)


@pytest.mark.clause("FRM-2")
def test_paper_has_what_the_form_asks(desk: Desk) -> None:
    desk.context = replace(desk.context, now=datetime(2026, 11, 24, 0, 30, tzinfo=MOSCOW))
    request = desk.registered()
    decision = decided(desk, request, documents_unfit="нет печати")
    settings = settings_on(desk.context.session, desk.context.today)
    [signatory] = desk.rows(Signatory)
    day = date(2026, 11, 25)
    paper = refusal_paper(request, decision, settings, signatory, decided_on=day, zone=MOSCOW)
    assert paper.school_short_name == settings.short_name
    assert paper.school_full_name_genitive == settings.full_name_genitive
    assert (paper.addressee, paper.gender) == (decision.addressee, Gender.FEMALE)
    assert (paper.grounds, paper.explanations) == ((G.DOCUMENTS_UNFIT,), ("нет печати",))
    assert (paper.registration_number, paper.registered_on) == ("1/2026", date(2026, 11, 24))
    assert (paper.signatory_position, paper.signatory_name) == (
        signatory.position, signatory.name,
    )  # fmt: skip
    assert paper.decided_on == day
    draft = refusal_paper(desk.submitted(), decision, settings, None, decided_on=None, zone=MOSCOW)
    assert (draft.signatory_position, draft.signatory_name) == ("", "")
    assert (draft.registration_number, draft.registered_on, draft.decided_on) == ("", None, None)


@pytest.mark.clause("SVC-2.14")
def test_signed_paper_is_kept_in_both_forms(desk: Desk) -> None:
    request = desk.refused()
    [document] = desk.rows(IssuedDocument)
    assert (document.request_id, document.kind) == (request.id, "refusal")
    assert document.issued_at == desk.context.now
    session, files = desk.context.session, desk.context.files
    docx = session.get_one(StoredFile, document.docx_file_id)
    pdf = session.get_one(StoredFile, document.pdf_file_id)
    assert (docx.name, docx.media_type) == (
        "decision.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    assert (pdf.name, pdf.media_type) == ("decision.pdf", "application/pdf")
    for text in (docx_text(files.get(docx.id)), pdf_text(files.get(pdf.id))):
        assert "Ивановой" in text


@pytest.mark.clause("FRM-2")
def test_paper_is_signed_by_the_schools_own_template(desk: Desk) -> None:
    kind = KINDS["refusal"]
    content = with_line("Наша школа вам рада.")
    judged = JudgedTemplate(kind=kind.name, content=content, words=words_of(kind), findings=())
    offered = offer_template(desk.context, OfferTemplate(name="наш.docx", judged=judged))
    in_force = PutTemplateInForce(
        kind=kind.name, template_id=offered, valid_from=desk.context.today
    )
    put_template_in_force(desk.context, in_force)
    desk.refused()
    [document] = desk.rows(IssuedDocument)
    assert "Наша школа вам рада." in docx_text(desk.context.files.get(document.docx_file_id))


@pytest.mark.clause("SVC-2.14")
def test_scan_is_kept_beside_a_signed_decision_alone(desk: Desk) -> None:
    file = TakenFile(name="скан.pdf", media_type="application/pdf", content=b"%PDF")
    request, without = desk.refused(), desk.registered()
    decided(desk, without)
    for one in (without, desk.submitted()):
        with pytest.raises(RuleBroken) as refusal:
            attach_scan(desk.context, AttachScan(request_id=one.id, file=file))
        assert (refusal.value.code, refusal.value.clause) == ("move_not_open", "SVC-2.14")
    attach_scan(desk.context, AttachScan(request_id=request.id, file=file))
    [decision] = desk.rows(RefusalDecision, RefusalDecision.request_id == request.id)
    kept = desk.context.session.get_one(StoredFile, decision.scan_file_id)
    assert kept.name == "скан.pdf"
    desk.may(P.REQUEST_REFUSAL_PREPARE)
    with pytest.raises(NotAllowed):
        attach_scan(desk.context, AttachScan(request_id=request.id, file=file))
