"""Reading the timetable. A grid is one statement, however many classes the school has."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.classes.models import GroupMembership, StudyGroup
from journal_core.classes.queries import holds_on
from journal_core.curriculum.models import Subject, TeachingLoad
from journal_core.errors import NotFound
from journal_core.people.models import Person
from journal_core.people.terms import PersonName
from journal_core.school.models import SchoolClass
from journal_core.timetable.models import TimetableEntry, TimetableVersion
from journal_core.timetable.terms import LoadChoice, LoadGap, PlannedLesson, Slot, VersionView

_E = TimetableEntry
_NAMES = (Person.last_name, Person.first_name, Person.patronymic)


def versions_of(session: Session, academic_year: int) -> list[VersionView]:
    """Every version of the year, the latest first."""
    return _views(session, TimetableVersion.academic_year == academic_year)


def version_view(session: Session, version_id: UUID) -> VersionView:
    """Raises NotFound."""
    found = _views(session, TimetableVersion.id == version_id)
    if not found:
        raise NotFound("timetable_unknown")
    return found[0]


def version_on(session: Session, day: date, academic_year: int) -> VersionView | None:
    """The published version that holds on the day; before the first day of all, the first."""
    published = [row for row in versions_of(session, academic_year) if row.is_published]
    return next(
        (row for row in published if row.valid_from <= day), next(reversed(published), None)
    )


def slots_of(session: Session, version_id: UUID) -> list[Slot]:
    """All that stands in the version, by class and hour."""
    rows = session.scalars(
        select(_E)
        .where(_E.version_id == version_id)
        .order_by(_E.class_id, _E.weekday, _E.number, _E.id)
    )
    return [_slot(row) for row in rows]


def week_of(
    session: Session,
    version_id: UUID,
    *,
    class_id: UUID | None = None,
    teacher_id: UUID | None = None,
    room: str | None = None,
) -> list[PlannedLesson]:
    """The lessons of a class, a teacher or a room, by hour, then by class and group."""
    query = (
        select(
            _E,
            SchoolClass.grade,
            SchoolClass.letter,
            func.coalesce(StudyGroup.name, "").label("group_name"),
            Subject.name.label("subject"),
            Subject.short_name,
            *_NAMES,
        )
        .join(SchoolClass, SchoolClass.id == _E.class_id)
        .join(Subject, Subject.id == _E.subject_id)
        .join(Person, Person.id == _E.teacher_id)
        .outerjoin(StudyGroup, StudyGroup.id == _E.group_id)
        .where(_E.version_id == version_id)
        .order_by(
            _E.weekday, _E.number, SchoolClass.grade, SchoolClass.letter, StudyGroup.name, _E.id
        )
    )
    for column, wanted in ((_E.class_id, class_id), (_E.teacher_id, teacher_id), (_E.room, room)):
        if wanted is not None:
            query = query.where(column == wanted)
    return [
        PlannedLesson(
            slot=_slot(row.TimetableEntry),
            class_name=f"{row.grade}{row.letter}",
            group_name=row.group_name,
            subject=row.subject,
            subject_short=row.short_name,
            teacher=_name(row),
        )
        for row in session.execute(query)
    ]


def rooms_of(session: Session, version_id: UUID) -> list[str]:
    """The rooms that the version names."""
    rooms = session.scalars(
        select(_E.room).where(_E.version_id == version_id, _E.room != "").distinct()
    )
    return sorted(rooms, key=lambda room: (len(room), room.casefold()))


def teachers_of(session: Session, version_id: UUID) -> list[tuple[UUID, PersonName]]:
    """Who gives the version's lessons, by name."""
    rows = session.execute(
        select(Person.id, *_NAMES)
        .where(Person.id.in_(select(_E.teacher_id).where(_E.version_id == version_id)))
        .order_by(Person.sort_key)
    )
    return [(row.id, _name(row)) for row in rows]


