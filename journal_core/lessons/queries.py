"""Reading the lessons of days: of a person, of the school, of an absence, of the book."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select, true
from sqlalchemy.orm import Session, aliased

from journal_core.academic_year.queries import study_year
from journal_core.academic_year.rules import bounds, study_days
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.curriculum.models import Subject, TeachingLoad
from journal_core.errors import NotFound
from journal_core.lessons.models import Lesson, TeacherAbsence
from journal_core.lessons.rules import laying, wanted_lessons
from journal_core.lessons.terms import (
    AbsenceView,
    DayLesson,
    Given,
    LaidLesson,
    Laying,
    LessonKey,
    PastChange,
    Staffing,
)
from journal_core.people.models import Person, StaffMember
from journal_core.people.terms import PersonName
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_of_year
from journal_core.school.rules import academic_year_of
from journal_core.timetable.queries import slots_of, versions_of
from journal_core.timetable.terms import VersionView

#: Something is written or planned in it: the timetable does not move it.
_IS_KEPT = or_(Lesson.kept_at.is_not(None), Lesson.prepared_at.is_not(None))
#: What follows the timetable; a lesson that is kept has its place anyway.
_IS_LAID = or_(Lesson.version_id.is_not(None), _IS_KEPT)
#: Who gives a lesson.
_GIVER = func.coalesce(Lesson.substitute_id, Lesson.teacher_id)
#: A database takes so many values in one list.
PORTION = 500


def laying_of(session: Session, academic_year: int, since: date | None = None) -> Laying:
    """What laying the year's published versions anew would change, from the day `since` on."""
    first, last = bounds(academic_year)
    first = max(first, since or first)
    versions = [row for row in versions_of(session, academic_year) if row.is_published]
    grades = {row.id: row.grade for row in classes_of_year(session, academic_year)}
    year = study_year(session, academic_year)
    days = {grade: study_days(first, last, grade, year) for grade in set(grades.values())}
    wanted = wanted_lessons(
        [(version, slots_of(session, version.id)) for version in versions], grades, days
    )
    return laying(wanted, _laid(session, first, last))


def past_change(session: Session, version: VersionView, now: datetime, today: date) -> PastChange:
    """What publishing the version would change of the days before today (INS-3.5.7).

    A lesson that would be the same under another version does not count.
    """
    since, until = version.valid_from, today - timedelta(days=1)
    grades = {row.id: row.grade for row in classes_of_year(session, version.academic_year)}
    year = study_year(session, version.academic_year)
    days = {grade: study_days(since, until, grade, year) for grade in set(grades.values())}
    published = replace(version, published_at=now, valid_until=None)
    wanted = wanted_lessons([(published, slots_of(session, version.id))], grades, days)
    present = {lesson.id: lesson for lesson in _laid(session, since, until)}
    found = laying(wanted, present.values())
    touched = [key.day for key, _given in found.added]
    touched += [present[one].key.day for one in found.removed]
    for one, given in found.changed:
        was = present[one].given
        if (was.teacher_id, was.room) != (given.teacher_id, given.room):
            touched.append(present[one].key.day)
    return PastChange(days=len(set(touched)), lessons=len(touched))


def lessons_with_ids(session: Session, ids: Iterable[UUID]) -> list[DayLesson]:
    """The lessons by day and hour."""
    asked, found = list(ids), []
    for start in range(0, len(asked), PORTION):
        found += _lessons(session, Lesson.id.in_(asked[start : start + PORTION]))
    return found


def day_lesson(session: Session, lesson_id: UUID) -> DayLesson:
    """Raises NotFound."""
    found = _lessons(session, Lesson.id == lesson_id)
    if not found:
        raise NotFound("lesson_unknown")
    return found[0]


def lessons_of(session: Session, person_id: UUID, day: date) -> list[DayLesson]:
    """The person's lessons of the day: their own, and those that they give for another.

    `rules.may_write` says of each whether the person writes in it (INS-3.3.3).
    """
    return _lessons(
        session,
        Lesson.day == day,
        or_(Lesson.teacher_id == person_id, Lesson.substitute_id == person_id),
    )


def lessons_of_course(
    session: Session,
    class_id: UUID,
    group_id: UUID | None,
    subject_id: UUID,
    since: date,
    until: date,
) -> list[DayLesson]:
    """The lessons of a subject in a class, or in a group of it, both days within."""
    of_group = Lesson.group_id.is_(None) if group_id is None else Lesson.group_id == group_id
    return _lessons(
        session,
        Lesson.class_id == class_id,
        of_group,
        Lesson.subject_id == subject_id,
        Lesson.day.between(since, until),
    )


def lessons_of_pupil(session: Session, pupil_id: UUID, days: Iterable[date]) -> list[DayLesson]:
    """The pupil's lessons of the days, by day and hour. One statement."""
    return _lessons(session, Lesson.day.in_(list(days)), attended_by(pupil_id))


