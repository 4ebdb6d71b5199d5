"""What the journal core knows beside the applicant's claims, and what follows (SVC-2.12, 3.4.3).

A person or a link that the core does not know is to be shown by documents; it is never a failed
check. Each failed check proposes its ground; the person at the desk decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journal_core.access.models import Account
from journal_core.classes.models import ClassMembership
from journal_core.classes.queries import in_class_on
from journal_core.people.matching import Agreement, compare_names, near_matches
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import studies_on
from journal_core.people.rules import is_adult, search_key
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import CLOSED, RefusalGround, RequestState
from journal_core.school.models import SchoolClass

_ONE_NAME = frozenset({Agreement.SAME, Agreement.SAME_BUT_SPELLING})


@dataclass(frozen=True, kw_only=True)
class PresentPupil:
    """A pupil of the school today, as the desk sees one."""

    pupil: Pupil
    person: Person
    class_name: str


@dataclass(frozen=True, kw_only=True)
class KnownFacts:
    """The child as the school knows it, and the applicant's link to the child.

    `near` are those who may be meant when the child was not found. `representative` is the
    applicant's person, where the school knows it; `link` the one between the two, whose right
    may be over (`link_holds`). `similar` are
    representatives who may be the applicant when no contact proves it.
    """

    child: PresentPupil | None
    child_agreement: Agreement | None
    birth_date_agrees: bool
    class_agrees: bool
    is_adult: bool
    link: Representation | None
    link_holds: bool
    representative: Person | None
    near: tuple[PresentPupil, ...]
    similar: tuple[Person, ...]
    is_withdrawn: bool

    @property
    def proposed_grounds(self) -> tuple[RefusalGround, ...]:
        """The grounds of the checks that failed, in the regulation's order (SVC-2.12)."""
        failed = {
            RefusalGround.NOT_AN_APPLICANT: self.link is not None and self.link.ended_by_court,
            RefusalGround.NOT_A_PUPIL: self.child is None,
            RefusalGround.ADULT: self.is_adult,
            RefusalGround.DOCUMENTS_CONTRADICT: self.child is not None
            and not self.birth_date_agrees,
            RefusalGround.WITHDRAWN: self.is_withdrawn,
        }
        return tuple(ground for ground in RefusalGround if failed.get(ground))


def known_facts(session: Session, request: ServiceRequest, on: date) -> KnownFacts:
    """What the check meets on the date: 18 is reached at 00:00 of the birthday (SVC-2.12.3)."""
    pupils = present_pupils(session, on)
    child = _child(request, pupils)
    near = () if child else _near(request, pupils)
    link, representative = _link(session, request, child)
    born = child.person.birth_date if child else request.child_birth_date
    known = representative or known_person(session, request)
    return KnownFacts(
        child=child,
        child_agreement=compare_names(request.child, child.person.name) if child else None,
        birth_date_agrees=child is not None and child.person.birth_date == request.child_birth_date,
        class_agrees=child is not None
        and search_key(child.class_name) == search_key(request.child_class),
        is_adult=born is not None and is_adult(born, on),
        link=link,
        link_holds=link is not None and link.holds_on(on),
        representative=known,
        near=tuple(near),
        similar=() if known else tuple(similar_persons(session, request)),
        is_withdrawn=request.withdrawn_at is not None,
    )


def present_pupils(session: Session, on: date) -> list[PresentPupil]:
    """Everybody who studies at the school on the date, by name."""
    rows = session.execute(
        select(Pupil, Person, SchoolClass)
        .join(Person, Person.id == Pupil.person_id)
        .outerjoin(ClassMembership, in_class_on(on))
        .outerjoin(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(studies_on(on))
        .order_by(Person.sort_key)
    )
    return [
        PresentPupil(pupil=pupil, person=person, class_name=row.name if row else "")
        for pupil, person, row in rows
    ]


def known_person(session: Session, request: ServiceRequest) -> Person | None:
    """The applicant among the school's representatives: the name, and an account or a contact."""
    contacts = [Person.phone == request.phone] if request.phone else []
    if request.email:
        contacts.append(Person.email == request.email)
    if request.applicant_account_id:
        contacts.append(
            Person.id.in_(
                select(Account.person_id).where(Account.id == request.applicant_account_id)
            )
        )
    if not contacts:
        return None
    people = session.scalars(
        select(Person)
        .join(Representation, Representation.person_id == Person.id)
        .where(or_(*contacts))
        .distinct()
    )
    found = [one for one in people if compare_names(one.name, request.applicant) in _ONE_NAME]
    return found[0] if len(found) == 1 else None


def similar_persons(session: Session, request: ServiceRequest) -> list[Person]:
    """Representatives of a name like the applicant's: the desk says whether one is the applicant.

    Such names differ in one part at most, so they share a word.
    """
    words = search_key(request.applicant.full).split()
    if not words:
        return []
    people = session.scalars(
        select(Person)
        .join(Representation, Representation.person_id == Person.id)
        .where(or_(*(Person.search_key.contains(word, autoescape=True) for word in words)))
        .distinct()
        .order_by(Person.sort_key)
    )
    return [
        one
        for one in people
        if compare_names(one.name, request.applicant) is not Agreement.DIFFERENT
    ]


def searched_by(request: ServiceRequest) -> str:
    """What the office finds the request by: the folded names, then the number."""
    return search_key(f"{request.applicant.full} {request.child.full} {request.request_number}")


def open_duplicates(session: Session, request: ServiceRequest) -> list[ServiceRequest]:
    """Other open requests of the same applicant for the same child, the oldest first.

    Told by the folded names: a birth date may be mistyped.
    """
    names = search_key(f"{request.applicant.full} {request.child.full}")
    return list(
        session.scalars(
            select(ServiceRequest)
            .where(
                ServiceRequest.search_key.startswith(f"{names} ", autoescape=True),
                ServiceRequest.state.not_in({RequestState.DRAFT, *CLOSED}),
                ServiceRequest.id != request.id,
            )
            .order_by(ServiceRequest.submitted_at)
        )
    )


def _child(request: ServiceRequest, pupils: Iterable[PresentPupil]) -> PresentPupil | None:
    """The one child meant: of this name and birth date, else the only one of this name."""
    named = [one for one in pupils if compare_names(one.person.name, request.child) in _ONE_NAME]
    born = [one for one in named if one.person.birth_date == request.child_birth_date]
    meant = born or named
    return meant[0] if len(meant) == 1 else None


def _near(request: ServiceRequest, pupils: Iterable[PresentPupil]) -> list[PresentPupil]:
    return near_matches(
        request.child,
        request.child_birth_date,
        [(one, one.person.name, one.person.birth_date) for one in pupils],
    )


def _link(
    session: Session, request: ServiceRequest, child: PresentPupil | None
) -> tuple[Representation | None, Person | None]:
    if child is None:
        return None, None
    rows = session.execute(
        select(Representation, Person)
        .join(Person, Person.id == Representation.person_id)
        .where(Representation.pupil_id == child.pupil.id)
    )
    for link, person in rows:
        if compare_names(person.name, request.applicant) in _ONE_NAME:
            return link, person
    return None, None
