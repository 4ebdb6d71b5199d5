"""Who is who to a pupil on a date, and so who may write to whom (POL-2.2.7, 3.9.3)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, union
from sqlalchemy.orm import Session

from journal_core.academic_year.rules import bounds
from journal_core.access.models import Account, AccountRole, StandIn
from journal_core.access.terms import Role
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.classes.queries import class_on, holds_on
from journal_core.context import Actor
from journal_core.correspondence.rules import clause_of
from journal_core.correspondence.terms import (
    FAMILY_TIES,
    STAFF_TIES,
    Contact,
    Relative,
    Tie,
    Ties,
)
from journal_core.curriculum.models import Subject, TeachingLoad
from journal_core.errors import NotFound
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.queries import represents_on, studies_on
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_of_year, is_led_by
from journal_core.school.rules import academic_year_of

ADMINISTRATION = (Role.HEAD, Role.DEPUTY, Role.CURATOR)


def ties_to(session: Session, pupil_id: UUID | None, on: date) -> Ties:
    """Everybody who is something to the pupil on the date, and what; a fixed number of statements.

    Everybody who works at the school is staff; nobody is anything to a pupil who has left.
    """
    ties: dict[UUID, set[Tie]] = defaultdict(set)
    for person_id in session.scalars(_working(on)):
        ties[person_id].add(Tie.STAFF)
    if pupil_id is not None and (seat := _seat(session, pupil_id, on)) is not None:
        for person_id in _administrators(session, on):
            ties[person_id].add(Tie.ADMINISTRATION)
        for course in _courses_of(session, seat, on):
            ties[course.teacher_id].add(Tie.TEACHER)
        for person_id in _leaders(session, seat.class_id, on):
            ties[person_id].add(Tie.CLASS_TEACHER)
        # Who gave lessons and left the school is nothing to the pupil any more.
        ties = defaultdict(set, {one: told for one, told in ties.items() if Tie.STAFF in told})
        ties[seat.person_id].add(Tie.PUPIL)
        for person_id in _representatives(session, pupil_id, on):
            ties[person_id].add(Tie.PARENT)
    return {person_id: frozenset(told) for person_id, told in ties.items()}


def contacts_of(session: Session, pupil_id: UUID, on: date) -> list[Contact]:
    """Whom the family of the pupil may write to on the date, and why (POL-3.9.3).

    The class teacher, then the teachers by subject, then the administration; only those who have
    an account to read with. A fixed number of statements.
    """
    seat = _seat(session, pupil_id, on)
    if seat is None:
        return []
    ties = ties_to(session, pupil_id, on)
    subjects: dict[UUID, list[str]] = defaultdict(list)
    names = _subject_names(session)
    for course in _courses_of(session, seat, on):
        subjects[course.teacher_id].append(names[course.subject_id])
    found = [
        Contact(
            person_id=person.id,
            name=person.name.full,
            ties=ties[person.id],
            subjects=tuple(sorted(set(subjects[person.id]))),
            position=position,
        )
        for person, position in _staff(session, on)
        if ties.get(person.id, frozenset()) & (STAFF_TIES - {Tie.STAFF})
    ]
    return sorted(found, key=_place)


def colleagues_of(session: Session, person_id: UUID | None, on: date) -> list[Contact]:
    """Everybody else who works at the school and has an account, by name (POL-2.2.7)."""
    return [
        Contact(
            person_id=person.id,
            name=person.name.full,
            ties=frozenset({Tie.STAFF}),
            position=position,
        )
        for person, position in _staff(session, on)
        if person.id != person_id
    ]


def children_to_write_about(session: Session, actor: Actor, on: date) -> list[tuple[UUID, str]]:
    """The pupils as whose family the actor writes on the date: oneself, the children; by name."""
    represented = select(Representation.pupil_id).where(
        Representation.person_id == actor.person_id, represents_on(on)
    )
    rows = session.execute(
        select(Pupil.id, Person)
        .join(Person, Person.id == Pupil.person_id)
        .where(studies_on(on), or_(Pupil.person_id == actor.person_id, Pupil.id.in_(represented)))
        .order_by(Person.sort_key)
    )
    return [(pupil_id, person.name.full) for pupil_id, person in rows]


def somebody_to_write_to(
    session: Session, actor: Actor, person_id: UUID, pupil_id: UUID | None, on: date
) -> tuple[str, str]:
    """The names of the person and of the pupil who is spoken of, "" for none.

    Raises NotFound("person_unknown") for somebody whom the actor may not write to.
    """
    if not may_write(ties_to(session, pupil_id, on), actor.person_id, person_id, pupil_id):
        raise NotFound("person_unknown")
    child = session.scalars(
        select(Person).join(Pupil, Pupil.person_id == Person.id).where(Pupil.id == pupil_id)
    ).first()
    return session.get_one(Person, person_id).name.full, child.name.full if child else ""


def may_write(ties: Ties, one: UUID | None, other: UUID, pupil_id: UUID | None) -> bool:
    """Whether the two may write to each other, of the pupil or, without one, of the school."""
    if one is None or one == other:
        return False
    own, theirs = ties.get(one, frozenset()), ties.get(other, frozenset())
    if pupil_id is None:
        return clause_of(own, theirs) is not None
    return any(
        clause_of(family & FAMILY_TIES, staff & STAFF_TIES)
        for family, staff in ((own, theirs), (theirs, own))
    )


def classes_to_write_to(session: Session, actor: Actor, on: date) -> list[SchoolClass]:
    """The classes whose families the actor may write to: taught, led, or all."""
    year = academic_year_of(on)
    classes = list(classes_of_year(session, year))
    if actor.person_id is None:
        return []
    if actor.person_id in _administrators(session, on):
        return classes
    own = {course.class_id for course in _courses(session, year, teacher_id=actor.person_id)}
    own |= set(session.scalars(select(SchoolClass.id).where(is_led_by(actor.person_id, on))))
    return [row for row in classes if row.id in own]


def class_to_write_to(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """Raises NotFound for a class that is not among `classes_to_write_to`."""
    classes = classes_to_write_to(session, actor, on)
    found = next((row for row in classes if row.id == class_id), None)
    if found is None:
        raise NotFound("class_unknown")
    return found


def families_of_class(
    session: Session, actor: Actor, school_class: SchoolClass, on: date
) -> list[Relative]:
    """The pupils and representatives of the class whom the actor may write to, by pupil.

    A teacher of one group sees its pupils alone. A fixed number of statements.
    """
    pupils = class_on(session, school_class.id, on)
    wanted = _taught(session, actor, school_class, on, [pupil.id for pupil, _person in pupils])
    relatives: dict[UUID, list[Person]] = defaultdict(list)
    links = session.execute(
        select(Representation.pupil_id, Person)
        .join(Person, Person.id == Representation.person_id)
        .where(Representation.pupil_id.in_(wanted), represents_on(on))
        .order_by(Person.sort_key)
    )
    for pupil_id, person in links:
        relatives[pupil_id].append(person)
    readers = set(session.scalars(select(Account.person_id).where(Account.closed_at.is_(None))))
    return [
        Relative(
            person_id=person.id,
            name=person.name.full,
            tie=tie,
            pupil_id=pupil.id,
            pupil=child.name.full,
            has_account=person.id in readers,
        )
        for pupil, child in pupils
        if pupil.id in wanted
        for tie, person in (
            (Tie.PUPIL, child),
            *((Tie.PARENT, one) for one in relatives[pupil.id]),
        )
    ]


@dataclass(frozen=True)
class _Seat:
    """Where a pupil who studies sits on a date."""

    person_id: UUID
    class_id: UUID
    group_ids: frozenset[UUID]


@dataclass(frozen=True)
class _Course:
    class_id: UUID
    group_id: UUID | None
    subject_id: UUID
    teacher_id: UUID


def _seat(session: Session, pupil_id: UUID, on: date) -> _Seat | None:
    row = session.execute(
        select(Pupil.person_id, ClassMembership.class_id)
        .join(ClassMembership, ClassMembership.pupil_id == Pupil.id)
        .where(Pupil.id == pupil_id, studies_on(on), holds_on(ClassMembership, on))
    ).first()
    if row is None:
        return None
    groups = session.scalars(
        select(GroupMembership.group_id).where(
            GroupMembership.pupil_id == pupil_id, holds_on(GroupMembership, on)
        )
    )
    return _Seat(person_id=row[0], class_id=row[1], group_ids=frozenset(groups))


def _courses_of(session: Session, seat: _Seat, on: date) -> list[_Course]:
    """The courses of the pupil's class and groups in the year of the date."""
    courses = _courses(session, academic_year_of(on), class_id=seat.class_id)
    return [one for one in courses if one.group_id is None or one.group_id in seat.group_ids]


