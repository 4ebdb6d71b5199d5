"""Giving period marks (POL-3.6.5, INS-3.3.8, 3.3.10, 3.3.21)."""

from dataclasses import dataclass

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.clock import local_date
from journal_core.context import ActionContext
from journal_core.corrections.commands import note_written
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.queries import course_to_read
from journal_core.journal.terms import Closed, CourseKey
from journal_core.notifications.commands import note_news
from journal_core.notifications.terms import NewsKind
from journal_core.period_marks.models import PeriodMark, PeriodMarkChange
from journal_core.period_marks.queries import grade_periods, sheet_of
from journal_core.period_marks.rules import because, is_late, read_period_mark, refs_of
from journal_core.period_marks.terms import (
    NOT_ASSESSED,
    REASON_LENGTH,
    FinalKind,
    PeriodMarkConflict,
    PeriodMarkEdit,
    PeriodMarkRefused,
    PeriodMarkResult,
    PeriodMarkSaved,
    PeriodRef,
    PeriodRow,
    PeriodSheet,
)
from journal_core.school.models import SchoolClass

_NOT_THERE = Closed(code="pupil_not_there", clause="POL-3.4.11")


@dataclass(frozen=True, kw_only=True)
class GivePeriodMarks:
    """The marks of one period in a course, as many as there are."""

    key: CourseKey
    ref: PeriodRef
    edits: tuple[PeriodMarkEdit, ...]


def give_period_marks(
    context: ActionContext, command: GivePeriodMarks
) -> tuple[PeriodMarkResult, ...]:
    """Write what may be written, and tell of each edit what became of it (POL-3.6.5, INS-3.3.8).

    One that a rule forbids, that lacks its reason, or that somebody else wrote meanwhile holds up
    no other. What stands as it is told is left alone, closed or not. Every change is kept for
    ever, with its reason and the approval that opened it (INS-3.3.13). Raises NotFound for a
    course that is not the actor's to read, or a period that its class has not.
    """
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    # Held until the commit: two who write in the class do so one after the other.
    context.session.get(SchoolClass, command.key.class_id, with_for_update={"key_share": True})
    course = course_to_read(context.session, context.actor, command.key, context.today)
    periods = grade_periods(context.session, course.academic_year, course.grade)
    if command.ref not in refs_of(course.grade, periods):
        raise NotFound("period_unknown")
    sheet = sheet_of(
        context.session,
        context.actor,
        course,
        command.ref,
        periods,
        now=context.now,
        zone=context.zone,
    )
    rows = {row.pupil_id: row for row in sheet.rows}
    results = tuple(_given(context, sheet, rows.get(edit.pupil_id), edit) for edit in command.edits)
    context.session.flush()
    return results


def _given(
    context: ActionContext, sheet: PeriodSheet, row: PeriodRow | None, edit: PeriodMarkEdit
) -> PeriodMarkResult:
    if row is None:
        return PeriodMarkRefused(edit=edit, closed=_NOT_THERE)
    try:
        value = read_period_mark(edit.value)
    except RuleBroken as refusal:
        unread = Closed(code=refusal.code, clause=refusal.clause or "")
        return PeriodMarkRefused(edit=edit, closed=unread)
    if edit.seen is not None and row.value not in {edit.seen, value}:
        return _conflict(edit, row)
    if _stands(row, value, edit):
        return PeriodMarkSaved(edit=edit, value=value, was=value)
    closed = row.closed or _lacking(context, sheet, row, value, edit)
    if closed is not None:
        return PeriodMarkRefused(edit=edit, closed=closed)
    late = _write(context, sheet, row, value, edit)
    return PeriodMarkSaved(edit=edit, value=value, was=row.value, is_late=late)


def _conflict(edit: PeriodMarkEdit, row: PeriodRow) -> PeriodMarkConflict:
    given = row.given
    return PeriodMarkConflict(
        edit=edit,
        value=row.value,
        by=given.written_by if given else "",
        at=given.written_at if given else None,
    )


