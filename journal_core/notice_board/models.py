"""Tables of the notice board."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.notice_board.terms import TEXT_LENGTH, TITLE_LENGTH, Audience


class BoardNotice(Base):
    """What hangs on the board from a day to a day; without classes it is for the whole school."""

    __tablename__ = "board_notice"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="days"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    is_pinned: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    until: Mapped[date | None]
    put_up_at: Mapped[datetime]
    put_up_by: Mapped[str] = mapped_column(String(300))
    #: None where the program did.
    put_up_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    taken_down_at: Mapped[datetime | None]


class BoardNoticeClass(Base):
    __tablename__ = "board_notice_class"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("board_notice.id"), primary_key=True)
    class_id: Mapped[UUID] = mapped_column(
        ForeignKey("school_class.id"), primary_key=True, index=True
    )


class BoardNoticeFile(Base):
    __tablename__ = "board_notice_file"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("board_notice.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
