"""Reading visits, families and tasks. Statements do not grow with the school."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from journal_core.academic_year.queries import study_year
from journal_core.access.models import Account, AccountRole
from journal_core.access.terms import Permission, Role
from journal_core.classes.models import ClassMembership
from journal_core.classes.queries import in_class_on
from journal_core.clock import local_date
from journal_core.context import Actor
from journal_core.diary_visits.models import DiaryVisit, FamilyContact, SilenceTask
from journal_core.diary_visits.rules import shares_of, silent_since, study_time
from journal_core.diary_visits.terms import (
    ClassFamilies,
    ClassShares,
    Contact,
    Family,
    FamilyHistory,
    Member,
    Task,
)
from journal_core.errors import NotFound
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import represents_on, studies_on
from journal_core.risk_group.queries import pupils_at_risk
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_led_by, classes_of_year, is_led_by
from journal_core.school.rules import academic_year_of

_DAY = timedelta(days=1)


def last_look(session: Session, person_id: UUID, pupil_id: UUID, day: date) -> DiaryVisit | None:
    """The person's visit of the diary on the day, if any: one look into an index."""
    return session.scalars(
        select(DiaryVisit).where(
            DiaryVisit.pupil_id == pupil_id,
            DiaryVisit.day == day,
            DiaryVisit.person_id == person_id,
        )
    ).first()


def classes_of_families(session: Session, actor: Actor, on: date) -> list[SchoolClass]:
    """The classes whose families the actor may see: all of the year, or those led, 1А first."""
    year = academic_year_of(on)
    if actor.may(Permission.FAMILIES_ANY_READ):
        return list(classes_of_year(session, year))
    return [] if actor.person_id is None else classes_led_by(session, actor.person_id, year, on)


