"""What the applicant is told: by letter where there is an address, else by a call."""

from datetime import date, datetime, timedelta

import pytest

from documents.code_slip import SecondQuestion
from documents.letters import LetterKind
from journal_core.access.models import Account
from journal_core.access.terms import Role
from journal_core.calendar.terms import DayKind, DayVerdict
from journal_core.invitations.models import Invitation
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import SecretKind
from journal_core.people.models import Person, Pupil
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Capacity, CloseReason, RefusalDelivery, ResultDelivery
from journal_core.visits.commands import take_place
from tests.clock import MOSCOW
from tests.workflows.desk import HASHER, Desk
from workflows.invitation import issue, prepare_code
from workflows.notices import (
    MovedTerm,
    question_of,
    send_code,
    tell_account,
    tell_applicant,
    tell_draft_link,
    tell_moved_term,
)
from workflows.service_request import CloseRequest, close_request

K = LetterKind
ADDRESS = "maria@example.org"
UNTIL = datetime(2026, 12, 1, 22, 30, tzinfo=MOSCOW)
MOVED = MovedTerm(
    old_due_on=date(2026, 11, 25),
    days=(DayVerdict(day=date(2026, 11, 24), kind=DayKind.HOLIDAY, counts=False, name="карантин"),),
)


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def written(desk: Desk, kind: LetterKind) -> OutboxLetter:
    """The one letter of the kind."""
    [letter] = desk.rows(OutboxLetter, OutboxLetter.kind == kind.value)
    return letter


@pytest.fixture
def request_(desk: Desk) -> ServiceRequest:
    return desk.registered(email=ADDRESS, refusal_delivery=RefusalDelivery.POST)


@pytest.mark.clause("SVC-2.19")
def test_letter_has_its_greeting_its_school_and_the_link_to_the_request(
    desk: Desk, request_: ServiceRequest
) -> None:
    desk.setting(reception_days="Пн-Ср", short_name="Школа", address="ул. Школьная", phone="+7 1")
    tell_applicant(desk.context, K.VERIFIED, request_)
    letter = written(desk, K.VERIFIED)
    assert (letter.recipient, letter.request_id) == (ADDRESS, request_.id)
    assert (letter.secret, letter.subject_id) == (SecretKind.TRACKING_LINK, request_.id)
    assert letter.subject == "Запрос 26-00001: документы проверены"
    for told in ("Мария Петровна", "26-00001", "25.11.2026", "Школа", "ул. Школьная", "+7 1"):
        assert told in letter.text
    assert "Иванова" not in letter.text
    assert "Пн-Ср" in letter.text
    registered = written(desk, K.REGISTERED)
    assert "1/2026" in registered.text
    assert "None" not in letter.text + registered.text


@pytest.mark.parametrize(
    ("kind", "secret"),
    [
        (K.CONTACTS_CHANGED, SecretKind.NONE),
        (K.CODE_REPLACED, SecretKind.NONE),
        (K.COMPLETED, SecretKind.NONE),
        (K.CODE_EXPIRING, SecretKind.NONE),
        (K.REFUSED_READY, SecretKind.TRACKING_LINK),
    ],
)
def test_only_news_of_a_request_carries_the_link_to_it(
    desk: Desk, request_: ServiceRequest, kind: LetterKind, secret: SecretKind
) -> None:
    tell_applicant(desk.context, kind, request_, valid_until=UNTIL)
    assert written(desk, kind).secret is secret


def test_letter_tells_the_reason_and_the_way_that_were_chosen(
    desk: Desk, request_: ServiceRequest
) -> None:
    tell_applicant(desk.context, K.REFUSED_READY, request_)
    assert "отправим решение на бумаге" in written(desk, K.REFUSED_READY).text
    closing = desk.step(CloseRequest, desk.submitted(email=ADDRESS), reason=CloseReason.DUPLICATE)
    close_request(desk.context, closing)
    letter = written(desk, K.CLOSED)
    assert "повторяет другой ваш запрос" in letter.text
    assert letter.secret is SecretKind.NONE


