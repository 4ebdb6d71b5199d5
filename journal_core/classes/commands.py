"""Moving pupils between classes and groups, always by an order (POL-3.4.11, INS-3.1.3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.classes.queries import (
    class_on,
    division_fingerprint,
    last_days_in_class,
    memberships_reaching,
)
from journal_core.classes.rules import division_faults
from journal_core.classes.terms import OWN_KINDS, DivisionFaults, GroupKind
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.orders.queries import require_order
from journal_core.orders.terms import OrderKind
from journal_core.people.commands import add_person, added_before
from journal_core.people.models import Person, Pupil
from journal_core.people.rules import fits_a_pupil, search_key
from journal_core.people.terms import Gender, PersonName
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of, first_day_of, last_day_of

_DAY = timedelta(days=1)
#: Fewer groups divide nothing.
FEWEST_PARTS = 2


@dataclass(frozen=True, kw_only=True)
class EnrolPupil:
    """A person becomes a pupil of a class from a day on."""

    person_id: UUID
    class_id: UUID
    since: date
    order_id: UUID
    file_number: str = ""


def enrol_pupil(context: ActionContext, command: EnrolPupil) -> UUID:
    """Returns the pupil's id (POL-3.4.11). Who left and comes back stays the same pupil.

    Raises RuleBroken when the person is in a class on the day or later, when the class is of
    another academic year than the day, or the order is not one of enrolment.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.ENROLMENT)
    _class_of_the_year(context, command.class_id, command.since)
    pupil = context.session.scalars(
        select(Pupil).where(Pupil.person_id == command.person_id).with_for_update()
    ).first()
    if pupil is None:
        pupil = Pupil(person_id=command.person_id)
        context.session.add(pupil)
    elif memberships_reaching(context.session, pupil.id, command.since):
        raise RuleBroken("already_in_class", "POL-3.4.11")
    pupil.enrolled_on = command.since
    pupil.left_on = None
    pupil.file_number = command.file_number or pupil.file_number or ""
    context.session.flush()
    _begin(context, pupil.id, command.class_id, command.since, command.order_id)
    return pupil.id


@dataclass(frozen=True, kw_only=True)
class AddPupil:
    """Somebody new to the school, enrolled in a class; with the same `key` and name, once."""

    name: PersonName
    birth_date: date
    gender: Gender | None
    class_id: UUID
    since: date
    order_id: UUID
    file_number: str = ""
    email: str = ""
    phone: str = ""
    key: UUID | None = None


def add_pupil(context: ActionContext, command: AddPupil) -> UUID:
    """Returns the person's id (POL-3.4.11).

    Raises RuleBroken for a birth ahead, for an age that no class has, and when the school knows
    a pupil of this name and birth date: who comes back is enrolled from their own card.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    if command.birth_date > context.today:
        raise RuleBroken("born_ahead")
    if not fits_a_pupil(command.birth_date, command.since):
        raise RuleBroken("age_unfit", "POL-3.4.11")
    if added := added_before(context, command.key, command.name):
        return added
    known = context.session.scalars(
        select(Pupil.id)
        .join(Person, Person.id == Pupil.person_id)
        .where(
            Person.search_key == search_key(command.name.full),
            Person.birth_date == command.birth_date,
        )
    ).first()
    if known is not None:
        raise RuleBroken("pupil_known")
    person = add_person(
        context,
        command.name,
        birth_date=command.birth_date,
        email=command.email,
        phone=command.phone,
        key=command.key,
    )
    person.gender = command.gender
    enrol_pupil(
        context,
        EnrolPupil(
            person_id=person.id,
            class_id=command.class_id,
            since=command.since,
            order_id=command.order_id,
            file_number=command.file_number,
        ),
    )
    return person.id


@dataclass(frozen=True, kw_only=True)
class TransferPupil:
    """A pupil goes to another class; `since` is the first day there."""

    pupil_id: UUID
    class_id: UUID
    since: date
    order_id: UUID


def transfer_pupil(context: ActionContext, command: TransferPupil) -> None:
    """The old class ends the day before; marks follow the pupil, nothing is copied (POL-3.4.11).

    Groups that divide the old class end with it; clubs and after-school groups go on.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.TRANSFER)
    _class_of_the_year(context, command.class_id, command.since)
    present = _present(context, command.pupil_id, command.since)
    if present.class_id == command.class_id:
        raise RuleBroken("same_class")
    _move(context, present, command.class_id, command.since, command.order_id)


