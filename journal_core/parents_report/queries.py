"""Reading the report of a class: the statements are the same for one pupil and for thirty."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.queries import class_to_attend, days_of, live_spans
from journal_core.attendance.rules import totals_of
from journal_core.attendance.terms import AttendanceCell, Days, Presence
from journal_core.classes.models import GroupMembership
from journal_core.classes.queries import class_on
from journal_core.clock import local_moment
from journal_core.context import Actor
from journal_core.curriculum.models import Subject
from journal_core.errors import NotFound
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types
from journal_core.marks.rules import average_of
from journal_core.marks.terms import WorkType
from journal_core.parents_report.terms import (
    ClassReport,
    PupilReport,
    ReportedDay,
    ReportedSubject,
)
from journal_core.people.models import Person
from journal_core.period_marks.models import PeriodMark
from journal_core.period_marks.terms import PeriodRef
from journal_core.recommendations.queries import recommendations_between
from journal_core.school.queries import settings_on
from journal_core.school.rules import academic_year_of

#: Pupil and subject.
Place = tuple[UUID, UUID]
DAY = timedelta(days=1)


def class_report(
    session: Session,
    actor: Actor,
    class_id: UUID,
    days: Days,
    *,
    on: date,
    zone: ZoneInfo,
    pupil_id: UUID | None = None,
) -> ClassReport:
    """What the parents of the class, or of one pupil, are told of the days (INS-3.2.5).

    Both days count. The pupils are those of the last day, or of the date where that is earlier.
    Raises NotFound for a class that the actor neither leads on the date nor reads among all, and
    for a pupil who is not among them. At most 14 statements.
    """
    school_class = class_to_attend(session, actor, class_id, on)
    listed = class_on(session, class_id, min(days.until, on))
    names = {pupil.id: person.name.full for pupil, person in listed}
    if pupil_id is not None and pupil_id not in names:
        raise NotFound("pupil_unknown")
    ids = [pupil_id] if pupil_id else list(names)
    subjects = _subjects(session, class_id, ids, days)
    missed = _missed(session, ids, days)
    advice = recommendations_between(
        session,
        ids,
        local_moment(days.since, time(), zone),
        local_moment(days.until + DAY, time(), zone),
    )
    teacher = school_class.class_teacher_id and session.get(Person, school_class.class_teacher_id)
    return ClassReport(
        class_id=class_id,
        class_name=school_class.name,
        grade=school_class.grade,
        academic_year=school_class.academic_year,
        class_teacher=teacher.name.full if teacher else "",
        days=days,
        pupils=tuple(
            PupilReport(
                pupil_id=one,
                name=names[one],
                subjects=tuple(subjects[one]),
                days=_days(missed[one]),
                totals=totals_of(missed[one].values()),
                recommendations=tuple(advice[one]),
            )
            for one in ids
        ),
    )


def _subjects(
    session: Session, class_id: UUID, ids: Collection[UUID], days: Days
) -> dict[UUID, list[ReportedSubject]]:
    """Pupil → the subjects with lessons, marks or period marks, in the school's order."""
    marks = _marks(session, ids, days)
    given = _given(session, ids, academic_year_of(days.since))
    missed = _missed_by_subject(session, ids, days)
    weighed = settings_on(session, days.until).weigh_marks
    places = {*_taught(session, class_id, ids, days), *marks, *given}
    rows = session.execute(
        select(Subject.id, Subject.name)
        .where(Subject.id.in_({subject_id for _pupil_id, subject_id in places}))
        .order_by(Subject.position, Subject.name)
    )
    found: dict[UUID, list[ReportedSubject]] = defaultdict(list)
    for subject_id, name in rows:
        for pupil_id in ids:
            place = pupil_id, subject_id
            if place in places:
                found[pupil_id].append(
                    ReportedSubject(
                        name=name,
                        marks=tuple(value for value, _type in marks[place]),
                        average=average_of(marks[place], weighed=weighed),
                        given=given[place],
                        missed=missed.get(place, 0),
                    )
                )
    return found


