"""Assigning works, the deputy's schedule of control works, and the school's types of work."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import StudyGroup
from journal_core.classes.rules import takes_marks
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.homework.models import Homework
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import lessons_with_ids
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work, WorkTypeRow
from journal_core.marks.queries import work_types
from journal_core.marks.terms import WorkType
from journal_core.school.models import SchoolClass
from journal_core.school.queries import settings_on

#: Marks are given for assigned works of a stated type.
CLAUSE = "INS-3.3.13"
#: Control works follow the deputy's schedule.
SCHEDULE_CLAUSE = "INS-3.3.15"


@dataclass(frozen=True, kw_only=True)
class AssignWork:
    """A work that is given in a lesson, today's, an earlier or a coming one."""

    lesson_id: UUID
    type_code: str
    title: str = ""


def assign_work(context: ActionContext, command: AssignWork) -> UUID:
    """Its marks will stand in the column of the lesson's day (INS-3.3.12, 3.3.13).

    Returns the work's id. Raises NotFound for a lesson that there is not, RuleBroken:
    `cell_of_other_teacher`, `lesson_not_held`, `no_marks_here` in grade 1, after-school groups and
    clubs (POL-1.4), `work_type_unknown` for a letter that is not in use.
    """
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    (lesson,) = _to_work_in(context, [command.lesson_id])
    _refuse_another(context, lesson)
    _refuse_unused(context, command.type_code)
    work = _assigned(context, lesson, command.type_code, command.title)
    record(context, AuditAction.WORK_ASSIGNED, work.id, type=work.type_code)
    return work.id


@dataclass(frozen=True, kw_only=True)
class SaveWork:
    work_id: UUID
    type_code: str
    title: str = ""


def save_work(context: ActionContext, command: SaveWork) -> None:
    """Another title or type.

    A work of the schedule is the deputy's alone (INS-3.3.15). Raises NotFound, RuleBroken as
    `assign_work` does, `work_administrative`, and for another type `work_marked` where marks stand
    and `work_day_over` when the day is over: term and weight rest on the type (INS-3.3.13).
    """
    work = _to_change(context, command.work_id)
    if command.type_code != work.type_code:
        if _is_marked(context, work.id):
            raise RuleBroken("work_marked", CLAUSE)
        if context.session.get_one(Lesson, work.lesson_id).day < context.today:
            raise RuleBroken("work_day_over", CLAUSE)
        _refuse_unused(context, command.type_code)
    work.type_code, work.title = command.type_code, command.title.strip()
    record(context, AuditAction.WORK_SAVED, work.id, type=work.type_code)


@dataclass(frozen=True, kw_only=True)
class RemoveWork:
    work_id: UUID


def remove_work(context: ActionContext, command: RemoveWork) -> None:
    """A work that came to nothing.

    Raises NotFound, RuleBroken as `save_work` does, `work_marked` also where the mark was taken
    away again: its history names the work for ever (INS-3.3.13).
    """
    work = _to_change(context, command.work_id)
    try:
        with context.session.begin_nested():
            context.session.delete(work)
    except IntegrityError as error:
        raise RuleBroken("work_marked", CLAUSE) from error
    _release(context, work.lesson_id)
    record(context, AuditAction.WORK_REMOVED, command.work_id, type=work.type_code)


@dataclass(frozen=True, kw_only=True)
class FinishWork:
    """All the marks that there will be are given; or, taken back, some are still to come."""

    work_id: UUID
    is_finished: bool = True


def finish_work(context: ActionContext, command: FinishWork) -> None:
    """The work waits for no more marks (POL-3.6.4).

    Raises NotFound, RuleBroken `cell_of_other_teacher`, `cell_ahead` before the day of the work.
    """
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    work = _work(context, command.work_id)
    (lesson,) = lessons_with_ids(context.session, [work.lesson_id])
    _refuse_another(context, lesson)
    if command.is_finished and lesson.day > context.today:
        raise RuleBroken("cell_ahead", "INS-3.3.12")
    if command.is_finished is not (work.checked_at is not None):
        work.checked_at = context.now if command.is_finished else None
        record(context, AuditAction.WORK_SAVED, work.id, finished=command.is_finished)


@dataclass(frozen=True, kw_only=True)
class ScheduleWorks:
    """A work of internal monitoring in each of these lessons, by the deputy's schedule."""

    lesson_ids: tuple[UUID, ...]
    type_code: str
    title: str = ""


def schedule_works(context: ActionContext, command: ScheduleWorks) -> int:
    """Returns how many works were assigned (INS-3.3.15); the teachers cannot take them back.

    Two control works of a class on one day are not refused: the page warns of them. Raises
    NotFound, RuleBroken: `works_nowhere`, `date_past`, `lesson_not_held`, `no_marks_here`,
    `work_type_unknown`, `work_scheduled` where the lesson has one of the type already.
    """
    context.actor.require(Permission.JOURNAL_WORKS_SCHEDULE)
    if not command.lesson_ids:
        raise RuleBroken("works_nowhere", SCHEDULE_CLAUSE)
    _refuse_unused(context, command.type_code)
    lessons = _to_work_in(context, command.lesson_ids)
    if any(one.day < context.today for one in lessons):
        raise RuleBroken("date_past", SCHEDULE_CLAUSE)
    if _has_scheduled(context, command):
        raise RuleBroken("work_scheduled", SCHEDULE_CLAUSE)
    for lesson in lessons:
        work = _assigned(context, lesson, command.type_code, command.title, is_administrative=True)
        record(
            context, AuditAction.WORK_ASSIGNED, work.id, type=work.type_code, administrative=True
        )
    return len(lessons)


@dataclass(frozen=True, kw_only=True)
class SaveWorkTypes:
    """The school's list of types, whole and in its order."""

    types: tuple[WorkType, ...]


