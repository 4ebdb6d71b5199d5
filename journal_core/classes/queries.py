"""Who is in a class on a date."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.classes.terms import GroupKind
from journal_core.people.models import Person, Pupil


def holds_on(
    membership: type[ClassMembership] | type[GroupMembership], on: date
) -> ColumnElement[bool]:
    """That the membership holds on the date; its first and its last day count."""
    return and_(membership.since <= on, or_(membership.until.is_(None), membership.until >= on))


def in_class_on(on: date) -> ColumnElement[bool]:
    """For joining the one membership that a pupil has on the date."""
    return and_(ClassMembership.pupil_id == Pupil.id, holds_on(ClassMembership, on))


def class_on(session: Session, class_id: UUID, on: date) -> Sequence[tuple[Pupil, Person]]:
    """The class on a date: its pupils and their persons, by name."""
    rows = session.execute(
        select(Pupil, Person)
        .join(Person, Person.id == Pupil.person_id)
        .join(ClassMembership, in_class_on(on))
        .where(ClassMembership.class_id == class_id)
        .order_by(Person.sort_key)
    )
    return [(pupil, person) for pupil, person in rows]


def divisions_of_year(
    session: Session, academic_year: int
) -> dict[tuple[UUID, UUID], list[tuple[UUID, str]]]:
    """(class, subject) → its groups, id and name, by name: where a class is divided (INS-3.5.8)."""
    rows = session.scalars(
        select(StudyGroup)
        .where(StudyGroup.academic_year == academic_year, StudyGroup.kind == GroupKind.DIVISION)
        .order_by(StudyGroup.name)
    )
    found: dict[tuple[UUID, UUID], list[tuple[UUID, str]]] = {}
    for row in rows:
        if row.class_id and row.subject_id:
            found.setdefault((row.class_id, row.subject_id), []).append((row.id, row.name))
    return found
