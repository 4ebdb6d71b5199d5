"""Reading what the quality is judged by: two statements, however many requests."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ScalarSelect, Select, String, cast, extract, func, select
from sqlalchemy.orm import Session

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.clock import local_moment
from journal_core.quality.rules import end_of, figures, judge
from journal_core.quality.terms import (
    Aspect,
    Passage,
    ServiceCase,
    ServiceFacts,
    ServiceQuality,
    Span,
    Verdict,
)
from journal_core.requests.models import RefusalDecision, ServiceRequest
from journal_core.requests.terms import RefusalGround, RequestState

_R = ServiceRequest
_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])
#: Rows in memory at one time.
AT_ONCE = 500
_STATES = {state.value: state for state in RequestState}


def service_quality(
    session: Session, span: Span, *, now: datetime, zone: ZoneInfo
) -> ServiceQuality:
    """The figures of the requests of the span (INS-3.6.7, POL-3.8.6)."""
    return figures(service_cases(session, span, now=now, zone=zone), zone)


def service_cases(
    session: Session, span: Span, *, now: datetime, zone: ZoneInfo
) -> Iterator[ServiceCase]:
    """The requests registered in the span, judged; oldest first.

    One that was never registered belongs to the day on which it was submitted.
    """
    return (judge(facts, now, zone) for facts in _facts(session, span, zone))


def late_hands(session: Session, cases: Iterable[ServiceCase], zone: ZoneInfo) -> dict[UUID, str]:
    """Who made the first move after a broken term had run out, as the record names them."""
    due = {
        case.facts.id: case.facts.due_on
        for case in cases
        if case.facts.due_on and case.has(Aspect.TERM, Verdict.BROKEN)
    }
    rows = session.execute(
        select(AuditEntry.subject_id, AuditEntry.at, AuditEntry.actor_label)
        .where(AuditEntry.subject_id.in_(due), AuditEntry.action == AuditAction.REQUEST_MOVED)
        .order_by(AuditEntry.id.desc())
    )
    return {
        row.subject_id: row.actor_label
        for row in rows
        if row.at >= end_of(due[row.subject_id], zone)
    }


def _facts(session: Session, span: Span, zone: ZoneInfo) -> Iterator[ServiceFacts]:
    grounds = _grounds(session, span, zone)
    submitted = func.coalesce(_R.submitted_at, _R.created_at)  # a draft alone has none
    query = select(
        _R.id, _R.state, _R.channel, _R.result_delivery, _R.email, submitted, _R.received_at,
        _R.check_due_on, _R.due_on, _R.announced_at, _R.delivered_how, _R.close_reason, _moves(),
    ).order_by(_R.submitted_at)  # fmt: skip
    rows = session.execute(_within(query, span, zone)).yield_per(AT_ONCE)
    for (
        id_, state, channel, result_delivery, email, submitted_at, received_at,
        check_due_on, due_on, announced_at, delivered_how, close_reason, moves,
    ) in rows:  # fmt: skip
        yield ServiceFacts(
            id=id_,
            state=state,
            channel=channel,
            result_delivery=result_delivery,
            has_email=bool(email),
            submitted_at=submitted_at,
            received_at=received_at,
            check_due_on=check_due_on,
            due_on=due_on,
            announced_at=announced_at,
            delivered_how=delivered_how,
            close_reason=close_reason,
            grounds=grounds.get(id_, ()),
            moves=_passages(moves),
        )


def _moves() -> ScalarSelect[str]:
    """The request's recorded moves as one text of «id seconds state», in no order.

    A row for each move would be five times as many rows to read.
    """
    seconds = cast(func.floor(extract("epoch", AuditEntry.at)), BigInteger)
    target = AuditEntry.details["target"].as_string()
    move = cast(AuditEntry.id, String) + " " + cast(seconds, String) + " " + target
    return (
        select(func.aggregate_strings(move, ","))
        .where(AuditEntry.subject_id == _R.id, AuditEntry.action == AuditAction.REQUEST_MOVED)
        .scalar_subquery()
    )


def _passages(moves: str | None) -> tuple[Passage, ...]:
    parts = [move.split(" ") for move in (moves or "").split(",") if move]
    parts.sort(key=lambda part: int(part[0]))
    return tuple([Passage(_STATES[state], int(at)) for _id, at, state in parts])


def _grounds(session: Session, span: Span, zone: ZoneInfo) -> dict[UUID, tuple[RefusalGround, ...]]:
    """The grounds of the decisions that were signed (SVC-2.12)."""
    query = select(_R.id, RefusalDecision.grounds).join(
        RefusalDecision, RefusalDecision.id == _R.decision_id
    )
    return {
        row.id: tuple(RefusalGround(entry["ground"]) for entry in row.grounds)
        for row in session.execute(_within(query, span, zone))
    }


def _within(query: _Query, span: Span, zone: ZoneInfo) -> _Query:
    counted_at = func.coalesce(_R.received_at, _R.submitted_at)
    query = query.where(_R.state != RequestState.DRAFT)
    if span.since:
        query = query.where(counted_at >= local_moment(span.since, time(0), zone))
    if span.until:
        query = query.where(counted_at < end_of(span.until, zone))
    return query
