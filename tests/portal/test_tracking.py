"""What the holder of a number and key may see and change."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask

from tests.clock import FrozenClock
from tests.portal.story import Browser, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30


def _submitted(app: Flask, clock: FrozenClock, **rest: str) -> tuple[str, str]:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    return submit(Browser(app), last_name="Иванова", child="Иванова", born=born, **rest)


def _tracking(app: Flask, number: str, key: str) -> Browser:
    holder = Browser(app)
    holder.open("/track")
    holder.send("/track", track_number=number, track_key=key)
    return holder


@pytest.mark.clause("SVC-2.19")
def test_page_tells_what_is_expected_and_how_the_term_is_reckoned(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    number, key = _submitted(sqlite_app, clock)
    assert "Придите в школу с подлинниками" in _tracking(sqlite_app, number, key).text
    secretary = signed_in(sqlite_app, "secretary")
    move(secretary, f"{opened_case(secretary, number)}/register")
    page = _tracking(sqlite_app, number, key).text
    assert "Ничего делать не нужно: школа проверяет документы" in page
    assert "Как посчитан срок" in page
    assert "25\u00a0ноября" in page


@pytest.mark.clause("SVC-2.19")
def test_new_key_closes_the_old_one_everywhere(app: Flask, clock: FrozenClock) -> None:
    number, key = _submitted(app, clock)
    holder, other = _tracking(app, number, key), _tracking(app, number, key)
    holder.send("/track/new-key")
    renewed = holder.found(r'track-key">([^<]+)')
    assert renewed != key
    assert other.open("/track/request").request.path == "/track"
    assert "неверны" in _tracking(app, number, key).text
    assert "Ход запроса" in _tracking(app, number, renewed).text


def test_applicant_corrects_the_contacts_until_the_code_is_made(
    app: Flask, clock: FrozenClock
) -> None:
    number, key = _submitted(app, clock)
    holder = _tracking(app, number, key)
    holder.open("/track/contacts")
    version = holder.found(r'name="seen_version" value="(\d+)"')
    holder.send(
        "/track/contacts",
        seen_version=version,
        address="ул. Садовая, 5",
        phone="+7 912 000-00-00",
        email="maria@example.com",
    )
    assert "Контакты исправлены" in holder.text
    secretary = signed_in(app, "secretary")
    opened_case(secretary, number)
    assert "ул. Садовая, 5" in secretary.text


def test_address_for_the_code_cannot_be_taken_away(sqlite_app: Flask, clock: FrozenClock) -> None:
    number, key = _submitted(sqlite_app, clock, result_delivery="email", email="maria@example.com")
    holder = _tracking(sqlite_app, number, key)
    holder.open("/track/contacts")
    version = holder.found(r'name="seen_version" value="(\d+)"')
    response = holder.send(
        "/track/contacts", seen_version=version, address="ул. Мира, 1", phone="+79123456789"
    )
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "нужен адрес" in holder.text


@pytest.mark.clause("SVC-2.19")
def test_papers_open_for_the_holder_of_the_key_alone(sqlite_app: Flask, clock: FrozenClock) -> None:
    number, key = _submitted(sqlite_app, clock)
    holder, stranger = _tracking(sqlite_app, number, key), Browser(sqlite_app)
    statuses = {
        name: (
            holder.client.get(f"/track/{name}.pdf").status_code,
            stranger.client.get(f"/track/{name}.pdf").status_code,
        )
        for name in ("receipt", "application", "decision")
    }
    assert statuses == {"receipt": (200, 404), "application": (200, 404), "decision": (404, 404)}
