"""Corrections of closed cells: asked, decided by the deputy, carried out, closed (INS-3.3.13).

An approval opens the named cells to who asked, each for one write, until its time is over.
Whether a cell is open is a question to that time, so nothing depends on when a correction whose
time is over is closed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.attendance.rules import read_presence
from journal_core.attendance.terms import PRESENCE_SIGNS
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.corrections.models import CorrectedCell, MarkCorrection
from journal_core.corrections.queries import expired, finished_of
from journal_core.corrections.terms import (
    CellRef,
    CorrectionState,
    WantedCell,
)
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.journal.terms import CourseKey
from journal_core.lessons.models import Lesson
from journal_core.marks.rules import read_mark
from journal_core.school.commands import next_number
from journal_core.school.models import SchoolClass
from journal_core.school.queries import settings_on
from workflows.closed_cells import StandingCell, standing_column, standing_period_cells
from workflows.correction_slip import Approval, approval_of, keep_slip, slip_of
from workflows.engine import Move, open_move, settle

_CLAUSE = "INS-3.3.13"
MOVES = (
    Move(
        trigger="approve",
        source=(CorrectionState.ASKED,),
        target=CorrectionState.APPROVED,
        permission=Permission.CORRECTION_ANY_DECIDE,
        clause=_CLAUSE,
    ),
    Move(
        trigger="decline",
        source=(CorrectionState.ASKED,),
        target=CorrectionState.DECLINED,
        permission=Permission.CORRECTION_ANY_DECIDE,
        clause=_CLAUSE,
    ),
    Move(
        trigger="withdraw",
        source=(CorrectionState.ASKED,),
        target=CorrectionState.WITHDRAWN,
        permission=Permission.CORRECTION_OWN_ASK,
        clause=_CLAUSE,
    ),
    Move(
        trigger="carry_out",
        source=(CorrectionState.APPROVED,),
        target=CorrectionState.CLOSED,
        permission=Permission.JOURNAL_OWN_WRITE,
        clause=_CLAUSE,
    ),
    Move(
        trigger="expire",
        source=(CorrectionState.APPROVED,),
        target=CorrectionState.CLOSED,
        permission=Permission.REQUEST_SYSTEM_ADVANCE,
        clause=_CLAUSE,
    ),
)

#: The numbers of approvals, anew in each academic year.
SERIES = "mark_correction"
#: The mark of a period without one.
NOT_ASSESSED = "н/а"


@dataclass(frozen=True, kw_only=True)
class AskCorrection:
    """Cells of one course and what they are to hold; `reason` is for the deputy and the slip."""

    course: CourseKey
    cells: tuple[WantedCell, ...]
    reason: str


def ask_correction(context: ActionContext, command: AskCorrection) -> UUID:
    """Lay it before the deputy; what stands in the cells now is noted with it. Returns its id.

    Cells that hold what is wanted are left out. Raises NotFound for what the actor does not teach,
    RuleBroken: `cell_open` for a cell that needs no permission, the code of the rule for one that
    no approval opens, `correction_asked` for one that is asked for already, `correction_of_nothing`
    when no cell is left, and what a mark or a sign that cannot be read raises.
    """
    context.actor.require(Permission.CORRECTION_OWN_ASK)
    person_id = context.actor.person_id
    school_class = context.session.get(SchoolClass, command.course.class_id)
    if person_id is None or school_class is None:
        raise NotFound("course_unknown")
    standing = _standing(context, command, school_class.academic_year)
    named = [cell for cell in map(_read, command.cells) if standing[cell.ref].value != cell.wanted]
    for cell in named:
        _require_closed(standing[cell.ref])
    if not named:
        raise RuleBroken("correction_of_nothing", _CLAUSE)
    correction = MarkCorrection(
        academic_year=school_class.academic_year,
        class_id=command.course.class_id,
        group_id=command.course.group_id,
        subject_id=command.course.subject_id,
        state=CorrectionState.ASKED,
        reason=command.reason,
        asked_at=context.now,
        asked_by=context.actor.label,
        asked_by_id=person_id,
    )
    context.session.add(correction)
    context.session.flush()
    context.session.add_all(
        CorrectedCell(
            correction_id=correction.id,
            pupil_id=cell.ref.pupil_id,
            lesson_id=cell.ref.lesson_id,
            work_id=cell.ref.work_id,
            period=cell.ref.period,
            work_type=standing[cell.ref].work_type,
            before=standing[cell.ref].value,
            wanted=cell.wanted,
        )
        for cell in named
    )
    context.session.flush()
    _record(context, correction, "ask", cells=len(named))
    return correction.id


@dataclass(frozen=True, kw_only=True)
class ApproveCorrection:
    correction_id: UUID
    seen_version: int


def approve_correction(context: ActionContext, command: ApproveCorrection) -> None:
    """Number it, keep its slip, and open its cells for the school's number of hours (POL-3.7.8).

    Raises RuleBroken("correction_own") for one's own, StaleVersion and TransitionRefused.
    """
    correction, move = _to_decide(context, command.correction_id, "approve", command.seen_version)
    number = next_number(context, SERIES, correction.academic_year)
    hours = settings_on(context.session, context.today).correction_open_hours
    approval = Approval(
        number=number,
        at=context.now,
        by=context.actor.label,
        by_id=context.actor.person_id,
        open_until=context.now + timedelta(hours=hours),
    )
    slip = keep_slip(context, slip_of(context, correction, approval))
    _note_decision(context, correction)
    correction.number, correction.open_until = number, approval.open_until
    correction.slip_id, correction.slip_docx_id = slip
    _settle(context, correction, move, number=number)


@dataclass(frozen=True, kw_only=True)
class DeclineCorrection:
    """`comment` tells the teacher why."""

    correction_id: UUID
    seen_version: int
    comment: str


def decline_correction(context: ActionContext, command: DeclineCorrection) -> None:
    """Raises what `approve_correction` raises."""
    correction, move = _to_decide(context, command.correction_id, "decline", command.seen_version)
    _note_decision(context, correction)
    correction.comment = command.comment
    _settle(context, correction, move)


@dataclass(frozen=True, kw_only=True)
class WithdrawCorrection:
    correction_id: UUID


def withdraw_correction(context: ActionContext, command: WithdrawCorrection) -> None:
    """Who asked takes it back. Raises NotFound for another's, and TransitionRefused."""
    correction = _locked(context, command.correction_id)
    if correction.asked_by_id != context.actor.person_id:
        raise NotFound("correction_unknown")
    move = open_move(MOVES, correction, "withdraw", context.actor)
    _note_decision(context, correction)
    _settle(context, correction, move)


