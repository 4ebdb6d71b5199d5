"""Tables of imports and of the ids that other systems use."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class ImportRun(Base):
    """A file that was looked at, and what became of it.

    The file and what is wrong with it are kept until it is imported, at most a day; the changes
    of the last import alone, so that it can be undone.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("undone_at IS NULL OR applied_at IS NOT NULL", name="undone"),
        CheckConstraint("changes IS NULL OR applied_at IS NOT NULL", name="changed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    looked_at: Mapped[datetime]
    looked_by: Mapped[str] = mapped_column(String(300))
    #: Sheet → new, changed and same rows; "hidden" and "unknown" name sheets that were left out;
    #: "differences" is what the first changed rows change, kept as long as the file.
    found: Mapped[dict[str, Any]]
    problems: Mapped[list[Any]] = mapped_column(deferred=True)
    problem_count: Mapped[int] = mapped_column(default=0)
    applied_at: Mapped[datetime | None] = mapped_column(index=True)
    applied_by: Mapped[str] = mapped_column(String(300), default="")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(300), default="")
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)


class ExternalId(Base):
    """By which id another system knows a row of ours (OneRoster's sourcedId)."""

    __tablename__ = "external_id"
    __table_args__ = (UniqueConstraint("kind", "foreign_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: The table of the row.
    kind: Mapped[str] = mapped_column(String(40))
    foreign_id: Mapped[str] = mapped_column(String(255))
    local_id: Mapped[UUID] = mapped_column(index=True)