def test_moment_is_told_in_the_schools_zone(desk: Desk, request_: ServiceRequest) -> None:
    zoneless = UNTIL.astimezone(tz=None)
    tell_applicant(desk.context, K.CODE_READY, request_, valid_until=zoneless)
    assert "01.12.2026, 22:30" in written(desk, K.CODE_READY).text


def test_english_request_is_written_to_in_english(desk: Desk, request_: ServiceRequest) -> None:
    request_.language = "en"
    tell_applicant(desk.context, K.VISIT_REMINDER, request_)
    assert "birth certificate" in written(desk, K.VISIT_REMINDER).text


def test_news_of_a_changed_address_goes_to_the_other_one(
    desk: Desk, request_: ServiceRequest
) -> None:
    tell_applicant(desk.context, K.CONTACTS_CHANGED, request_, address="old@example.org")
    assert written(desk, K.CONTACTS_CHANGED).recipient == "old@example.org"
    tell_applicant(desk.context, K.VERIFIED, request_, address="")
    assert "call_applicant verified" in desk.topics(request_)


@pytest.mark.clause("SVC-3.4.3")
def test_who_has_no_address_is_called_unless_present(desk: Desk) -> None:
    request, other = desk.submitted(), desk.submitted()
    tell_applicant(desk.context, K.VERIFIED, request)
    tell_applicant(desk.context, K.VERIFIED, other, present=True)
    assert (desk.topics(request), desk.topics(other)) == (["call_applicant verified"], [])
    assert desk.rows(OutboxLetter) == []


@pytest.mark.clause("SVC-2.6")
@pytest.mark.parametrize("capacity", [Capacity.PARENT, Capacity.GUARDIAN])
def test_reminder_names_the_papers_and_the_visit_to_come(desk: Desk, capacity: Capacity) -> None:
    request = desk.submitted(email=ADDRESS, capacity=capacity)
    visit = datetime(2026, 11, 24, 10, 15, tzinfo=MOSCOW)
    tell_applicant(desk.context, K.VISIT_REMINDER, request)
    assert "ждём вас в школе с оригиналами" in written(desk, K.VISIT_REMINDER).text
    take_place(desk.context, request_id=request.id, starts_at=visit, places=1)
    desk.later(seconds=1)
    tell_applicant(desk.context, K.VISIT_REMINDER, request)
    letter = desk.letters(request)[-1]
    assert "24.11.2026, 10:15" in letter.text
    assert "удостоверяющий личность" in letter.text
    assert ("опеки" in letter.text) is (capacity is Capacity.GUARDIAN)
    desk.later(seconds=int((visit - desk.context.now).total_seconds()))
    tell_applicant(desk.context, K.VISIT_REMINDER, request)
    assert "10:15" not in desk.letters(request)[-1].text, "a visit that has begun is no news"


@pytest.mark.clause("SVC-2.11")
def test_moved_promise_is_told_with_both_days_and_why(desk: Desk, request_: ServiceRequest) -> None:
    request_.due_on = date(2026, 11, 26)
    tell_moved_term(desk.context, request_, MOVED)
    letter = written(desk, K.TERM_MOVED)
    assert (letter.recipient, letter.secret) == (ADDRESS, SecretKind.TRACKING_LINK)
    assert (letter.subject_id, letter.request_id) == (request_.id, request_.id)
    for told in ("25.11.2026", "26.11.2026", "24.11.2026 — не считается (карантин)"):
        assert told in letter.text
    assert desk.topics(request_) == []


@pytest.mark.clause("SVC-2.11")
def test_moved_promise_of_one_without_an_address_is_a_call(desk: Desk) -> None:
    request = desk.registered()
    tell_moved_term(desk.context, request, MOVED)
    assert desk.topics(request) == ["call_applicant term_moved"]
    coded = desk.coded(result_delivery=ResultDelivery.PHONE)
    refused = desk.refused(refusal_delivery=RefusalDelivery.POST)
    for one in (coded, refused):
        tell_moved_term(desk.context, one, MOVED)
    moved = desk.rows(OfficeTask, OfficeTask.topic == "term_moved")
    assert {task.request_id for task in moved} == {request.id}


