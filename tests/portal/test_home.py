"""Where each role lands after signing in, and what it finds there."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask

from tests.clock import FrozenClock
from tests.portal.story import Browser, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30
CODE_KEY = re.compile(r'name="holder" value="([^"]+)" checked')


@pytest.mark.clause("SVC-2.14")
def test_head_finds_at_home_what_waits_for_the_signature_and_since_when(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    assert "На подписи: ничего." in signed_in(sqlite_app, "head").text
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(sqlite_app), last_name="Чужая", child="Неизвестная", born=born)
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", grounds=["not_a_pupil"], all_answered="yes")
    clock.advance(days=2)
    head = signed_in(sqlite_app, "head")
    assert case in head.text
    assert "Неизвестная Анна Сергеевна" in head.text
    assert "2\N{NO-BREAK SPACE}дня" in head.text


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("secretary", "Принять заявление"),
        ("head", "На подписи"),
        ("deputy", "Просрочено"),
        ("curator", "У администратора"),
        ("teacher", "Сегодня у вас уроков нет"),
        ("classteacher", "Мой класс: 6А"),
        ("parent", "На этой неделе уроков нет"),
        ("pupil", "На этой неделе уроков нет"),
    ],
)
@pytest.mark.clause("POL-3.8", "POL-3.9.1")
def test_each_role_lands_where_its_work_is(sqlite_app: Flask, username: str, words: str) -> None:
    seed(sqlite_app)
    browser = signed_in(sqlite_app, username)
    assert words in browser.text


@pytest.mark.clause("POL-3.5.6")
def test_class_teacher_ticks_the_slips_of_the_own_class_alone(app: Flask) -> None:
    seed(app)
    curator = signed_in(app, "curator")
    paths = {}
    for group in ("6А", "7Б"):
        curator.open(f"/office/codes?group={group}")
        curator.send("/office/codes/issue", group=group, holder=CODE_KEY.findall(curator.text))
        found = curator.found(r'action="/office/codes/([0-9a-f-]+)/hand-over"')
        paths[group] = f"/home/codes/{found}/hand-over"
    teacher = signed_in(app, "classteacher")
    assert teacher.text.count("код готов, не передан") == 2
    assert teacher.send(paths["7Б"]).status_code == HTTPStatus.NOT_FOUND
    teacher.open("/home")
    teacher.send(paths["6А"])
    assert teacher.text.count("код готов, не передан") == 1
    assert signed_in(app, "parent").send(paths["6А"]).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("SVC-2.19")
def test_signed_in_applicant_follows_own_requests_without_a_key(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    parent = signed_in(app, "parent")
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(parent, last_name="Петрова", child="Петров", born=born)
    parent.open("/home")
    path = parent.found(r'href="(/track/own/[0-9a-f-]+)"')
    parent.open(path)
    assert f"Запрос {number}" in parent.text
    assert signed_in(app, "pupil").open(path).status_code == HTTPStatus.NOT_FOUND
    assert "Войти" in Browser(app).open(path).text


def test_request_on_paper_is_followed_from_the_account_once_it_is_verified(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(
        Browser(sqlite_app),
        last_name="Петрова",
        first_name="Кирилл",
        patronymic="Алексеевич",
        child="Петров",
        born=born,
        applicant=("Ирина", "Львовна"),
    )
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    parent = signed_in(sqlite_app, "parent")
    assert number not in parent.text
    move(secretary, f"{case}/check", papers=["identity", "birth_certificate"], all_answered="yes")
    parent.open("/home")
    assert number in parent.text