@dataclass(frozen=True, kw_only=True)
class LeavePupil:
    """A pupil leaves the school; `last_day` is the last one in the class."""

    pupil_id: UUID
    last_day: date
    order_id: UUID


def leave_pupil(context: ActionContext, command: LeavePupil) -> None:
    """Membership in the class and in every group ends with the day (POL-3.4.11, POL-1.4)."""
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.LEAVING)
    present = _present(context, command.pupil_id, command.last_day)
    _end(context, present, command.last_day, command.order_id)
    for membership, _group in _group_memberships(context, command.pupil_id):
        _end_group(context, membership, command.last_day)
    pupil = context.session.get_one(Pupil, command.pupil_id)
    pupil.left_on = command.last_day
    record(context, AuditAction.PUPIL_MOVED, pupil.id, left_on=command.last_day.isoformat())
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class PromoteClass:
    """A whole class goes to the next academic year's class, but for those who stay behind."""

    class_id: UUID
    to_class_id: UUID
    order_id: UUID
    staying: frozenset[UUID] = frozenset()


def promote_class(context: ActionContext, command: PromoteClass) -> int:
    """Who is in the class on 31 August is in the next one from 1 September on (POL-3.4.11).

    Returns how many went. Who stays behind (`staying`, pupils' ids) is moved by a transfer of
    their own. Raises RuleBroken when the classes do not follow each other, or nobody would go.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.PROMOTION)
    old = _school_class(context, command.class_id)
    new = _school_class(context, command.to_class_id)
    if (new.academic_year, new.grade) != (old.academic_year + 1, old.grade + 1):
        raise RuleBroken("class_does_not_follow", "POL-3.4.11")
    last = last_day_of(old.academic_year)
    going = [
        pupil.id
        for pupil, _person in class_on(context.session, old.id, last)
        if pupil.id not in command.staying and pupil.left_on is None
    ]
    if not going:
        raise RuleBroken("nobody_to_promote")
    for pupil_id in going:
        since = first_day_of(new.academic_year)
        present = _present(context, pupil_id, since)
        _move(context, present, new.id, since, command.order_id)
    return len(going)


@dataclass(frozen=True, kw_only=True)
class GroupPart:
    """One group of a division and the pupils who go to it; `group_id` when it is there already."""

    name: str
    pupil_ids: tuple[UUID, ...]
    group_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DivideClass:
    """A class divided into groups for a subject from a day on.

    `seen` is the fingerprint of the division that was changed on screen; None elsewhere.
    """

    class_id: UUID
    subject_id: UUID
    since: date
    order_id: UUID
    parts: tuple[GroupPart, ...]
    seen: str | None = None


def divide_class(context: ActionContext, command: DivideClass) -> list[UUID]:
    """Everybody of the class in exactly one group (INS-3.5.8); returns the groups' ids.

    A group that is there goes on, maybe by another name: what is taught to it stays its own. Who
    changes the group leaves the old one the day before. Raises RuleBroken when somebody is left
    out or counted twice, when a group is empty, or there is only one, and for a name that another
    group has; StaleVersion when the division is another than the one seen.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.GROUPS)
    # Locked, so that who divides the class at the same time waits and sees what was done.
    context.session.get(SchoolClass, command.class_id, with_for_update=True)
    divided = _class_of_the_year(context, command.class_id, command.since)
    stands = division_fingerprint(context.session, divided.id, command.subject_id)
    if command.seen is not None and command.seen != stands:
        raise StaleVersion("changed_meanwhile")
    _check_parts(context, command)
    present = context.session.scalars(
        select(StudyGroup).where(
            StudyGroup.class_id == divided.id, StudyGroup.subject_id == command.subject_id
        )
    ).all()
    groups = _named(context, present, command.parts)
    wanted: dict[UUID, frozenset[UUID]] = {group.id: frozenset() for group in present}
    ids = []
    for part in command.parts:
        group = groups.get(part.name) or _add_group(
            context,
            StudyGroup(
                academic_year=divided.academic_year,
                kind=GroupKind.DIVISION,
                name=part.name,
                class_id=divided.id,
                subject_id=command.subject_id,
            ),
        )
        wanted[group.id] = frozenset(part.pupil_ids)
        ids.append(group.id)
    for group_id, pupil_ids in wanted.items():
        _seat(context, group_id, pupil_ids, command.since, command.order_id)
    return ids


