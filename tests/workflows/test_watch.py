"""What time alone brings about: old drafts end, people are reminded, a year is asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from journal_core.access.terms import Permission, Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.calendar.models import CalendarYear
from journal_core.errors import NotAllowed
from journal_core.files.commands import store_file
from journal_core.files.models import StoredFile
from journal_core.invitations.states import Handover
from journal_core.notifications.commands import open_task
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import RequestPaper, ServiceRequest
from journal_core.requests.terms import PaperKind
from tests.clock import MOSCOW
from tests.workflows.desk import HASHER, Desk
from workflows.draft import BeginDraft, begin_draft
from workflows.invitation import HandOverCode, hand_over_code, issue, prepare_code
from workflows.watch import (
    AskForCalendar,
    Erased,
    EraseDrafts,
    RemindOfVisits,
    WarnOfCalendar,
    WarnOfCodes,
    ask_for_calendar,
    erase_drafts,
    remind_of_visits,
    warn_of_calendar,
    warn_of_codes,
)

EMAIL = {"email": "maria@example.org"}


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def with_paper(desk: Desk, request_id: Any) -> StoredFile:
    file = store_file(
        desk.context, name="1.pdf", media_type="application/pdf", content=str(request_id).encode()
    )
    desk.context.session.add(
        RequestPaper(
            request_id=request_id, kind=PaperKind.IDENTITY, file_id=file.id, position=0,
            uploaded_at=desk.context.now,
        )
    )  # fmt: skip
    desk.context.session.flush()
    return file


@pytest.mark.parametrize(
    ("act", "command"),
    [
        (erase_drafts, EraseDrafts()),
        (warn_of_codes, WarnOfCodes()),
        (remind_of_visits, RemindOfVisits()),
        (warn_of_calendar, WarnOfCalendar()),
        (ask_for_calendar, AskForCalendar(year=2031)),
    ],
)
def test_time_is_the_programs_alone(desk: Desk, act: Callable[..., Any], command: Any) -> None:
    desk.may(Permission.REQUEST_REQUEST_VERIFY)
    with pytest.raises(NotAllowed):
        act(desk.context, command)


# --- drafts ---


def test_draft_goes_with_its_files_when_its_days_are_over_and_not_a_second_before(
    desk: Desk,
) -> None:
    desk.setting(draft_days=10)
    submitted = desk.submitted()
    draft = begin_draft(desk.context, BeginDraft(submission_key=uuid4()))
    file, kept = with_paper(desk, draft), with_paper(desk, submitted.id)
    desk.later(days=10, seconds=-1)
    assert erase_drafts(desk.context, EraseDrafts()) == Erased(drafts=0, file_ids=())
    young = begin_draft(desk.context, BeginDraft(submission_key=uuid4()))
    desk.later(seconds=1)
    gone = file.id
    assert erase_drafts(desk.context, EraseDrafts()) == Erased(drafts=1, file_ids=(gone,))
    assert {row.id for row in desk.rows(ServiceRequest)} == {submitted.id, young}
    assert [row.file_id for row in desk.rows(RequestPaper)] == [kept.id]
    assert desk.rows(StoredFile, StoredFile.id == gone) == []
    assert desk.rows(StoredFile, StoredFile.id == kept.id) != []
    entries = desk.rows(AuditEntry, AuditEntry.subject_id == draft)
    assert [(entry.action, entry.details) for entry in entries] == [
        (AuditAction.REQUEST_MOVED, {"trigger": "erase", "target": "erased"})
    ]


# --- codes ---


def warnings(desk: Desk) -> list[OfficeTask]:
    return desk.rows(OfficeTask, OfficeTask.kind == TaskKind.CODE_EXPIRING)


@pytest.mark.clause("SVC-3.4.3")
def test_code_that_ends_soon_is_told_once_to_office_and_applicant(desk: Desk) -> None:
    desk.setting(code_warning_days=3)
    request, calm = desk.coded(**EMAIL), desk.coded()
    code = desk.code(request)
    desk.code(calm).expires_at += timedelta(seconds=1)
    desk.later(days=11, seconds=-1)
    assert warn_of_codes(desk.context, WarnOfCodes()) == 0
    now = desk.later(seconds=1)
    assert warn_of_codes(desk.context, WarnOfCodes()) == 1
    assert (code.warned_at, desk.code(calm).warned_at) == (now, None)
    [task] = warnings(desk)
    assert (task.topic, task.request_id, task.invitation_id) == (
        "code_expiring", request.id, code.id,
    )  # fmt: skip
    letter = desk.letters(request)[-1]
    assert letter.kind == "code_expiring"
    assert f"{code.expires_at.astimezone(MOSCOW):%d.%m.%Y}" in letter.text
    assert warn_of_codes(desk.context, WarnOfCodes()) == 0


def test_code_told_warns_and_one_that_is_over_or_ended_does_not(desk: Desk) -> None:
    desk.setting(code_warning_days=3)
    told = desk.coded()
    code = desk.code(told)
    hand_over_code(desk.context, HandOverCode(invitation_id=code.id, how=Handover.IN_PERSON))
    alone = issue(
        desk.context, prepare_code(HASHER), person_id=code.person_id, role=Role.TEACHER,
        pupil_id=None,
    )  # fmt: skip
    over, ended = desk.coded(), desk.coded()
    desk.code(over).expires_at -= timedelta(days=1)
    desk.code(ended).state = code.state.REVOKED
    desk.code(ended).sealed_code = None
    desk.later(days=13)
    assert warn_of_codes(desk.context, WarnOfCodes()) == 2
    tasks = {task.invitation_id: task.request_id for task in warnings(desk)}
    assert tasks == {code.id: told.id, alone.id: None}
    calls = desk.rows(OfficeTask, OfficeTask.topic == "code_expiring")
    assert len(calls) == 2, "whom to call stands in the task already"


# --- visits ---


def reminders(desk: Desk, request: ServiceRequest) -> int:
    letters = desk.rows(OutboxLetter, OutboxLetter.request_id == request.id)
    calls = desk.rows(OfficeTask, OfficeTask.request_id == request.id)
    told = [*(one.kind for one in letters), *(one.topic for one in calls)]
    return told.count("visit_reminder")


@pytest.mark.clause("SVC-2.6", "SVC-3.4.1")
@pytest.mark.parametrize("contact", [EMAIL, {}])
def test_who_does_not_come_is_reminded_twice(desk: Desk, contact: dict[str, str]) -> None:
    desk.setting(visit_reminder_days=10)
    registered = desk.registered(**EMAIL)
    request = desk.submitted(**contact)
    desk.later(days=10, seconds=-1)
    other = desk.submitted(**contact)
    assert remind_of_visits(desk.context, RemindOfVisits()) == 0
    for _reminder in range(2):
        desk.later(seconds=1)
        assert remind_of_visits(desk.context, RemindOfVisits()) >= 1
        assert remind_of_visits(desk.context, RemindOfVisits()) == 0
        desk.later(days=10, seconds=-1)
    desk.later(days=10)
    remind_of_visits(desk.context, RemindOfVisits())
    remind_of_visits(desk.context, RemindOfVisits())
    assert (reminders(desk, request), reminders(desk, registered)) == (2, 0)
    assert reminders(desk, other) >= 1


def test_call_about_something_else_is_no_reminder(desk: Desk) -> None:
    request = desk.submitted()
    for _reminder in range(2):
        open_task(desk.context, TaskKind.CALL_APPLICANT, "contacts_changed", request_id=request.id)
        desk.later(days=30)
        assert remind_of_visits(desk.context, RemindOfVisits()) == 1
    assert reminders(desk, request) == 2


def test_reminders_of_the_same_night_are_counted(desk: Desk) -> None:
    desk.setting(visit_reminder_days=10)
    for _turn in range(3):
        desk.submitted(**EMAIL)
    desk.later(days=10)
    assert remind_of_visits(desk.context, RemindOfVisits()) == 3


def test_nobody_is_reminded_of_a_visit_that_the_school_does_not_want(desk: Desk) -> None:
    desk.setting(originals_at_visit=False)
    request = desk.submitted(**EMAIL)
    desk.later(days=300)
    assert remind_of_visits(desk.context, RemindOfVisits()) == 0
    assert reminders(desk, request) == 0


# --- the calendar ---


def asked(desk: Desk) -> list[str]:
    tasks = desk.rows(OfficeTask, OfficeTask.kind == TaskKind.CALENDAR_ENDS)
    return sorted(task.topic for task in tasks)


def last_year(desk: Desk) -> int:
    return max(row.year for row in desk.rows(CalendarYear))


@pytest.mark.clause("SVC-2.11")
def test_next_year_is_asked_for_ahead_and_once(desk: Desk) -> None:
    desk.setting(calendar_warning_days=30)
    year = last_year(desk)
    first_day = datetime(year + 1, 1, 1, 9, 0, tzinfo=MOSCOW)
    desk.context = desk_at(desk, first_day - timedelta(days=31))
    assert warn_of_calendar(desk.context, WarnOfCalendar()) == 0
    desk.context = desk_at(desk, first_day - timedelta(days=30))
    assert warn_of_calendar(desk.context, WarnOfCalendar()) == 1
    assert warn_of_calendar(desk.context, WarnOfCalendar()) == 0
    assert asked(desk) == [str(year + 1)]
    desk.context = desk_at(desk, first_day + timedelta(days=360))
    assert warn_of_calendar(desk.context, WarnOfCalendar()) == 1
    assert asked(desk) == [str(year + 1), str(year + 2)]


def desk_at(desk: Desk, moment: datetime) -> Any:
    desk.later(seconds=int((moment - desk.context.now).total_seconds()))
    return desk.context


@pytest.mark.clause("SVC-2.11")
def test_year_that_a_registration_wanted_is_asked_for_again_once_it_was_done(desk: Desk) -> None:
    for year in (2031, 2031, 2032):
        ask_for_calendar(desk.context, AskForCalendar(year=year))
    assert asked(desk) == ["2031", "2032"]
    for task in desk.rows(OfficeTask, OfficeTask.topic == "2031"):
        task.closed_at = desk.context.now
    ask_for_calendar(desk.context, AskForCalendar(year=2031))
    assert asked(desk) == ["2031", "2031", "2032"]
