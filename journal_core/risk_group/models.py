"""Tables of the risk group and of its weekly checks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.risk_group.terms import RiskGround

_OPEN = text("until IS NULL")


class RiskMembership(Base):
    """A pupil in the risk group on one ground from a day to a day, both within (INS-3.2.7).

    A pupil may be in it on both grounds; on one ground there is one open span at most.
    """

    __tablename__ = "risk_membership"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="span"),
        CheckConstraint("(until IS NULL) = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_risk_membership_open_pupil_id_ground",
            "pupil_id",
            "ground",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_risk_membership_pupil_id_since", "pupil_id", "since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    ground: Mapped[RiskGround] = mapped_column(enum_column(RiskGround))
    since: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500))
    put_at: Mapped[datetime]
    put_by: Mapped[str] = mapped_column(String(300))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(300), default="")
    end_reason: Mapped[str] = mapped_column(String(500), default="")


class RiskCheck(Base):
    """The class teacher looked through the visits of the group's families of a week (INS-3.2.8)."""

    __tablename__ = "risk_check"
    __table_args__ = (UniqueConstraint("class_id", "monday"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    monday: Mapped[date]
    checked_at: Mapped[datetime]
    checked_by: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(String(500), default="")


class RiskCheckLine(Base):
    """One pupil of a check, with what was seen then: the days on which the family looked."""

    __tablename__ = "risk_check_line"
    __table_args__ = (UniqueConstraint("check_id", "pupil_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("risk_check.id"))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    #: Days as they are written: 2026-11-23.
    looked_on: Mapped[list[Any]]
