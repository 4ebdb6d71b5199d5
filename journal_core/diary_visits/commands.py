"""Putting visits on record, opening and closing tasks of silence, recording calls and letters."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import insert_unless_there, new_id
from journal_core.diary_visits.models import DiaryVisit, FamilyContact, SilenceTask
from journal_core.diary_visits.queries import families_of, last_look, leads, open_task
from journal_core.diary_visits.rules import is_silent
from journal_core.diary_visits.terms import ContactHow, ContactResult, Family, SilenceEnd
from journal_core.errors import NotFound, RuleBroken
from journal_core.people.models import Pupil
from journal_core.school.queries import classes_of_year, settings_on
from journal_core.school.rules import academic_year_of

_CLAUSE = "INS-3.2.6"


@dataclass(frozen=True, kw_only=True)
class NoteVisit:
    """The actor opened a page of the diary; that it is theirs to read was asked before."""

    pupil_id: UUID


def note_visit(context: ActionContext, command: NoteVisit) -> None:
    """One row a person, pupil and day; a representative's closes the pupil's task (INS-3.2.6)."""
    person_id, pupil_id = context.actor.person_id, command.pupil_id
    pupil = context.session.get(Pupil, pupil_id)
    if person_id is None or pupil is None:
        raise NotFound("person_unknown")
    is_own = pupil.person_id == person_id
    is_first = insert_unless_there(
        context.session,
        DiaryVisit,
        id=new_id(),
        pupil_id=pupil_id,
        day=context.today,
        person_id=person_id,
        is_own=is_own,
        first_at=context.now,
        last_at=context.now,
    )
    if not is_first:
        visit = last_look(context.session, person_id, pupil_id, context.today)
        if visit is not None:
            visit.last_at = max(visit.last_at, context.now)
    task = None if is_own else open_task(context.session, pupil_id)
    if task is not None:
        _close(context, task, SilenceEnd.VISIT, person_id)


@dataclass(frozen=True, kw_only=True)
class WatchFamilies:
    """Once a day, early: the days up to yesterday are over."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """How many tasks a night opened and closed."""

    opened: int
    closed: int


def watch_families(context: ActionContext, command: WatchFamilies) -> Watched:
    """Open a task for each family that became silent, close those with nobody left in them.

    Two weeks of study time, one for the risk group (INS-3.2.6, 3.2.8). Twice is harmless.
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    settings = settings_on(context.session, context.today)
    classes = classes_of_year(context.session, academic_year_of(context.today))
    families = families_of(context.session, classes, context.today, context.zone)
    opened = 0
    for family in families:
        if family.task is None and is_silent(family, settings):
            _open(context, family)
            opened += 1
    return Watched(opened=opened, closed=_close_what_is_over(context, families))


@dataclass(frozen=True, kw_only=True)
class RecordContact:
    """The class teacher called, wrote or talked to a representative of a silent family.

    `contact_id` is made by the page: sent twice, it is recorded once.
    """

    contact_id: UUID = field(default_factory=new_id)
    pupil_id: UUID
    person_id: UUID
    how: ContactHow
    day: date
    result: ContactResult
    note: str = ""


def record_contact(context: ActionContext, command: RecordContact) -> UUID:
    """Put it on record as often as it happens (INS-3.2.6); the task stays open.

    Where the family was told, the task rests for the school's days from that day on. Raises
    NotFound for a pupil of another's class or somebody who does not represent them; RuleBroken:
    `family_not_silent` without an open task, `contact_ahead`, `contact_before_silence` for a day
    before the task's first.
    """
    context.actor.require(Permission.FAMILIES_CLASS_EDIT)
    family = _led_family(context, command.pupil_id)
    if context.session.get(FamilyContact, command.contact_id) is not None:
        return command.contact_id
    if all(one.person_id != command.person_id for one in family.members):
        raise NotFound("person_unknown")
    task = open_task(context.session, command.pupil_id)
    if task is None:
        raise RuleBroken("family_not_silent", _CLAUSE)
    if command.day > context.today:
        raise RuleBroken("contact_ahead", _CLAUSE)
    if command.day < task.since:
        raise RuleBroken("contact_before_silence", _CLAUSE)
    if command.result is ContactResult.TOLD:
        days = settings_on(context.session, command.day).silence_put_off_days
        until = command.day + timedelta(days=days)
        task.put_off_until = max(until, task.put_off_until or until)
    contact = FamilyContact(
        id=command.contact_id,
        task_id=task.id,
        pupil_id=command.pupil_id,
        person_id=command.person_id,
        how=command.how,
        day=command.day,
        result=command.result,
        note=command.note,
        recorded_at=context.now,
        recorded_by=context.actor.label,
    )
    context.session.add(contact)
    context.session.flush()
    record(
        context,
        AuditAction.FAMILY_CONTACTED,
        command.pupil_id,
        how=command.how.value,
        result=command.result.value,
    )
    return contact.id


def _led_family(context: ActionContext, pupil_id: UUID) -> Family:
    classes = classes_of_year(context.session, academic_year_of(context.today))
    found = families_of(context.session, classes, context.today, context.zone, Pupil.id == pupil_id)
    if not found or not leads(context.session, context.actor, found[0].class_id, context.today):
        raise NotFound("person_unknown")
    return found[0]


def _open(context: ActionContext, family: Family) -> None:
    context.session.add(
        SilenceTask(
            pupil_id=family.pupil_id,
            since=family.silent_since or context.today,
            opened_at=context.now,
        )
    )
    record(context, AuditAction.SILENCE_OPENED, family.pupil_id, days=family.silent_days)


def _close_what_is_over(context: ActionContext, families: list[Family]) -> int:
    """Whoever left the school, or has no representative any more, is waited for no longer."""
    known = {one.pupil_id: one for one in families}
    closed = 0
    rows = context.session.execute(
        select(SilenceTask, Pupil)
        .join(Pupil, Pupil.id == SilenceTask.pupil_id)
        .where(SilenceTask.closed_at.is_(None))
    ).all()
    for task, pupil in rows:
        family = known.get(task.pupil_id)
        if pupil.left_on is not None and pupil.left_on < context.today:
            _close(context, task, SilenceEnd.LEFT)
        elif family is not None and not family.members:
            _close(context, task, SilenceEnd.NO_REPRESENTATIVE)
        else:
            continue
        closed += 1
    return closed


def _close(
    context: ActionContext, task: SilenceTask, how: SilenceEnd, person_id: UUID | None = None
) -> None:
    task.closed_at, task.closed_how, task.closed_by_id = context.now, how, person_id
    record(context, AuditAction.SILENCE_CLOSED, task.pupil_id, how=how.value)
    context.session.flush()
