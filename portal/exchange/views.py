"""Lists in: a file is looked at, confirmed, taken back. Lists out: XLSX, CSV, OneRoster."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.workbook import write_csv, write_tables
from forms.exchange import ListsForm
from forms.fields import tidy_line
from journal_core.access.terms import Permission
from journal_core.errors import CoreError, RuleBroken
from journal_core.exchange.apart import read_apart
from journal_core.exchange.commands import (
    ForgetImports,
    ImportLists,
    KeepImport,
    NoteExport,
    UndoImport,
    forget_imports,
    keep_import,
    look_at,
    note_export,
)
from journal_core.exchange.export import Lists, export
from journal_core.exchange.ledger import MOST_CHANGED
from journal_core.exchange.models import ImportRun
from journal_core.exchange.oneroster_out import tables
from journal_core.exchange.progress import Progress
from journal_core.exchange.queries import differences_of, import_run, import_runs, problems_of
from journal_core.exchange.terms import Book, Limits, SheetKind
from portal.access import current_actor, requires
from portal.exchange import labels
from portal.exchange.book import (
    lists_workbook,
    problems_workbook,
    sheet_of,
    template_workbook,
)
from portal.navigation import school
from portal.pages import form_page
from portal.papers import MEDIA_TYPES, attachment
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, now, reading, today
from portal.uploads import TURN_SECONDS, TURNS
from workflows.approval import bring_in_lists, take_lists_back

blueprint = Blueprint("exchange", __name__, url_prefix="/exchange")

#: Problems that are shown on the page; all of them are in the file.
SHOWN = 200


@blueprint.get("")
@requires(Permission.EXCHANGE_LISTS_EXPORT)
def index() -> Any:
    return _index(ListsForm(data={"key": str(uuid4())}))


@blueprint.post("/files")
@requires(Permission.EXCHANGE_LISTS_IMPORT)
def look() -> Any:
    """The dry run. Nothing changes: the file is kept for a day, to be confirmed or not."""
    form = ListsForm()
    if not form.validate_on_submit():
        return _index(form)
    sent = form.file.data[0]
    content = sent.read()
    progress = _progress(form.key.data)
    try:
        run_id = _looked_at(tidy_line(sent.filename), content, progress)
    except RuleBroken as error:
        form.refuse("file", words_of(error))
        return _index(form)
    finally:
        progress.end()
    return redirect(url_for(".run_page", run_id=run_id), 303)


@blueprint.get("/progress/<uuid:key>")
@requires(Permission.EXCHANGE_LISTS_IMPORT)
def progress_of(key: UUID) -> Response:
    """How far a look or an import is: phase, done and total."""
    told = Progress.of(current_portal().config.data_dir, key).told()
    phase, done, total = told or ("", 0, 0)
    return jsonify(phase=phase, done=done, total=total)


@blueprint.get("/<uuid:run_id>")
@requires(Permission.EXCHANGE_LISTS_IMPORT)
def run_page(run_id: UUID) -> str:
    run = _run(run_id)
    return render_template(
        "exchange/run.html",
        run=run,
        problems=problems_of(run)[:SHOWN],
        differences=differences_of(run),
        most_changed=MOST_CHANGED,
        labels=labels,
        can_undo=run.changes is not None,
    )


@blueprint.get("/<uuid:run_id>/problems.xlsx")
@requires(Permission.EXCHANGE_LISTS_IMPORT)
def problems_file(run_id: UUID) -> Response:
    content = problems_workbook(problems_of(_run(run_id)), now())
    return attachment(content, "problems.xlsx", MEDIA_TYPES["xlsx"])


@blueprint.post("/<uuid:run_id>/confirm")
@requires(Permission.EXCHANGE_LISTS_IMPORT)
def confirm(run_id: UUID) -> BaseResponse:
    """All of the file that was looked at, or nothing."""
    run = _run(run_id)
    progress = _progress(str(run_id))
    try:
        content = _kept(run)
        command = ImportLists(
            book=_read(content),
            run_id=run_id,
            sha256=sha256(content).hexdigest(),
            progress=progress,
        )
        done = perform(bring_in_lists, command)
    except CoreError as error:
        flash(words_of(error))
        return redirect(url_for(".index"), 303)
    finally:
        progress.end()
    if done.applied:
        _forget(None)
        flash(_("Импортировано."), "success")
    else:
        flash(_("Пока вы смотрели, списки изменились. Проверьте ещё раз, что будет сделано."))
    return redirect(url_for(".run_page", run_id=run_id), 303)


@blueprint.post("/<uuid:run_id>/forget")
@requires(Permission.EXCHANGE_LISTS_IMPORT)
def forget(run_id: UUID) -> BaseResponse:
    _run(run_id)
    _forget(run_id)
    flash(_("Файл убран, ничего не изменилось."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<uuid:run_id>/undo")
@requires(Permission.EXCHANGE_LISTS_IMPORT)
def undo(run_id: UUID) -> BaseResponse:
    """Everything that the import did goes back, or nothing, with the reason."""
    try:
        perform(take_lists_back, UndoImport(run_id=run_id))
    except RuleBroken as error:
        names = labels.table_name(error.facts.get("names"))
        flash(words_of(error) % {"names": names})
    else:
        flash(_("Импорт отменён, списки стали прежними."), "success")
    return redirect(url_for(".run_page", run_id=run_id), 303)


@blueprint.get("/lists.xlsx")
@requires(Permission.EXCHANGE_LISTS_EXPORT)
def lists_file() -> Response:
    content = lists_workbook(export(reading()), now())
    perform(note_export, NoteExport(what="xlsx"))
    return attachment(content, "lists.xlsx", MEDIA_TYPES["xlsx"])


@blueprint.get("/lists/<sheet>.csv")
@requires(Permission.EXCHANGE_LISTS_EXPORT)
def sheet_file(sheet: str) -> Response:
    try:
        kind = SheetKind(sheet)
    except ValueError:
        raise NotFound from None
    content = write_csv(sheet_of(kind, export(reading(), [kind])[kind]))
    perform(note_export, NoteExport(what=kind.value))
    return attachment(content, f"{kind.value}.csv", "text/csv")


@blueprint.get("/oneroster.zip")
@requires(Permission.EXCHANGE_LISTS_EXPORT)
def oneroster_file() -> Response:
    """The tables of OneRoster 1.2 for another system."""
    content = write_tables(tables(Lists(reading()), school().full_name))
    perform(note_export, NoteExport(what="oneroster"))
    return attachment(content, "oneroster.zip", "application/zip")


@blueprint.get("/template.xlsx")
@requires(Permission.EXCHANGE_LISTS_EXPORT)
def template_file() -> Response:
    return attachment(template_workbook(now()), "template.xlsx", MEDIA_TYPES["xlsx"])


def _index(form: ListsForm) -> Any:
    return form_page(
        "exchange/index.html",
        form,
        runs=import_runs(reading()),
        labels=labels,
        limits=_limits(),
        sheets=list(SheetKind),
    )


def _looked_at(name: str, content: bytes, progress: Progress) -> UUID:
    """Look at the file and keep it with what was found; returns the run's id."""
    book = _read(content)
    outcome, _ledger = look_at(
        reading(),
        book,
        now=now(),
        today=today(),
        by=current_actor().label,
        progress=progress,
    )
    kept = KeepImport(
        file_name=name, media_type=MEDIA_TYPES["xlsx"], content=content, book=book, outcome=outcome
    )
    return perform(keep_import, kept)


def _read(content: bytes) -> Book:
    """Raises RuleBroken: what `read_apart` raises, and `files_busy` when others are read."""
    if not TURNS.acquire(timeout=TURN_SECONDS):
        raise RuleBroken("files_busy")
    try:
        return read_apart(content, _limits())
    finally:
        TURNS.release()


def _limits() -> Limits:
    return Limits(megabytes=school().import_file_mb, rows=school().import_rows)


def _progress(key: str) -> Progress:
    """A key that is none is told to nobody."""
    try:
        return Progress.of(current_portal().config.data_dir, UUID(key or ""))
    except ValueError:
        return Progress()


def _run(run_id: UUID) -> ImportRun:
    run = import_run(reading(), run_id)
    if run is None:
        raise NotFound
    return run


def _kept(run: ImportRun) -> bytes:
    """The very bytes that were looked at. Raises RuleBroken when they are gone."""
    files = current_portal().files
    if run.file_id is None or not files.holds(run.file_id):
        raise RuleBroken("import_unknown")
    return files.get(run.file_id)


def _forget(run_id: UUID | None) -> None:
    """Bytes go after the commit."""
    for file_id in perform(forget_imports, ForgetImports(run_id=run_id)):
        current_portal().files.remove(file_id)
