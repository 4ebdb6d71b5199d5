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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from journal_core.calendar.rules import day_problem
from journal_core.calendar.terms import PUBLISHED_KINDS, DayKind, ExceptionalDay, YearOfDays
from journal_core.errors import RuleBroken

HEADER = ("day", "kind", "name")

_REMARK = re.compile(r"#\s*(year|source)\s*:\s*(.*?)[\s,;]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"[1-9]\d{3}", re.ASCII)

#: As many as the database keeps.
NAME_SIGNS, SOURCE_SIGNS = 200, 300
LINE_SIGNS = 1000

#: (number of the line in the file, its text)
Line = tuple[int, str]


@dataclass(frozen=True)
class WrongLine:
    """A line that cannot be taken: its number from 1, the problem's code, and what stands there."""

    line: int
    problem: str
    value: str


def read_year(text: str) -> YearOfDays:
    """The year that the file describes.

    Raises RuleBroken `calendar_file_wrong`, whose `wrong` names every bad line.
    """
    lines = [(number, line.strip()) for number, line in enumerate(_lines(text), start=1)]
    remarks = {
        match[1]: (number, match[2]) for number, line in lines if (match := _REMARK.fullmatch(line))
    }
    rows = [(number, line) for number, line in lines if line and not line.startswith("#")]
    year_line, year = remarks.get("year", (1, ""))
    if not _YEAR.fullmatch(year):
        raise _refusal(WrongLine(year_line, "no_year", year))
    source_line, source = remarks.get("source", (1, ""))
    days = list(_read_days(rows[1:], _separator(rows), int(year)))
    wrong = [entry for entry in days if isinstance(entry, WrongLine)]
    if not _fits(source, SOURCE_SIGNS):
        wrong.insert(0, WrongLine(source_line, "text_unfit", source))
    if wrong:
        raise _refusal(*wrong)
    return YearOfDays(
        year=int(year),
        source=source,
        days=tuple(entry for entry in days if isinstance(entry, ExceptionalDay)),
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
    raise _refusal(WrongLine(number, "no_header", header))


def _read_days(
    rows: Sequence[Line], separator: str, year: int
) -> Iterator[ExceptionalDay | WrongLine]:
    """The day of each line, or what is wrong with the line."""
    seen: set[date] = set()
    for number, text in rows:
        entry = _read_day(number, text, separator)
        if isinstance(entry, ExceptionalDay):
            problem = day_problem(entry, year, seen)
            seen.add(entry.day)
            yield WrongLine(number, problem, entry.day.isoformat()) if problem else entry
        else:
            yield entry


def _read_day(number: int, text: str, separator: str) -> ExceptionalDay | WrongLine:
    if len(text) > LINE_SIGNS:
        return WrongLine(number, "text_unfit", text[:NAME_SIGNS])
    cells = [" ".join(cell.split()) for cell in next(csv.reader([text], delimiter=separator))]
    if len(cells) != len(HEADER):
        return WrongLine(number, "not_three_cells", text)
    day, kind, name = cells
    if kind not in PUBLISHED_KINDS:
        return WrongLine(number, "unknown_kind", kind)
    if not _fits(name, NAME_SIGNS):
        return WrongLine(number, "text_unfit", name)
    found = _date(day)
    if found is None:
        return WrongLine(number, "not_a_date", day)
    return ExceptionalDay(day=found, kind=DayKind(kind), name=name)


def _date(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _fits(text: str, signs: int) -> bool:
    return len(text) <= signs and text.isprintable()


def _refusal(*wrong: WrongLine) -> RuleBroken:
    return RuleBroken("calendar_file_wrong", wrong=wrong)
