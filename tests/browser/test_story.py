"""The story in a real browser: phone and desk, with and without JavaScript, checked by axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import (
    AGE_DAYS,
    NARROW,
    WIDE,
    apply,
    born_parts,
    registered,
    staff,
    track,
    visits,
)
from tests.clock import FrozenClock

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.clause("SVC-3.4.3")
def test_family_gets_its_code_and_signs_in(
    chromium: Browser, address: str, clock: FrozenClock, width: int
) -> None:
    with visits(chromium, address, width) as visit:
        applicant = visit()
        applicant.open("/")
        number, key = apply(applicant, clock, child="Иванова")
        secretary = staff(visit, "secretary")
        case = registered(secretary, number)
        secretary.fill(papers="identity", particulars_identity="серия 1 № 2", all_answered="yes")
        secretary.fill(papers="birth_certificate")
        secretary.press("Завершить проверку")
        curator = staff(visit, "curator")
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
            **born_parts(clock().date() - timedelta(days=AGE_DAYS)),
        )
        applicant.page.get_by_role("button", name="Зарегистрироваться").click()
        applicant.page.wait_for_load_state()
        assert "На этой неделе уроков нет" in applicant.text()
        assert "Услуга оказана" in track(applicant, number, key)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.clause("SVC-2.14")
def test_stranger_is_refused_and_reads_it(
    chromium: Browser, address: str, clock: FrozenClock, width: int
) -> None:
    with visits(chromium, address, width) as visit:
        number, key = apply(visit(javascript=False), clock, child="Неизвестная")
        secretary = staff(visit, "secretary")
        case = registered(secretary, number)
        secretary.fill(grounds="not_a_pupil", all_answered="yes")
        secretary.press("Завершить проверку")
        head = staff(visit, "head")
        head.open(case)
        head.press("Подписать отказ")
        secretary.open(case)
        secretary.press("Решение передано")
        assert "Отказ вручен" in track(visit(javascript=False), number, key)
