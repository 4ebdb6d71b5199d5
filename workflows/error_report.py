"""Reports of errors in the diary: made by a family, answered within a day (POL-3.7.8, HLP-4).

A report goes to the teacher of the lesson and stands in the queue of the deputies. It is answered
by the correction itself: the program notes that soon after the cell was written. Else by hand:
corrected in words, no error with the reason, or passed on to another of the school.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.correspondence.commands import Letter, add_message, add_thread, join, touch
from journal_core.correspondence.contacts import contacts_of
from journal_core.correspondence.models import ErrorReport, Thread
from journal_core.correspondence.queries import thread_in_reach
from journal_core.correspondence.reports import (
    cell_to_report,
    open_report_of,
    report_of_thread,
    written_reports,
)
from journal_core.correspondence.rules import due_at
from journal_core.correspondence.terms import CellAddress, ReportState
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken
from journal_core.lessons.models import Lesson
from journal_core.school.queries import settings_on
from workflows.engine import Move, open_move, settle

_CLAUSE = "POL-3.7.8"
MOVES = (
    Move(
        trigger="correct",
        source=(ReportState.OPEN,),
        target=ReportState.CORRECTED,
        permission=Permission.ERRORS_REPORT_ANSWER,
        clause=_CLAUSE,
    ),
    Move(
        trigger="deny",
        source=(ReportState.OPEN,),
        target=ReportState.NO_ERROR,
        permission=Permission.ERRORS_REPORT_ANSWER,
        clause=_CLAUSE,
    ),
    Move(
        trigger="pass_on",
        source=(ReportState.OPEN,),
        target=ReportState.OPEN,
        permission=Permission.ERRORS_REPORT_ANSWER,
        clause=_CLAUSE,
    ),
    Move(
        trigger="note_correction",
        source=(ReportState.OPEN,),
        target=ReportState.CORRECTED,
        permission=Permission.REQUEST_SYSTEM_ADVANCE,
        clause=_CLAUSE,
    ),
)


@dataclass(frozen=True, kw_only=True)
class ReportError:
    """What is wrong with a cell, in the words of the family; `subject` is the thread's line."""

    thread_id: UUID
    cell: CellAddress
    subject: str
    words: str


def report_error(context: ActionContext, command: ReportError) -> UUID:
    """Tell the teacher of the lesson and the deputies; the clock runs (POL-3.9.5, 3.7.8).

    Returns the id of the thread: of the one that there is, where the actor reported the cell and
    has no answer yet, or where the page is sent twice. Raises NotFound as `cell_to_report` does,
    and what `add_message` raises.
    """
    context.actor.require(Permission.ERRORS_OWN_REPORT)
    session, person_id = context.session, context.actor.person_id
    if person_id is None:
        raise NotFound("person_unknown")
    cell = cell_to_report(session, context.actor, command.cell, context.today)
    lesson = session.get_one(Lesson, command.cell.lesson_id, with_for_update=True)
    known = open_report_of(session, person_id, command.cell)
    if known is not None:
        return known
    if session.get(Thread, command.thread_id) is not None:
        return thread_in_reach(session, context.actor, command.thread_id).id
    thread = add_thread(
        context,
        thread_id=command.thread_id,
        subject=command.subject,
        pupil_id=command.cell.pupil_id,
        family={person_id},
        others={cell.teacher_id} - {person_id},
    )
    # The timetable does not take a lesson away that somebody speaks of.
    lesson.prepared_at = lesson.prepared_at or context.now
    hours = settings_on(session, context.today).error_report_hours
    report = ErrorReport(
        id=new_id(),
        thread_id=thread.id,
        kind=command.cell.kind,
        pupil_id=command.cell.pupil_id,
        lesson_id=command.cell.lesson_id,
        work_id=command.cell.work_id,
        stood=cell.value,
        reported_at=context.now,
        reported_by=context.actor.label,
        reported_by_id=person_id,
        due_at=due_at(context.now, hours),
        assignee_id=cell.teacher_id,
        state=ReportState.OPEN,
    )
    session.add(report)
    session.flush()
    add_message(context, thread, Letter(text=command.words))
    _record(context, report, "report")
    return thread.id


@dataclass(frozen=True, kw_only=True)
class AnswerCorrected:
    """It is corrected; `words` say what, where the cell itself does not show it."""

    thread_id: UUID
    words: str = ""


