"""Leaving a draft and coming back to it; one applicant and a second child."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask

from portal.mail import MailServer
from portal.outbox import send_due
from tests.clock import FrozenClock
from tests.documents.reading import pdf_text
from tests.inbox import Inbox
from tests.portal.story import Browser, date_parts, seed, submit

LINK = re.compile(r"(/request/return/[\w-]+)")
AGE_DAYS = 12 * 366 + 30


def _begun(app: Flask) -> Browser:
    seed(app)
    applicant = Browser(app)
    applicant.open("/request/")
    applicant.send("/request/")
    applicant.send(
        "/request/you",
        applicant_last_name="Иванова",
        applicant_first_name="Мария",
        applicant_patronymic="Петровна",
    )
    return applicant


@pytest.mark.clause("SVC-3.2")
def test_draft_is_found_again_by_its_link_on_another_device(app: Flask) -> None:
    applicant = _begun(app)
    applicant.open("/request/save")
    link = applicant.found(LINK.pattern)
    elsewhere = Browser(app)
    response = elsewhere.open(link)
    assert response.request.path == "/request/contacts"
    elsewhere.open("/request/you")
    assert 'value="Иванова"' in elsewhere.text


@pytest.mark.clause("SVC-3.2")
def test_link_to_a_draft_comes_by_letter(app: Flask, inbox: Inbox) -> None:
    applicant = _begun(app)
    applicant.open("/request/save")
    applicant.send("/request/save", email="maria@example.com")
    assert "Ссылка отправлена" in applicant.text
    with app.app_context():
        assert send_due(MailServer(inbox.url)) == 1
    link = LINK.search(inbox.letters[0].get_content())
    assert link is not None
    assert Browser(app).open(link.group(1)).request.path == "/request/contacts"


def test_link_letters_are_counted(sqlite_app: Flask) -> None:
    applicant = _begun(sqlite_app)
    applicant.open("/request/save")
    for _time in range(5):
        applicant.send("/request/save", email="maria@example.com")
    response = applicant.send("/request/save", email="maria@example.com")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("token", ["x", "AAAA", "A" * 43, "%00", "🙂"])
def test_wrong_link_to_a_draft_leads_to_the_beginning(sqlite_app: Flask, token: str) -> None:
    seed(sqlite_app)
    visitor = Browser(sqlite_app)
    assert visitor.open(f"/request/return/{token}").request.path == "/request/"


def test_second_child_takes_over_the_answers_about_the_applicant(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant = Browser(app)
    first, _key = submit(applicant, last_name="Иванова", child="Иванова", born=born)
    applicant.send("/request/another")
    applicant.send(
        "/request/child",
        child_last_name="Иванов",
        child_first_name="Пётр",
        child_patronymic="Сергеевич",
        child_class="5А",
        **date_parts("child_birth_date", born),
    )
    applicant.open("/request/check")
    assert "Иванова Мария Петровна" in applicant.text
    assert "Иванов Пётр Сергеевич" in applicant.text
    applicant.send("/request/check", declaration="yes")
    assert applicant.found(r"(\d\d-\d{5})") != first


def test_receipt_is_a_paper_with_number_and_key(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    applicant = Browser(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, key = submit(applicant, last_name="Иванова", child="Иванова", born=born)
    text = pdf_text(applicant.client.get("/request/receipt.pdf").data)
    assert number in text
    assert key in text


def test_child_is_not_born_tomorrow(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    applicant = Browser(sqlite_app)
    applicant.send("/request/")
    applicant.open("/request/")
    applicant.send("/request/")
    tomorrow = date_parts("child_birth_date", clock().date() + timedelta(days=1))
    child = {"child_last_name": "Иванова", "child_first_name": "Анна", "child_class": "6А"}
    answer = applicant.send("/request/child", **child, **tomorrow)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "не позже сегодняшнего дня" in applicant.text
    assert 'value="Иванова"' in applicant.text
