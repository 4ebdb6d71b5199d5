"""Tables of thematic plans."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.plans.terms import CorrectionKind

_OF_A_CLASS = text("class_id IS NOT NULL AND group_id IS NULL")
_OF_A_GROUP = text("group_id IS NOT NULL")


class ThematicPlan(Base):
    """The topics of a subject in a grade; one of the base, or the copy that a class follows.

    A copy is a class's (or a group's) own, so that re-laying it touches no other class. A club and
    an after-school group may be of no class (POL-1.4); their grade is that of most of them.
    """

    __tablename__ = "thematic_plan"
    __table_args__ = (
        Index("ix_thematic_plan_academic_year_subject_id", "academic_year", "subject_id", "grade"),
        Index(
            "uq_thematic_plan_class_id",
            "class_id",
            "subject_id",
            unique=True,
            sqlite_where=_OF_A_CLASS,
            postgresql_where=_OF_A_CLASS,
        ),
        Index(
            "uq_thematic_plan_group_id",
            "group_id",
            "subject_id",
            unique=True,
            sqlite_where=_OF_A_GROUP,
            postgresql_where=_OF_A_GROUP,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    academic_year: Mapped[int]
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    grade: Mapped[int]
    title: Mapped[str] = mapped_column(String(300), default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_class.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    #: The plan that it was copied from.
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("thematic_plan.id"))
    #: Whether other teachers of the subject may copy it.
    is_shared: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]


class PlanTopic(Base):
    """One row of a plan; `hours` are lessons. None are left of one that was dropped or merged."""

    __tablename__ = "plan_topic"
    __table_args__ = (
        Index("ix_plan_topic_plan_id_position", "plan_id", "position"),
        CheckConstraint("hours >= 0", name="hours"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("thematic_plan.id"))
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(1000))
    hours: Mapped[int]
    homework: Mapped[str] = mapped_column(String(1000), default="")
    #: The topic that is given together with this one since the plan was re-laid.
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_topic.id"), index=True)


class PlanCorrection(Base):
    """One line of the correction sheet: what became of a topic after lost lessons, and why."""

    __tablename__ = "plan_correction"
    __table_args__ = (Index("ix_plan_correction_plan_id_corrected_at", "plan_id", "corrected_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("thematic_plan.id"))
    #: None once the row is taken out of the plan; the sheet keeps what it said.
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_topic.id"), index=True)
    #: Where the topic stood before, from 1.
    number: Mapped[int]
    kind: Mapped[CorrectionKind] = mapped_column(enum_column(CorrectionKind))
    title: Mapped[str] = mapped_column(String(1000))
    hours_before: Mapped[int]
    hours_after: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    corrected_at: Mapped[datetime]
    corrected_by: Mapped[str] = mapped_column(String(300))
