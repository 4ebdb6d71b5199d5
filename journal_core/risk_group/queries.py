"""Reading the risk group: who is in it, their days, candidates. Statements do not grow."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from journal_core.attendance.models import AbsenceSpan, LessonAbsence
from journal_core.attendance.queries import reasons_on
from journal_core.attendance.terms import Days, Presence, ReasonCode
from journal_core.classes.queries import class_on
from journal_core.curriculum.models import Subject
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types
from journal_core.marks.rules import average_of
from journal_core.marks.terms import WorkType
from journal_core.people.models import Person, Pupil
from journal_core.risk_group.models import RiskCheck, RiskCheckLine, RiskMembership
from journal_core.risk_group.rules import TWO_IN_SIGHT, candidates_of
from journal_core.risk_group.terms import (
    Candidate,
    DayMark,
    DayMiss,
    LowSubject,
    RiskChecked,
    RiskDay,
    RiskPupil,
    RiskSpan,
    Standing,
)
from journal_core.school.queries import settings_on

#: Subject → the pupil's marks with their types.
_Marks = dict[str, list[tuple[str, WorkType]]]


def pupils_at_risk(session: Session, on: date) -> set[UUID]:
    """The pupils of the school who are in the group on the date."""
    return set(session.scalars(select(RiskMembership.pupil_id).where(_holds_on(on)).distinct()))


def spans_of_class(session: Session, class_id: UUID, on: date) -> list[RiskSpan]:
    """All spans, past ones too, of the pupils who are in the class on the date (INS-3.2.7)."""
    ids = [pupil.id for pupil, _person in class_on(session, class_id, on)]
    return _spans(session, RiskMembership.pupil_id.in_(ids))


def span_row(session: Session, membership_id: UUID) -> RiskSpan | None:
    found = _spans(session, RiskMembership.id == membership_id)
    return found[0] if found else None


def last_lesson_day(session: Session, class_id: UUID, before: date) -> date | None:
    """The last day before the date on which the class had lessons."""
    return session.scalar(
        select(func.max(Lesson.day)).where(
            Lesson.class_id == class_id, Lesson.day < before, Lesson.cancelled_at.is_(None)
        )
    )


def risk_days(session: Session, class_id: UUID, on: date) -> list[RiskPupil]:
    """The group of the class with today and the last day of lessons before it (INS-3.2.7)."""
    in_group: dict[UUID, list[RiskSpan]] = defaultdict(list)
    for span in spans_of_class(session, class_id, on):
        if span.holds_on(on):
            in_group[span.pupil_id].append(span)
    if not in_group:
        return []
    before = last_lesson_day(session, class_id, on)
    days = [on, *([before] if before else [])]
    marks, misses = _day_marks(session, in_group, days), _day_misses(session, in_group, days)
    reasons = {day: reasons_on(session, in_group, day) for day in days}
    return [
        RiskPupil(
            pupil_id=pupil_id,
            name=spans[0].pupil,
            grounds=tuple(sorted(span.ground for span in spans)),
            days={
                day: RiskDay(
                    marks=tuple(marks[pupil_id, day]),
                    misses=tuple(misses[pupil_id, day]),
                    reason=reasons[day].get(pupil_id),
                )
                for day in days
            },
        )
        for pupil_id, spans in in_group.items()
    ]


def candidates_in(session: Session, class_id: UUID, days: Days, on: date) -> list[Candidate]:
    """Pupils of the class for whom the numbers of the days speak, not in the group yet."""
    settings = settings_on(session, on)
    known = pupils_at_risk(session, on)
    people = {
        pupil.id: person.name.full
        for pupil, person in class_on(session, class_id, on)
        if pupil.id not in known
    }
    marks = _marks_by_subject(session, people, days)
    unexcused = _missed(session, people, days, AbsenceSpan.reason == ReasonCode.UNEXCUSED)
    missed = _missed(session, people, days)
    reasoned = _missed(session, people, days, AbsenceSpan.confirmed_at.is_not(None))
    standings = [
        _standing(
            pupil_id,
            name,
            marks[pupil_id],
            settings.enough_marks_one,
            unexcused[pupil_id],
            missed[pupil_id] - reasoned[pupil_id],
            weighed=settings.weigh_marks,
        )
        for pupil_id, name in people.items()
    ]
    return candidates_of(standings, settings)


def group_in(session: Session, class_id: UUID, days: Days, on: date) -> dict[UUID, str]:
    """Pupil → name, of the class's pupils who are in the group on any of the days."""
    return {
        span.pupil_id: span.pupil
        for span in spans_of_class(session, class_id, on)
        if span.since <= days.until and (span.until is None or span.until >= days.since)
    }


