"""The second step of signing in: set up, asked, replaced by a backup code, forced by the school."""

import re
from datetime import date
from http import HTTPStatus
from threading import Barrier, Thread

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.access.models import BackupCode, SecondFactor
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from portal.mail import MailServer
from portal.outbox import send_due
from portal.perform import perform_as_system
from portal.state import Portal
from tests.clock import FrozenClock
from tests.inbox import Inbox
from tests.portal.phone import Phone, require_factor
from tests.portal.story import PASSWORD, Browser, seed, signed_in
from workflows.second_factor import CheckCode, SetUpFactor, check_code, set_up_factor

BACKUP = re.compile(r'class="reference">([^<]{14})</li>')


def _set_up(owner: Browser, clock: FrozenClock) -> tuple[Phone, list[str]]:
    """Turn the second step on from the own page; the clock then moves to the next code."""
    owner.open("/account/second-step")
    phone = Phone(owner.text, clock)
    owner.send("/account/second-step", current_password=PASSWORD, code=phone.code())
    codes = BACKUP.findall(owner.text)
    clock.advance(seconds=30)
    return phone, codes


def _after_password(app: Flask, username: str, path: str = "/login") -> Browser:
    browser = Browser(app)
    browser.open(path)
    browser.send(path, username=username, password=PASSWORD)
    return browser


def _is_in(browser: Browser) -> bool:
    return browser.open("/account").request.path == "/account"


