"""The screens of import and export: look, confirm, undo, give out."""

from datetime import timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from documents.workbook import Sheet, write_workbook
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.exchange.apart import read_apart
from journal_core.exchange.commands import ForgetImports, forget_imports
from journal_core.exchange.models import ImportRun
from journal_core.exchange.sheets import SPECS
from journal_core.exchange.terms import Limits, SheetKind
from journal_core.files.models import StoredFile
from journal_core.people.models import Pupil
from portal.perform import perform_as_operator
from portal.state import Portal
from tests.clock import MONDAY_MORNING, FrozenClock
from tests.core.test_exchange_people import PUPILS, Rows, school
from tests.portal.story import Browser, seed, signed_in

NEW_CLASS: Rows = [["2026/2027", "9Ж", ""]]
RUN = r'action="(/exchange/[0-9a-f-]{36})/forget"'


def workbook(sheets: dict[SheetKind, Rows]) -> bytes:
    """The sheets as a teacher's spreadsheet holds them."""
    made = [
        Sheet(
            name=SPECS[kind].title,
            columns=[column.heading for column in SPECS[kind].columns],
            rows=rows,
        )
        for kind, rows in sheets.items()
    ]
    return write_workbook("Списки", made, MONDAY_MORNING.replace(tzinfo=None))


def look(curator: Browser, content: bytes, name: str = "списки.xlsx") -> int:
    curator.open("/exchange")
    key = curator.found(r'name="key" value="([0-9a-f-]{36})"')
    sent = {"file": (BytesIO(content), name), "key": key}
    return curator.send("/exchange/files", **sent).status_code


def looked_at(curator: Browser, sheets: dict[SheetKind, Rows]) -> str:
    """The address of the file that was looked at."""
    assert look(curator, workbook(sheets)) == HTTPStatus.OK
    return curator.found(RUN)


def how_many(app: Flask, model: type) -> int:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def acts(app: Flask) -> list[AuditAction]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        rows = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        return [action for action in rows if action.startswith("lists:")]


@pytest.fixture
def curator(sqlite_app: Flask) -> Browser:
    seed(sqlite_app)
    return signed_in(sqlite_app, "curator")


@pytest.mark.clause("POL-3.4.1", "POL-3.4.6", "INS-3.1.3")
def test_administrator_looks_confirms_and_takes_back(app: Flask) -> None:
    seed(app)
    curator = signed_in(app, "curator")
    before = how_many(app, Pupil)
    run = looked_at(curator, school())
    assert "Ошибок нет. Новых строк: 5, изменённых: 2." in curator.text
    assert how_many(app, Pupil) == before

    curator.send(f"{run}/confirm")
    assert "Импортировано." in curator.text
    assert how_many(app, Pupil) == before + len(PUPILS)
    looked_at(curator, school())
    assert "Всё это уже есть: файл ничего не изменит." in curator.text

    curator.open(run)
    curator.send(f"{run}/undo")
    assert "Импорт отменён, списки стали прежними." in curator.text
    assert how_many(app, Pupil) == before
    assert acts(app) == [
        AuditAction.LISTS_LOOKED_AT,
        AuditAction.LISTS_IMPORTED,
        AuditAction.LISTS_LOOKED_AT,
        AuditAction.LISTS_IMPORT_UNDONE,
    ]


def test_wrong_rows_are_named_and_the_file_cannot_be_confirmed(
    sqlite_app: Flask, curator: Browser
) -> None:
    wrong = [PUPILS[0][0], "", *PUPILS[0][2:]]
    run = looked_at(curator, school(pupils=[wrong, PUPILS[1]]))
    assert "Ошибок: 1." in curator.text
    assert "Это нужно заполнить." in curator.text
    assert "Импортировать" not in curator.text
    assert "Загрузить исправленный файл" in curator.text
    curator.send(f"{run}/confirm")
    assert "списки изменились" in curator.text
    assert AuditAction.LISTS_IMPORTED not in acts(sqlite_app)
    problems = curator.client.get(f"{run}/problems.xlsx")
    assert problems.data.startswith(b"PK")


def test_first_200_of_1000_problems_are_shown_and_all_are_in_the_file(curator: Browser) -> None:
    classes: Rows = [["2026/2027", f"{at}Ъ", ""] for at in range(1000, 2000)]
    run = looked_at(curator, {SheetKind.CLASSES: classes})
    assert "Показаны первые 200 из 1000." in curator.text
    assert curator.text.count("Класс пишут цифрой и буквой: 7А.") == 200
    content = curator.client.get(f"{run}/problems.xlsx").data
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        assert len(book.get_sheet_by_index(0).to_python()) == 1 + len(classes)