def _named(
    context: ActionContext, present: Sequence[StudyGroup], parts: Sequence[GroupPart]
) -> dict[str, StudyGroup]:
    """The groups that are there, by the names that they are to have."""
    by_id = {group.id: group for group in present}
    names = {part.group_id: part.name for part in parts if part.group_id is not None}
    if not names.keys() <= by_id.keys():
        raise NotFound("group_unknown")
    renamed = [by_id[one] for one, name in names.items() if by_id[one].name != name]
    others = {group.name for group in present if group not in renamed}
    if others & {names[group.id] for group in renamed}:
        raise RuleBroken("group_name_taken")
    # Two groups may change their names with each other: none has its new one before the old went.
    for group in renamed:
        record(context, AuditAction.GROUP_SAVED, group.id, old={"name": group.name})
        group.name = str(group.id)
    context.session.flush()
    for group in renamed:
        group.name = names[group.id]
    context.session.flush()
    return {group.name: group for group in present}


@dataclass(frozen=True, kw_only=True)
class SaveGroup:
    """An after-school group or a club of an academic year, with its educator or leader."""

    kind: GroupKind
    academic_year: int
    name: str
    leader_id: UUID | None
    group_id: UUID | None = None


def save_group(context: ActionContext, command: SaveGroup) -> UUID:
    """Add the group, or name it and its leader anew (POL-1.4). Returns its id.

    Raises RuleBroken for a name that another group of its year has.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    if command.kind not in OWN_KINDS:
        raise RuleBroken("division_by_subject", "INS-3.5.8")
    name = command.name.strip()
    namesake = context.session.scalars(
        select(StudyGroup).where(
            StudyGroup.academic_year == command.academic_year,
            StudyGroup.kind.in_(OWN_KINDS),
            StudyGroup.name == name,
            StudyGroup.id != command.group_id if command.group_id else StudyGroup.id.is_not(None),
        )
    ).first()
    if namesake is not None:
        raise RuleBroken("group_name_taken")
    if command.group_id is None:
        group = StudyGroup(academic_year=command.academic_year)
    else:
        group = own_group(context, command.group_id)
    group.kind, group.name, group.leader_id = command.kind, name, command.leader_id
    return _add_group(context, group).id


@dataclass(frozen=True, kw_only=True)
class SetGroupMembers:
    """Who is in an after-school group or a club from a day on; the others leave it."""

    group_id: UUID
    pupil_ids: frozenset[UUID]
    since: date
    order_id: UUID


def set_group_members(context: ActionContext, command: SetGroupMembers) -> None:
    """Members come from any class (POL-1.4).

    Raises RuleBroken for a day of another academic year, and for somebody who is in no class.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.GROUPS)
    group = own_group(context, command.group_id)
    if academic_year_of(command.since) != group.academic_year:
        raise RuleBroken("class_of_other_year", "POL-3.4.11")
    for pupil_id in command.pupil_ids:
        _present(context, pupil_id, command.since)
    _seat(context, group.id, command.pupil_ids, command.since, command.order_id)


def own_group(context: ActionContext, group_id: UUID) -> StudyGroup:
    group = context.session.get(StudyGroup, group_id)
    if group is None or group.kind not in OWN_KINDS:
        raise NotFound("group_unknown")
    return group


def _school_class(context: ActionContext, class_id: UUID) -> SchoolClass:
    found = context.session.get(SchoolClass, class_id)
    if found is None:
        raise NotFound("class_unknown")
    return found


def _class_of_the_year(context: ActionContext, class_id: UUID, day: date) -> SchoolClass:
    """The class; RuleBroken when the day is not of its academic year."""
    found = _school_class(context, class_id)
    if found.academic_year != academic_year_of(day):
        raise RuleBroken("class_of_other_year", "POL-3.4.11")
    return found


def _present(context: ActionContext, pupil_id: UUID, on: date) -> ClassMembership:
    """The pupil's last membership, which holds on the day; locked, so that acts wait in turn.

    Raises RuleBroken when the pupil is in no class on the day, or is moved after it.
    """
    context.session.get(Pupil, pupil_id, with_for_update=True)
    reaching = memberships_reaching(context.session, pupil_id, on)
    if not reaching:
        raise RuleBroken("not_in_class", "POL-3.4.11")
    if len(reaching) > 1 or reaching[0].since > on:
        raise RuleBroken("moved_later", "POL-3.4.11")
    return reaching[0]