def _acts(app: Flask) -> list[AuditAction]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.clause("POL-4.2.3")
def test_session_begins_only_after_the_code_of_the_app(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    phone, codes = _set_up(signed_in(app, "secretary"), clock)
    assert len(set(codes)) == 10
    visitor = _after_password(app, "secretary")
    assert "Второй шаг входа" in visitor.text
    assert not _is_in(visitor)
    visitor.open("/login/code")
    visitor.send("/login/code", code=phone.code())
    assert _is_in(visitor)
    assert "Запасных кодов осталось: 10" in visitor.text


def test_secret_and_backup_codes_are_not_in_the_database(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    phone, codes = _set_up(signed_in(app, "secretary"), clock)
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        kept = session.scalars(select(SecondFactor.sealed_secret)).all()
        kept = [*kept, *session.scalars(select(BackupCode.code_hash))]
    assert not [text for text in kept for code in codes if code in text or phone.app.secret in text]


@pytest.mark.clause("POL-4.2.3")
def test_code_works_once(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    phone, _ = _set_up(signed_in(app, "secretary"), clock)
    for expected in (True, False):
        visitor = _after_password(app, "secretary")
        visitor.send("/login/code", code=phone.code())
        assert _is_in(visitor) is expected
    clock.advance(seconds=30)
    visitor = _after_password(app, "secretary")
    visitor.send("/login/code", code=phone.code(steps=-1))
    assert not _is_in(visitor)
    visitor.open("/login/code")
    visitor.send("/login/code", code=phone.code())
    assert _is_in(visitor)


def test_code_sent_twice_at_once_opens_one_session(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    phone, _ = _set_up(signed_in(app, "secretary"), clock)
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        account_id = session.scalars(select(SecondFactor.account_id)).one()
    answers: list[bool] = []
    together = Barrier(2)

    def try_it() -> None:
        together.wait()
        with app.app_context():
            command = CheckCode(account_id=account_id, typed=phone.code())
            answers.append(perform_as_system(check_code, command))

    tries = [Thread(target=try_it) for _ in range(2)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert sorted(answers) == [False, True]


@pytest.mark.parametrize(
    ("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_phone_may_be_half_a_minute_off(
    sqlite_app: Flask, clock: FrozenClock, *, steps: int, opens: bool
) -> None:
    seed(sqlite_app)
    phone, _ = _set_up(signed_in(sqlite_app, "secretary"), clock)
    clock.advance(seconds=90)
    visitor = _after_password(sqlite_app, "secretary")
    visitor.send("/login/code", code=phone.code(steps=steps))
    assert _is_in(visitor) is opens


def test_backup_code_opens_once_in_any_writing(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    _, codes = _set_up(signed_in(app, "secretary"), clock)
    typed = codes[3].lower().replace("-", " ")
    for expected in (True, False):
        visitor = _after_password(app, "secretary")
        visitor.send("/login/code", code=typed)
        assert _is_in(visitor) is expected
    assert _acts(app).count(AuditAction.ACCOUNT_BACKUP_CODE_USED) == 1
    owner = _after_password(app, "secretary")
    owner.send("/login/code", code=codes[0])
    owner.open("/account")
    assert "Запасных кодов осталось: 8" in owner.text


def test_new_backup_codes_void_the_old_ones(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    owner = signed_in(app, "secretary")
    _, old = _set_up(owner, clock)
    owner.open("/account/backup-codes")
    refused = owner.send("/account/backup-codes", current_password="a guess")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    owner.send("/account/backup-codes", current_password=PASSWORD)
    new = BACKUP.findall(owner.text)
    opened = []
    for code in (old[0], new[0]):
        visitor = _after_password(app, "secretary")
        visitor.send("/login/code", code=code)
        opened.append(_is_in(visitor))
    assert (len(new), opened) == (10, [False, True])


@pytest.mark.clause("POL-4.2.3")
def test_wrong_old_and_unknown_codes_are_answered_alike_and_recorded(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    owner = signed_in(sqlite_app, "secretary")
    phone, codes = _set_up(owner, clock)
    first = _after_password(sqlite_app, "secretary")
    first.send("/login/code", code=codes[0])
    answers = set()
    for typed in ("000000", phone.code(steps=-1), codes[0], "АВЕК-АВЕК-АВЕК", "٣٤٥٦٧٨", "x"):
        visitor = _after_password(sqlite_app, "secretary")
        response = visitor.send("/login/code", code=typed)
        page = re.sub(r'(nonce|csrf_token" value|value)="[^"]*"', "", visitor.text)
        answers.add((response.status_code, page))
    assert [status for status, _ in answers] == [HTTPStatus.UNPROCESSABLE_ENTITY]
    assert _acts(sqlite_app).count(AuditAction.ACCOUNT_FACTOR_MISSED) == 6
    owner.open("/account")
    assert "пароль верный, код неверный" in owner.text


def test_codes_are_not_guessed_for_long(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    phone, _ = _set_up(signed_in(sqlite_app, "secretary"), clock)
    visitor = _after_password(sqlite_app, "secretary")
    statuses = [visitor.send("/login/code", code="000000").status_code for _ in range(11)]
    assert statuses == [HTTPStatus.UNPROCESSABLE_ENTITY] * 10 + [HTTPStatus.TOO_MANY_REQUESTS]
    again = _after_password(sqlite_app, "secretary")
    refused = again.send("/login/code", code=phone.code())
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    clock.advance(minutes=61)
    later = _after_password(sqlite_app, "secretary")
    later.send("/login/code", code=phone.code())
    assert _is_in(later)


def test_second_step_waits_ten_minutes(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    phone, _ = _set_up(signed_in(sqlite_app, "secretary"), clock)
    visitor = _after_password(sqlite_app, "secretary")
    clock.advance(minutes=11)
    visitor.send("/login/code", code=phone.code())
    assert visitor.open("/login/code").request.path == "/login"


def test_password_changed_meanwhile_ends_the_second_step(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    owner = signed_in(sqlite_app, "secretary")
    phone, _ = _set_up(owner, clock)
    thief = _after_password(sqlite_app, "secretary")
    owner.open("/account")
    owner.send("/account/password", current_password=PASSWORD, new_password="quite another one")
    thief.send("/login/code", code=phone.code())
    assert not _is_in(thief)


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/office?tab=today", "/office"),
        ("https://evil.example/", "/office"),
        ("//evil.example", "/office"),
        ("/\\evil.example", "/office"),
    ],
)
def test_way_on_after_the_second_step_stays_in_the_portal(
    sqlite_app: Flask, clock: FrozenClock, wanted: str, landed: str
) -> None:
    seed(sqlite_app)
    phone, _ = _set_up(signed_in(sqlite_app, "secretary"), clock)
    visitor = _after_password(sqlite_app, "secretary", f"/login?next={wanted}")
    response = visitor.send("/login/code", code=phone.code())
    assert (response.request.host, response.request.path) == ("localhost", landed)


@pytest.mark.clause("POL-4.2.3")
@pytest.mark.parametrize("username", ["head", "deputy", "curator"])
def test_who_opens_the_whole_school_sets_it_up_before_anything_else(
    sqlite_app: Flask, clock: FrozenClock, username: str
) -> None:
    seed(sqlite_app)
    require_factor(sqlite_app)
    visitor = _after_password(sqlite_app, username, "/login?next=/account")
    assert "Настройте второй шаг входа" in visitor.text
    assert not _is_in(visitor)
    visitor.open("/login/set-up")
    phone = Phone(visitor.text, clock)
    wrong = visitor.send("/login/set-up", code="000000")
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Phone(visitor.text, clock).app.secret == phone.app.secret
    visitor.send("/login/set-up", code=phone.code())
    assert len(BACKUP.findall(visitor.text)) == 10
    assert 'href="/account"' in visitor.text
    assert _is_in(visitor)


@pytest.mark.parametrize("username", ["secretary", "teacher", "parent"])
def test_others_are_not_asked_to_set_it_up(sqlite_app: Flask, username: str) -> None:
    seed(sqlite_app)
    require_factor(sqlite_app)
    assert _is_in(_after_password(sqlite_app, username))


def test_school_wants_it_from_a_date_on(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    require_factor(sqlite_app, valid_from=date(2026, 11, 24))
    head = signed_in(sqlite_app, "head")
    assert _is_in(head)
    clock.set_local("2026-11-24 00:00")
    head = _after_password(sqlite_app, "head")
    assert "Настройте второй шаг входа" in head.text


def test_session_without_the_wanted_factor_no_longer_counts(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    head = signed_in(sqlite_app, "head")
    require_factor(sqlite_app)
    assert not _is_in(head)


def test_first_set_up_does_not_replace_a_factor_that_is_there(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    """Whoever knows the password alone must not bring an app of their own."""
    seed(sqlite_app)
    require_factor(sqlite_app)
    owner = _after_password(sqlite_app, "head")
    owner.send("/login/set-up", code=Phone(owner.text, clock).code())
    thief = _after_password(sqlite_app, "head")
    assert thief.open("/login/set-up").request.path == "/login/code"
    secret = pyotp.random_base32()
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        account_id = session.scalars(select(SecondFactor.account_id)).one()
    command = SetUpFactor(
        account_id=account_id,
        secret=secret,
        code=pyotp.TOTP(secret).at(clock()),
        kept_session=None,
    )
    with sqlite_app.app_context():
        assert perform_as_system(set_up_factor, command) is None


def test_stranger_has_no_second_step(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    paths = ("/login/code", "/login/set-up")
    assert {Browser(sqlite_app).open(path).request.path for path in paths} == {"/login"}


@pytest.mark.clause("POL-4.2.3")
def test_wanted_factor_is_moved_to_another_phone_but_not_taken_off(
    app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    seed(app)
    require_factor(app)
    owner = _after_password(app, "head")
    old = Phone(owner.text, clock)
    owner.send("/login/set-up", code=old.code())
    owner.open("/account")
    owner.send("/account/email", email="head@example.com")
    assert "Отключить второй шаг" not in owner.text
    owner.open("/account/second-step/off")
    refused = owner.send("/account/second-step/off", current_password=PASSWORD)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    new, _ = _set_up(owner, clock)
    opened = []
    for phone in (old, new):
        visitor = _after_password(app, "head")
        visitor.send("/login/code", code=phone.code())
        opened.append(_is_in(visitor))
    assert opened == [False, True]
    with app.app_context():
        send_due(MailServer(inbox.url))
    assert "изменился второй шаг входа" in inbox.letters[-1].get_content()


def test_owner_turns_it_off_with_the_password(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    owner = signed_in(app, "secretary")
    _set_up(owner, clock)
    owner.open("/account/second-step/off")
    owner.send("/account/second-step/off", current_password="a guess")
    assert not _is_in(_after_password(app, "secretary"))
    owner.send("/account/second-step/off", current_password=PASSWORD)
    assert "Второй шаг входа отключён" in owner.text
    assert _is_in(_after_password(app, "secretary"))


def test_setting_it_up_asks_the_password_and_ends_other_sessions(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    owner, elsewhere = signed_in(sqlite_app, "secretary"), signed_in(sqlite_app, "secretary")
    owner.open("/account/second-step")
    phone = Phone(owner.text, clock)
    refused = owner.send("/account/second-step", current_password="a guess", code=phone.code())
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    _set_up(owner, clock)
    assert (_is_in(owner), _is_in(elsewhere)) == (True, False)


def test_link_to_a_new_password_does_not_pass_the_second_step(
    sqlite_app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    seed(sqlite_app)
    owner = signed_in(sqlite_app, "secretary")
    owner.open("/account")
    owner.send("/account/email", email="office@example.com")
    phone, _ = _set_up(owner, clock)
    visitor = Browser(sqlite_app)
    visitor.open("/login/reset")
    visitor.send("/login/reset", username="secretary")
    with sqlite_app.app_context():
        send_due(MailServer(inbox.url))
    link = re.search(r"(/login/reset/\S+)", inbox.letters[-1].get_content())
    assert link is not None
    visitor.open(link.group(1))
    visitor.send("/login/new-password", password="quite another password")
    assert "Второй шаг входа" in visitor.text
    assert not _is_in(visitor)
    visitor.open("/login/code")
    visitor.send("/login/code", code=phone.code())
    assert _is_in(visitor)
