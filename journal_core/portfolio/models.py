"""Tables of the portfolio."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.portfolio.terms import (
    NOTE_LENGTH,
    RESULT_LENGTH,
    TITLE_LENGTH,
    AchievementKind,
    AchievementLevel,
)


class Achievement(Base):
    """What a pupil achieved, as a teacher entered it (POL-3.6.6)."""

    __tablename__ = "achievement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    kind: Mapped[AchievementKind] = mapped_column(enum_column(AchievementKind))
    level: Mapped[AchievementLevel] = mapped_column(enum_column(AchievementLevel))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    result: Mapped[str] = mapped_column(String(RESULT_LENGTH), default="")
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    achieved_on: Mapped[date]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(300))
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: Since when it is out of the portfolio: it was a mistake. The row and its files stay.
    removed_at: Mapped[datetime | None]


class AchievementFile(Base):
    __tablename__ = "achievement_file"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    achievement_id: Mapped[UUID] = mapped_column(ForeignKey("achievement.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
