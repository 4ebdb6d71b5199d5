"""The log: what happened, and nothing about whom."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from io import StringIO

import pytest
from flask import Flask

from journal_core import migrations
from journal_core.errors import RuleBroken
from portal import create_app, log
from portal.access import public
from portal.mail import LetterNotTaken
from portal.outbox import send_due
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import PASSWORD, Browser, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30
PERSONAL = "Ярославна"


class Log:
    """What the program wrote."""

    def __init__(self) -> None:
        self.stream = StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def events(self, name: str) -> list[dict[str, object]]:
        return [line for line in self.lines if line["event"] == name]


@pytest.fixture
def written() -> Iterator[Log]:
    """Everything that any logger writes while the test runs, in the form of the log."""
    written = Log()
    handler = logging.StreamHandler(written.stream)
    handler.setFormatter(log.JsonLines())
    root, own = logging.getLogger(), logging.getLogger(log.__name__)
    before = root.level, own.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    own.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before[0])
    own.setLevel(before[1])


@pytest.fixture
def breaking_app(sqlite_app: Flask, clock: FrozenClock) -> Iterator[Flask]:
    """The portal as it serves people, with a page that breaks over what it was sent."""
    portal: Portal = sqlite_app.extensions["portal"]
    app = create_app(replace(portal.config, testing=False), clock=clock)

    @app.route("/break/<token>", methods=["GET", "POST"])
    @public
    def broken(token: str) -> str:
        try:
            raise RuleBroken(f"{token} {PERSONAL}", name=PERSONAL)
        except RuleBroken as error:
            raise ValueError(f"what {PERSONAL} sent: {token}") from error

    yield app
    app.extensions["portal"].database.close()


def test_request_is_one_line(sqlite_app: Flask, written: Log) -> None:
    seed(sqlite_app)
    response = Browser(sqlite_app).open("/track?number=26-00001")
    [line] = written.events("request")
    assert line.pop("request_id") == response.headers["X-Request-ID"]
    assert str(line.pop("time")).endswith("+00:00")
    assert isinstance(line.pop("ms"), float)
    assert line == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "route": "/track",
        "status": HTTPStatus.OK,
        "roles": "anonymous",
    }


def test_roles_stand_for_the_person(sqlite_app: Flask, written: Log) -> None:
    seed(sqlite_app)
    signed_in(sqlite_app, "secretary").open("/office")
    assert written.events("request")[-1]["roles"] == ["secretary"]


def test_what_people_send_is_not_in_the_log(app: Flask, clock: FrozenClock, written: Log) -> None:
    """Form, query, token, file name, method, header, cookie: none of it, from any logger."""
    seed(app)
    applicant = Browser(app)
    number, key = submit(
        applicant,
        last_name=PERSONAL,
        child=f"{PERSONAL}-Вторая",
        born=clock().date() - timedelta(days=AGE_DAYS),
        result_delivery="email",
        email="yaroslavna@example.com",
    )
    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    with app.app_context():
        send_due(_Refusing())
    applicant.open(f"/track/{key}-no-such-token?name={PERSONAL}")
    applicant.open(f"/no/such/page/{PERSONAL}")
    applicant.client.open(
        "/track", method="YAROSLAVNA", headers={"User-Agent": PERSONAL, "X-Request-ID": PERSONAL}
    )
    stranger = Browser(app)
    stranger.open("/login")
    stranger.send("/login", username=PERSONAL, password=PASSWORD)
    signed_in(app, "secretary").open(f"/office?q={PERSONAL}")

    assert written.events("letter_not_taken")
    assert {line["route"] for line in written.events("request")} >= {"/track/<token>", None}
    # JSON may write a letter as \u0421: the words are looked for as they read.
    told = json.dumps(written.lines, ensure_ascii=False).casefold()
    for private in (
        PERSONAL, "yaroslavna", "example.com", number, key, "no-such-token", PASSWORD,
        "+7 912", "127.0.0.1", "secretary'", "Мира",
    ):  # fmt: skip
        assert private.casefold() not in told


def test_page_of_a_failure_and_the_log_say_the_same_number(
    breaking_app: Flask, written: Log
) -> None:
    visitor = Browser(breaking_app)
    response = visitor.open("/break/a-secret-token")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    reference = response.headers["X-Request-ID"]
    assert reference in visitor.text
    [failure] = written.events("failure")
    [request] = written.events("request")
    assert failure["request_id"] == request["request_id"] == reference
    assert (request["level"], request["status"]) == ("error", 500)


def test_failure_says_where_and_not_over_what(breaking_app: Flask, written: Log) -> None:
    Browser(breaking_app).open(f"/break/a-secret-token?name={PERSONAL}")
    [failure] = written.events("failure")
    assert failure["error"] == ["builtins.ValueError", "journal_core.errors.RuleBroken"]
    assert "in broken" in str(failure["traceback"])
    told = json.dumps(written.lines, ensure_ascii=False)
    assert PERSONAL not in told
    assert "a-secret-token" not in told


def test_every_error_page_has_the_number_of_the_log(sqlite_app: Flask, written: Log) -> None:
    seed(sqlite_app)
    visitor = Browser(sqlite_app)
    response = visitor.open("/no-such-page")
    assert response.headers["X-Request-ID"] in visitor.text
    assert written.events("request")[-1]["request_id"] == response.headers["X-Request-ID"]


def test_line_of_a_library_keeps_its_template_only(written: Log) -> None:
    logging.getLogger("some.library").warning("cannot read %s", PERSONAL)
    [line] = written.events("message")
    assert (line["logger"], line["message"]) == ("some.library", "cannot read %s")


def test_nightly_tells_what_it_did(sqlite_app: Flask, written: Log) -> None:
    sqlite_app.test_cli_runner().invoke(args=["nightly", "run"])
    assert {"drafts erased", "codes ended"} <= {line["what"] for line in written.events("nightly")}


def test_night_that_fails_ends_with_one_and_is_logged(other_app: Flask, written: Log) -> None:
    migrations.downgrade(other_app.extensions["portal"].config.database_url, "base")
    result = other_app.test_cli_runner().invoke(args=["nightly", "run"])
    assert result.exit_code == 1
    assert [line["level"] for line in written.events("failure")] == ["error"]


class _Refusing:
    """A mail server that wants none of it."""

    def send(self, _message: object) -> None:
        raise LetterNotTaken("recipient refused: 550", for_good=True)