def _taught(session: Session, class_id: UUID, ids: Collection[UUID], days: Days) -> set[Place]:
    """Who has lessons of which subject: of the class, or of a group that the pupil is in."""
    held = session.execute(
        select(Lesson.subject_id, Lesson.group_id)
        .where(Lesson.class_id == class_id, Lesson.day.between(days.since, days.until))
        .distinct()
    ).all()
    seats: dict[UUID, set[UUID]] = defaultdict(set)
    for group_id, pupil_id in session.execute(
        select(GroupMembership.group_id, GroupMembership.pupil_id).where(
            GroupMembership.group_id.in_({row.group_id for row in held if row.group_id}),
            GroupMembership.pupil_id.in_(ids),
            GroupMembership.since <= days.until,
            or_(GroupMembership.until.is_(None), GroupMembership.until >= days.since),
        )
    ):
        seats[group_id].add(pupil_id)
    return {
        (pupil_id, row.subject_id)
        for row in held
        for pupil_id in (seats[row.group_id] if row.group_id else ids)
    }


def _marks(
    session: Session, ids: Collection[UUID], days: Days
) -> dict[Place, list[tuple[str, WorkType]]]:
    """By day and hour, also those of another class that the pupil came from."""
    types = work_types(session)
    rows = session.execute(
        select(Mark.pupil_id, Lesson.subject_id, Mark.value, Work.type_code)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.pupil_id.in_(ids), Lesson.day.between(days.since, days.until))
        .order_by(Lesson.day, Lesson.number, Work.position, Work.assigned_at)
    )
    found: dict[Place, list[tuple[str, WorkType]]] = defaultdict(list)
    for pupil_id, subject_id, value, code in rows:
        found[pupil_id, subject_id].append((value, type_of(types, code)))
    return found


def _given(
    session: Session, ids: Collection[UUID], academic_year: int
) -> dict[Place, dict[PeriodRef, str]]:
    rows = session.execute(
        select(
            PeriodMark.pupil_id,
            PeriodMark.subject_id,
            PeriodMark.kind,
            PeriodMark.number,
            PeriodMark.value,
        ).where(PeriodMark.pupil_id.in_(ids), PeriodMark.academic_year == academic_year)
    )
    found: dict[Place, dict[PeriodRef, str]] = defaultdict(dict)
    for pupil_id, subject_id, kind, number, value in rows:
        found[pupil_id, subject_id][PeriodRef(kind=kind, number=number)] = value
    return found


def _missed_by_subject(session: Session, ids: Collection[UUID], days: Days) -> dict[Place, int]:
    """Lessons that the pupil was not at; who came late was there."""
    rows = session.execute(
        select(LessonAbsence.pupil_id, Lesson.subject_id, func.count())
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .where(
            LessonAbsence.pupil_id.in_(ids),
            LessonAbsence.presence == Presence.ABSENT,
            Lesson.day.between(days.since, days.until),
        )
        .group_by(LessonAbsence.pupil_id, Lesson.subject_id)
    )
    return {(pupil_id, subject_id): count for pupil_id, subject_id, count in rows}


def _missed(
    session: Session, ids: Collection[UUID], days: Days
) -> dict[UUID, dict[date, AttendanceCell]]:
    """Pupil → the days with something missed, in order, with the reasons that are confirmed."""
    counted: dict[UUID, dict[date, Counter[Presence]]] = defaultdict(lambda: defaultdict(Counter))
    rows = session.execute(
        select(LessonAbsence.pupil_id, Lesson.day, LessonAbsence.presence, func.count())
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .where(LessonAbsence.pupil_id.in_(ids), Lesson.day.between(days.since, days.until))
        .group_by(LessonAbsence.pupil_id, Lesson.day, LessonAbsence.presence)
        .order_by(Lesson.day)
    )
    for pupil_id, day, presence, count in rows:
        counted[pupil_id][day][presence] += count
    spans = [row for row in live_spans(session, ids, days) if row.confirmed_at and row.reason]
    return defaultdict(
        dict,
        {
            pupil_id: {
                day: AttendanceCell(
                    missed=counts[Presence.ABSENT],
                    late=counts[Presence.LATE],
                    reason=next(
                        (
                            row.reason
                            for row in spans
                            if row.pupil_id == pupil_id and day in days_of(row)
                        ),
                        None,
                    ),
                )
                for day, counts in by_day.items()
            }
            for pupil_id, by_day in counted.items()
        },
    )


def _days(cells: Mapping[date, AttendanceCell]) -> tuple[ReportedDay, ...]:
    return tuple(
        ReportedDay(day=day, missed=cell.missed, late=cell.late, reason=cell.reason)
        for day, cell in cells.items()
    )
