"""What the secretary does on the case page and on Today."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.requests.models import ServiceRequest
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366


def given_request(
    app: Flask, clock: FrozenClock, *, result_delivery: str = "in_person"
) -> tuple[Browser, str]:
    """A submitted request; returns the secretary and the case's path."""
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(
        Browser(app),
        last_name="Иванова",
        child="Иванова",
        born=born,
        result_delivery=result_delivery,
    )
    secretary = signed_in(app, "secretary")
    return secretary, opened_case(secretary, number)


def test_request_closes_unregistered_only_with_a_reason(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    secretary, path = given_request(sqlite_app, clock)
    move(secretary, f"{path}/close")
    assert "Выберите причину" in secretary.text
    move(secretary, f"{path}/close", reason="duplicate", comment="второй раз")
    assert "Закрыто до регистрации" in secretary.text


def test_each_tab_counts_and_lists_its_own_requests(sqlite_app: Flask, clock: FrozenClock) -> None:
    secretary, path = given_request(sqlite_app, clock)
    secretary.open("/office?tab=visit")
    assert path in secretary.text
    move(secretary, f"{path}/register")
    secretary.open("/office?tab=visit")
    assert path not in secretary.text
    clock.moment += timedelta(days=30)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/office?tab=overdue")
    assert path in secretary.text
    assert "row-overdue" in secretary.text


def test_closed_call_about_a_refusal_announces_it(app: Flask, clock: FrozenClock) -> None:
    secretary, path = given_request(app, clock)
    move(secretary, f"{path}/register")
    move(secretary, f"{path}/check", grounds=["documents_unfit"], all_answered="yes")
    move(signed_in(app, "head"), f"{path}/sign")
    secretary.open("/office/tasks")
    assert "в услуге отказано, решение готово" in secretary.text
    task = secretary.found(r"(/office/tasks/[0-9a-f-]+)")
    secretary.open(task)
    secretary.send(task, outcome="told")
    assert "Напишите, что сделано" in secretary.text
    secretary.send(task, outcome="told", result="Дозвонились")
    assert "Открытых задач нет" in secretary.text
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        announced = session.scalars(select(ServiceRequest.announced_at)).all()
    assert announced == [clock()]


@pytest.mark.clause("SVC-3.4.3")
def test_code_is_dictated_in_the_call_and_completes_the_request(
    app: Flask, clock: FrozenClock
) -> None:
    secretary, path = given_request(app, clock, result_delivery="phone")
    move(secretary, f"{path}/register")
    move(secretary, f"{path}/check", papers=["identity", "birth_certificate"], all_answered="yes")
    move(signed_in(app, "curator"), f"{path}/code")
    secretary.open("/office/tasks")
    task = secretary.found(r"(/office/tasks/[0-9a-f-]+)")
    secretary.open(task)
    code = secretary.found(r'big-code">([^<]+)')
    assert "Код диктуйте группами" in secretary.text
    secretary.send(task, outcome="told", result="Продиктовала матери")
    secretary.open(path)
    assert "Услуга оказана" in secretary.text
    assert code not in secretary.text


def test_call_that_reached_nobody_waits_for_the_next_working_morning(
    app: Flask, clock: FrozenClock
) -> None:
    clock.set_local("2026-11-27 12:00")
    secretary, path = given_request(app, clock)
    move(secretary, f"{path}/register")
    move(secretary, f"{path}/check", grounds=["documents_unfit"], all_answered="yes")
    move(signed_in(app, "head"), f"{path}/sign")
    secretary.open("/office/tasks")
    task = secretary.found(r"(/office/tasks/[0-9a-f-]+)")
    secretary.open(task)
    answers = {"outcome": "no_answer", "next_try": "next_working_morning"}
    secretary.send(task, result="Не берут трубку", **answers)
    assert "не дозвонились: 1, снова 30 ноября 2026" in secretary.text.replace("\u00a0", " ")
    assert "Не берут трубку" in secretary.text
    secretary.open(path)
    assert "Отказано" in secretary.text


@pytest.mark.parametrize(("path", "status"), [("/no-such-page", 404), ("/school/state", 403)])
def test_error_page_of_the_staff_keeps_their_menu(
    sqlite_app: Flask, path: str, status: int
) -> None:
    seed(sqlite_app)
    secretary = signed_in(sqlite_app, "secretary")
    assert secretary.open(path).status_code == status
    assert 'href="/office"' in secretary.text
    stranger = Browser(sqlite_app)
    stranger.open("/no-such-page")
    assert 'href="/office"' not in stranger.text


def test_who_acted_is_told_in_the_language_of_the_page(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born)
    curator = signed_in(sqlite_app, "curator")
    case = opened_case(curator, number)
    curator.open("/language/en")
    curator.open(case)
    assert "· applicant" in curator.text
    assert "заявитель" not in curator.text
