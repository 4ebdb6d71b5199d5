"""A spreadsheet file as rows of text. What it is, its content says, not its name.

The library here meets hostile bytes: the portal runs this module in a process of its own (`apart`).
"""

import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from journal_core.errors import RuleBroken
from journal_core.exchange.cells import text_of, without_guard
from journal_core.exchange.terms import MANIFEST, Cell, RawSheet

#: What a workbook may unpack to, bytes: a school of 40,000 topics takes 30 million.
MOST_UNPACKED = 250_000_000
#: And its texts, which are all in memory at once.
MOST_TEXTS = 60_000_000
#: Filled cells that a row has at most, on average: no sheet of ours has more columns.
CELLS_OF_ROW = 14
#: What is unpacked at once, bytes, when cells are counted.
PIECE = 1 << 20
#: Files inside a workbook, sheets of it, columns of a sheet, characters of a cell.
MOST_PARTS, MOST_SHEETS, MOST_COLUMNS, MOST_CELL = 500, 60, 60, 2000
#: Rows above the headings that are looked through for them.
ROWS_ABOVE = 20

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DELIMITERS = ";,\t"
_OF_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")


def read_file(content: bytes, most_rows: int) -> tuple[list[RawSheet], list[str]]:
    """The visible sheets that hold anything, and the titles of the hidden ones.

    Formulas are read as the values that were last seen. Raises RuleBroken: `sheet_file_empty`,
    `sheet_file_kind` (neither XLSX nor CSV), `sheet_file_old` (XLS, ODS: to be saved as XLSX),
    `sheet_file_broken`, `sheet_file_heavy`, `sheet_file_encoding`, `sheet_file_rows`.
    """
    if not content.strip():
        raise RuleBroken("sheet_file_empty")
    if content.startswith(_OLE):
        raise RuleBroken("sheet_file_old")
    if content.startswith(_ZIP):
        names = _check_zip(content)
        if MANIFEST in names:
            return _oneroster(content, most_rows), []
        _check_cells(content, most_rows * CELLS_OF_ROW)
        return _workbook(content, most_rows)
    if content.startswith(_OF_OTHERS) or content.lstrip()[:1] in {b"<", b"{"}:
        raise RuleBroken("sheet_file_kind")
    return [_csv(content, most_rows)], []


def _workbook(content: bytes, most_rows: int) -> tuple[list[RawSheet], list[str]]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            if len(book.sheets_metadata) > MOST_SHEETS:
                raise RuleBroken("sheet_file_heavy")
            hidden = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible is not SheetVisibleEnum.Visible
            ]
            sheets = []
            for name in book.sheet_names:
                if name in hidden:
                    continue
                found = _sheet(book.get_sheet_by_name(name), most_rows)
                most_rows -= len(found.rows)
                sheets.append(found)
    except (CalamineError, ValueError, OSError) as error:
        raise RuleBroken("sheet_file_broken") from error
    return [sheet for sheet in sheets if sheet.headings], hidden


def _check_zip(content: bytes) -> list[str]:
    """The names inside. What the directory promises to unpack to, before anything is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            names = parts.namelist()
            sizes = {part.filename: part.file_size for part in parts.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise RuleBroken("sheet_file_broken") from error
    texts = sizes.get("xl/sharedStrings.xml", 0)
    if sum(sizes.values()) > MOST_UNPACKED or texts > MOST_TEXTS or len(names) > MOST_PARTS:
        raise RuleBroken("sheet_file_heavy")
    if "content.xml" in names:
        raise RuleBroken("sheet_file_old")
    if "xl/workbook.xml" not in names and MANIFEST not in names:
        raise RuleBroken("sheet_file_kind")
    return names


def _check_cells(content: bytes, most: int) -> None:
    """The library loads a sheet whole: what it would load is counted first, piece by piece."""
    filled = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            for name in parts.namelist():
                if name.startswith("xl/worksheets/"):
                    filled += sum(_filled(piece) for piece in _pieces(parts, name))
                if filled > most:
                    raise RuleBroken("sheet_file_rows")
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError) as error:
        raise RuleBroken("sheet_file_broken") from error


def _pieces(parts: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with parts.open(name) as part:
        while piece := part.read(PIECE):
            yield piece


def _filled(piece: bytes) -> int:
    return piece.count(b"<v>") + piece.count(b"<is>")


def _oneroster(content: bytes, most_rows: int) -> list[RawSheet]:
    """The tables at the top of the archive, each under its file's name."""
    tables = []
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            for name in parts.namelist():
                if "/" not in name and name.endswith(".csv"):
                    table = _csv(parts.read(name), most_rows, delimiter=",")
                    most_rows -= len(table.rows)
                    tables.append(replace(table, title=name))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError) as error:
        raise RuleBroken("sheet_file_broken") from error
    return tables


def _sheet(sheet: CalamineSheet, most_rows: int) -> RawSheet:
    if sheet.total_width > MOST_COLUMNS:
        raise RuleBroken("sheet_file_heavy")
    numbered = enumerate(
        ([text_of(cell)[:MOST_CELL] for cell in row] for row in _all_rows(sheet)), start=1
    )
    found = _laid_out(sheet.name, numbered, most_rows)
    merged = {
        number
        for first, last in sheet.merged_cell_ranges or ()
        for number in range(first[0] + 1, min(last[0] + 1, most_rows + ROWS_ABOVE) + 1)
    }
    headings_at = found.rows[0][0] if found.rows else 0
    return RawSheet(
        title=found.title,
        headings=found.headings,
        rows=found.rows,
        merged=frozenset(number for number in merged if number >= headings_at),
    )


def _all_rows(sheet: CalamineSheet) -> Iterator[Sequence[Cell | timedelta]]:
    """From the first row on: the library begins where the data begin."""
    above = sheet.start[0] if sheet.start else 0
    if above > ROWS_ABOVE:
        return
    yield from ([] for _ in range(above))
    yield from sheet.iter_rows()


def _laid_out(title: str, rows: Iterable[tuple[int, list[str]]], most_rows: int) -> RawSheet:
    """The first row that holds two cells and more is the headings; a title may stand above."""
    rest = iter(rows)
    headings: list[str] = []
    for _number, cells in islice(rest, ROWS_ABOVE):
        if sum(bool(cell.strip()) for cell in cells) > 1:
            headings = cells
            break
    kept = []
    for number, cells in rest:
        if any(cell.strip() for cell in cells):
            kept.append((number, cells))
        if len(kept) > most_rows:
            raise RuleBroken("sheet_file_rows")
    return RawSheet(title=title, headings=headings, rows=kept)


def _csv(content: bytes, most_rows: int, delimiter: str = "") -> RawSheet:
    text = _decoded(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = delimiter or max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    try:
        numbered = (
            (reader.line_num, [without_guard(cell)[:MOST_CELL] for cell in row[:MOST_COLUMNS]])
            for row in reader
        )
        return _laid_out("", numbered, most_rows)
    except csv.Error as error:
        raise RuleBroken("sheet_file_broken") from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, otherwise Windows-1251. Raises RuleBroken for neither."""
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign < " " and sign not in "\t\r\n" for sign in text):
            raise RuleBroken("sheet_file_encoding")
        return text
    raise RuleBroken("sheet_file_encoding")