def next_day_of_pupil(session: Session, pupil_id: UUID, after: date) -> date | None:
    """The first day after the date on which the pupil has a lesson; None where none is laid."""
    return session.scalar(
        select(func.min(Lesson.day)).where(
            Lesson.day > after, Lesson.cancelled_at.is_(None), attended_by(pupil_id)
        )
    )


def attended_by(pupil_id: UUID) -> ColumnElement[bool]:
    """That a lesson is of the class that the pupil is in on its day, and of their group if any."""
    in_class = exists().where(
        ClassMembership.class_id == Lesson.class_id, *_on_its_day(ClassMembership, pupil_id)
    )
    in_group = exists().where(
        GroupMembership.group_id == Lesson.group_id, *_on_its_day(GroupMembership, pupil_id)
    )
    # Said once more without the day, so that the lessons of the other classes are not looked at.
    classes = select(ClassMembership.class_id).where(ClassMembership.pupil_id == pupil_id)
    is_own = Lesson.class_id.in_(classes)
    return and_(is_own, in_class, or_(Lesson.group_id.is_(None), in_group))


def last_numbers(
    session: Session, class_ids: Iterable[UUID], since: date, until: date
) -> dict[tuple[UUID, date], int]:
    """The number of each class's last lesson of each day; cancelled ones do not count."""
    rows = session.execute(
        select(Lesson.class_id, Lesson.day, func.max(Lesson.number).label("last"))
        .where(
            Lesson.class_id.in_(list(class_ids)),
            Lesson.day.between(since, until),
            Lesson.cancelled_at.is_(None),
        )
        .group_by(Lesson.class_id, Lesson.day)
    )
    return {(row.class_id, row.day): row.last for row in rows}


def lessons_on(session: Session, day: date) -> list[DayLesson]:
    """All lessons of the school on the day, by hour and class. One statement."""
    return _lessons(session, Lesson.day == day)


def lessons_of_absence(session: Session, absence_id: UUID) -> list[DayLesson]:
    """The lessons that fall into the absence, by day and hour: own ones and substitutions."""
    absence = session.get(TeacherAbsence, absence_id)
    if absence is None:
        raise NotFound("absence_unknown")
    return _lessons(session, _missed_in(absence))


def substituted_lessons(
    session: Session, since: date, until: date, person_id: UUID | None = None
) -> list[DayLesson]:
    """The book of substitutions: what was given by another or not at all (INS-3.3.3).

    Of one person: what they give for another, and what of their own they do not give.
    """
    conditions: list[ColumnElement[bool]] = [
        Lesson.day.between(since, until),
        or_(Lesson.substitute_id.is_not(None), Lesson.cancelled_at.is_not(None)),
    ]
    if person_id is not None:
        conditions.append(or_(Lesson.teacher_id == person_id, Lesson.substitute_id == person_id))
    return _lessons(session, *conditions)


def absences_in(session: Session, since: date, until: date) -> list[AbsenceView]:
    """The absences that meet the days, by teacher, with the lessons they take. One statement."""
    return _absences(session, TeacherAbsence.since <= until, TeacherAbsence.until >= since)


def absence_view(session: Session, absence_id: UUID) -> AbsenceView:
    """Raises NotFound."""
    found = _absences(session, TeacherAbsence.id == absence_id)
    if not found:
        raise NotFound("absence_unknown")
    return found[0]


def absence_at(session: Session, teacher_id: UUID, day: date, number: int) -> UUID | None:
    """The absence that takes the teacher's lesson of that hour."""
    return session.scalar(
        select(TeacherAbsence.id).where(
            TeacherAbsence.teacher_id == teacher_id, *_covers(TeacherAbsence, day, number)
        )
    )


def staffing_of(session: Session, lessons: Iterable[DayLesson]) -> Staffing:
    """Who is busy, away and near at the hours of the lessons: five statements, however many.

    Whoever has teaching load in the year of the lessons is asked; who holds no position on a day
    counts as away.
    """
    days = {lesson.day for lesson in lessons}
    if not days:
        return Staffing()
    since, until = min(days), max(days)
    load = session.execute(
        select(TeachingLoad.teacher_id, TeachingLoad.subject_id, TeachingLoad.class_id).where(
            TeachingLoad.academic_year == academic_year_of(since)
        )
    ).all()
    people = session.execute(
        select(Person.id, Person.last_name, Person.first_name, Person.patronymic)
        .where(
            Person.id.in_(
                select(TeachingLoad.teacher_id).where(
                    TeachingLoad.academic_year == academic_year_of(since)
                )
            )
        )
        .order_by(Person.sort_key)
    )
    names = {row.id: _name(row.last_name, row.first_name, row.patronymic) for row in people}
    hours = {(one.day, one.number) for one in lessons}
    return Staffing(
        names=names,
        busy=_busy(session, since, until),
        away=_away(session, since, until, hours) | _without_position(session, names, hours),
        subjects=frozenset((row.teacher_id, row.subject_id) for row in load),
        classes=frozenset((row.teacher_id, row.class_id) for row in load),
    )


