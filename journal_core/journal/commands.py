"""Writing the journal: the cells of a gesture (INS-3.3.12, 3.3.13, 3.3.18)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.rules import read_presence
from journal_core.attendance.terms import PRESENCE_SIGNS, Presence
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.cells.commands import keep_change
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.corrections.commands import note_written
from journal_core.corrections.queries import open_cells
from journal_core.corrections.terms import CellRef, OpenCell
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.queries import facts_of, frames, members_of
from journal_core.journal.rules import is_double, why_closed
from journal_core.journal.terms import (
    Carried,
    CellConflict,
    CellEdit,
    CellRefused,
    CellResult,
    CellSaved,
    Closed,
    CourseKey,
    Frame,
    LessonKept,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import lessons_with_ids
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import work_types
from journal_core.marks.rules import read_mark
from journal_core.marks.terms import COMMENT_LENGTH, WorkType
from journal_core.plans.queries import topics_of_course
from journal_core.plans.rules import topic_named
from journal_core.plans.terms import TITLE_LENGTH, TopicView

#: Cells of one gesture: a class of forty in a pasted block of fifty columns.
MOST_CELLS = 2000


@dataclass(frozen=True, kw_only=True)
class WriteCells:
    """One gesture of the hand: a cell, a filled column, a pasted block, or its undoing."""

    edits: tuple[CellEdit, ...]


def write_cells(context: ActionContext, command: WriteCells) -> tuple[CellResult, ...]:
    """Write what may be written, in the order told, and tell of each edit what became of it.

    One that a rule forbids is refused and one that somebody else wrote meanwhile is in conflict;
    neither holds up the others (INS-3.3.12, 3.3.13, POL-3.6.1). Raises NotFound for a lesson or a
    work that there is not, RuleBroken `cells_too_many`.
    """
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    if len(command.edits) > MOST_CELLS:
        raise RuleBroken("cells_too_many", most=MOST_CELLS)
    if not command.edits:
        return ()
    sheet = _sheet(context, command.edits)
    results = tuple(_written(context, sheet, edit) for edit in command.edits)
    context.session.flush()
    return results


@dataclass(kw_only=True)
class _Sheet:
    """What stands in the lessons of a gesture, kept true while it is written."""

    rows: dict[UUID, Lesson]
    frames: dict[UUID, Frame]
    types: dict[str, WorkType]
    members: dict[UUID, frozenset[UUID]]
    works: dict[UUID, Work]
    marks: dict[tuple[UUID, UUID], Mark] = field(default_factory=dict)
    absences: dict[tuple[UUID, UUID], LessonAbsence] = field(default_factory=dict)
    #: What approvals hold open for the actor (INS-3.3.13).
    opened: dict[CellRef, OpenCell] = field(default_factory=dict)

    def default_work(self, lesson_id: UUID) -> Work | None:
        """The lesson's own work of the type that a mark is for when none is named."""
        code = self.frames[lesson_id].settings.default_work_type
        return next(
            (
                work
                for work in self.works.values()
                if work.lesson_id == lesson_id
                and work.type_code == code
                and not work.is_administrative
            ),
            None,
        )


def _sheet(context: ActionContext, edits: Iterable[CellEdit]) -> _Sheet:
    session, ids = context.session, sorted({edit.lesson_id for edit in edits})
    # Held until the commit: two who write in one lesson do so one after the other.
    locked = session.scalars(
        select(Lesson).where(Lesson.id.in_(ids)).order_by(Lesson.id).with_for_update()
    )
    rows = {row.id: row for row in locked}
    if len(rows) < len(ids):
        raise NotFound("lesson_unknown")
    lessons = lessons_with_ids(session, ids)
    works = session.scalars(
        select(Work).where(Work.lesson_id.in_(ids)).order_by(Work.position, Work.assigned_at)
    )
    marks = session.scalars(
        select(Mark).join(Work, Work.id == Mark.work_id).where(Work.lesson_id.in_(ids))
    )
    absences = session.scalars(select(LessonAbsence).where(LessonAbsence.lesson_id.in_(ids)))
    return _Sheet(
        rows=rows,
        frames=frames(session, lessons, context.zone),
        types=work_types(session),
        members=_members(session, rows.values()),
        works={work.id: work for work in works},
        marks={(mark.work_id, mark.pupil_id): mark for mark in marks},
        absences={(row.lesson_id, row.pupil_id): row for row in absences},
        opened=_opened(context, ids),
    )


def _opened(context: ActionContext, lesson_ids: list[UUID]) -> dict[CellRef, OpenCell]:
    person_id = context.actor.person_id
    if person_id is None:
        return {}
    cells = open_cells(context.session, person_id, lesson_ids, context.now)
    return {cell.ref: cell for cell in cells}


