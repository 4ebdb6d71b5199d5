"""The calendar changes: which promises move, what is on record, who hears of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.calendar.commands import CloseSchoolDays, PublishCalendarYear, ReopenSchoolDays
from journal_core.calendar.source import exceptional_days
from journal_core.calendar.terms import DayKind, ExceptionalDay
from journal_core.errors import NotAllowed
from journal_core.notifications.commands import open_task
from journal_core.notifications.models import OfficeTask
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import ResultDelivery
from tests.workflows.desk import Desk
from workflows.terms import (
    Recomputed,
    RecomputeTerms,
    close_school,
    publish_year,
    recompute_terms,
    reopen_school,
)

EMAIL = {"email": "maria@example.org"}
#: Registered on Monday 23.11.2026: day 1 is the 24th, the answer is due on the 25th.
DAY_1, DUE, LATER = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)
NOTHING = Recomputed(terms=0, promises=0)


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def close(desk: Desk, *days: date) -> Recomputed:
    return close_school(
        desk.context, CloseSchoolDays(days=days, reason="карантин", order_number="12-О")
    )


def recomputed(desk: Desk, request: ServiceRequest) -> list[dict[str, Any]]:
    found = desk.rows(
        AuditEntry,
        AuditEntry.subject_id == request.id,
        AuditEntry.action == AuditAction.REQUEST_DUE_RECOMPUTED,
    )
    return [entry.details for entry in found]


@pytest.mark.clause("SVC-2.9", "SVC-2.11")
def test_closed_day_moves_the_promise_on_record_and_tells_it(desk: Desk) -> None:
    request = desk.registered(**EMAIL)
    derivation = list(request.term_derivation or ())
    assert close(desk, DAY_1) == Recomputed(terms=1, promises=1)
    assert (request.check_due_on, request.due_on) == (DUE, LATER)
    [entry] = recomputed(desk, request)
    assert entry == {
        "basis": "12-О",
        "old_due_on": "2026-11-25",
        "old_derivation": derivation,
        "due_on": "2026-11-26",
        "derivation": request.term_derivation,
    }
    letter = desk.letters(request)[-1]
    assert letter.kind == "term_moved"
    assert "24.11.2026 — не считается" in letter.text
    assert "25.11.2026 —" not in letter.text, "that day counts as it did"
    assert "26.11.2026" in letter.text


def test_reopened_day_brings_the_promise_back_by_its_own_order(desk: Desk) -> None:
    request = desk.registered(**EMAIL)
    close(desk, DAY_1)
    command = ReopenSchoolDays(days=[DAY_1], order_number="13-О")
    assert reopen_school(desk.context, command) == Recomputed(terms=1, promises=1)
    assert request.due_on == DUE
    assert recomputed(desk, request)[-1]["basis"] == "13-О"


def test_published_year_moves_promises_and_ends_the_task_that_asked_for_it(desk: Desk) -> None:
    request = desk.registered(**EMAIL)
    for year in ("2026", "2027"):
        open_task(desk.context, TaskKind.CALENDAR_ENDS, year)
    close(desk, DAY_1)
    command = PublishCalendarYear(year=2026, days=exceptional_days(2026), source="Указ № 1")
    assert publish_year(desk.context, command) == NOTHING
    ended = {task.topic: task.result for task in desk.rows(OfficeTask) if task.closed_at}
    assert ended == {"2026": "published"}
    assert request.due_on == LATER


def test_published_source_is_what_the_moved_promise_rests_on(desk: Desk) -> None:
    request = desk.registered(**EMAIL)
    holiday = ExceptionalDay(day=DAY_1, kind=DayKind.HOLIDAY, name="День города")
    publish_year(desk.context, PublishCalendarYear(year=2026, days=[holiday], source="Указ № 1"))
    assert [entry["basis"] for entry in recomputed(desk, request)] == ["Указ № 1"]


def test_day_that_only_explains_the_term_writes_no_letter(desk: Desk) -> None:
    """Registered on a Friday: a Saturday that becomes a holiday has another reason, no more."""
    desk.later(days=4)
    request = desk.registered(**EMAIL)
    due = request.due_on
    holiday = ExceptionalDay(day=date(2026, 11, 28), kind=DayKind.HOLIDAY, name="День матери")
    command = PublishCalendarYear(year=2026, days=[holiday], source="Указ № 1")
    assert publish_year(desk.context, command) == Recomputed(terms=1, promises=0)
    assert (request.due_on, len(recomputed(desk, request))) == (due, 1)
    assert "term_moved" not in [letter.kind for letter in desk.letters(request)]


@pytest.mark.clause("SVC-2.11")
def test_only_a_term_that_runs_is_reckoned_anew(desk: Desk) -> None:
    submitted, announced = desk.submitted(), desk.coded()
    assert close(desk, DAY_1) == NOTHING
    assert (announced.due_on, submitted.due_on) == (DUE, None)


def test_each_of_many_terms_is_reckoned_by_its_own_day(desk: Desk) -> None:
    first, other = desk.registered(), desk.registered(**EMAIL)
    desk.later(days=1)
    late = desk.registered()
    assert close(desk, DUE) == Recomputed(terms=3, promises=3)
    assert (first.due_on, other.due_on, late.due_on) == (LATER, LATER, date(2026, 11, 27))
    assert "call_applicant term_moved" in desk.topics(first)


def test_term_that_the_calendar_cannot_answer_stays_as_promised(desk: Desk) -> None:
    request, other = desk.registered(), desk.registered()
    request.received_at = desk.context.now + timedelta(days=5 * 366)
    assert close(desk, DAY_1) == Recomputed(terms=1, promises=1)
    assert (request.due_on, other.due_on) == (DUE, LATER)


def test_no_call_takes_the_place_of_the_one_that_tells_the_outcome(desk: Desk) -> None:
    request = desk.coded(result_delivery=ResultDelivery.PHONE)
    assert close(desk, DAY_1).promises == 1
    assert "call_applicant term_moved" not in desk.topics(request)


def test_terms_are_reckoned_anew_by_the_program_alone(desk: Desk) -> None:
    request = desk.registered()
    request.due_on = LATER
    desk.may(Permission.REQUEST_SYSTEM_ADVANCE)
    assert recompute_terms(desk.context, RecomputeTerms()) == Recomputed(terms=1, promises=1)
    assert recomputed(desk, request)[0]["basis"] == ""
    desk.may(Permission.REQUEST_CODE_MAKE)
    with pytest.raises(NotAllowed):
        recompute_terms(desk.context, RecomputeTerms())


def test_term_is_reckoned_from_the_day_of_the_school(desk: Desk) -> None:
    """Half past midnight in Moscow is still the day before in Greenwich."""
    desk.later(hours=15, minutes=30)
    request = desk.registered()
    assert request.due_on == LATER
    assert recompute_terms(desk.context, RecomputeTerms()) == NOTHING