def _on_its_day(
    membership: type[ClassMembership] | type[GroupMembership], pupil_id: UUID
) -> tuple[ColumnElement[bool], ...]:
    """That a membership of the pupil holds on the day of a lesson."""
    return (
        membership.pupil_id == pupil_id,
        membership.since <= Lesson.day,
        or_(membership.until.is_(None), membership.until >= Lesson.day),
    )


def _laid(session: Session, since: date, until: date) -> list[LaidLesson]:
    rows = session.execute(
        select(
            Lesson.id,
            Lesson.day,
            Lesson.number,
            Lesson.class_id,
            Lesson.group_id,
            Lesson.subject_id,
            Lesson.teacher_id,
            Lesson.room,
            Lesson.version_id,
            _IS_KEPT.label("is_kept"),
            or_(Lesson.substitute_id.is_not(None), Lesson.cancelled_at.is_not(None)).label(
                "is_decided"
            ),
        ).where(Lesson.day >= since, Lesson.day <= until, _IS_LAID)
    )
    return [
        LaidLesson(
            id=row.id,
            key=LessonKey(
                day=row.day,
                number=row.number,
                class_id=row.class_id,
                group_id=row.group_id,
                subject_id=row.subject_id,
            ),
            given=Given(teacher_id=row.teacher_id, room=row.room, version_id=row.version_id),
            is_kept=row.is_kept,
            is_decided=row.is_decided,
        )
        for row in rows
    ]


def _covers(
    absence: type[TeacherAbsence], day: Any, number: Any
) -> tuple[ColumnElement[bool], ...]:
    """That an absence takes the hour: a value, or a column of lessons."""
    return (
        absence.since <= day,
        absence.until >= day,
        or_(absence.first_number.is_(None), absence.first_number <= number),
        or_(absence.last_number.is_(None), absence.last_number >= number),
    )


def _missed() -> ColumnElement[bool]:
    """That a lesson falls into an absence of its teacher or substitute, for joining the two."""
    return and_(
        or_(
            TeacherAbsence.teacher_id == Lesson.teacher_id,
            TeacherAbsence.teacher_id == Lesson.substitute_id,
        ),
        *_covers(TeacherAbsence, Lesson.day, Lesson.number),
    )


def _is_away() -> ColumnElement[bool]:
    """That who gives the lesson is away at its hour, or holds no position on its day any more."""
    absence = aliased(TeacherAbsence)
    recorded = exists(
        select(absence.id)
        .where(absence.teacher_id == _GIVER, *_covers(absence, Lesson.day, Lesson.number))
        .correlate(Lesson)
    )
    works = exists(
        select(StaffMember.id)
        .where(StaffMember.person_id == _GIVER, _holds_until(Lesson.day))
        .correlate(Lesson)
    )
    return or_(recorded, not_(works))


def _holds_until(day: Any) -> ColumnElement[bool]:
    """That a position has not ended before the day, which may be a column of lessons."""
    return or_(StaffMember.until.is_(None), StaffMember.until >= day)


def _missed_in(absence: TeacherAbsence) -> ColumnElement[bool]:
    numbers = (
        true()
        if absence.first_number is None or absence.last_number is None
        else Lesson.number.between(absence.first_number, absence.last_number)
    )
    return and_(
        or_(
            Lesson.teacher_id == absence.teacher_id,
            Lesson.substitute_id == absence.teacher_id,
        ),
        Lesson.day.between(absence.since, absence.until),
        numbers,
    )


def _lessons(session: Session, *conditions: ColumnElement[bool]) -> list[DayLesson]:
    return [_day_lesson(row) for row in session.execute(_all_lessons().where(*conditions))]


@cache
def _all_lessons() -> Select[*tuple[Any, ...]]:
    """What every reading of lessons begins with; a page has several, so it is built once."""
    substitute = aliased(Person)
    return (
        select(
            Lesson,
            SchoolClass.grade,
            SchoolClass.letter,
            func.coalesce(StudyGroup.name, "").label("group_name"),
            Subject.name.label("subject"),
            Person.last_name,
            Person.first_name,
            Person.patronymic,
            substitute.last_name.label("other_last_name"),
            substitute.first_name.label("other_first_name"),
            substitute.patronymic.label("other_patronymic"),
            _is_away().label("is_away"),
            TeacherAbsence.reason,
        )
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .join(Subject, Subject.id == Lesson.subject_id)
        .join(Person, Person.id == Lesson.teacher_id)
        .outerjoin(StudyGroup, StudyGroup.id == Lesson.group_id)
        .outerjoin(substitute, substitute.id == Lesson.substitute_id)
        .outerjoin(TeacherAbsence, TeacherAbsence.id == Lesson.absence_id)
        .order_by(Lesson.day, Lesson.number, SchoolClass.grade, SchoolClass.letter, StudyGroup.name)
    )


