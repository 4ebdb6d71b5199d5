"""The public page of the service and its poster."""

import pytest
from flask import Flask

from tests.documents.reading import pdf_pages, pdf_text
from tests.portal.story import Browser, seed


@pytest.mark.clause("SVC-2.18", "SVC-2.12", "SVC-2.6")
def test_poster_says_what_the_page_says(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    browser = Browser(sqlite_app)
    browser.open("/")
    printed = browser.client.get("/poster.pdf").data
    assert pdf_pages(printed) == 1
    poster = " ".join(pdf_text(printed).split())
    for words in (
        "свидетельство о рождении ребёнка",
        "не более двух рабочих дней",
        "ребёнку исполнилось 18 лет",
        "вы сами отказались от услуги",
        "№210-ФЗ",
        "Белоугольная",
        "9:00–14:30",
    ):
        assert words in browser.text
        assert words in poster


def test_poster_is_russian_whatever_the_browser_chose(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    browser = Browser(sqlite_app)
    browser.open("/language/en")
    assert "Access to the electronic diary" in browser.text
    assert "Доступ к электронному дневнику" in pdf_text(browser.client.get("/poster.pdf").data)
