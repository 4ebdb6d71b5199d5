"""Tables as a spreadsheet (XLSX, CSV). Text stays text, also when it begins with «=»."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

from journal_core.exchange.cells import with_guard

Cell = str | int | float | date | datetime | None

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
#: Characters; the widest column that still reads.
WIDEST = 60
#: Rows that are offered the words of their column.
LISTED = 5000


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: a row of headings and its rows. Moments have no zone: they are school time."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    #: Heading → the words that its cells take, offered as a list.
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_workbook(title: str, sheets: Sequence[Sheet], made_at: datetime) -> bytes:
    """The sheets in their order; dates are dates, and the headings stay in view."""
    content = BytesIO()
    with Workbook(content, _OPTIONS) as book:
        book.set_properties({"title": title, "created": made_at})
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            page.write_row(0, 0, sheet.columns, bold)
            for number, row in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        page.write_datetime(number, column, cell, moment)
                    elif isinstance(cell, date):
                        page.write_datetime(number, column, cell, day)
                    else:
                        page.write(number, column, cell)
            for column, heading in enumerate(sheet.columns):
                cells = [str(row[column]) for row in sheet.rows[:200]]
                width = max(len(text) for text in (heading, *cells)) + 2
                page.set_column(column, column, min(width, WIDEST))
                if heading in sheet.choices:
                    offered = {"validate": "list", "source": list(sheet.choices[heading])}
                    page.data_validation(1, column, LISTED, column, offered)
    return content.getvalue()


def write_csv(sheet: Sheet) -> bytes:
    """One sheet as spreadsheets in Russia open it: «;», UTF-8 with its mark, dates 01.09.2026.

    A cell that would be taken for a formula has an apostrophe before it; the import takes it off.
    """
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(sheet.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def write_tables(tables: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """File name → rows, as an archive of CSV for another program: «,», UTF-8, values as they are.

    Nobody opens it in a spreadsheet, and an apostrophe would become a part of the value.
    """
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            text = StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(name, text.getvalue())
    return content.getvalue()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y %H:%M}"
    return f"{cell:%d.%m.%Y}" if isinstance(cell, date) else with_guard(str(cell))
