"""Keeping bytes, and having them scanned."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from journal_core.access.terms import Permission
from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.errors import RuleBroken
from journal_core.files.models import FileScan, StoredFile
from journal_core.files.terms import FileLimits, ScanState, TakenFile
from journal_core.notifications.rules import next_attempt_in

#: How long one worker holds a file: longer than any scanner is waited for.
SCAN_LEASE = timedelta(minutes=5)
#: The longest wait between attempts: a scanner that is back finds its files soon.
LONGEST_SCAN_WAIT = timedelta(minutes=15)


def store_file(context: ActionContext, *, name: str, media_type: str, content: bytes) -> StoredFile:
    """Write the bytes and their row. The bytes come first: a row without bytes cannot exist."""
    file_id = new_id()
    sha256 = context.files.put(file_id, content)
    stored = StoredFile(
        id=file_id,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        stored_at=context.now,
    )
    context.session.add(stored)
    context.session.flush()
    return stored


def store_upload(context: ActionContext, taken: TakenFile) -> StoredFile:
    """Keep what a person sent; one that is to be scanned opens to nobody before that."""
    stored = store_file(
        context, name=taken.name[:300], media_type=taken.media_type, content=taken.content
    )
    if taken.needs_scan:
        context.session.add(
            FileScan(file_id=stored.id, state=ScanState.WAITING, run_at=context.now)
        )
        context.session.flush()
    return stored


def attach_upload(
    context: ActionContext, owner: Any, owner_id: UUID, taken: TakenFile, limits: FileLimits
) -> UUID:
    """Keep an upload as the last file of its owner; `owner` as in `queries.attached_files`.

    Returns the file's id. Raises RuleBroken: `files_many`, `files_too_big` for all of them
    together, `disk_full` below the reserve.
    """
    table = owner.class_
    kept, count, last = context.session.execute(
        select(
            func.coalesce(func.sum(StoredFile.size), 0),
            func.count(),
            func.coalesce(func.max(table.position), 0),
        )
        .join(table, table.file_id == StoredFile.id)
        .where(owner == owner_id)
    ).one()
    size = len(taken.content)
    if count >= limits.most_files:
        raise RuleBroken("files_many", most=limits.most_files)
    if kept + size > limits.most_bytes:
        raise RuleBroken("files_too_big")
    if context.files.free_bytes() < limits.reserve_bytes + size:
        raise RuleBroken("disk_full")
    file_id = store_upload(context, taken).id
    named = {"file_id": file_id, owner.key: owner_id, "position": last + 1}
    context.session.add(table(**named))
    context.session.flush()
    return file_id


@dataclass(frozen=True, kw_only=True)
class ClaimScan:
    """The file that has waited longest."""


def claim_scan(context: ActionContext, _command: ClaimScan) -> UUID | None:
    """Take a file for this worker alone until the lease ends; None when none is due."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    scan = context.session.scalars(
        select(FileScan)
        .where(FileScan.state == ScanState.WAITING, FileScan.run_at <= context.now)
        .order_by(FileScan.run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if scan is None:
        return None
    scan.run_at = context.now + SCAN_LEASE
    scan.attempts += 1
    return scan.file_id


@dataclass(frozen=True, kw_only=True)
class PutOffScan:
    """Why there is no verdict yet."""

    file_id: UUID
    error: str


def put_off_scan(context: ActionContext, command: PutOffScan) -> None:
    """Try again after 1, 2, 4 … minutes, at most a quarter of an hour, and never give up."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    scan = _waiting_scan(context, command.file_id)
    if scan is not None:
        scan.finding = command.error[:500]
        scan.run_at = context.now + min(next_attempt_in(scan.attempts), LONGEST_SCAN_WAIT)


def settle_scan(context: ActionContext, file_id: UUID, *, virus: str | None) -> bool:
    """Keep the verdict. False when the file is gone, or had its verdict already."""
    scan = _waiting_scan(context, file_id)
    if scan is None:
        return False
    scan.state = ScanState.CLEAN if virus is None else ScanState.INFECTED
    scan.finding = (virus or "")[:500]
    scan.run_at = context.now
    return True


def _waiting_scan(context: ActionContext, file_id: UUID) -> FileScan | None:
    return context.session.scalars(
        select(FileScan)
        .where(FileScan.file_id == file_id, FileScan.state == ScanState.WAITING)
        .with_for_update()
    ).first()
