"""Going through a whole book: what it would change, and what is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from journal_core.exchange import people_sheets, study_sheets, year_sheets
from journal_core.exchange.differences import differences
from journal_core.exchange.ledger import (
    MOST_CHANGED,
    Ledger,
    SheetOutcome,
    Taker,
    go_through,
    problem_of,
)
from journal_core.exchange.oneroster_in import Theirs
from journal_core.exchange.progress import Progress
from journal_core.exchange.sheets import SPECS, BadRow, Row, parsed
from journal_core.exchange.terms import Book, Difference, Outcome, Reason, SheetKind, Verdict

#: Rows between two words about how far it is.
TOLD_EVERY = 500
#: In the order of `SheetKind`: each sheet may name what those before it bring in.
TAKERS: Mapping[SheetKind, Callable[[Ledger], Taker]] = {
    SheetKind.STAFF: people_sheets.staff,
    SheetKind.CLASSES: people_sheets.classes,
    SheetKind.PUPILS: people_sheets.pupils,
    SheetKind.REPRESENTATIVES: people_sheets.representatives,
    SheetKind.SUBJECTS: study_sheets.subjects,
    SheetKind.GROUPS: study_sheets.groups,
    SheetKind.GROUP_MEMBERS: study_sheets.group_members,
    SheetKind.CURRICULUM: study_sheets.curriculum,
    SheetKind.LOAD: study_sheets.load,
    SheetKind.PERIODS: year_sheets.periods,
    SheetKind.HOLIDAYS: year_sheets.holidays,
    SheetKind.BELLS: year_sheets.bells,
    SheetKind.PLANS: year_sheets.plans,
}


def go_through_book(ledger: Ledger, book: Book, progress: Progress) -> Outcome:
    """Every sheet in its order. A sheet that lacks a column is said alone: its rows say nothing.

    Afterwards the ledger holds the changes; they are sound only when there are no problems.
    """
    theirs = Theirs(ledger, book.oneroster) if book.oneroster else None
    if theirs is not None:
        ledger.cites_orders = False
        book = theirs.book()
    sheets: dict[SheetKind, SheetOutcome] = {}
    total = sum(len(sheet.rows) for sheet in book.sheets.values())
    done = 0
    for kind in SheetKind:
        if kind not in book.sheets:
            continue
        raw = book.sheets[kind]
        rows = _told(parsed(SPECS[kind], raw), progress, done, total)
        sheets[kind] = _go_through(ledger, kind, rows)
        done += len(raw.rows)
    if theirs is not None:
        theirs.keep_ids()
    problems = [problem for sheet in sheets.values() for problem in sheet.problems]
    lacking = [problem for problem in problems if problem.reason is Reason.COLUMN_MISSING]
    return Outcome(
        counts={kind: sheet.counts for kind, sheet in sheets.items()},
        problems=lacking or problems,
        differences=_differences(ledger, sheets),
    )


def _differences(ledger: Ledger, sheets: Mapping[SheetKind, SheetOutcome]) -> list[Difference]:
    rows = [
        (SPECS[kind], row, changes)
        for kind, sheet in sheets.items()
        for row, changes in sheet.changed
    ]
    return [one for told in rows[:MOST_CHANGED] for one in differences(ledger, *told)]


def _told(
    rows: Iterable[Row | BadRow], progress: Progress, done: int, total: int
) -> Iterator[Row | BadRow]:
    """The rows, telling now and then how far they are."""
    for number, row in enumerate(rows):
        if number % TOLD_EVERY == 0:
            progress.tell("check", done + number, total)
        yield row


def _go_through(ledger: Ledger, kind: SheetKind, rows: Iterable[Row | BadRow]) -> SheetOutcome:
    spec = SPECS[kind]
    if kind is not SheetKind.TIMETABLE:
        return go_through(ledger, spec, rows, TAKERS[kind](ledger))
    week = year_sheets.Week(ledger)
    found = go_through(ledger, spec, rows, week.take)
    clashes = [problem_of(spec, *clash) for clash in week.clashing()]
    clashes.sort(key=lambda problem: problem.row)
    return replace(found, problems=[*found.problems, *clashes])


def counted(outcome: Outcome) -> dict[str, list[int]]:
    """The counts as they are kept: sheet → new, changed, same."""
    return {
        kind.value: [count[verdict] for verdict in Verdict]
        for kind, count in outcome.counts.items()
    }
