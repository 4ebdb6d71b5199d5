"""Laying the year's lessons, teachers' absences, substitutions (POL-3.7.3, INS-3.5.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, or_, select, update

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken
from journal_core.lessons.models import Lesson, TeacherAbsence
from journal_core.lessons.queries import (
    PORTION,
    absence_at,
    day_lesson,
    laying_of,
    lessons_of_absence,
    lessons_with_ids,
    staffing_of,
)
from journal_core.lessons.rules import nearness_of
from journal_core.lessons.terms import AbsenceReason, DayLesson, Decision, Laying, Nearness
from journal_core.people.models import Person
from journal_core.timetable.commands import (
    PublishVersion,
    WithdrawVersion,
    publish_version,
    withdraw_version,
)
from journal_core.timetable.models import TimetableVersion

CLAUSE = "POL-3.7.3"


@dataclass(frozen=True, kw_only=True)
class LayLessons:
    """The whole year anew, or what is from the day `since` on."""

    academic_year: int
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class Laid:
    """What was changed; `undone` names the substituted or cancelled lessons that went."""

    added: int
    changed: int
    removed: int
    kept: int
    held: int
    undone: tuple[DayLesson, ...]


def lay_lessons(context: ActionContext, command: LayLessons) -> Laid:
    """Make the lessons of the year be those of its published versions (INS-3.5.7).

    What is written in stays; see `rules.laying`. Laying twice changes nothing the second time.
    """
    context.actor.require(Permission.TIMETABLE_WEEK_EDIT)
    found = laying_of(context.session, command.academic_year, command.since)
    laid = Laid(
        added=len(found.added),
        changed=len(found.changed),
        removed=len(found.removed),
        kept=len(found.kept),
        held=len(found.held),
        undone=tuple(lessons_with_ids(context.session, found.undone)),
    )
    if not found.is_empty:
        _lay(context, found)
        record(
            context,
            AuditAction.LESSONS_LAID,
            year=command.academic_year,
            added=laid.added,
            changed=laid.changed,
            removed=laid.removed,
            undone=[str(lesson.id) for lesson in laid.undone],
        )
    return laid


def publish_timetable(context: ActionContext, command: PublishVersion) -> Laid:
    """Publish the version and lay the year's lessons by it, both or neither.

    Raises RuleBroken as `publish_version` does.
    """
    version = publish_version(context, command)
    return lay_lessons(context, _from_first_day(version))


def withdraw_timetable(context: ActionContext, command: WithdrawVersion) -> Laid:
    """Take back a version that has not begun, and lay the lessons by the one before it."""
    version = withdraw_version(context, command)
    laid = lay_lessons(context, _from_first_day(version))
    # What is kept stays, and the version may be removed.
    context.session.execute(
        update(Lesson).where(Lesson.version_id == version.id).values(version_id=None)
    )
    return laid


@dataclass(frozen=True, kw_only=True)
class RecordAbsence:
    """A teacher is away: some lessons of one day, a day, or days in a row."""

    teacher_id: UUID
    since: date
    until: date
    reason: AbsenceReason
    first_number: int | None = None
    last_number: int | None = None
    note: str = ""
    order_number: str = ""


def record_absence(context: ActionContext, command: RecordAbsence) -> UUID:
    """Their lessons in it wait for a substitute from now on (POL-3.7.3).

    Raises RuleBroken: `ends_before_it_begins`, also for lessons; `absence_of_lessons` when
    lessons are named for more than one day or by one end; `absence_meets_another`.
    """
    context.actor.require(Permission.LESSONS_SUBSTITUTES_SET)
    first, last = command.first_number, command.last_number
    if command.until < command.since or (None not in {first, last} and last < first):  # type: ignore[operator]
        raise RuleBroken("ends_before_it_begins", CLAUSE)
    if (first is None) is not (last is None) or (
        first is not None and command.since != command.until
    ):
        raise RuleBroken("absence_of_lessons", CLAUSE)
    if _meets_another(context, command, until=command.until):
        raise RuleBroken("absence_meets_another", CLAUSE)
    absence = TeacherAbsence(
        teacher_id=command.teacher_id,
        since=command.since,
        until=command.until,
        first_number=first,
        last_number=last,
        reason=command.reason,
        note=command.note,
        order_number=command.order_number,
        recorded_at=context.now,
        recorded_by=context.actor.label,
    )
    context.session.add(absence)
    context.session.flush()
    record(context, AuditAction.ABSENCE_RECORDED, absence.id, teacher=str(absence.teacher_id))
    return absence.id


@dataclass(frozen=True, kw_only=True)
class EndAbsence:
    """The teacher's last day away, earlier or later than it was thought."""

    absence_id: UUID
    until: date


