"""The table of recommendations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id
from journal_core.recommendations.terms import TEXT_LENGTH


class Recommendation(Base):
    """A teacher's words to a pupil and the family; written once, the next stands beside it."""

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_pupil_id_subject_id", "pupil_id", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(300))
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: Since when the family does not see it: it was a mistake.
    withdrawn_at: Mapped[datetime | None]
