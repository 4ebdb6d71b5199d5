"""The made-up school's lessons, kept by those who give them through the real commands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.attendance.terms import PRESENCE_SIGNS, Presence
from journal_core.cells.terms import CellKind
from journal_core.clock import local_moment
from journal_core.context import ActionContext, Actor
from journal_core.exchange.progress import Progress
from journal_core.homework.commands import SetHomework, set_homework
from journal_core.journal.queries import frames, members_of
from journal_core.journal.terms import CellEdit, CourseKey, Frame
from journal_core.lesson_page.commands import KeepLesson, keep_lesson
from journal_core.lessons.queries import lessons_on
from journal_core.marks.commands import AssignWork, assign_work
from journal_core.people.terms import PersonName
from journal_core.plans.queries import topics_of_course
from journal_core.plans.rules import next_topic
from portal.perform import OPERATOR, perform_in
from portal.state import Portal

DAY = timedelta(days=1)
#: When a lesson is kept whose class has no bells.
NOON = time(12, 0)
#: Of a hundred: pupils who are away on a day, who come late, who answer in a lesson; and lessons
#: in which a work is written.
AWAY, LATE, ASKED, WRITTEN = 4, 1, 20, 8


@dataclass(frozen=True, kw_only=True)
class KeepDay:
    """The lessons of a day that are over by now; of these classes, or of all."""

    day: date
    class_ids: frozenset[UUID] | None = None


def tell_kept_lessons(
    portal: Portal,
    since: date,
    until: date,
    progress: Progress,
    class_ids: frozenset[UUID] | None = None,
) -> int:
    """Keep the lessons from a day to a day, both within; returns how many."""
    days = [since + DAY * step for step in range((until - since).days + 1)]
    kept = 0
    for done, day in enumerate(days, start=1):
        kept += perform_in(portal, OPERATOR, keep_day, KeepDay(day=day, class_ids=class_ids))
        progress.tell("lessons", done, len(days))
    return kept


def keep_day(context: ActionContext, command: KeepDay) -> int:
    lessons = [
        one
        for one in lessons_on(context.session, command.day)
        if not (one.is_cancelled or one.is_unfilled)
        and (command.class_ids is None or one.class_id in command.class_ids)
    ]
    found = frames(context.session, lessons, context.zone)
    kept = 0
    for frame in found.values():
        if (now := _when(frame)) <= context.now:
            _keep(_as_giver(context, frame, now), frame)
            kept += 1
    return kept


def _keep(context: ActionContext, frame: Frame) -> None:
    lesson = frame.lesson
    key = CourseKey(
        class_id=lesson.class_id, group_id=lesson.group_id, subject_id=lesson.subject_id
    )
    pupils = members_of(context.session, key, lesson.day, lesson.day)
    names = {pupil_id: name for pupil_id, (name, _spans) in pupils.items()}
    work_id = _written_work(context, frame)
    edits = tuple(edit for pupil_id in names for edit in _cells(frame, pupil_id, names, work_id))
    topic = next_topic(
        topics_of_course(context.session, key.class_id, key.group_id, key.subject_id)
    )
    title = topic.taught_title if topic else lesson.subject
    keep_lesson(
        context,
        KeepLesson(lesson_id=lesson.id, edits=edits, topic=title, is_roll_called=True),
    )
    if frame.takes_marks:
        text = topic.homework if topic and topic.homework else f"Повторить: {title}"
        set_homework(context, SetHomework(lesson_id=lesson.id, text=text, minutes=20))


def _written_work(context: ActionContext, frame: Frame) -> UUID | None:
    """Some lessons give a work that everybody writes."""
    lesson = frame.lesson
    story = Random(f"{lesson.class_name} {lesson.subject} {lesson.day} {lesson.number}")  # noqa: S311
    if not frame.takes_marks or story.randrange(100) >= WRITTEN:
        return None
    code = story.choice(("К", "С", "С", "Т"))
    return assign_work(context, AssignWork(lesson_id=lesson.id, type_code=code))


def _cells(
    frame: Frame, pupil_id: UUID, names: Mapping[UUID, str], work_id: UUID | None
) -> list[CellEdit]:
    """What the lesson brings the pupil: alike whenever it is told."""
    lesson, name = frame.lesson, names[pupil_id]
    #: Somebody who is away is away for the day.
    of_day = Random(f"{name} {lesson.day}").randrange(100)  # noqa: S311 - a story, not a secret
    of_lesson = Random(f"{name} {lesson.day} {lesson.number}")  # noqa: S311
    if of_day < AWAY:
        return [_edit(frame, pupil_id, CellKind.ATTENDANCE, PRESENCE_SIGNS[Presence.ABSENT])]
    edits = []
    if of_lesson.randrange(100) < LATE:
        edits.append(_edit(frame, pupil_id, CellKind.ATTENDANCE, PRESENCE_SIGNS[Presence.LATE]))
    talent = Random(f"{name} {lesson.subject}").gauss(3.9, 0.5)  # noqa: S311
    if work_id is not None:
        mark = _mark(of_lesson, talent)
        edits.append(_edit(frame, pupil_id, CellKind.MARK, mark, work_id))
    elif frame.takes_marks and of_lesson.randrange(100) < ASKED:
        edits.append(_edit(frame, pupil_id, CellKind.MARK, _mark(of_lesson, talent)))
    return edits


def _mark(story: Random, talent: float) -> str:
    return str(min(5, max(2, round(story.gauss(talent, 0.6)))))


def _edit(
    frame: Frame, pupil_id: UUID, kind: CellKind, value: str, work_id: UUID | None = None
) -> CellEdit:
    return CellEdit(
        lesson_id=frame.lesson.id, pupil_id=pupil_id, kind=kind, value=value, work_id=work_id
    )


def _when(frame: Frame) -> datetime:
    """The class goes home: the teacher writes what is left to write."""
    return local_moment(frame.lesson.day, frame.last_bell or NOON, frame.zone)


def _as_giver(context: ActionContext, frame: Frame, now: datetime) -> ActionContext:
    lesson = frame.lesson
    name: PersonName = lesson.substitute or lesson.teacher
    actor = Actor(
        label=name.full,
        permissions=ROLE_PERMISSIONS[Role.TEACHER],
        person_id=lesson.substitute_id or lesson.teacher_id,
    )
    return replace(context, actor=actor, now=now)