def class_in_reach(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """The class, where its families are the actor's to see. Raises NotFound for another."""
    reach = true() if actor.may(Permission.FAMILIES_ANY_READ) else is_led_by(actor.person_id, on)
    found = session.scalars(select(SchoolClass).where(SchoolClass.id == class_id, reach)).first()
    if found is None:
        raise NotFound("class_unknown")
    return found


def leads(session: Session, actor: Actor, class_id: UUID, on: date) -> bool:
    """Whether the actor works with the families of the class: who leads it on the date."""
    led = select(SchoolClass.id).where(SchoolClass.id == class_id, is_led_by(actor.person_id, on))
    return actor.may(Permission.FAMILIES_CLASS_EDIT) and session.scalar(led) is not None


def class_of_pupil(session: Session, actor: Actor, pupil_id: UUID, on: date) -> SchoolClass:
    """The class that the pupil is in, where it is the actor's to see. Raises NotFound."""
    class_id = session.scalar(
        select(ClassMembership.class_id)
        .join(Pupil, in_class_on(on))
        .where(Pupil.id == pupil_id, studies_on(on))
    )
    if class_id is None:
        raise NotFound("person_unknown")
    return class_in_reach(session, actor, class_id, on)


def class_families(
    session: Session, actor: Actor, class_id: UUID, on: date, zone: ZoneInfo
) -> ClassFamilies:
    """The families of a class, by the pupils' names (POL-3.5.5).

    Raises NotFound for a class that is not the actor's.
    """
    found = class_in_reach(session, actor, class_id, on)
    return ClassFamilies(
        class_id=found.id,
        class_name=found.name,
        grade=found.grade,
        families=tuple(families_of(session, [found], on, zone)),
        may_edit=leads(session, actor, class_id, on),
    )


def class_shares(
    session: Session, classes: Sequence[SchoolClass], on: date, zone: ZoneInfo
) -> list[ClassShares]:
    """How regularly each of the classes looks, in their order (POL-3.5.5)."""
    of_class: dict[UUID, list[Family]] = defaultdict(list)
    for family in families_of(session, classes, on, zone):
        of_class[family.class_id].append(family)
    return [shares_of(row.id, row.name, of_class[row.id], on) for row in classes]


def family_history(
    session: Session, actor: Actor, pupil_id: UUID, on: date, zone: ZoneInfo
) -> FamilyHistory:
    """One family with all that was done about its silence (INS-3.2.6). Raises NotFound."""
    found = class_of_pupil(session, actor, pupil_id, on)
    families = families_of(session, [found], on, zone, Pupil.id == pupil_id)
    return FamilyHistory(
        family=families[0],
        class_name=found.name,
        tasks=tuple(_tasks(session, zone, SilenceTask.pupil_id == pupil_id)),
        contacts=tuple(_contacts(session, pupil_id)),
        may_edit=leads(session, actor, found.id, on),
    )


def families_of(
    session: Session,
    classes: Collection[SchoolClass],
    on: date,
    zone: ZoneInfo,
    *only: ColumnElement[bool],
) -> list[Family]:
    """The families of the classes on the date, by the pupils' names.

    Who left the school is in no class; a representative whose right has ended is none, and what
    they saw before is no visit of the family any more. At most thirteen statements.
    """
    rows = session.execute(
        select(Pupil, Person, ClassMembership.class_id)
        .join(Person, Person.id == Pupil.person_id)
        .join(ClassMembership, in_class_on(on))
        .where(ClassMembership.class_id.in_([row.id for row in classes]), studies_on(on), *only)
        .order_by(Person.sort_key)
    ).all()
    grades = {row.id: row.grade for row in classes}
    ids = [pupil.id for pupil, *_rest in rows]
    visits = _last_visits(session, ids)
    members = _members(session, ids, visits, on, zone)
    risky = pupils_at_risk(session, on)
    tasks = _open_tasks(session, zone, ids)
    found = [
        Family(
            pupil_id=pupil.id,
            pupil=person.name.full,
            class_id=class_id,
            grade=grades[class_id],
            enrolled_on=pupil.enrolled_on,
            members=tuple(members[pupil.id]),
            pupil_visit=visits.get((pupil.id, person.id)),
            is_at_risk=pupil.id in risky,
            task=tasks.get(pupil.id),
        )
        for pupil, person, class_id in rows
    ]
    return _with_silence(session, found, on)


def due_tasks(session: Session, class_ids: Collection[UUID], on: date) -> dict[UUID, int]:
    """Class → its silent families whom somebody has to call or write to (INS-3.2.6)."""
    rows = session.execute(
        select(ClassMembership.class_id, func.count())
        .join(Pupil, in_class_on(on))
        .join(SilenceTask, SilenceTask.pupil_id == Pupil.id)
        .where(
            ClassMembership.class_id.in_(class_ids),
            SilenceTask.closed_at.is_(None),
            or_(SilenceTask.put_off_until.is_(None), SilenceTask.put_off_until <= on),
            studies_on(on),
        )
        .group_by(ClassMembership.class_id)
    )
    return {class_id: count for class_id, count in rows}


def open_task(session: Session, pupil_id: UUID) -> SilenceTask | None:
    """The open task of the pupil, locked so that a visit and a call wait in turn."""
    return session.scalars(
        select(SilenceTask)
        .where(SilenceTask.pupil_id == pupil_id, SilenceTask.closed_at.is_(None))
        .with_for_update()
    ).first()


def parents_visits(
    session: Session, pupil_ids: Collection[UUID], since: date, until: date, on: date
) -> dict[UUID, list[date]]:
    """Pupil → the days, both ends within, on which a representative of today looked."""
    rows = session.execute(
        select(DiaryVisit.pupil_id, DiaryVisit.day)
        .join(
            Representation,
            and_(
                Representation.pupil_id == DiaryVisit.pupil_id,
                Representation.person_id == DiaryVisit.person_id,
            ),
        )
        .where(
            DiaryVisit.pupil_id.in_(pupil_ids),
            DiaryVisit.day.between(since, until),
            represents_on(on),
        )
        .distinct()
        .order_by(DiaryVisit.day)
    )
    days: dict[UUID, list[date]] = defaultdict(list)
    for pupil_id, day in rows:
        days[pupil_id].append(day)
    return days


def _with_silence(session: Session, families: list[Family], on: date) -> list[Family]:
    """Nobody is silent before the first visit of anybody: until then nothing was on record."""
    first_visit = session.scalar(select(func.min(DiaryVisit.day)))
    if first_visit is None or not families:
        return families
    year = study_year(session, academic_year_of(on))
    told = []
    known: dict[tuple[date, int], int] = {}
    for one in families:
        since = silent_since(one.members, one.enrolled_on, first_visit, year)
        key = since, one.grade
        if key not in known:
            known[key] = study_time(since, on - _DAY, one.grade, year)
        told.append(replace(one, silent_since=since, silent_days=known[key]))
    return told


def _last_visits(session: Session, pupil_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], date]:
    """Pupil and person → the last day on which the person opened the diary."""
    rows = session.execute(
        select(DiaryVisit.pupil_id, DiaryVisit.person_id, func.max(DiaryVisit.day))
        .where(DiaryVisit.pupil_id.in_(pupil_ids))
        .group_by(DiaryVisit.pupil_id, DiaryVisit.person_id)
    )
    return {(pupil_id, person_id): day for pupil_id, person_id, day in rows}


