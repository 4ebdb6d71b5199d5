"""From the code to the diary: what the teacher writes, the family reads on a phone."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil
from journal_core.people.queries import staff_member_named
from journal_core.school.queries import class_named
from journal_core.timetable.terms import Slot
from portal.messages.reports import note_written
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
from tests.factories.journal import as_person
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


@pytest.mark.clause("POL-3.9.5")
@pytest.mark.clause("POL-3.7.8")
@pytest.mark.clause("INS-3.3.13")
def test_reported_error_is_corrected_by_a_slip_and_the_parent_sees_old_and_new(
    chromium: Browser, address: str, sqlite_app: Flask, clock: FrozenClock
) -> None:
    acted(sqlite_app, _marked)
    with visits(chromium, address, WIDE) as visit, visits(chromium, address, NARROW) as phone:
        parent = staff(phone, "parent")
        _week_before(parent)
        parent.page.get_by_role("link", name="Ошибка? Отметка 3").click()
        parent.look()
        parent.fill(words="В тетради стоит 4.")
        parent.press("Отправить")
        thread = parent.page.url.removeprefix(address)
        assert "ждёт ответа" in parent.text()
        assert "осталось 24 ч" in parent.text()
        teacher = staff(visit, "teacher")
        teacher.open("/messages/errors")
        teacher.page.locator(f"main a[href='{thread}']").first.click()
        teacher.look()
        teacher.page.get_by_role("link", name="Попросить исправление").click()
        teacher.look()
        teacher.page.locator("main table input[name^='wanted_']").first.fill("4")
        teacher.fill(reason="Перепутаны тетради")
        teacher.press("Отправить заместителю директора")
        deputy = staff(visit, "deputy")
        deputy.open("/corrections")
        deputy.page.locator("main table th a").first.click()
        deputy.look()
        deputy.press("Разрешить исправление")
        clock.advance(minutes=5)
        _written_where_it_is_open(teacher)
        with sqlite_app.app_context():
            note_written()
        parent.open("/messages")
        assert "новое" in parent.text()
        parent.open(thread)
        for words in ("Было 3, стало 4", "корешок № 1", "исправлено"):
            assert words in parent.text()
        _week_before(parent)
        parent.page.get_by_role("link", name="Математика", exact=True).first.click()
        parent.look()
        assert "было 3, стало 4, корешок № 1" in parent.text()


def _marked(context: ActionContext) -> None:
    """Петров has a 3 of a week ago, which nobody may change on their own any more."""
    _mathematics(context)
    then = replace(context, now=context.now - timedelta(days=7))
    lesson = context.session.scalars(select(Lesson).where(Lesson.day == then.today)).one()
    petrov = select(Pupil.id).join(Person).where(Person.last_name == "Петров")
    cell = CellEdit(
        lesson_id=lesson.id,
        pupil_id=context.session.scalars(petrov).one(),
        kind=CellKind.MARK,
        value="3",
    )
    write_cells(as_person(then, lesson.teacher_id), WriteCells(edits=(cell,)))


def _week_before(parent: Visitor) -> None:
    parent.open("/diary")
    parent.page.get_by_role("link", name="Раньше").click()
    parent.look()


def _written_where_it_is_open(teacher: Visitor) -> None:
    page = teacher.page
    teacher.open("/corrections")
    page.locator("main table th a").first.click()
    page.get_by_role("button", name="Открыть журнал").click()
    page.wait_for_load_state("networkidle")
    page.locator("td[data-opened]").click()
    page.keyboard.press("4")
    expect(page.locator("td[data-value='4']")).to_have_attribute("data-state", "saved")


@pytest.mark.clause("INS-3.2.6")
def test_two_weeks_of_silence_bring_a_call_and_a_visit_closes_the_task(
    chromium: Browser, address: str, sqlite_app: Flask, clock: FrozenClock
) -> None:
    acted(sqlite_app, period)
    with visits(chromium, address, WIDE) as visit, visits(chromium, address, NARROW) as phone:
        staff(phone, "parent").open("/diary")
        clock.advance(days=15)
        sqlite_app.test_cli_runner().invoke(args=["nightly", "run"])
        leader = staff(visit, "classteacher")
        leader.open("/home")
        leader.page.get_by_role("link", name="семей давно не открывали дневник").click()
        leader.look()
        row = leader.page.locator("tr", has_text="Петров Кирилл").first
        assert "свяжитесь с семьёй" in row.inner_text()
        row.get_by_role("link", name="Записать звонок или письмо").click()
        leader.look()
        leader.page.get_by_label("Петрова Ирина Львовна").check()
        leader.fill(how="phone", result="told", note="Зайдёт вечером")
        leader.press("Записать")
        assert "Зайдёт вечером" in leader.text()
        assert "семья знает, напомним" in leader.text()
        staff(phone, "parent").open("/diary")
        leader.page.reload()
        leader.look()
        assert "дневник открыт, Петрова Ирина Львовна" in leader.text()
        assert leader.page.get_by_role("button", name="Записать").count() == 0
