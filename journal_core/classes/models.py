"""Tables of dated membership. Both days of a span belong to it; an open one has no last day."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.classes.terms import GroupKind
from journal_core.database import Base, enum_column, new_id

_OPEN = text("until IS NULL")


class ClassMembership(Base):
    """A pupil in a class from a day to a day, by an order (POL-3.4.11).

    The days of one pupil's spans never meet. Only what was there before orders were kept, or what
    the school's first lists brought in, cites none.
    """

    __tablename__ = "class_membership"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="span"),
        Index(
            "uq_class_membership_open_pupil_id",
            "pupil_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_class_membership_class_id_since", "class_id", "since"),
        Index("ix_class_membership_pupil_id_since", "pupil_id", "since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_order.id"), index=True)
    end_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_order.id"), index=True)


class StudyGroup(Base):
    """A part of a class for a subject, an after-school group, or a club."""

    __tablename__ = "study_group"
    __table_args__ = (
        UniqueConstraint("academic_year", "class_id", "subject_id", "name"),
        CheckConstraint(
            "(kind = 'division') = (class_id IS NOT NULL AND subject_id IS NOT NULL)",
            name="divided",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: The calendar year in which the academic year begins.
    academic_year: Mapped[int] = mapped_column(index=True)
    kind: Mapped[GroupKind] = mapped_column(enum_column(GroupKind))
    name: Mapped[str] = mapped_column(String(100))
    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_class.id"), index=True)
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subject.id"))
    #: The educator of an after-school group, the leader of a club.
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class GroupMembership(Base):
    """A pupil in a group from a day to a day."""

    __tablename__ = "group_membership"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="span"),
        Index("ix_group_membership_group_id_since", "group_id", "since"),
        Index("ix_group_membership_pupil_id_since", "pupil_id", "since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("study_group.id"))
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_order.id"), index=True)
