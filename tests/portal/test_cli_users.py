"""The first account of a new school."""

import pytest
from flask import Flask

from portal.demo.seed import SeedDemo, seed_demo
from portal.perform import perform_as_operator
from tests.clock import FrozenClock
from tests.portal.phone import Phone
from tests.portal.story import PASSWORD, Browser, signed_in

ADMIN = ["--username", "admin", "--name", "Соколов Денис Юрьевич", "--password-stdin"]


def _create(app: Flask, password: str = PASSWORD) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["users", "create-admin", *ADMIN], input=password)
    return result.exit_code, result.output


@pytest.mark.clause("POL-4.2.3")
def test_first_administrator_sets_up_the_second_step_and_signs_in(
    app: Flask, clock: FrozenClock
) -> None:
    assert _create(app)[0] == 0
    administrator = signed_in(app, "admin")
    administrator.send("/login/set-up", code=Phone(administrator.text, clock).code())
    administrator.open("/account")
    assert "Соколов Денис Юрьевич" in administrator.text


def test_second_account_of_the_same_name_is_refused(sqlite_app: Flask) -> None:
    _create(sqlite_app)
    code, said = _create(sqlite_app)
    assert (code, "the name admin is taken" in said) == (1, True)


def test_short_password_is_refused(sqlite_app: Flask) -> None:
    code, said = _create(sqlite_app, "short")
    assert (code, "at least 10 characters" in said) == (1, True)
    visitor = Browser(sqlite_app)
    visitor.open("/login")
    visitor.send("/login", username="admin", password="short")
    assert "неверны" in visitor.text


def test_school_with_an_administrator_is_never_filled_as_a_demo(sqlite_app: Flask) -> None:
    _create(sqlite_app)
    with sqlite_app.app_context():
        assert perform_as_operator(seed_demo, SeedDemo(password_hash="")) is False
