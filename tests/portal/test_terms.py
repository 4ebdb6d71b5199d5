"""A changed calendar moves the promises that it touches, on record, and tells whom it concerns."""

from datetime import date, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.calendar.models import CalendarYear
from journal_core.calendar.terms import DayKind, ExceptionalDay, YearOfDays
from journal_core.calendar.year_file import write_year
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import CLOSED
from journal_core.requests.terms import RequestState
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, date_parts, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30
EMAIL = "maria@example.org"
#: Registered on Monday 23.11.2026: day 1 is the 24th, the answer is due on the 25th.
CLOSED_DAY, DUE, LATER_DUE = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)


def _rows(app: Flask, table: type[Any]) -> list[Any]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(table)))


def _request(app: Flask) -> ServiceRequest:
    return _rows(app, ServiceRequest)[0]


def _moved_letters(app: Flask) -> list[OutboxLetter]:
    return [letter for letter in _rows(app, OutboxLetter) if letter.kind == "term_moved"]


def _registered(app: Flask, clock: FrozenClock, *, email: str = EMAIL, due: date = DUE) -> Browser:
    """A request registered at the clock's moment; returns its applicant on the tracking page."""
    seed(app)
    applicant = Browser(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, key = submit(applicant, last_name="Иванова", child="Иванова", born=born, email=email)
    secretary = signed_in(app, "secretary")
    move(secretary, f"{opened_case(secretary, number)}/register")
    assert _request(app).due_on == due
    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    return applicant


def _close(app: Flask, first: date = CLOSED_DAY, last: date | None = None) -> Browser:
    curator = signed_in(app, "curator")
    curator.open("/school/calendar/close")
    response = curator.send(
        "/school/calendar/close",
        reason="карантин",
        order_number="12-О",
        **date_parts("first", first),
        **(date_parts("last", last) if last else {}),
    )
    assert response.status_code == HTTPStatus.OK
    return curator


def _publish(app: Flask, *days: ExceptionalDay) -> Browser:
    """A version of 2026 in which these are the only special days."""
    curator = signed_in(app, "curator")
    content = write_year(YearOfDays(year=2026, source="Указ № 1", days=days)).encode()
    curator.open("/school/calendar/import")
    curator.send("/school/calendar/import", file=(BytesIO(content), "2026.csv"))
    return curator


@pytest.mark.clause("SVC-2.11")
def test_closed_day_moves_the_promise_and_writes_one_letter(app: Flask, clock: FrozenClock) -> None:
    applicant = _registered(app, clock)
    curator = _close(app)
    assert "Сроков пересчитано: 1, сдвинулось: 1" in curator.text
    assert _request(app).due_on == LATER_DUE
    assert _request(app).check_due_on == DUE
    [letter] = _moved_letters(app)
    assert letter.recipient == EMAIL
    assert "25.11.2026. Теперь мы ответим не позднее 26.11.2026" in letter.text
    assert "24.11.2026 — не считается (карантин)" in letter.text
    case = f"/office/requests/{_request(app).id}"
    for reader, path in ((applicant, "/track/request"), (curator, case)):
        reader.open(path)
        assert "Был 25.11.2026, стал 26.11.2026." in reader.text
        assert "карантин" in reader.text
        assert "Основание: 12-О" in reader.text


@pytest.mark.clause("SVC-2.11")
def test_old_and_new_derivation_stay_on_record(app: Flask, clock: FrozenClock) -> None:
    _registered(app, clock)
    old = _request(app).term_derivation
    _close(app)
    [entry] = [
        entry for entry in _rows(app, AuditEntry)
        if entry.action == AuditAction.REQUEST_DUE_RECOMPUTED
    ]  # fmt: skip
    assert entry.subject_id == _request(app).id
    assert entry.details["basis"] == "12-О"
    assert (entry.details["old_due_on"], entry.details["due_on"]) == ("2026-11-25", "2026-11-26")
    assert entry.details["old_derivation"] == old
    assert entry.details["derivation"] == _request(app).term_derivation


@pytest.mark.clause("SVC-2.11")
def test_reopened_day_brings_the_first_promise_back(app: Flask, clock: FrozenClock) -> None:
    applicant = _registered(app, clock)
    curator = _close(app)
    curator.open("/school/calendar/reopen")
    curator.send("/school/calendar/reopen", days=CLOSED_DAY.isoformat(), order_number="13-О")
    assert "Открыто дней: 1. Сроков пересчитано: 1, сдвинулось: 1" in curator.text
    assert "открыт приказом 13-О" in curator.text
    assert _request(app).due_on == DUE
    assert len(_moved_letters(app)) == 2
    applicant.open("/track/request")
    assert applicant.text.count("Срок пересчитан") == 2


def test_days_beyond_the_term_change_nothing(app: Flask, clock: FrozenClock) -> None:
    _registered(app, clock)
    curator = _close(app, date(2026, 11, 27), date(2026, 12, 1))
    assert "Закрыто дней: 5. Сроков пересчитано: 0, сдвинулось: 0" in curator.text
    assert (_request(app).due_on, _moved_letters(app)) == (DUE, [])


def test_no_letter_is_written_where_the_due_date_stays(app: Flask, clock: FrozenClock) -> None:
    """A Saturday that becomes a holiday changes the derivation, not the day of the answer."""
    clock.set_local("2026-11-27 10:00")
    applicant = _registered(app, clock, due=date(2026, 12, 1))
    holiday = ExceptionalDay(day=date(2026, 11, 28), kind=DayKind.HOLIDAY, name="День матери")
    assert "Сроков пересчитано: 1, сдвинулось: 0" in _publish(app, holiday).text
    assert (_request(app).due_on, _moved_letters(app)) == (date(2026, 12, 1), [])
    applicant.open("/track/request")
    assert "День ответа не изменился" in applicant.text
    assert "День матери" in applicant.text


@pytest.mark.clause("SVC-2.11")
def test_new_version_of_the_year_moves_the_promise(
    app: Flask, clock: FrozenClock, tmp_path: Path
) -> None:
    """From the command line it is the same act as from the screen."""
    _registered(app, clock)
    holiday = ExceptionalDay(day=DUE, kind=DayKind.HOLIDAY, name="День города")
    file = tmp_path / "2026.csv"
    file.write_text(write_year(YearOfDays(year=2026, source="Указ № 1", days=(holiday,))), "utf-8")
    runner = app.test_cli_runner()
    told = runner.invoke(args=["calendar", "import", str(file)])
    assert "Сроков пересчитано: 1, сдвинулось: 1." in told.output
    assert _request(app).due_on == LATER_DUE
    for command, moved_to in (("close", date(2026, 11, 27)), ("reopen", LATER_DUE)):
        because = ["--reason", "авария"] if command == "close" else []
        args = ["calendar", command, "2026-11-26", "--order", "14-О", *because]
        assert "сдвинулось: 1" in runner.invoke(args=args).output
        assert _request(app).due_on == moved_to
    assert len(_moved_letters(app)) == 3
    assert (
        "terms recomputed: 0\npromises moved: 0\n" in runner.invoke(args=["nightly", "run"]).output
    )


def test_who_has_no_email_is_called(app: Flask, clock: FrozenClock) -> None:
    _registered(app, clock, email="")
    _close(app)
    calls = [task.topic for task in _rows(app, OfficeTask) if task.closed_at is None]
    assert calls == ["term_moved"]
    secretary = signed_in(app, "secretary")
    secretary.open("/office/tasks")
    assert "срок ответа изменился вместе с календарём" in secretary.text


def test_call_about_a_ready_code_is_not_replaced(app: Flask, clock: FrozenClock) -> None:
    """Closing that call announces the outcome: losing it would break the term."""
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(
        Browser(app), last_name="Иванова", child="Иванова", born=born, result_delivery="phone"
    )
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    papers = ["identity", "birth_certificate"]
    move(secretary, f"{case}/check", papers=papers, particulars_identity="1", all_answered="yes")
    move(signed_in(app, "curator"), f"{case}/code")
    _close(app)
    assert _request(app).due_on == LATER_DUE
    calls = [task.topic for task in _rows(app, OfficeTask) if task.closed_at is None]
    assert calls == ["code_ready"]


def test_announced_outcome_keeps_its_term(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(app), last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    papers = ["identity", "birth_certificate"]
    move(secretary, f"{case}/check", papers=papers, particulars_identity="1", all_answered="yes")
    move(signed_in(app, "curator"), f"{case}/code")
    assert _request(app).state is RequestState.CODE_ISSUED
    assert _request(app).state not in CLOSED
    assert "Сроков пересчитано: 0" in _close(app).text
    assert _request(app).due_on == DUE


@pytest.mark.clause("SVC-2.11")
def test_promise_stays_where_the_changed_calendar_cannot_answer(
    app: Flask, clock: FrozenClock
) -> None:
    _registered(app, clock)
    runner = app.test_cli_runner()
    far = [f"2026-11-{day:02}" for day in range(24, 31)] + [
        f"2026-12-{day:02}" for day in range(1, 32)
    ]
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        for year in session.scalars(select(CalendarYear).where(CalendarYear.year > 2026)):
            year.year += 100
        session.commit()
    told = runner.invoke(args=["calendar", "close", *far, "--reason", "авария", "--order", "1"])
    assert "Сроков пересчитано: 0" in told.output
    assert _request(app).due_on == DUE


@pytest.mark.clause("SVC-2.11")
def test_next_year_is_asked_for_sixty_days_ahead_and_once(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    runner = app.test_cli_runner()
    last = max(row.year for row in _rows(app, CalendarYear))
    asked = "calendar years asked for: 1"
    clock.set_local(f"{last}-11-01 12:00")
    assert asked not in runner.invoke(args=["nightly", "run"]).output
    clock.set_local(f"{last}-11-02 12:00")
    assert asked in runner.invoke(args=["nightly", "run"]).output
    assert asked not in runner.invoke(args=["nightly", "run"]).output
    [task] = _rows(app, OfficeTask)
    assert (task.kind, task.topic) == (TaskKind.CALENDAR_ENDS, str(last + 1))
    curator = signed_in(app, "curator")
    curator.open("/office/tasks")
    assert f"Опубликовать производственный календарь: {last + 1}" in curator.text
    content = write_year(YearOfDays(year=last + 1, source="", days=())).encode()
    curator.open("/school/calendar/import")
    curator.send("/school/calendar/import", file=(BytesIO(content), "next.csv"))
    assert _rows(app, OfficeTask)[0].result == "published"


@pytest.mark.clause("SVC-2.11")
def test_refused_registration_asks_for_the_year_once(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    last = max(row.year for row in _rows(app, CalendarYear))
    clock.set_local(f"{last}-12-30 10:00")
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(app), last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    for _attempt in range(2):
        assert move(secretary, f"{case}/register").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "администратор журнала получил задачу" in secretary.text
    assert [(task.kind, task.topic) for task in _rows(app, OfficeTask)] == [
        (TaskKind.CALENDAR_ENDS, str(last + 1))
    ]
    assert _request(app).state is RequestState.SUBMITTED
