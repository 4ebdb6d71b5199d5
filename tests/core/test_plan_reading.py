"""Tables of topics: what is understood, and what is named as wrong."""

from io import BytesIO

import pytest
from xlsxwriter import Workbook

from journal_core.errors import RuleBroken
from journal_core.plans.reading import join_table, read_hours, read_table, split_table
from journal_core.plans.spreadsheet import spreadsheet_cells
from journal_core.plans.terms import ReadTable

HEADED = "№\tРаздел\tТема урока\tКол-во часов\tДомашнее задание\n"


def _read(text: str, *, homework: bool = True) -> ReadTable:
    return read_table(split_table(text), homework=homework)


def _said(found: ReadTable) -> list[tuple[str, str, int, str]]:
    return [
        (row.topic.section, row.topic.title, row.topic.hours, row.topic.homework)
        for row in found.rows
    ]


@pytest.mark.parametrize(
    "text",
    [
        HEADED + "1\tЧисла\tДроби\t2\tп. 5\n2\t\tПроценты\t1 ч\t",
        "1\tЧисла\tДроби\t2\tп. 5\n2\tЧисла\tПроценты\t1,0\t",
        "Числа\tДроби\t2\tп. 5\nЧисла\tПроценты\t1 час",
        "| № | Раздел | Тема | Часы | Д/з |\n|---|---|---|--:|---|\n"
        "| 1 | Числа | Дроби | 2 | п. 5 |\n| 2 | | Проценты | 1 ч. | |",
        "№;Раздел;Тема;часов;дз\n1;Числа;Дроби;2;п. 5\n2;;Проценты;1;",
        "МБОУ СОШ\nКТП по математике\n"
        + HEADED
        + '1\tЧисла\t"Дроби"\t2\t"п.\n5"\n2\t\tПроценты\t1\t\nИтого\t\t\t3',
        "Тема\tЧасов\tДомашнее задание\nЧисла\nДроби\t2\tп. 5\nПроценты\t1\t",
        "\ufeff№ п/п\tТема\tДата\tЧасы\tДомашнее задание\nЧисла\n"
        "1\tДроби\t1.09\t2\tп. 5\n2\tПро\u00adценты\t2.09\t1\t\nВсего часов\t\t\t3",
    ],
)
@pytest.mark.clause("POL-2.2.2")
def test_table_is_understood_however_it_is_laid_out(text: str) -> None:
    found = _read(text)
    assert found.bad == ()
    assert _said(found) == [("Числа", "Дроби", 2, "п. 5"), ("Числа", "Проценты", 1, "")]


@pytest.mark.parametrize(
    ("typed", "hours", "wrong"),
    [
        ("2", 2, ""),
        ("2 ч", 2, ""),
        ("1,0", 1, ""),
        ("3.00 часа.", 3, ""),
        ("200", 200, ""),
        ("201", 0, "range"),
        ("0", 0, "range"),
        ("", 0, "missing"),
        ("1,5", 0, "fraction"),
        ("два", 0, "unreadable"),
        ("-1", 0, "unreadable"),
        ("1-2", 0, "unreadable"),
        ("2²", 0, "unreadable"),
    ],
)
def test_hours_are_read_as_teachers_write_them(typed: str, hours: int, wrong: str) -> None:
    assert read_hours(typed) == (hours, wrong)


def test_bad_row_names_its_line_its_column_and_the_reason() -> None:
    found = _read(HEADED + "1\tЧисла\t\t2\t\n2\t\tДроби\tмного\t\n3\t\tДоли\t1\t")
    assert [
        (row.line, fault.column, fault.reason, fault.typed)
        for row in found.bad
        for fault in row.faults
    ] == [(2, "title", "missing", ""), (3, "hours", "unreadable", "много")]
    assert len(found.rows) == 3


@pytest.mark.clause("POL-1.4")
def test_homework_is_a_bad_row_where_none_is_set() -> None:
    found = _read("Тема\tЧасов\tДомашнее задание\nЗвуки\t1\tс. 3", homework=False)
    assert [fault.reason for fault in found.bad[0].faults] == ["not_here"]


def test_long_topic_is_not_cut_but_named() -> None:
    found = _read(f"Тема\tЧасов\n{'а' * 1001}\t1")
    assert [(fault.column, fault.reason) for fault in found.bad[0].faults] == [("title", "long")]


def test_quotation_mark_without_a_pair_swallows_nothing() -> None:
    assert len(_read('Тема\tЧасов\n"Дроби\t1\nДоли\t1').rows) == 2


@pytest.mark.parametrize("text", ["", "\n\n", "Тема\tЧасов", "|"])
def test_table_without_topics_has_no_rows(text: str) -> None:
    assert _read(text).rows == ()


def test_written_table_reads_back_as_it_was() -> None:
    cells = [["1", 'Тема "в кавычках"', "2 ч", "стр. 5; 6 | 7"]]
    assert split_table(join_table(cells)) == cells


def _book(**sheets: list[list[object]]) -> bytes:
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return content.getvalue()


def test_spreadsheet_gives_the_cells_of_its_first_sheet_with_any() -> None:
    content = _book(Пусто=[], План=[["Тема", "Часы"], ["Дроби", 2.0], ["Доли", "1 ч"]])
    found = read_table(spreadsheet_cells(content), homework=True)
    assert _said(found) == [("", "Дроби", 2, ""), ("", "Доли", 1, "")]


def _hidden_alone() -> bytes:
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.add_worksheet("Видно")
        page = book.add_worksheet("Скрыто")
        page.write(0, 0, "Тема")
        page.hide()
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "spreadsheet_unreadable"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "spreadsheet_unreadable"),
        (_book(План=[]), "spreadsheet_empty"),
        (_hidden_alone(), "spreadsheet_empty"),
        (_book(План=[["а"]] * 3001), "spreadsheet_too_big"),
        (_book(План=[["а"] * 27]), "spreadsheet_too_big"),
    ],
    ids=["empty", "old xls", "no cells", "hidden", "rows", "columns"],
)
def test_spreadsheet_that_cannot_be_read_says_so(content: bytes, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        spreadsheet_cells(content)
    assert refused.value.code == code
