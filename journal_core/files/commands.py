"""Keeping bytes."""

from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.files.models import StoredFile


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
