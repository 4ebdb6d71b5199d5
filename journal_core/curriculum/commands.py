"""Changing subjects, curriculum and load.

What the head has approved is changed through `workflows.approval`, which asks for it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.curriculum.models import CurriculumHours, Subject, TeachingLoad
from journal_core.curriculum.queries import load_row
from journal_core.curriculum.rules import fingerprint, hours_fit
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.school.models import SchoolClass


@dataclass(frozen=True, kw_only=True)
class SaveSubject:
    """A subject; without an id a new one."""

    name: str
    short_name: str = ""
    position: int = 0
    subject_id: UUID | None = None


def save_subject(context: ActionContext, command: SaveSubject) -> UUID:
    """Returns its id. Raises NotFound, RuleBroken("subject_twice") for a name that is there.

    The short name is the name's beginning where none is given (POL-3.4.6).
    """
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    name = command.name.strip()
    like = context.session.scalars(select(Subject).where(Subject.name == name)).first()
    if like is not None and like.id != command.subject_id:
        raise RuleBroken("subject_twice", "POL-3.4.6")
    subject = _subject(context, command.subject_id) if command.subject_id else Subject()
    subject.name = name
    subject.short_name = command.short_name.strip() or name[:20].strip()
    subject.position = command.position
    context.session.add(subject)
    context.session.flush()
    record(context, AuditAction.SUBJECT_SAVED, subject.id)
    return subject.id


@dataclass(frozen=True, kw_only=True)
class RemoveSubject:
    subject_id: UUID


def remove_subject(context: ActionContext, command: RemoveSubject) -> None:
    """Raises RuleBroken("subject_used") when anything rests on it: the database knows what."""
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    subject = _subject(context, command.subject_id)
    try:
        with context.session.begin_nested():
            context.session.delete(subject)
    except IntegrityError as error:
        raise RuleBroken("subject_used", "POL-3.4.6") from error
    record(context, AuditAction.SUBJECT_SAVED, command.subject_id, removed=True)


def _subject(context: ActionContext, subject_id: UUID) -> Subject:
    subject = context.session.get(Subject, subject_id)
    if subject is None:
        raise NotFound("subject_unknown")
    return subject


@dataclass(frozen=True, kw_only=True)
class SaveCurriculum:
    """The whole curriculum of a year: (grade, subject) → hours a week. What is left out is none.

    `seen` is the fingerprint of the curriculum that was changed on screen; None elsewhere.
    """

    academic_year: int
    hours: Mapping[tuple[int, UUID], float]
    seen: str | None = None


def save_curriculum(context: ActionContext, command: SaveCurriculum) -> int:
    """Make the year's curriculum so. Returns how many cells changed (POL-3.4.1, 3.8.4).

    Raises RuleBroken("hours_unfit") for hours that a week cannot have, StaleVersion when the
    curriculum is another than the one seen.
    """
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    if not all(hours_fit(hours) for hours in command.hours.values()):
        raise RuleBroken("hours_unfit", "POL-3.4.1")
    year = command.academic_year
    rows = context.session.scalars(
        select(CurriculumHours).where(CurriculumHours.academic_year == year)
    )
    before = {(row.grade, row.subject_id): row for row in rows}
    stands = {cell: row.hours for cell, row in before.items()}
    if command.seen is not None and command.seen != fingerprint(stands):
        raise StaleVersion("changed_meanwhile")
    changed = 0
    for (grade, subject_id), hours in command.hours.items():
        row = before.pop((grade, subject_id), None)
        if row is None:
            row = CurriculumHours(academic_year=year, grade=grade, subject_id=subject_id)
            context.session.add(row)
        elif row.hours == hours:
            continue
        row.hours = hours
        changed += 1
    for row in before.values():
        context.session.delete(row)
    changed += len(before)
    context.session.flush()
    if changed:
        record(context, AuditAction.CURRICULUM_SAVED, year=year, cells=changed)
    return changed


@dataclass(frozen=True, kw_only=True)
class SaveLoad:
    """Hours a week of a teacher in a class or one of its groups; without an id a new row."""

    academic_year: int
    teacher_id: UUID
    subject_id: UUID
    class_id: UUID
    hours: float
    group_id: UUID | None = None
    load_id: UUID | None = None


def save_load(context: ActionContext, command: SaveLoad) -> UUID:
    """Returns the row's id (POL-3.4.1, 3.8.4).

    Raises NotFound for a class of another year or a row that is not there, RuleBroken:
    `hours_unfit`, `load_twice` when the teacher has the part already.
    """
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    if not hours_fit(command.hours):
        raise RuleBroken("hours_unfit", "POL-3.4.1")
    school_class = context.session.get(SchoolClass, command.class_id)
    if school_class is None or school_class.academic_year != command.academic_year:
        raise NotFound("class_unknown")
    row = load_row(context.session, command.load_id) if command.load_id else TeachingLoad()
    _refuse_repeated(context, command)
    row.academic_year = command.academic_year
    row.teacher_id = command.teacher_id
    row.subject_id = command.subject_id
    row.class_id = command.class_id
    row.group_id = command.group_id
    row.hours = command.hours
    context.session.add(row)
    context.session.flush()
    record(context, AuditAction.LOAD_SAVED, row.id, year=command.academic_year)
    return row.id


def _refuse_repeated(context: ActionContext, command: SaveLoad) -> None:
    """The unique index lets rows without a group repeat: an empty group equals no other."""
    like = context.session.scalar(
        select(TeachingLoad.id).where(
            TeachingLoad.teacher_id == command.teacher_id,
            TeachingLoad.subject_id == command.subject_id,
            TeachingLoad.class_id == command.class_id,
            TeachingLoad.group_id.is_(None)
            if command.group_id is None
            else TeachingLoad.group_id == command.group_id,
        )
    )
    if like is not None and like != command.load_id:
        raise RuleBroken("load_twice", "POL-3.8.4")


@dataclass(frozen=True, kw_only=True)
class RemoveLoad:
    load_id: UUID


def remove_load(context: ActionContext, command: RemoveLoad) -> int:
    """Returns the academic year that it was of. Raises NotFound."""
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    row = load_row(context.session, command.load_id)
    context.session.delete(row)
    context.session.flush()
    record(context, AuditAction.LOAD_SAVED, command.load_id, removed=True)
    return row.academic_year
