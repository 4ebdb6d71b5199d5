"""What follows from a letter that was taken, or never will be."""

from uuid import uuid4

import pytest

from journal_core.invitations.states import InvitationState
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import LetterState
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import RefusalDelivery, RequestState, ResultDelivery
from tests.workflows.desk import Desk
from workflows.outbox import RecordSent, RecordUnsent, record_sent, record_unsent

EMAIL = {"email": "maria@example.org"}


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def letter(desk: Desk, request: ServiceRequest, kind: str) -> OutboxLetter:
    [found] = [one for one in desk.letters(request) if one.kind == kind]
    return found


def failures(desk: Desk) -> list[OfficeTask]:
    return desk.rows(OfficeTask, OfficeTask.kind == "letter_failed")


@pytest.mark.clause("SVC-3.4.3")
def test_accepted_letter_with_a_code_completes_the_request(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    sent = letter(desk, request, "code_by_email")
    record_sent(desk.context, RecordSent(letter_id=sent.id))
    assert (sent.state, request.state) == (LetterState.SENT, RequestState.COMPLETED)
    assert desk.code(request).state is InvitationState.DELIVERED


@pytest.mark.clause("SVC-2.11")
def test_accepted_news_of_an_outcome_announces_it_and_other_news_does_not(desk: Desk) -> None:
    request = desk.refused(refusal_delivery=RefusalDelivery.POST, **EMAIL)
    for kind in ("submitted", "registered"):
        record_sent(desk.context, RecordSent(letter_id=letter(desk, request, kind).id))
        assert request.announced_at is None
    now = desk.later(hours=1)
    ready = RecordSent(letter_id=letter(desk, request, "refused_ready").id)
    record_sent(desk.context, ready)
    assert request.announced_at == now
    request.announced_at = None
    record_sent(desk.context, ready)
    assert request.announced_at is None, "accepted twice, it is news once"


@pytest.mark.clause("SVC-2.11")
def test_accepted_news_of_a_ready_code_announces_it(desk: Desk) -> None:
    request = desk.coded(**EMAIL)
    request.announced_at = None
    record_sent(desk.context, RecordSent(letter_id=letter(desk, request, "code_ready").id))
    assert request.announced_at == desk.context.now


def test_letter_that_is_not_there_changes_nothing(desk: Desk) -> None:
    record_sent(desk.context, RecordSent(letter_id=uuid4()))
    record_unsent(desk.context, RecordUnsent(letter_id=uuid4(), error="нет связи"))
    assert failures(desk) == []


@pytest.mark.clause("SVC-3.4.3")
def test_letter_is_given_up_after_the_last_attempt_and_the_office_is_told(desk: Desk) -> None:
    desk.setting(letter_attempts=2)
    request = desk.submitted(**EMAIL)
    unsent = letter(desk, request, "submitted")
    unsent.attempts = 1
    command = RecordUnsent(letter_id=unsent.id, error="занято")
    record_unsent(desk.context, command)
    assert (unsent.state, unsent.last_error, failures(desk)) == (LetterState.QUEUED, "занято", [])
    unsent.attempts = 2
    record_unsent(desk.context, command)
    assert unsent.state is LetterState.EXHAUSTED
    [task] = failures(desk)
    assert (task.topic, task.request_id, task.invitation_id) == ("submitted", request.id, None)


def test_letter_with_a_code_refused_for_good_names_the_code(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    unsent = letter(desk, request, "code_by_email")
    unsent.attempts = 1
    record_unsent(desk.context, RecordUnsent(letter_id=unsent.id, error="нет", for_good=True))
    [task] = failures(desk)
    assert (task.topic, task.invitation_id) == ("code_by_email", request.invitation_id)
