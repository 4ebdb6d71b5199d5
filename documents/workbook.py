"""Tables as a spreadsheet (XLSX). Text stays text, also when it begins with «=»."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from xlsxwriter import Workbook

Cell = str | int | float | date | datetime | None

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
#: Characters; the widest column that still reads.
WIDEST = 60


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: a row of headings and its rows. Moments have no zone: they are school time."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


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
    return content.getvalue()
