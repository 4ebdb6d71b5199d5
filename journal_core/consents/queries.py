"""Reading consents: of the whole school, or of the class teacher's own class (POL-3.5.7)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, select, true
from sqlalchemy.orm import Session, aliased

from journal_core.access.terms import Permission
from journal_core.classes.models import ClassMembership
from journal_core.classes.queries import in_class_on
from journal_core.consents.models import Consent
from journal_core.consents.rules import state_of
from journal_core.consents.terms import ConsentRow
from journal_core.context import Actor
from journal_core.errors import NotFound
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import linked_on, studies_on
from journal_core.people.rules import is_adult
from journal_core.people.terms import PersonName
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_of_latest_year, is_led_by


def classes_in_reach(session: Session, actor: Actor, on: date) -> list[SchoolClass]:
    """The classes of the newest academic year whose consents the actor may see, 1А first."""
    classes = classes_of_latest_year(session)
    if actor.may(Permission.CONSENT_ANY_CLASS_READ):
        return classes
    led = set(session.scalars(select(SchoolClass.id).where(is_led_by(actor.person_id, on))))
    return [row for row in classes if row.id in led]


def consent_rows(
    session: Session,
    actor: Actor,
    on: date,
    *,
    class_id: UUID | None = None,
    person_id: UUID | None = None,
    representation_id: UUID | None = None,
) -> list[ConsentRow]:
    """The pupils within the actor's reach, each with its representatives, by class and name.

    Pupils who left and links that ended are not asked for anything. `on` is the day of
    which class and adulthood are told. One statement, however many pupils.
    """
    child, adult = aliased(Person), aliased(Person)
    query = (
        select(
            Pupil.id.label("pupil_id"),
            child.last_name,
            child.first_name,
            child.patronymic,
            child.birth_date,
            SchoolClass.grade,
            SchoolClass.letter,
            Representation.id.label("representation_id"),
            adult.id.label("person_id"),
            adult.last_name.label("adult_last_name"),
            adult.first_name.label("adult_first_name"),
            adult.patronymic.label("adult_patronymic"),
            Consent.printed_at,
            Consent.declined_on,
            Consent.signed_on,
            Consent.withdrawn_on,
            Consent.erased_on,
        )
        .join(child, child.id == Pupil.person_id)
        .join(ClassMembership, in_class_on(on))
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .outerjoin(
            Representation,
            and_(Representation.pupil_id == Pupil.id, linked_on(on)),
        )
        .outerjoin(adult, adult.id == Representation.person_id)
        .outerjoin(Consent, Consent.id == _telling())
        .where(studies_on(on), _in_reach(actor, on))
        .order_by(SchoolClass.grade, SchoolClass.letter, child.sort_key, adult.sort_key)
    )
    for column, wanted in (
        (ClassMembership.class_id, class_id),
        (Representation.person_id, person_id),
        (Representation.id, representation_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return [_row(found, on) for found in session.execute(query)]


def consent_row(session: Session, actor: Actor, on: date, representation_id: UUID) -> ConsentRow:
    """The link with the consent that tells its state. Raises NotFound outside the actor's reach."""
    rows = consent_rows(session, actor, on, representation_id=representation_id)
    if not rows:
        raise NotFound("consent_unknown")
    return rows[0]


def live_consent(session: Session, representation_id: UUID) -> Consent | None:
    """The sheet that is not withdrawn."""
    return session.scalars(
        select(Consent).where(
            Consent.representation_id == representation_id, Consent.withdrawn_on.is_(None)
        )
    ).first()


def consents_of(session: Session, representation_id: UUID) -> Sequence[Consent]:
    """Every sheet of the representation, the one that tells its state first."""
    return session.scalars(
        select(Consent)
        .where(Consent.representation_id == representation_id)
        .order_by(*_TELLING_FIRST)
    ).all()


#: The sheet that tells the state: signed, then withdrawn with data still to erase, then printed.
_TELLING_FIRST = (
    case(
        (and_(Consent.signed_on.is_not(None), Consent.withdrawn_on.is_(None)), 0),
        (and_(Consent.withdrawn_on.is_not(None), Consent.erased_on.is_(None)), 1),
        (Consent.withdrawn_on.is_(None), 2),
        else_=3,
    ),
    Consent.withdrawn_on.desc(),
    Consent.made_at.desc(),
)


def _telling() -> Any:
    return (
        select(Consent.id)
        .where(Consent.representation_id == Representation.id)
        .order_by(*_TELLING_FIRST)
        .limit(1)
        .correlate(Representation)
        .scalar_subquery()
    )


def _in_reach(actor: Actor, on: date) -> ColumnElement[bool]:
    if actor.may(Permission.CONSENT_ANY_CLASS_READ):
        return true()
    return is_led_by(actor.person_id, on)


def _row(found: Any, on: date) -> ConsentRow:
    return ConsentRow(
        pupil_id=found.pupil_id,
        pupil=PersonName(
            last_name=found.last_name, first_name=found.first_name, patronymic=found.patronymic
        ),
        class_name=f"{found.grade}{found.letter}",
        representation_id=found.representation_id,
        person_id=found.person_id,
        representative=PersonName(
            last_name=found.adult_last_name or "",
            first_name=found.adult_first_name or "",
            patronymic=found.adult_patronymic or "",
        ),
        state=state_of(
            is_adult=found.birth_date is not None and is_adult(found.birth_date, on),
            printed_at=found.printed_at,
            declined_on=found.declined_on,
            signed_on=found.signed_on,
            withdrawn_on=found.withdrawn_on,
        ),
        printed_at=found.printed_at,
        declined_on=found.declined_on,
        signed_on=found.signed_on,
        withdrawn_on=found.withdrawn_on,
        erased_on=found.erased_on,
    )
