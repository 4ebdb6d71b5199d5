"""One year's production calendar as a text file that a person can read and edit.

    # year: 2028
    # source: Постановление Правительства РФ от … № …
    day,kind,name
    2028-01-01,holiday,Новогодние каникулы

Kinds: holiday, moved_day_off, moved_working_day. A semicolon separates as well as a comma, so
that a spreadsheet's file can be read; other lines that begin with # are remarks.
"""

import csv
import io
import re
from datetime import date

from journal_core.calendar.terms import PUBLISHED_KINDS, DayKind, ExceptionalDay, YearOfDays
from journal_core.errors import RuleBroken

HEADER = ("day", "kind", "name")

_REMARK = re.compile(r"#\s*(year|source)\s*:\s*(.*?)[\s,;]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"[1-9]\d{3}")

#: (number of the line in the file, its text)
Line = tuple[int, str]


def read_year(text: str) -> YearOfDays:
    """The year that the file describes.

    Raises RuleBroken `calendar_file_wrong` with `line` (counted from 1) and `problem`.
    """
    lines = [(number, line.strip()) for number, line in enumerate(_lines(text), start=1)]
    remarks = {
        match[1]: (number, match[2]) for number, line in lines if (match := _REMARK.fullmatch(line))
    }
    rows = [(number, line) for number, line in lines if line and not line.startswith("#")]
    year_line, year = remarks.get("year", (1, ""))
    if not _YEAR.fullmatch(year):
        raise _wrong(year_line, "no_year", year)
    separator = _separator(rows)
    return YearOfDays(
        year=int(year),
        source=remarks.get("source", (1, ""))[1],
        days=tuple(_read_day(line, separator, int(year)) for line in rows[1:]),
    )


def write_year(published: YearOfDays) -> str:
    """The file of a year; `read_year` gives the same year back."""
    text = io.StringIO()
    text.write(f"# year: {published.year}\n# source: {published.source}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(
        (entry.day.isoformat(), entry.kind.value, entry.name) for entry in published.days
    )
    return text.getvalue()


def _lines(text: str) -> list[str]:
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()


def _separator(rows: list[Line]) -> str:
    """What the header is separated by."""
    number, header = rows[0] if rows else (1, "")
    for separator in ",;":
        cells = tuple(cell.strip().lower() for cell in header.split(separator))
        if cells == HEADER:
            return separator
    raise _wrong(number, "no_header", header)


def _read_day(line: Line, separator: str, year: int) -> ExceptionalDay:
    number, text = line
    cells = [cell.strip() for cell in next(csv.reader([text], delimiter=separator))]
    if len(cells) != len(HEADER):
        raise _wrong(number, "not_three_cells", text)
    day, kind, name = cells
    if kind not in PUBLISHED_KINDS:
        raise _wrong(number, "unknown_kind", kind)
    return ExceptionalDay(day=_read_date(number, day, year), kind=DayKind(kind), name=name)


def _read_date(number: int, text: str, year: int) -> date:
    if not _DAY.fullmatch(text):
        raise _wrong(number, "not_a_date", text)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(number, "not_a_date", text) from error
    if day.year != year:
        raise _wrong(number, "other_year", text)
    return day


def _wrong(line: int, problem: str, value: str) -> RuleBroken:
    return RuleBroken("calendar_file_wrong", line=line, problem=problem, value=value)
