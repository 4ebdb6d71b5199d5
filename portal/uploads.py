"""Takes in what a person uploads."""

from os import SEEK_END
from threading import BoundedSemaphore

from werkzeug.datastructures import FileStorage

from forms.base import PortalForm
from journal_core.errors import RuleBroken
from journal_core.files.apart import take_in
from journal_core.files.terms import MEGABYTE, TakenFile
from portal.navigation import school
from portal.refusals import words_of
from portal.state import current_portal

#: Files that one server process has opened at once, each in up to a gigabyte of memory.
TURNS = BoundedSemaphore(2)
#: How long an upload waits for its turn: hostile files may hold every turn, but not every thread.
TURN_SECONDS = 10


def megabytes(upload: FileStorage) -> int:
    """The size of the upload in whole megabytes, the last one begun."""
    size = upload.stream.seek(0, SEEK_END)
    upload.stream.seek(0)
    return -(-size // MEGABYTE)


def taken(upload: FileStorage) -> TakenFile:
    """The upload as it is to be stored.

    Raises RuleBroken: what `take_in` raises, and `files_busy` when too many are opened just now.
    """
    if not TURNS.acquire(timeout=TURN_SECONDS):
        raise RuleBroken("files_busy")
    try:
        return take_in(
            upload.filename or "",
            upload.read(),
            most_bytes=school().upload_file_mb * MEGABYTE,
            most_pages=school().upload_pages,
            needs_scan=current_portal().config.clamd_url is not None,
        )
    finally:
        TURNS.release()


def all_taken(form: PortalForm, name: str) -> tuple[TakenFile, ...]:
    """The uploads of a field of the form; one that cannot be taken is refused beside it by name."""
    found = []
    for upload in form[name].data:
        try:
            found.append(taken(upload))
        except RuleBroken as error:
            form.refuse(name, f"{upload.filename}: {words_of(error)}")
    return tuple(found)
