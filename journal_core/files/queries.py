"""Reading what a virus scanner said."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.errors import RuleBroken
from journal_core.files.models import FileScan, StoredFile
from journal_core.files.terms import AttachedFile, ScanState, ScanView


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


def attached_files(
    session: Session, owner: Any, ids: Collection[UUID]
) -> dict[UUID, list[AttachedFile]]:
    """Owner → its files in their order. `owner` is the column of a table of files that names it."""
    found: dict[UUID, list[AttachedFile]] = defaultdict(list)
    table = owner.class_
    rows = session.execute(
        select(owner, StoredFile.id, StoredFile.name, StoredFile.size, FileScan.state)
        .join(StoredFile, StoredFile.id == table.file_id)
        .outerjoin(FileScan, FileScan.file_id == StoredFile.id)
        .where(owner.in_(ids))
        .order_by(table.position)
    )
    for owner_id, file_id, name, size, scan in rows:
        found[owner_id].append(AttachedFile(file_id=file_id, name=name, size=size, scan=scan))
    return found