def _begin(
    context: ActionContext,
    pupil_id: UUID,
    class_id: UUID,
    since: date,
    order_id: UUID,
    until: date | None = None,
) -> None:
    context.session.add(
        ClassMembership(
            pupil_id=pupil_id, class_id=class_id, since=since, until=until, order_id=order_id
        )
    )
    record(
        context,
        AuditAction.PUPIL_MOVED,
        pupil_id,
        to_class=str(class_id),
        since=since.isoformat(),
    )
    context.session.flush()


def _end(context: ActionContext, membership: ClassMembership, last: date, order_id: UUID) -> None:
    """The membership ends with the day, which is one of its class's academic year."""
    if last < membership.since:
        raise RuleBroken("moved_later", "POL-3.4.11")
    _class_of_the_year(context, membership.class_id, last)
    membership.until = last
    membership.end_order_id = order_id
    context.session.flush()


def _move(
    context: ActionContext, present: ClassMembership, class_id: UUID, since: date, order_id: UUID
) -> None:
    """From one class to another without a day between them."""
    old_class, leaving_on = present.class_id, present.until
    _end(context, present, since - _DAY, order_id)
    _begin(context, present.pupil_id, class_id, since, order_id, until=leaving_on)
    for membership, group in _group_memberships(context, present.pupil_id):
        if group.class_id == old_class or group.academic_year != academic_year_of(since):
            _end_group(context, membership, since - _DAY)
    context.session.flush()


def _group_memberships(
    context: ActionContext, pupil_id: UUID
) -> list[tuple[GroupMembership, StudyGroup]]:
    rows = context.session.execute(
        select(GroupMembership, StudyGroup)
        .join(StudyGroup, StudyGroup.id == GroupMembership.group_id)
        .where(GroupMembership.pupil_id == pupil_id)
    )
    return [(membership, group) for membership, group in rows]


def _end_group(context: ActionContext, membership: GroupMembership, last: date) -> None:
    """What would begin after the last day never begins."""
    if membership.since > last:
        context.session.delete(membership)
    elif membership.until is None or membership.until > last:
        membership.until = last


def _check_parts(context: ActionContext, command: DivideClass) -> None:
    people = class_on(context.session, command.class_id, command.since)
    faults = division_faults(
        [pupil.id for pupil, _person in people], [part.pupil_ids for part in command.parts]
    )
    if faults:
        raise _uneven(faults, {pupil.id: person for pupil, person in people})
    names = {part.name for part in command.parts}
    if len(names) < len(command.parts):
        raise RuleBroken("group_name_taken")
    if len(names) < FEWEST_PARTS or any(not part.pupil_ids for part in command.parts):
        raise RuleBroken("division_of_one", "INS-3.5.8")


def _uneven(faults: DivisionFaults, people: dict[UUID, Person]) -> RuleBroken:
    if faults.strangers:
        return RuleBroken("not_in_class", "INS-3.5.8")
    code, ids = (
        ("left_out_of_groups", faults.left_out)
        if faults.left_out
        else ("in_two_groups", faults.twice)
    )
    return RuleBroken(code, "INS-3.5.8", names=", ".join(people[one].name.full for one in ids))


def _add_group(context: ActionContext, group: StudyGroup) -> StudyGroup:
    context.session.add(group)
    context.session.flush()
    record(context, AuditAction.GROUP_SAVED, group.id)
    return group


def _seat(
    context: ActionContext,
    group_id: UUID,
    pupil_ids: Collection[UUID],
    since: date,
    order_id: UUID,
) -> None:
    """Exactly these are in the group from the day on; who was there already just stays.

    Nobody is in it longer than in the class that they are in on the day (POL-3.4.11).
    """
    last_days = last_days_in_class(context.session, pupil_ids, since)
    rows = context.session.scalars(
        select(GroupMembership).where(GroupMembership.group_id == group_id)
    ).all()
    staying = set()
    for row in rows:
        goes_on = row.until is None or row.until >= since
        if row.pupil_id in pupil_ids and row.since <= since and goes_on:
            row.until = last_days[row.pupil_id]
            staying.add(row.pupil_id)
        elif goes_on:
            _end_group(context, row, since - _DAY)
    for pupil_id in set(pupil_ids) - staying:
        context.session.add(
            GroupMembership(
                group_id=group_id,
                pupil_id=pupil_id,
                since=since,
                until=last_days[pupil_id],
                order_id=order_id,
            )
        )
    record(context, AuditAction.GROUP_SAVED, group_id, since=since.isoformat())
    context.session.flush()
