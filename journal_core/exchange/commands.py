"""Importing lists: looking at a file, taking it in whole, taking the last one back."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.exchange.applying import apply, take_back
from journal_core.exchange.checking import counted, go_through_book
from journal_core.exchange.ledger import Ledger
from journal_core.exchange.models import ImportRun
from journal_core.exchange.progress import Progress
from journal_core.exchange.terms import Book, Outcome, Problem
from journal_core.files.commands import store_file
from journal_core.files.models import StoredFile

#: How long a file that was looked at waits to be confirmed.
KEPT_FOR = timedelta(days=1)
#: Problems of one file that are kept for the list of them.
MOST_PROBLEMS = 10_000


def look_at(
    session: Session,
    book: Book,
    *,
    now: datetime,
    today: date,
    by: str,
    progress: Progress,
) -> tuple[Outcome, Ledger]:
    """The dry run: what the book would change today, and what is wrong. Nothing is written."""
    ledger = Ledger(session=session, now=now, today=today, by=by)
    return go_through_book(ledger, book, progress), ledger


@dataclass(frozen=True, kw_only=True)
class KeepImport:
    """A file as it was looked at, to be confirmed or forgotten."""

    file_name: str
    media_type: str
    content: bytes = field(repr=False)
    book: Book = field(repr=False)
    outcome: Outcome = field(repr=False)


def keep_import(context: ActionContext, command: KeepImport) -> UUID:
    """Keep the file and what was found in it; returns the run's id (INS-3.1.3)."""
    context.actor.require(Permission.EXCHANGE_LISTS_IMPORT)
    stored = store_file(
        context,
        name=command.file_name[:300],
        media_type=command.media_type,
        content=command.content,
    )
    run = ImportRun(
        file_name=command.file_name[:300],
        sha256=stored.sha256,
        file_id=stored.id,
        looked_at=context.now,
        looked_by=context.actor.label,
        found={},
        problems=[],
    )
    _put_findings(run, command.book, command.outcome)
    context.session.add(run)
    context.session.flush()
    record(context, AuditAction.LISTS_LOOKED_AT, run.id, problems=run.problem_count)
    return run.id


@dataclass(frozen=True, kw_only=True)
class ImportLists:
    """The sheets to take in. `run_id` names the look that is confirmed, `sha256` the file that
    they were read from now; without a look they come from a program."""

    book: Book = field(repr=False)
    run_id: UUID | None = None
    sha256: str = ""
    file_name: str = ""
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """`applied` is False when something is wrong, nothing is new, or it is no longer what was
    looked at."""

    run_id: UUID
    outcome: Outcome
    applied: bool


def import_lists(context: ActionContext, command: ImportLists) -> Imported:
    """All of the book, or nothing of it (POL-3.4.1, POL-3.4.6, POL-3.4.11, INS-3.1.3).

    Raises NotFound for another file than was looked at, RuleBroken for one that is done.
    What the lists hold may have changed since the look: when that gives other counts or any
    problem, nothing is imported and the run shows what would happen now.
    """
    context.actor.require(Permission.EXCHANGE_LISTS_IMPORT)
    run = _run_to_apply(context, command)
    outcome, ledger = look_at(
        context.session,
        command.book,
        now=context.now,
        today=context.today,
        by=context.actor.label,
        progress=command.progress,
    )
    seen = run.found.get("sheets")
    _put_findings(run, command.book, outcome)
    is_seen = command.run_id is None or seen == run.found["sheets"]
    if outcome.problems or outcome.changes_nothing or not is_seen:
        context.session.flush()
        record(context, AuditAction.LISTS_LOOKED_AT, run.id, problems=run.problem_count)
        return Imported(run_id=run.id, outcome=outcome, applied=False)
    _forget_last_changes(context.session)
    run.found = _counts_alone(run.found)
    run.changes = apply(context.session, ledger.changes.values(), command.progress)
    run.applied_at = context.now
    run.applied_by = context.actor.label
    context.session.flush()
    record(context, AuditAction.LISTS_IMPORTED, run.id, sheets=run.found["sheets"])
    return Imported(run_id=run.id, outcome=outcome, applied=True)


