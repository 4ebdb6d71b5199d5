"""From the code to the diary: what the teacher writes, the family reads on a phone."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from journal_core.context import ActionContext
from journal_core.lessons.models import Lesson
from journal_core.people.queries import staff_member_named
from journal_core.school.queries import class_named
from journal_core.timetable.terms import Slot
from tests.browser.visitor import (
    AGE_DAYS,
    NARROW,
    WIDE,
    Visitor,
    apply,
    born_parts,
    registered,
    staff,
    visits,
)
from tests.clock import FrozenClock
from tests.factories.school import subject
from tests.factories.week import load, period, published
from tests.portal.story import acted

pytestmark = pytest.mark.browser


def _mathematics(context: ActionContext) -> UUID:
    """6А of the demo has mathematics with Орлова on Mondays and Tuesdays; today's lesson."""
    of_class = class_named(context.session, "6А")
    orlova = staff_member_named(context.session, "Орлова Елена Сергеевна")
    assert of_class
    assert orlova
    period(context)
    maths = subject(context)
    load(context, orlova, maths, of_class.id)
    slots = (
        Slot(
            weekday=weekday, number=1, class_id=of_class.id, group_id=None, subject_id=maths,
            teacher_id=orlova,
        )
        for weekday in (1, 2)
    )  # fmt: skip
    published(context, *slots)
    lesson = select(Lesson.id).where(Lesson.day == context.today)
    return context.session.scalars(lesson).one()


@pytest.mark.clause("SVC-3.4.3")
@pytest.mark.clause("POL-3.9.2")
def test_two_codes_open_the_diaries_of_two_children_with_what_the_teacher_wrote(
    chromium: Browser, address: str, sqlite_app: Flask, clock: FrozenClock
) -> None:
    lesson_id = acted(sqlite_app, _mathematics)
    with visits(chromium, address, WIDE) as visit:
        _kept(staff(visit, "teacher"), lesson_id)
        desk = staff(visit, "secretary"), staff(visit, "curator")
        with visits(chromium, address, NARROW) as phone:
            parent = phone()
            parent.open("/")
            _redeem(
                parent,
                _code(parent, desk, clock, "Иванова", "Анна Сергеевна"),
                clock,
                username="maria",
                password="a password of her own",
            )
            parent.open("/diary")
            assert "Иванова Анна" in parent.page.locator("h1").inner_text()
            for words in ("На завтра", "§ 12, № 341", "Делимость чисел", "Ответ на уроке"):
                assert words in parent.text()
            _redeem(parent, _code(parent, desk, clock, "Петров", "Кирилл Алексеевич"), clock)
            parent.open("/diary")
            parent.page.get_by_role("link", name="Петров Кирилл").first.click()
            parent.look()
            assert "пропуск" in parent.text()
            assert "Отметка" not in parent.text()


def _kept(teacher: Visitor, lesson_id: UUID) -> None:
    """Петров is away, Иванова answers for a five; the topic and what is due tomorrow."""
    page = teacher.page
    teacher.open(f"/lesson/{lesson_id}")
    page.keyboard.type("п")
    page.keyboard.press("Enter")
    expect(page.locator("[data-roll-told]")).to_contain_text("нет 1 из 2")
    page.locator("#topic").fill("Делимость чисел")
    page.keyboard.press("Enter")
    expect(page.locator("[data-topic-state] .govuk-tag--green")).to_be_visible()
    page.locator(".journal-grid tbody tr", has_text="Иванова").locator("td").first.click()
    page.keyboard.press("5")
    expect(page.locator("td[data-value='5']")).to_have_attribute("data-state", "saved")
    page.locator("[name=homework]").fill("§ 12, № 341")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".homework__form [data-state]")).to_have_attribute("data-kind", "saved")


def _code(
    parent: Visitor, desk: tuple[Visitor, Visitor], clock: FrozenClock, child: str, given: str
) -> str:
    """Ask on the phone, show the papers, and be told the code at the counter."""
    secretary, curator = desk
    number, _key = apply(parent, clock, child=child, given=given)
    case = registered(secretary, number)
    secretary.fill(papers="identity", particulars_identity="серия 1 № 2", all_answered="yes")
    secretary.fill(papers="birth_certificate")
    secretary.press("Завершить проверку")
    curator.open(case)
    curator.press("Сформировать код")
    secretary.open(case)
    code = secretary.page.locator("#invitation-code").inner_text()
    secretary.press("Код передан")
    return code


def _redeem(parent: Visitor, code: str, clock: FrozenClock, **account: str) -> None:
    parent.open("/invitation")
    parent.fill(code=code)
    parent.go_on()
    parent.fill(**born_parts(clock().date() - timedelta(days=AGE_DAYS)), **account)
    parent.page.locator("main form[method=post] button[type=submit]").last.click()
    parent.look()
