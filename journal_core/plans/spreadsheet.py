"""A spreadsheet as cells of text. What a stranger sends is measured before it is unpacked."""

import re
from datetime import datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from journal_core.errors import RuleBroken
from journal_core.plans.terms import MOST_TOPICS

#: Unpacked; a plan of 1,000 rows takes about one megabyte.
MOST_BYTES = 30 * 1024 * 1024
#: Beside the topics there are sections, totals and empty rows.
MOST_ROWS = 3 * MOST_TOPICS
#: A cell past column Z or row 9999: the reader keeps room for all the cells before it.
_FAR_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*\br\s*=\s*[\"'](?:[A-Z]{2,}\d+|[A-Z]\d{5,})[\"']")


def spreadsheet_cells(content: bytes) -> list[list[str]]:
    """The cells of the first visible sheet that holds any; 2.0 reads «2».

    Raises RuleBroken for what is no XLSX, cannot be read or is too big.
    """
    _measure(content)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible
            ]
            for name in visible:
                sheet = book.get_sheet_by_name(name)
                if sheet.end is None:
                    continue
                if sheet.end[0] >= MOST_ROWS:
                    raise RuleBroken("spreadsheet_too_big")
                return [[_text(cell) for cell in row] for row in sheet.to_python()]
    except (CalamineError, OSError, ValueError) as error:
        raise RuleBroken("spreadsheet_unreadable") from error
    raise RuleBroken("spreadsheet_empty")


def _measure(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
                raise RuleBroken("spreadsheet_too_big")
            sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
            if any(_FAR_CELL.search(packed.read(name)) for name in sheets):
                raise RuleBroken("spreadsheet_too_big")
    except (BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise RuleBroken("spreadsheet_unreadable") from error


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y}"
    return str(cell)