def _day_lesson(row: Any) -> DayLesson:
    lesson: Lesson = row.Lesson
    return DayLesson(
        id=lesson.id,
        day=lesson.day,
        number=lesson.number,
        class_id=lesson.class_id,
        class_name=f"{row.grade}{row.letter}",
        group_id=lesson.group_id,
        group_name=row.group_name,
        subject_id=lesson.subject_id,
        subject=row.subject,
        room=lesson.room,
        teacher_id=lesson.teacher_id,
        teacher=_name(row.last_name, row.first_name, row.patronymic),
        is_away=row.is_away,
        substitute_id=lesson.substitute_id,
        substitute=_name(row.other_last_name, row.other_first_name, row.other_patronymic)
        if lesson.substitute_id
        else None,
        is_joined=lesson.is_joined,
        cancelled_at=lesson.cancelled_at,
        cancelled_reason=lesson.cancelled_reason,
        kept_at=lesson.kept_at,
        topic=lesson.topic,
        reason=row.reason,
    )


def _absences(session: Session, *conditions: ColumnElement[bool]) -> list[AbsenceView]:
    unfilled = and_(Lesson.cancelled_at.is_(None), Lesson.kept_at.is_(None), _is_away())
    rows = session.execute(
        select(
            TeacherAbsence,
            Person.last_name,
            Person.first_name,
            Person.patronymic,
            func.count(Lesson.id).label("lessons"),
            func.count(Lesson.id).filter(unfilled).label("unfilled"),
        )
        .join(Person, Person.id == TeacherAbsence.teacher_id)
        .outerjoin(Lesson, _missed())
        .where(*conditions)
        .group_by(TeacherAbsence.id, Person.id)
        .order_by(Person.sort_key, TeacherAbsence.since)
    )
    return [
        AbsenceView(
            id=row.TeacherAbsence.id,
            teacher_id=row.TeacherAbsence.teacher_id,
            teacher=_name(row.last_name, row.first_name, row.patronymic),
            since=row.TeacherAbsence.since,
            until=row.TeacherAbsence.until,
            first_number=row.TeacherAbsence.first_number,
            last_number=row.TeacherAbsence.last_number,
            reason=row.TeacherAbsence.reason,
            note=row.TeacherAbsence.note,
            order_number=row.TeacherAbsence.order_number,
            recorded_by=row.TeacherAbsence.recorded_by,
            lessons=row.lessons,
            unfilled=row.unfilled,
        )
        for row in rows
    ]


def _busy(
    session: Session, since: date, until: date
) -> dict[tuple[date, int], dict[UUID, tuple[UUID, UUID | None, UUID]]]:
    giver = _GIVER.label("giver")
    rows = session.execute(
        select(
            Lesson.day, Lesson.number, giver, Lesson.class_id, Lesson.group_id, Lesson.subject_id
        ).where(Lesson.day.between(since, until), Lesson.cancelled_at.is_(None))
    )
    found: dict[tuple[date, int], dict[UUID, tuple[UUID, UUID | None, UUID]]] = defaultdict(dict)
    for row in rows:
        found[row.day, row.number][row.giver] = (row.class_id, row.group_id, row.subject_id)
    return found


def _away(
    session: Session, since: date, until: date, hours: Iterable[tuple[date, int]]
) -> frozenset[tuple[UUID, date, int]]:
    rows = session.scalars(
        select(TeacherAbsence).where(TeacherAbsence.since <= until, TeacherAbsence.until >= since)
    ).all()
    return frozenset(
        (row.teacher_id, day, number)
        for row in rows
        for day, number in hours
        if row.since <= day <= row.until
        and (row.first_number is None or row.first_number <= number)
        and (row.last_number is None or number <= row.last_number)
    )


def _without_position(
    session: Session, people: Iterable[UUID], hours: Iterable[tuple[date, int]]
) -> frozenset[tuple[UUID, date, int]]:
    """Who of them holds no position at the hours: not yet, or no more."""
    held: dict[UUID, list[StaffMember]] = defaultdict(list)
    for row in session.scalars(select(StaffMember)):
        held[row.person_id].append(row)
    return frozenset(
        (person_id, day, number)
        for person_id in people
        for day, number in hours
        if not any(
            row.since <= day and (row.until is None or day <= row.until)
            for row in held.get(person_id, ())
        )
    )


def _name(last_name: str, first_name: str, patronymic: str) -> PersonName:
    return PersonName(last_name=last_name, first_name=first_name, patronymic=patronymic)
