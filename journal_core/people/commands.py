"""Recording persons, positions, and the links of representatives to pupils."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken
from journal_core.orders.queries import require_order
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.rules import fits_a_pupil, search_key
from journal_core.people.terms import Gender, PersonName, RepresentativeKind


def add_person(
    context: ActionContext,
    name: PersonName,
    *,
    birth_date: date | None = None,
    email: str = "",
    phone: str = "",
    key: UUID | None = None,
) -> Person:
    """A person new to the school; `key` is their id, unless somebody has it."""
    is_free = key is not None and context.session.get(Person, key) is None
    person = Person(
        id=key if is_free else new_id(),
        last_name=name.last_name,
        first_name=name.first_name,
        patronymic=name.patronymic,
        birth_date=birth_date,
        email=email,
        phone=phone,
        search_key=search_key(name.full),
        sort_key=search_key(name.full),
    )
    context.session.add(person)
    context.session.flush()
    record(context, AuditAction.PERSON_SAVED, person.id)
    return person


def added_before(context: ActionContext, key: UUID | None, name: PersonName) -> UUID | None:
    """The person whom the same page has added already: it was sent twice."""
    person = context.session.get(Person, key) if key else None
    return person.id if person is not None and person.name == name else None


@dataclass(frozen=True, kw_only=True)
class AddStaffMember:
    """Somebody new to the school in a position, from today on unless another day is told.

    Of two with the same `key` and name the first is kept.
    """

    name: PersonName
    position: str
    since: date | None = None
    order_id: UUID | None = None
    birth_date: date | None = None
    email: str = ""
    phone: str = ""
    key: UUID | None = None


def add_staff_member(context: ActionContext, command: AddStaffMember) -> UUID:
    """A new member of staff; returns the person's id (POL-3.4.3).

    Only who was there before orders were kept cites none (POL-3.4.11).
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    if command.order_id is not None:
        require_order(context.session, command.order_id, OrderKind.STAFFING)
    if known := added_before(context, command.key, command.name):
        return known
    person = add_person(
        context,
        command.name,
        birth_date=command.birth_date,
        email=command.email,
        phone=command.phone,
        key=command.key,
    )
    context.session.add(
        StaffMember(
            person_id=person.id,
            position=command.position,
            since=command.since or context.today,
            order_id=command.order_id,
        )
    )
    return person.id


@dataclass(frozen=True, kw_only=True)
class HoldPosition:
    """A person takes up a position, maybe beside another one, by an order."""

    person_id: UUID
    position: str
    since: date
    order_id: UUID


def hold_position(context: ActionContext, command: HoldPosition) -> UUID:
    """Returns the position's id (POL-3.4.11, INS-3.1.3).

    Raises RuleBroken for a position that the person holds on that day or later.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.STAFFING)
    person = _person(context, command.person_id)
    position = command.position.strip()
    held = context.session.scalars(
        select(StaffMember.id).where(
            StaffMember.person_id == person.id,
            StaffMember.position == position,
            or_(StaffMember.until.is_(None), StaffMember.until >= command.since),
        )
    ).first()
    if held is not None:
        raise RuleBroken("position_held", "POL-3.4.11")
    member = StaffMember(
        person_id=person.id, position=position, since=command.since, order_id=command.order_id
    )
    context.session.add(member)
    context.session.flush()
    record(context, AuditAction.STAFF_SAVED, person.id, position=position)
    return member.id


@dataclass(frozen=True, kw_only=True)
class EndPosition:
    """The last day of a person in a position, by an order."""

    member_id: UUID
    until: date
    order_id: UUID


def end_position(context: ActionContext, command: EndPosition) -> None:
    """The day has come when it is recorded: lists of staff ask who holds a position now.

    Raises RuleBroken for a day ahead, or before the position was taken up.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    require_order(context.session, command.order_id, OrderKind.STAFFING)
    member = context.session.get(StaffMember, command.member_id, with_for_update=True)
    if member is None or member.until is not None:
        raise NotFound("position_unknown")
    if command.until > context.today:
        raise RuleBroken("date_ahead")
    if command.until < member.since:
        raise RuleBroken("ends_before_it_begins")
    member.until, member.end_order_id = command.until, command.order_id
    record(
        context,
        AuditAction.STAFF_SAVED,
        member.person_id,
        position=member.position,
        until=command.until.isoformat(),
    )


@dataclass(frozen=True, kw_only=True)
class CorrectPerson:
    """Name, birth date and gender as they are to be; a mistake or a changed surname."""

    person_id: UUID
    name: PersonName
    birth_date: date | None
    gender: Gender | None


def correct_person(context: ActionContext, command: CorrectPerson) -> None:
    """The record says which of them changed (POL-3.4.11).

    Raises RuleBroken for a birth ahead, and for a pupil's age that no class has.
    """
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    if command.birth_date is not None and command.birth_date > context.today:
        raise RuleBroken("born_ahead")
    person = _person(context, command.person_id)
    changed = [
        field
        for field, old, new in (
            ("name", person.name, command.name),
            ("birth_date", person.birth_date, command.birth_date),
            ("gender", person.gender, command.gender),
        )
        if old != new
    ]
    if "birth_date" in changed and command.birth_date is not None:
        _check_pupil(context, person.id, command.birth_date)
    person.last_name = command.name.last_name
    person.first_name = command.name.first_name
    person.patronymic = command.name.patronymic
    person.search_key = person.sort_key = search_key(command.name.full)
    person.birth_date, person.gender = command.birth_date, command.gender
    if changed:
        record(context, AuditAction.PERSON_SAVED, person.id, fields=changed)


@dataclass(frozen=True, kw_only=True)
class CorrectPersonContacts:
    """The contacts as they are to be."""

    person_id: UUID
    email: str
    phone: str