def test_lists_that_changed_since_the_look_are_looked_at_again(
    sqlite_app: Flask, curator: Browser
) -> None:
    first = looked_at(curator, {SheetKind.CLASSES: NEW_CLASS})
    second = looked_at(curator, {SheetKind.CLASSES: NEW_CLASS})
    curator.send(f"{second}/confirm")
    before = acts(sqlite_app).count(AuditAction.LISTS_IMPORTED)
    curator.send(f"{first}/confirm")
    assert "Пока вы смотрели, списки изменились." in curator.text
    assert acts(sqlite_app).count(AuditAction.LISTS_IMPORTED) == before


def test_refused_file_is_said_beside_the_field(curator: Browser) -> None:
    assert look(curator, b"<html>", "a.xls") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Это не таблица: нужен файл XLSX или CSV." in curator.text
    curator.open("/exchange")
    assert curator.send("/exchange/files").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Выберите файл" in curator.text


def test_file_and_what_was_wrong_with_it_are_kept_for_a_day(
    sqlite_app: Flask, curator: Browser, clock: FrozenClock
) -> None:
    portal: Portal = sqlite_app.extensions["portal"]
    looked_at(curator, {SheetKind.CLASSES: NEW_CLASS})
    for passed, gone in ((timedelta(hours=23), 0), (timedelta(hours=1), 1)):
        clock.set(clock() + passed)
        with sqlite_app.app_context():
            assert len(perform_as_operator(forget_imports, ForgetImports())) == gone
    with portal.database.reading() as session:
        assert session.scalars(select(ImportRun.file_id)).one() is None
        erased = select(StoredFile.name).where(StoredFile.erased_at.is_not(None))
        assert session.scalars(erased).one() == "списки.xlsx"


def test_template_comes_back_as_nothing_to_do(curator: Browser) -> None:
    """Its sheets are ours, its examples are passed over."""
    content = curator.client.get("/exchange/template.xlsx").data
    book = read_apart(content, Limits(megabytes=5, rows=1000))
    assert set(book.sheets) == set(SheetKind)
    assert look(curator, content) == HTTPStatus.OK
    assert "В файле нет ни одной своей строки" in curator.text


def test_look_shows_what_changes_until_the_file_is_gone(
    sqlite_app: Flask, curator: Browser
) -> None:
    curator.send(f"{looked_at(curator, school())}/confirm")
    run = looked_at(curator, {SheetKind.CLASSES: [["2026/2027", "7А", "Ким Олег"]]})
    for word in ("Что изменится", "Орлова Елена Сергеевна", "Ким Олег"):
        assert word in curator.text
    curator.send(f"{run}/confirm")
    assert "Импортировано." in curator.text
    assert "Орлова Елена Сергеевна" not in curator.text


@pytest.mark.clause("POL-3.4.6")
def test_everything_given_out_comes_in_again_without_a_change(
    sqlite_app: Flask, curator: Browser
) -> None:
    run = looked_at(curator, school())
    curator.send(f"{run}/confirm")
    files = {"lists.xlsx": curator.client.get("/exchange/lists.xlsx").data}
    for kind in (SheetKind.STAFF, SheetKind.PUPILS, SheetKind.REPRESENTATIVES):
        files[f"{kind}.csv"] = curator.client.get(f"/exchange/lists/{kind}.csv").data
    for name, content in files.items():
        assert look(curator, content, name) == HTTPStatus.OK
        assert "Всё это уже есть: файл ничего не изменит." in curator.text, name
    files["oneroster.zip"] = curator.client.get("/exchange/oneroster.zip").data
    assert look(curator, files["oneroster.zip"], "oneroster.zip") == HTTPStatus.OK
    assert "Ошибок" not in curator.text
    assert acts(sqlite_app).count(AuditAction.LISTS_EXPORTED) == len(files)


def test_deputy_takes_lists_out_and_brings_none_in(sqlite_app: Flask, curator: Browser) -> None:
    deputy = signed_in(sqlite_app, "deputy")
    deputy.open("/exchange")
    assert "Выгрузить" in deputy.text
    assert "Проверить" not in deputy.text
    assert deputy.send("/exchange/files").status_code == HTTPStatus.FORBIDDEN
    teacher = signed_in(sqlite_app, "teacher")
    assert teacher.open("/exchange/lists.xlsx").status_code == HTTPStatus.FORBIDDEN


def test_page_knows_where_to_ask_how_far_it_is(curator: Browser) -> None:
    curator.open("/exchange")
    told = curator.client.get(curator.found(r'data-progress="([^"]+)"'))
    assert told.json == {"phase": "", "done": 0, "total": 0}
    run = looked_at(curator, school())
    assert curator.found(r'data-progress="([^"]+)"') == run.replace("exchange", "exchange/progress")