def save_work_types(context: ActionContext, command: SaveWorkTypes) -> None:
    """Make the school's list so (INS-3.3.13, POL-3.4.6).

    Raises RuleBroken: `work_type_unsound` for one without letter, name or weight,
    `work_type_twice`, `work_type_used` when a type is left out by which works were given,
    `work_type_default` when the type of marks without an assigned work is not in use.
    """
    context.actor.require(Permission.JOURNAL_TYPES_EDIT)
    if not all(one.is_sound for one in command.types):
        raise RuleBroken("work_type_unsound", CLAUSE)
    wanted = {one.code: one for one in command.types}
    if len(wanted) < len(command.types):
        raise RuleBroken("work_type_twice", CLAUSE)
    left_out = work_types(context.session).keys() - wanted.keys()
    if _is_given(context, left_out):
        raise RuleBroken("work_type_used", CLAUSE)
    default = wanted.get(settings_on(context.session, context.today).default_work_type)
    if default is None or not default.is_in_use:
        raise RuleBroken("work_type_default", CLAUSE)
    _replace_types(context, command.types)
    record(context, AuditAction.WORK_TYPES_SAVED, codes=list(wanted))


def _to_work_in(context: ActionContext, lesson_ids: Collection[UUID]) -> list[DayLesson]:
    """The lessons in which a work may be given at all."""
    session = context.session
    lessons = lessons_with_ids(session, set(lesson_ids))
    if len(lessons) < len(set(lesson_ids)):
        raise NotFound("lesson_unknown")
    if any(one.is_cancelled for one in lessons):
        raise RuleBroken("lesson_not_held", "REC-2.1")
    places = session.execute(
        select(SchoolClass.grade, StudyGroup.kind)
        .select_from(Lesson)
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .outerjoin(StudyGroup, StudyGroup.id == Lesson.group_id)
        .where(Lesson.id.in_(set(lesson_ids)))
    )
    if not all(takes_marks(grade, kind) for grade, kind in places):
        raise RuleBroken("no_marks_here", "POL-1.4")
    return lessons


def _refuse_another(context: ActionContext, lesson: DayLesson) -> None:
    """Who gives the lesson assigns and checks its works, the substitute too (INS-3.3.3)."""
    if not gives(lesson, context.actor.person_id):
        raise RuleBroken("cell_of_other_teacher", "POL-3.6.1")


def _refuse_unused(context: ActionContext, code: str) -> None:
    kind = work_types(context.session).get(code)
    if kind is None or not kind.is_in_use:
        raise RuleBroken("work_type_unknown", CLAUSE)


def _assigned(
    context: ActionContext,
    lesson: DayLesson,
    code: str,
    title: str,
    *,
    is_administrative: bool = False,
) -> Work:
    """The work after the others of the lesson."""
    last = context.session.scalar(
        select(func.max(Work.position)).where(Work.lesson_id == lesson.id)
    )
    work = Work(
        lesson_id=lesson.id,
        type_code=code,
        title=title.strip(),
        is_administrative=is_administrative,
        position=0 if last is None else last + 1,
        assigned_at=context.now,
        assigned_by=context.actor.label,
    )
    row = context.session.get_one(Lesson, lesson.id)
    row.prepared_at = row.prepared_at or context.now
    context.session.add(work)
    context.session.flush()
    return work


def _work(context: ActionContext, work_id: UUID) -> Work:
    work = context.session.get(Work, work_id, with_for_update=True)
    if work is None:
        raise NotFound("work_unknown")
    return work


def _to_change(context: ActionContext, work_id: UUID) -> Work:
    """The work, for who may change it: the deputy one of the schedule, a teacher an own one."""
    work = _work(context, work_id)
    if work.is_administrative:
        if not context.actor.may(Permission.JOURNAL_WORKS_SCHEDULE):
            raise RuleBroken("work_administrative", SCHEDULE_CLAUSE)
        return work
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    (lesson,) = lessons_with_ids(context.session, [work.lesson_id])
    _refuse_another(context, lesson)
    return work


def _release(context: ActionContext, lesson_id: UUID) -> None:
    """A lesson in which no work is planned any more follows the timetable again."""
    left = context.session.scalar(select(Work.id).where(Work.lesson_id == lesson_id).limit(1))
    homework = select(Homework.id).where(Homework.lesson_id == lesson_id)
    if left is None and context.session.scalar(homework) is None:
        context.session.get_one(Lesson, lesson_id).prepared_at = None


def _is_marked(context: ActionContext, work_id: UUID) -> bool:
    """Whether a mark stands in the work."""
    return (
        context.session.scalar(select(Mark.id).where(Mark.work_id == work_id).limit(1)) is not None
    )


def _has_scheduled(context: ActionContext, command: ScheduleWorks) -> bool:
    return (
        context.session.scalar(
            select(Work.id)
            .where(
                Work.lesson_id.in_(command.lesson_ids),
                Work.is_administrative,
                Work.type_code == command.type_code,
            )
            .limit(1)
        )
        is not None
    )


def _is_given(context: ActionContext, codes: Collection[str]) -> bool:
    """Whether any work is of one of the types."""
    found = context.session.scalar(select(Work.id).where(Work.type_code.in_(codes)).limit(1))
    return found is not None


def _replace_types(context: ActionContext, types: Collection[WorkType]) -> None:
    context.session.execute(delete(WorkTypeRow))
    context.session.add_all(
        WorkTypeRow(
            code=one.code,
            name=one.name,
            weight=one.weight,
            check_days=one.check_days,
            is_written=one.is_written,
            is_in_use=one.is_in_use,
            position=position,
        )
        for position, one in enumerate(types)
    )
    context.session.flush()
