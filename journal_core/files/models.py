"""Table of stored bytes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


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
