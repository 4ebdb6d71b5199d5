"""The pages of a document, ordered on a telephone and by keyboard alone (SVC-2.6)."""

import pytest
from playwright.sync_api import Browser, FilePayload

from tests.browser.visitor import NARROW, WIDE, Visitor, apply_up_to_papers, visits
from tests.clock import FrozenClock
from tests.hostile import pdf

pytestmark = pytest.mark.browser


@pytest.mark.clause("SVC-2.6")
@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_pages_are_ordered_by_keyboard(
    chromium: Browser, address: str, clock: FrozenClock, width: int, *, javascript: bool
) -> None:
    with visits(chromium, address, width) as visit:
        applicant = visit(javascript=javascript)
        apply_up_to_papers(applicant, clock, child="Иванова")
        _choose(applicant, "identity", "паспорт.pdf")
        _choose(applicant, "birth_certificate", "оборот.pdf", "лицо.pdf")
        applicant.press("Добавить файлы и остаться")
        assert "Добавлено файлов: 3" in applicant.text()
        keyboard = applicant.page.keyboard
        applicant.page.get_by_role("button", name="Ниже").first.focus()
        with applicant.page.expect_navigation():
            keyboard.press("Enter")
        names = applicant.page.locator("main li[id^=paper]").all_inner_texts()
        assert [name.split()[0] for name in names] == ["паспорт.pdf", "лицо.pdf", "оборот.pdf"]
        # The browser stands at the page in its new place, which is read out; Tab goes to its acts.
        assert applicant.page.locator("main li:focus").inner_text().startswith("оборот.pdf")
        keyboard.press("Tab")
        assert applicant.page.locator("button:focus").inner_text().startswith("Выше")


def _choose(applicant: Visitor, field: str, *names: str) -> None:
    sent = [FilePayload(name=name, mimeType="application/pdf", buffer=pdf()) for name in names]
    applicant.page.locator(f"main input[name={field}]").set_input_files(sent)
