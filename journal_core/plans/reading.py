"""A table of topics as it was typed, pasted or opened, read into rows: pure, no file, no database.

Columns are known by the words of their headings, or, where there are none, by what stands in
them. Nothing is guessed about a row: what cannot be understood is named with its column.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import StringIO

from journal_core.plans.terms import (
    HOMEWORK_LENGTH,
    MOST_HOURS,
    SECTION_LENGTH,
    TITLE_LENGTH,
    Fault,
    ReadRow,
    ReadTable,
    Topic,
)

Grid = Sequence[Sequence[str]]

NUMBER, SECTION, TITLE, HOURS, HOMEWORK = "number", "section", "title", "hours", "homework"
#: In the order of asking: «кол-во часов на тему» is hours, «раздел, тема» a title.
_HEADINGS = (
    (HOMEWORK, re.compile(r"домашн|^д\.? ?/ ?з|^дз$|homework")),
    (HOURS, re.compile(r"\bчас|^ч\.?$|hours")),
    (TITLE, re.compile(r"тем[аы]?\b|тем урок|topic")),
    (SECTION, re.compile(r"раздел|модуль|глава|section")),
    (NUMBER, re.compile(r"^№|^n$|^no\.?$|номер|п/п")),
)
_HOURS = re.compile(r"(\d{1,6})(?:[.,](\d+))?\s*(?:ч|час|часа|часов|h)?\.?", re.IGNORECASE)
_NUMBERING = re.compile(r"\d+(?:[.)-]\d+)*[.)]?")
_TOTAL = re.compile(r"(итого|всего)\b", re.IGNORECASE)
_SECTION_ROW = re.compile(r"(раздел|глава|модуль|section)\b", re.IGNORECASE)
_RULE = re.compile(r":?-{2,}:?")
#: Rows that may stand above the headings: the name of the school, of the plan.
_ABOVE = 10
_LIMITS = ((SECTION, SECTION_LENGTH), (TITLE, TITLE_LENGTH), (HOMEWORK, HOMEWORK_LENGTH))


def split_table(text: str) -> list[list[str]]:
    """The cells of a pasted table: by tabs, else by «|», else by «;».

    A cell in quotes may hold line breaks and the sign that parts the cells.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if "\t" in lines:
        return _quoted(lines, "\t")
    if "|" in lines:
        rows = [_piped(line) for line in lines.split("\n") if line.strip()]
        return [row for row in rows if not all(_RULE.fullmatch(cell.strip()) for cell in row)]
    return _quoted(lines, ";")


def join_table(rows: Grid) -> str:
    """The cells as text that `split_table` gives back."""
    out = StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows([[_tidy(cell) for cell in row] for row in rows])
    return out.getvalue()


def read_table(grid: Grid, *, homework: bool) -> ReadTable:
    """The rows of a plan; each that is wrong names its column and the reason.

    `homework` says whether the plan may have any (POL-1.4). A row of one cell begins a section, a
    row of totals and an empty one are left out, an empty section is that of the row above.
    """
    cells = [[_tidy(cell) for cell in row] for row in grid]
    columns, first = _columns(cells)
    rows: list[ReadRow] = []
    section = ""
    for line, row in enumerate(cells[first:], start=first + 1):
        filled = [cell for cell in row if cell]
        if not filled or _is_total(row, columns):
            continue
        if _opens_section(filled, columns):
            section = filled[0]
            continue
        found = _row(line, row, columns, section, homework=homework)
        section = found.topic.section
        rows.append(found)
    order = tuple(sorted(columns, key=lambda name: columns[name]))
    return ReadTable(rows=tuple(rows), columns=order)


def read_hours(typed: str) -> tuple[int, str]:
    """«2», «2 ч», «1,0» in whole hours and "", or 0 and the code of what is wrong."""
    if not typed:
        return 0, "missing"
    found = _HOURS.fullmatch(typed)
    if found is None:
        return 0, "unreadable"
    if found[2] and found[2].strip("0"):
        return 0, "fraction"
    hours = int(found[1])
    return (hours, "") if 1 <= hours <= MOST_HOURS else (0, "range")


