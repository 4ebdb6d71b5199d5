"""Codes for a class and for the staff, printed, handed over, revoked."""

import re
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from portal.mail import MailServer
from portal.outbox import send_due
from portal.state import Portal
from tests.clock import FrozenClock
from tests.inbox import Inbox
from tests.portal.story import (
    Browser,
    move,
    opened_case,
    sealed_codes,
    seed,
    signed_in,
    submit,
)

AGE_DAYS = 12 * 366 + 30
KEY = re.compile(r'name="holder" value="([^"]+)" checked')


def _slips(browser: Browser, group: str) -> list[str]:
    content = browser.client.get(f"/office/codes/slips.pdf?group={group}").data
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


@pytest.mark.clause("POL-3.5.6")
def test_class_gets_a_slip_for_each_person_without_an_account(app: Flask) -> None:
    seed(app)
    curator = signed_in(app, "curator")
    curator.open("/office/codes?group=6А")
    keys = KEY.findall(curator.text)
    assert len(keys) == 2, "a pupil and a parent of 6А have accounts, the other two have none"
    curator.send("/office/codes/issue", group="6А", holder=keys)
    pages = _slips(curator, "6А")
    assert len(pages) == len(keys)
    assert "Иванова Анна Сергеевна" in "".join(pages)


@pytest.mark.clause("POL-3.4.3")
def test_slip_that_was_handed_over_is_not_printed_again(app: Flask) -> None:
    seed(app)
    curator = signed_in(app, "curator")
    curator.open("/office/codes?group=6А")
    curator.send("/office/codes/issue", group="6А", holder=KEY.findall(curator.text))
    path = curator.found(r'action="(/office/codes/[0-9a-f-]+/hand-over)"')
    curator.send(path, group="6А")
    assert len(_slips(curator, "6А")) == 1
    assert curator.send(path, group="6А").status_code != HTTPStatus.OK


@pytest.mark.clause("POL-3.4.3")
def test_new_teacher_registers_with_the_code_and_the_own_surname(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/office/codes?group=staff")
    curator.send(
        "/office/codes/staff",
        last_name="Новикова",
        first_name="Вера",
        patronymic="Ильинична",
        position="учитель физики",
        role="teacher",
    )
    text = _slips(curator, "staff")[0]
    code = re.search(r"([А-Я2-9]{4}\s+){3}[А-Я2-9]{4}", text)
    assert code is not None, text
    teacher = Browser(sqlite_app)
    teacher.open("/invitation")
    teacher.send("/invitation", code=code.group(0))
    teacher.send(
        "/invitation/account",
        last_name="новикова",
        username="vera",
        password="a password of her own",
    )
    assert "Новикова Вера Ильинична" in teacher.text


@pytest.mark.clause("POL-3.4.3")
def test_revoked_code_opens_nothing(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/office/codes?group=6А")
    curator.send("/office/codes/issue", group="6А", holder=KEY.findall(curator.text))
    text = _slips(curator, "6А")[0]
    code = re.search(r"([А-Я2-9]{4}\s+){3}[А-Я2-9]{4}", text)
    assert code is not None, text
    curator.open("/office/codes?group=6А")
    for path in re.findall(r'action="(/office/codes/[0-9a-f-]+/revoke)"', curator.text):
        curator.send(path, group="6А")
    stranger = Browser(sqlite_app)
    stranger.open("/invitation")
    stranger.send("/invitation", code=code.group(0))
    assert "Такого кода нет" in stranger.text


def test_code_of_another_class_cannot_be_touched_through_this_one(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/office/codes?group=6А")
    curator.send("/office/codes/issue", group="6А", holder=KEY.findall(curator.text))
    path = curator.found(r'action="(/office/codes/[0-9a-f-]+/revoke)"')
    assert curator.send(path, group="7Б").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("POL-3.4.3")
def test_all_unused_codes_are_recalled_at_once(
    app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    seed(app)
    born = clock().date() - timedelta(days=12 * 366 + 30)
    number, _key = submit(
        Browser(app),
        last_name="Иванова",
        child="Иванова",
        born=born,
        result_delivery="email",
        email="maria@example.com",
    )
    secretary, curator = signed_in(app, "secretary"), signed_in(app, "curator")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(
        secretary,
        f"{case}/check",
        papers=["identity", "birth_certificate"],
        particulars_identity="серия 1 № 2",
        all_answered="yes",
    )
    move(curator, f"{case}/code")
    curator.open("/office/codes?group=7Б")
    curator.send("/office/codes/issue", group="7Б", holder=KEY.findall(curator.text))
    curator.open("/office/codes?group=7Б")
    curator.send(curator.found(r'action="(/office/codes/[0-9a-f-]+/hand-over)"'), group="7Б")
    codes = sealed_codes(app)
    assert len(codes) == 2

    curator.open("/office/codes/recall")
    assert "в письмах: 3" in curator.text
    assert "нужен новый код: 1" in curator.text
    curator.send("/office/codes/recall")
    assert "Отозвано кодов: 3" in curator.text
    assert sealed_codes(app) == []
    stranger = Browser(app)
    for code in codes:
        stranger.open("/invitation")
        stranger.send("/invitation", code=code)
        assert "Такого кода нет" in stranger.text
    with app.app_context():
        send_due(MailServer(inbox.url))
    assert "⟦code⟧" not in "".join(letter.get_content() for letter in inbox.letters)
    assert not [one for one in inbox.letters if "Пригласительный код" in one["Subject"]]
    secretary.open("/office/tasks")
    assert (
        "Прежний код отозван — сделать новый: отозваны все неиспользованные коды" in secretary.text
    )
    assert number in secretary.text
    assert _acts(app).count(AuditAction.INVITATION_REVOKED) == 3
    assert _acts(app).count(AuditAction.INVITATION_RECALLED_ALL) == 1
    curator.open("/office/codes/recall")
    assert "отзывать нечего" in curator.text


def test_recalling_asks_first_and_is_the_administrators(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator, secretary = signed_in(sqlite_app, "curator"), signed_in(sqlite_app, "secretary")
    curator.open("/office/codes?group=6А")
    curator.send("/office/codes/issue", group="6А", holder=KEY.findall(curator.text))
    curator.open("/office/codes/recall")
    assert "Отозвать все: 2" in curator.text
    assert len(sealed_codes(sqlite_app)) == 2
    secretary.open("/office")
    assert secretary.send("/office/codes/recall").status_code == HTTPStatus.FORBIDDEN
    assert len(sealed_codes(sqlite_app)) == 2


def _acts(app: Flask) -> list[AuditAction]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(AuditEntry.action)))


@pytest.mark.clause("POL-3.5.6")
def test_request_goes_on_with_the_code_that_the_class_was_given(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(app), last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", papers=["identity", "birth_certificate"], all_answered="yes")
    curator = signed_in(app, "curator")
    move(curator, f"{case}/code")
    curator.open("/office/codes?group=6А")
    holder = curator.found(r'value="([^"]+:parent:[^"]+)"[^>]*> Иванова Мария')
    curator.send("/office/codes/issue", group="6А", holder=holder)
    secretary.open(case)
    code = secretary.found(r'invitation-code">([^<]+)')
    assert code.replace("-", "") in "".join(_slips(curator, "6А")[0].split())
