"""Letters leave over a real connection, whole and once; the code in one completes the request."""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.invitations.models import Invitation
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.rules import next_attempt_in
from journal_core.notifications.terms import LetterState, TaskKind
from portal.mail import MailServer
from portal.outbox import send_due
from portal.state import Portal
from tests.clock import FrozenClock
from tests.inbox import Inbox
from tests.portal.story import Browser, date_parts, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30


def _send(app: Flask, inbox: Inbox) -> int:
    with app.app_context():
        return send_due(MailServer(inbox.url))


def _code_by_email(app: Flask, clock: FrozenClock) -> tuple[str, str, str]:
    """A request whose code waits to be sent; returns number, key and the case's path."""
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, key = submit(
        Browser(app),
        last_name="Иванова",
        child="Иванова",
        born=born,
        result_delivery="email",
        email="maria@example.com",
    )
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(
        secretary,
        f"{case}/check",
        papers=["identity", "birth_certificate"],
        particulars_identity="серия 1 № 2",
        all_answered="yes",
    )
    move(signed_in(app, "curator"), f"{case}/code")
    return number, key, case


def _rows(app: Flask, table: type[Any]) -> list[Any]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(table)))


@pytest.mark.clause("SVC-3.4.3")
def test_accepted_letter_with_the_code_completes_the_request(
    app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    number, key, _case = _code_by_email(app, clock)
    clock.advance(hours=1)
    assert _send(app, inbox) == len(inbox.letters)
    text = next(letter.get_content() for letter in inbox.letters if "код" in str(letter["Subject"]))
    code = re.search(r"\n(\S{4}[- ]\S{4}[- ]\S{4}[- ]\S{4})\n", text)
    assert code is not None
    assert "⟦" not in "".join(letter.get_content() for letter in inbox.letters)
    invitation = _rows(app, Invitation)[0]
    assert invitation.sealed_code is None
    assert invitation.expires_at == clock() + timedelta(days=7)

    parent = Browser(app)
    parent.open("/invitation")
    parent.send("/invitation", code=code.group(1))
    born = clock().date() - timedelta(days=AGE_DAYS)
    parent.send(
        "/invitation/account",
        username="maria",
        password="a password of her own",
        **date_parts("child_birth_date", born),
    )
    assert "На этой неделе уроков нет" in parent.text
    parent.open("/track")
    parent.send("/track", track_number=number, track_key=key)
    assert "Услуга оказана" in parent.text


@pytest.mark.clause("SVC-2.19")
def test_letter_links_to_the_tracking_page(
    sqlite_app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    number, _key, _case = _code_by_email(sqlite_app, clock)
    _send(sqlite_app, inbox)
    link = re.search(r"http://localhost(/track/\S+)", inbox.letters[0].get_content())
    assert link is not None
    reader = Browser(sqlite_app)
    reader.open(link.group(1))
    assert number in reader.text


def test_no_letter_in_the_outbox_holds_a_code_or_a_link(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    _code_by_email(sqlite_app, clock)
    letters = _rows(sqlite_app, OutboxLetter)
    assert letters
    assert not [letter for letter in letters if "http" in letter.text]


def test_letter_not_taken_waits_longer_each_time_and_is_the_same_letter(
    app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    _code_by_email(app, clock)
    inbox.answer = "451 later"
    assert _send(app, inbox) == 0
    assert _send(app, inbox) == 0, "a letter was tried again before its time"
    waiting = _rows(app, OutboxLetter)
    assert {letter.run_at - clock() for letter in waiting} == {timedelta(minutes=1)}
    ids = {letter.message_id for letter in waiting}
    inbox.answer = "250 OK"
    clock.advance(minutes=1)
    assert _send(app, inbox) == len(waiting)
    assert {str(letter["Message-ID"]) for letter in inbox.letters} == ids


def test_letter_refused_for_good_becomes_the_offices_task(
    app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    _code_by_email(app, clock)
    inbox.answer = "550 no such person"
    _send(app, inbox)
    assert {letter.state for letter in _rows(app, OutboxLetter)} == {LetterState.EXHAUSTED}
    tasks = [task for task in _rows(app, OfficeTask) if task.closed_at is None]
    assert TaskKind.LETTER_FAILED in {task.kind for task in tasks}


def test_letters_wait_while_the_mail_server_is_away(
    sqlite_app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    _code_by_email(sqlite_app, clock)
    away = Inbox(url="smtp://127.0.0.1:1")
    for _attempt in range(12):
        _send(sqlite_app, away)
        clock.advance(hours=5)
    states = {letter.state for letter in _rows(sqlite_app, OutboxLetter)}
    assert states == {LetterState.EXHAUSTED}, "the twelfth attempt is the last"


def test_revoked_code_is_never_sent(sqlite_app: Flask, clock: FrozenClock, inbox: Inbox) -> None:
    _number, _key, case = _code_by_email(sqlite_app, clock)
    move(signed_in(sqlite_app, "curator"), f"{case}/return", comment="Ошибка в имени")
    _send(sqlite_app, inbox)
    assert not [letter for letter in inbox.letters if "пригласительный" in str(letter["Subject"])]


@pytest.mark.clause("SVC-2.19")
def test_applicant_without_an_address_is_called(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(app), last_name="Чужая", child="Неизвестная", born=born)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", grounds=["not_a_pupil"], all_answered="yes")
    move(signed_in(app, "head"), f"{case}/sign")
    topics = [task.topic for task in _rows(app, OfficeTask) if task.closed_at is None]
    assert topics == ["refused_ready"]


def test_waits_double_up_to_four_hours() -> None:
    waits = [next_attempt_in(attempts) for attempts in range(1, 13)]
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits[-1] == timedelta(hours=4)


@pytest.mark.clause("SVC-2.19")
def test_link_ends_half_a_year_after_the_last_state(
    sqlite_app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    number, key, _case = _code_by_email(sqlite_app, clock)
    _send(sqlite_app, inbox)
    link = re.search(r"http://localhost(/track/\S+)", inbox.letters[0].get_content())
    assert link is not None
    reader = Browser(sqlite_app)
    assert reader.open(link.group(1)[:-1] + "_").status_code == HTTPStatus.NOT_FOUND
    clock.advance(days=181)
    assert reader.open(link.group(1)).status_code == HTTPStatus.NOT_FOUND
    reader.open("/track")
    reader.send("/track", track_number=number, track_key=key)
    assert "срок ключа прошёл" in reader.text
