"""What a file turns out to be: read whole, or refused with a clear reason."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from documents.workbook import Sheet, write_csv
from journal_core.errors import RuleBroken
from journal_core.exchange.apart import read_apart
from journal_core.exchange.cells import tidy
from journal_core.exchange.reading import MOST_CELL, read_file
from journal_core.exchange.sheets import SPECS, parsed
from journal_core.exchange.terms import Book, Limits, Reason, SheetKind

LIMITS = Limits(megabytes=5, rows=1000)
CLASSES = SPECS[SheetKind.CLASSES]
HEADINGS = ["Учебный год", "Класс", "Классный руководитель"]
TEXT = "Учебный год;Класс;Классный руководитель\r\n2026/2027;7А;Ёлкина Зоя\r\n"


def book(*rows: list[object], merge: str = "", hidden: str = "") -> bytes:
    """A workbook with the sheet «Классы»."""
    content = BytesIO()
    with Workbook(content) as made:
        page = made.add_worksheet("Классы")
        page.write_row(0, 0, HEADINGS)
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, row)
        if merge:
            page.merge_range(merge, "7А")
        if hidden:
            kept = made.add_worksheet(hidden)
            kept.write_row(0, 0, HEADINGS)
            kept.write_row(1, 0, ["2026/2027", "9А"])
            kept.hide()
    return content.getvalue()


def refusal(content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(RuleBroken) as refused:
        read_apart(content, limits)
    return refused.value.code


def lines(found: Book) -> list[tuple[int, list[str]]]:
    return [(number, list(cells)) for number, cells in found.sheets[SheetKind.CLASSES].rows]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1251"),
        TEXT.replace(";", ",").encode("cp1251"),
        TEXT.replace("\r\n", "\n").encode(),
        ("Классы школы на год;;\n\n" + TEXT).encode(),
        TEXT.upper().replace("Ё", "Е").encode(),
    ],
)
def test_text_is_known_by_its_content_and_headings(content: bytes) -> None:
    found = read_apart(content, LIMITS)
    [(_number, cells)] = lines(found)
    assert [cell.upper().replace("Ё", "Е") for cell in cells] == ["2026/2027", "7А", "ЕЛКИНА ЗОЯ"]


def test_columns_may_stand_in_any_order_and_among_others() -> None:
    found = read_apart("КЛАСС;Этаж; учебный  год\n7А;2;2026/27".encode(), LIMITS)
    [row] = parsed(CLASSES, found.sheets[SheetKind.CLASSES])
    assert row.texts == {"class": "7А", "year": "2026/27"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet_file_empty"),
        (b" \r\n ", "sheet_file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "sheet_file_old"),
        (b"<html><table>", "sheet_file_kind"),
        (b"%PDF-1.7", "sheet_file_kind"),
        (b"PK\x03\x04 and nothing more", "sheet_file_broken"),
        (TEXT.encode("utf-16"), "sheet_file_encoding"),
        ("Кошки;Собаки\n1;2".encode(), "sheet_file_unknown"),
        (TEXT.encode("koi8-r"), "sheet_file_unknown"),
        (TEXT.encode("cp866"), "sheet_file_unknown"),
    ],
)
def test_what_is_no_list_of_ours_is_refused_with_the_reason(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_other_packed_files_are_told_from_a_workbook() -> None:
    for name, code in (("content.xml", "sheet_file_old"), ("word/document.xml", "sheet_file_kind")):
        content = BytesIO()
        with zipfile.ZipFile(content, "w") as packed:
            packed.writestr(name, "<xml/>")
        assert refusal(content.getvalue()) == code


def test_bomb_is_refused_by_the_directory_of_the_archive() -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * 260_000_000)
    assert len(content.getvalue()) < 1_000_000
    assert refusal(content.getvalue()) == "sheet_file_heavy"


def test_hidden_sheets_are_passed_over_and_said() -> None:
    found = read_apart(book(["2026/2027", "7А"], hidden="Запас"), LIMITS)
    assert list(found.hidden) == ["Запас"]
    assert len(lines(found)) == 1


def test_formula_is_the_value_last_seen_and_merged_cells_are_named() -> None:
    content = book(["2026/2027", '="7"&"А"'], ["2026/2027", ""], merge="B3:B4")
    found = read_apart(content, LIMITS)
    rows = list(parsed(CLASSES, found.sheets[SheetKind.CLASSES]))
    problems = [problem for row in rows for problem in getattr(row, "problems", ())]
    assert [(one.row, one.reason) for one in problems] == [
        (2, Reason.CLASS_FORM),
        (3, Reason.CELL_MERGED),
    ]


def test_too_many_rows_and_too_large_a_file_are_refused() -> None:
    many = TEXT.encode() + "2026/2027;7А;\n".encode() * 200_000
    assert refusal(many) == "sheet_file_rows"
    assert refusal(many, Limits(megabytes=1, rows=1_000_000)) == "sheet_file_big"


def test_cells_are_counted_before_a_workbook_is_loaded() -> None:
    """The library would hold all of it at once."""
    rows = [["2026/2027", "7А", "Никто"]] * 300
    with pytest.raises(RuleBroken, match="sheet_file_rows"):
        read_file(book(*rows), 60)


def test_numbers_and_days_come_as_they_are_written() -> None:
    found = read_apart(book([2026.0, 7.5, True]), LIMITS)
    assert lines(found) == [(2, ["2026", "7.5", "да"])]


_TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=30)


@given(st.lists(st.tuples(_TEXTS, _TEXTS), min_size=1, max_size=5))
def test_csv_that_we_write_says_the_same_when_we_read_it(rows: list[tuple[str, str]]) -> None:
    """No cell begins a formula in it, and nothing is lost for that."""
    sheet = Sheet(name="Любой", columns=["Первый", "Второй"], rows=rows)
    content = write_csv(sheet)
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for line in content.decode("utf-8-sig").splitlines()[1:]
        for cell in (line, line.lstrip('"'))
    )
    [found], _hidden = read_file(content, 100)
    written = [[tidy(cell) for cell in row] for row in rows if any(map(tidy, row))]
    assert [[tidy(cell) for cell in cells] for _number, cells in found.rows] == written
    assert all(len(cell) <= MOST_CELL for _number, cells in found.rows for cell in cells)
