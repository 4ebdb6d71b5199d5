"""Reading what a virus scanner said."""

from uuid import UUID

from sqlalchemy.orm import Session

from journal_core.errors import RuleBroken
from journal_core.files.models import FileScan
from journal_core.files.terms import ScanState, ScanView


def scan_view(scan: FileScan) -> ScanView:
    return ScanView(state=scan.state, at=scan.run_at, attempts=scan.attempts, finding=scan.finding)


def require_scanned(session: Session, file_id: UUID) -> None:
    """Let nobody open an upload that the scanner has not passed.

    Raises RuleBroken("file_unscanned") or ("file_infected").
    """
    scan = session.get(FileScan, file_id)
    if scan is not None and scan.state is ScanState.WAITING:
        raise RuleBroken("file_unscanned")
    if scan is not None and scan.state is ScanState.INFECTED:
        raise RuleBroken("file_infected")
