"""Words of stored bytes: an upload as it was opened and as it is taken in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What an upload turned out to be, and the bytes of it that are kept."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class TakenFile:
    """An upload that was opened: name, kind and bytes are those of what is to be stored.

    `needs_scan`: a virus scanner has to see it before the office may.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    needs_scan: bool = False


class ScanState(StrEnum):
    """What the virus scanner said of a file; a file without a scan was never to be scanned."""

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"


@dataclass(frozen=True, kw_only=True)
class ScanView:
    """A file's scan: when it is tried (again) or was done, and what was found."""

    state: ScanState
    at: datetime
    attempts: int
    finding: str


@dataclass(frozen=True, kw_only=True)
class AttachedFile:
    """A file that hangs on something else; what a scanner has not passed opens to nobody."""

    file_id: UUID
    name: str
    size: int
    scan: ScanState | None

    @property
    def opens(self) -> bool:
        return self.scan in (None, ScanState.CLEAN)


@dataclass(frozen=True, kw_only=True)
class FileLimits:
    """What may hang on one thing, and what has to stay free on the disk, bytes."""

    most_files: int
    most_bytes: int
    reserve_bytes: int
