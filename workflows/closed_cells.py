"""What stands in the cells of a column, and which of them an approval may open (INS-3.3.13)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import PRESENCE_SIGNS
from journal_core.cells.terms import CellKind
from journal_core.clock import local_date
from journal_core.context import Actor
from journal_core.corrections.queries import asked_cells
from journal_core.corrections.terms import CellRef
from journal_core.errors import NotFound
from journal_core.journal.queries import (
    course_to_read,
    facts_of,
    frames,
    members_of,
    work_view,
)
from journal_core.journal.rules import why_closed
from journal_core.journal.terms import Closed, CourseKey, Frame
from journal_core.lessons.queries import day_lesson
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import work_types
from journal_core.marks.terms import WorkView
from journal_core.period_marks.queries import grade_periods, sheet_of
from journal_core.period_marks.rules import ref_named, refs_of
from journal_core.period_marks.terms import PeriodRef


@dataclass(frozen=True, kw_only=True)
class StandingCell:
    """A pupil's cell: what stands in it and why it is closed, None while it is open.

    `is_asked`: a permission for it is asked for already, or holds it open.
    """

    ref: CellRef
    value: str
    closed: Closed | None
    name: str = ""
    #: The letter of the mark's work; "" of attendance and of a period mark.
    work_type: str = ""
    is_asked: bool = False

    @property
    def may_be_asked(self) -> bool:
        return self.closed is not None and self.closed.may_be_opened and not self.is_asked


@dataclass(frozen=True, kw_only=True)
class StandingColumn:
    """A column of the journal as it stands, with the pupils of its day.

    Of a lesson: its attendance, one of its works, or a mark for which no work is assigned yet.
    Or the marks of a period, the year, an exam.
    """

    course: CourseKey
    class_name: str
    group_name: str
    subject: str
    cells: tuple[StandingCell, ...]
    lesson: DayLesson | None = None
    work: WorkView | None = None
    is_attendance: bool = False
    period: PeriodRef | None = None

    @property
    def lacks_work(self) -> bool:
        return not (self.is_attendance or self.work or self.period)


def course_of(lesson: DayLesson) -> CourseKey:
    return CourseKey(
        class_id=lesson.class_id, subject_id=lesson.subject_id, group_id=lesson.group_id
    )


def standing_column(
    session: Session,
    actor: Actor,
    lesson_id: UUID,
    work_id: UUID | None,
    *,
    now: datetime,
    zone: ZoneInfo,
    is_attendance: bool = False,
) -> StandingColumn:
    """The column of a lesson; without a work it is the attendance, or what has no work yet.

    Raises NotFound for a lesson that the actor does not give, or a work of another lesson.
    """
    lesson = day_lesson(session, lesson_id)
    if not gives(lesson, actor.person_id):
        raise NotFound("lesson_unknown")
    frame = frames(session, [lesson], zone)[lesson.id]
    work = _work(session, frame, work_id) if work_id else None
    marks = _marks(session, work_id) if work_id else {}
    signs = _signs(session, lesson_id) if is_attendance else {}
    members = members_of(session, course_of(lesson), lesson.day, lesson.day)
    cells = [
        StandingCell(
            ref=CellRef(pupil_id=pupil_id, lesson_id=lesson_id, work_id=work_id),
            name=name,
            value=mark.value if mark else signs.get(pupil_id, ""),
            closed=why_closed(
                facts_of(
                    frame,
                    actor,
                    now.astimezone(zone),
                    CellKind.ATTENDANCE if is_attendance else CellKind.MARK,
                    work.term if work else frame.day_term,
                    first_written=mark.first_written_at if mark else None,
                )
            ),
            work_type=work.type.code if work else "",
        )
        for pupil_id, (name, _spans) in members.items()
        for mark in [marks.get(pupil_id)]
    ]
    return StandingColumn(
        course=course_of(lesson),
        class_name=lesson.class_name,
        group_name=lesson.group_name,
        subject=lesson.subject,
        cells=_with_asked(session, cells, now),
        lesson=lesson,
        work=work,
        is_attendance=is_attendance,
    )


def standing_period(
    session: Session,
    actor: Actor,
    key: CourseKey,
    period: str,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> StandingColumn:
    """The period marks of a course, `period` being «period:2», «year:0».

    Raises NotFound for a course that the actor does not teach, or no such period.
    """
    course = course_to_read(session, actor, key, local_date(now, zone))
    periods = grade_periods(session, course.academic_year, course.grade)
    ref = ref_named(period, refs_of(course.grade, periods))
    if ref is None:
        raise NotFound("course_unknown")
    sheet = sheet_of(session, actor, course, ref, periods, now=now, zone=zone)
    if not sheet.is_own:
        raise NotFound("course_unknown")
    cells = [
        StandingCell(
            ref=CellRef(pupil_id=row.pupil_id, period=ref.key),
            name=row.name,
            value=row.value,
            closed=row.closed,
        )
        for row in sheet.rows
    ]
    return StandingColumn(
        course=key,
        class_name=course.class_name,
        group_name=course.group_name,
        subject=course.subject,
        cells=_with_asked(session, cells, now),
        period=ref,
    )


def _work(session: Session, frame: Frame, work_id: UUID) -> WorkView:
    row = session.get(Work, work_id)
    if row is None or row.lesson_id != frame.lesson.id:
        raise NotFound("work_unknown")
    return work_view(row, frame, work_types(session))


def _marks(session: Session, work_id: UUID) -> Mapping[UUID, Mark]:
    rows = session.scalars(select(Mark).where(Mark.work_id == work_id))
    return {row.pupil_id: row for row in rows}


def _signs(session: Session, lesson_id: UUID) -> Mapping[UUID, str]:
    rows = session.scalars(select(LessonAbsence).where(LessonAbsence.lesson_id == lesson_id))
    return {row.pupil_id: PRESENCE_SIGNS[row.presence] for row in rows}


def _with_asked(
    session: Session, cells: Collection[StandingCell], now: datetime
) -> tuple[StandingCell, ...]:
    asked = asked_cells(session, [cell.ref for cell in cells], now)
    return tuple(replace(cell, is_asked=cell.ref in asked) for cell in cells)