def load_choices(session: Session, class_id: UUID) -> list[LoadChoice]:
    """The teaching load of the class, line by line, in the order of the school's subjects."""
    rows = session.execute(
        select(
            TeachingLoad,
            Subject.name.label("subject"),
            func.coalesce(StudyGroup.name, "").label("group_name"),
            *_NAMES,
        )
        .join(Subject, Subject.id == TeachingLoad.subject_id)
        .join(Person, Person.id == TeachingLoad.teacher_id)
        .outerjoin(StudyGroup, StudyGroup.id == TeachingLoad.group_id)
        .where(TeachingLoad.class_id == class_id)
        .order_by(Subject.position, Subject.name, StudyGroup.name, Person.sort_key)
    )
    return [
        LoadChoice(
            subject_id=row.TeachingLoad.subject_id,
            teacher_id=row.TeachingLoad.teacher_id,
            group_id=row.TeachingLoad.group_id,
            subject=row.subject,
            group_name=row.group_name,
            teacher=_name(row),
            hours=row.TeachingLoad.hours,
        )
        for row in rows
    ]


def load_gaps(session: Session, version: VersionView) -> list[LoadGap]:
    """Where the version differs from the load of its year, by class and subject (INS-3.6.2).

    Half an hour of the load fits a week with the lesson and one without.
    """
    part = (TeachingLoad.class_id, TeachingLoad.subject_id, TeachingLoad.group_id)
    hours: dict[tuple[UUID, UUID, UUID | None], float] = {
        (row.class_id, row.subject_id, row.group_id): row.hours
        for row in session.execute(
            select(*part, func.sum(TeachingLoad.hours).label("hours"))
            .where(TeachingLoad.academic_year == version.academic_year)
            .group_by(*part)
        )
    }
    planned = Counter(
        (slot.class_id, slot.subject_id, slot.group_id) for slot in slots_of(session, version.id)
    )
    apart = [key for key in {*hours, *planned} if abs(hours.get(key, 0) - planned[key]) >= 1]
    if not apart:
        return []
    classes = {row.id: row for row in session.scalars(select(SchoolClass))}
    subjects = {row.id: row for row in session.scalars(select(Subject))}
    groups = {row.id: row.name for row in session.scalars(select(StudyGroup))}
    rows = [
        (classes[class_id], subjects[subject_id], groups[group_id] if group_id else "", key)
        for key in apart
        for class_id, subject_id, group_id in (key,)
    ]
    rows.sort(key=lambda row: (row[0].grade, row[0].letter, row[1].position, row[1].name, row[2]))
    return [
        LoadGap(
            class_name=of_class.name,
            group_name=group,
            subject=subject.name,
            planned=planned[key],
            hours=hours.get(key, 0),
        )
        for of_class, subject, group, key in rows
    ]


def pupils_of_groups(session: Session, academic_year: int, on: date) -> dict[UUID, set[UUID]]:
    """Who is in each group of the year on the date."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = session.execute(
        select(GroupMembership.group_id, GroupMembership.pupil_id)
        .join(StudyGroup, StudyGroup.id == GroupMembership.group_id)
        .where(StudyGroup.academic_year == academic_year, holds_on(GroupMembership, on))
    )
    for group_id, pupil_id in rows:
        found[group_id].add(pupil_id)
    return found


def latest_published(session: Session, academic_year: int) -> TimetableVersion | None:
    """The published version of the year that begins last."""
    return session.scalars(
        select(TimetableVersion)
        .where(
            TimetableVersion.academic_year == academic_year,
            TimetableVersion.published_at.is_not(None),
        )
        .order_by(TimetableVersion.valid_from.desc())
        .limit(1)
    ).first()


def _views(session: Session, *conditions: Any) -> list[VersionView]:
    counted = (
        select(_E.version_id, func.count().label("lessons")).group_by(_E.version_id).subquery()
    )
    rows = session.execute(
        select(TimetableVersion, func.coalesce(counted.c.lessons, 0))
        .outerjoin(counted, counted.c.version_id == TimetableVersion.id)
        .where(*conditions)
        .order_by(TimetableVersion.valid_from.desc(), TimetableVersion.name)
    )
    return [
        VersionView(
            id=row.id,
            academic_year=row.academic_year,
            name=row.name,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            published_at=row.published_at,
            published_by=row.published_by,
            lessons=lessons,
        )
        for row, lessons in rows
    ]


def _slot(row: TimetableEntry) -> Slot:
    return Slot(
        weekday=row.weekday,
        number=row.number,
        class_id=row.class_id,
        group_id=row.group_id,
        subject_id=row.subject_id,
        teacher_id=row.teacher_id,
        room=row.room,
    )


def _name(row: Any) -> PersonName:
    return PersonName(last_name=row.last_name, first_name=row.first_name, patronymic=row.patronymic)
