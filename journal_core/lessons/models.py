"""Tables of lessons and of teachers' absences."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.lessons.terms import AbsenceReason


class TeacherAbsence(Base):
    """A teacher who is away from a day to a day, both within, and why (POL-3.7.3).

    One who misses some lessons of a single day has the first and the last of them, both within.
    """

    __tablename__ = "teacher_absence"
    __table_args__ = (
        CheckConstraint("until >= since", name="span"),
        CheckConstraint(
            "(first_number IS NULL AND last_number IS NULL)"
            " OR (until = since AND last_number >= first_number)",
            name="numbers",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[date]
    until: Mapped[date]
    first_number: Mapped[int | None]
    last_number: Mapped[int | None]
    reason: Mapped[AbsenceReason] = mapped_column(enum_column(AbsenceReason))
    note: Mapped[str] = mapped_column(String(300), default="")
    order_number: Mapped[str] = mapped_column(String(100), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(300))


class Lesson(Base):
    """A lesson of a day. It arises from the timetable and follows it until it is kept.

    `teacher_id` is whose lesson it is by the timetable; `substitute_id` who gives it instead,
    and then writes in it alone (INS-3.3.3). A lesson that is not held has a reason.
    """

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint(
            "substitute_id IS NULL OR absence_id IS NOT NULL", name="substituted_for_a_reason"
        ),
        CheckConstraint("NOT is_joined OR substitute_id IS NOT NULL", name="joined"),
        CheckConstraint("cancelled_at IS NULL OR kept_at IS NULL", name="held_or_not"),
        Index("ix_lesson_class_id_day", "class_id", "day"),
        Index("ix_lesson_teacher_id_day", "teacher_id", "day"),
        Index("ix_lesson_substitute_id_day", "substitute_id", "day"),
        Index("ix_lesson_day_number", "day", "number"),
        #: Plan against fact counts the whole year's lessons by course.
        Index("ix_lesson_class_id_group_id_subject_id", "class_id", "group_id", "subject_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    day: Mapped[date]
    number: Mapped[int]
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    room: Mapped[str] = mapped_column(String(20), default="")
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("timetable_version.id"), index=True)
    substitute_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    absence_id: Mapped[UUID | None] = mapped_column(ForeignKey("teacher_absence.id"), index=True)
    #: The substitute has the other group of the class at the same hour and takes both together.
    is_joined: Mapped[bool] = mapped_column(default=False)
    cancelled_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(String(300), default="")
    #: Since when something is written in it; from then on the timetable does not move it.
    kept_at: Mapped[datetime | None]
    #: Since when a work or homework is planned in it: the timetable does not take it away, though
    #: it may be given by another or not be held.
    prepared_at: Mapped[datetime | None]
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_topic.id"), index=True)
    topic: Mapped[str] = mapped_column(String(1000), default="")
    #: When the topic was first written, and when it was told who is there (REC-2.1).
    topic_written_at: Mapped[datetime | None]
    roll_called_at: Mapped[datetime | None]