def end_absence(context: ActionContext, command: EndAbsence) -> None:
    """Lessons after it are the teacher's own again.

    Raises RuleBroken: `ends_before_it_begins`, `absence_of_lessons` for one of lessons,
    `absence_meets_another` for a later day, and `lesson_kept` when a substitute has written in a
    lesson after that day.
    """
    context.actor.require(Permission.LESSONS_SUBSTITUTES_SET)
    absence = _absence(context, command.absence_id)
    if command.until < absence.since:
        raise RuleBroken("ends_before_it_begins", CLAUSE)
    if absence.first_number is not None and command.until != absence.since:
        raise RuleBroken("absence_of_lessons", CLAUSE)
    if _meets_another(context, absence, until=command.until):
        raise RuleBroken("absence_meets_another", CLAUSE)
    _give_back(context, absence, after=command.until)
    absence.until = command.until
    record(context, AuditAction.ABSENCE_ENDED, absence.id, until=str(command.until))


@dataclass(frozen=True, kw_only=True)
class RemoveAbsence:
    absence_id: UUID


def remove_absence(context: ActionContext, command: RemoveAbsence) -> None:
    """It was recorded by mistake. Raises RuleBroken `lesson_kept` as `end_absence` does."""
    context.actor.require(Permission.LESSONS_SUBSTITUTES_SET)
    absence = _absence(context, command.absence_id)
    _give_back(context, absence, after=None)
    context.session.delete(absence)
    record(context, AuditAction.ABSENCE_ENDED, absence.id, teacher=str(absence.teacher_id))


@dataclass(frozen=True, kw_only=True)
class SetSubstitute:
    lesson_id: UUID
    person_id: UUID


def set_substitute(context: ActionContext, command: SetSubstitute) -> None:
    """The person gives the lesson and writes in it instead of its teacher (INS-3.3.3, 3.5.6).

    Who has the other group of the class at that hour takes both together. Raises RuleBroken:
    `lesson_kept` when something is written in it, `lesson_of_present` when its teacher is not
    away, `substitute_busy` when the person has another lesson then, is away, or is the teacher.
    """
    context.actor.require(Permission.LESSONS_SUBSTITUTES_SET)
    lesson = _unkept(context, command.lesson_id)
    absence_id = absence_at(context.session, lesson.teacher_id, lesson.day, lesson.number)
    if absence_id is None:
        raise RuleBroken("lesson_of_present", CLAUSE)
    # Held until the commit, so that two lessons of one hour cannot take the same person at once.
    context.session.get(Person, command.person_id, with_for_update=True)
    view = day_lesson(context.session, lesson.id)
    nearness = nearness_of(view, command.person_id, staffing_of(context.session, [view]))
    if nearness is None:
        raise RuleBroken("substitute_busy", CLAUSE)
    lesson.absence_id = absence_id
    lesson.substitute_id = command.person_id
    lesson.is_joined = nearness is Nearness.JOINED
    lesson.cancelled_at, lesson.cancelled_reason = None, ""
    record(
        context,
        AuditAction.LESSON_SUBSTITUTED,
        lesson.id,
        substitute=str(command.person_id),
        joined=lesson.is_joined,
    )


@dataclass(frozen=True, kw_only=True)
class CancelLesson:
    lesson_id: UUID
    reason: str


def cancel_lesson(context: ActionContext, command: CancelLesson) -> None:
    """The lesson is not held (POL-3.7.3).

    Raises RuleBroken: `lesson_kept` when something is written in it, `reason_missing`.
    """
    context.actor.require(Permission.LESSONS_SUBSTITUTES_SET)
    lesson = _unkept(context, command.lesson_id)
    if not command.reason.strip():
        raise RuleBroken("reason_missing", CLAUSE)
    lesson.absence_id = absence_at(context.session, lesson.teacher_id, lesson.day, lesson.number)
    lesson.substitute_id, lesson.is_joined = None, False
    lesson.cancelled_at, lesson.cancelled_reason = context.now, command.reason.strip()
    record(context, AuditAction.LESSON_CANCELLED, lesson.id)


@dataclass(frozen=True, kw_only=True)
class RestoreLesson:
    lesson_id: UUID


def restore_lesson(context: ActionContext, command: RestoreLesson) -> None:
    """Undo what was decided on the lesson. Raises RuleBroken `lesson_kept`."""
    context.actor.require(Permission.LESSONS_SUBSTITUTES_SET)
    _restore(context, _unkept(context, command.lesson_id))


@dataclass(frozen=True, kw_only=True)
class FillAbsence:
    """The deputy's decisions on the lessons of an absence, all of them or none."""

    absence_id: UUID
    decisions: tuple[Decision, ...]


def fill_absence(context: ActionContext, command: FillAbsence) -> int:
    """Returns how many lessons were decided anew (INS-3.5.6).

    What the page showed already is left as it is now. Raises RuleBroken as the single acts do and
    `lesson_decided` when somebody else decided otherwise since the page was opened, with the
    lesson's id under "lesson", and NotFound for a lesson outside the absence.
    """
    context.actor.require(Permission.LESSONS_SUBSTITUTES_SET)
    # Held until the commit: two who fill it decide one after the other.
    _absence(context, command.absence_id)
    views = {one.id: one for one in lessons_of_absence(context.session, command.absence_id)}
    changed = 0
    for decision in command.decisions:
        if decision.lesson_id not in views:
            raise NotFound("lesson_unknown")
        act = _act(views[decision.lesson_id], decision)
        if act is not None:
            _decide(context, act)
            changed += 1
    return changed