def correct_person_contacts(context: ActionContext, command: CorrectPersonContacts) -> int:
    """The old values stay in the record (INS-3.2.4). Returns how many changed.

    The class teacher may, too; whose contacts are within reach is asked of
    `journal_core.classes.queries.in_own_class`.
    """
    _require_editor(context)
    person = _person(context, command.person_id)
    old = {
        field: getattr(person, field)
        for field in ("email", "phone")
        if getattr(person, field) != getattr(command, field)
    }
    person.email, person.phone = command.email, command.phone
    if old:
        record(context, AuditAction.PERSON_SAVED, person.id, old=old)
    return len(old)


@dataclass(frozen=True, kw_only=True)
class LinkRepresentative:
    """A representative of a pupil: somebody known (`person_id`), or somebody new by name.

    `basis` is the paper that the right rests on, `valid_until` its last day.
    """

    pupil_id: UUID
    kind: RepresentativeKind
    basis: str
    valid_until: date | None = None
    person_id: UUID | None = None
    name: PersonName | None = None
    email: str = ""
    phone: str = ""


def link_representative(context: ActionContext, command: LinkRepresentative) -> UUID:
    """Returns the link's id (SVC-2.6.3, INS-3.2.4). A link that has ended begins anew.

    Raises RuleBroken when the person represents the pupil already, was deprived of the right by
    a court, is the pupil, or the guardian's basis is not told.
    """
    _require_editor(context)
    _check_basis(command.kind, command.basis)
    pupil = context.session.get(Pupil, command.pupil_id)
    if pupil is None:
        raise NotFound("pupil_unknown")
    person = _representative(context, command)
    if person.id == pupil.person_id:
        raise RuleBroken("represents_oneself")
    link = context.session.scalars(
        select(Representation).where(
            Representation.person_id == person.id, Representation.pupil_id == pupil.id
        )
    ).first()
    if link is None:
        link = Representation(person_id=person.id, pupil_id=pupil.id)
        context.session.add(link)
    elif link.ended_by_court:
        raise RuleBroken("link_ended_by_court", "SVC-2.12.1")
    elif link.ended_on is None:
        raise RuleBroken("represents_already")
    link.ended_on = None
    _keep(context, link, command.kind, command.basis, command.valid_until)
    return link.id


@dataclass(frozen=True, kw_only=True)
class CorrectRepresentation:
    representation_id: UUID
    kind: RepresentativeKind
    basis: str
    valid_until: date | None


def correct_representation(context: ActionContext, command: CorrectRepresentation) -> None:
    """Another basis or term; the old ones stay in the record (INS-3.2.4)."""
    _require_editor(context)
    _check_basis(command.kind, command.basis)
    link = _link(context, command.representation_id)
    old = {
        "kind": link.kind.value,
        "basis": link.basis,
        "valid_until": link.valid_until.isoformat() if link.valid_until else "",
    }
    _keep(context, link, command.kind, command.basis, command.valid_until, old=old)


@dataclass(frozen=True, kw_only=True)
class EndRepresentation:
    """The right has ended; `by_court` closes it for good (SVC-2.12.1)."""

    representation_id: UUID
    ended_on: date
    by_court: bool = False


def end_representation(context: ActionContext, command: EndRepresentation) -> None:
    """Raises RuleBroken for a day ahead: a term that is known ahead is `valid_until`."""
    _require_editor(context)
    if command.ended_on > context.today:
        raise RuleBroken("date_ahead")
    link = _link(context, command.representation_id)
    link.ended_on, link.ended_by_court = command.ended_on, command.by_court
    record(
        context,
        AuditAction.REPRESENTATION_SAVED,
        link.id,
        ended_on=command.ended_on.isoformat(),
        by_court=command.by_court,
    )


def _require_editor(context: ActionContext) -> None:
    if not context.actor.may(Permission.CLASS_PEOPLE_EDIT):
        context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)


def _person(context: ActionContext, person_id: UUID) -> Person:
    person = context.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound("person_unknown")
    return person


def _check_pupil(context: ActionContext, person_id: UUID, birth_date: date) -> None:
    enrolled_on = context.session.scalar(
        select(Pupil.enrolled_on).where(Pupil.person_id == person_id)
    )
    if enrolled_on is not None and not fits_a_pupil(birth_date, enrolled_on):
        raise RuleBroken("age_unfit", "POL-3.4.11")


def _link(context: ActionContext, representation_id: UUID) -> Representation:
    """A link that has not ended."""
    link = context.session.get(Representation, representation_id, with_for_update=True)
    if link is None or link.ended_on is not None:
        raise NotFound("representation_unknown")
    return link


def _representative(context: ActionContext, command: LinkRepresentative) -> Person:
    if command.person_id is not None:
        return _person(context, command.person_id)
    if command.name is None:
        raise NotFound("person_unknown")
    return add_person(context, command.name, email=command.email, phone=command.phone)


def _check_basis(kind: RepresentativeKind, basis: str) -> None:
    """A guardian represents by an act of guardianship; a parent by the birth record."""
    if kind is RepresentativeKind.GUARDIAN and not basis.strip():
        raise RuleBroken("basis_needed", "SVC-2.6.4")


def _keep(
    context: ActionContext,
    link: Representation,
    kind: RepresentativeKind,
    basis: str,
    valid_until: date | None,
    **details: object,
) -> None:
    link.kind, link.basis, link.valid_until = kind, basis.strip(), valid_until
    if link.basis:
        link.confirmed_at, link.confirmed_by = context.now, context.actor.label
    context.session.flush()
    record(context, AuditAction.REPRESENTATION_SAVED, link.id, **details)
