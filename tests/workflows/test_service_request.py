"""What each move of a request leaves behind: its row, its record, its letter or its call."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from journal_core.access.terms import Permission, Role
from journal_core.errors import NotAllowed, NotFound, RuleBroken, StaleVersion
from journal_core.invitations.states import Handover, InvitationState
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import LetterState
from journal_core.people.models import Person, Pupil
from journal_core.requests.models import IssuedDocument, RefusalDecision, ServiceRequest
from journal_core.requests.terms import (
    Channel,
    CloseReason,
    Outcome,
    RefusalDelivery,
    RefusalGround,
    RequestState,
    ResultDelivery,
)
from journal_core.school.commands import next_number
from journal_core.secrets import SecretKeys
from journal_core.visits.models import Visit
from tests.clock import MOSCOW
from tests.documents.reading import pdf_text
from tests.workflows.desk import HASHER, NO_GROUND, PAPERS, Desk
from workflows.checking import Answer, CheckRequest
from workflows.invitation import prepare_code
from workflows.service_request import (
    CloseRequest,
    DeliverOutcome,
    LetterAccepted,
    MakeCode,
    MoveRequest,
    NewsAccepted,
    SubmitRequest,
    TakeInRequest,
    close_request,
    complete_by_letter,
    deliver_refusal,
    make_code,
    note_announcement,
    prepare_refusal,
    register_request,
    renew_code,
    return_check,
    return_refusal,
    sign_refusal,
    submit_request,
    take_in_request,
    tell_code,
    tracking_key,
    verify_request,
    withdraw_request,
)

S = RequestState
EMAIL = {"email": "maria@example.org"}
GROUND = {RefusalGround.DOCUMENTS_UNFIT: Answer(applies=True, explanation="нет печати")}
UNFIT = {**NO_GROUND, **GROUND}


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def prepared(desk: Desk, **answers: object) -> ServiceRequest:
    request = desk.registered(**answers)
    prepare_refusal(desk.context, desk.step(CheckRequest, request, answers=UNFIT, papers=PAPERS))
    return request


def move(desk: Desk, request: ServiceRequest, act: Callable[..., Any], comment: str = "") -> None:
    act(desk.context, desk.step(MoveRequest, request, comment=comment))


def told(desk: Desk, request: ServiceRequest, act: Callable[..., Any], how: Outcome) -> None:
    act(desk.context, desk.step(DeliverOutcome, request, how=how, comment="передано"))


def renew(desk: Desk, request: ServiceRequest) -> None:
    renew_code(desk.context, desk.step(MakeCode, request, prepared=prepare_code(HASHER)))


def kinds(desk: Desk, request: ServiceRequest) -> list[str]:
    return [letter.kind for letter in desk.letters(request)]


def broken(refusal: pytest.ExceptionInfo[RuleBroken]) -> tuple[str, str | None]:
    return refusal.value.code, refusal.value.clause


# --- submitted, registered ---


@pytest.mark.clause("SVC-1.1")
def test_submitted_request_has_its_number_and_is_found_by_name_and_number(desk: Desk) -> None:
    first, second = desk.submitted(**EMAIL), desk.submitted()
    assert (first.request_number, second.request_number) == ("26-00001", "26-00002")
    assert (first.state, first.submitted_at, first.state_since) == (
        S.SUBMITTED,
        *[desk.later()] * 2,
    )
    assert first.search_key == "иванова мария петровна иванова анна сергеевна 26 00001"
    assert kinds(desk, first) == ["submitted"]
    assert desk.topics(second) == []
    assert desk.moves(first) == [{"trigger": "submit", "target": "submitted"}]


@pytest.mark.clause("SVC-3.2")
def test_request_submitted_twice_is_one_request(desk: Desk) -> None:
    request = desk.submitted(**EMAIL)
    assert submit_request(desk.context, SubmitRequest(request_id=request.id)) == request.id
    assert (request.request_number, kinds(desk, request)) == ("26-00001", ["submitted"])


@pytest.mark.clause("SVC-2.9", "SVC-2.11")
def test_registered_request_has_its_number_its_taker_and_its_term(desk: Desk) -> None:
    request = desk.submitted(**EMAIL)
    now = desk.later(hours=1)
    move(desk, request, register_request)
    assert (request.registration_year, request.registration_number) == (2026, 1)
    assert (request.received_at, request.state_since) == (now, now)
    assert request.received_by == desk.context.actor.label
    assert (request.check_due_on, request.due_on) == (date(2026, 11, 24), date(2026, 11, 25))
    assert [day["day"] for day in request.term_derivation or ()][-1] == "2026-11-25"
    assert kinds(desk, request) == ["submitted", "registered"]
    assert "25.11.2026" in desk.letters(request)[-1].text
    assert desk.moves(request)[-1] == {"trigger": "register", "target": "received"}
    assert desk.registered().registration_number == 2
    assert next_number(desk.context, "registration", 2026) == 3, "the numbers go on by that name"
    assert next_number(desk.context, "request", 2026) == 3


@pytest.mark.parametrize(("at_visit", "called"), [(True, False), (False, True)])
def test_who_does_not_stand_at_the_desk_is_called_about_the_registration(
    desk: Desk, *, at_visit: bool, called: bool
) -> None:
    desk.setting(originals_at_visit=at_visit)
    assert bool(desk.topics(desk.registered())) is called


@pytest.mark.clause("SVC-3.4.1")
def test_counter_request_is_registered_at_once_and_only_once(desk: Desk) -> None:
    desk.setting(originals_at_visit=False)
    like = desk.submitted()
    names = (
        "applicant_last_name", "applicant_first_name", "address", "phone", "capacity",
        "result_delivery", "refusal_delivery", "child_last_name", "child_birth_date",
    )  # fmt: skip
    key = uuid4()
    command = TakeInRequest(
        submission_key=key, answers={name: getattr(like, name) for name in names}
    )
    taken = take_in_request(desk.context, command)
    assert take_in_request(desk.context, command) == taken
    [request] = desk.rows(ServiceRequest, ServiceRequest.id == taken)
    assert (request.channel, request.state) == (Channel.COUNTER, S.RECEIVED)
    assert (request.submission_key, request.address) == (key, "ул. Мира, 1")
    assert [one["trigger"] for one in desk.moves(request)] == ["submit", "register"]
    assert (request.request_number, request.registration_number) == ("26-00002", 1)
    assert desk.topics(request) == [], "who stands at the counter is not called"


def test_counter_request_is_told_of_its_registration_alone(desk: Desk) -> None:
    command = TakeInRequest(submission_key=uuid4(), answers={"email": "maria@example.org"})
    taken = take_in_request(desk.context, command)
    [letter] = desk.rows(OutboxLetter, OutboxLetter.request_id == taken)
    assert letter.kind == "registered"


def test_page_seen_before_another_change_moves_nothing(desk: Desk) -> None:
    request = desk.submitted()
    stale = desk.step(MoveRequest, request)
    with pytest.raises(StaleVersion, match=r"^changed_meanwhile$"):
        register_request(desk.context, replace(stale, seen_version=stale.seen_version - 1))
    assert request.state is S.SUBMITTED


# --- closed, withdrawn ---


@pytest.mark.clause("SVC-2.6")
def test_closed_request_keeps_why_and_tells_it(desk: Desk) -> None:
    request, other = desk.submitted(**EMAIL), desk.submitted()
    now = desk.later(hours=1)
    for one in (request, other):
        reason = {"reason": CloseReason.NO_SHOW, "comment": "не пришла"}
        close_request(desk.context, desk.step(CloseRequest, one, **reason))
    assert (request.state, request.state_since) == (S.CANCELLED, now)
    assert (request.close_reason, request.close_comment) == (CloseReason.NO_SHOW, "не пришла")
    assert desk.moves(request)[-1] == {
        "trigger": "close", "target": "cancelled", "reason": "no_show",
    }  # fmt: skip
    assert kinds(desk, request)[-1] == "closed"
    assert desk.topics(other) == ["call_applicant closed"]


@pytest.mark.clause("SVC-2.12.6")
def test_request_withdrawn_before_its_registration_is_closed(desk: Desk) -> None:
    request, other = desk.submitted(**EMAIL), desk.submitted()
    now = desk.later(hours=1)
    for one in (request, other):
        move(desk, one, withdraw_request)
    assert (request.state, request.withdrawn_at) == (S.CANCELLED, now)
    assert request.close_reason is CloseReason.WITHDRAWN
    assert desk.rows(RefusalDecision) == []
    assert kinds(desk, request)[-1] == "closed"
    assert desk.topics(other) == []


@pytest.mark.clause("SVC-2.12.6")
def test_request_withdrawn_later_is_refused_on_ground_six_and_its_code_ends(desk: Desk) -> None:
    request = desk.coded(**EMAIL)
    code = desk.code(request)
    now = desk.later(hours=1)
    move(desk, request, withdraw_request)
    assert (request.state, request.withdrawn_at) == (S.REFUSAL_PREPARED, now)
    assert (request.close_reason, request.invitation_id) == (None, None)
    assert (code.state, code.ended_at) == (InvitationState.REVOKED, now)
    [decision] = desk.rows(RefusalDecision)
    assert [one["ground"] for one in decision.grounds] == ["withdrawn"]
    assert [one["explanation"] for one in decision.grounds] == [""]
    assert kinds(desk, request)[-1] == "refusal_prepared_withdrawn"


def test_who_withdraws_is_not_called_about_it(desk: Desk) -> None:
    request = desk.registered()
    move(desk, request, withdraw_request)
    assert desk.topics(request) == []


@pytest.mark.parametrize("act", [withdraw_request, register_request])
def test_visit_of_one_who_no_longer_needs_it_is_given_to_others(
    desk: Desk, act: Callable[..., Any]
) -> None:
    wish = datetime(2026, 11, 24, 10, 15, tzinfo=MOSCOW)
    request = desk.submitted(visit_wish=wish)
    assert len(desk.rows(Visit, Visit.ended_at.is_(None))) == 1
    move(desk, request, act)
    assert desk.rows(Visit, Visit.ended_at.is_(None)) == []


# --- checked ---


@pytest.mark.clause("SVC-3.4.2", "SVC-3.4.3")
def test_check_that_finds_a_ground_verifies_nothing(desk: Desk) -> None:
    request = desk.registered()
    with pytest.raises(RuleBroken) as refusal:
        verify_request(desk.context, desk.step(CheckRequest, request, answers=UNFIT, papers=PAPERS))
    assert broken(refusal) == ("ground_found", "SVC-3.4.2")
    assert request.state is S.RECEIVED


@pytest.mark.clause("SVC-2.13")
def test_check_that_finds_no_ground_refuses_nothing(desk: Desk) -> None:
    request = desk.registered()
    with pytest.raises(RuleBroken) as refusal:
        prepare_refusal(
            desk.context, desk.step(CheckRequest, request, answers=NO_GROUND, papers=PAPERS)
        )
    assert broken(refusal) == ("no_ground_found", "SVC-2.13")
    assert request.state is S.RECEIVED


@pytest.mark.clause("SVC-3.4.3")
def test_verified_request_knows_its_people_and_tells(desk: Desk) -> None:
    request, other = desk.verified(**EMAIL), desk.verified()
    assert request.state is S.VERIFIED
    assert None not in {request.pupil_id, request.person_id}
    assert kinds(desk, request)[-1] == "verified"
    assert desk.topics(other) == ["call_applicant verified"]
    assert desk.moves(request)[-1] == {"trigger": "verify", "target": "verified"}


@pytest.mark.clause("SVC-3.4.3")
def test_child_named_among_the_near_is_linked_to_a_person_made_for_it(desk: Desk) -> None:
    request = desk.registered(
        child_first_name="Анюта", applicant_last_name="Ольхова", applicant_first_name="Вера"
    )
    [anna] = desk.rows(Person, Person.first_name == "Анна", Person.last_name == "Иванова")
    [pupil] = desk.rows(Pupil, Pupil.person_id == anna.id)
    told = {"answers": NO_GROUND, "papers": PAPERS, "pupil_id": pupil.id}
    verify_request(desk.context, desk.step(CheckRequest, request, **told))
    [vera] = desk.rows(Person, Person.last_name == "Ольхова")
    assert (request.pupil_id, request.person_id) == (pupil.id, vera.id)


@pytest.mark.clause("SVC-2.12", "SVC-2.14")
def test_prepared_refusal_has_every_ground_that_was_found(desk: Desk) -> None:
    request = prepared(desk)
    assert request.state is S.REFUSAL_PREPARED
    [decision] = desk.rows(RefusalDecision)
    assert decision.grounds == [{"ground": "documents_unfit", "explanation": "нет печати"}]
    assert desk.moves(request)[-1]["trigger"] == "prepare_refusal"


# --- the code ---


@pytest.mark.clause("SVC-3.4.3")
def test_code_opens_the_diary_of_the_child_to_the_applicant(desk: Desk) -> None:
    request = desk.verified(**EMAIL)
    [pupil] = desk.rows(Pupil, Pupil.id == request.pupil_id)
    assert pupil.diary_opened_at is None
    now = desk.later(hours=1)
    command = desk.step(MakeCode, request, prepared=prepare_code(HASHER))
    assert make_code(desk.context, command) == request.invitation_id
    code = desk.code(request)
    assert (code.person_id, code.pupil_id, code.role) == (request.person_id, pupil.id, Role.PARENT)
    assert code.code_hash == command.prepared.code_hash
    assert (request.state, pupil.diary_opened_at) == (S.CODE_ISSUED, now)
    assert desk.moves(request)[-1] == {"trigger": "make_code", "target": "code_issued"}


def test_diary_that_is_open_was_opened_when_it_was(desk: Desk) -> None:
    first = desk.coded()
    [pupil] = desk.rows(Pupil, Pupil.id == first.pupil_id)
    opened = pupil.diary_opened_at
    desk.later(hours=1)
    desk.coded()
    assert pupil.diary_opened_at == opened


def test_no_code_is_made_for_a_person_not_known(desk: Desk) -> None:
    request = desk.verified()
    request.person_id = None
    with pytest.raises(NotFound, match=r"^person_unknown$"):
        make_code(desk.context, desk.step(MakeCode, request, prepared=prepare_code(HASHER)))


@pytest.mark.clause("SVC-2.11", "SVC-3.4.3")
@pytest.mark.parametrize(
    ("delivery", "email", "announced", "letter", "call"),
    [
        (ResultDelivery.IN_PERSON, EMAIL, True, ["code_ready"], []),
        (ResultDelivery.IN_PERSON, {}, True, [], ["call_applicant code_ready"]),
        (ResultDelivery.EMAIL, EMAIL, False, ["code_by_email"], []),
        (ResultDelivery.PHONE, EMAIL, False, ["verified"], ["call_applicant code_ready"]),
    ],
)
def test_code_is_announced_the_way_that_was_chosen(
    desk: Desk,
    delivery: ResultDelivery,
    email: dict[str, str],
    announced: bool,  # noqa: FBT001 - a value of the table
    letter: list[str],
    call: list[str],
) -> None:
    request = desk.coded(result_delivery=delivery, **email)
    assert request.announced_at == (desk.context.now if announced else None)
    assert kinds(desk, request)[-1:] == letter
    assert [topic for topic in desk.topics(request) if "code" in topic] == call


def test_letter_of_a_ready_code_says_until_when(desk: Desk) -> None:
    request = desk.coded(**EMAIL)
    until = desk.code(request).expires_at.astimezone(MOSCOW)
    assert f"{until:%d.%m.%Y}" in desk.letters(request)[-1].text


def test_outcome_announced_already_was_announced_then(desk: Desk) -> None:
    request = desk.coded(**EMAIL)
    announced = request.announced_at
    desk.later(hours=1)
    renew(desk, request)
    assert request.announced_at == announced
    told(desk, request, tell_code, Outcome.IN_PERSON)
    assert request.announced_at == announced


@pytest.mark.clause("SVC-3.4.3")
def test_returned_check_ends_the_code_and_the_announcement(desk: Desk) -> None:
    request, other = desk.coded(**EMAIL), desk.verified()
    code = desk.code(request)
    for one in (request, other):
        move(desk, one, return_check, comment="не тот ребёнок")
    assert (request.state, request.announced_at, request.invitation_id) == (S.RECEIVED, None, None)
    assert code.state is InvitationState.REVOKED
    assert desk.moves(request)[-1] == {
        "trigger": "return_check", "target": "received", "comment": "не тот ребёнок",
    }  # fmt: skip
    assert kinds(desk, request)[-1] == "returned"
    assert "call_applicant returned" in desk.topics(other)


@pytest.mark.clause("SVC-3.6")
def test_told_code_renders_the_service(desk: Desk) -> None:
    request = desk.coded(**EMAIL)
    code = desk.code(request)
    now = desk.later(hours=1)
    told(desk, request, tell_code, Outcome.IN_PERSON)
    assert (request.state, request.delivered_at) == (S.COMPLETED, now)
    assert request.delivered_how is Outcome.IN_PERSON
    assert request.delivered_by == desk.context.actor.label
    assert (code.state, code.handover, code.sealed_code) == (
        InvitationState.DELIVERED, Handover.IN_PERSON, None,
    )  # fmt: skip
    assert desk.moves(request)[-1] == {
        "trigger": "tell", "target": "completed", "how": "in_person", "comment": "передано",
    }  # fmt: skip
    assert kinds(desk, request)[-1] == "completed"


def test_told_code_needs_no_call_and_no_letter_any_more(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.PHONE)
    told(desk, request, tell_code, Outcome.PHONE)
    assert desk.topics(request) == []
    calls = desk.rows(OfficeTask, OfficeTask.request_id == request.id)
    assert "told" in {call.result for call in calls}
    by_letter = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    told(desk, by_letter, tell_code, Outcome.IN_PERSON)
    [letter] = [one for one in desk.letters(by_letter) if one.kind == "code_by_email"]
    assert letter.state is LetterState.CANCELLED


def test_code_told_already_is_not_told_again(desk: Desk) -> None:
    request = desk.coded()
    desk.code(request).sealed_code = None
    told(desk, request, tell_code, Outcome.IN_PERSON)
    assert desk.code(request).delivered_at is None
    assert request.state is S.COMPLETED


@pytest.mark.clause("SVC-3.4.3")
def test_accepted_letter_tells_the_code_and_begins_its_days(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    code = desk.code(request)
    now = desk.later(days=1)
    accepted = LetterAccepted(invitation_id=code.id)
    complete_by_letter(desk.context, accepted)
    assert (request.state, request.delivered_how) == (S.COMPLETED, Outcome.EMAIL)
    assert (request.announced_at, request.delivered_at) == (now, now)
    assert (code.state, code.handover) == (InvitationState.DELIVERED, Handover.EMAIL)
    assert code.expires_at == now + timedelta(days=7)
    assert desk.moves(request)[-1] == {
        "trigger": "tell_by_letter", "target": "completed", "how": "email", "comment": "",
    }  # fmt: skip
    desk.later(days=1)
    complete_by_letter(desk.context, accepted)
    assert code.delivered_at == now, "accepted twice, it is told once"


def test_letter_of_a_completed_request_only_tells_its_code(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    told(desk, request, tell_code, Outcome.IN_PERSON)
    desk.later(hours=1)
    renew(desk, request)
    complete_by_letter(desk.context, LetterAccepted(invitation_id=desk.code(request).id))
    assert desk.code(request).state is InvitationState.DELIVERED
    assert [one["trigger"] for one in desk.moves(request)].count("tell_by_letter") == 0
    assert request.delivered_how is Outcome.IN_PERSON


def test_letter_with_a_code_of_no_request_tells_it(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    code = desk.code(request)
    request.invitation_id, request.state = None, S.RECEIVED
    desk.context.session.flush()
    complete_by_letter(desk.context, LetterAccepted(invitation_id=code.id))
    assert code.state is InvitationState.DELIVERED


# --- the code anew ---


@pytest.mark.clause("SVC-3.4.3")
def test_new_code_takes_the_place_of_the_old_one(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.PHONE, **EMAIL)
    old = desk.code(request)
    command = desk.step(MakeCode, request, prepared=prepare_code(HASHER))
    assert renew_code(desk.context, command) == request.invitation_id != old.id
    new = desk.code(request)
    assert (old.state, new.state) == (InvitationState.REPLACED, InvitationState.ISSUED)
    assert (new.person_id, new.role, new.pupil_id) == (old.person_id, old.role, old.pupil_id)
    assert new.code_hash == command.prepared.code_hash
    assert desk.topics(request) == ["call_applicant code_ready"]
    assert "code_replaced" not in kinds(desk, request)


def test_new_code_ends_the_task_that_asked_for_it(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.PHONE)
    [before] = desk.rows(
        OfficeTask, OfficeTask.request_id == request.id, OfficeTask.topic == "code_ready"
    )
    renew(desk, request)
    assert (before.result, before.closed_at) == ("renewed", desk.context.now)


@pytest.mark.clause("SVC-3.4.3")
def test_owner_of_a_code_told_hears_of_the_new_one_and_the_request_stays(desk: Desk) -> None:
    request, other = desk.coded(**EMAIL), desk.coded()
    for one in (request, other):
        told(desk, one, tell_code, Outcome.IN_PERSON)
        renew(desk, one)
    assert request.state is S.COMPLETED
    assert "code_replaced" in kinds(desk, request)
    assert desk.rows(OfficeTask, OfficeTask.topic == "code_replaced") == []
    assert other.state is S.COMPLETED


def test_redeemed_code_is_not_renewed(desk: Desk) -> None:
    request = desk.coded()
    code = desk.code(request)
    code.state, code.sealed_code, code.redeemed_at = (
        InvitationState.REDEEMED, None, desk.context.now,
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refusal:
        renew(desk, request)
    assert broken(refusal) == ("invitation_redeemed", "SVC-3.4.3")


def test_there_is_nothing_to_renew_before_a_code_is_made(desk: Desk) -> None:
    request = desk.verified()
    with pytest.raises(NotFound, match=r"^invitation_unknown$"):
        renew(desk, request)
    actor = replace(desk.context.actor, permissions=frozenset({Permission.REQUEST_CODE_MAKE}))
    desk.context = replace(desk.context, actor=actor)
    with pytest.raises(NotAllowed):
        renew(desk, request)


# --- announced ---


@pytest.mark.clause("SVC-2.11")
def test_only_a_ready_outcome_is_announced_and_only_once(desk: Desk) -> None:
    early = desk.verified()
    note_announcement(desk.context, NewsAccepted(request_id=early.id))
    assert early.announced_at is None
    request = desk.coded(result_delivery=ResultDelivery.PHONE)
    now = desk.later(hours=1)
    note_announcement(desk.context, NewsAccepted(request_id=request.id))
    desk.later(hours=1)
    note_announcement(desk.context, NewsAccepted(request_id=request.id))
    assert request.announced_at == now


# --- the refusal ---


@pytest.mark.clause("SVC-2.14")
@pytest.mark.parametrize(
    ("delivery", "announced"), [(RefusalDelivery.IN_PERSON, True), (RefusalDelivery.POST, False)]
)
def test_signed_refusal_has_its_document_its_signatory_and_its_news(
    desk: Desk, delivery: RefusalDelivery, *, announced: bool
) -> None:
    request = desk.refused(refusal_delivery=delivery, **EMAIL)
    [decision] = desk.rows(RefusalDecision)
    assert (request.state, request.decision_id) == (S.REFUSED, decision.id)
    assert None not in {decision.document_id, decision.signatory_id}
    assert (decision.signed_at, decision.signed_by) == (
        desk.context.now, desk.context.actor.label,
    )  # fmt: skip
    assert request.announced_at == (desk.context.now if announced else None)
    assert kinds(desk, request)[-1] == "refused_ready"
    assert desk.moves(request)[-1] == {"trigger": "sign", "target": "refused"}


@pytest.mark.clause("SVC-2.14")
def test_signed_paper_names_its_signatory_and_the_days_of_the_school(desk: Desk) -> None:
    """Half past midnight in Moscow is still the day before in Greenwich."""
    desk.context = replace(desk.context, now=datetime(2026, 11, 24, 0, 30, tzinfo=MOSCOW))
    request = desk.refused()
    [document] = desk.rows(IssuedDocument, IssuedDocument.request_id == request.id)
    text = pdf_text(desk.context.files.get(document.pdf_file_id))
    assert "Громова" in text
    assert "от 24.11.2026" in text, "registered"
    assert "«24» ноября 2026" in text, "decided"


def test_refusal_announced_already_was_announced_then(desk: Desk) -> None:
    request = prepared(desk)
    announced = request.announced_at = desk.later(hours=1)
    desk.later(hours=1)
    desk.context = replace(desk.context, actor=replace(desk.context.actor, account_id=uuid4()))
    move(desk, request, sign_refusal)
    assert request.announced_at == announced


@pytest.mark.clause("SVC-2.14")
def test_who_prepared_a_refusal_does_not_sign_it_unless_the_school_says_so(desk: Desk) -> None:
    request = prepared(desk)
    with pytest.raises(RuleBroken) as refusal:
        move(desk, request, sign_refusal)
    assert broken(refusal) == ("preparer_may_not_sign", "SVC-2.14")
    desk.setting(preparer_may_sign=True)
    move(desk, request, sign_refusal)
    assert request.state is S.REFUSED


@pytest.mark.clause("SVC-2.14")
def test_who_is_no_signatory_today_signs_nothing(desk: Desk) -> None:
    request = prepared(desk)
    stranger = replace(desk.context.actor, account_id=uuid4(), person_id=uuid4())
    desk.context = replace(desk.context, actor=stranger)
    with pytest.raises(RuleBroken) as refusal:
        move(desk, request, sign_refusal)
    assert broken(refusal) == ("not_a_signatory", "SVC-2.14")


@pytest.mark.clause("SVC-2.14")
def test_returned_refusal_is_kept_with_its_comment_and_announces_nothing(desk: Desk) -> None:
    request, other = desk.coded(**EMAIL), prepared(desk)
    move(desk, request, withdraw_request)
    assert request.announced_at is not None
    now = desk.later(hours=1)
    for one in (request, other):
        move(desk, one, return_refusal, comment="передумали")
    [decision] = desk.rows(RefusalDecision, RefusalDecision.request_id == request.id)
    assert (decision.returned_at, decision.return_comment) == (now, "передумали")
    assert (request.state, request.withdrawn_at, request.announced_at) == (S.RECEIVED, None, None)
    assert desk.moves(request)[-1] == {
        "trigger": "return_refusal", "target": "received", "comment": "передумали",
    }  # fmt: skip
    assert kinds(desk, request)[-1] == "returned"
    assert "call_applicant returned" in desk.topics(other)


@pytest.mark.clause("SVC-3.6")
def test_refusal_handed_over_is_on_record_and_told(desk: Desk) -> None:
    request, other = desk.refused(**EMAIL), desk.refused()
    now = desk.later(hours=1)
    for one in (request, other):
        told(desk, one, deliver_refusal, Outcome.IN_PERSON)
    assert (request.state, request.delivered_at) == (S.REFUSAL_DELIVERED, now)
    assert request.delivered_how is Outcome.IN_PERSON
    assert desk.moves(request)[-1] == {
        "trigger": "deliver_refusal", "target": "refusal_delivered",
        "how": "in_person", "comment": "передано",
    }  # fmt: skip
    assert kinds(desk, request)[-1] == "refusal_delivered"
    assert desk.topics(other) == []


@pytest.mark.clause("SVC-2.19")
def test_key_of_a_request_is_its_own_and_new_with_each_generation(desk: Desk) -> None:
    request, other = desk.submitted(), desk.submitted()
    keys = desk.context.keys
    key = tracking_key(keys, request)
    assert key == tracking_key(keys, request) != tracking_key(keys, other)
    request.key_generation += 1
    assert tracking_key(keys, request) != key


@pytest.mark.clause("SVC-2.19")
def test_key_that_was_told_once_opens_for_ever(keys: SecretKeys) -> None:
    told = ServiceRequest(id=UUID(int=26), key_generation=0)
    assert tracking_key(keys, told) == "2АРВ29ВХВ9МУ"
