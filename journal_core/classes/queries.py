"""Who is in a class or a group on a date, and what the lists tell of a person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from journal_core.access.terms import Permission
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.classes.rules import movement
from journal_core.classes.terms import (
    ClassSpan,
    FoundPerson,
    GroupKind,
    GroupLine,
    GroupSpan,
    Kin,
    ListedPupil,
    Movement,
    Resting,
    RestingKind,
)
from journal_core.context import Actor
from journal_core.curriculum.models import Subject
from journal_core.errors import NotFound
from journal_core.orders.models import SchoolOrder
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.queries import linked_on, represents_on, studies_on
from journal_core.people.rules import search_variants
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_led_by, classes_of_year, is_led_by


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


def memberships_reaching(session: Session, pupil_id: UUID, day: date) -> Sequence[ClassMembership]:
    """The pupil's memberships that hold on the day or after it, in order of time."""
    return session.scalars(
        select(ClassMembership)
        .where(
            ClassMembership.pupil_id == pupil_id,
            or_(ClassMembership.until.is_(None), ClassMembership.until >= day),
        )
        .order_by(ClassMembership.since)
    ).all()


def last_days_in_class(
    session: Session, pupil_ids: Collection[UUID], on: date
) -> dict[UUID, date | None]:
    """Pupil → the last day in the class that they are in on the date; None while none is known."""
    rows = session.execute(
        select(ClassMembership.pupil_id, ClassMembership.until).where(
            ClassMembership.pupil_id.in_(pupil_ids), holds_on(ClassMembership, on)
        )
    )
    return {pupil_id: until for pupil_id, until in rows}


def class_list(session: Session, class_id: UUID, on: date) -> list[ListedPupil]:
    """The list of the class on a date, by name. Two statements, however many pupils."""
    rows = session.execute(
        select(Pupil, Person, ClassMembership, SchoolOrder)
        .join(Person, Person.id == Pupil.person_id)
        .join(ClassMembership, in_class_on(on))
        .outerjoin(SchoolOrder, SchoolOrder.id == ClassMembership.order_id)
        .where(ClassMembership.class_id == class_id)
        .order_by(Person.sort_key)
    ).all()
    adults = defaultdict(list)
    links = session.execute(
        select(Representation.pupil_id, Person)
        .join(Person, Person.id == Representation.person_id)
        .join(ClassMembership, ClassMembership.pupil_id == Representation.pupil_id)
        .where(
            ClassMembership.class_id == class_id,
            holds_on(ClassMembership, on),
            linked_on(on),
        )
        .order_by(Person.sort_key)
    )
    for pupil_id, adult in links:
        adults[pupil_id].append(adult.name.full)
    return [
        ListedPupil(
            pupil_id=pupil.id,
            person_id=person.id,
            name=person.name.full,
            birth_date=person.birth_date,
            file_number=pupil.file_number,
            phone=person.phone,
            since=membership.since,
            order=order.written if order else "",
            representatives=tuple(adults[pupil.id]),
        )
        for pupil, person, membership, order in rows
    ]


def class_counts(session: Session, academic_year: int, on: date) -> dict[UUID, int]:
    """Class of the year → how many pupils are in it on the date; empty classes are left out."""
    rows = session.execute(
        select(ClassMembership.class_id, func.count())
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(SchoolClass.academic_year == academic_year, holds_on(ClassMembership, on))
        .group_by(ClassMembership.class_id)
    )
    return {class_id: count for class_id, count in rows}


def class_of(session: Session, pupil_id: UUID, on: date) -> SchoolClass | None:
    """The class of a pupil on a date."""
    return session.scalars(
        select(SchoolClass)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .where(ClassMembership.pupil_id == pupil_id, holds_on(ClassMembership, on))
    ).first()


def in_own_class(session: Session, actor: Actor, person_id: UUID, on: date) -> bool:
    """Whether the person is a pupil of a class that the actor leads, or represents one (INS-3.2.4).

    A class teacher reads and edits contacts and representatives of the own class only.
    """
    if actor.person_id is None:
        return False
    pupil_id = session.scalar(
        select(Pupil.id)
        .join(ClassMembership, in_class_on(on))
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .outerjoin(Representation, and_(Representation.pupil_id == Pupil.id, linked_on(on)))
        .where(
            is_led_by(actor.person_id, on),
            or_(Pupil.person_id == person_id, Representation.person_id == person_id),
        )
        .limit(1)
    )
    return pupil_id is not None


