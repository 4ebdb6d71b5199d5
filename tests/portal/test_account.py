"""The owner of an account: its password, its address, where it is signed in."""

import re
from http import HTTPStatus

import pytest
from flask import Flask

from portal.mail import MailServer
from portal.outbox import send_due
from tests.clock import FrozenClock
from tests.inbox import Inbox
from tests.portal.story import PASSWORD, Browser, seed, signed_in

NEW = "quite another password"


def _sent(app: Flask, inbox: Inbox) -> str:
    """The text of the letters that went out now."""
    inbox.letters.clear()
    with app.app_context():
        send_due(MailServer(inbox.url))
    return "\n".join(letter.get_content() for letter in inbox.letters)


def _with_email(app: Flask) -> Browser:
    seed(app)
    owner = signed_in(app, "secretary")
    owner.open("/account")
    owner.send("/account/email", email="office@example.com")
    return owner


def _reset_link(app: Flask, inbox: Inbox, known_as: str) -> str:
    visitor = Browser(app)
    visitor.open("/login/reset")
    visitor.send("/login/reset", username=known_as)
    link = re.search(r"(/login/reset/\S+)", _sent(app, inbox))
    return link.group(1) if link else ""


def _signs_in(app: Flask, username: str, password: str) -> bool:
    visitor = Browser(app)
    visitor.open("/login")
    visitor.send("/login", username=username, password=password)
    return "неверны" not in visitor.text


@pytest.mark.clause("POL-4.2.3")
def test_new_password_ends_every_other_session_and_is_told(app: Flask, inbox: Inbox) -> None:
    owner = _with_email(app)
    elsewhere = signed_in(app, "secretary")
    owner.open("/account")
    owner.send("/account/password", current_password=PASSWORD, new_password=NEW)
    assert "Пароль изменён" in owner.text
    assert elsewhere.open("/account").request.path == "/login"
    assert "пароль" in _sent(app, inbox).lower()
    assert (_signs_in(app, "secretary", PASSWORD), _signs_in(app, "secretary", NEW)) == (
        False,
        True,
    )


def test_password_is_not_changed_without_the_present_one(sqlite_app: Flask) -> None:
    owner = _with_email(sqlite_app)
    owner.open("/account")
    response = owner.send("/account/password", current_password="a guess", new_password=NEW)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert _signs_in(sqlite_app, "secretary", PASSWORD)


def test_forgotten_password_is_set_by_a_letters_link_once(app: Flask, inbox: Inbox) -> None:
    _with_email(app)
    link = _reset_link(app, inbox, "Secretary")
    visitor = Browser(app)
    visitor.open(link)
    visitor.send("/login/new-password", password=NEW)
    assert "Пароль изменён" in visitor.text
    again = Browser(app)
    again.open(link)
    assert "Ссылка больше не действует" in again.text
    assert _signs_in(app, "secretary", NEW)


def test_link_to_a_new_password_lives_an_hour(
    sqlite_app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    _with_email(sqlite_app)
    visitor = Browser(sqlite_app)
    visitor.open(_reset_link(sqlite_app, inbox, "office@example.com"))
    clock.advance(minutes=61)
    visitor.send("/login/new-password", password=NEW)
    assert "Ссылка больше не действует" in visitor.text
    assert _signs_in(sqlite_app, "secretary", PASSWORD)


def test_asking_for_a_link_tells_nobody_whose_account_there_is(
    sqlite_app: Flask, inbox: Inbox
) -> None:
    _with_email(sqlite_app)
    pages = []
    for name in ("secretary", "nobody", "head"):
        visitor = Browser(sqlite_app)
        visitor.open("/login/reset")
        visitor.send("/login/reset", username=name)
        pages.append(re.sub(r'(nonce|csrf_token" value)="[^"]*"', "", visitor.text))
    assert len(set(pages)) == 1
    assert _sent(sqlite_app, inbox).count("/login/reset/") == 1


def test_fourth_link_in_an_hour_is_not_sent(sqlite_app: Flask, inbox: Inbox) -> None:
    _with_email(sqlite_app)
    links = [_reset_link(sqlite_app, inbox, "secretary") for _ in range(4)]
    assert [bool(link) for link in links] == [True, True, True, False]


@pytest.mark.clause("POL-4.2.3")
def test_owner_sees_sign_ins_and_wrong_passwords(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    assert not _signs_in(sqlite_app, "secretary", "a wrong guess")
    owner = signed_in(sqlite_app, "secretary")
    owner.open("/account")
    assert "неверный пароль" in owner.text
    assert "это окно" in owner.text


def test_signing_out_everywhere_ends_this_browser_too(app: Flask) -> None:
    seed(app)
    here, there = signed_in(app, "parent"), signed_in(app, "parent")
    here.open("/account")
    here.send("/account/sign-out-everywhere")
    assert {one.open("/account").request.path for one in (here, there)} == {"/login"}


@pytest.mark.clause("POL-4.2.3")
def test_owner_ends_one_browser_and_nobody_elses(app: Flask) -> None:
    seed(app)
    here, there, other = (signed_in(app, name) for name in ("parent", "parent", "teacher"))
    here.open("/account")
    path = here.found(r'action="(/account/sessions/[0-9a-f-]+/end)"')
    other.open("/account")
    assert other.send(path).status_code == HTTPStatus.NOT_FOUND
    here.send(path)
    assert [one.open("/account").request.path for one in (here, there, other)] == [
        "/account",
        "/login",
        "/account",
    ]
    assert here.send(path).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("POL-4.2.5")
def test_idle_session_ends_for_staff_and_not_for_parents(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    secretary, parent = signed_in(sqlite_app, "secretary"), signed_in(sqlite_app, "parent")
    clock.advance(minutes=19)
    assert secretary.open("/account").request.path == "/account"
    clock.advance(minutes=19)
    assert secretary.open("/account").request.path == "/account"
    clock.advance(minutes=21)
    assert secretary.open("/account").request.path == "/login"
    assert parent.open("/account").request.path == "/account"
