"""Corrected contacts: the old ones are kept, both addresses are told, a sent code ends."""

from dataclasses import replace

import pytest

from journal_core.access.terms import APPLICANT_PERMISSIONS, Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.context import Actor
from journal_core.errors import NotAllowed, RuleBroken, StaleVersion
from journal_core.invitations.models import Invitation
from journal_core.invitations.states import InvitationState
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import AnswerChange, ServiceRequest
from journal_core.requests.terms import ResultDelivery
from tests.workflows.desk import Desk
from workflows.contacts import CorrectContacts, correct_contacts

OLD = {"address": "ул. Мира, 1", "phone": "+79123456789", "email": "old@example.com"}
NEW = {"address": "ул. Садовая, 5", "phone": "+79123456789", "email": "new@example.com"}
APPLICANT = Actor(label="Иванова Мария", permissions=APPLICANT_PERMISSIONS)
SECRETARY = Actor(label="Белова", permissions=frozenset({Permission.REQUEST_CONTACTS_EDIT}))


def correct(desk: Desk, request: ServiceRequest, contacts: dict[str, str], actor: Actor) -> int:
    command = desk.step(CorrectContacts, request, contacts=contacts)
    return correct_contacts(replace(desk.context, actor=actor), command)


def told_of_it(desk: Desk) -> list[OutboxLetter]:
    return desk.rows(OutboxLetter, OutboxLetter.kind == "contacts_changed")


def test_old_contacts_are_kept_beside_the_new(desk: Desk) -> None:
    request = desk.submitted(**OLD)
    assert correct(desk, request, NEW, SECRETARY) == 2
    assert (request.address, request.phone, request.email) == tuple(NEW.values())
    changes = {change.field: change for change in desk.rows(AnswerChange)}
    assert {field: (one.old_value, one.new_value) for field, one in changes.items()} == {
        "address": (OLD["address"], NEW["address"]),
        "email": (OLD["email"], NEW["email"]),
    }
    for change in changes.values():
        assert (change.request_id, change.changed_by) == (request.id, "Белова")
        assert change.changed_at == desk.context.now
    action = AuditEntry.action == AuditAction.REQUEST_CONTACTS_CHANGED
    [entry] = desk.rows(AuditEntry, action)
    assert (entry.subject_id, entry.details) == (request.id, {"fields": ["address", "email"]})


def test_both_addresses_are_told_and_nobody_where_there_is_none(desk: Desk) -> None:
    correct(desk, desk.submitted(**OLD), NEW, SECRETARY)
    letters = told_of_it(desk)
    assert {letter.recipient for letter in letters} == {OLD["email"], NEW["email"]}
    without = desk.submitted()
    correct(desk, without, {**OLD, "email": "", "address": "ул. Лесная, 2"}, SECRETARY)
    assert len(told_of_it(desk)) == len(letters)
    assert desk.rows(OfficeTask, OfficeTask.request_id == without.id) == []


def test_contacts_that_stay_the_same_leave_no_trace(desk: Desk) -> None:
    request = desk.submitted(**OLD)
    acts = desk.acts(request)
    assert correct(desk, request, OLD, APPLICANT) == 0
    assert (desk.rows(AnswerChange), told_of_it(desk), desk.acts(request)) == ([], [], acts)


@pytest.mark.clause("SVC-3.4.3")
def test_applicant_corrects_until_the_code_is_made_and_the_office_always(desk: Desk) -> None:
    for request in (desk.submitted(**OLD), desk.registered(**OLD), desk.verified(**OLD)):
        assert correct(desk, request, NEW, APPLICANT) == 2
    coded = desk.coded(**OLD)
    with pytest.raises(RuleBroken) as refusal:
        correct(desk, coded, NEW, APPLICANT)
    assert refusal.value.code == "contacts_closed"
    assert correct(desk, coded, NEW, SECRETARY) == 2


def test_contacts_are_for_the_office_and_the_applicant_alone(desk: Desk) -> None:
    stranger = Actor(label="Чужой", permissions=frozenset({Permission.REQUEST_CODE_MAKE}))
    with pytest.raises(NotAllowed):
        correct(desk, desk.submitted(**OLD), NEW, stranger)


def test_page_seen_before_another_change_corrects_nothing(desk: Desk) -> None:
    request = desk.submitted(**OLD)
    command = replace(desk.step(CorrectContacts, request, contacts=NEW), seen_version=0)
    with pytest.raises(StaleVersion) as refusal:
        correct_contacts(desk.context, command)
    assert refusal.value.code == "changed_meanwhile"


@pytest.mark.clause("SVC-3.4.3")
def test_address_that_the_code_goes_to_cannot_be_taken_away(desk: Desk) -> None:
    request = desk.submitted(**OLD, result_delivery=ResultDelivery.EMAIL)
    with pytest.raises(RuleBroken) as refusal:
        correct(desk, request, {**OLD, "email": ""}, APPLICANT)
    assert (refusal.value.code, refusal.value.clause) == ("email_needed", "SVC-3.4.3")
    other = desk.submitted(**OLD, result_delivery=ResultDelivery.PHONE)
    assert correct(desk, other, {**OLD, "email": ""}, APPLICANT) == 1


@pytest.mark.clause("SVC-3.4.3")
@pytest.mark.parametrize(
    ("delivery", "contacts", "state"),
    [
        (ResultDelivery.EMAIL, NEW, InvitationState.REVOKED),
        (ResultDelivery.EMAIL, {**NEW, "email": OLD["email"]}, InvitationState.ISSUED),
        (ResultDelivery.PHONE, NEW, InvitationState.ISSUED),
    ],
)
def test_only_a_code_sent_to_the_old_address_ends(
    desk: Desk, delivery: ResultDelivery, contacts: dict[str, str], state: InvitationState
) -> None:
    request = desk.coded(**OLD, result_delivery=delivery)
    correct(desk, request, contacts, SECRETARY)
    [invitation] = desk.rows(Invitation)
    assert invitation.state is state
    tasks = desk.rows(OfficeTask, OfficeTask.kind == TaskKind.CODE_NEEDED)
    assert [(task.topic, task.request_id) for task in tasks] == (
        [("code_voided", request.id)] if state is InvitationState.REVOKED else []
    )
