"""What follows from a virus scanner's verdict on an upload."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.files.commands import settle_scan
from journal_core.files.models import FileScan
from journal_core.files.terms import ScanState
from journal_core.notifications.commands import open_task
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import RefusalDecision, RequestPaper, ServiceRequest
from journal_core.requests.terms import RequestState

#: What the task is about when it is the office's own scan of a signed decision.
DECISION_SCAN = "decision_scan"


@dataclass(frozen=True, kw_only=True)
class RecordScan:
    """`virus`: the name of what was found, None for a clean file."""

    file_id: UUID
    virus: str | None


def record_scan(context: ActionContext, command: RecordScan) -> None:
    """Open a clean file to the office; of an infected one tell it (SVC-2.6).

    The bytes of an infected file go from the disk afterwards.
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    is_settled = settle_scan(context, command.file_id, virus=command.virus)
    if not is_settled or command.virus is None:
        return
    paper = context.session.scalars(
        select(RequestPaper).where(RequestPaper.file_id == command.file_id)
    ).first()
    if paper is not None:
        record(context, AuditAction.REQUEST_PAPER_INFECTED, paper.request_id, kind=paper.kind.value)
        request = context.session.get_one(ServiceRequest, paper.request_id)
        # Whoever is still writing the request reads it on the page.
        if request.state is not RequestState.DRAFT:
            _ask_for(context, request.id, paper.kind.value)
    decision = context.session.scalars(
        select(RefusalDecision).where(RefusalDecision.scan_file_id == command.file_id)
    ).first()
    if decision is not None:
        _ask_for(context, decision.request_id, DECISION_SCAN)


def ask_for_infected(context: ActionContext, request_id: UUID) -> None:
    """The request comes to the office: whose files were infected before, brings the papers."""
    infected = context.session.scalars(
        select(RequestPaper)
        .join(FileScan, FileScan.file_id == RequestPaper.file_id)
        .where(RequestPaper.request_id == request_id, FileScan.state == ScanState.INFECTED)
    ).first()
    if infected is not None:
        _ask_for(context, request_id, infected.kind.value)


def _ask_for(context: ActionContext, request_id: UUID, topic: str) -> None:
    open_task(context, TaskKind.FILE_INFECTED, topic, request_id=request_id)