def _quoted(text: str, delimiter: str) -> list[list[str]]:
    try:
        # One quotation mark without its pair would swallow all the rest.
        if text.count('"') % 2 == 0:
            return list(csv.reader(StringIO(text), delimiter=delimiter))
    except csv.Error:
        pass
    return [line.split(delimiter) for line in text.split("\n")]


def _piped(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return inner.split("|")


def _tidy(text: str) -> str:
    """One line as it is kept: NFC, no invisible signs, single spaces."""
    kept = (
        " " if sign.isspace() else sign
        for sign in text
        if sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _columns(cells: Grid) -> tuple[dict[str, int], int]:
    """Name → index of each column, and the index of the first row under the headings."""
    for index, row in enumerate(cells[:_ABOVE]):
        found = _named(row)
        if TITLE in found and len(found) > 1:
            return found, index + 1
    return _guessed(cells), 0


def _named(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        words = cell.casefold().replace("ё", "е")
        name = next((name for name, pattern in _HEADINGS if pattern.search(words)), None)
        if name is not None and len(words) <= 60:
            found.setdefault(name, index)
    return found


def _guessed(cells: Grid) -> dict[str, int]:
    """Without headings: [numbering,] [section,] title, hours, [homework] by what they hold."""
    width = max((len(row) for row in cells), default=0)
    numeric = [index for index in range(width) if _mostly(cells, index, _is_numeric)]
    texts = [index for index in range(width) if index not in numeric and _filled(cells, index)]
    if not texts:
        return {TITLE: 0, HOURS: 1}
    hours = next((index for index in numeric if index > texts[0]), None)
    before = [index for index in texts if hours is None or index < hours]
    after = [index for index in texts if hours is not None and index > hours]
    found = {TITLE: before[0]} if len(before) == 1 else {SECTION: before[0], TITLE: before[1]}
    if numeric and numeric[0] < texts[0]:
        found[NUMBER] = numeric[0]
    if hours is not None:
        found[HOURS] = hours
    if after:
        found[HOMEWORK] = after[0]
    return found


def _filled(cells: Grid, index: int) -> list[str]:
    return [row[index] for row in cells if index < len(row) and row[index]]


def _mostly(cells: Grid, index: int, holds: Callable[[str], bool]) -> bool:
    filled = _filled(cells, index)
    return bool(filled) and 2 * sum(map(holds, filled)) > len(filled)


def _is_numeric(cell: str) -> bool:
    return bool(_HOURS.fullmatch(cell) or _NUMBERING.fullmatch(cell))


def _opens_section(filled: Sequence[str], columns: Mapping[str, int]) -> bool:
    alone = len(filled) == 1 and not _is_numeric(filled[0])
    return alone and (SECTION not in columns or bool(_SECTION_ROW.match(filled[0])))


def _is_total(row: Sequence[str], columns: Mapping[str, int]) -> bool:
    words = [cell for cell in row if cell and not _is_numeric(cell)]
    return bool(words) and bool(_TOTAL.match(words[0])) and columns.keys() != {TITLE}


def _row(
    line: int, row: Sequence[str], columns: Mapping[str, int], section: str, *, homework: bool
) -> ReadRow:
    def cell(name: str) -> str:
        index = columns.get(name, len(row))
        return row[index] if index < len(row) else ""

    typed = cell(HOURS)
    hours, wrong = read_hours(typed)
    topic = Topic(
        section=cell(SECTION) or section, title=cell(TITLE), hours=hours, homework=cell(HOMEWORK)
    )
    faults = [Fault(column=HOURS, reason=wrong, typed=typed)] if wrong else []
    if not topic.title:
        faults.insert(0, Fault(column=TITLE, reason="missing"))
    if topic.homework and not homework:
        faults.append(Fault(column=HOMEWORK, reason="not_here", typed=topic.homework))
    found = ReadRow(line=line, topic=topic, hours_typed=typed, faults=tuple(faults))
    return _shortened(found)


def _shortened(found: ReadRow) -> ReadRow:
    """What is too long is a fault, and is not kept at its length."""
    longs = [name for name, limit in _LIMITS if len(getattr(found.topic, name)) > limit]
    faults = tuple(Fault(column=name, reason="long") for name in longs)
    return replace(found, faults=found.faults + faults)
