"""The counter by keyboard alone: application, check and receipt (SVC-3.4.1)."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visitor import AGE_DAYS, WIDE, staff, visits
from tests.clock import FrozenClock

pytestmark = pytest.mark.browser

#: Keystrokes besides the typed values, from the empty application to the receipt.
MOST_KEYS = 60
MEASURED = 40


class Keyboard:
    """Counts the keys that are pressed; what is typed into fields does not count."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, *values: str) -> None:
        """Each value into its field, Tab after each."""
        for value in values:
            self.page.keyboard.type(value)
            self.press("Tab")

    def go_on(self) -> None:
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.mark.clause("SVC-3.4.1")
def test_counter_visit_takes_at_most_sixty_keystrokes(
    chromium: Browser, address: str, clock: FrozenClock
) -> None:
    born = clock().date() - timedelta(days=AGE_DAYS)
    with visits(chromium, address, WIDE) as visit:
        secretary = staff(visit, "secretary")
        secretary.open("/office/intake")
        keys = Keyboard(secretary.page)
        keys.type("Иванова", "Мария", "Петровна", "ул. Мира, 1", "+7 912 345-67-89", "")
        keys.type("Иванова", "Анна", "Сергеевна")
        keys.type(f"{born.day}", f"{born.month}", f"{born.year}", "6А")
        for _choice in ("capacity", "result", "refusal", "declaration"):
            keys.press("Space", "Tab")
        keys.go_on()
        assert "Зарегистрировано" in secretary.text()

        keys.press("Tab", "Space", "Tab")
        keys.type("серия 1 № 2")
        keys.press("Space", "Tab")
        keys.type("серия 3 № 4")
        keys.press(*["Tab"] * 6, "Space", "Tab")
        keys.go_on()
        assert "Документы проверены" in secretary.text()

        keys.press("Tab")
        focused = secretary.page.locator(":focus")
        assert focused.inner_text() == "Расписка (PDF)"
        with secretary.page.expect_download() as download:
            keys.press("Enter")
        assert download.value.suggested_filename == "receipt.pdf"
        assert keys.pressed == MEASURED <= MOST_KEYS
