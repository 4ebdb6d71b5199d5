"""What comes of a call."""

from datetime import date, datetime, timedelta

import pytest

from documents.letters import LetterKind
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.notifications.commands import open_task
from journal_core.notifications.models import OfficeTask
from journal_core.notifications.terms import CallOutcome, NextTry, TaskKind
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Outcome, RefusalDelivery, RequestState, ResultDelivery
from journal_core.school.commands import ChangeSettings, change_settings
from tests.clock import MOSCOW, FrozenClock
from tests.conftest import NewContext
from tests.workflows.desk import Desk
from workflows.calls import RecordCall, is_dictated, record_call


def call_about(desk: Desk, request: ServiceRequest) -> OfficeTask:
    [task] = desk.rows(
        OfficeTask, OfficeTask.request_id == request.id, OfficeTask.closed_at.is_(None)
    )
    assert task.kind is TaskKind.CALL_APPLICANT
    return task


def record(desk: Desk, task: OfficeTask, outcome: CallOutcome, **when: NextTry) -> None:
    record_call(desk.context, RecordCall(task_id=task.id, outcome=outcome, note="говорила", **when))


@pytest.mark.clause("SVC-3.4.3")
def test_dictated_code_completes_the_request(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.PHONE)
    task = call_about(desk, request)
    record(desk, task, CallOutcome.TOLD)
    assert request.state is RequestState.COMPLETED
    assert request.delivered_how is Outcome.PHONE
    assert request.announced_at == desk.context.now
    assert (task.result, task.closed_at) == ("говорила", desk.context.now)
    moves = desk.rows(AuditEntry, AuditEntry.action == AuditAction.REQUEST_MOVED)
    [told] = [move.details for move in moves if move.details["trigger"] == "tell"]
    assert (told["how"], told["comment"]) == ("phone", "говорила")


@pytest.mark.clause("SVC-2.11")
def test_call_that_a_code_is_ready_hands_nothing_over(desk: Desk) -> None:
    request = desk.coded()
    record(desk, call_about(desk, request), CallOutcome.TOLD)
    assert request.state is RequestState.CODE_ISSUED
    assert request.announced_at == desk.context.now


@pytest.mark.clause("SVC-2.11")
def test_call_about_a_refusal_announces_it(desk: Desk) -> None:
    request = desk.refused(refusal_delivery=RefusalDelivery.POST)
    record(desk, call_about(desk, request), CallOutcome.TOLD)
    assert request.state is RequestState.REFUSED
    assert request.announced_at == desk.context.now


@pytest.mark.clause("SVC-2.11")
def test_other_news_announces_no_outcome(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.PHONE)
    topic = LetterKind.CODE_EXPIRING.value
    open_task(desk.context, TaskKind.CALL_APPLICANT, topic, request_id=request.id)
    task = call_about(desk, request)
    record(desk, task, CallOutcome.TOLD)
    assert task.closed_at == desk.context.now
    assert request.announced_at is None


@pytest.mark.clause("SVC-3.4.3")
@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER])
def test_one_not_reached_is_called_again_the_next_working_morning(
    desk: Desk, outcome: CallOutcome
) -> None:
    request = desk.refused(refusal_delivery=RefusalDelivery.POST)
    task = call_about(desk, request)
    record(desk, task, outcome)
    assert (task.closed_at, task.tries, task.last_note) == (None, 1, "говорила")
    assert task.next_try_at == datetime(2026, 11, 24, 9, 0, tzinfo=MOSCOW)
    assert request.announced_at is None
    record(desk, task, outcome, next_try=NextTry.IN_AN_HOUR)
    assert task.next_try_at == desk.context.now + timedelta(hours=1)
    assert task.tries == 2


def test_morning_begins_with_the_reception_of_that_day(desk: Desk) -> None:
    later = ChangeSettings(values={"reception_from": "10:30"}, valid_from=date(2026, 11, 24))
    change_settings(desk.context, later)
    task = call_about(desk, desk.refused())
    record(desk, task, CallOutcome.NO_ANSWER)
    assert task.next_try_at == datetime(2026, 11, 24, 10, 30, tzinfo=MOSCOW)


def test_past_the_published_years_the_next_try_is_tomorrow(
    desk: Desk, clock: FrozenClock, new_context: NewContext
) -> None:
    task = call_about(desk, desk.refused())
    clock.set_local("2030-11-29 12:00")
    desk.context = new_context(desk.context.session)
    record(desk, task, CallOutcome.NO_ANSWER)
    assert task.next_try_at == datetime(2030, 11, 30, 9, 0, tzinfo=MOSCOW)


@pytest.mark.clause("SVC-3.4.3")
@pytest.mark.parametrize(
    ("delivery", "topic", "dictated"),
    [
        (ResultDelivery.PHONE, LetterKind.CODE_READY, True),
        (ResultDelivery.IN_PERSON, LetterKind.CODE_READY, False),
        (ResultDelivery.PHONE, LetterKind.VERIFIED, False),
        (ResultDelivery.IN_PERSON, LetterKind.CODE_BY_EMAIL, True),
    ],
)
def test_code_is_dictated_where_it_was_chosen_so_or_its_letter_went_astray(
    desk: Desk, delivery: ResultDelivery, topic: LetterKind, *, dictated: bool
) -> None:
    assert is_dictated(topic, desk.coded(result_delivery=delivery)) is dictated


def test_no_code_is_dictated_that_is_not_made_or_is_told(desk: Desk) -> None:
    verified = desk.verified(result_delivery=ResultDelivery.PHONE)
    assert not is_dictated(LetterKind.CODE_READY, verified)
    assert not is_dictated(LetterKind.CODE_BY_EMAIL, verified)
