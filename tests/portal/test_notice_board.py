"""The board on screen: the school writes, a family reads."""

from datetime import date
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask

from tests.hostile import pdf
from tests.portal.story import Browser, date_parts, seed, signed_in

TODAY = date(2026, 11, 23)


def _puts_up(browser: Browser, **answers: object) -> None:
    browser.open("/board/new")
    key = browser.found(r'name="key" value="([^"]+)"')
    browser.send("/board/new", key=key, **date_parts("since", TODAY), **answers)


@pytest.mark.clause("POL-3.4.9")
def test_what_the_school_puts_up_is_in_the_diary_and_ends_when_taken_down(
    sqlite_app: Flask,
) -> None:
    seed(sqlite_app)
    head = signed_in(sqlite_app, "head")
    _puts_up(head, title="", audience="families", text="Закрыто")
    assert "Напишите заголовок" in head.text
    assert "Закрыто" in head.text
    _puts_up(
        head, title="Карантин", audience="families", is_pinned="yes",
        files=(BytesIO(pdf()), "приказ.pdf"),
    )  # fmt: skip
    assert "Объявление записано." in head.text
    parent = signed_in(sqlite_app, "parent")
    assert "Объявление: Карантин" in parent.text
    parent.open(parent.found(r'href="(/board/of/[^"]+)"'))
    assert "приказ.pdf" in parent.text
    file = parent.found(r'href="(/board/files/[^"]+)"')
    assert parent.client.get(file).status_code == HTTPStatus.OK
    assert parent.open("/board").status_code == HTTPStatus.FORBIDDEN
    teacher = signed_in(sqlite_app, "teacher")
    teacher.open("/board")
    assert "Карантин" in teacher.text
    assert teacher.open("/board/new").status_code == HTTPStatus.NOT_FOUND
    down = head.found(r'action="(/board/[^"]+/down)"')
    teacher.open("/account")
    assert teacher.send(down).status_code == HTTPStatus.NOT_FOUND
    head.send(down)
    assert "Объявлений сейчас нет." in head.text
    parent.open("/diary")
    assert "Карантин" not in parent.text
    assert parent.client.get(file).status_code == HTTPStatus.NOT_FOUND
