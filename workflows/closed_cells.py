"""What stands in the cells of a column, and which of them an approval may open (INS-3.3.13)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import PRESENCE_SIGNS
from journal_core.cells.terms import CellKind
from journal_core.context import Actor
from journal_core.corrections.queries import asked_cells
from journal_core.corrections.terms import CellRef
from journal_core.curriculum.models import TeachingLoad
from journal_core.errors import NotFound
from journal_core.journal.queries import facts_of, frames, members_of, work_view
from journal_core.journal.rules import why_closed
from journal_core.journal.terms import Closed, CourseKey, Frame
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import day_lesson
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import work_types
from journal_core.marks.terms import WorkView
from journal_core.period_marks.models import PeriodMark
from journal_core.period_marks.terms import FinalKind


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
    """A column of the journal as it stands: the attendance of a lesson, or one of its works."""

    lesson: DayLesson
    work: WorkView | None
    cells: tuple[StandingCell, ...]

    @property
    def course(self) -> CourseKey:
        return course_of(self.lesson)


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
) -> StandingColumn:
    """The column of the work, or of attendance without one, with the pupils of its day.

    Raises NotFound for a lesson that the actor does not give, or a work of another lesson.
    """
    lesson = day_lesson(session, lesson_id)
    if not gives(lesson, actor.person_id):
        raise NotFound("lesson_unknown")
    frame = frames(session, [lesson], zone)[lesson.id]
    work = _work(session, frame, work_id) if work_id else None
    marks = _marks(session, work_id) if work_id else {}
    signs = {} if work_id else _signs(session, lesson_id)
    cells = []
    for pupil_id, (name, _spans) in members_of(
        session, course_of(lesson), lesson.day, lesson.day
    ).items():
        mark = marks.get(pupil_id)
        facts = facts_of(
            frame,
            actor,
            now.astimezone(zone),
            CellKind.MARK if work else CellKind.ATTENDANCE,
            work.term if work else frame.day_term,
            first_written=mark.first_written_at if mark else None,
        )
        cells.append(
            StandingCell(
                ref=CellRef(pupil_id=pupil_id, lesson_id=lesson_id, work_id=work_id),
                name=name,
                value=mark.value if mark else signs.get(pupil_id, ""),
                closed=why_closed(facts),
                work_type=work.type.code if work else "",
            )
        )
    return StandingColumn(lesson=lesson, work=work, cells=_with_asked(session, cells, now))


def standing_period_cells(
    session: Session,
    actor: Actor,
    course: CourseKey,
    academic_year: int,
    refs: Collection[CellRef],
    *,
    now: datetime,
) -> tuple[StandingCell, ...]:
    """Cells of period marks; that they are closed is told by their own page, which sends here.

    Raises NotFound for a course that the actor does not teach.
    """
    if not _teaches(session, actor, course):
        raise NotFound("course_unknown")
    rows = session.scalars(
        select(PeriodMark).where(
            PeriodMark.pupil_id.in_({ref.pupil_id for ref in refs}),
            PeriodMark.academic_year == academic_year,
            PeriodMark.subject_id == course.subject_id,
        )
    )
    values = {(row.pupil_id, period_key(row.kind, row.number)): row.value for row in rows}
    closed = Closed(code="period_closed", clause="POL-3.6.5", may_be_opened=True)
    cells = [
        StandingCell(ref=ref, value=values.get((ref.pupil_id, ref.period), ""), closed=closed)
        for ref in refs
    ]
    return _with_asked(session, cells, now)


def period_key(kind: FinalKind, number: int) -> str:
    """How a correction names a period mark: «period:2», «year:0»."""
    return f"{kind.value}:{number}"


def _teaches(session: Session, actor: Actor, course: CourseKey) -> bool:
    """By the load of the course, or by any of its lessons."""
    group = course.group_id
    by_load = select(TeachingLoad.id).where(
        TeachingLoad.teacher_id == actor.person_id,
        TeachingLoad.class_id == course.class_id,
        TeachingLoad.subject_id == course.subject_id,
        TeachingLoad.group_id.is_(None) if group is None else TeachingLoad.group_id == group,
    )
    by_lesson = select(Lesson.id).where(
        or_(Lesson.teacher_id == actor.person_id, Lesson.substitute_id == actor.person_id),
        Lesson.class_id == course.class_id,
        Lesson.subject_id == course.subject_id,
        Lesson.group_id.is_(None) if group is None else Lesson.group_id == group,
    )
    return any(session.scalar(query.limit(1)) is not None for query in (by_load, by_lesson))


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
