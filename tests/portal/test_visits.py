"""The visit with the originals: chosen last, changed at will, never over capacity."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from journal_core.errors import RuleBroken
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.requests.models import ServiceRequest
from journal_core.school.commands import ChangeSettings, change_settings
from journal_core.visits.models import Visit
from portal.perform import OPERATOR, perform_as_operator, perform_in
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, date_parts, move, opened_case, seed, signed_in, submit
from workflows.draft import BeginDraft, begin_draft
from workflows.service_request import SubmitRequest, submit_request
from workflows.visit import BookVisit, book_visit

AGE_DAYS = 12 * 366 + 30
AT_ONCE = 20
#: The clock stands on Monday 23.11.2026, 9:00; this is Tuesday, 10:15 in Moscow.
TUESDAY = datetime(2026, 11, 24, 7, 15, tzinfo=UTC)


def _rows(app: Flask, table: type[Any]) -> list[Any]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(table)))


def _held(app: Flask) -> list[Visit]:
    return [visit for visit in _rows(app, Visit) if visit.ended_at is None]


def _set(app: Flask, **values: Any) -> None:
    with app.app_context():
        command = ChangeSettings(values=values, valid_from=date(2026, 1, 1))
        perform_as_operator(change_settings, command)


def _wait_for_visit(app: Flask, clock: FrozenClock, email: str = "") -> tuple[Browser, str]:
    """A submitted request without a time; its applicant's browser and its number."""
    applicant = Browser(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(applicant, last_name="Иванова", child="Иванова", born=born, email=email)
    return applicant, number


def _book(applicant: Browser, moment: datetime = TUESDAY) -> None:
    applicant.open(f"/track/visit?day={moment.date()}")
    applicant.send("/track/visit", visit_at=str(moment))


def _walk_to_visit(applicant: Browser, born: date) -> None:
    """The steps up to the visit, as somebody at the pages takes them."""
    applicant.open("/request/")
    applicant.send("/request/")
    you = {"applicant_last_name": "Иванова", "applicant_first_name": "Мария"}
    applicant.send("/request/you", **you)
    applicant.send("/request/contacts", address="ул. Мира, 1", phone="+7 912 345-67-89")
    child = {"child_last_name": "Иванова", "child_first_name": "Анна", "child_class": "6А"}
    applicant.send("/request/child", **child, **date_parts("child_birth_date", born))
    applicant.send("/request/capacity", capacity="parent")
    ways = {"result_delivery": "in_person", "refusal_delivery": "in_person"}
    applicant.send("/request/delivery", **ways, email="maria@example.org")


@pytest.mark.clause("SVC-3.4.1")
def test_time_chosen_in_the_last_step_is_booked_with_the_request(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    applicant = Browser(app)
    _walk_to_visit(applicant, clock().date() - timedelta(days=AGE_DAYS))
    assert "Когда придёте с документами?" in applicant.text
    applicant.send("/request/visit", visit_at=str(TUESDAY))
    assert "вторник, 24" in applicant.text
    assert _held(app) == []
    applicant.send("/request/check", declaration="yes")
    assert [visit.starts_at for visit in _held(app)] == [TUESDAY]
    shown = applicant.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "вторник, 24 ноября, 10:15" in shown
    assert "Белоугольная" in shown
    assert "Свидетельство о рождении" in shown
    [letter] = _rows(app, OutboxLetter)
    assert "Ждём вас в школе 24.11.2026, 10:15" in letter.text
    event = Calendar.from_ical(applicant.open("/track/visit.ics").data).walk("VEVENT")[0]
    assert event.decoded("dtstart") == TUESDAY


def test_first_answer_of_the_step_is_later_and_leads_on(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    """A script that fills nothing here and presses the first button comes to the check."""
    seed(sqlite_app)
    applicant = Browser(sqlite_app)
    _walk_to_visit(applicant, clock().date() - timedelta(days=AGE_DAYS))
    main = applicant.text.partition("<main")[2]
    form = main[main.index('<form method="post"') :]
    first = re.search(r'<input[^>]*type="radio"[^>]*>', form)
    assert first is not None
    assert 'value="later"' in first.group(0)
    assert "checked" in first.group(0)
    applicant.send("/request/visit", visit_at="later")
    assert "выберу позже" in applicant.text
    applicant.send("/request/check", declaration="yes")
    assert "Выбрать время визита" in applicant.text


def test_step_without_free_times_says_when_to_come(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    _set(sqlite_app, visit_days_ahead=0)
    clock.set_local("2026-11-23 18:00")
    applicant = Browser(sqlite_app)
    _walk_to_visit(applicant, clock().date() - timedelta(days=AGE_DAYS))
    assert "без записи: Пн–Пт 9:00–14:30" in applicant.text
    applicant.send("/request/visit", visit_at="later")
    assert "Проверьте ответы" in applicant.text


def test_reception_days_that_name_no_day_are_refused(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/school/settings/reception")
    response = curator.send("/school/settings/reception", reception_days="всегда")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Назовите дни недели" in curator.text


def test_time_taken_before_the_submission_is_said_and_the_request_is_kept(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    applicant = Browser(app)
    _walk_to_visit(applicant, clock().date() - timedelta(days=AGE_DAYS))
    applicant.send("/request/visit", visit_at=str(TUESDAY))
    other, _number = _wait_for_visit(app, clock)
    _book(other)
    applicant.send("/request/check", declaration="yes")
    assert "успели занять" in applicant.text
    assert "Запрос подан" in applicant.text
    assert len(_held(app)) == 1


def test_visit_is_moved_and_cancelled_on_the_tracking_page(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    applicant, _number = _wait_for_visit(app, clock, email="maria@example.org")
    _book(applicant)
    _book(applicant, TUESDAY + timedelta(minutes=15))
    assert [visit.starts_at for visit in _held(app)] == [TUESDAY + timedelta(minutes=15)]
    assert sorted(letter.kind for letter in _rows(app, OutboxLetter)) == [
        "submitted", "visit_booked", "visit_booked",
    ]  # fmt: skip
    applicant.open("/track/visit")
    applicant.send("/track/visit/cancel")
    assert "Выбрать время визита" in applicant.text
    assert _held(app) == []
    assert applicant.open("/track/visit.ics").status_code == HTTPStatus.NOT_FOUND


def test_taken_time_is_answered_with_other_times(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    first, _number = _wait_for_visit(app, clock)
    second, _number = _wait_for_visit(app, clock)
    _book(first)
    second.open(f"/track/visit?day={TUESDAY.date()}")
    assert str(TUESDAY) not in second.text
    response = second.send(f"/track/visit?day={TUESDAY.date()}", visit_at=str(TUESDAY))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Это время уже заняли. Выберите другое" in second.text
    assert str(TUESDAY + timedelta(minutes=15)) in second.text


@pytest.mark.parametrize("places", [1, 3])
def test_twenty_who_book_the_last_places_at_once_do_not_exceed_them(
    app: Flask, places: int
) -> None:
    seed(app)
    _set(app, visit_slot_places=places)
    portal: Portal = app.extensions["portal"]

    def submitted(_turn: int) -> UUID:
        request_id = perform_in(portal, OPERATOR, begin_draft, BeginDraft(submission_key=uuid4()))
        return perform_in(portal, OPERATOR, submit_request, SubmitRequest(request_id=request_id))

    def booked(request_id: UUID) -> bool:
        command = BookVisit(request_id=request_id, starts_at=TUESDAY)
        try:
            perform_in(portal, OPERATOR, book_visit, command)
        except RuleBroken as refusal:
            return refusal.code != "visit_slot_taken"
        return True

    requests = [submitted(turn) for turn in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(booked, requests)) == places
    assert sorted(visit.place for visit in _held(app)) == list(range(1, places + 1))


def test_one_request_in_two_browsers_holds_one_place(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    _wait_for_visit(app, clock)
    portal: Portal = app.extensions["portal"]
    request_id = _rows(app, ServiceRequest)[0].id

    def book(turn: int) -> None:
        starts_at = TUESDAY + timedelta(minutes=15 * (turn % 4))
        command = BookVisit(request_id=request_id, starts_at=starts_at)
        perform_in(portal, OPERATOR, book_visit, command)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(book, range(AT_ONCE)))
    assert len(_held(app)) == 1


@pytest.mark.clause("SVC-2.6")
def test_missed_visit_is_shown_and_booked_again(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    applicant, number = _wait_for_visit(app, clock)
    _book(applicant)
    clock.set(TUESDAY + timedelta(minutes=14))
    secretary = signed_in(app, "secretary")
    secretary.open("/office?tab=visit")
    assert "пропущен" not in secretary.text
    clock.set(TUESDAY + timedelta(minutes=16))
    secretary.open("/office?tab=visit")
    assert "пропущен" in secretary.text
    secretary.open(opened_case(secretary, number))
    assert "пропущен" in secretary.text
    applicant.open("/track/request")
    assert "запишитесь ещё раз" in applicant.text
    _book(applicant, TUESDAY + timedelta(days=1))
    applicant.open("/track/request")
    assert "Ждём вас" in applicant.text


def test_today_lists_visits_in_the_order_of_their_time(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    moments = {
        "later": TUESDAY, "none": None, "second": monday + timedelta(hours=1),
        "missed": monday - timedelta(days=3), "first": monday,
    }  # fmt: skip
    numbers = {}
    clock.set_local("2026-11-20 09:00")
    for name, moment in moments.items():
        applicant, numbers[name] = _wait_for_visit(app, clock)
        if moment is not None:
            _book(applicant, moment)
    clock.set_local("2026-11-23 09:00")
    secretary = signed_in(app, "secretary")
    secretary.open("/office?tab=visit")
    found = re.findall(r">(\d\d-\d{5})</a>", secretary.text)
    assert found == [numbers[name] for name in ("first", "second", "later", "missed", "none")]


def test_secretary_books_for_one_who_calls(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    applicant, number = _wait_for_visit(app, clock)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    secretary.open(f"{case}/visit?day={TUESDAY.date()}")
    secretary.send(f"{case}/visit", visit_at=str(TUESDAY))
    assert [visit.booked_by for visit in _held(app)] == ["Белова Ольга Андреевна"]
    applicant.open("/track/request")
    assert "Ждём вас" in applicant.text
    secretary.open(f"{case}/visit")
    secretary.send(f"{case}/visit/cancel")
    assert _held(app) == []


def test_registration_before_the_time_gives_the_place_to_others(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    applicant, number = _wait_for_visit(app, clock)
    _book(applicant)
    secretary = signed_in(app, "secretary")
    move(secretary, f"{opened_case(secretary, number)}/register")
    assert _held(app) == []
    response = applicant.open("/track/visit")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "этот запрос визита не ждёт" in applicant.text


@pytest.mark.parametrize(
    ("email", "told"), [("maria@example.org", "letter"), ("", "call")], ids=["letter", "call"]
)
def test_visit_on_a_day_that_is_closed_is_cancelled_and_told(
    app: Flask, clock: FrozenClock, email: str, told: str
) -> None:
    seed(app)
    applicant, _number = _wait_for_visit(app, clock, email=email)
    _book(applicant)
    args = ["calendar", "close", "2026-11-24", "--reason", "карантин", "--order", "1"]
    assert app.test_cli_runner().invoke(args=args).exit_code == 0
    assert _held(app) == []
    letters = [letter.kind for letter in _rows(app, OutboxLetter)]
    calls = [task.topic for task in _rows(app, OfficeTask) if task.closed_at is None]
    assert ("visit_cancelled" in letters, "visit_cancelled" in calls) == (
        told == "letter",
        told == "call",
    )


def test_reminder_names_the_booked_time(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    applicant, _number = _wait_for_visit(sqlite_app, clock, email="maria@example.org")
    clock.advance(days=9)
    _book(applicant, TUESDAY + timedelta(days=10))
    clock.advance(days=1)
    sqlite_app.test_cli_runner().invoke(args=["nightly", "run"])
    reminder = [row for row in _rows(sqlite_app, OutboxLetter) if row.kind == "visit_reminder"][-1]
    assert "вы записаны в школу на 04.12.2026, 10:15" in reminder.text


@pytest.mark.clause("SVC-2.6")
def test_no_visit_is_asked_for_where_originals_are_not_shown_at_one(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    _set(sqlite_app, originals_at_visit=False)
    applicant = Browser(sqlite_app)
    _walk_to_visit(applicant, clock().date() - timedelta(days=AGE_DAYS))
    assert "Проверьте ответы" in applicant.text
    assert "Визит" not in applicant.text
    applicant.send("/request/check", declaration="yes")
    assert "Выбрать время" not in applicant.text


def test_stranger_changes_no_visit(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    _applicant, number = _wait_for_visit(sqlite_app, clock)
    stranger = Browser(sqlite_app)
    stranger.open("/track/visit")
    assert "Когда придёте" not in stranger.text
    stranger.send("/track/visit", visit_at=str(TUESDAY))
    assert stranger.open("/track/visit.ics").status_code == HTTPStatus.NOT_FOUND
    curator = signed_in(sqlite_app, "curator")
    case = opened_case(curator, number)
    assert curator.open(f"{case}/visit").status_code == HTTPStatus.FORBIDDEN
    assert _held(sqlite_app) == []
