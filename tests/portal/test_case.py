"""What the office does on a case page beside the plain way."""

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
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30


def _coded(app: Flask, clock: FrozenClock) -> tuple[Browser, str]:
    """A secretary before a case whose code is ready to be told."""
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(app), last_name="Иванова", child="Иванова", born=born)
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
    secretary.open(case)
    return secretary, case


def _code(browser: Browser) -> str:
    return browser.found(r'invitation-code">([^<]+)')


@pytest.mark.clause("SVC-2.6")
def test_request_without_a_visit_is_closed_only_with_a_reason(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    answer = move(secretary, f"{case}/close")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Выберите причину" in secretary.text
    move(secretary, f"{case}/close", reason="no_show", comment="Ждали месяц")
    assert "Закрыто до регистрации" in secretary.text


@pytest.mark.clause("SVC-3.4.3")
def test_code_told_by_phone_is_on_record(sqlite_app: Flask, clock: FrozenClock) -> None:
    secretary, case = _coded(sqlite_app, clock)
    move(secretary, f"{case}/tell", how="phone", comment="Ответила мать")
    assert "Услуга оказана" in secretary.text
    assert "Ответила мать" in secretary.text


@pytest.mark.clause("SVC-3.4.3")
def test_new_code_ends_the_old_one(app: Flask, clock: FrozenClock) -> None:
    secretary, case = _coded(app, clock)
    old = _code(secretary)
    move(signed_in(app, "curator"), f"{case}/renew-code")
    secretary.open(case)
    new = _code(secretary)
    assert new != old
    parent = Browser(app)
    parent.open("/invitation")
    parent.send("/invitation", code=old)
    assert "Такого кода нет" in parent.text
    parent.send("/invitation", code=new)
    assert "child_birth_date" in parent.text


@pytest.mark.clause("SVC-3.4.3")
def test_slip_has_the_code_and_every_opening_is_on_record(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    secretary, case = _coded(sqlite_app, clock)
    code = re.sub(r"\W", "", _code(secretary))
    slip = secretary.client.get(f"{case}/slip.pdf").data
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(slip)).pages)
    assert code in re.sub(r"\s", "", printed)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        opened = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.INVITATION_UNSEALED)
        ).all()
    assert {entry.details["purpose"] for entry in opened} == {"screen", "slip"}
    move(secretary, f"{case}/tell")
    assert secretary.client.get(f"{case}/slip.pdf").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("SVC-2.11")
def test_term_is_explained_day_by_day(sqlite_app: Flask, clock: FrozenClock) -> None:
    clock.set_local("2026-04-30 10:00")
    secretary, _case = _coded(sqlite_app, clock)
    assert "05.05.2026" in secretary.text
    assert "не считается" in secretary.text