def checks_of(session: Session, class_id: UUID) -> list[RiskChecked]:
    """The weeks that were signed off, the newest first (INS-3.2.8)."""
    checks = session.scalars(
        select(RiskCheck).where(RiskCheck.class_id == class_id).order_by(RiskCheck.monday.desc())
    ).all()
    rows = session.execute(
        select(RiskCheckLine, Person)
        .join(Pupil, Pupil.id == RiskCheckLine.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .where(RiskCheckLine.check_id.in_([one.id for one in checks]))
        .order_by(Person.sort_key)
    )
    lines: dict[UUID, list[tuple[str, tuple[date, ...]]]] = defaultdict(list)
    for line, person in rows:
        days = tuple(date.fromisoformat(day) for day in line.looked_on)
        lines[line.check_id].append((person.name.full, days))
    return [
        RiskChecked(
            monday=one.monday,
            checked_at=one.checked_at,
            checked_by=one.checked_by,
            note=one.note,
            lines=tuple(lines[one.id]),
        )
        for one in checks
    ]


def _holds_on(on: date) -> ColumnElement[bool]:
    return and_(
        RiskMembership.since <= on,
        or_(RiskMembership.until.is_(None), RiskMembership.until >= on),
    )


def _spans(session: Session, *conditions: ColumnElement[bool]) -> list[RiskSpan]:
    """By the pupils' names, the newest first."""
    rows = session.execute(
        select(RiskMembership, Person)
        .join(Pupil, Pupil.id == RiskMembership.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .where(*conditions)
        .order_by(Person.sort_key, RiskMembership.since.desc(), RiskMembership.ground)
    )
    return [
        RiskSpan(
            id=row.id,
            pupil_id=row.pupil_id,
            pupil=person.name.full,
            ground=row.ground,
            since=row.since,
            until=row.until,
            reason=row.reason,
            put_by=row.put_by,
            end_reason=row.end_reason,
            ended_by=row.ended_by,
        )
        for row, person in rows
    ]


def _day_marks(
    session: Session, pupil_ids: Collection[UUID], days: Sequence[date]
) -> dict[tuple[UUID, date], list[DayMark]]:
    types = work_types(session)
    rows = session.execute(
        select(Mark, Work.type_code, Lesson.day, Subject.name)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Subject, Subject.id == Lesson.subject_id)
        .where(Mark.pupil_id.in_(pupil_ids), Lesson.day.in_(days))
        .order_by(Lesson.day, Lesson.number, Work.position)
    )
    found: dict[tuple[UUID, date], list[DayMark]] = defaultdict(list)
    for mark, code, day, subject in rows:
        kind = type_of(types, code).name
        told = DayMark(subject=subject, value=mark.value, type=kind, comment=mark.comment)
        found[mark.pupil_id, day].append(told)
    return found


def _day_misses(
    session: Session, pupil_ids: Collection[UUID], days: Sequence[date]
) -> dict[tuple[UUID, date], list[DayMiss]]:
    rows = session.execute(
        select(LessonAbsence, Lesson.day, Lesson.number, Subject.name)
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .join(Subject, Subject.id == Lesson.subject_id)
        .where(LessonAbsence.pupil_id.in_(pupil_ids), Lesson.day.in_(days))
        .order_by(Lesson.day, Lesson.number)
    )
    found: dict[tuple[UUID, date], list[DayMiss]] = defaultdict(list)
    for absence, day, number, subject in rows:
        told = DayMiss(subject=subject, number=number, presence=absence.presence)
        found[absence.pupil_id, day].append(told)
    return found


def _marks_by_subject(
    session: Session, pupil_ids: Collection[UUID], days: Days
) -> dict[UUID, _Marks]:
    types = work_types(session)
    rows = session.execute(
        select(Mark.pupil_id, Mark.value, Work.type_code, Subject.name)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Subject, Subject.id == Lesson.subject_id)
        .where(Mark.pupil_id.in_(pupil_ids), Lesson.day.between(days.since, days.until))
        .order_by(Subject.position, Subject.name)
    )
    found: dict[UUID, _Marks] = defaultdict(lambda: defaultdict(list))
    for pupil_id, value, code, subject in rows:
        found[pupil_id][subject].append((value, type_of(types, code)))
    return found


def _missed(
    session: Session, pupil_ids: Collection[UUID], days: Days, *reasons: ColumnElement[bool]
) -> Counter[UUID]:
    """Pupil → lessons missed; with `reasons` those alone on days with such a span, confirmed."""
    query = (
        select(LessonAbsence.pupil_id, func.count(LessonAbsence.id.distinct()))
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .where(
            LessonAbsence.pupil_id.in_(pupil_ids),
            LessonAbsence.presence == Presence.ABSENT,
            Lesson.day.between(days.since, days.until),
        )
        .group_by(LessonAbsence.pupil_id)
    )
    if reasons:
        query = query.join(
            AbsenceSpan,
            and_(
                AbsenceSpan.pupil_id == LessonAbsence.pupil_id,
                AbsenceSpan.since <= Lesson.day,
                AbsenceSpan.until >= Lesson.day,
                AbsenceSpan.confirmed_at.is_not(None),
                *reasons,
            ),
        )
    return Counter({pupil_id: count for pupil_id, count in session.execute(query)})


def _standing(
    pupil_id: UUID,
    name: str,
    marks: _Marks,
    least: int,
    unexcused: int,
    unreasoned: int,
    *,
    weighed: bool,
) -> Standing:
    averages = {subject: average_of(given, weighed=weighed) for subject, given in marks.items()}
    together = average_of((one for given in marks.values() for one in given), weighed=weighed)
    return Standing(
        pupil_id=pupil_id,
        pupil=name,
        average=together.value,
        marks=together.count,
        low=tuple(
            LowSubject(subject=subject, average=one.value, marks=one.count)
            for subject, one in averages.items()
            if one.value is not None and one.value < TWO_IN_SIGHT and one.count >= least
        ),
        unexcused=unexcused,
        unreasoned=unreasoned,
    )
