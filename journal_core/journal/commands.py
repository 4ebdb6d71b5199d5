"""Writing the journal: the cells of a gesture (INS-3.3.12, 3.3.13, 3.3.18)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.rules import read_presence
from journal_core.attendance.terms import PRESENCE_SIGNS, Presence
from journal_core.cells.commands import keep_changes
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind, Change
from journal_core.context import ActionContext
from journal_core.corrections.commands import note_written
from journal_core.corrections.queries import open_cells
from journal_core.corrections.terms import CellRef, OpenCell
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.queries import facts_of, frames, members_of
from journal_core.journal.rules import why_closed
from journal_core.journal.terms import (
    CellConflict,
    CellEdit,
    CellRefused,
    CellResult,
    CellSaved,
    Closed,
    CourseKey,
    Frame,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import lessons_to_keep
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import work_types, works_in
from journal_core.marks.rules import read_mark
from journal_core.marks.terms import COMMENT_LENGTH, WorkType

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
    keep_changes(context, sheet.changes)
    return results


@dataclass(kw_only=True)
class _Sheet:
    """What stands in the lessons of a gesture, as far as it goes, kept true while it is written."""

    rows: dict[UUID, Lesson]
    frames: dict[UUID, Frame]
    members: dict[UUID, frozenset[UUID]]
    types: Mapping[str, WorkType] = field(default_factory=dict)
    works: dict[UUID, Work] = field(default_factory=dict)
    marks: dict[tuple[UUID, UUID], Mark] = field(default_factory=dict)
    absences: dict[tuple[UUID, UUID], LessonAbsence] = field(default_factory=dict)
    #: What approvals hold open for the actor (INS-3.3.13).
    opened: dict[CellRef, OpenCell] = field(default_factory=dict)
    #: What goes on record when all is written.
    changes: list[Change] = field(default_factory=list)

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


def _sheet(context: ActionContext, edits: Sequence[CellEdit]) -> _Sheet:
    session, ids = context.session, {edit.lesson_id for edit in edits}
    lessons = lessons_to_keep(session, ids)
    rows = {lesson_id: row for lesson_id, (row, _view) in lessons.items()}
    sheet = _Sheet(
        rows=rows,
        frames=frames(session, [view for _row, view in lessons.values()], context.zone),
        members=_members(session, rows.values()),
        opened=_opened(context, ids),
    )
    kinds = {edit.kind for edit in edits}
    if CellKind.ATTENDANCE in kinds:
        absences = session.scalars(select(LessonAbsence).where(LessonAbsence.lesson_id.in_(ids)))
        sheet.absences = {(row.lesson_id, row.pupil_id): row for row in absences}
    if kinds - {CellKind.ATTENDANCE}:
        pupils = {edit.pupil_id for edit in edits}
        works = works_in(session, ids)
        sheet.types = work_types(session)
        sheet.works = {work.id: work for work in works}
        marks = session.scalars(
            select(Mark).where(Mark.work_id.in_(sheet.works), Mark.pupil_id.in_(pupils))
        )
        sheet.marks = {(mark.work_id, mark.pupil_id): mark for mark in marks}
    return sheet


def _opened(context: ActionContext, lesson_ids: Collection[UUID]) -> dict[CellRef, OpenCell]:
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
        _set_presence(context, sheet, edit, wanted)
        _keep(context, sheet, edit, None, present, new, opened)
    return CellSaved(edit=edit, work_id=None, value=new, was=present)


def _set_presence(
    context: ActionContext, sheet: _Sheet, edit: CellEdit, wanted: Presence | None
) -> None:
    place = edit.lesson_id, edit.pupil_id
    if wanted is None:
        context.session.delete(sheet.absences.pop(place))
        return
    row = sheet.absences.get(place)
    if row is None:
        row = LessonAbsence(lesson_id=edit.lesson_id, pupil_id=edit.pupil_id)
        _add(context, row)
        sheet.absences[place] = row
    row.presence = wanted
    row.marked_at = context.now
    row.marked_by = context.actor.label


def _add(context: ActionContext, row: LessonAbsence | Mark) -> None:
    """What was taken out of the same cell before has to be gone by then."""
    if context.session.deleted:
        context.session.flush()
    context.session.add(row)


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
            context.session.delete(sheet.marks.pop((work.id, pupil_id)))
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
        _add(context, mark)
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
    change = Change(
        lesson_id=edit.lesson_id,
        pupil_id=edit.pupil_id,
        kind=edit.kind,
        work_id=work_id,
        old=old,
        new=new,
        reason=opened.reason if opened else "",
        correction_id=opened.correction_id if opened else None,
    )
    sheet.changes.append(change)
