"""Reading persons: pupils, representatives, and who is behind an account."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from journal_core.access.models import (
    Account,
    AccountRole,
    AccountSession,
    SecondFactor,
    StandIn,
)
from journal_core.access.queries import token_hash
from journal_core.access.terms import Role, SignedInAccount, permissions_of
from journal_core.database import Prepared
from journal_core.orders.models import SchoolOrder
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.rules import right_end, search_key, youngest_adult_born_on
from journal_core.people.terms import PersonName, RightEnd


def represents_on(on: date) -> ColumnElement[bool]:
    """That the representative's right holds on the date; the last day of its term counts.

    From a pupil's 18th birthday on it holds only where the pupil lets the person read on
    (SVC-2.12.3).
    """
    child, pupil = aliased(Person), aliased(Pupil)
    adult = (
        exists()
        .where(
            pupil.id == Representation.pupil_id,
            child.id == pupil.person_id,
            child.birth_date <= youngest_adult_born_on(on),
        )
        .correlate(Representation)
    )
    return and_(linked_on(on), or_(Representation.adult_consent_at.is_not(None), not_(adult)))


def linked_on(on: date) -> ColumnElement[bool]:
    """That nobody ended the link and its term is not past, however old the pupil is."""
    return and_(
        Representation.ended_on.is_(None),
        or_(Representation.valid_until.is_(None), Representation.valid_until >= on),
    )


def studies_on(on: date) -> ColumnElement[bool]:
    """That the pupil has not left the school by the date; the last day counts."""
    return or_(Pupil.left_on.is_(None), Pupil.left_on >= on)


def signed_in_account(session: Session, token: str, on: date) -> SignedInAccount | None:
    """The account behind a live session token with its roles on the date, or None."""
    row = session.execute(_live_session(), {"token_hash": token_hash(token)}).first()
    if row is None:
        return None
    name = PersonName(last_name=row.last_name, first_name=row.first_name, patronymic=row.patronymic)
    roles = roles_of(session, row.account_id, on)
    return SignedInAccount(
        session_id=row.id,
        account_id=row.account_id,
        person_id=row.person_id,
        username=row.username,
        full_name=name.full,
        roles=roles,
        permissions=permissions_of(roles),
        language=row.language,
        signed_in_at=row.started_at,
        seen_at=row.seen_at,
        has_factor=row.has_factor,
    )


def roles_of(session: Session, account_id: UUID, on: date) -> frozenset[Role]:
    """The account's own roles, and those in which it stands in for somebody on the date."""
    roles = session.scalars(_roles(), {"account_id": account_id, "on": on})
    return frozenset(Role(role) for role in roles)


