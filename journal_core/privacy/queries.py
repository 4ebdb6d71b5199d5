"""Reading the record of views, what is due to be erased, and all about one person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from journal_core.access.models import Account, AccountSession, Attempt
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.diary_visits.models import DiaryVisit, SilenceTask
from journal_core.files.models import StoredFile
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import OUTSTANDING
from journal_core.notices.models import Notice
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import LetterState
from journal_core.people.models import Pupil, StaffMember
from journal_core.privacy.rules import cut_off
from journal_core.privacy.terms import LOOKS, VIEWS, Erasure, KeptKind, PlannedErasure, View
from journal_core.requests.models import RequestPaper, ServiceRequest
from journal_core.requests.terms import CLOSED
from journal_core.risk_group.models import RiskMembership
from journal_core.school.terms import SchoolSettings

#: How far ahead the plan of erasure looks, days.
SOON_DAYS = 30


def is_same_look(
    session: Session,
    actor_account_id: UUID,
    action: AuditAction,
    subject_id: UUID | None,
    details: Mapping[str, Any],
    since: datetime,
) -> bool:
    """Whether this account's same look is on record since the moment: a reload is no new one."""
    recorded = session.scalars(
        select(AuditEntry.details).where(
            AuditEntry.actor_account_id == actor_account_id,
            AuditEntry.at > since,
            AuditEntry.action == action,
            AuditEntry.subject_id == subject_id,
        )
    )
    return details in recorded.all()


def views_of(
    session: Session,
    subject_ids: Collection[UUID],
    actions: Sequence[AuditAction] = LOOKS,
    limit: int = 50,
) -> list[View]:
    """Who looked at these subjects, the newest first; people in their own data are left out."""
    rows = session.execute(
        select(AuditEntry, _position())
        .outerjoin(Account, Account.id == AuditEntry.actor_account_id)
        .where(AuditEntry.subject_id.in_(subject_ids), AuditEntry.action.in_(actions))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    views = (
        View(
            at=entry.at,
            action=entry.action,
            name=entry.actor_label,
            position=position or "",
            what=entry.details.get("what", ""),
        )
        for entry, position in rows
    )
    # One act upon several of a person's things is told once.
    return list(dict.fromkeys(views))


def _position() -> ScalarSelect[str]:
    """The position of who acted: one of several, those held now first, then the longest held."""
    return (
        select(StaffMember.position)
        .where(StaffMember.person_id == Account.person_id)
        .order_by(StaffMember.until.is_not(None), StaffMember.since)
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )


def own_subjects(session: Session, person_id: UUID, account_id: UUID) -> set[UUID]:
    """What the record may call this person: the person, the account, the requests about them."""
    pupils = select(Pupil.id).where(Pupil.person_id == person_id)
    requests = session.scalars(
        select(ServiceRequest.id).where(
            or_(
                ServiceRequest.person_id == person_id,
                ServiceRequest.applicant_account_id == account_id,
                ServiceRequest.pupil_id.in_(pupils),
            )
        )
    )
    return {person_id, account_id, *requests}


def at_rest(settings: SchoolSettings, at: datetime) -> ColumnElement[bool]:
    """A request that nobody works on or waits for; no other is ever touched (SVC-2.2.3).

    It is closed, so told or handed over; its legal term is over; no letter of it is unsent, no
    task of it open, no code of it living; and its tracking key has ended (SVC-2.19).
    """
    request, letter = ServiceRequest, aliased(OutboxLetter)
    unsent = select(letter.request_id).where(
        letter.state == LetterState.QUEUED, letter.request_id.is_not(None)
    )
    open_tasks = select(OfficeTask).where(OfficeTask.closed_at.is_(None)).subquery()
    of_request = select(open_tasks.c.request_id).where(open_tasks.c.request_id.is_not(None))
    of_code = select(open_tasks.c.invitation_id).where(open_tasks.c.invitation_id.is_not(None))
    code = exists().where(
        Invitation.id == request.invitation_id,
        Invitation.state.in_(OUTSTANDING),
        Invitation.expires_at > at,
    )
    return and_(
        request.state.in_(CLOSED),
        or_(request.due_on.is_(None), request.due_on < at.date()),
        request.state_since < at - timedelta(days=settings.tracking_days),
        request.id.not_in(unsent),
        request.id.not_in(of_request),
        or_(request.invitation_id.is_(None), request.invitation_id.not_in(of_code)),
        not_(code),
    )


def due(kind: KeptKind, settings: SchoolSettings, at: datetime) -> Select[Any]:
    """The ids of the records whose term is over and whose request, if any, is at rest."""
    return _old(kind, settings, at).where(_free(kind, settings, at))


def plan(session: Session, settings: SchoolSettings, at: datetime) -> list[PlannedErasure]:
    """What the next run would erase: the same questions that it asks."""

    def count(query: Select[Any]) -> int:
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    planned = []
    for kind in KeptKind:
        now = count(due(kind, settings, at))
        ahead = count(due(kind, settings, at + timedelta(days=SOON_DAYS)))
        held = count(_old(kind, settings, at)) - now
        planned.append(PlannedErasure(kind=kind, due=now, soon=ahead - now, held=held))
    return planned


def erasures(session: Session, limit: int = 50) -> list[Erasure]:
    """What was erased and when, the newest first."""
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == AuditAction.DATA_ERASED)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    return [
        Erasure(
            at=row.at,
            counts={kind: row.details.get(kind.value, 0) for kind in KeptKind},
            numbers=tuple(row.details.get("numbers", ())),
        )
        for row in rows
    ]