def _members(session: Session, lessons: Iterable[Lesson]) -> dict[UUID, frozenset[UUID]]:
    """Who is in the class or group on the day of each lesson."""
    by_course: dict[tuple[UUID, UUID | None], list[Lesson]] = {}
    for lesson in lessons:
        by_course.setdefault((lesson.class_id, lesson.group_id), []).append(lesson)
    found: dict[UUID, frozenset[UUID]] = {}
    for (class_id, group_id), own in by_course.items():
        key = CourseKey(class_id=class_id, group_id=group_id, subject_id=own[0].subject_id)
        days = [lesson.day for lesson in own]
        spans = members_of(session, key, min(days), max(days))
        for lesson in own:
            found[lesson.id] = frozenset(
                pupil_id
                for pupil_id, (_name, held) in spans.items()
                if any(since <= lesson.day <= (until or lesson.day) for since, until in held)
            )
    return found


def _written(context: ActionContext, sheet: _Sheet, edit: CellEdit) -> CellResult:
    writer = _WRITERS[edit.kind]
    try:
        return writer(context, sheet, edit)
    except RuleBroken as refusal:
        closed = Closed(code=refusal.code, clause=refusal.clause or "")
        return CellRefused(edit=edit, closed=closed)


def _write_presence(context: ActionContext, sheet: _Sheet, edit: CellEdit) -> CellResult:
    """Absent, late, or there again (INS-3.3.18)."""
    frame, wanted = sheet.frames[edit.lesson_id], read_presence(edit.value)
    row = sheet.absences.get((edit.lesson_id, edit.pupil_id))
    present = PRESENCE_SIGNS[row.presence] if row else ""
    new = PRESENCE_SIGNS[wanted] if wanted else ""
    if conflict := _conflict(context, edit, None, present, new):
        return conflict
    opened = sheet.opened.get(_ref(edit, None))
    closed = _closed(context, sheet, edit, frame.day_term, is_open=opened is not None)
    if closed is not None:
        return CellRefused(edit=edit, closed=closed)
    if new != present:
        if row is not None:
            context.session.delete(row)
            # The new row takes the place of the old one, which has to be gone by then.
            context.session.flush()
            del sheet.absences[edit.lesson_id, edit.pupil_id]
        if wanted is not None:
            row = LessonAbsence(
                lesson_id=edit.lesson_id,
                pupil_id=edit.pupil_id,
                presence=wanted,
                marked_at=context.now,
                marked_by=context.actor.label,
            )
            context.session.add(row)
            sheet.absences[edit.lesson_id, edit.pupil_id] = row
        _keep(context, sheet, edit, None, present, new, opened)
    return CellSaved(edit=edit, work_id=None, value=new, was=present)


def _write_mark(context: ActionContext, sheet: _Sheet, edit: CellEdit) -> CellResult:
    """A mark for a work that is assigned, in the column of its day (INS-3.3.12, 3.3.13)."""
    new = read_mark(edit.value)
    work = _work(sheet, edit)
    mark = sheet.marks.get((work.id, edit.pupil_id)) if work else None
    present = mark.value if mark else ""
    work_id = work.id if work else None
    if conflict := _conflict(context, edit, work_id, present, new):
        return conflict
    term = _term(sheet, edit.lesson_id, work)
    first_written = mark.first_written_at if mark else None
    opened = sheet.opened.get(_ref(edit, work_id))
    closed = _closed(
        context, sheet, edit, term, first_written=first_written, is_open=opened is not None
    )
    if closed is not None:
        return CellRefused(edit=edit, closed=closed)
    if new == present:
        return CellSaved(edit=edit, work_id=work_id, value=new, was=present)
    work = work or _assign_default(context, sheet, edit.lesson_id)
    late = context.now >= term
    if mark is not None and not new and mark.comment:
        # The word to a mark goes with it, and that is on record too.
        _keep(context, sheet, replace(edit, kind=CellKind.COMMENT), work.id, mark.comment, "")
    _set_mark(context, sheet, work, edit.pupil_id, new, is_late=late)
    _keep(context, sheet, edit, work.id, present, new, opened)
    return CellSaved(edit=edit, work_id=work.id, value=new, was=present, is_late=late)


def _write_comment(context: ActionContext, sheet: _Sheet, edit: CellEdit) -> CellResult:
    """A word to a mark; it is no correction of the mark."""
    work = _work(sheet, edit)
    mark = sheet.marks.get((work.id, edit.pupil_id)) if work else None
    if mark is None:
        raise RuleBroken("comment_without_mark", "INS-3.3.13")
    new = " ".join(edit.value.split())
    if len(new) > COMMENT_LENGTH:
        raise RuleBroken("comment_too_long")
    if conflict := _conflict(context, edit, mark.work_id, mark.comment, new):
        return conflict
    closed = _closed(context, sheet, edit, _term(sheet, edit.lesson_id, work))
    if closed is not None:
        return CellRefused(edit=edit, closed=closed)
    was = mark.comment
    if new != was:
        mark.comment = new
        _keep(context, sheet, edit, mark.work_id, was, new)
    return CellSaved(edit=edit, work_id=mark.work_id, value=new, was=was, is_late=mark.is_late)


_WRITERS = {
    CellKind.ATTENDANCE: _write_presence,
    CellKind.COMMENT: _write_comment,
    CellKind.MARK: _write_mark,
}