def _stands(row: PeriodRow, value: str, edit: PeriodMarkEdit) -> bool:
    """Whether the edit changes nothing; a reason or a day that it does not tell stays."""
    if row.given is None or value != row.value:
        return value == row.value
    is_reason = _told(edit) in {"", row.given.reason}
    return is_reason and edit.result_on in {None, row.given.result_on}


def _lacking(
    context: ActionContext, sheet: PeriodSheet, row: PeriodRow, value: str, edit: PeriodMarkEdit
) -> Closed | None:
    """What has to be said beside the mark, and is not: a reason, the day of the result."""
    why = because(value, row.proposal)
    reason = _reason(row, value, edit)
    if len(reason) > REASON_LENGTH:
        return Closed(code="reason_too_long", clause="INS-3.3.8")
    if why is not None and not reason:
        return Closed(code=f"reason_{why}", clause="INS-3.3.8")
    if sheet.ref.kind is not FinalKind.STATE_EXAM or value in {"", NOT_ASSESSED}:
        return None
    result_on = edit.result_on or (row.given.result_on if row.given else None)
    if result_on is None:
        return Closed(code="result_day_missing", clause="INS-3.3.21")
    if result_on > context.today:
        return Closed(code="result_day_ahead", clause="INS-3.3.21")
    return None


def _write(
    context: ActionContext, sheet: PeriodSheet, row: PeriodRow, value: str, edit: PeriodMarkEdit
) -> bool:
    """Write the mark and its change; returns whether it is late."""
    mark = _mark(context, sheet, row)
    reason = _reason(row, value, edit)
    _keep(context, sheet, row, value, reason)
    if row.opened is not None:
        note_written(context, row.opened, value)
    if not value:
        context.session.delete(mark)
        return False
    mark.value = value
    mark.class_id = sheet.course.key.class_id
    mark.proposed = row.proposal.value
    mark.arithmetic = row.proposal.arithmetic
    mark.reason = reason
    if sheet.ref.kind is FinalKind.STATE_EXAM:
        mark.result_on = edit.result_on or mark.result_on
    first_on = local_date(mark.first_written_at, context.zone)
    mark.is_late = is_late(sheet.ref, sheet.window, first_on, mark.result_on)
    mark.written_at = context.now
    mark.written_by = context.actor.label
    context.session.add(mark)
    return mark.is_late


def _mark(context: ActionContext, sheet: PeriodSheet, row: PeriodRow) -> PeriodMark:
    """The mark that stands, or a new one."""
    course, ref = sheet.course, sheet.ref
    found = None
    if row.given is not None:
        found = context.session.scalars(
            select(PeriodMark).where(
                PeriodMark.pupil_id == row.pupil_id,
                PeriodMark.academic_year == course.academic_year,
                PeriodMark.subject_id == course.key.subject_id,
                PeriodMark.kind == ref.kind,
                PeriodMark.number == ref.number,
            )
        ).one()
    return found or PeriodMark(
        pupil_id=row.pupil_id,
        academic_year=course.academic_year,
        subject_id=course.key.subject_id,
        kind=ref.kind,
        number=ref.number,
        first_written_at=context.now,
    )


def _keep(
    context: ActionContext, sheet: PeriodSheet, row: PeriodRow, value: str, reason: str
) -> None:
    """The change goes on record: it is the record of the act."""
    change_id = new_id()
    note_news(context, NewsKind.PERIOD_MARK, change_id, row.pupil_id)
    context.session.add(
        PeriodMarkChange(
            id=change_id,
            pupil_id=row.pupil_id,
            academic_year=sheet.course.academic_year,
            subject_id=sheet.course.key.subject_id,
            kind=sheet.ref.kind,
            number=sheet.ref.number,
            old=row.value,
            new=value,
            at=context.now,
            by=context.actor.label,
            reason=reason,
            correction_id=row.opened.correction_id if row.opened else None,
        )
    )


def _reason(row: PeriodRow, value: str, edit: PeriodMarkEdit) -> str:
    """What is told, or what it was opened for; a mark that stays the same keeps its reason."""
    stood = row.given.reason if row.given and value == row.value else ""
    return _told(edit) or stood or (row.opened.reason if row.opened else "")


def _told(edit: PeriodMarkEdit) -> str:
    return " ".join(edit.reason.split())