def erased_files(session: Session) -> Sequence[UUID]:
    """The files whose bytes have no business on the disk any more, whoever left them there."""
    return session.scalars(select(StoredFile.id).where(StoredFile.erased_at.is_not(None))).all()


def _old(kind: KeptKind, settings: SchoolSettings, at: datetime) -> Select[Any]:
    """The ids of the records of the kind whose term is over."""
    until = cut_off(kind, settings, at)
    queries: dict[KeptKind, Select[Any]] = {
        KeptKind.PAPERS: select(StoredFile.id)
        .join(RequestPaper, RequestPaper.file_id == StoredFile.id)
        .join(ServiceRequest, ServiceRequest.id == RequestPaper.request_id)
        .where(
            ServiceRequest.state.in_(CLOSED),
            ServiceRequest.state_since <= until,
            StoredFile.erased_at.is_(None),
        ),
        KeptKind.REQUESTS: select(ServiceRequest.id).where(
            ServiceRequest.state.in_(CLOSED),
            ServiceRequest.state_since <= until,
            ServiceRequest.erased_at.is_(None),
        ),
        KeptKind.LETTERS: select(OutboxLetter.id).where(
            OutboxLetter.created_at <= until, OutboxLetter.text != ""
        ),
        KeptKind.VIEWS: select(AuditEntry.id).where(
            AuditEntry.at <= until, AuditEntry.action.in_(VIEWS)
        ),
        KeptKind.ATTEMPTS: select(Attempt.id).where(Attempt.at <= until),
        KeptKind.SESSIONS: select(AccountSession.id).where(AccountSession.ended_at <= until),
        KeptKind.NOTICES: select(Notice.id).where(Notice.told_at <= until, Notice.due_at.is_(None)),
        KeptKind.LOOKS: select(DiaryVisit.id).where(DiaryVisit.last_at <= until),
        KeptKind.FAMILIES: select(SilenceTask.id).where(SilenceTask.closed_at <= until),
        KeptKind.RISKS: select(RiskMembership.id).where(RiskMembership.ended_at <= until),
    }
    return queries[kind]


def _free(kind: KeptKind, settings: SchoolSettings, at: datetime) -> ColumnElement[bool]:
    """Whether nothing holds the record back."""
    resting = at_rest(settings, at)
    if kind in {KeptKind.PAPERS, KeptKind.REQUESTS}:
        return resting
    if kind is KeptKind.LETTERS:
        return and_(
            OutboxLetter.state != LetterState.QUEUED,
            not_(exists().where(ServiceRequest.id == OutboxLetter.request_id, not_(resting))),
        )
    if kind is KeptKind.VIEWS:
        return not_(exists().where(ServiceRequest.id == AuditEntry.subject_id, not_(resting)))
    return true()
