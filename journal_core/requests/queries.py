"""Reading requests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import NotFound
from journal_core.files.models import FileScan, StoredFile
from journal_core.files.queries import scan_view
from journal_core.files.terms import ScanView
from journal_core.people.rules import search_key
from journal_core.requests.models import (
    ContactChange,
    GroundAnswer,
    IssuedDocument,
    RefusalDecision,
    RequestNote,
    RequestPaper,
    ServiceRequest,
)
from journal_core.requests.rules import parse_request_number
from journal_core.requests.terms import DeskTab, PaperKind, RefusalGround, RequestState

PAGE_SIZE = 50

#: What nobody need work on any more.
CLOSED = frozenset({RequestState.COMPLETED, RequestState.REFUSAL_DELIVERED, RequestState.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class OfficePage:
    rows: Sequence[ServiceRequest]
    page: int
    pages: int
    total: int


def draft(session: Session, request_id: UUID) -> ServiceRequest | None:
    return session.get(ServiceRequest, request_id)


def office_request(session: Session, request_id: UUID) -> ServiceRequest:
    """A request that reached the office. Raises NotFound for a draft or an unknown id."""
    row = session.get(ServiceRequest, request_id)
    if row is None or row.state is RequestState.DRAFT:
        raise NotFound("request_unknown")
    return row


def request_numbered(session: Session, typed: str) -> ServiceRequest | None:
    return session.scalars(
        select(ServiceRequest).where(ServiceRequest.request_number == parse_request_number(typed))
    ).first()


def office_page(
    session: Session, *, search: str, page: int, tab: DeskTab | None, today: date
) -> OfficePage:
    """Requests in the office: legal due time first, then the oldest submitted.

    Without `tab` everything open; a search without one looks through closed requests too.
    """
    query = select(ServiceRequest).where(ServiceRequest.state != RequestState.DRAFT)
    if tab is not None:
        query = query.where(_desk(today)[tab])
    elif not search:
        query = query.where(ServiceRequest.state.not_in(CLOSED))
    if search:
        query = query.where(ServiceRequest.search_key.contains(search_key(search), autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    rows = session.scalars(
        query.order_by(
            ServiceRequest.due_on.is_(None),
            ServiceRequest.due_on,
            ServiceRequest.submitted_at,
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return OfficePage(rows=rows, page=page, pages=pages, total=total)


def is_overdue(request: ServiceRequest, today: date) -> bool:
    """The legal day has passed and the outcome was not announced (SVC-2.11)."""
    open_still = request.state not in CLOSED and request.announced_at is None
    return open_still and request.due_on is not None and request.due_on < today


def desk_counts(session: Session, today: date) -> dict[DeskTab | None, int]:
    """How many requests lie behind each tab, in one statement; None is everything open."""
    parts = _desk(today)
    row = session.execute(
        select(func.count(), *(func.count(case((part, 1))) for part in parts.values())).where(
            ServiceRequest.state.not_in({RequestState.DRAFT, *CLOSED})
        )
    ).one()
    return dict(zip((None, *parts), row, strict=True))


def requests_of(session: Session, account_id: UUID, person_id: UUID) -> Sequence[ServiceRequest]:
    """What a signed-in applicant asked for, drafts apart, the newest first (SVC-2.19)."""
    return session.scalars(
        select(ServiceRequest)
        .where(
            or_(
                ServiceRequest.applicant_account_id == account_id,
                ServiceRequest.person_id == person_id,
            ),
            ServiceRequest.state != RequestState.DRAFT,
        )
        .order_by(ServiceRequest.submitted_at.desc())
    ).all()


def requests_with_ids(session: Session, ids: Collection[UUID]) -> dict[UUID, ServiceRequest]:
    rows = session.scalars(select(ServiceRequest).where(ServiceRequest.id.in_(ids)))
    return {row.id: row for row in rows}


def _desk(today: date) -> dict[DeskTab, ColumnElement[bool]]:
    state, due_on = ServiceRequest.state, ServiceRequest.due_on
    awaited = and_(state.not_in(CLOSED), ServiceRequest.announced_at.is_(None))
    return {
        DeskTab.OVERDUE: and_(awaited, due_on < today),
        DeskTab.TODAY: and_(awaited, due_on == today),
        DeskTab.TOMORROW: and_(awaited, due_on == today + timedelta(days=1)),
        DeskTab.VISIT: state == RequestState.SUBMITTED,
        DeskTab.CODE: state == RequestState.VERIFIED,
        DeskTab.HAND_OVER: state.in_({RequestState.CODE_ISSUED, RequestState.REFUSED}),
        DeskTab.SIGN: state == RequestState.REFUSAL_PREPARED,
    }


@dataclass(frozen=True, kw_only=True)
class UploadedPaper:
    """An uploaded file beside the document it belongs to; size in bytes."""

    id: UUID
    kind: PaperKind
    file_id: UUID
    name: str
    media_type: str
    size: int
    #: None: nobody asked a virus scanner.
    scan: ScanView | None


def papers_of(session: Session, request_id: UUID) -> list[UploadedPaper]:
    """The request's files by document (SVC-2.6), each document's in the applicant's order."""
    rows = session.execute(
        select(RequestPaper, StoredFile, FileScan)
        .join(StoredFile, StoredFile.id == RequestPaper.file_id)
        .outerjoin(FileScan, FileScan.file_id == StoredFile.id)
        .where(RequestPaper.request_id == request_id)
        .order_by(RequestPaper.position)
    ).all()
    documents = list(PaperKind)
    return [
        UploadedPaper(
            id=paper.id,
            kind=paper.kind,
            file_id=stored.id,
            name=stored.name,
            media_type=stored.media_type,
            size=stored.size,
            scan=scan_view(scan) if scan else None,
        )
        for paper, stored, scan in sorted(rows, key=lambda row: documents.index(row[0].kind))
    ]


def ground_answers(session: Session, request_id: UUID) -> dict[RefusalGround, GroundAnswer]:
    rows = session.scalars(select(GroundAnswer).where(GroundAnswer.request_id == request_id))
    return {row.ground: row for row in rows}


def prepared_decision(session: Session, request_id: UUID) -> RefusalDecision | None:
    """The decision in preparation or signed; a returned one no longer counts."""
    return session.scalars(
        select(RefusalDecision).where(
            RefusalDecision.request_id == request_id, RefusalDecision.returned_at.is_(None)
        )
    ).first()


def decision_document(session: Session, request: ServiceRequest) -> IssuedDocument | None:
    """The signed decision's stored document."""
    decision = session.get(RefusalDecision, request.decision_id) if request.decision_id else None
    return session.get(IssuedDocument, decision.document_id) if decision else None


def history(session: Session, request_id: UUID) -> Sequence[AuditEntry]:
    """The request's moves, oldest first: a timeline that only grows."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_id == request_id, AuditEntry.action == AuditAction.REQUEST_MOVED)
        .order_by(AuditEntry.id)
    ).all()


def notes_of(session: Session, request_id: UUID) -> Sequence[RequestNote]:
    """The office's own words about the request, oldest first."""
    return session.scalars(
        select(RequestNote)
        .where(RequestNote.request_id == request_id)
        .order_by(RequestNote.written_at)
    ).all()


def contact_changes(session: Session, request_id: UUID) -> Sequence[ContactChange]:
    """What was corrected in the contacts, oldest first."""
    return session.scalars(
        select(ContactChange)
        .where(ContactChange.request_id == request_id)
        .order_by(ContactChange.changed_at)
    ).all()
