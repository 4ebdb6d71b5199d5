"""The head sets up the second step before anything else, and signs in with it."""

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.visitor import NARROW, WIDE, staff, visits
from tests.clock import FrozenClock
from tests.portal.phone import require_factor

pytestmark = pytest.mark.browser


@pytest.mark.clause("POL-4.2.3")
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_head_sets_up_the_second_step_and_signs_in_with_it(
    chromium: Browser, address: str, sqlite_app: Flask, clock: FrozenClock, width: int
) -> None:
    require_factor(sqlite_app)
    with visits(chromium, address, width) as visit:
        head = staff(visit, "head")
        secret = head.page.locator("#app-secret").text_content() or ""
        app = pyotp.TOTP(secret.replace(" ", ""))
        head.fill(code=app.at(clock()))
        head.press("Включить второй шаг")
        assert head.page.locator(".backup-codes li").count() == 10
        assert head.page.get_by_role("button", name="Напечатать").is_visible()
        backup_code = head.page.locator(".backup-codes li").first.inner_text()
        head.page.get_by_role("button", name="Коды сохранены, продолжить").click()
        head.page.wait_for_url("**/home")

        again = staff(visit, "head")
        again.fill(code=backup_code)
        again.press("Войти")
        again.open("/account")
        assert "Запасных кодов осталось: 9" in again.text()
