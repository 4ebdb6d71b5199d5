"""A draft: begun once, saved step by step, left and found again, copied for another child."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from journal_core.access.models import Account
from journal_core.access.terms import Permission
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.notifications.models import OutboxLetter
from journal_core.notifications.terms import SecretKind
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Capacity, Channel, RequestState
from tests.workflows.desk import Desk
from workflows.draft import (
    APPLICANT_FIELDS,
    CHILD_FIELDS,
    BeginDraft,
    CopyDraft,
    SaveDraft,
    SendDraftLink,
    begin_draft,
    copy_draft,
    draft_ends,
    locked_request,
    save_draft,
    send_draft_link,
)


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def begun(desk: Desk) -> ServiceRequest:
    request_id = begin_draft(desk.context, BeginDraft(submission_key=uuid4()))
    return locked_request(desk.context, request_id)


def save(desk: Desk, request_id: UUID, **answers: object) -> None:
    save_draft(desk.context, SaveDraft(request_id=request_id, answers=answers))


@pytest.mark.clause("SVC-3.2")
def test_draft_is_begun_once_for_each_key(desk: Desk) -> None:
    [owner] = desk.rows(Account, Account.username == "parent")
    command = BeginDraft(submission_key=uuid4(), language="en", account_id=owner.id)
    request_id = begin_draft(desk.context, command)
    now = desk.context.now
    desk.later(hours=1)
    assert begin_draft(desk.context, command) == request_id
    assert begin_draft(desk.context, BeginDraft(submission_key=uuid4())) != request_id
    draft = locked_request(desk.context, request_id)
    assert (draft.state, draft.state_since, draft.created_at) == (RequestState.DRAFT, now, now)
    assert (draft.submission_key, draft.language) == (command.submission_key, "en")
    assert (draft.channel, draft.applicant_account_id) == (Channel.ONLINE, owner.id)


def test_draft_is_anybodys_who_may_submit(desk: Desk) -> None:
    draft = begun(desk)
    desk.may(Permission.REQUEST_INTAKE_REGISTER)
    with pytest.raises(NotAllowed):
        begin_draft(desk.context, BeginDraft(submission_key=draft.submission_key))
    with pytest.raises(NotAllowed):
        save(desk, draft.id)


def test_step_keeps_its_answers_and_nothing_that_is_no_answer(desk: Desk) -> None:
    draft = begun(desk)
    save(desk, draft.id, address="ул. Мира, 1", capacity=Capacity.GUARDIAN)
    save(desk, draft.id, phone="+79123456789", key_generation=7)
    assert (draft.address, draft.phone) == ("ул. Мира, 1", "+79123456789")
    assert (draft.capacity, draft.key_generation) == (Capacity.GUARDIAN, 0)


def test_child_is_born_today_at_the_latest(desk: Desk) -> None:
    draft = begun(desk)
    save(desk, draft.id, child_birth_date=desk.context.today)
    with pytest.raises(RuleBroken, match=r"^born_ahead$"):
        save(desk, draft.id, child_birth_date=desk.context.today + timedelta(days=1))
    assert draft.child_birth_date == desk.context.today


def test_submitted_request_is_no_draft_any_more(desk: Desk) -> None:
    request = desk.submitted()
    with pytest.raises(RuleBroken, match=r"^already_submitted$"):
        save(desk, request.id, address="другой")
    with pytest.raises(RuleBroken, match=r"^already_submitted$"):
        send_draft_link(desk.context, SendDraftLink(request_id=request.id, email="a@b.org"))


def test_nothing_happens_to_a_request_that_is_not_there_or_is_erased(desk: Desk) -> None:
    with pytest.raises(NotFound, match=r"^request_unknown$"):
        locked_request(desk.context, uuid4())
    draft = begun(desk)
    draft.erased_at = desk.context.now
    with desk.context.session.no_autoflush, pytest.raises(NotFound, match=r"^request_unknown$"):
        locked_request(desk.context, draft.id)


def test_copy_has_the_applicant_and_asks_the_child_anew(desk: Desk) -> None:
    [owner] = desk.rows(Account, Account.username == "parent")
    copied, key = desk.submitted(email="maria@example.org"), uuid4()
    copied.language, copied.applicant_account_id = "en", owner.id
    command = CopyDraft(copied_id=copied.id, submission_key=key)
    copy = locked_request(desk.context, copy_draft(desk.context, command))
    assert (copy.state, copy.submission_key) == (RequestState.DRAFT, key)
    assert (copy.language, copy.applicant_account_id) == ("en", owner.id)
    for name in APPLICANT_FIELDS:
        assert getattr(copy, name) == getattr(copied, name)
    assert {getattr(copy, name) for name in CHILD_FIELDS} == {"", None}


def test_way_back_is_sent_to_the_address_and_says_until_when(desk: Desk) -> None:
    desk.setting(draft_days=10)
    draft = begun(desk)
    desk.later(days=3)
    assert draft_ends(desk.context, draft) == draft.created_at + timedelta(days=10)
    command = SendDraftLink(request_id=draft.id, email="maria@example.org")
    send_draft_link(desk.context, command)
    [letter] = desk.rows(OutboxLetter)
    assert (letter.kind, letter.recipient) == ("draft_saved", "maria@example.org")
    assert (letter.secret, letter.subject_id) == (SecretKind.DRAFT_LINK, draft.id)
    assert date(2026, 12, 3).strftime("%d.%m.%Y") in letter.text
    assert draft.email == "maria@example.org"