Act = SetSubstitute | CancelLesson | RestoreLesson


def _act(lesson: DayLesson, decision: Decision) -> Act | None:
    """The act that makes the lesson what was decided; None when nothing was, or it is that."""
    stands = lesson.decision.word
    if decision.word in {stands, decision.seen}:
        return None
    if decision.seen not in {None, stands}:
        raise RuleBroken("lesson_decided", CLAUSE, lesson=lesson.id)
    if decision.is_cancelled:
        return CancelLesson(lesson_id=lesson.id, reason=decision.cancelled_reason)
    if decision.substitute_id is not None:
        return SetSubstitute(lesson_id=lesson.id, person_id=decision.substitute_id)
    return RestoreLesson(lesson_id=lesson.id)


def _decide(context: ActionContext, act: Act) -> None:
    try:
        if isinstance(act, SetSubstitute):
            set_substitute(context, act)
        elif isinstance(act, CancelLesson):
            cancel_lesson(context, act)
        else:
            restore_lesson(context, act)
        context.session.flush()
    except RuleBroken as refusal:
        raise RuleBroken(refusal.code, refusal.clause, lesson=act.lesson_id) from refusal


def _from_first_day(version: TimetableVersion) -> LayLessons:
    """Days before it are another version's: they stay as they are."""
    return LayLessons(academic_year=version.academic_year, since=version.valid_from)


def _lay(context: ActionContext, found: Laying) -> None:
    session = context.session
    for start in range(0, len(found.removed), PORTION):
        session.execute(delete(Lesson).where(Lesson.id.in_(found.removed[start : start + PORTION])))
    if found.changed:
        session.connection().execute(
            update(Lesson)
            .where(Lesson.id == bindparam("lesson_id"))
            .values(
                teacher_id=bindparam("teacher"),
                room=bindparam("in_room"),
                version_id=bindparam("version"),
            ),
            [
                {
                    "lesson_id": lesson_id,
                    "teacher": given.teacher_id,
                    "in_room": given.room,
                    "version": given.version_id,
                }
                for lesson_id, given in found.changed
            ],
        )
    if found.added:
        session.execute(
            insert(Lesson),
            [
                {
                    "id": new_id(),
                    "day": key.day,
                    "number": key.number,
                    "class_id": key.class_id,
                    "group_id": key.group_id,
                    "subject_id": key.subject_id,
                    "teacher_id": given.teacher_id,
                    "room": given.room,
                    "version_id": given.version_id,
                }
                for key, given in found.added
            ],
        )
    # What the session has read of these rows is of before.
    session.expire_all()


def _absence(context: ActionContext, absence_id: UUID) -> TeacherAbsence:
    absence = context.session.get(TeacherAbsence, absence_id, with_for_update=True)
    if absence is None:
        raise NotFound("absence_unknown")
    return absence


def _meets_another(
    context: ActionContext, told: RecordAbsence | TeacherAbsence, until: date
) -> bool:
    """Whether another absence of the teacher already takes one of the hours up to that day."""
    row = TeacherAbsence
    query = select(row.id).where(
        row.teacher_id == told.teacher_id, row.since <= until, row.until >= told.since
    )
    if isinstance(told, TeacherAbsence):
        query = query.where(row.id != told.id)
    if told.first_number is not None and told.last_number is not None:
        query = query.where(
            or_(row.first_number.is_(None), row.first_number <= told.last_number),
            or_(row.last_number.is_(None), row.last_number >= told.first_number),
        )
    return context.session.scalar(query.limit(1)) is not None


def _unkept(context: ActionContext, lesson_id: UUID) -> Lesson:
    lesson = context.session.get(Lesson, lesson_id, with_for_update=True)
    if lesson is None:
        raise NotFound("lesson_unknown")
    if lesson.kept_at is not None:
        raise RuleBroken("lesson_kept", "REC-2.1")
    return lesson


def _give_back(context: ActionContext, absence: TeacherAbsence, after: date | None) -> None:
    """Undo what was decided for the absence, from the day after `after` on."""
    decided = context.session.scalars(select(Lesson).where(Lesson.absence_id == absence.id))
    _restore_all(context, [row for row in decided if after is None or row.day > after])


def _restore_all(context: ActionContext, lessons: Iterable[Lesson]) -> None:
    for lesson in lessons:
        if lesson.kept_at is not None:
            raise RuleBroken("lesson_kept", "REC-2.1")
        _restore(context, lesson)
    context.session.flush()


def _restore(context: ActionContext, lesson: Lesson) -> None:
    lesson.absence_id, lesson.substitute_id, lesson.is_joined = None, None, False
    lesson.cancelled_at, lesson.cancelled_reason = None, ""
    record(context, AuditAction.LESSON_RESTORED, lesson.id)