def answer_corrected(context: ActionContext, command: AnswerCorrected) -> None:
    """Raises NotFound for a report that is not the actor's to answer; RuleBroken:
    `report_unchanged` without words while the cell holds what it held; TransitionRefused.
    """
    report, move, thread = _to_answer(context, command.thread_id, "correct")
    view = report_of_thread(context.session, command.thread_id)
    if not command.words and not (view and view.changes):
        raise RuleBroken("report_unchanged", _CLAUSE)
    _answer(context, report, move, thread, command.words)


@dataclass(frozen=True, kw_only=True)
class AnswerNoError:
    """`words` tell the family why the cell is right."""

    thread_id: UUID
    words: str


def answer_no_error(context: ActionContext, command: AnswerNoError) -> None:
    """Raises NotFound, TransitionRefused, and RuleBroken("reason_needed") without words."""
    report, move, thread = _to_answer(context, command.thread_id, "deny")
    if not command.words:
        raise RuleBroken("reason_needed", _CLAUSE)
    _answer(context, report, move, thread, command.words)


@dataclass(frozen=True, kw_only=True)
class PassOn:
    """Another of the school is to answer; the clock runs on."""

    thread_id: UUID
    to_person_id: UUID
    words: str = ""


def pass_on(context: ActionContext, command: PassOn) -> None:
    """They take part in the thread from now on.

    Raises NotFound, also for who is nothing to the pupil, and what `answer_no_error` raises.
    """
    report, move, thread = _to_answer(context, command.thread_id, "pass_on")
    school = {one.person_id for one in contacts_of(context.session, report.pupil_id, context.today)}
    if command.to_person_id not in school - {report.reported_by_id}:
        raise NotFound("person_unknown")
    join(context, thread, command.to_person_id)
    report.assignee_id = command.to_person_id
    _speak(context, thread, command.words)
    _settle(context, report, move, to=str(command.to_person_id))


@dataclass(frozen=True, kw_only=True)
class NoteCorrections:
    """Open reports whose cells were written since."""


def note_corrections(context: ActionContext, _command: NoteCorrections) -> int:
    """Each is answered as of the first change, by who made it. Returns how many."""
    written = written_reports(context.session)
    for report, change in written:
        move = open_move(MOVES, report, "note_correction", context.actor)
        thread = context.session.get_one(Thread, report.thread_id)
        thread.last_at = context.now
        _note_answer(report, change.at, change.by, change.by_id)
        _settle(context, report, move, old=change.old, new=change.new)
    return len(written)


def _to_answer(
    context: ActionContext, thread_id: UUID, trigger: str
) -> tuple[ErrorReport, Move, Thread]:
    """The report, locked, for who is to answer it or watches over all of them.

    Raises RuleBroken("report_own") for one's own: a teacher's child may be the teacher's pupil.
    """
    report = context.session.scalars(
        select(ErrorReport).where(ErrorReport.thread_id == thread_id).with_for_update()
    ).one_or_none()
    is_own = report is not None and report.assignee_id == context.actor.person_id
    if report is None or not (is_own or context.actor.may(Permission.ERRORS_ANY_READ)):
        raise NotFound("thread_unknown")
    if context.actor.person_id == report.reported_by_id:
        raise RuleBroken("report_own", _CLAUSE)
    move = open_move(MOVES, report, trigger, context.actor)
    thread = context.session.get_one(Thread, thread_id)
    if context.actor.person_id is not None:
        join(context, thread, context.actor.person_id)
    return report, move, thread


def _answer(
    context: ActionContext, report: ErrorReport, move: Move, thread: Thread, words: str
) -> None:
    _speak(context, thread, words)
    _note_answer(report, context.now, context.actor.label, context.actor.person_id)
    _settle(context, report, move)


def _speak(context: ActionContext, thread: Thread, words: str) -> None:
    """The answer is a message of the thread; without words the thread is unread all the same."""
    if words:
        add_message(context, thread, Letter(text=words))
    else:
        touch(context, thread)


def _note_answer(report: ErrorReport, at: datetime, by: str, by_id: UUID | None) -> None:
    report.answered_at, report.answered_by, report.answered_by_id = at, by, by_id


def _settle(context: ActionContext, report: ErrorReport, move: Move, **facts: object) -> None:
    settle(report, move)
    context.session.flush()
    _record(context, report, move.trigger, **facts)


def _record(context: ActionContext, report: ErrorReport, move: str, **facts: object) -> None:
    record(context, AuditAction.ERROR_REPORT_MOVED, report.id, move=move, **facts)
