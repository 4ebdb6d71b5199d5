"""Whoever guesses learns nothing: not from the words, the status or the time."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median
from time import perf_counter, sleep
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from journal_core.invitations.rules import check_symbol
from journal_core.school.commands import ChangeSettings, change_settings
from portal.account import views
from portal.perform import perform_as_operator
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.phone import Phone
from tests.portal.story import Browser, sealed_codes, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30
WRONG_KEY = "АВЕК-АВЕК-АВЕК"
HOLDER = re.compile(r'name="holder" value="([^"]+)" checked')

Ask = Callable[[], Any]

#: A difference that is named one: so many times longer, and hardly by chance.
RATIO = 1.5
CHANCE = 0.001
SHUFFLES = 4000


class Stranger(Browser):
    """Somebody who asks from an address of their own each time, so that no limit is met."""

    asked = 0

    def send_from_anywhere(self, path: str, **answers: str) -> str:
        """The page, without what differs from one answer to the next."""
        Stranger.asked += 1
        self.client.environ_base["REMOTE_ADDR"] = f"10.0.{self.asked // 250}.{self.asked % 250}"
        self.open(path)
        response = self.send(path, **answers)
        return f"{response.status_code} {_bare(self.text)}"


def _bare(page: str) -> str:
    """Without tokens, nonces, references and what was typed."""
    page = re.sub(r'(nonce|value)="[^"]*"', "", page)
    return re.sub(r"\b[0-9a-f]{10}\b", "", page)


def _submitted(app: Flask, clock: FrozenClock) -> tuple[str, str]:
    born = clock().date() - timedelta(days=AGE_DAYS)
    return submit(Browser(app), last_name="Иванова", child="Иванова", born=born)


def _class_code(app: Flask) -> str:
    """A code that a slip carries."""
    curator = signed_in(app, "curator")
    curator.open("/office/codes?group=6А")
    curator.send("/office/codes/issue", group="6А", holder=HOLDER.findall(curator.text))
    return sealed_codes(app)[0]


@pytest.mark.clause("SVC-2.19")
def test_tracking_answers_every_wrong_input_alike(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    number, key = _submitted(sqlite_app, clock)
    stranger = Stranger(sqlite_app)
    assert (
        stranger.send_from_anywhere("/track", track_number=number, track_key=WRONG_KEY)
        == stranger.send_from_anywhere("/track", track_number="26-99999", track_key=key)
        == stranger.send_from_anywhere("/track", track_number="26-99998", track_key="?")
    )
    assert "Номер или ключ неверны" in stranger.text


@pytest.mark.clause("POL-4.2.3")
def test_sign_in_and_reset_answer_every_wrong_input_alike(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    owner = signed_in(sqlite_app, "secretary")
    owner.open("/account")
    owner.send("/account/email", email="office@example.com")
    stranger = Stranger(sqlite_app)
    assert stranger.send_from_anywhere(
        "/login", username="secretary", password="a guess"
    ) == stranger.send_from_anywhere("/login", username="nobody", password="a guess")
    assert (
        stranger.send_from_anywhere("/login/reset", username="secretary")
        == stranger.send_from_anywhere("/login/reset", username="office@example.com")
        == stranger.send_from_anywhere("/login/reset", username="head")
        == stranger.send_from_anywhere("/login/reset", username="nobody@example.com")
    )


@pytest.mark.clause("POL-4.2.3")
def test_name_and_password_of_one_with_a_second_step_tell_no_more_than_they_must(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    owner = signed_in(sqlite_app, "secretary")
    owner.open("/account/second-step")
    phone = Phone(owner.text, clock)
    owner.send("/account/second-step", current_password="a long demo password", code=phone.code())
    stranger = Stranger(sqlite_app)
    assert stranger.send_from_anywhere(
        "/login", username="secretary", password="a guess"
    ) == stranger.send_from_anywhere("/login", username="nobody", password="a guess")
    entering = signed_in(sqlite_app, "secretary")
    answers = set()
    for typed in ("000000", "АВЕК-АВЕК-АВЕК", phone.code(), "?"):
        response = entering.send("/login/code", code=typed)
        answers.add(f"{response.status_code} {_bare(entering.text)}")
    assert len(answers) == 1


@pytest.mark.clause("POL-3.4.3")
def test_codes_answer_every_wrong_input_alike(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    code = _class_code(sqlite_app)
    known, unknown = _well_formed(code[:4]), _well_formed("АВЕК")
    stranger = Stranger(sqlite_app)
    assert stranger.send_from_anywhere("/invitation", code=known) == stranger.send_from_anywhere(
        "/invitation", code=unknown
    )
    assert "Такого кода нет" in stranger.text


def _well_formed(first_group: str) -> str:
    """A code with this first group whose check symbol agrees."""
    body = first_group + "АВЕКМНРСТУХ"
    return body + check_symbol(body)


def _strong(app: Flask) -> None:
    """From now on hashing takes as long as in life."""
    portal: Portal = app.extensions["portal"]
    app.extensions["portal"] = replace(portal, config=replace(portal.config, quick_hashing=False))


def _times(one: Ask, other: Ask, samples: int) -> list[list[float]]:
    """Seconds that each took, asked by turns so that a busy machine is busy for both."""
    times: list[list[float]] = [[], []]
    one()
    other()
    for turn in range(samples):
        order = (0, 1) if turn % 2 else (1, 0)
        for index in order:
            began = perf_counter()
            (one, other)[index]()
            times[index].append(perf_counter() - began)
    return times


def _differ(times: list[list[float]]) -> bool:
    """Whether the medians differ by more than the bound, or by what chance hardly explains."""
    first, second = (median(each) for each in times)
    apart = abs(first - second)
    if max(first, second) / min(first, second) > RATIO:
        return True
    random, all_ = Random(1), [*times[0], *times[1]]  # noqa: S311 - no secret
    middle = len(times[0])
    beyond = 0
    for _shuffle in range(SHUFFLES):
        random.shuffle(all_)
        beyond += abs(median(all_[:middle]) - median(all_[middle:])) >= apart
    return beyond / SHUFFLES < CHANCE


def _alike_in_time(one: Ask, other: Ask, samples: int = 24) -> bool:
    """One more try for a machine that had something else to do."""
    return not all(_differ(_times(one, other, samples)) for _try in range(2))


def _asker(app: Flask, path: str, **answers: str) -> Ask:
    stranger = Stranger(app)
    stranger.open(path)
    token = stranger.found(r'name="csrf_token"[^>]*value="([^"]+)"')

    def ask() -> TestResponse:
        Stranger.asked += 1
        stranger.client.environ_base["REMOTE_ADDR"] = (
            f"10.{Stranger.asked % 250}.{Stranger.asked // 250}.1"
        )
        return stranger.client.post(path, data={"csrf_token": token, **answers})

    return ask


def _unlimited(app: Flask) -> None:
    """Limits by name would end the measuring."""
    misses = dict.fromkeys(("code_misses", "sign_in_misses", "tracking_misses"), 1000)
    with app.app_context():
        perform_as_operator(
            change_settings, ChangeSettings(values=misses, valid_from=date(2020, 1, 1))
        )


@pytest.fixture
def guessed(sqlite_app: Flask) -> Flask:
    """A school with real hashing, whose limits do not end the measuring."""
    _strong(sqlite_app)
    seed(sqlite_app)
    _unlimited(sqlite_app)
    owner = signed_in(sqlite_app, "secretary")
    owner.open("/account")
    owner.send("/account/email", email="office@example.com")
    return sqlite_app


@pytest.mark.clause("POL-4.2.3")
def test_sign_in_takes_as_long_for_the_name_of_nobody(guessed: Flask) -> None:
    assert _alike_in_time(
        _asker(guessed, "/login", username="secretary", password="a guess"),
        _asker(guessed, "/login", username="nobody", password="a guess"),
    )


@pytest.mark.clause("POL-4.2.3")
def test_reset_takes_as_long_for_the_name_of_nobody(
    guessed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "RESETS_PER_NAME", 1000)
    assert _alike_in_time(
        _asker(guessed, "/login/reset", username="secretary"),
        _asker(guessed, "/login/reset", username="nobody"),
        samples=12,
    )


@pytest.mark.clause("SVC-3.4.3")
def test_code_takes_as_long_where_no_such_code_is(guessed: Flask) -> None:
    code = _class_code(guessed)
    assert _alike_in_time(
        _asker(guessed, "/invitation", code=_well_formed(code[:4])),
        _asker(guessed, "/invitation", code=_well_formed("АВЕК")),
    )


@pytest.mark.clause("SVC-2.19")
def test_tracking_takes_as_long_for_a_number_of_nobody(guessed: Flask, clock: FrozenClock) -> None:
    number, _key = _submitted(guessed, clock)
    assert _alike_in_time(
        _asker(guessed, "/track", track_number=number, track_key=WRONG_KEY),
        _asker(guessed, "/track", track_number="26-99999", track_key=WRONG_KEY),
    )


def test_measure_finds_work_that_is_done_twice() -> None:
    """The measure itself is no rubber stamp."""
    assert not _alike_in_time(lambda: sleep(0.01), lambda: sleep(0.02))


#: Where it is guessed, what is typed, and the setting that limits the misses.
GUESSES = [
    pytest.param("/track", {"track_number": "26-00001", "track_key": WRONG_KEY}, 20, id="track"),
    pytest.param("/login", {"username": "secretary", "password": "a guess"}, 10, id="sign-in"),
    pytest.param("/login", {"username": "nobody", "password": "a guess"}, 10, id="of nobody"),
    pytest.param("/login/reset", {"username": "secretary"}, 3, id="reset"),
    pytest.param("/invitation", {"code": "?"}, 10, id="code"),
]


@pytest.mark.parametrize(("path", "answers", "limit"), GUESSES)
def test_too_many_guesses_of_one_name_from_anywhere_are_refused(
    sqlite_app: Flask, path: str, answers: dict[str, str], limit: int
) -> None:
    seed(sqlite_app)
    if "code" in answers:
        answers = {"code": _well_formed("АВЕК")}
    ask = _asker(sqlite_app, path, **answers)
    statuses = [ask().status_code for _guess in range(limit + 1)]
    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("path", "name", "limit"),
    [("/track", "track_number", 20), ("/login", "username", 50), ("/login/reset", "username", 20)],
)
def test_too_many_guesses_from_one_address_are_refused(
    sqlite_app: Flask, path: str, name: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "RESET_SECONDS", 0)
    seed(sqlite_app)
    stranger = Stranger(sqlite_app)
    rest = {"track_key": WRONG_KEY, "password": "a guess"}
    for number in range(limit + 1):
        stranger.open(path)
        response = stranger.send(path, **{**rest, name: f"26-{number:05}"})
        assert (response.status_code == 429) == (number == limit)
    assert "Слишком много попыток" in stranger.text


@pytest.mark.clause("SVC-2.19")
def test_number_written_in_another_way_is_the_same_number(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    ways = ("26-00001", "2600001", "26 00001", "26-00001 ", "№26-00001", "2-600001", "26–00001")
    askers = [_asker(sqlite_app, "/track", track_number=w, track_key=WRONG_KEY) for w in ways]
    statuses = [askers[guess % len(ways)]().status_code for guess in range(21)]
    assert statuses[-1] == 429
