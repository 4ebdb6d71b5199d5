"""Reading requests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.calendar.rules import changed_days
from journal_core.calendar.terms import DayVerdict, derivation_from_json
from journal_core.clock import local_moment
from journal_core.errors import NotFound
from journal_core.files.models import FileScan, StoredFile
from journal_core.files.queries import scan_view
from journal_core.files.terms import ScanView
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import OUTSTANDING
from journal_core.people.rules import search_key
from journal_core.requests.models import (
    AnswerChange,
    GroundAnswer,
    IssuedDocument,
    RefusalDecision,
    RequestNote,
    RequestPaper,
    ServiceRequest,
    ShownPaper,
)
from journal_core.requests.rules import parse_request_number
from journal_core.requests.terms import CLOSED, DeskTab, PaperKind, RefusalGround, RequestState
from journal_core.visits.models import Visit

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class OfficePage:
    rows: Sequence[ServiceRequest]
    page: int
    pages: int
    total: int


def draft(session: Session, request_id: UUID) -> ServiceRequest | None:
    return session.get(ServiceRequest, request_id)


def office_request(session: Session, request_id: UUID) -> ServiceRequest:
    """A request that reached the office. Raises NotFound for a draft or an unknown id.

    So it does for an erased one: nothing is left in it to work with.
    """
    row = session.get(ServiceRequest, request_id)
    if row is None or row.state is RequestState.DRAFT or row.erased_at is not None:
        raise NotFound("request_unknown")
    return row


def requests_with_outstanding_code(session: Session) -> Sequence[ServiceRequest]:
    """Those whose code was made and is not used yet; told or not."""
    return session.scalars(
        select(ServiceRequest)
        .join(Invitation, Invitation.id == ServiceRequest.invitation_id)
        .where(Invitation.state.in_(OUTSTANDING))
        .order_by(ServiceRequest.submitted_at)
    ).all()


def erased_request(session: Session, request_id: UUID) -> ServiceRequest | None:
    """What is left of a request whose term of keeping is over."""
    row = session.get(ServiceRequest, request_id)
    return row if row is not None and row.erased_at is not None else None


def request_numbered(session: Session, typed: str) -> ServiceRequest | None:
    return session.scalars(
        select(ServiceRequest).where(ServiceRequest.request_number == parse_request_number(typed))
    ).first()


def office_page(
    session: Session, *, search: str, page: int, tab: DeskTab | None, today: date, zone: ZoneInfo
) -> OfficePage:
    """Requests in the office: legal due time first, then the oldest submitted.

    Without `tab` everything open; a search without one looks through closed requests too. Those
    who wait for a visit stand in the order of their visits: today's, later ones, missed, none.
    """
    query = select(ServiceRequest).where(ServiceRequest.state != RequestState.DRAFT)
    if tab is not None:
        query = query.where(_desk(today)[tab])
    elif not search:
        query = query.where(ServiceRequest.state.not_in(CLOSED))
    if search:
        query = query.where(
            or_(
                ServiceRequest.search_key.contains(search_key(search), autoescape=True),
                ServiceRequest.request_number.contains(search.strip(), autoescape=True),
            )
        )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    if tab is DeskTab.VISIT:
        query = _by_visit(query, today, zone)
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


def _by_visit(query: Select[ServiceRequest], today: date, zone: ZoneInfo) -> Select[ServiceRequest]:
    begins, ends = (local_moment(today + timedelta(days=n), time.min, zone) for n in (0, 1))
    rank = case(
        (Visit.starts_at.is_(None), 3), (Visit.starts_at < begins, 2), (Visit.starts_at < ends, 0),
        else_=1,
    )  # fmt: skip
    held = and_(Visit.request_id == ServiceRequest.id, Visit.ended_at.is_(None))
    return query.outerjoin(Visit, held).order_by(rank, Visit.starts_at, Visit.place)


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
    """An uploaded file beside the document it belongs to; size in bytes.

    Since `erased_at` the bytes are gone.
    """

    id: UUID
    kind: PaperKind
    file_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    erased_at: datetime | None
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
            sha256=stored.sha256,
            erased_at=stored.erased_at,
            scan=scan_view(scan) if scan else None,
        )
        for paper, stored, scan in sorted(rows, key=lambda row: documents.index(row[0].kind))
    ]


def shown_papers(session: Session, request_id: UUID) -> Sequence[ShownPaper]:
    """The originals that the office saw, in the order of their kinds."""
    return session.scalars(
        select(ShownPaper).where(ShownPaper.request_id == request_id).order_by(ShownPaper.kind)
    ).all()


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


@dataclass(frozen=True, kw_only=True)
class TermChange:
    """A term reckoned anew by a changed calendar: what was promised, what is, and why."""

    at: datetime
    old_due_on: date
    due_on: date
    basis: str
    days: tuple[DayVerdict, ...]

    @property
    def has_moved(self) -> bool:
        return self.due_on != self.old_due_on


def term_changes(session: Session, request_id: UUID) -> list[TermChange]:
    """How the request's term was recomputed, oldest first (SVC-2.11)."""
    rows = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_id == request_id,
            AuditEntry.action == AuditAction.REQUEST_DUE_RECOMPUTED,
        )
        .order_by(AuditEntry.id)
    )
    return [
        TermChange(
            at=row.at,
            old_due_on=date.fromisoformat(row.details["old_due_on"]),
            due_on=date.fromisoformat(row.details["due_on"]),
            basis=row.details["basis"],
            days=changed_days(
                derivation_from_json(row.details["old_derivation"]),
                derivation_from_json(row.details["derivation"]),
            ),
        )
        for row in rows
    ]


def notes_of(session: Session, request_id: UUID) -> Sequence[RequestNote]:
    """The office's own words about the request, oldest first."""
    return session.scalars(
        select(RequestNote)
        .where(RequestNote.request_id == request_id)
        .order_by(RequestNote.written_at)
    ).all()


def answer_changes(session: Session, request_id: UUID) -> Sequence[AnswerChange]:
    """What was corrected in the contacts and in the child's data, oldest first."""
    return session.scalars(
        select(AnswerChange)
        .where(AnswerChange.request_id == request_id)
        .order_by(AnswerChange.changed_at)
    ).all()


@dataclass(frozen=True, kw_only=True)
class GivenFacts:
    """What a representative told and showed when asking for the service for a child."""

    address: str
    #: What confirms the representative's right, as it was shown (SVC-2.6.3, 2.6.4).
    basis: PaperKind | None
    particulars: str


def given_facts(
    session: Session, person_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], GivenFacts]:
    """The facts of the newest confirmed request, by (representative, pupil)."""
    confirming = (PaperKind.BIRTH_CERTIFICATE, PaperKind.GUARDIANSHIP)
    rows = session.execute(
        select(ServiceRequest, ShownPaper)
        .outerjoin(
            ShownPaper,
            and_(ShownPaper.request_id == ServiceRequest.id, ShownPaper.kind.in_(confirming)),
        )
        .where(ServiceRequest.person_id.in_(person_ids), ServiceRequest.pupil_id.is_not(None))
        .order_by(ServiceRequest.received_at)
    )
    return {
        (request.person_id, request.pupil_id): GivenFacts(
            address=request.address,
            basis=shown.kind if shown else None,
            particulars=shown.particulars if shown else "",
        )
        for request, shown in rows
        if request.person_id is not None and request.pupil_id is not None
    }
