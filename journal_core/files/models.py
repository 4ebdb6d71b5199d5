"""Tables of stored bytes and of their virus scans."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.files.terms import ScanState


class StoredFile(Base):
    """Bytes on disk: `id` is also their random name there."""

    __tablename__ = "stored_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_at: Mapped[datetime]
    #: Since when the bytes are gone; the size and the hash say what they were.
    erased_at: Mapped[datetime | None]


class FileScan(Base):
    """A file that a virus scanner sees before the office does; it ends with its file."""

    __tablename__ = "file_scan"
    __table_args__ = (Index("ix_file_scan_due", "state", "run_at"),)

    file_id: Mapped[UUID] = mapped_column(
        ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[ScanState] = mapped_column(enum_column(ScanState))
    #: When it is tried (again), or was done.
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    #: The virus's name, or why the last attempt failed.
    finding: Mapped[str] = mapped_column(String(500), default="")