def close_carried_out(context: ActionContext) -> int:
    """Close the actor's corrections in which every cell is written. Returns how many."""
    finished = finished_of(context.session, context.actor.person_id)
    for correction in finished:
        _close(context, correction, "carry_out", context.now)
    return len(finished)


@dataclass(frozen=True, kw_only=True)
class CloseExpired:
    """Approvals whose time is over."""


def close_expired(context: ActionContext, _command: CloseExpired) -> int:
    """Close them as of the moment at which their time was over. Returns how many."""
    over = expired(context.session, context.now)
    for correction in over:
        _close(context, correction, "expire", correction.open_until or context.now)
    return len(over)


def _standing(
    context: ActionContext, command: AskCorrection, academic_year: int
) -> dict[CellRef, StandingCell]:
    """What stands in each named cell. Raises NotFound for one that is not of the course."""
    refs = {cell.ref for cell in command.cells}
    places = {(ref.lesson_id, ref.work_id) for ref in refs if ref.lesson_id}
    found: list[StandingCell] = []
    _hold_lessons(context, {lesson_id for lesson_id, _work_id in places})
    for lesson_id, work_id in places:
        column = standing_column(
            context.session, context.actor, lesson_id, work_id, now=context.now, zone=context.zone
        )
        if column.course != command.course:
            raise NotFound("lesson_unknown")
        found += column.cells
    of_periods = {ref for ref in refs if ref.period}
    if of_periods:
        found += standing_period_cells(
            context.session,
            context.actor,
            command.course,
            academic_year,
            of_periods,
            now=context.now,
        )
    standing = {cell.ref: cell for cell in found}
    if not refs <= set(standing):
        raise NotFound("pupil_unknown")
    return standing


