"""Writes to a request that move no state: its papers."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.commands import store_file
from journal_core.files.models import StoredFile
from journal_core.files.rules import media_type_of
from journal_core.requests.models import RequestNote, RequestPaper, ServiceRequest
from journal_core.requests.queries import office_request
from journal_core.requests.terms import PaperKind, RequestState
from journal_core.school.queries import settings_on

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class AttachPaper:
    """One uploaded file of one of the service's documents."""

    request_id: UUID
    kind: PaperKind
    name: str
    content: bytes = field(repr=False)


def attach_paper(context: ActionContext, command: AttachPaper) -> UUID:
    """Keep the file with the draft (SVC-2.6).

    Raises RuleBroken: `file_empty`, `file_kind`, `file_broken`, `file_too_big`,
    `files_too_big` for the whole request, `disk_full` below the reserve.
    """
    context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    request = _draft(context, command.request_id)
    settings = settings_on(context.session, context.today)
    size = len(command.content)
    if size > settings.upload_file_mb * MEGABYTE:
        raise RuleBroken("file_too_big")
    media_type = media_type_of(command.content)
    kept = context.session.scalar(
        select(func.sum(StoredFile.size))
        .join(RequestPaper, RequestPaper.file_id == StoredFile.id)
        .where(RequestPaper.request_id == request.id)
    )
    if (kept or 0) + size > settings.upload_request_mb * MEGABYTE:
        raise RuleBroken("files_too_big")
    if context.files.free_bytes() < settings.disk_reserve_mb * MEGABYTE + size:
        raise RuleBroken("disk_full")
    stored = store_file(
        context, name=command.name[:300], media_type=media_type, content=command.content
    )
    paper = RequestPaper(
        request_id=request.id, kind=command.kind, file_id=stored.id, uploaded_at=context.now
    )
    context.session.add(paper)
    record(context, AuditAction.REQUEST_PAPER_ATTACHED, request.id, kind=command.kind.value)
    context.session.flush()
    return paper.id


@dataclass(frozen=True, kw_only=True)
class RemovePaper:
    request_id: UUID
    paper_id: UUID


def remove_paper(context: ActionContext, command: RemovePaper) -> UUID:
    """Take a file out of the draft. Returns the id of the bytes that are to go from the disk."""
    context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    request = _draft(context, command.request_id)
    paper = context.session.get(RequestPaper, command.paper_id)
    if paper is None or paper.request_id != request.id:
        raise NotFound("paper_unknown")
    file_id = paper.file_id
    context.session.delete(paper)
    context.session.flush()
    context.session.delete(context.session.get_one(StoredFile, file_id))
    record(context, AuditAction.REQUEST_PAPER_REMOVED, request.id, kind=paper.kind.value)
    return file_id


@dataclass(frozen=True, kw_only=True)
class RenewKey:
    request_id: UUID


def renew_key(context: ActionContext, command: RenewKey) -> None:
    """Older keys and links open nothing from now on (SVC-2.19)."""
    context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    request = context.session.get_one(ServiceRequest, command.request_id)
    request.key_generation += 1
    record(context, AuditAction.REQUEST_KEY_RENEWED, request.id)


@dataclass(frozen=True, kw_only=True)
class WriteNote:
    """A word of the office to itself."""

    request_id: UUID
    text: str


def write_note(context: ActionContext, command: WriteNote) -> None:
    """Add it; notes are never changed, and the applicant never sees them."""
    context.actor.require(Permission.REQUEST_OFFICE_READ)
    office_request(context.session, command.request_id)
    context.session.add(
        RequestNote(
            request_id=command.request_id,
            text=command.text,
            written_at=context.now,
            written_by=context.actor.label,
        )
    )
    record(context, AuditAction.REQUEST_NOTED, command.request_id)


def _draft(context: ActionContext, request_id: UUID) -> ServiceRequest:
    request = context.session.scalars(
        select(ServiceRequest).where(ServiceRequest.id == request_id).with_for_update()
    ).first()
    if request is None:
        raise NotFound("request_unknown")
    if request.state is not RequestState.DRAFT:
        raise RuleBroken("already_submitted")
    return request
