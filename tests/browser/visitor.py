"""People before a real browser: each page they open is checked by axe and for its width."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.clock import FrozenClock
from tests.portal.story import PASSWORD

AGE_DAYS = 12 * 366 + 30
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
#: What differs from one answer to the next where the page is the same: tokens, nonces and ids.
PASSING = re.compile(r'nonce="[^"]*"|value="[\w.-]{40,}"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
NARROW, WIDE = 390, 1280


#: The pages that axe has seen at that width; the same page once more tells nothing new.
_FAULTLESS: set[tuple[str, int]] = set()


class Visitor:
    """A person before a page; every page opened is checked."""

    def __init__(self, page: Page, address: str, *, checked: bool) -> None:
        self.page, self.address, self.checked = page, address, checked

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.look()

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
        self.look()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.look()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def look(self) -> None:
        self.page.wait_for_load_state()
        if not self.checked:
            return
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], f"{self.page.url} is {width} px wide"  # type: ignore[index]
        seen = (PASSING.sub("", self.page.content()), width)
        if seen in _FAULTLESS:
            return
        found = Axe().run(self.page, options=RULES).response["violations"]
        assert not found, (self.page.url, [(one["id"], one["nodes"][0]["html"]) for one in found])
        _FAULTLESS.add(seen)


Visit = Callable[..., Visitor]


@contextmanager
def visits(chromium: Browser, address: str, width: int) -> Iterator[Visit]:
    contexts: list[BrowserContext] = []

    def visit(*, javascript: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            has_touch=width == NARROW,
            java_script_enabled=javascript,
            bypass_csp=True,  # for axe alone
        )
        contexts.append(context)
        return Visitor(context.new_page(), address, checked=javascript)

    yield visit
    for context in contexts:
        context.close()


def staff(visit: Visit, username: str) -> Visitor:
    person = visit()
    person.open("/login")
    person.fill(username=username, password=PASSWORD)
    person.page.locator("main button[type=submit]").last.click()
    person.page.wait_for_load_state()
    return person


def apply(
    applicant: Visitor, clock: FrozenClock, *, child: str, given: str = "Анна Сергеевна"
) -> tuple[str, str]:
    apply_up_to_papers(applicant, clock, child=child, given=given)
    applicant.go_on()
    applicant.fill(result_delivery="in_person", refusal_delivery="in_person")
    applicant.go_on()
    applicant.go_on()
    applicant.fill(declaration="yes")
    applicant.go_on()
    number = re.search(r"\d\d-\d{5}", applicant.text())
    assert number is not None
    return number.group(0), applicant.page.locator("#track-key").inner_text()


def apply_up_to_papers(
    applicant: Visitor, clock: FrozenClock, *, child: str, given: str = "Анна Сергеевна"
) -> None:
    first_name, patronymic = given.split()
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
        child_first_name=first_name,
        child_patronymic=patronymic,
        child_class="6А",
        **born_parts(born),
    )
    applicant.go_on()
    applicant.fill(capacity="parent")
    applicant.go_on()


def born_parts(born: Any) -> dict[str, str]:
    return {
        "child_birth_date-day": str(born.day),
        "child_birth_date-month": str(born.month),
        "child_birth_date-year": str(born.year),
    }


def track(visitor: Visitor, number: str, key: str) -> str:
    visitor.open("/track")
    visitor.fill(track_number=number, track_key=key)
    visitor.go_on()
    return visitor.text()


def registered(secretary: Visitor, number: str) -> str:
    """Find the request, register it, and return the case's path."""
    secretary.open(f"/office?q={number}")
    secretary.page.get_by_role("link", name=number).click()
    secretary.press("Зарегистрировать")
    return secretary.page.url.removeprefix(secretary.address)