@dataclass(frozen=True, kw_only=True)
class UndoImport:
    run_id: UUID


def undo_import(context: ActionContext, command: UndoImport) -> None:
    """Take the last import back, whole.

    Raises RuleBroken("import_not_last") for another than the last, and what `take_back` raises.
    """
    context.actor.require(Permission.EXCHANGE_LISTS_IMPORT)
    run = context.session.get(ImportRun, command.run_id, with_for_update=True)
    if run is None:
        raise NotFound("import_unknown")
    if run.changes is None:
        raise RuleBroken("import_not_last")
    take_back(context.session, run.changes)
    run.changes = None
    run.undone_at = context.now
    run.undone_by = context.actor.label
    context.session.flush()
    record(context, AuditAction.LISTS_IMPORT_UNDONE, run.id)


@dataclass(frozen=True, kw_only=True)
class NoteExport:
    """What was given out: a sheet, all of them, or OneRoster."""

    what: str


def note_export(context: ActionContext, command: NoteExport) -> None:
    """Put on record that the lists left the portal, and with whom (POL-3.4.6)."""
    context.actor.require(Permission.EXCHANGE_LISTS_EXPORT)
    record(context, AuditAction.LISTS_EXPORTED, what=command.what)


@dataclass(frozen=True, kw_only=True)
class ForgetImports:
    """Let go of files that are over; `run_id` names one that the person gave up."""

    run_id: UUID | None = None


def forget_imports(context: ActionContext, command: ForgetImports) -> list[UUID]:
    """Files whose bytes may go: of runs that are done, given up, or a day old."""
    if command.run_id is not None:
        context.actor.require(Permission.EXCHANGE_LISTS_IMPORT)
    query = select(ImportRun).where(ImportRun.file_id.is_not(None))
    ids = []
    for run in context.session.scalars(query):
        is_over = run.applied_at is not None or run.looked_at <= context.now - KEPT_FOR
        if is_over or run.id == command.run_id:
            stored = context.session.get_one(StoredFile, run.file_id)
            stored.erased_at = context.now
            ids.append(stored.id)
            run.file_id = None
            run.problems = []
            run.found = _counts_alone(run.found)
    context.session.flush()
    return ids


def _run_to_apply(context: ActionContext, command: ImportLists) -> ImportRun:
    if command.run_id is None:
        run = ImportRun(
            file_name=command.file_name,
            looked_at=context.now,
            looked_by=context.actor.label,
            found={},
            problems=[],
        )
        context.session.add(run)
        return run
    known = context.session.get(ImportRun, command.run_id, with_for_update=True)
    if known is None or known.file_id is None or known.sha256 != command.sha256:
        raise NotFound("import_unknown")
    if known.applied_at is not None:
        raise RuleBroken("import_done")
    return known


def _put_findings(run: ImportRun, book: Book, outcome: Outcome) -> None:
    run.found = {
        "sheets": counted(outcome),
        "hidden": list(book.hidden),
        "unknown": list(book.unknown),
        "differences": [
            [one.sheet.value, one.row, one.column, one.old, one.new] for one in outcome.differences
        ],
    }
    run.problem_count = len(outcome.problems)
    run.problems = [_kept(problem) for problem in outcome.problems[:MOST_PROBLEMS]]


def _counts_alone(found: dict[str, Any]) -> dict[str, Any]:
    """Without the values of rows: they are kept while the file is."""
    return {key: value for key, value in found.items() if key != "differences"}


def _kept(problem: Problem) -> list[object]:
    value = problem.value[:200]
    return [problem.sheet.value, problem.row, problem.column, value, problem.reason.value]


def _forget_last_changes(session: Session) -> None:
    """Only the last import can be undone: what the earlier ones changed is no longer needed."""
    for run in session.scalars(select(ImportRun).where(ImportRun.changes.is_not(None))):
        run.changes = None
