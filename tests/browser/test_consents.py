"""A class teacher collects a consent, on a phone and at a desk; each page is checked by axe."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.visitor import NARROW, WIDE, staff, visits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.clause("POL-3.5.7", "FRM-3")
def test_class_teacher_prints_files_and_records_a_withdrawal(
    chromium: Browser, address: str, tmp_path: Path, width: int
) -> None:
    photograph = tmp_path / "sheet.jpg"
    Image.new("RGB", (8, 8), "teal").save(photograph)
    with visits(chromium, address, width) as visit:
        teacher = staff(visit, "classteacher")
        teacher.open("/office/consents")
        teacher.page.get_by_role("link", name="Иванова Мария Петровна").click()
        teacher.page.get_by_text("Впечатать паспорт представителя").click()
        teacher.fill(passport_number="000000")
        with teacher.page.expect_download() as sheet:
            teacher.page.get_by_role("button", name="Напечатать (PDF)").click()
        assert sheet.value.path().read_bytes().startswith(b"%PDF")
        teacher.press("Принять")
        assert "Выберите файл" in teacher.text()
        teacher.page.locator("input[type=file]").set_input_files(photograph)
        teacher.press("Принять")
        assert "Подписанное согласие принято" in teacher.text()
        teacher.page.get_by_role("button", name="Поступило заявление об отзыве").click()
        teacher.press("Записать отзыв")
        teacher.press("Данные удалены")
        assert "Удаление отмечено" in teacher.text()
        head = staff(visit, "head")
        head.open("/office/consents")
        head.open("/office/consents/law")
