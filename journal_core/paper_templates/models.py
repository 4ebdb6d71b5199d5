"""Tables of the school's templates. Rows are added and never changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class PaperTemplate(Base):
    """One version of the template of a kind of document; a `TemplateUse` puts it in force."""

    __tablename__ = "paper_template"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: A name in the catalogue of documents.
    kind: Mapped[str] = mapped_column(String(60), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    #: The words of the document that it was judged by.
    words: Mapped[list[Any]]
    offered_at: Mapped[datetime]
    offered_by: Mapped[str] = mapped_column(String(300))


class TemplateUse(Base):
    """From a day on the kind is printed with the version; None is the built-in template."""

    __tablename__ = "template_use"
    __table_args__ = (Index("ix_template_use_kind_valid_from", "kind", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(60))
    template_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper_template.id"))
    valid_from: Mapped[date]
    order_number: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(300))