def _courses(
    session: Session, year: int, *, class_id: UUID | None = None, teacher_id: UUID | None = None
) -> list[_Course]:
    """What is taught in the year by lessons and by load: by whom, also instead of another."""
    first, last = bounds(year)
    of_year = Lesson.day.between(first, last)
    queries: list[Select[*tuple[Any, ...]]] = []
    for giver in (Lesson.teacher_id, Lesson.substitute_id):
        query = select(Lesson.class_id, Lesson.group_id, Lesson.subject_id, giver)
        queries.append(_narrowed(query, Lesson.class_id, giver, class_id, teacher_id, of_year))
    load = TeachingLoad
    queries.append(
        _narrowed(
            select(load.class_id, load.group_id, load.subject_id, load.teacher_id),
            load.class_id,
            load.teacher_id,
            class_id,
            teacher_id,
            load.academic_year == year,
        )
    )
    return [_Course(*row) for row in session.execute(union(*queries))]


def _narrowed(
    query: Select[*tuple[Any, ...]],
    of_class: Any,
    giver: Any,
    class_id: UUID | None,
    teacher_id: UUID | None,
    of_year: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    query = query.where(of_year, giver.is_not(None))
    if class_id is not None:
        query = query.where(of_class == class_id)
    return query if teacher_id is None else query.where(giver == teacher_id)


def _taught(
    session: Session,
    actor: Actor,
    school_class: SchoolClass,
    on: date,
    pupil_ids: Collection[UUID],
) -> set[UUID]:
    """Those of the pupils of the class whose families the actor may write to."""
    if actor.person_id is None:
        return set()
    whole = actor.person_id in {
        *_administrators(session, on),
        *_leaders(session, school_class.id, on),
    }
    year = school_class.academic_year
    own = [
        one.group_id
        for one in _courses(session, year, class_id=school_class.id, teacher_id=actor.person_id)
    ]
    if whole or None in own:
        return set(pupil_ids)
    return set(
        session.scalars(
            select(GroupMembership.pupil_id).where(
                GroupMembership.group_id.in_([one for one in own if one]),
                GroupMembership.pupil_id.in_(pupil_ids),
                holds_on(GroupMembership, on),
            )
        )
    )


def _leaders(session: Session, class_id: UUID, on: date) -> set[UUID]:
    """The class teacher, and who stands in for that teacher on the date."""
    led_by = select(SchoolClass.class_teacher_id).where(
        SchoolClass.id == class_id, SchoolClass.class_teacher_id.is_not(None)
    )
    stands_in = (
        select(Account.person_id)
        .join(StandIn, StandIn.account_id == Account.id)
        .where(StandIn.class_id == class_id, StandIn.valid_from <= on, StandIn.valid_to >= on)
    )
    return set(session.scalars(union(led_by, stands_in)))


def _administrators(session: Session, on: date) -> set[UUID]:
    """Head, deputies and journal administrators, and who stands in for one on the date."""
    own = (
        select(Account.person_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role.in_(ADMINISTRATION), Account.closed_at.is_(None))
    )
    stands_in = (
        select(Account.person_id)
        .join(StandIn, StandIn.account_id == Account.id)
        .where(
            StandIn.role.in_(ADMINISTRATION),
            StandIn.valid_from <= on,
            StandIn.valid_to >= on,
            Account.closed_at.is_(None),
        )
    )
    return set(session.scalars(union(own, stands_in)))


def _representatives(session: Session, pupil_id: UUID, on: date) -> list[UUID]:
    return list(
        session.scalars(
            select(Representation.person_id).where(
                Representation.pupil_id == pupil_id, represents_on(on)
            )
        )
    )


def _working(on: date) -> Select[UUID]:
    return select(StaffMember.person_id).where(
        StaffMember.since <= on, or_(StaffMember.until.is_(None), StaffMember.until >= on)
    )


def _staff(session: Session, on: date) -> list[tuple[Person, str]]:
    """Who works at the school on the date and has an account, by name, with the position."""
    rows = session.execute(
        select(Person, StaffMember.position)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(
            StaffMember.since <= on,
            or_(StaffMember.until.is_(None), StaffMember.until >= on),
            Account.closed_at.is_(None),
        )
        .order_by(Person.sort_key, StaffMember.since.desc())
    )
    return list({person.id: (person, position) for person, position in rows}.values())


def _subject_names(session: Session) -> dict[UUID, str]:
    return {row.id: row.name for row in session.execute(select(Subject.id, Subject.name))}


def _place(contact: Contact) -> tuple[int, tuple[str, ...]]:
    order = (Tie.CLASS_TEACHER, Tie.TEACHER, Tie.ADMINISTRATION)
    first = next(place for place, tie in enumerate(order) if tie in contact.ties)
    return first, contact.subjects
