"""The quality of the service in a real browser, checked by axe."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.demo.history import tell_history
from tests.browser.visitor import NARROW, WIDE, staff, visits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.clause("INS-3.6.7")
def test_deputy_goes_from_a_figure_to_the_request_that_broke_its_term(
    chromium: Browser, sqlite_app: Flask, address: str, width: int
) -> None:
    with sqlite_app.app_context():
        tell_history(sqlite_app.extensions["portal"])
    with visits(chromium, address, width) as visit:
        deputy = staff(visit, "deputy")
        deputy.open("/control/service")
        deputy.page.locator(".figures a[href*=broken]").click()
        deputy.open(deputy.page.url.removeprefix(address))
        assert "Администратор журнала: код не сформирован" in deputy.text()
        deputy.open("/control/service?since-day=31&since-month=2&since-year=2026")
        assert "Такой даты нет" in deputy.text()
