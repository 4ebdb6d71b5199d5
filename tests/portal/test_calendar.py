"""The journal administrator keeps the calendar on screen."""

from datetime import date
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.portal.story import Browser, date_parts, seed, signed_in

YEAR_2028 = "# year: 2028\n# source: Указ № 1\nday,kind,name\n2028-01-03,holiday,Каникулы\n"


def _curator(app: Flask) -> Browser:
    seed(app)
    return signed_in(app, "curator")


def _import(curator: Browser, content: str | bytes) -> TestResponse:
    content = content.encode() if isinstance(content, str) else content
    curator.open("/school/calendar/import")
    return curator.send("/school/calendar/import", file=(BytesIO(content), "2028.csv"))


@pytest.mark.clause("SVC-2.11")
def test_published_versions_are_listed_and_the_old_one_is_kept(app: Flask) -> None:
    curator = _curator(app)
    _import(curator, YEAR_2028)
    assert "Опубликован 2028 год" in curator.text
    _import(curator, YEAR_2028.replace("Каникулы", "Новый год"))
    assert "прежняя" in curator.text
    exported = [
        curator.open(f"/school/calendar/2028/{version}/calendar.csv").data.decode()
        for version in (1, 2)
    ]
    assert exported == [YEAR_2028, YEAR_2028.replace("Каникулы", "Новый год")]
    curator.open("/school/calendar/2028/1")
    assert "Каникулы" in curator.text
    assert curator.open("/school/calendar/2028/3").status_code == HTTPStatus.NOT_FOUND


def test_every_bad_row_is_named_beside_the_field_and_nothing_is_published(
    sqlite_app: Flask,
) -> None:
    curator = _curator(sqlite_app)
    wrong = YEAR_2028 + "2028-13-01,holiday,\n2028-01-08,moved_day_off,\n2028-01-03,holiday,\n"
    assert _import(curator, wrong).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Файл не принят, исправьте строк: 3" in curator.text
    for line in (
        "строка 5: дата пишется как ГГГГ-ММ-ДД — «2028-13-01»",
        "строка 6: перенесённый выходной не может быть субботой или воскресеньем — «2028-01-08»",
        "строка 7: день назван дважды — «2028-01-03»",
    ):
        assert line in curator.text
    assert curator.open("/school/calendar/2028/1").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("content", [b"", "день".encode("cp1251"), b"\0" * 2000, b"%PDF-1.7"])
def test_file_that_is_no_calendar_is_refused_beside_its_field(
    sqlite_app: Flask, content: bytes
) -> None:
    curator = _curator(sqlite_app)
    assert _import(curator, content).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#file"' in curator.text


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 12, 2), date(2026, 12, 1), "Последний день раньше первого"),
        (date(2026, 12, 2), date(2062, 12, 4), "Проверьте год"),
    ],
)
def test_impossible_closing_is_answered_and_nothing_is_lost(
    sqlite_app: Flask, first: date, last: date, words: str
) -> None:
    curator = _curator(sqlite_app)
    curator.open("/school/calendar/close")
    days = {**date_parts("first", first), **date_parts("last", last)}
    told = {"reason": "карантин", "order_number": "12-О", **days}
    response = curator.send("/school/calendar/close", **told)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in curator.text
    assert 'value="карантин"' in curator.text


def test_day_is_closed_once(app: Flask) -> None:
    curator = _curator(app)
    closing = {"reason": "карантин", "order_number": "12-О"}
    days = date_parts("first", date(2026, 12, 2))
    curator.open("/school/calendar/close")
    curator.send("/school/calendar/close", **closing, **days)
    assert "Закрыто дней: 1" in curator.text
    curator.open("/school/calendar/close")
    response = curator.send("/school/calendar/close", **closing, **days)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "02.12.2026: школа в этот день уже закрыта" in curator.text


def test_reopening_needs_a_day_and_an_order(sqlite_app: Flask) -> None:
    curator = _curator(sqlite_app)
    curator.open("/school/calendar/reopen")
    assert "Закрытых дней нет" in curator.text
    response = curator.send("/school/calendar/reopen", days="2026-12-02")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