def person_in_reach(session: Session, actor: Actor, person_id: UUID, on: date) -> Person:
    """The person whose card the actor may open: anybody's, or one of the own class (POL-3.5.1).

    Raises NotFound for everybody else.
    """
    person = session.get(Person, person_id)
    everybody = actor.may(Permission.DIRECTORY_PEOPLE_READ)
    if person is None or not (everybody or in_own_class(session, actor, person_id, on)):
        raise NotFound("person_unknown")
    return person


def representation_in_reach(
    session: Session, actor: Actor, representation_id: UUID, on: date
) -> tuple[Representation, Person, Person]:
    """A link that has not ended, its representative and its pupil's person (INS-3.2.4).

    Raises NotFound when the pupil is not in the actor's reach.
    """
    child = aliased(Person)
    row = session.execute(
        select(Representation, Person, child)
        .join(Person, Person.id == Representation.person_id)
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .join(child, child.id == Pupil.person_id)
        .where(Representation.id == representation_id, Representation.ended_on.is_(None))
    ).first()
    if row is None:
        raise NotFound("representation_unknown")
    person_in_reach(session, actor, row[2].id, on)
    return row[0], row[1], row[2]


def class_in_reach(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """Any class, or one that the actor leads on the date (POL-3.5.1). Raises NotFound else."""
    is_open = (
        true() if actor.may(Permission.DIRECTORY_PEOPLE_READ) else is_led_by(actor.person_id, on)
    )
    found = session.scalars(select(SchoolClass).where(SchoolClass.id == class_id, is_open)).first()
    if found is None:
        raise NotFound("class_unknown")
    return found


def group_in_reach(session: Session, actor: Actor, group_id: UUID, on: date) -> StudyGroup:
    """Any group, one of a class that the actor leads, or the actor's own (POL-1.4, 3.5.1).

    Raises NotFound for another.
    """
    found = session.get(StudyGroup, group_id)
    if found is None:
        raise NotFound("group_unknown")
    leads = actor.person_id is not None and found.leader_id == actor.person_id
    if leads or actor.may(Permission.DIRECTORY_PEOPLE_READ):
        return found
    if found.class_id is None:
        raise NotFound("group_unknown")
    class_in_reach(session, actor, found.class_id, on)
    return found


def classes_to_read(
    session: Session, actor: Actor, academic_year: int, on: date
) -> list[SchoolClass]:
    """The classes of the year that the actor may open on the date, 1А first."""
    if actor.may(Permission.DIRECTORY_PEOPLE_READ):
        return list(classes_of_year(session, academic_year))
    if actor.person_id is None:
        return []
    return classes_led_by(session, actor.person_id, academic_year, on)


def class_spans(session: Session, pupil_id: UUID) -> list[ClassSpan]:
    """Every class of a pupil with its orders, the newest first."""
    return _spans(session, ClassMembership.pupil_id == pupil_id)[::-1]


def movement_of(session: Session, first: date, last: date) -> Movement:
    """The movement of pupils from the first day to the last, both counted (POL-3.4.11)."""
    reaching = or_(ClassMembership.until.is_(None), ClassMembership.until >= _before(first))
    return movement(_spans(session, ClassMembership.since <= _after(last), reaching), first, last)


def group_spans(session: Session, pupil_id: UUID) -> list[GroupSpan]:
    """Every group of a pupil, the newest first."""
    rows = session.execute(
        select(GroupMembership, StudyGroup, Subject, SchoolOrder)
        .join(StudyGroup, StudyGroup.id == GroupMembership.group_id)
        .outerjoin(Subject, Subject.id == StudyGroup.subject_id)
        .outerjoin(SchoolOrder, SchoolOrder.id == GroupMembership.order_id)
        .where(GroupMembership.pupil_id == pupil_id)
        .order_by(GroupMembership.since.desc(), StudyGroup.name)
    )
    return [
        GroupSpan(
            group_id=group.id,
            kind=group.kind,
            name=group.name,
            what=subject.name if subject else "",
            since=membership.since,
            until=membership.until,
            order=order.written if order else "",
        )
        for membership, group, subject, order in rows
    ]


def group_lines(
    session: Session,
    academic_year: int,
    on: date,
    *,
    kinds: Collection[GroupKind] = tuple(GroupKind),
    class_id: UUID | None = None,
    leader_id: UUID | None = None,
) -> list[GroupLine]:
    """The groups of the year with their counts on the date, by class, subject and name."""
    members = (
        select(GroupMembership.group_id, func.count().label("members"))
        .where(holds_on(GroupMembership, on))
        .group_by(GroupMembership.group_id)
        .subquery()
    )
    query = (
        select(StudyGroup, SchoolClass, Subject, Person, members.c.members)
        .outerjoin(SchoolClass, SchoolClass.id == StudyGroup.class_id)
        .outerjoin(Subject, Subject.id == StudyGroup.subject_id)
        .outerjoin(Person, Person.id == StudyGroup.leader_id)
        .outerjoin(members, members.c.group_id == StudyGroup.id)
        .where(
            StudyGroup.academic_year == academic_year,
            StudyGroup.kind.in_(kinds),
            StudyGroup.class_id == class_id if class_id else true(),
            StudyGroup.leader_id == leader_id if leader_id else true(),
        )
        .order_by(SchoolClass.grade, SchoolClass.letter, Subject.position, Subject.name)
        .order_by(StudyGroup.name)
    )
    return [
        GroupLine(
            group_id=group.id,
            kind=group.kind,
            name=group.name,
            class_id=group.class_id,
            class_name=of_class.name if of_class else "",
            subject_id=group.subject_id,
            subject=subject.name if subject else "",
            leader_id=group.leader_id,
            leader=leader.name.full if leader else "",
            members=count or 0,
        )
        for group, of_class, subject, leader, count in session.execute(query)
    ]


def group_on(
    session: Session, group_id: UUID, on: date
) -> list[tuple[Pupil, Person, SchoolClass | None]]:
    """The group on a date: pupils, persons, and the class of each, by name."""
    rows = session.execute(
        select(Pupil, Person, SchoolClass)
        .join(Person, Person.id == Pupil.person_id)
        .join(GroupMembership, GroupMembership.pupil_id == Pupil.id)
        .outerjoin(ClassMembership, in_class_on(on))
        .outerjoin(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(GroupMembership.group_id == group_id, holds_on(GroupMembership, on))
        .order_by(Person.sort_key)
    )
    return [(pupil, person, of_class) for pupil, person, of_class in rows]


def seats_on(session: Session, group_ids: Iterable[UUID], on: date) -> dict[UUID, UUID]:
    """Pupil → the group among these that the pupil is in on the date."""
    rows = session.execute(
        select(GroupMembership.pupil_id, GroupMembership.group_id).where(
            GroupMembership.group_id.in_(list(group_ids)), holds_on(GroupMembership, on)
        )
    )
    return {pupil_id: group_id for pupil_id, group_id in rows}


def division_fingerprint(session: Session, class_id: UUID, subject_id: UUID) -> str:
    """A word for a class's division for a subject: another as soon as a name or a seat is."""
    rows = session.execute(
        select(
            StudyGroup.id,
            StudyGroup.name,
            GroupMembership.pupil_id,
            GroupMembership.since,
            GroupMembership.until,
        )
        .outerjoin(GroupMembership, GroupMembership.group_id == StudyGroup.id)
        .where(StudyGroup.class_id == class_id, StudyGroup.subject_id == subject_id)
    )
    return sha256("\n".join(sorted(str(tuple(row)) for row in rows)).encode()).hexdigest()


def all_subjects(session: Session) -> Sequence[Subject]:
    """The subjects that a class may be divided for, in the school's order."""
    return session.scalars(select(Subject).order_by(Subject.position, Subject.name)).all()


def representatives_of(session: Session, pupil_id: UUID, on: date) -> list[Kin]:
    """Everybody who represents the pupil or did, those whose right holds first."""
    return _kin(
        session,
        select(Representation, Person, represents_on(on))
        .join(Person, Person.id == Representation.person_id)
        .where(Representation.pupil_id == pupil_id),
        on,
    )


def represented_by(session: Session, person_id: UUID, on: date) -> list[Kin]:
    """Every pupil whom the person represents or did; the names are the pupils'."""
    return _kin(
        session,
        select(Representation, Person, represents_on(on))
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .where(Representation.person_id == person_id),
        on,
    )


#: How many people a search shows.
FOUND = 30


def find_people(
    session: Session, typed: str, on: date, part: str = "", limit: int = FOUND
) -> list[FoundPerson]:
    """People in whose name every typed word begins a word, by name.

    ё and е are one letter, and what was typed in the English layout is read as Russian, too.
    `part`: "pupils", "representatives", "staff", or "" for everybody. Four statements, however
    many people there are.
    """
    readings = [and_(*(_begins(word) for word in reading)) for reading in search_variants(typed)]
    if not readings:
        return []
    query = select(Person).where(or_(*readings)).order_by(Person.sort_key).limit(limit)
    if part:
        query = query.where(Person.id.in_(_PARTS[part]))
    return found_as(session, session.scalars(query).all(), on)


def found_as(session: Session, people: Sequence[Person], on: date) -> list[FoundPerson]:
    """The people in their order, with what each is to the school on the date."""
    ids = [person.id for person in people]
    pupils = _pupils(session, ids, on)
    children = _children(session, ids, on)
    positions = _positions(session, ids)
    return [
        FoundPerson(
            person_id=person.id,
            name=person.name.full,
            pupil_id=pupils[person.id][0] if person.id in pupils else None,
            class_name=pupils[person.id][1] if person.id in pupils else "",
            left_on=pupils[person.id][2] if person.id in pupils else None,
            children=tuple(children[person.id]),
            positions=tuple(positions[person.id]),
        )
        for person in people
    ]


def resting_on(session: Session, order_id: UUID) -> list[Resting]:
    """All changes of people's lists that the order carries, by name (POL-3.4.11)."""
    found = [
        *_moves(session, order_id),
        *_groups_joined(session, order_id),
        *_positions_changed(session, order_id),
    ]
    return [resting for _key, resting in sorted(found, key=lambda pair: pair[0])]


def resting_counts(session: Session, order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Order → how many changes rest on it."""
    counts: dict[UUID, int] = defaultdict(int)
    for column in (
        ClassMembership.order_id,
        ClassMembership.end_order_id,
        GroupMembership.order_id,
        StaffMember.order_id,
        StaffMember.end_order_id,
    ):
        rows = session.execute(
            select(column, func.count()).where(column.in_(order_ids)).group_by(column)
        )
        for order_id, count in rows:
            if order_id is not None:
                counts[order_id] += count
    return counts


def pupils_by_class(
    session: Session, academic_year: int, on: date
) -> list[tuple[UUID, str, UUID, str]]:
    """Everybody who is in a class of the year on the date: pupil, name, class, class name."""
    rows = session.execute(
        select(Pupil.id, Person, SchoolClass)
        .join(Person, Person.id == Pupil.person_id)
        .join(ClassMembership, in_class_on(on))
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(SchoolClass.academic_year == academic_year)
        .order_by(SchoolClass.grade, SchoolClass.letter, Person.sort_key)
    )
    return [(pupil_id, person.name.full, row.id, row.name) for pupil_id, person, row in rows]


def _spans(session: Session, *conditions: ColumnElement[bool]) -> list[ClassSpan]:
    """Spans in order of classes, names and time."""
    ending = aliased(SchoolOrder)
    rows = session.execute(
        select(ClassMembership, Person, SchoolClass, SchoolOrder, ending)
        .join(Pupil, Pupil.id == ClassMembership.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .outerjoin(SchoolOrder, SchoolOrder.id == ClassMembership.order_id)
        .outerjoin(ending, ending.id == ClassMembership.end_order_id)
        .where(*conditions)
        .order_by(SchoolClass.academic_year, SchoolClass.grade, SchoolClass.letter)
        .order_by(Person.sort_key, ClassMembership.since)
    )
    return [
        ClassSpan(
            pupil_id=row.pupil_id,
            pupil_name=person.name.full,
            class_id=row.class_id,
            class_name=school_class.name,
            since=row.since,
            until=row.until,
            order=began.written if began else "",
            end_order=ended.written if ended else "",
        )
        for row, person, school_class, began, ended in rows
    ]


def _before(day: date) -> date:
    return day if day == date.min else day - timedelta(days=1)


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _kin(session: Session, query: Select[Representation, Person, bool], on: date) -> list[Kin]:
    found = [
        Kin(
            representation_id=link.id,
            pupil_id=link.pupil_id,
            person_id=person.id,
            name=person.name.full,
            kind=link.kind,
            basis=link.basis,
            valid_until=link.valid_until,
            ended_on=link.ended_on,
            ended_by_court=link.ended_by_court,
            email=person.email,
            phone=person.phone,
            holds=bool(holds),
            is_of_age=link.holds_on(on) and not holds,
            is_let_read=link.adult_consent_at is not None,
        )
        for link, person, holds in session.execute(query.order_by(Person.sort_key))
    ]
    return sorted(found, key=lambda kin: not kin.holds)


#: The persons who are what a search is narrowed to.
_PARTS: dict[str, Select[UUID]] = {
    "pupils": select(Pupil.person_id),
    "representatives": select(Representation.person_id),
    "staff": select(StaffMember.person_id),
}


def _begins(word: str) -> ColumnElement[bool]:
    """That a word of the name begins so."""
    return or_(
        Person.search_key.startswith(word, autoescape=True),
        Person.search_key.contains(f" {word}", autoescape=True),
    )


def _pupils(
    session: Session, ids: Sequence[UUID], on: date
) -> dict[UUID, tuple[UUID, str, date | None]]:
    rows = session.execute(
        select(Pupil, SchoolClass)
        .outerjoin(ClassMembership, in_class_on(on))
        .outerjoin(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(Pupil.person_id.in_(ids))
    )
    return {
        pupil.person_id: (pupil.id, row.name if row else "", pupil.left_on) for pupil, row in rows
    }


def _children(session: Session, ids: Sequence[UUID], on: date) -> dict[UUID, list[str]]:
    children: dict[UUID, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Representation.person_id, Person, SchoolClass)
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .outerjoin(ClassMembership, in_class_on(on))
        .outerjoin(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(Representation.person_id.in_(ids), linked_on(on), studies_on(on))
        .order_by(Person.sort_key)
    )
    for person_id, child, row in rows:
        children[person_id].append(f"{child.name.full}, {row.name}" if row else child.name.full)
    return children


def _positions(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    positions: dict[UUID, list[str]] = defaultdict(list)
    rows = session.execute(
        select(StaffMember.person_id, StaffMember.position)
        .where(StaffMember.person_id.in_(ids), StaffMember.until.is_(None))
        .order_by(StaffMember.since)
    )
    for person_id, position in rows:
        positions[person_id].append(position)
    return positions


_Found = tuple[tuple[str, date], Resting]


def _found(kind: RestingKind, person: Person, what: str, on: date) -> _Found:
    resting = Resting(kind=kind, person_id=person.id, name=person.name.full, what=what, on=on)
    return (person.sort_key, on), resting


def _moves(session: Session, order_id: UUID) -> Iterator[_Found]:
    rows = session.execute(
        select(ClassMembership, Person, SchoolClass)
        .join(Pupil, Pupil.id == ClassMembership.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(or_(ClassMembership.order_id == order_id, ClassMembership.end_order_id == order_id))
    )
    for row, person, school_class in rows:
        if row.end_order_id == order_id and row.until is not None:
            yield _found(RestingKind.OUT_OF_CLASS, person, school_class.name, row.until)
        if row.order_id == order_id:
            yield _found(RestingKind.INTO_CLASS, person, school_class.name, row.since)


def _groups_joined(session: Session, order_id: UUID) -> Iterator[_Found]:
    rows = session.execute(
        select(GroupMembership.since, Person, StudyGroup.name)
        .join(Pupil, Pupil.id == GroupMembership.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .join(StudyGroup, StudyGroup.id == GroupMembership.group_id)
        .where(GroupMembership.order_id == order_id)
    )
    for since, person, name in rows:
        yield _found(RestingKind.INTO_GROUP, person, name, since)


def _positions_changed(session: Session, order_id: UUID) -> Iterator[_Found]:
    rows = session.execute(
        select(StaffMember, Person)
        .join(Person, Person.id == StaffMember.person_id)
        .where(or_(StaffMember.order_id == order_id, StaffMember.end_order_id == order_id))
    )
    for row, person in rows:
        if row.order_id == order_id:
            yield _found(RestingKind.INTO_POSITION, person, row.position, row.since)
        if row.end_order_id == order_id and row.until is not None:
            yield _found(RestingKind.OUT_OF_POSITION, person, row.position, row.until)


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
