"""Keeping bytes, and having them scanned."""

from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.files.models import FileScan, StoredFile
from journal_core.files.terms import ScanState, TakenFile


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
