"""Writes to a request that move no state: its papers, corrected answers, notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.commands import store_upload
from journal_core.files.models import StoredFile
from journal_core.files.terms import MEGABYTE, TakenFile
from journal_core.requests.models import (
    AnswerChange,
    RequestNote,
    RequestPaper,
    ServiceRequest,
)
from journal_core.requests.queries import office_request
from journal_core.requests.terms import Direction, PaperKind, RequestState
from journal_core.school.queries import settings_on


@dataclass(frozen=True, kw_only=True)
class AttachPaper:
    """One uploaded file of one of the service's documents."""

    request_id: UUID
    kind: PaperKind
    file: TakenFile


def attach_paper(context: ActionContext, command: AttachPaper) -> UUID:
    """Keep the file with the draft, as the last page of its document (SVC-2.6).

    Raises RuleBroken: `files_too_big` for the whole request, `disk_full` below the reserve.
    """
    context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    request = _draft(context, command.request_id)
    settings = settings_on(context.session, context.today)
    size = len(command.file.content)
    kept = context.session.scalar(
        select(func.sum(StoredFile.size))
        .join(RequestPaper, RequestPaper.file_id == StoredFile.id)
        .where(RequestPaper.request_id == request.id)
    )
    if (kept or 0) + size > settings.upload_request_mb * MEGABYTE:
        raise RuleBroken("files_too_big")
    if context.files.free_bytes() < settings.disk_reserve_mb * MEGABYTE + size:
        raise RuleBroken("disk_full")
    pages = _pages(context, request.id, command.kind)
    paper = RequestPaper(
        request_id=request.id,
        kind=command.kind,
        file_id=store_upload(context, command.file).id,
        position=pages[-1].position + 1 if pages else 0,
        uploaded_at=context.now,
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
class MovePaper:
    """One place up or down among the pages of its document."""

    request_id: UUID
    paper_id: UUID
    direction: Direction


def move_paper(context: ActionContext, command: MovePaper) -> None:
    """Change places with the neighbour; the first stays first and the last last (SVC-2.6)."""
    context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    request = _draft(context, command.request_id)
    paper = context.session.get(RequestPaper, command.paper_id)
    if paper is None or paper.request_id != request.id:
        raise NotFound("paper_unknown")
    pages = list(_pages(context, request.id, paper.kind))
    place = pages.index(paper)
    other = place - 1 if command.direction is Direction.UP else place + 1
    if 0 <= other < len(pages):
        paper.position, pages[other].position = pages[other].position, paper.position
        record(context, AuditAction.REQUEST_PAPER_MOVED, request.id, kind=paper.kind.value)


def correct_answers(
    context: ActionContext, request: ServiceRequest, answers: Mapping[str, object], basis: str = ""
) -> list[str]:
    """Answers in place of the old ones, which are kept. Returns the columns that changed."""
    changed = [name for name, value in answers.items() if getattr(request, name) != value]
    for name in changed:
        context.session.add(
            AnswerChange(
                request_id=request.id,
                field=name,
                old_value=_as_read(getattr(request, name)),
                new_value=_as_read(answers[name]),
                basis=basis,
                changed_at=context.now,
                changed_by=context.actor.label,
            )
        )
        setattr(request, name, answers[name])
    return changed


def _as_read(value: object) -> str:
    """«12.03.2014» of a date."""
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value or "")


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


def _pages(context: ActionContext, request_id: UUID, kind: PaperKind) -> Sequence[RequestPaper]:
    """The pages of one document in their order."""
    return context.session.scalars(
        select(RequestPaper)
        .where(RequestPaper.request_id == request_id, RequestPaper.kind == kind)
        .order_by(RequestPaper.position)
    ).all()


def _draft(context: ActionContext, request_id: UUID) -> ServiceRequest:
    request = context.session.scalars(
        select(ServiceRequest).where(ServiceRequest.id == request_id).with_for_update()
    ).first()
    if request is None:
        raise NotFound("request_unknown")
    if request.state is not RequestState.DRAFT:
        raise RuleBroken("already_submitted")
    return request