def _hold_lessons(context: ActionContext, ids: set[UUID]) -> None:
    """Until the commit: two who ask for one cell do so one after the other."""
    query = select(Lesson.id).where(Lesson.id.in_(ids)).order_by(Lesson.id)
    context.session.scalars(query.with_for_update()).all()


def _read(cell: WantedCell) -> WantedCell:
    """What is wanted, as the journal keeps it. Raises RuleBroken that names the pupil."""
    try:
        return replace(cell, wanted=_read_value(cell.ref, cell.wanted.strip()))
    except RuleBroken as error:
        raise RuleBroken(error.code, error.clause, pupil=cell.ref.pupil_id) from error


def _read_value(ref: CellRef, told: str) -> str:
    if ref.period and told.casefold() == NOT_ASSESSED:
        return NOT_ASSESSED
    if ref.period or ref.work_id:
        return read_mark(told)
    presence = read_presence(told)
    return PRESENCE_SIGNS[presence] if presence else ""


def _require_closed(cell: StandingCell) -> None:
    """Raises RuleBroken unless it is closed by a rule that an approval opens."""
    if cell.closed is None:
        raise RuleBroken("cell_open", _CLAUSE, pupil=cell.ref.pupil_id)
    if not cell.closed.may_be_opened:
        raise RuleBroken(cell.closed.code, cell.closed.clause, pupil=cell.ref.pupil_id)
    if cell.is_asked:
        raise RuleBroken("correction_asked", _CLAUSE, pupil=cell.ref.pupil_id)


def _locked(context: ActionContext, correction_id: UUID) -> MarkCorrection:
    """Raises NotFound."""
    query = select(MarkCorrection).where(MarkCorrection.id == correction_id)
    correction = context.session.scalars(query.with_for_update()).one_or_none()
    if correction is None:
        raise NotFound("correction_unknown")
    return correction


def _to_decide(
    context: ActionContext, correction_id: UUID, trigger: str, seen_version: int
) -> tuple[MarkCorrection, Move]:
    """The correction as the deputy saw it, and the move that decides it."""
    correction = _locked(context, correction_id)
    move = open_move(MOVES, correction, trigger, context.actor)
    if correction.asked_by_id == context.actor.person_id:
        raise RuleBroken("correction_own", _CLAUSE)
    if correction.version != seen_version:
        raise StaleVersion("changed_meanwhile")
    return correction, move


def _note_decision(context: ActionContext, correction: MarkCorrection) -> None:
    correction.decided_at = context.now
    correction.decided_by = context.actor.label
    correction.decided_by_id = context.actor.person_id


def _close(context: ActionContext, correction: MarkCorrection, trigger: str, at: datetime) -> None:
    """Keep the slip with what stands in the cells now; the state comes after it."""
    move = open_move(MOVES, correction, trigger, context.actor)
    slip = slip_of(context, correction, approval_of(correction), closed_at=at)
    kept = keep_slip(context, slip)
    correction.carried_out_id, correction.carried_out_docx_id = kept
    correction.closed_at = at
    _settle(context, correction, move, number=correction.number)


def _settle(
    context: ActionContext, correction: MarkCorrection, move: Move, **facts: object
) -> None:
    settle(correction, move)
    context.session.flush()
    _record(context, correction, move.trigger, **facts)


def _record(context: ActionContext, correction: MarkCorrection, move: str, **facts: object) -> None:
    record(context, AuditAction.CORRECTION_MOVED, correction.id, move=move, **facts)
