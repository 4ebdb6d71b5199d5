"""Reading invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.access.models import Account, AccountRole
from journal_core.access.terms import STAFF_ROLES, Role
from journal_core.classes.models import ClassMembership
from journal_core.classes.queries import class_on, in_class_on
from journal_core.invitations.models import Invitation
from journal_core.invitations.states import InvitationState
from journal_core.invitations.terms import InvitationKind
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import represents_on, roles_of, staff_people
from journal_core.people.rules import search_key
from journal_core.school.models import SchoolClass

OUTSTANDING = (InvitationState.ISSUED, InvitationState.DELIVERED)


#: A person, the role of the code, the pupil it opens, and the child's name for a representative.
_Asked = tuple[Person, Role, UUID | None, str]


@dataclass(frozen=True, kw_only=True)
class CodeHolder:
    """A person who has, or may be given, a code for a role (POL-3.4.3, POL-3.5.6)."""

    person_id: UUID
    role: Role
    pupil_id: UUID | None
    name: str
    child_name: str
    class_name: str
    #: The account that has this role already.
    account_id: UUID | None
    invitation: Invitation | None

    @property
    def key(self) -> str:
        """What a form calls the holder by; `holder_named` finds it again in its list."""
        return f"{self.person_id}:{self.role.value}:{self.pupil_id or ''}"

    @property
    def may_print(self) -> bool:
        return self.invitation is not None and self.invitation.sealed_code is not None


def invitation(session: Session, invitation_id: UUID) -> Invitation | None:
    return session.get(Invitation, invitation_id)


def outstanding(session: Session, lookup: str, at: datetime) -> Invitation | None:
    """The invitation whose code begins so and is still good at the moment."""
    return session.scalars(
        select(Invitation).where(
            Invitation.lookup == lookup,
            Invitation.state.in_(OUTSTANDING),
            Invitation.expires_at > at,
        )
    ).first()


def outstanding_count(session: Session) -> int:
    """How many codes still open something."""
    count = session.scalar(
        select(func.count()).select_from(Invitation).where(Invitation.state.in_(OUTSTANDING))
    )
    return count or 0


def outstanding_recovery(session: Session, person_id: UUID, at: datetime) -> Invitation | None:
    """The code for a new password that the person has and has not used."""
    return session.scalars(
        select(Invitation).where(
            Invitation.kind == InvitationKind.RECOVERY,
            Invitation.person_id == person_id,
            Invitation.state.in_(OUTSTANDING),
            Invitation.expires_at > at,
        )
    ).first()


def class_code_holders(
    session: Session, school_class: SchoolClass, at: datetime, on: date
) -> list[CodeHolder]:
    """The class on a date, each pupil followed by the representatives whose right holds.

    `at` is the moment of which the codes are told.
    """
    return _family_holders(
        session, class_on(session, school_class.id, on), school_class.name, at, on
    )


def pupil_code_holders(
    session: Session, pupil: Pupil, class_name: str, at: datetime, on: date
) -> list[CodeHolder]:
    """The pupil and the representatives whose right holds on the date."""
    child = session.get_one(Person, pupil.person_id)
    return _family_holders(session, [(pupil, child)], class_name, at, on)


def _family_holders(
    session: Session,
    rows: Sequence[tuple[Pupil, Person]],
    class_name: str,
    at: datetime,
    on: date,
) -> list[CodeHolder]:
    links = session.execute(
        select(Representation.pupil_id, Person)
        .join(Person, Person.id == Representation.person_id)
        .where(
            Representation.pupil_id.in_([pupil.id for pupil, _ in rows]),
            represents_on(on),
        )
        .order_by(Person.sort_key)
    ).all()
    asked: list[_Asked] = []
    for pupil, child in rows:
        asked.append((child, Role.PUPIL, pupil.id, ""))
        asked += [
            (person, Role.PARENT, pupil.id, child.name.full)
            for pupil_id, person in links
            if pupil_id == pupil.id
        ]
    return _holders(session, asked, class_name, at)


def staff_code_holders(session: Session, at: datetime) -> list[CodeHolder]:
    """The members of staff, in the role of their account or of their newest code."""
    people = [person for person, _member in staff_people(session)]
    ids = [person.id for person in people]
    roles: dict[UUID, Role] = {}
    for person_id, role in (
        *session.execute(
            select(Invitation.person_id, Invitation.role)
            .where(Invitation.person_id.in_(ids))
            .order_by(Invitation.issued_at)
        ),
        *session.execute(
            select(Account.person_id, AccountRole.role)
            .join(AccountRole, AccountRole.account_id == Account.id)
            .where(Account.person_id.in_(ids))
        ),
    ):
        roles[person_id] = role
    asked: list[_Asked] = [
        (person, roles.get(person.id, Role.TEACHER), None, "") for person in people
    ]
    return _holders(session, asked, "", at)


def _holders(
    session: Session,
    asked: list[_Asked],
    class_name: str,
    at: datetime,
) -> list[CodeHolder]:
    ids = {person.id for person, *_ in asked}
    accounts = {
        (person_id, role): account_id
        for person_id, role, account_id in session.execute(
            select(Account.person_id, AccountRole.role, Account.id)
            .join(AccountRole, AccountRole.account_id == Account.id)
            .where(Account.person_id.in_(ids))
        )
    }
    codes = {
        (row.person_id, row.role, row.pupil_id): row
        for row in session.scalars(
            select(Invitation).where(
                Invitation.kind == InvitationKind.REGISTRATION,
                Invitation.person_id.in_(ids),
                Invitation.state.in_(OUTSTANDING),
                Invitation.expires_at > at,
            )
        )
    }
    return [
        CodeHolder(
            person_id=person.id,
            role=role,
            pupil_id=pupil_id,
            name=person.name.full,
            child_name=child_name,
            class_name=class_name,
            account_id=accounts.get((person.id, role)),
            invitation=codes.get((person.id, role, pupil_id)),
        )
        for person, role, pupil_id, child_name in asked
    ]


@dataclass(frozen=True, kw_only=True)
class AccountHolder:
    """Whose account it is, and what else about them is asked when a code is used.

    `role` and `pupil_id` are those that decide the question: a member of staff tells the
    surname, a family the child's birth date.
    """

    account_id: UUID
    person_id: UUID
    name: str
    username: str
    roles: frozenset[Role]
    role: Role
    pupil_id: UUID | None
    child_name: str
    class_name: str


def accounts_of_name(
    session: Session, typed: str, on: date, limit: int = 20
) -> list[AccountHolder]:
    """Open accounts of people whose name has the typed text in it, by name."""
    rows = session.execute(
        select(Account, Person)
        .join(Person, Person.id == Account.person_id)
        .where(
            Account.closed_at.is_(None),
            Person.search_key.contains(search_key(typed), autoescape=True),
        )
        .order_by(Person.sort_key)
        .limit(limit)
    ).all()
    return [_account_holder(session, account, person, on) for account, person in rows]


def account_holder(session: Session, account_id: UUID, on: date) -> AccountHolder | None:
    """The owner of an open account, or None."""
    account = session.get(Account, account_id)
    if account is None or account.closed_at is not None:
        return None
    return _account_holder(session, account, session.get_one(Person, account.person_id), on)


def _account_holder(session: Session, account: Account, person: Person, on: date) -> AccountHolder:
    roles = roles_of(session, account.id, on)
    staff = sorted(roles & STAFF_ROLES)
    role = staff[0] if staff else Role.PUPIL if Role.PUPIL in roles else Role.PARENT
    pupil, child, school_class = (
        (None, None, None) if staff else _child(session, person.id, role, on)
    )
    return AccountHolder(
        account_id=account.id,
        person_id=person.id,
        name=person.name.full,
        username=account.username,
        roles=roles,
        role=role,
        pupil_id=pupil.id if pupil else None,
        child_name=child.name.full if child and role is Role.PARENT else "",
        class_name=school_class.name if school_class else "",
    )


def _child(
    session: Session, person_id: UUID, role: Role, on: date
) -> tuple[Pupil | None, Person | None, SchoolClass | None]:
    """The pupil that the person is, or the first by name of those whom the person represents."""
    query = (
        select(Pupil, Person, SchoolClass)
        .join(Person, Person.id == Pupil.person_id)
        .outerjoin(ClassMembership, in_class_on(on))
        .outerjoin(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .order_by(Person.sort_key)
    )
    if role is Role.PUPIL:
        query = query.where(Pupil.person_id == person_id)
    else:
        query = query.join(Representation, Representation.pupil_id == Pupil.id).where(
            Representation.person_id == person_id, represents_on(on)
        )
    row = session.execute(query).first()
    return (None, None, None) if row is None else (row[0], row[1], row[2])
