"""The counter: one page, both numbers at once."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask

from tests.clock import FrozenClock
from tests.portal.story import date_parts, seed, signed_in

AGE_DAYS = 12 * 366 + 30
ANSWERS = {
    "applicant_last_name": "Иванова",
    "applicant_first_name": "Мария",
    "applicant_patronymic": "Петровна",
    "address": "ул. Мира, 1",
    "phone": "+7 912 345-67-89",
    "child_last_name": "Иванова",
    "child_first_name": "Анна",
    "child_patronymic": "Сергеевна",
    "child_class": "6А",
    "capacity": "parent",
    "result_delivery": "in_person",
    "refusal_delivery": "in_person",
    "declaration": "yes",
}


@pytest.mark.clause("SVC-3.4.1")
def test_application_at_the_counter_is_registered_at_once(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    secretary = signed_in(app, "secretary")
    secretary.open("/office/intake")
    key = secretary.found(r'name="submission_key"[^>]*value="([^"]+)"')
    born = date_parts("child_birth_date", clock().date() - timedelta(days=AGE_DAYS))
    secretary.send("/office/intake", submission_key=key, **ANSWERS, **born)
    assert "1/2026" in secretary.text
    assert "Зарегистрировано" in secretary.text
    secretary.open("/office/intake")
    secretary.send("/office/intake", submission_key=key, **ANSWERS, **born)
    secretary.open("/office")
    assert secretary.text.count("26-0000") == 1, "the same form made a second request"


def test_wrong_answer_at_the_counter_loses_nothing(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/office/intake")
    key = secretary.found(r'name="submission_key"[^>]*value="([^"]+)"')
    response = secretary.send("/office/intake", submission_key=key, **ANSWERS)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Укажите дату рождения ребёнка" in secretary.text
    assert 'value="Мария"' in secretary.text
    assert key in secretary.text


def test_code_by_email_needs_an_address_at_the_counter(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/office/intake")
    key = secretary.found(r'name="submission_key"[^>]*value="([^"]+)"')
    born = date_parts("child_birth_date", clock().date() - timedelta(days=AGE_DAYS))
    answers = {**ANSWERS, "result_delivery": "email"}
    secretary.send("/office/intake", submission_key=key, **answers, **born)
    assert "Укажите почту, на которую писать" in secretary.text


@pytest.mark.clause("SVC-3.4.1")
def test_second_request_for_the_same_child_is_shown_before_it_is_made(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    secretary = signed_in(app, "secretary")
    born = date_parts("child_birth_date", clock().date() - timedelta(days=AGE_DAYS))
    for _turn in range(2):
        secretary.open("/office/intake")
        key = secretary.found(r'name="submission_key"[^>]*value="([^"]+)"')
        answers = {"submission_key": key, **ANSWERS, **born}
        last = secretary.send("/office/intake", **answers)
    assert last.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "26-00001" in secretary.text
    secretary.send("/office/intake", **answers, anyway="yes")
    assert "Зарегистрировано" in secretary.text
    assert "уже просил о том же ребёнке" in secretary.text
