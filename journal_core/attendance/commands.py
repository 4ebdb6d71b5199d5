"""Why a pupil was away: the class teacher tells it, the family may announce it ahead (INS-3.2.3).

None of these touches what the subject teacher wrote of the lesson. The days of one pupil's spans
that are not declined never meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from journal_core.academic_year.rules import bounds, year_in_hand
from journal_core.access.terms import Permission
from journal_core.attendance.models import AbsenceSpan
from journal_core.attendance.queries import days_of, is_own_child, led_pupil, live_spans
from journal_core.attendance.rules import DAY, left_of
from journal_core.attendance.terms import Days, ReasonCode
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.people.models import Pupil
from journal_core.school.rules import academic_year_of

_CLAUSE = "INS-3.2.3"
#: What a family reads whose announced days were all given another reason.
OVERTAKEN = "классный руководитель записал об этих днях другое"


@dataclass(frozen=True, kw_only=True)
class TellReason:
    """Why a pupil is away from a day to a day, both within, and by which document.

    `span_id` names the span that is changed, or the announcement that is confirmed by it; None
    tells a new one. `replaces` takes the days out of other reasons that were told of them.
    """

    pupil_id: UUID
    days: Days
    reason: ReasonCode
    document: str = ""
    document_date: date | None = None
    note: str = ""
    span_id: UUID | None = None
    replaces: bool = False


def tell_reason(context: ActionContext, command: TellReason) -> UUID:
    """The class teacher's word, by day and by run of days (INS-3.2.3, POL-3.5.3).

    Raises NotFound for a pupil whose class the actor does not lead; RuleBroken:
    `ends_before_it_begins`, `day_of_other_year`, `reason_stands` where the days meet another
    reason and `replaces` was not said, `absence_announced` where they meet what the family
    announced, `absence_decided` for what was declined.
    """
    _require_led(context, command.pupil_id)
    _require_days(context, command.days)
    span = AbsenceSpan(pupil_id=command.pupil_id)
    if command.span_id:
        span = _span(context, command.span_id, command.pupil_id)
    _make_room(context, command.pupil_id, command.days, replaces=command.replaces, spare=span)
    span.since, span.until = command.days.since, command.days.until
    span.reason = command.reason
    span.document, span.document_date = command.document, command.document_date
    span.note = command.note
    _confirm(context, span)
    _record_reason(context, command.pupil_id, command.days, command.reason)
    return span.id


@dataclass(frozen=True, kw_only=True)
class ReasonOfDay:
    """Why a pupil is away on one day, as a key in the grid says it; None takes it back."""

    pupil_id: UUID
    day: date
    reason: ReasonCode | None


def reason_of_day(context: ActionContext, command: ReasonOfDay) -> None:
    """What was told of the day before gives way; told twice it is told once (INS-3.2.3).

    The day joins the days beside it that have the same reason and no more words. Raises NotFound,
    and RuleBroken: `day_of_other_year`, `absence_announced`.
    """
    _require_led(context, command.pupil_id)
    days = Days(since=command.day, until=command.day)
    _require_days(context, days)
    standing = live_spans(context.session, [command.pupil_id], days)
    if command.reason is (standing[0].reason if standing else None) and not _open(standing):
        return
    _make_room(context, command.pupil_id, days, replaces=True)
    if command.reason:
        beside = Days(since=command.day - DAY, until=command.day + DAY)
        alike = [
            row
            for row in live_spans(context.session, [command.pupil_id], beside)
            if row.reason is command.reason and _is_plain(row)
        ]
        for row in alike:
            context.session.delete(row)
        span = AbsenceSpan(
            pupil_id=command.pupil_id,
            since=min([command.day, *(row.since for row in alike)]),
            until=max([command.day, *(row.until for row in alike)]),
            reason=command.reason,
        )
        _confirm(context, span)
    _record_reason(context, command.pupil_id, days, command.reason)


@dataclass(frozen=True, kw_only=True)
class RemoveReason:
    span_id: UUID


def remove_reason(context: ActionContext, command: RemoveReason) -> None:
    """Take the reason back; what the family announced waits for a decision again.

    Raises NotFound for another's pupil and for what has no reason.
    """
    _require_led(context, _pupil_of(context, command.span_id))
    span = _span(context, command.span_id)
    if span.confirmed_at is None:
        raise NotFound("absence_unknown")
    _record_reason(context, span.pupil_id, days_of(span), None)
    if span.announced_at is None:
        context.session.delete(span)
    else:
        span.reason, span.confirmed_at, span.confirmed_by = None, None, ""
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class AnnounceAbsence:
    """A child will be away; `words` say why, `document` what will confirm it."""

    pupil_id: UUID
    days: Days
    words: str
    document: str = ""


def announce_absence(context: ActionContext, command: AnnounceAbsence) -> UUID:
    """A representative's word ahead, from today on, for the class teacher to confirm (INS-3.2.3).

    Raises NotFound for a child whom the actor does not represent; RuleBroken:
    `ends_before_it_begins`, `date_past`, `day_of_other_year`, `reason_needed`, and
    `absence_known` where the days are announced or reasoned already.
    """
    context.actor.require(Permission.ATTENDANCE_CHILD_ANNOUNCE)
    _require_child(context, command.pupil_id)
    _require_days(context, command.days)
    if command.days.since < context.today:
        raise RuleBroken("date_past")
    if not command.words.strip():
        raise RuleBroken("reason_needed")
    if live_spans(context.session, [command.pupil_id], command.days):
        raise RuleBroken("absence_known", _CLAUSE)
    span = AbsenceSpan(
        pupil_id=command.pupil_id,
        since=command.days.since,
        until=command.days.until,
        note=command.words,
        document=command.document,
        announced_at=context.now,
        announced_by=context.actor.label,
        announced_by_id=context.actor.person_id,
    )
    context.session.add(span)
    context.session.flush()
    _record_announced(context, span, "announced")
    return span.id


@dataclass(frozen=True, kw_only=True)
class WithdrawAnnouncement:
    span_id: UUID


def withdraw_announcement(context: ActionContext, command: WithdrawAnnouncement) -> None:
    """The child will be there after all; only who announced it takes it back.

    Raises NotFound for another's announcement, RuleBroken (`absence_decided`) once the class
    teacher has decided.
    """
    context.actor.require(Permission.ATTENDANCE_CHILD_ANNOUNCE)
    _require_child(context, _pupil_of(context, command.span_id))
    span = _span(context, command.span_id)
    if span.announced_by_id != context.actor.person_id:
        raise NotFound("absence_unknown")
    if span.confirmed_at:
        raise RuleBroken("absence_decided")
    _record_announced(context, span, "withdrawn")
    context.session.delete(span)
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class DeclineAnnouncement:
    span_id: UUID
    because: str


def decline_announcement(context: ActionContext, command: DeclineAnnouncement) -> None:
    """The class teacher does not take the announcement, and says why.

    Raises NotFound for another's pupil; RuleBroken: `reason_needed`, `absence_decided`.
    """
    _require_led(context, _pupil_of(context, command.span_id))
    span = _span(context, command.span_id)
    if span.confirmed_at:
        raise RuleBroken("absence_decided")
    if not command.because.strip():
        raise RuleBroken("reason_needed")
    _decline(context, span, command.because)
    _record_announced(context, span, "declined")


def _require_led(context: ActionContext, pupil_id: UUID) -> None:
    """Raises NotAllowed, NotFound. Two acts upon one pupil wait for each other."""
    context.actor.require(Permission.ATTENDANCE_CLASS_EDIT)
    _lock(context, pupil_id)
    led_pupil(context.session, context.actor, pupil_id, context.today)


def _require_child(context: ActionContext, pupil_id: UUID) -> None:
    _lock(context, pupil_id)
    if not is_own_child(context.session, context.actor, pupil_id, context.today):
        raise NotFound("person_unknown")


def _lock(context: ActionContext, pupil_id: UUID) -> None:
    context.session.scalar(select(Pupil.id).where(Pupil.id == pupil_id).with_for_update())


def _require_days(context: ActionContext, days: Days) -> None:
    """In order, and of this academic year, or from June on of the coming one."""
    if days.until < days.since:
        raise RuleBroken("ends_before_it_begins")
    first, _last = bounds(academic_year_of(context.today))
    _first, last = bounds(year_in_hand(context.today))
    if days.since < first or days.until > last:
        raise RuleBroken("day_of_other_year")


def _pupil_of(context: ActionContext, span_id: UUID) -> UUID:
    """Whose span it is: the pupil is locked before the span is read. Raises NotFound."""
    pupil_id = context.session.scalar(select(AbsenceSpan.pupil_id).where(AbsenceSpan.id == span_id))
    if pupil_id is None:
        raise NotFound("absence_unknown")
    return pupil_id


def _span(context: ActionContext, span_id: UUID, pupil_id: UUID | None = None) -> AbsenceSpan:
    """Raises NotFound, and RuleBroken (`absence_decided`) for a declined one."""
    span = context.session.get(AbsenceSpan, span_id, populate_existing=True)
    if span is None or pupil_id not in (None, span.pupil_id):
        raise NotFound("absence_unknown")
    if span.declined_at:
        raise RuleBroken("absence_decided")
    return span


def _make_room(
    context: ActionContext,
    pupil_id: UUID,
    days: Days,
    *,
    replaces: bool,
    spare: AbsenceSpan | None = None,
) -> None:
    """Leave nothing but `spare` in the days. Raises RuleBroken."""
    met = [row for row in live_spans(context.session, [pupil_id], days) if row is not spare]
    if _open(met):
        raise RuleBroken("absence_announced", _CLAUSE)
    if met and not replaces:
        raise RuleBroken("reason_stands", _CLAUSE)
    for row in met:
        _take_out(context, row, days)
    context.session.flush()


def _take_out(context: ActionContext, span: AbsenceSpan, days: Days) -> None:
    """Shorten the span, split it, or let it go; a family is told that its word did not hold."""
    pieces = left_of(days_of(span), days)
    for piece in pieces[1:]:
        context.session.add(_copy(span, piece))
    if pieces:
        span.since, span.until = pieces[0].since, pieces[0].until
    elif span.announced_at:
        span.reason, span.confirmed_at, span.confirmed_by = None, None, ""
        _decline(context, span, OVERTAKEN)
    else:
        context.session.delete(span)


def _copy(span: AbsenceSpan, days: Days) -> AbsenceSpan:
    """The same word of other days."""
    own = {"id", "since", "until"}
    keys = {column.key for column in AbsenceSpan.__mapper__.columns} - own
    said = {key: getattr(span, key) for key in keys}
    return AbsenceSpan(since=days.since, until=days.until, **said)


def _confirm(context: ActionContext, span: AbsenceSpan) -> None:
    span.confirmed_at, span.confirmed_by = context.now, context.actor.label
    context.session.add(span)
    context.session.flush()


def _decline(context: ActionContext, span: AbsenceSpan, because: str) -> None:
    span.declined_at, span.declined_because = context.now, because
    context.session.flush()


def _open(spans: Sequence[AbsenceSpan]) -> bool:
    """Whether one of them is announced and waits for the class teacher."""
    return any(row.confirmed_at is None for row in spans)


def _is_plain(span: AbsenceSpan) -> bool:
    said = (span.document, span.document_date, span.note, span.announced_at)
    return span.confirmed_at is not None and not any(said)


def _record_reason(
    context: ActionContext, pupil_id: UUID, days: Days, reason: ReasonCode | None
) -> None:
    record(
        context,
        AuditAction.ATTENDANCE_REASONED,
        pupil_id,
        since=days.since.isoformat(),
        until=days.until.isoformat(),
        reason=reason.value if reason else "",
    )


def _record_announced(context: ActionContext, span: AbsenceSpan, act: str) -> None:
    record(
        context,
        AuditAction.ATTENDANCE_ANNOUNCED,
        span.pupil_id,
        act=act,
        since=span.since.isoformat(),
        until=span.until.isoformat(),
    )
