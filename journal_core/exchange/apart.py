"""Opens a stranger's spreadsheet in a process of its own, under limits of memory and time."""

import json
import logging
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from journal_core.errors import RuleBroken
from journal_core.exchange.sheets import kind_of
from journal_core.exchange.terms import MANIFEST, Book, Limits, RawSheet, SheetKind
from journal_core.files.terms import MEGABYTE

#: Seconds on the wall; the process itself has fewer of computing.
MOST_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]

log = logging.getLogger(__name__)


def read_apart(content: bytes, limits: Limits) -> Book:
    """The sheets of the file by their kind (INS-3.1.3).

    A sheet of one kind alone is known by its headings. Raises RuleBroken: what `sheets_apart`
    raises, and `sheet_file_unknown` when no sheet is one of ours.
    """
    sheets, hidden = sheets_apart(content, limits)
    return _book(sheets, hidden)


def sheets_apart(content: bytes, limits: Limits) -> tuple[list[RawSheet], list[str]]:
    """`reading.read_file` apart.

    Raises RuleBroken: what `read_file` raises, `sheet_file_big`, and `sheet_file_heavy` when the
    process did not come back.
    """
    if len(content) > limits.megabytes * MEGABYTE:
        raise RuleBroken("sheet_file_big")
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "journal_core.exchange", str(limits.rows)],
            input=content,
            capture_output=True,
            cwd=ROOT,
            env={},
            timeout=MOST_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        log.warning("a spreadsheet could not be opened: %s", (error.stderr or b"")[-500:])
        raise RuleBroken("sheet_file_heavy") from error
    head, _newline, lines = done.stdout.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise RuleBroken(answer["refused"])
    return _sheets(answer, lines), [str(title) for title in answer["hidden"]]


def _sheets(answer: dict[str, list[list[str]]], lines: bytes) -> list[RawSheet]:
    rows: dict[int, list[tuple[int, list[str]]]] = defaultdict(list)
    for line in lines.splitlines():
        sheet, number, cells = json.loads(line)
        # A school's list says the same words over and over: one copy of each is enough.
        rows[sheet].append((number, [sys.intern(cell) for cell in cells]))
    return [
        RawSheet(title=title, headings=headings, rows=rows[at], merged=frozenset(map(int, merged)))
        for at, (title, headings, merged) in enumerate(answer["sheets"])
    ]


def _book(found: Sequence[RawSheet], hidden: Sequence[str]) -> Book:
    tables = {sheet.title: sheet for sheet in found}
    if MANIFEST in tables:
        return Book(sheets={}, oneroster=_current(tables))
    sheets: dict[SheetKind, RawSheet] = {}
    unknown: list[str] = []
    for sheet in found:
        kind = kind_of(sheet.title, sheet.headings)
        if kind is None or kind in sheets:
            unknown.append(sheet.title)
            continue
        sheets[kind] = sheet
    if not sheets:
        raise RuleBroken("sheet_file_unknown")
    return Book(sheets=sheets, hidden=hidden, unknown=unknown)


def _current(tables: dict[str, RawSheet]) -> dict[str, RawSheet]:
    """The tables of a whole export of version 1.2; a difference alone is no list of a school."""
    told = {cells[0]: cells[1] for _number, cells in tables[MANIFEST].rows if len(cells) > 1}
    if told.get("oneroster.version") != "1.2" or told.get("file.users") != "bulk":
        raise RuleBroken("sheet_file_oneroster")
    return tables