@cache
def _live_session() -> Prepared:
    return (
        select(
            AccountSession.id,
            AccountSession.started_at,
            AccountSession.seen_at,
            AccountSession.account_id,
            Account.username,
            Account.language,
            Person.id.label("person_id"),
            Person.last_name,
            Person.first_name,
            Person.patronymic,
            SecondFactor.since.is_not(None).label("has_factor"),
        )
        .join(Account, Account.id == AccountSession.account_id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .where(
            AccountSession.token_hash == bindparam("token_hash"),
            AccountSession.ended_at.is_(None),
            Account.closed_at.is_(None),
        )
    )


@cache
def _roles() -> CompoundSelect[Any]:
    on: BindParameter[date] = bindparam("on")
    account_id: BindParameter[UUID] = bindparam("account_id")
    own = select(AccountRole.role).where(AccountRole.account_id == account_id)
    standing_in = select(StandIn.role).where(
        StandIn.account_id == account_id, StandIn.valid_from <= on, StandIn.valid_to >= on
    )
    return own.union(standing_in)


def staff_member_named(session: Session, full_name: str) -> UUID | None:
    """The person of this name who works at the school."""
    return session.scalar(
        select(Person.id).where(
            Person.id.in_(_working()), Person.search_key == search_key(full_name)
        )
    )


def _working() -> Select[UUID]:
    return select(StaffMember.person_id).where(StaffMember.until.is_(None))


def staff_people(session: Session) -> list[tuple[Person, StaffMember]]:
    """Everybody who works at the school, by name, once, with the position held longest."""
    rows = session.execute(
        select(Person, StaffMember)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(StaffMember.until.is_(None))
        .order_by(Person.sort_key, StaffMember.since.desc(), StaffMember.position.desc())
    )
    # The later lines of a person are the positions held longer.
    people = {person.id: (person, member) for person, member in rows}
    return list(people.values())


def staff_accounts(session: Session) -> list[tuple[Account, Person]]:
    """The accounts of those who work at the school, by name."""
    rows = session.execute(
        select(Account, Person)
        .join(Person, Person.id == Account.person_id)
        .where(Account.closed_at.is_(None), Person.id.in_(_working()))
        .order_by(Person.sort_key)
    )
    return [(account, person) for account, person in rows]


def stand_ins_from(session: Session, on: date) -> list[tuple[StandIn, Person]]:
    """Who stands in for a role on the date or later."""
    rows = session.execute(
        select(StandIn, Person)
        .join(Account, Account.id == StandIn.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(StandIn.valid_to >= on)
        .order_by(StandIn.valid_from)
    )
    return [(stand_in, person) for stand_in, person in rows]


def link_names(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Link → the full names of the representative and of the child."""
    child = aliased(Person)
    rows = session.execute(
        select(Representation.id, Person, child)
        .join(Person, Person.id == Representation.person_id)
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .join(child, child.id == Pupil.person_id)
        .where(Representation.id.in_(ids))
    )
    return {link: (person.name.full, pupil.name.full) for link, person, pupil in rows}


@dataclass(frozen=True, kw_only=True)
class Child:
    """A pupil whom the person represents; `end` is what ends the right to the diary, and when.

    The diary `is_open` on the date that was asked for.
    """

    pupil_id: UUID
    name: str
    is_open: bool
    end: RightEnd | None = None


def child_of(session: Session, person_id: UUID, pupil_id: UUID, on: date) -> Child | None:
    """The one of them that is meant."""
    found = children_of(session, person_id, on)
    return next((one for one in found if one.pupil_id == pupil_id), None)


def own_end(pupil: Pupil) -> RightEnd | None:
    """What ends a pupil's own right: leaving the school alone (SVC-2.8)."""
    return right_end(born=None, is_let_read=True, left_on=pupil.left_on, valid_until=None)


def children_of(session: Session, person_id: UUID, on: date) -> list[Child]:
    """The pupils whom the person represents, those too who left the school or came of age."""
    rows = session.execute(
        select(Pupil, Person, Representation)
        .join(Representation, Representation.pupil_id == Pupil.id)
        .join(Person, Person.id == Pupil.person_id)
        .where(Representation.person_id == person_id, linked_on(on))
        .order_by(Person.sort_key)
    )
    found = []
    for pupil, person, link in rows:
        end = end_of(pupil, person, link)
        is_open = end is None or on < end.since
        found.append(Child(pupil_id=pupil.id, name=person.name.full, is_open=is_open, end=end))
    return found


def end_of(pupil: Pupil, person: Person, link: Representation) -> RightEnd | None:
    """What ends the right that the link gives, and since when; the pupil is this person."""
    return right_end(
        born=person.birth_date,
        is_let_read=link.adult_consent_at is not None,
        left_on=pupil.left_on,
        valid_until=link.valid_until,
    )


def readers_of(session: Session, person_id: UUID, on: date) -> list[tuple[Representation, str]]:
    """Who represents the pupil that the person is, with full names: an adult lets them read."""
    rows = session.execute(
        select(Representation, Person)
        .join(Person, Person.id == Representation.person_id)
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .where(Pupil.person_id == person_id, linked_on(on))
        .order_by(Person.sort_key)
    )
    return [(link, person.name.full) for link, person in rows]


@dataclass(frozen=True, kw_only=True)
class Position:
    """A position from a day to a day, with the orders «№ 12 от 01.09.2026»."""

    member_id: UUID
    position: str
    since: date
    until: date | None
    order: str
    end_order: str


def positions_of(session: Session, person_id: UUID) -> list[Position]:
    """Every position that the person held or holds, the newest first, with its orders."""
    ending = aliased(SchoolOrder)
    rows = session.execute(
        select(StaffMember, SchoolOrder, ending)
        .outerjoin(SchoolOrder, SchoolOrder.id == StaffMember.order_id)
        .outerjoin(ending, ending.id == StaffMember.end_order_id)
        .where(StaffMember.person_id == person_id)
        .order_by(StaffMember.since.desc())
    )
    return [
        Position(
            member_id=member.id,
            position=member.position,
            since=member.since,
            until=member.until,
            order=began.written if began else "",
            end_order=ended.written if ended else "",
        )
        for member, began, ended in rows
    ]


def pupil_of(session: Session, person_id: UUID) -> Pupil | None:
    """The pupil that the person is or was."""
    return session.scalars(select(Pupil).where(Pupil.person_id == person_id)).first()


def people_named(session: Session, name: PersonName, limit: int = 5) -> Sequence[Person]:
    """Everybody of this name, folded: who adds a person says whether it is one of them."""
    return session.scalars(
        select(Person)
        .where(Person.search_key == search_key(name.full))
        .order_by(Person.birth_date)
        .limit(limit)
    ).all()


def full_names(session: Session, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Person → full name."""
    people = session.scalars(select(Person).where(Person.id.in_([one for one in ids if one])))
    return {person.id: person.name.full for person in people}
