"""Tables of the weekly update."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id


class DutyOfficial(Base):
    """Whom the head put in charge of the update, from a day until the next one (SVC-3.8)."""

    __tablename__ = "duty_official"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[date]
    order_number: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(300))


class DutyCheck(Base):
    """A week that was checked: who signed it off, and what it was like then (SVC-3.11)."""

    __tablename__ = "duty_check"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    monday: Mapped[date] = mapped_column(unique=True)
    signed_at: Mapped[datetime]
    signed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    signed_by: Mapped[str] = mapped_column(String(300))
    remarks: Mapped[str] = mapped_column(String(2000), default="")
    courses: Mapped[int]
    stale: Mapped[int]


class DutyFinding(Base):
    """A course that was stale when its week was signed off, with what it lacked."""

    __tablename__ = "duty_finding"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("duty_check.id"), index=True)
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    lessons: Mapped[int]
    no_roll: Mapped[int]
    no_topic: Mapped[int]
    no_homework: Mapped[int]
    marks: Mapped[int | None]
    late_works: Mapped[int]
