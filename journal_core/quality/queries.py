"""Reading what the quality is judged by: three statements, however many requests."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.clock import local_moment
from journal_core.people.terms import PersonName
from journal_core.quality.rules import end_of, figures, judge
from journal_core.quality.terms import Passage, ServiceFacts, ServiceQuality, Span
from journal_core.requests.models import RefusalDecision, ServiceRequest
from journal_core.requests.terms import RefusalGround, RequestState

_R = ServiceRequest
_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])


def service_quality(
    session: Session, span: Span, *, now: datetime, zone: ZoneInfo
) -> ServiceQuality:
    """The figures of the requests registered in the span (INS-3.6.7, POL-3.8.6).

    One that was never registered belongs to the day on which it was submitted.
    """
    facts = _facts(session, span, zone)
    return figures((judge(one, now, zone) for one in facts), zone)


def _facts(session: Session, span: Span, zone: ZoneInfo) -> Iterable[ServiceFacts]:
    moves = _moves(session, span, zone)
    grounds = _grounds(session, span, zone)
    columns = (
        _R.id, _R.request_number, _R.registration_number, _R.registration_year, _R.state,
        _R.channel, _R.result_delivery, _R.email, _R.submitted_at, _R.received_at,
        _R.check_due_on, _R.due_on, _R.announced_at, _R.delivered_how, _R.close_reason,
        _R.child_last_name, _R.child_first_name, _R.child_patronymic,
        _R.applicant_last_name, _R.applicant_first_name, _R.applicant_patronymic,
    )  # fmt: skip
    for row in session.execute(_within(select(*columns), span, zone)):
        yield _fact(row, grounds.get(row.id, ()), tuple(moves[row.id]))


def _fact(
    row: Row[Any], grounds: tuple[RefusalGround, ...], moves: tuple[Passage, ...]
) -> ServiceFacts:
    number = row.registration_number
    return ServiceFacts(
        id=row.id,
        request_number=row.request_number,
        registration_number=f"{number}/{row.registration_year}" if number else "",
        state=row.state,
        channel=row.channel,
        result_delivery=row.result_delivery,
        has_email=bool(row.email),
        child=_full(row.child_last_name, row.child_first_name, row.child_patronymic),
        applicant=_full(
            row.applicant_last_name, row.applicant_first_name, row.applicant_patronymic
        ),
        submitted_at=row.submitted_at,
        received_at=row.received_at,
        check_due_on=row.check_due_on,
        due_on=row.due_on,
        announced_at=row.announced_at,
        delivered_how=row.delivered_how,
        close_reason=row.close_reason,
        grounds=grounds,
        moves=moves,
    )


def _moves(session: Session, span: Span, zone: ZoneInfo) -> dict[UUID, list[Passage]]:
    """The recorded moves of each request, oldest first."""
    query = (
        select(
            AuditEntry.subject_id,
            AuditEntry.details["target"].as_string().label("target"),
            AuditEntry.at,
            AuditEntry.actor_label,
        )
        .join(_R, _R.id == AuditEntry.subject_id)
        .where(AuditEntry.action == AuditAction.REQUEST_MOVED)
        .order_by(AuditEntry.id)
    )
    moves: defaultdict[UUID, list[Passage]] = defaultdict(list)
    for row in session.execute(_within(query, span, zone)):
        moves[row.subject_id].append(
            Passage(state=RequestState(row.target), at=row.at, by=row.actor_label)
        )
    return moves


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


def _full(last_name: str, first_name: str, patronymic: str) -> str:
    return PersonName(last_name=last_name, first_name=first_name, patronymic=patronymic).full
