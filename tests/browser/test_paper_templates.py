"""The journal administrator replaces a template, on a phone and at a desk, checked by axe."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import NARROW, WIDE, staff, visits
from tests.documents.office_files import built_in, in_own_colour
from tests.portal.story import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.clause("FRM-2")
def test_administrator_tries_a_template_puts_it_in_force_and_takes_it_back(
    chromium: Browser, address: str, tmp_path: Path, width: int
) -> None:
    wrong, good = tmp_path / "согласие.docx", tmp_path / "бланк.docx"
    wrong.write_bytes(built_in("consent"))
    good.write_bytes(in_own_colour())
    with visits(chromium, address, width) as visit:
        curator = staff(visit, "curator")
        curator.open("/school/templates")
        curator.page.get_by_role("link", name="Решение об отказе", exact=True).click()
        curator.page.locator("input[type=file]").set_input_files(wrong)
        curator.press("Проверить")
        assert "Таких слов в этом документе нет" in curator.text()
        curator.page.locator("input[type=file]").set_input_files(good)
        curator.press("Проверить")
        with curator.page.expect_download() as trial:
            curator.page.get_by_role("button", name="Скачать пробный документ").click()
        assert trial.value.path().read_bytes().startswith(b"PK")
        curator.fill(order_number="51", current_password="a guess")
        curator.press("Ввести в действие")
        assert "Это не ваш нынешний пароль" in curator.text()
        curator.fill(current_password=PASSWORD)
        curator.press("Ввести в действие")
        assert "Печатается по шаблону школы «бланк.docx»" in curator.text()
        curator.open("/school/templates")
        curator.open("/school/templates/refusal/built-in")
        curator.fill(current_password=PASSWORD)
        curator.press("Вернуть встроенный")
        assert "Печатается по встроенному шаблону" in curator.text()
