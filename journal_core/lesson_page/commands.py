"""Writing a lesson: its topic, its roll, all of it at one time (REC-2.1, INS-3.3.2, 3.3.18)."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import PRESENCE_SIGNS, Presence
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.queries import facts_of, frames
from journal_core.journal.rules import why_closed
from journal_core.journal.terms import CellEdit
from journal_core.lesson_page.rules import is_double
from journal_core.lesson_page.terms import Carried, LessonKept
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import lessons_to_keep, lessons_with_ids
from journal_core.plans.queries import topics_of_course
from journal_core.plans.rules import topic_named
from journal_core.plans.terms import TITLE_LENGTH, TopicView


@dataclass(frozen=True, kw_only=True)
class WriteTopic:
    """What the lesson was about; "" takes it back.

    A topic of the plan is known by its id, or else by the words that the text begins with; with
    an id alone the text is the plan's.
    """

    lesson_id: UUID
    topic: str = ""
    topic_id: UUID | None = None


def write_topic(context: ActionContext, command: WriteTopic) -> None:
    """Written as a fact: on the day or later, until the period is closed (REC-2.1, INS-3.3.2).

    It counts for the plan that the class follows (INS-3.3.17). Raises NotFound for a topic of
    another plan; RuleBroken `topic_wrong` for a text too long, and what closes the lesson.
    """
    row = _lesson_to_keep(context, command.lesson_id)
    text, topics = " ".join(command.topic.split()), _topics(context, row)
    if command.topic_id is not None:
        topic = next((one for one in topics if one.id == command.topic_id), None)
        if topic is None:
            raise NotFound("topic_unknown")
        text = text or topic.taught_title
    elif text == row.topic:
        return
    else:
        topic = topic_named(text, topics)
    if len(text) > TITLE_LENGTH:
        raise RuleBroken("topic_wrong", "INS-3.3.2")
    _set_topic(context, row, text, topic.id if topic else None)


@dataclass(frozen=True, kw_only=True)
class ConfirmRoll:
    lesson_id: UUID


def confirm_roll(context: ActionContext, command: ConfirmRoll) -> None:
    """The roll is called: everybody was there but those who are marked (INS-3.3.18, REC-2.1).

    The first time counts. Raises RuleBroken with what closes the lesson.
    """
    _call_roll(context, _lesson_to_keep(context, command.lesson_id))


@dataclass(frozen=True, kw_only=True)
class CarryOver:
    """`lesson_id` is the second of a double lesson."""

    lesson_id: UUID


def carry_over(context: ActionContext, command: CarryOver) -> Carried:
    """The second of a double lesson takes over what it has not: who is absent, and the topic.

    Who came late to the first is there in the second. The roll is carried once it is called
    (INS-3.3.18). Raises RuleBroken `lesson_not_double`, and what closes the lesson.
    """
    second = _lesson_to_keep(context, command.lesson_id)
    first = context.session.scalar(
        select(Lesson).where(
            Lesson.class_id == second.class_id,
            Lesson.group_id.is_(None)
            if second.group_id is None
            else Lesson.group_id == second.group_id,
            Lesson.subject_id == second.subject_id,
            Lesson.day == second.day,
            Lesson.number == second.number - 1,
        )
    )
    views = lessons_with_ids(context.session, [first.id, second.id]) if first else []
    if first is None or not is_double(views[0], views[1], context.actor.person_id):
        raise RuleBroken("lesson_not_double", "REC-2.1")
    roll = first.roll_called_at is not None and _is_roll_empty(context, second)
    topic = bool(first.topic) and not second.topic
    if roll:
        _carry_absences(context, first, second)
    if topic:
        _set_topic(context, second, first.topic, first.topic_id)
    return Carried(lesson_id=second.id, number=second.number, roll=roll, topic=topic)


@dataclass(frozen=True, kw_only=True)
class KeepLesson:
    """What its teacher writes in a lesson at one time; a topic of None leaves the topic alone.

    `carry_to` is the second of a double lesson, which takes over what it has not.
    """

    lesson_id: UUID
    edits: tuple[CellEdit, ...] = ()
    topic: str | None = None
    is_roll_called: bool = False
    carry_to: UUID | None = None


def keep_lesson(context: ActionContext, command: KeepLesson) -> LessonKept:
    """Write it all; cells that are refused hold up nothing else. Raises as the single acts do."""
    cells = write_cells(context, WriteCells(edits=command.edits))
    if command.topic is not None:
        write_topic(context, WriteTopic(lesson_id=command.lesson_id, topic=command.topic))
    if command.is_roll_called:
        confirm_roll(context, ConfirmRoll(lesson_id=command.lesson_id))
    carried = None
    if command.carry_to is not None:
        carried = carry_over(context, CarryOver(lesson_id=command.carry_to))
    return LessonKept(cells=cells, carried=carried)


def _lesson_to_keep(context: ActionContext, lesson_id: UUID) -> Lesson:
    """The lesson, held until the commit; what closes its attendance closes roll and topic."""
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    row, lesson = lessons_to_keep(context.session, [lesson_id])[lesson_id]
    frame = frames(context.session, [lesson], context.zone)[lesson_id]
    now = context.now.astimezone(context.zone)
    closed = why_closed(facts_of(frame, context.actor, now, CellKind.ATTENDANCE, frame.day_term))
    if closed is not None:
        raise RuleBroken(closed.code, closed.clause)
    return row


def _topics(context: ActionContext, row: Lesson) -> list[TopicView]:
    """The plan of the lesson's course as it is without this lesson."""
    return [
        replace(one, given=one.given - 1) if one.id == row.topic_id else one
        for one in topics_of_course(context.session, row.class_id, row.group_id, row.subject_id)
    ]


def _set_topic(context: ActionContext, row: Lesson, text: str, topic_id: UUID | None) -> None:
    was = row.topic
    row.topic, row.topic_id = text, topic_id
    row.topic_written_at = (row.topic_written_at or context.now) if text else None
    row.kept_at = row.kept_at or context.now
    record(context, AuditAction.LESSON_TOPIC_SAVED, row.id, topic=text, was=was)


def _call_roll(context: ActionContext, row: Lesson) -> None:
    if row.roll_called_at is None:
        row.roll_called_at = context.now
        row.kept_at = row.kept_at or context.now
        record(context, AuditAction.LESSON_ROLL_CALLED, row.id)


def _is_roll_empty(context: ActionContext, row: Lesson) -> bool:
    marked = select(LessonAbsence.id).where(LessonAbsence.lesson_id == row.id).limit(1)
    return row.roll_called_at is None and context.session.scalar(marked) is None


def _carry_absences(context: ActionContext, first: Lesson, second: Lesson) -> None:
    absent = context.session.scalars(
        select(LessonAbsence.pupil_id).where(
            LessonAbsence.lesson_id == first.id, LessonAbsence.presence == Presence.ABSENT
        )
    )
    edits = tuple(
        CellEdit(
            lesson_id=second.id,
            pupil_id=pupil_id,
            kind=CellKind.ATTENDANCE,
            value=PRESENCE_SIGNS[Presence.ABSENT],
        )
        for pupil_id in absent
    )
    write_cells(context, WriteCells(edits=edits))
    _call_roll(context, second)
