"""Tables of the school: dated settings, signatories, classes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class SettingValue(Base):
    """One value of one setting from a date on, with the order that set it."""

    __tablename__ = "setting_value"
    __table_args__ = (Index("ix_setting_value_key_valid_from", "key", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    order_number: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime]


class Signatory(Base):
    """Who may sign the school's decisions, from when to when, and by which order."""

    __tablename__ = "signatory"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: «А.Б.Фамилия», as printed beside the signature and in the addressee block.
    name: Mapped[str] = mapped_column(String(300))
    name_dative: Mapped[str] = mapped_column(String(300))
    position: Mapped[str] = mapped_column(String(200))
    position_dative: Mapped[str] = mapped_column(String(200))
    order_number: Mapped[str] = mapped_column(String(100), default="")
    order_date: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class SchoolClass(Base):
    __tablename__ = "school_class"
    __table_args__ = (UniqueConstraint("academic_year", "grade", "letter"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: The calendar year in which the academic year begins.
    academic_year: Mapped[int]
    grade: Mapped[int]
    letter: Mapped[str] = mapped_column(String(10))
    class_teacher_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    @property
    def name(self) -> str:
        return f"{self.grade}{self.letter}"


class SchoolMark(Base):
    """One row that says what this database is, so that a demo never meets a real school."""

    __tablename__ = "school_mark"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    demo: Mapped[bool]
    marked_at: Mapped[datetime]


class NumberSequence(Base):
    """The last number given in a series of a year; the row is locked while one is drawn."""

    __tablename__ = "number_sequence"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