def _members(
    session: Session,
    pupil_ids: Collection[UUID],
    visits: dict[tuple[UUID, UUID], date],
    on: date,
    zone: ZoneInfo,
) -> dict[UUID, list[Member]]:
    """An account that is no parent's, a teacher's say, opens no child's diary."""
    rows = session.execute(
        select(Representation, Person, Account.created_at, Account.email)
        .join(Person, Person.id == Representation.person_id)
        .outerjoin(
            Account,
            and_(
                Account.person_id == Person.id,
                Account.closed_at.is_(None),
                Account.id.in_(
                    select(AccountRole.account_id).where(AccountRole.role == Role.PARENT)
                ),
            ),
        )
        .where(Representation.pupil_id.in_(pupil_ids), represents_on(on))
        .order_by(Person.sort_key)
    )
    found: dict[UUID, list[Member]] = defaultdict(list)
    for link, person, created_at, account_email in rows:
        found[link.pupil_id].append(
            Member(
                person_id=person.id,
                name=person.name.full,
                kind=link.kind,
                phone=person.phone,
                email=person.email or account_email or "",
                known_on=local_date(link.confirmed_at, zone) if link.confirmed_at else None,
                account_on=local_date(created_at, zone) if created_at else None,
                last_visit=visits.get((link.pupil_id, person.id)),
            )
        )
    return found


def _open_tasks(session: Session, zone: ZoneInfo, pupil_ids: Collection[UUID]) -> dict[UUID, Task]:
    rows = session.scalars(
        select(SilenceTask).where(
            SilenceTask.pupil_id.in_(pupil_ids), SilenceTask.closed_at.is_(None)
        )
    )
    return {row.pupil_id: _task(row, zone, "") for row in rows}


def _tasks(session: Session, zone: ZoneInfo, *conditions: ColumnElement[bool]) -> list[Task]:
    rows = session.execute(
        select(SilenceTask, Person)
        .outerjoin(Person, Person.id == SilenceTask.closed_by_id)
        .where(*conditions)
        .order_by(SilenceTask.opened_at.desc())
    )
    return [_task(row, zone, person.name.full if person else "") for row, person in rows]


def _task(row: SilenceTask, zone: ZoneInfo, closed_by: str) -> Task:
    return Task(
        id=row.id,
        since=row.since,
        opened_on=local_date(row.opened_at, zone),
        put_off_until=row.put_off_until,
        closed_on=local_date(row.closed_at, zone) if row.closed_at else None,
        closed_how=row.closed_how,
        closed_by=closed_by,
    )


def _contacts(session: Session, pupil_id: UUID) -> list[Contact]:
    told = aliased(Person)
    rows = session.execute(
        select(FamilyContact, told)
        .join(told, told.id == FamilyContact.person_id)
        .where(FamilyContact.pupil_id == pupil_id)
        .order_by(FamilyContact.day.desc(), FamilyContact.recorded_at.desc())
    )
    return [
        Contact(
            task_id=row.task_id,
            person=person.name.full,
            how=row.how,
            day=row.day,
            result=row.result,
            note=row.note,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )
        for row, person in rows
    ]
