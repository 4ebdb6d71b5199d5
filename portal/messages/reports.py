"""Reports of errors in the diary: made from the cell, the queue, the answer (POL-3.9.5, 3.7.8)."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forms.messages import CorrectedForm, NoErrorForm, ReportForm
from journal_core.access.terms import Permission
from journal_core.correspondence.queries import thread_view
from journal_core.correspondence.reports import (
    answered_reports,
    cell_to_report,
    has_written_reports,
    open_report_of,
    report_queue,
)
from journal_core.correspondence.terms import CellAddress, ReportedCell
from portal.access import can, current_actor, requires
from portal.messages.blueprint import blueprint, page_tabs
from portal.messages.labels import (
    CELL_NAMES,
    STATE_COLOURS,
    STATE_NAMES,
    hours_left,
    report_subject,
    standing_words,
)
from portal.messages.taking import did
from portal.messages.thread import pass_on_form, thread_page
from portal.navigation import school
from portal.pages import form_page
from portal.perform import perform_as_system
from portal.state import current_portal, now, reading, today
from workflows.error_report import (
    AnswerCorrected,
    AnswerNoError,
    NoteCorrections,
    PassOn,
    ReportError,
    answer_corrected,
    answer_no_error,
    note_corrections,
    pass_on,
    report_error,
)

_ANSWER = Permission.ERRORS_REPORT_ANSWER


@blueprint.route("/report/<uuid:pupil_id>/<uuid:lesson_id>", methods=["GET", "POST"])
@requires(Permission.ERRORS_OWN_REPORT)
def report(pupil_id: UUID, lesson_id: UUID) -> Any:
    """From a mark (`work`), an absence (`kind=attendance`) or a lesson of the diary."""
    address = _asked_cell(pupil_id, lesson_id)
    cell = cell_to_report(reading(), current_actor(), address, today())
    person_id = current_actor().person_id
    known = open_report_of(reading(), person_id, address) if person_id else None
    if known is not None:
        return redirect(url_for("messages.thread", thread_id=known), 303)
    form = ReportForm()
    if form.validate_on_submit():
        command = ReportError(
            thread_id=form.key_id,
            cell=address,
            subject=report_subject(cell),
            words=form.words.data,
        )
        if did(form, report_error, command):
            flash(_("Сообщение отправлено учителю и завучу."), "success")
            return redirect(url_for("messages.thread", thread_id=form.key_id), 303)
    return form_page(
        "messages/report.html",
        form,
        cell=cell,
        hours=school().error_report_hours,
        cells=CELL_NAMES,
        standing_words=standing_words,
    )


@blueprint.get("/errors")
@requires(_ANSWER)
def errors() -> str:
    """What waits for an answer, the earliest due first; what was answered (POL-3.7.8)."""
    return render_template(
        "messages/errors.html",
        tabs=page_tabs("errors"),
        waiting=report_queue(reading(), current_actor()),
        answered=answered_reports(reading(), current_actor()),
        is_own=not can(Permission.ERRORS_ANY_READ),
        now=now(),
        hours_left=hours_left,
        cells=CELL_NAMES,
        states=STATE_NAMES,
        colours=STATE_COLOURS,
        standing_words=standing_words,
    )


@blueprint.post("/<uuid:thread_id>/corrected")
@requires(_ANSWER)
def corrected(thread_id: UUID) -> Any:
    form = CorrectedForm()
    command = AnswerCorrected(thread_id=thread_id, words=form.corrected.data or "")
    if form.validate_on_submit() and did(form, answer_corrected, command):
        return _answered(thread_id)
    return thread_page(thread_id, corrected=form)


@blueprint.post("/<uuid:thread_id>/no-error")
@requires(_ANSWER)
def no_error(thread_id: UUID) -> Any:
    form = NoErrorForm()
    command = AnswerNoError(thread_id=thread_id, words=form.reason.data or "")
    if form.validate_on_submit() and did(form, answer_no_error, command):
        return _answered(thread_id)
    return thread_page(thread_id, no_error=form)


@blueprint.post("/<uuid:thread_id>/pass-on")
@requires(_ANSWER)
def pass_on_to(thread_id: UUID) -> Any:
    form = pass_on_form(thread_view(reading(), current_actor(), thread_id, today()))
    if form.validate_on_submit():
        command = PassOn(
            thread_id=thread_id, to_person_id=UUID(form.to.data), words=form.note.data or ""
        )
        if did(form, pass_on, command):
            flash(_("Передано. Срок ответа прежний."), "success")
            return redirect(url_for("messages.errors"), 303)
    return thread_page(thread_id, passing=form)


def note_written() -> None:
    """The worker's step: reports whose cells were written are answered by that."""
    with current_portal().database.reading() as session:
        if not has_written_reports(session):
            return
    perform_as_system(note_corrections, NoteCorrections())


def _answered(thread_id: UUID) -> Any:
    flash(_("Ответ отправлен семье."), "success")
    return redirect(url_for("messages.thread", thread_id=thread_id), 303)


def _asked_cell(pupil_id: UUID, lesson_id: UUID) -> CellAddress:
    work_id = request.args.get("work", type=UUID)
    kind = ReportedCell.MARK if work_id else ReportedCell.LESSON
    if request.args.get("kind") == ReportedCell.ATTENDANCE:
        kind, work_id = ReportedCell.ATTENDANCE, None
    return CellAddress(kind=kind, pupil_id=pupil_id, lesson_id=lesson_id, work_id=work_id)