def test_way_back_to_a_draft_is_a_link_of_its_own(desk: Desk, request_: ServiceRequest) -> None:
    tell_draft_link(desk.context, request_, UNTIL)
    letter = written(desk, K.DRAFT_SAVED)
    assert (letter.recipient, letter.secret) == (ADDRESS, SecretKind.DRAFT_LINK)
    assert (letter.subject_id, letter.request_id) == (request_.id, request_.id)
    assert "01.12.2026" in letter.text


def invited(desk: Desk, role: Role, *, of_pupil: bool = True) -> Invitation:
    [child] = desk.rows(Person, Person.last_name == "Иванова", Person.first_name == "Анна")
    [mother] = desk.rows(Person, Person.last_name == "Иванова", Person.first_name == "Мария")
    [pupil] = desk.rows(Pupil, Pupil.person_id == child.id)
    return issue(
        desk.context,
        prepare_code(HASHER),
        person_id=mother.id,
        role=role,
        pupil_id=pupil.id if of_pupil else None,
    )


@pytest.mark.clause("SVC-3.4.3")
def test_code_goes_in_a_letter_that_does_not_hold_it(desk: Desk) -> None:
    desk.setting(code_email_days=5)
    invitation = invited(desk, Role.PARENT)
    send_code(desk.context, invitation, ADDRESS)
    letter = written(desk, K.CODE_BY_EMAIL)
    assert (letter.recipient, letter.request_id) == (ADDRESS, None)
    assert (letter.secret, letter.subject_id) == (SecretKind.INVITATION_CODE, invitation.id)
    until = (desk.context.now + timedelta(days=5)).astimezone(MOSCOW)
    for told in ("Мария Петровна", "дату рождения ребёнка", f"{until:%d.%m.%Y, %H:%M}"):
        assert told in letter.text
    assert "⟦code⟧" in letter.text
    assert letter.subject == "Ваш пригласительный код"


def test_letter_with_a_code_greets_its_owner_and_names_the_request(desk: Desk) -> None:
    request = desk.submitted(applicant_first_name="Вера", applicant_patronymic="")
    send_code(desk.context, invited(desk, Role.PARENT), "other@example.org", request)
    letter = written(desk, K.CODE_BY_EMAIL)
    assert (letter.recipient, letter.request_id) == ("other@example.org", request.id)
    assert "26-00001" in letter.subject
    assert "Мария Петровна" in letter.text


@pytest.mark.parametrize(
    ("role", "of_pupil", "question"),
    [
        (Role.PARENT, True, SecondQuestion.CHILD_BIRTH_DATE),
        (Role.PUPIL, True, SecondQuestion.OWN_BIRTH_DATE),
        (Role.TEACHER, True, SecondQuestion.OWN_SURNAME),
        (Role.PARENT, False, SecondQuestion.OWN_SURNAME),
    ],
)
def test_code_asks_what_its_owner_knows(
    desk: Desk,
    role: Role,
    of_pupil: bool,  # noqa: FBT001 - a value of the table
    question: SecondQuestion,
) -> None:
    assert question_of(invited(desk, role, of_pupil=of_pupil)) is question


@pytest.mark.clause("POL-4.2.3")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_owner_of_an_account_is_written_to_in_the_own_language(desk: Desk, language: str) -> None:
    [account] = desk.rows(Account, Account.username == "parent")
    tell_account(desk.context, K.PASSWORD_CHANGED, account)
    assert desk.rows(OutboxLetter) == [], "there is no address"
    account.email, account.language = ADDRESS, language
    [owner] = desk.rows(Person, Person.id == account.person_id)
    tell_account(desk.context, K.PASSWORD_CHANGED, account)
    tell_account(desk.context, K.PASSWORD_RESET, account, valid_until=UNTIL)
    changed, reset = written(desk, K.PASSWORD_CHANGED), written(desk, K.PASSWORD_RESET)
    assert (changed.secret, reset.secret) == (SecretKind.NONE, SecretKind.PASSWORD_RESET)
    for letter in (changed, reset):
        assert (letter.recipient, letter.subject_id) == (ADDRESS, account.id)
        assert (letter.request_id, owner.first_name in letter.text) == (None, True)
        assert ("Здравствуйте" in letter.text) is (language == "ru")
    assert "22:30" in reset.text
