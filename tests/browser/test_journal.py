"""The journal page before a real browser, by its keys and by touch."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import select

from journal_core.marks.models import Mark, Work
from journal_core.people.queries import staff_member_named
from tests.browser.visitor import NARROW, WIDE, Visitor, staff, visits
from tests.clock import FrozenClock
from tests.factories.journal import KeptSchool, kept_school
from tests.portal.story import acted

pytestmark = pytest.mark.browser

SURNAMES = (
    *("Абрамов", "Белов", "Волков", "Громов", "Дьяков", "Ершов", "Жуков", "Зайцев", "Ильин"),
    *("Крылов", "Лебедев", "Морозов", "Никитин", "Орехов", "Павлов", "Романов", "Соколов"),
    *("Тихонов", "Ушаков", "Фёдоров", "Харитонов", "Цветков", "Чернов", "Шишкин", "Щукин"),
)
MARKS = "5443523455433445254343455"
#: The second lesson of Monday 23 November, and the first; Wednesday before them.
SECOND, FIRST, WEDNESDAY = 7, 6, 5


@pytest.fixture
def school(sqlite_app: Flask, address: str) -> KeptSchool:
    """25 pupils of 8В, taught algebra by the seeded teacher."""
    return acted(
        sqlite_app,
        lambda context: kept_school(
            context,
            name="8В",
            subject_name="Алгебра",
            names=tuple(f"{surname} Пётр Ильич" for surname in SURNAMES),
            teacher_id=staff_member_named(context.session, "Орлова Елена Сергеевна"),
        ),
    )


@pytest.fixture
def teacher(chromium: Browser, address: str, school: KeptSchool) -> Iterator[Visitor]:
    with visits(chromium, address, WIDE) as visit:
        visitor = staff(visit, "teacher")
        visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visitor.open(_path(school))
        yield visitor


@pytest.mark.clause("INS-3.3.12")
@pytest.mark.clause("INS-3.3.13")
def test_a_column_is_written_pasted_and_undone_by_keys(teacher: Visitor, sqlite_app: Flask) -> None:
    page, keyboard = teacher.page, teacher.page.keyboard
    # 25 marks in 25 keystrokes: today's first lesson is where one begins.
    for mark in MARKS:
        keyboard.press(mark)
    expect(page.locator("[data-state=pending]")).to_have_count(0)
    assert _column(teacher, FIRST) == list(MARKS)
    assert _stored(sqlite_app) == sorted(MARKS)
    # The last row is where one stays; the key of «н» writes it whatever the layout.
    keyboard.press("ArrowRight")
    keyboard.press("KeyY")
    expect(_cell(teacher, 24, SECOND)).to_have_text("н")
    keyboard.press("Control+KeyZ")
    expect(_cell(teacher, 24, SECOND)).to_have_text("")
    # A pasted column is shown first; what is no mark is refused, and one key writes the rest.
    keyboard.press("Control+ArrowUp")
    pasted = "\n".join(["7", "4/5", *MARKS[2:]])
    page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    keyboard.press("Control+KeyV")
    preview = page.locator("[data-dialog=paste]")
    expect(preview.locator("tbody tr")).to_have_count(25)
    expect(preview.locator("tbody tr").first).to_contain_text("это не отметка")
    expect(preview.locator("tbody tr").nth(1)).to_contain_text("Белов Пётр")
    teacher.look()
    keyboard.press("Enter")
    expect(_cell(teacher, 24, SECOND)).to_have_text("5")
    assert _column(teacher, SECOND) == ["", "4/5", *MARKS[2:]]
    expect(page.locator("[data-average]").nth(1)).to_have_text("4,33")
    expect(page.locator("[data-state=pending]")).to_have_count(0)
    keyboard.press("Control+KeyZ")
    expect(_cell(teacher, 24, SECOND)).to_have_text("")
    assert _column(teacher, SECOND) == [""] * 25
    # A block that begins with names is read by them.
    page.evaluate(
        "text => navigator.clipboard.writeText(text)", "Волков\t3\nБелов Пётр\t2\nЮдин\t5"
    )
    keyboard.press("Control+KeyV")
    expect(preview.locator("tbody tr").last).to_contain_text("такого ученика здесь нет")
    keyboard.press("Enter")
    expect(_cell(teacher, 2, SECOND)).to_have_text("3")
    assert _column(teacher, SECOND)[:3] == ["", "2", "3"]
    keyboard.press("Control+KeyZ")
    expect(_cell(teacher, 2, SECOND)).to_have_text("")
    # Shift with a digit fills what is empty below.
    keyboard.press("Shift+Digit4")
    expect(_cell(teacher, 24, SECOND)).to_have_text("4")
    keyboard.press("Control+KeyZ")
    expect(_cell(teacher, 24, SECOND)).to_have_text("")
    # What is closed says why, by which clause, and who opens it; nothing is lost.
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowLeft")
    keyboard.press("5")
    refused = _cell(teacher, 0, WEDNESDAY)
    expect(refused).to_have_attribute("data-state", "refused")
    keyboard.press("ArrowUp")
    strip = page.locator(".journal-strip")
    expect(strip).to_contain_text("Не записано. Вы ввели: 5. День урока и срок проверки прошли.")
    expect(strip).to_contain_text("INS-3.3.13")
    ask = strip.get_by_role("link", name="Попросить разрешение")
    assert "/corrections/new?lesson=" in (ask.get_attribute("href") or "")
    assert "закрыто" in (refused.get_attribute("aria-label") or "")
    keyboard.press("Escape")
    expect(page.locator("[data-state=refused]")).to_have_count(0)
    # Two marks in one cell, a comment, the list of keys, a pupil by the first letters.
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    keyboard.type("4 5")
    keyboard.press("Enter")
    expect(_cell(teacher, 0, FIRST)).to_have_text("4/5")
    keyboard.press("/")
    keyboard.type("бел")
    keyboard.press("Enter")
    keyboard.press(".")
    keyboard.type("у доски")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(_cell(teacher, 1, FIRST)).to_have_attribute("data-comment", "у доски")
    keyboard.press("?")
    expect(page.get_by_role("heading", name="Клавиши")).to_be_visible()
    teacher.look()


def test_two_in_one_page_see_each_other_and_lose_nothing(
    teacher: Visitor, chromium: Browser, school: KeptSchool, clock: FrozenClock
) -> None:
    with visits(chromium, teacher.address, WIDE) as visit:
        other = staff(visit, "teacher")
        other.page.goto(teacher.address + _path(school))
        teacher.page.keyboard.press("5")
        expect(_cell(other, 0, FIRST)).to_have_text("5", timeout=2000)
        expect(other.page.locator("[data-tell]")).to_contain_text("Абрамов Пётр, 5")
        # The other sees no more, and writes where somebody has written since.
        other.page.route("**/changes?*", lambda route: route.abort())
        clock.advance(seconds=1)
        teacher.page.keyboard.press("3")
        expect(_cell(teacher, 1, FIRST)).to_have_attribute("data-state", "saved")
        _cell(other, 1, FIRST).click()
        other.page.keyboard.press("4")
        expect(_cell(other, 1, FIRST)).to_have_attribute("data-state", "conflict")
        expect(_cell(other, 1, FIRST)).to_have_text("3")
        other.page.keyboard.press("ArrowUp")
        clock.advance(seconds=1)
        other.page.get_by_role("button", name="Записать моё: 4").click()
        expect(_cell(teacher, 1, FIRST)).to_have_text("4", timeout=2000)
        # Without the network nothing is lost either: it is sent when it can be.
        other.page.route("**/cells", lambda route: route.abort())
        other.page.keyboard.press("ArrowDown")
        other.page.keyboard.press("2")
        expect(_cell(other, 2, FIRST)).to_have_attribute("data-state", "failed")
        other.page.unroute("**/cells")
        expect(_cell(teacher, 2, FIRST)).to_have_text("2", timeout=5000)


def test_a_phone_shows_one_column_and_writes_by_touch(
    chromium: Browser, address: str, school: KeptSchool
) -> None:
    with visits(chromium, address, NARROW) as visit:
        teacher = staff(visit, "teacher")
        page = teacher.page
        page.goto(address + _path(school))
        _cell(teacher, 0, FIRST).tap()
        page.get_by_role("button", name="4", exact=True).tap()
        page.get_by_role("button", name="оп – опоздал").tap()
        expect(_cell(teacher, 0, FIRST)).to_have_text("4")
        expect(_cell(teacher, 1, FIRST)).to_have_text("оп")
        page.get_by_label("Столбец").select_option(str(SECOND))
        expect(_cell(teacher, 0, SECOND)).to_be_visible()
        expect(_cell(teacher, 0, FIRST)).to_be_hidden()
        page.get_by_role("button", name="5", exact=True).tap()
        expect(_cell(teacher, 2, SECOND)).to_have_text("5")
        teacher.look()


def _path(school: KeptSchool) -> str:
    return f"/journal/{school.class_id}/{school.subject_id}"


def _cell(visitor: Visitor, row: int, column: int) -> Locator:
    return visitor.page.locator("tr[data-pupil]").nth(row).locator("td").nth(column)


def _column(visitor: Visitor, column: int) -> list[str]:
    cells = visitor.page.locator(f"tr[data-pupil] td:nth-of-type({column + 1})")
    return [re.sub(r"\s", "", text) for text in cells.all_inner_texts()]


def _stored(app: Flask) -> list[str]:
    return acted(
        app,
        lambda context: sorted(
            context.session.scalars(select(Mark.value).join(Work, Work.id == Mark.work_id))
        ),
    )