def _work(sheet: _Sheet, edit: CellEdit) -> Work | None:
    """The work that the edit names, or the lesson's default one where there is one."""
    if edit.work_id is None:
        return sheet.default_work(edit.lesson_id)
    work = sheet.works.get(edit.work_id)
    if work is None or work.lesson_id != edit.lesson_id:
        raise NotFound("work_unknown")
    return work


def _term(sheet: _Sheet, lesson_id: UUID, work: Work | None) -> datetime:
    frame = sheet.frames[lesson_id]
    code = work.type_code if work else frame.settings.default_work_type
    kind = sheet.types.get(code) or WorkType(code=code, name=code)
    if work is None:
        return frame.term_of(kind)
    return frame.term_of(
        kind, is_administrative=work.is_administrative, assigned_at=work.assigned_at
    )


def _closed(
    context: ActionContext,
    sheet: _Sheet,
    edit: CellEdit,
    term: datetime,
    *,
    first_written: datetime | None = None,
    is_open: bool = False,
) -> Closed | None:
    frame = sheet.frames[edit.lesson_id]
    facts = facts_of(
        frame,
        context.actor,
        context.now.astimezone(context.zone),
        edit.kind,
        term,
        is_member=edit.pupil_id in sheet.members[edit.lesson_id],
        first_written=first_written,
        is_open=is_open,
    )
    return why_closed(facts)


def _conflict(
    context: ActionContext, edit: CellEdit, work_id: UUID | None, present: str, new: str
) -> CellConflict | None:
    """That somebody else wrote the cell since it was seen, and something else than is wanted."""
    if edit.seen is None or present in {edit.seen, new}:
        return None
    of_work = CellChange.work_id.is_(None) if work_id is None else CellChange.work_id == work_id
    last = context.session.scalars(
        select(CellChange)
        .where(
            CellChange.lesson_id == edit.lesson_id,
            CellChange.pupil_id == edit.pupil_id,
            CellChange.kind == edit.kind,
            of_work,
        )
        .order_by(CellChange.at.desc())
        .limit(1)
    ).first()
    return CellConflict(
        edit=edit, value=present, by=last.by if last else "", at=last.at if last else None
    )


def _assign_default(context: ActionContext, sheet: _Sheet, lesson_id: UUID) -> Work:
    """The first mark assigns the work that it is for (INS-3.3.13)."""
    last = max(
        (work.position for work in sheet.works.values() if work.lesson_id == lesson_id), default=-1
    )
    work = Work(
        lesson_id=lesson_id,
        type_code=sheet.frames[lesson_id].settings.default_work_type,
        position=last + 1,
        assigned_at=context.now,
        assigned_by=context.actor.label,
    )
    context.session.add(work)
    context.session.flush()
    sheet.works[work.id] = work
    return work


def _set_mark(
    context: ActionContext,
    sheet: _Sheet,
    work: Work,
    pupil_id: UUID,
    value: str,
    *,
    is_late: bool,
) -> None:
    """Put the mark into its cell; "" takes it out."""
    mark = sheet.marks.get((work.id, pupil_id))
    if not value:
        if mark is not None:
            context.session.delete(mark)
            context.session.flush()
            del sheet.marks[work.id, pupil_id]
        return
    if mark is None:
        mark = Mark(
            work_id=work.id,
            pupil_id=pupil_id,
            # A comment of the same gesture asks what stood before it.
            comment="",
            first_written_at=context.now,
            is_late=is_late,
        )
        context.session.add(mark)
        sheet.marks[work.id, pupil_id] = mark
    mark.value = value
    mark.written_at = context.now
    mark.written_by = context.actor.label
    mark.written_by_id = context.actor.person_id


def _ref(edit: CellEdit, work_id: UUID | None) -> CellRef:
    return CellRef(pupil_id=edit.pupil_id, lesson_id=edit.lesson_id, work_id=work_id)


def _keep(
    context: ActionContext,
    sheet: _Sheet,
    edit: CellEdit,
    work_id: UUID | None,
    old: str,
    new: str,
    opened: OpenCell | None = None,
) -> None:
    """The change goes on record, and the lesson is kept from now on.

    An approval that held the cell open is used up by it (INS-3.3.13).
    """
    lesson = sheet.rows[edit.lesson_id]
    lesson.kept_at = lesson.kept_at or context.now
    if opened is not None:
        note_written(context, opened, new)
        del sheet.opened[opened.ref]
    keep_change(
        context,
        lesson_id=edit.lesson_id,
        pupil_id=edit.pupil_id,
        kind=edit.kind,
        work_id=work_id,
        old=old,
        new=new,
        reason=opened.reason if opened else "",
        correction_id=opened.correction_id if opened else None,
    )


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
    row = context.session.get(Lesson, lesson_id, with_for_update=True)
    if row is None:
        raise NotFound("lesson_unknown")
    frame = frames(context.session, lessons_with_ids(context.session, [lesson_id]), context.zone)[
        lesson_id
    ]
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
