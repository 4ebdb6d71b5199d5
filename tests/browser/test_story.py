"""The story in a real browser: phone and desk, with and without JavaScript, checked by axe."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.chromium import chromium_path
from tests.clock import FrozenClock
from tests.portal.story import PASSWORD, seed

AGE_DAYS = 12 * 366 + 30
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NARROW, WIDE = 390, 1280

pytestmark = pytest.mark.browser


@pytest.fixture
def address(sqlite_app: Flask) -> Iterator[str]:
    """Where the seeded portal listens."""
    seed(sqlite_app)
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """A person before a page; every page opened is checked."""

    def __init__(self, page: Page, address: str, *, checked: bool) -> None:
        self.page, self.address, self.checked = page, address, checked

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)
        self._look()

    def fill(self, **answers: str) -> None:
        for name, value in answers.items():
            field = self.page.locator(f"main [name='{name}']").first
            if field.get_attribute("type") in {"radio", "checkbox"}:
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
            else:
                field.fill(value)

    def go_on(self) -> None:
        self.page.locator("main form[method=post]").first.locator(
            "button[type=submit]"
        ).first.click()
        self._look()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self._look()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def _look(self) -> None:
        self.page.wait_for_load_state()
        if not self.checked:
            return
        found = Axe().run(self.page, options=RULES).response["violations"]
        assert not found, (self.page.url, [(one["id"], one["nodes"][0]["html"]) for one in found])
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], f"{self.page.url} is {width} px wide"  # type: ignore[index]


Visit = Callable[..., Visitor]


@contextmanager
def _visits(chromium: Browser, address: str, width: int) -> Iterator[Visit]:
    contexts: list[BrowserContext] = []

    def visit(*, javascript: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            bypass_csp=True,  # for axe alone
        )
        contexts.append(context)
        return Visitor(context.new_page(), address, checked=javascript)

    yield visit
    for context in contexts:
        context.close()


def _staff(visit: Visit, username: str) -> Visitor:
    person = visit()
    person.open("/login")
    person.fill(username=username, password=PASSWORD)
    person.page.locator("main button[type=submit]").last.click()
    person.page.wait_for_load_state()
    return person


def _apply(applicant: Visitor, clock: FrozenClock, *, child: str) -> tuple[str, str]:
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant.open("/request/")
    applicant.go_on()
    applicant.fill(
        applicant_last_name="Иванова",
        applicant_first_name="Мария",
        applicant_patronymic="Петровна",
    )
    applicant.go_on()
    applicant.fill(address="ул. Мира, 1", phone="+7 912 345-67-89")
    applicant.go_on()
    applicant.fill(
        child_last_name=child,
        child_first_name="Анна",
        child_patronymic="Сергеевна",
        child_class="6А",
        **_born(born),
    )
    applicant.go_on()
    applicant.fill(capacity="parent")
    applicant.go_on()
    applicant.go_on()
    applicant.fill(result_delivery="in_person", refusal_delivery="in_person")
    applicant.go_on()
    applicant.fill(declaration="yes")
    applicant.go_on()
    number = re.search(r"\d\d-\d{5}", applicant.text())
    assert number is not None
    return number.group(0), applicant.page.locator("#track-key").inner_text()


def _born(born: Any) -> dict[str, str]:
    return {
        "child_birth_date-day": str(born.day),
        "child_birth_date-month": str(born.month),
        "child_birth_date-year": str(born.year),
    }


def _track(visitor: Visitor, number: str, key: str) -> str:
    visitor.open("/track")
    visitor.fill(track_number=number, track_key=key)
    visitor.go_on()
    return visitor.text()


def _registered(secretary: Visitor, number: str) -> str:
    """Find the request, register it, and return the case's path."""
    secretary.open(f"/office?q={number}")
    secretary.page.get_by_role("link", name=number).click()
    secretary.press("Зарегистрировать")
    return secretary.page.url.removeprefix(secretary.address)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.clause("SVC-3.4.3")
def test_family_gets_its_code_and_signs_in(
    chromium: Browser, address: str, clock: FrozenClock, width: int
) -> None:
    with _visits(chromium, address, width) as visit:
        applicant = visit()
        applicant.open("/")
        number, key = _apply(applicant, clock, child="Иванова")
        secretary = _staff(visit, "secretary")
        case = _registered(secretary, number)
        secretary.fill(papers="identity", particulars="серия 1 № 2", all_answered="yes")
        secretary.fill(papers="birth_certificate")
        secretary.press("Завершить проверку")
        curator = _staff(visit, "curator")
        curator.open(case)
        curator.press("Сформировать код")
        secretary.open(case)
        code = secretary.page.locator("#invitation-code").inner_text()
        secretary.press("Код передан")

        applicant.open("/invitation")
        applicant.fill(code=code)
        applicant.go_on()
        applicant.fill(
            username="maria",
            password="a password of her own",
            **_born(clock().date() - timedelta(days=AGE_DAYS)),
        )
        applicant.page.get_by_role("button", name="Зарегистрироваться").click()
        applicant.page.wait_for_load_state()
        assert "дневник открыт" in applicant.text()
        assert "Услуга оказана" in _track(applicant, number, key)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.clause("SVC-2.14")
def test_stranger_is_refused_and_reads_it(
    chromium: Browser, address: str, clock: FrozenClock, width: int
) -> None:
    with _visits(chromium, address, width) as visit:
        number, key = _apply(visit(javascript=False), clock, child="Неизвестная")
        secretary = _staff(visit, "secretary")
        case = _registered(secretary, number)
        secretary.fill(grounds="not_a_pupil", all_answered="yes")
        secretary.press("Завершить проверку")
        head = _staff(visit, "head")
        head.open(case)
        head.press("Подписать отказ")
        secretary.open(case)
        secretary.press("Решение передано")
        assert "Отказ вручен" in _track(visit(javascript=False), number, key)
