"""A school brought in from its spreadsheets in one sitting, and its first days, in a browser."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from playwright.sync_api import Browser
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from documents.workbook import write_workbook
from journal_core.exchange.sheets import SPECS
from journal_core.exchange.terms import SheetKind
from journal_core.lessons.queries import lessons_of
from journal_core.lessons.rules import may_write
from journal_core.people.queries import staff_member_named
from portal.demo.believable import believable_school
from portal.demo.believable.terms import Row, Sheets
from portal.exchange.book import sheet_of
from portal.state import Portal
from tests.browser.visitor import NARROW, WIDE, Visitor, staff, visits
from tests.clock import MONDAY_MORNING, FrozenClock

pytestmark = pytest.mark.browser

SEVEN, ENGLISH = "7А", "Английский язык"
MONDAY = date(2026, 9, 7)
NOBODY = "Небывалая Анна Петровна"


@dataclass(frozen=True)
class MadeUp:
    """A small school whose 7А is not divided for English yet."""

    sheets: Sheets

    def rows(self, kind: SheetKind, **wanted: str) -> list[Row]:
        """The rows of a sheet with those values: `rows(kind, Класс="7А")`."""
        return [row for row in self.sheets[kind.value] if wanted.items() <= row.items()]

    def workbook(self) -> bytes:
        sheets = [
            sheet_of(kind, [[row[column.heading] for column in spec.columns] for row in rows])  # type: ignore[misc]
            for kind, spec in SPECS.items()
            if (rows := self.sheets[kind.value])
        ]
        return write_workbook("Списки", sheets, MONDAY_MORNING.replace(tzinfo=None))

    def spoilt(self) -> tuple[bytes, list[str]]:
        """The workbook with three wrong cells, and how each of them is to be named."""
        named, kept = [], []
        for kind, column, value, reason in (
            (SheetKind.PUPILS, "Дата рождения", "31.02.2014", "Нужна настоящая дата: 01.09.2026."),
            (SheetKind.LOAD, "Класс", "7Я", "Такого класса в этом году нет"),
            (SheetKind.TIMETABLE, "Учитель", NOBODY, "Такого сотрудника нет"),
        ):
            row = self.sheets[kind.value][-1]
            kept.append((row, column, row[column]))
            row[column] = value
            number = len(self.sheets[kind.value]) + 1
            named.append(f"{SPECS[kind].title}\t{number}\t{column}\t{value}\t{reason}")
        content = self.workbook()
        for row, column, right in kept:
            row[column] = right
        return content, named


@pytest.fixture
def made_up(clock: FrozenClock) -> MadeUp:
    """It is the second week of the year; the quarter lasts four."""
    clock.set_local("2026-09-07 09:00")
    sheets = believable_school(pupils=44, weeks=4, seed=1, year=MONDAY.year)
    sheets["group_members"] = [
        row for row in sheets["group_members"] if (row["Класс"], row["Предмет"]) != (SEVEN, ENGLISH)
    ]
    return MadeUp(sheets)


@pytest.mark.clause("POL-3.4.1", "POL-3.4.3", "POL-3.7.3", "INS-3.1.3", "INS-3.3.3", "INS-3.5.8")
def test_school_comes_in_from_spreadsheets_and_begins_to_work(
    made_up: MadeUp, chromium: Browser, address: str, sqlite_app: Flask
) -> None:
    with visits(chromium, address, WIDE) as visit:
        curator, deputy = staff(visit, "curator"), staff(visit, "deputy")
        seen = {person: _pages_seen(person) for person in (curator, deputy)}
        _bring_in(curator, made_up)
        _divide(curator, len(made_up.rows(SheetKind.PUPILS, Класс=SEVEN)))
        _publish(curator, len(made_up.sheets["timetable"]))
        _substitute(deputy, made_up, sqlite_app)
        _print_slips(curator, made_up)
        for person, pages in seen.items():
            person.page.set_viewport_size({"width": NARROW, "height": 900})
            for url in list(dict.fromkeys(pages)):
                person.open(url.removeprefix(address))


def _pages_seen(person: Visitor) -> list[str]:
    """Where the person has been, filled as they go."""
    pages: list[str] = []
    person.page.on("domcontentloaded", lambda page: pages.append(page.url))
    return pages


def _bring_in(curator: Visitor, made_up: MadeUp) -> None:
    """The template, the dry run with its three rows, the mended file, the import."""
    curator.open("/exchange")
    template = CalamineWorkbook.from_filelike(BytesIO(_downloaded(curator, "Скачать шаблон")))
    assert [spec.title for spec in SPECS.values()] == template.sheet_names[1:]

    spoilt, named = made_up.spoilt()
    _send(curator, spoilt)
    assert "Ошибок: 3." in curator.text()
    rows = curator.page.locator("table", has_text="Что исправить").locator("tbody tr")
    assert len(named) == rows.count()
    for row, words in zip(rows.all_inner_texts(), named, strict=True):
        assert row.startswith(words)
    assert curator.page.get_by_role("button", name="Импортировать").count() == 0

    _press(curator, "Загрузить исправленный файл")
    _send(curator, made_up.workbook())
    assert "Ошибок нет." in curator.text()
    _press(curator, "Импортировать")
    assert "Импортировано." in curator.text()
    assert f"Ученики\t{len(made_up.sheets['pupils'])}\t0\t0" in curator.text()
    curator.open("/classes")
    curator.page.get_by_role("link", name=SEVEN, exact=True).click()
    curator.look()
    for pupil in made_up.rows(SheetKind.PUPILS, Класс=SEVEN):
        assert f"{pupil['Фамилия']} {pupil['Имя']} {pupil['Отчество']}" in curator.text()


def _divide(curator: Visitor, pupils: int) -> None:
    """By keyboard: one pupil is left out and named, nothing is lost; then everybody is placed."""
    page = curator.page
    assert f"без группы: {pupils}" in curator.text()
    page.locator("tr", has_text=ENGLISH).get_by_role("link", name="Изменить").focus()
    _enter(curator)
    page.locator("[data-division] input[name=name]").last.focus()
    page.keyboard.press("Tab")
    for at in range(pupils - 1):
        page.keyboard.press("Space")
        if at % 2:
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
    assert page.locator("[data-left-out]").inner_text() == "1"
    page.locator("[name=order_number]").focus()
    page.keyboard.type("45-г")
    _enter(curator)
    assert "Остались без группы:" in curator.text()
    assert page.locator("[name=order_number]").input_value() == "45-г"
    assert page.locator("[data-division] input:checked").count() == pupils - 1

    page.locator("[data-division] tr.row-warning input").first.focus()
    page.keyboard.press("Space")
    _enter(curator)
    assert "Класс разделён." in curator.text()
    assert "без группы" not in curator.text()


def _publish(curator: Visitor, lessons: int) -> None:
    curator.open("/timetable")
    curator.page.get_by_role("link", name="Основное").click()
    curator.look()
    _press(curator, "Опубликовать")
    assert f"уроков в неделе: {lessons}" in curator.text()
    curator.page.get_by_label("Изменить уроки прошедших дней").check()
    _press(curator, "Опубликовать")
    assert "Расписание опубликовано." in curator.text()
    chooser = curator.page.get_by_label("Класс", exact=True)
    chooser.select_option(SEVEN)
    with curator.page.expect_navigation():
        curator.page.locator("form", has=chooser).get_by_role("button").click()
    curator.look()
    assert ENGLISH in curator.text()


def _substitute(deputy: Visitor, made_up: MadeUp, app: Flask) -> None:
    """The first one offered takes the lessons of the day; it is in the book and on the paper."""
    page = deputy.page
    absent = made_up.rows(SheetKind.TIMETABLE, Класс=SEVEN, Предмет=ENGLISH)[0]["Учитель"]
    deputy.open("/lessons")
    _press(deputy, "Отметить отсутствие")
    page.get_by_label("Кто отсутствует").select_option(label=str(absent))
    page.get_by_label("Причина").select_option(label="Болезнь")
    _press(deputy, "Показать уроки")
    offered = page.get_by_label("Кто ведёт").all()
    for select in offered:
        select.select_option(index=1)
    first = offered[0].locator("option:checked").inner_text()
    _press(deputy, "Сохранить замены")
    assert f"Сохранено решений: {len(offered)}." in deputy.text()
    deputy.open("/lessons/substitutions")
    book = page.locator("tbody tr").all_inner_texts()
    assert len(book) == len(offered)
    assert all(str(absent).split()[0] in row for row in book)
    paper = PdfReader(BytesIO(_downloaded(deputy, "Напечатать (PDF)")))
    assert "болезнь" in paper.pages[0].extract_text()
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        substitute = staff_member_named(session, first.split(" — ")[0])
        assert substitute is not None
        given = [one for one in lessons_of(session, substitute, MONDAY) if one.substitute_id]
        assert given
        assert all(may_write(one, substitute) for one in given)


def _print_slips(curator: Visitor, made_up: MadeUp) -> None:
    """A slip for every pupil and every representative of the class, each on its page."""
    curator.open("/classes")
    curator.page.get_by_role("link", name=SEVEN, exact=True).click()
    curator.look()
    numbers = {row["№ личного дела"] for row in made_up.rows(SheetKind.PUPILS, Класс=SEVEN)}
    parents = [row for row in made_up.sheets["representatives"] if row["№ личного дела"] in numbers]
    slips = PdfReader(BytesIO(_downloaded(curator, "Листки, по одному на странице")))
    assert len(slips.pages) == len(numbers) + len(parents)
    assert all(SEVEN in page.extract_text() for page in slips.pages)


def _send(curator: Visitor, content: bytes) -> None:
    curator.page.locator("input[type=file]").set_input_files(
        {"name": "школа.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    _press(curator, "Проверить")


def _press(visitor: Visitor, name: str) -> None:
    """Press what leads to another page, however long the server takes over it."""
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name=name, exact=True).click()
    visitor.look()


def _enter(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look()


def _downloaded(visitor: Visitor, name: str) -> bytes:
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name=name, exact=True).click()
    return download.value.path().read_bytes()
