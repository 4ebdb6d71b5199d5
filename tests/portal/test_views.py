"""Who looked at personal data is on record, and told to the person."""

import logging
import re
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.privacy.terms import VIEWS
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30


def _case(app: Flask, clock: FrozenClock) -> tuple[Browser, str, Browser]:
    """The secretary before the open case, its path, and the applicant."""
    seed(app)
    applicant = Browser(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, key = submit(applicant, last_name="Иванова", child="Иванова", born=born)
    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    secretary = signed_in(app, "secretary")
    return secretary, opened_case(secretary, number), applicant


def _looks(app: Flask) -> list[AuditEntry]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(
            session.scalars(
                select(AuditEntry).where(AuditEntry.action.in_(VIEWS)).order_by(AuditEntry.id)
            )
        )


def _told(browser: Browser, heading: str) -> list[str]:
    """The lines of the list under the heading, without their moments."""
    part = browser.text.partition(heading)[2].partition("</ul>")[0]
    return [line.strip() for line in re.findall(r"<li>(.*?)<br>", part)]


@pytest.mark.clause("REC-1.5")
@pytest.mark.clause("SVC-2.2.3")
def test_applicant_reads_which_official_opened_the_request_and_its_files(
    app: Flask, clock: FrozenClock
) -> None:
    secretary, case, applicant = _case(app, clock)
    secretary.client.get(f"{case}/application.pdf")
    applicant.open("/track/request")
    assert _told(applicant, "Кто открывал запрос") == [
        "секретарь, О.А.Белова: открыто заявление",
        "секретарь, О.А.Белова: открыт запрос",
    ]


def test_applicants_own_looks_are_nobodys_business(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    applicant = Browser(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    submit(applicant, last_name="Иванова", child="Иванова", born=born)
    applicant.open("/track/request")
    assert _looks(sqlite_app) == []


def test_reload_is_the_same_look_for_ten_minutes(app: Flask, clock: FrozenClock) -> None:
    secretary, case, _applicant = _case(app, clock)
    secretary.open(case)
    assert len(_looks(app)) == 1
    clock.advance(minutes=9, seconds=59)
    secretary.open(case)
    assert len(_looks(app)) == 1
    clock.advance(seconds=1)
    secretary.open(case)
    assert len(_looks(app)) == 2


def test_another_file_and_another_person_are_looks_of_their_own(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    secretary, case, _applicant = _case(sqlite_app, clock)
    for form in ("pdf", "docx", "pdf"):
        secretary.client.get(f"{case}/application.{form}")
    signed_in(sqlite_app, "curator").open(case)
    assert [(look.action, look.details.get("form")) for look in _looks(sqlite_app)] == [
        (AuditAction.REQUEST_VIEWED, None),
        (AuditAction.FILE_OPENED, "pdf"),
        (AuditAction.FILE_OPENED, "docx"),
        (AuditAction.REQUEST_VIEWED, None),
    ]


@pytest.mark.clause("REC-1.5")
def test_denied_look_is_on_record_and_the_administrator_sees_it(
    app: Flask, clock: FrozenClock
) -> None:
    _secretary, case, applicant = _case(app, clock)
    teacher = signed_in(app, "teacher")
    assert teacher.open(case).status_code == HTTPStatus.FORBIDDEN
    denied = _looks(app)[-1]
    assert denied.action is AuditAction.ACCESS_DENIED
    assert denied.subject_id == UUID(case.rpartition("/")[2])
    assert denied.details == {"what": "office.case"}
    curator = signed_in(app, "curator")
    curator.open(case)
    assert any("отказано в доступе" in row for row in _told(curator, "Кто открывал запрос"))
    applicant.open("/track/request")
    assert "отказано в доступе" not in applicant.text


def test_stranger_who_must_sign_in_leaves_no_look(sqlite_app: Flask, clock: FrozenClock) -> None:
    _secretary, case, _applicant = _case(sqlite_app, clock)
    before = len(_looks(sqlite_app))
    Browser(sqlite_app).open(case)
    assert len(_looks(sqlite_app)) == before


def test_secretary_does_not_see_who_looked(sqlite_app: Flask, clock: FrozenClock) -> None:
    secretary, case, _applicant = _case(sqlite_app, clock)
    secretary.open(case)
    assert "Кто открывал запрос" not in secretary.text


def test_page_is_shown_though_the_look_cannot_be_recorded(
    sqlite_app: Flask, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that refuses the row stands for any failure of the record."""
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON audit_entry "
                "WHEN NEW.action = 'request:viewed' BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        )
    secretary = signed_in(sqlite_app, "secretary")
    with caplog.at_level(logging.ERROR):
        case = opened_case(secretary, number)
    assert secretary.open(case).status_code == HTTPStatus.OK
    assert "who opened office.case could not be recorded" in caplog.text
    assert _looks(sqlite_app) == []


@pytest.mark.clause("SVC-2.2.3")
def test_owner_of_an_account_reads_who_looked_at_their_requests(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    parent = signed_in(app, "parent")
    parent.open("/account")
    assert "Пока никто." in parent.text
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(parent, last_name="Иванова", child="Иванова", born=born)
    opened_case(signed_in(app, "secretary"), number)
    parent.open("/account")
    assert _told(parent, "Кто открывал ваши данные") == ["секретарь, О.А.Белова: открыт запрос"]
