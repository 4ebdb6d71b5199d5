"""Reading period marks: the sheet of a course, and the class council."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import periods_of
from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.classes.queries import holds_on
from journal_core.clock import local_date
from journal_core.context import Actor
from journal_core.corrections.models import MarkCorrection
from journal_core.corrections.queries import open_period_cells
from journal_core.corrections.terms import OpenCell
from journal_core.curriculum.models import TeachingLoad
from journal_core.curriculum.queries import curriculum_of, subjects
from journal_core.errors import NotFound
from journal_core.journal.queries import members_of
from journal_core.journal.terms import CourseKey, CourseView
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import work_types
from journal_core.marks.rules import average_of
from journal_core.marks.terms import WorkType
from journal_core.people.models import Person, Pupil
from journal_core.period_marks.models import PeriodMark, PeriodMarkChange
from journal_core.period_marks.rules import (
    enough_marks,
    propose,
    refs_of,
    standing_of,
    sum_up,
    summed_by,
    why_closed,
    window_of,
)
from journal_core.period_marks.terms import (
    Council,
    CouncilCell,
    CouncilRow,
    CouncilSubject,
    FinalKind,
    Gap,
    PeriodFacts,
    PeriodMarkChangeView,
    PeriodMarkView,
    PeriodRef,
    PeriodRow,
    PeriodSheet,
    Proposal,
    SummedMark,
)
from journal_core.plans.queries import courses_of
from journal_core.plans.terms import Course
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_led_by, classes_of_year, is_led_by, settings_on
from journal_core.school.terms import SchoolSettings

#: What the council looks at: half-years and exams are not given to everybody.
COUNCIL_KINDS = frozenset({FinalKind.PERIOD, FinalKind.YEAR, FinalKind.FINAL})
_YEAR = PeriodRef(kind=FinalKind.YEAR)
_EXAM = PeriodRef(kind=FinalKind.EXAM)
_STATE_EXAM = PeriodRef(kind=FinalKind.STATE_EXAM)

#: Pupil → what stands for each column.
Given = Mapping[UUID, Mapping[PeriodRef, PeriodMark]]
#: Pupil and subject → marks in the order of days.
Marks = Mapping[tuple[UUID, UUID], Sequence[tuple[SummedMark, WorkType]]]


def period_marks_of(
    session: Session, key: CourseKey, academic_year: int
) -> dict[UUID, dict[PeriodRef, str]]:
    """Pupil → the period marks of the year in the subject, for all who were ever in the class.

    Those are among them that were given in another class of the school.
    """
    of_class = select(ClassMembership.pupil_id).where(ClassMembership.class_id == key.class_id)
    given = _given(
        session,
        academic_year,
        PeriodMark.subject_id == key.subject_id,
        PeriodMark.pupil_id.in_(of_class),
    )
    return {
        pupil_id: {ref: mark.value for ref, mark in of_pupil.items()}
        for (pupil_id, _subject), of_pupil in given.items()
    }


def grade_periods(session: Session, academic_year: int, grade: int) -> list[Period]:
    """The grading periods of a grade, by number."""
    return periods_of(periods_of_year(session, academic_year), grade)


def sheet_of(
    session: Session,
    actor: Actor,
    course: CourseView,
    ref: PeriodRef,
    periods: Sequence[Period],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> PeriodSheet:
    """The marks of the course for one of the columns of its year (INS-3.3.8).

    `periods` are those of the grade. Its pupils are those of the course today, or on the last day
    of what is summed up when that is over. A pupil's marks in the subject count wherever in the
    school they were given. Its statements do not grow with pupils or marks.
    """
    today = local_date(now, zone)
    summed = summed_by(ref, periods)
    since, until = summed[0].since, summed[-1].until
    on = min(max(today, since), until)
    settings = settings_on(session, on)
    window = window_of(ref, periods, course.academic_year, settings)
    members = _members_on(session, course.key, on)
    hours = hours_of(session, course.academic_year, {course.key: course.grade})[course.key]
    given = _given_in(session, course, members)
    bases = _bases(session, course, ref, periods, members, given, settings, hours)
    is_own = teaches(session, actor, course.key, since, until)
    opened = _opened(session, actor, course.key, ref, now)
    facts = PeriodFacts(
        today=today, window=window, takes_marks=course.takes_marks, is_own=is_own, is_member=True
    )
    changes = _changes(session, course, ref, members)
    rows = []
    for number, (pupil_id, name) in enumerate(members.items(), start=1):
        marks, proposal = bases[pupil_id]
        row = given.get(pupil_id, {}).get(ref)
        first_written = local_date(row.first_written_at, zone) if row else None
        own = replace(facts, first_written=first_written, is_open=pupil_id in opened)
        rows.append(
            PeriodRow(
                pupil_id=pupil_id,
                number=number,
                name=name,
                marks=marks,
                proposal=proposal,
                given=_view(row, changes.get(pupil_id, 0)) if row else None,
                closed=why_closed(own),
                opened=opened.get(pupil_id),
            )
        )
    return PeriodSheet(
        course=course,
        ref=ref,
        refs=refs_of(course.grade, periods),
        periods=tuple(periods),
        window=window,
        rows=tuple(rows),
        hours=hours,
        is_own=is_own,
    )


def teaches(session: Session, actor: Actor, key: CourseKey, since: date, until: date) -> bool:
    """Whether the course is the actor's own by the load or by its lessons of the days (POL-3.6.5).

    A substitute gives lessons, and no period marks (INS-3.3.3).
    """
    if actor.person_id is None or not actor.may(Permission.JOURNAL_OWN_WRITE):
        return False
    by_load = exists().where(TeachingLoad.teacher_id == actor.person_id, _course(TeachingLoad, key))
    by_lessons = exists().where(
        Lesson.teacher_id == actor.person_id,
        _course(Lesson, key),
        Lesson.day.between(since, until),
    )
    return bool(session.scalar(select(or_(by_load, by_lessons))))


def hours_of(
    session: Session, academic_year: int, grades: Mapping[CourseKey, int]
) -> dict[CourseKey, float]:
    """Lessons a week of courses of the year: the curriculum's, else the load's, else one.

    `grades` are the courses, each with its grade.
    """
    wanted = curriculum_of(session, academic_year)
    rows = session.execute(
        select(
            TeachingLoad.class_id,
            TeachingLoad.group_id,
            TeachingLoad.subject_id,
            func.max(TeachingLoad.hours).label("hours"),
        )
        .where(
            TeachingLoad.academic_year == academic_year,
            TeachingLoad.class_id.in_({key.class_id for key in grades}),
        )
        .group_by(TeachingLoad.class_id, TeachingLoad.group_id, TeachingLoad.subject_id)
    )
    loaded = {
        CourseKey(class_id=row.class_id, group_id=row.group_id, subject_id=row.subject_id): (
            row.hours
        )
        for row in rows
    }
    return {
        key: wanted.get((grade, key.subject_id)) or loaded.get(key) or 1
        for key, grade in grades.items()
    }


def changes_of(session: Session, course: CourseView, pupil_id: UUID) -> list[PeriodMarkChangeView]:
    """All changes of the pupil's period marks in the subject and year, the newest first."""
    rows = session.execute(
        select(PeriodMarkChange, MarkCorrection.number)
        .outerjoin(MarkCorrection, MarkCorrection.id == PeriodMarkChange.correction_id)
        .where(
            PeriodMarkChange.pupil_id == pupil_id,
            PeriodMarkChange.subject_id == course.key.subject_id,
            PeriodMarkChange.academic_year == course.academic_year,
        )
        .order_by(PeriodMarkChange.at.desc())
    )
    return [
        PeriodMarkChangeView(
            ref=PeriodRef(kind=row.kind, number=row.number),
            pupil_id=row.pupil_id,
            old=row.old,
            new=row.new,
            at=row.at,
            by=row.by,
            reason=row.reason,
            slip=slip,
        )
        for row, slip in rows
    ]


def period_pupil(session: Session, course: CourseView, pupil_id: UUID) -> str:
    """The name of a pupil who was ever in the course's class. Raises NotFound."""
    person = session.scalars(
        select(Person)
        .join(Pupil, Pupil.person_id == Person.id)
        .join(ClassMembership, ClassMembership.pupil_id == Pupil.id)
        .where(Pupil.id == pupil_id, ClassMembership.class_id == course.key.class_id)
        .limit(1)
    ).first()
    if person is None:
        raise NotFound("pupil_unknown")
    return person.name.full


def class_to_sum_up(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """Any class, or one that the actor leads on the date (POL-3.5.1, 3.7.2). Raises NotFound."""
    may_any = actor.may(Permission.JOURNAL_ANY_READ)
    is_open = true() if may_any else is_led_by(actor.person_id, on)
    found = session.scalars(select(SchoolClass).where(SchoolClass.id == class_id, is_open)).first()
    if found is None:
        raise NotFound("class_unknown")
    return found


def classes_to_sum_up(
    session: Session, actor: Actor, academic_year: int, on: date
) -> list[SchoolClass]:
    """The classes of the year whose council the actor may open, 1А first."""
    if actor.may(Permission.JOURNAL_ANY_READ):
        return list(classes_of_year(session, academic_year))
    if actor.person_id is None:
        return []
    return classes_led_by(session, actor.person_id, academic_year, on)


def council_of(
    session: Session,
    of_class: SchoolClass,
    ref: PeriodRef,
    periods: Sequence[Period],
    today: date,
) -> Council:
    """The class with all its subjects in one period, and what is missing (POL-3.6.5).

    Its statements do not grow with pupils, subjects or marks.
    """
    summed = summed_by(ref, periods)
    since, until = summed[0].since, summed[-1].until
    on = min(max(today, since), until)
    courses = [
        one for one in courses_of(session, of_class.academic_year) if one.class_id == of_class.id
    ]
    key = CourseKey(class_id=of_class.id, subject_id=of_class.id)
    members = _members_on(session, key, on)
    seats = _seats(session, [one.group_id for one in courses if one.group_id], on)
    given = _given(session, of_class.academic_year, PeriodMark.pupil_id.in_(members))
    marks: Marks = {}
    if ref.kind is FinalKind.PERIOD:
        marks = _marks(session, members, since, until)
    weighed = settings_on(session, on).weigh_marks
    columns = [
        CouncilSubject(
            id=one.id,
            name=one.name,
            short_name=one.short_name,
            teachers=_teachers(own),
        )
        for one in subjects(session)
        if (own := [course for course in courses if course.subject_id == one.id])
    ]
    rows = []
    for number, (pupil_id, name) in enumerate(members.items(), start=1):
        cells = {}
        for column in columns:
            own = _attended(pupil_id, column.id, courses, seats)
            mark = given.get((pupil_id, column.id), {}).get(ref)
            counted = marks.get((pupil_id, column.id), ())
            cells[column.id] = CouncilCell(
                value=mark.value if mark else "",
                average=average_of(((one.value, kind) for one, kind in counted), weighed=weighed),
                teachers=_teachers(own),
                group_id=own[0].group_id if len(own) == 1 else None,
            )
        standing = standing_of([cell.value for cell in cells.values()])
        rows.append(
            CouncilRow(pupil_id=pupil_id, number=number, name=name, cells=cells, standing=standing)
        )
    return Council(
        class_id=of_class.id,
        class_name=of_class.name,
        academic_year=of_class.academic_year,
        ref=ref,
        refs=tuple(one for one in refs_of(of_class.grade, periods) if one.kind in COUNCIL_KINDS),
        periods=tuple(periods),
        subjects=tuple(columns),
        rows=tuple(rows),
        gaps=_gaps(columns, rows),
    )


def _members_on(session: Session, key: CourseKey, on: date) -> dict[UUID, str]:
    """Who is in the class or group on the date, by name."""
    return {pupil_id: name for pupil_id, (name, _spans) in members_of(session, key, on, on).items()}


def _given_in(
    session: Session, course: CourseView, pupil_ids: Collection[UUID]
) -> dict[UUID, dict[PeriodRef, PeriodMark]]:
    found = _given(
        session,
        course.academic_year,
        PeriodMark.subject_id == course.key.subject_id,
        PeriodMark.pupil_id.in_(pupil_ids),
    )
    return {pupil_id: of_pupil for (pupil_id, _subject), of_pupil in found.items()}


def _given(
    session: Session, academic_year: int, *conditions: ColumnElement[bool]
) -> dict[tuple[UUID, UUID], dict[PeriodRef, PeriodMark]]:
    """Pupil and subject → the period marks of the year."""
    found: dict[tuple[UUID, UUID], dict[PeriodRef, PeriodMark]] = defaultdict(dict)
    rows = session.scalars(
        select(PeriodMark).where(PeriodMark.academic_year == academic_year, *conditions)
    )
    for row in rows:
        found[row.pupil_id, row.subject_id][PeriodRef(kind=row.kind, number=row.number)] = row
    return found


def _bases(
    session: Session,
    course: CourseView,
    ref: PeriodRef,
    periods: Sequence[Period],
    members: Collection[UUID],
    given: Given,
    settings: SchoolSettings,
    hours: float,
) -> dict[UUID, tuple[tuple[SummedMark, ...], Proposal]]:
    """Pupil → what the mark sums up, and what that proposes."""
    if ref.kind is not FinalKind.PERIOD:
        return {one: _sum(ref, periods, given.get(one, {})) for one in members}
    period = summed_by(ref, periods)[0]
    subject_id = course.key.subject_id
    marks = _marks(session, members, period.since, period.until, Lesson.subject_id == subject_id)
    enough = enough_marks(hours, settings)
    bases = {}
    for pupil_id in members:
        own = marks.get((pupil_id, subject_id), ())
        proposal = propose(
            [(one.value, kind) for one, kind in own], enough=enough, weighed=settings.weigh_marks
        )
        bases[pupil_id] = tuple(one for one, _kind in own), proposal
    return bases


def _sum(
    ref: PeriodRef, periods: Sequence[Period], given: Mapping[PeriodRef, PeriodMark]
) -> tuple[tuple[SummedMark, ...], Proposal]:
    """The period marks that another sums up; an exam sums up nothing."""
    if ref.kind in {FinalKind.EXAM, FinalKind.STATE_EXAM}:
        return (), Proposal()
    if ref.kind is FinalKind.FINAL:
        exam = _STATE_EXAM if _STATE_EXAM in given else _EXAM
        parts = [_YEAR, exam] if exam in given else [_YEAR]
    else:
        parts = [
            PeriodRef(kind=FinalKind.PERIOD, number=one.number) for one in summed_by(ref, periods)
        ]
    values = [(part, given[part].value if part in given else "") for part in parts]
    marks = tuple(SummedMark(value=value, ref=part) for part, value in values if value)
    return marks, sum_up((value for _part, value in values), enough=len(parts))


def _marks(
    session: Session,
    pupil_ids: Collection[UUID],
    since: date,
    until: date,
    *conditions: ColumnElement[bool],
) -> Marks:
    types = work_types(session)
    rows = session.execute(
        select(Mark.pupil_id, Lesson.subject_id, Mark.value, Work.type_code, Lesson.day)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.pupil_id.in_(pupil_ids), Lesson.day.between(since, until), *conditions)
        .order_by(Lesson.day, Lesson.number, Work.position)
    )
    found: dict[tuple[UUID, UUID], list[tuple[SummedMark, WorkType]]] = defaultdict(list)
    for row in rows:
        kind = types.get(row.type_code) or WorkType(code=row.type_code, name=row.type_code)
        mark = SummedMark(
            value=row.value, code=row.type_code, day=row.day, is_written=kind.is_written
        )
        found[row.pupil_id, row.subject_id].append((mark, kind))
    return found


def _changes(
    session: Session, course: CourseView, ref: PeriodRef, pupil_ids: Collection[UUID]
) -> dict[UUID, int]:
    """Pupil → how often the mark was changed after it was first written."""
    rows = session.execute(
        select(PeriodMarkChange.pupil_id, func.count())
        .where(
            PeriodMarkChange.pupil_id.in_(pupil_ids),
            PeriodMarkChange.subject_id == course.key.subject_id,
            PeriodMarkChange.academic_year == course.academic_year,
            PeriodMarkChange.kind == ref.kind,
            PeriodMarkChange.number == ref.number,
            PeriodMarkChange.old != "",
        )
        .group_by(PeriodMarkChange.pupil_id)
    )
    return {pupil_id: count for pupil_id, count in rows}


def _opened(
    session: Session, actor: Actor, key: CourseKey, ref: PeriodRef, now: datetime
) -> dict[UUID, OpenCell]:
    """Pupil → the approval that holds this mark open for the actor (INS-3.3.13)."""
    if actor.person_id is None:
        return {}
    cells = open_period_cells(session, actor.person_id, key.class_id, key.subject_id, now)
    return {one.ref.pupil_id: one for one in cells if one.ref.period == ref.key}


def _view(row: PeriodMark, changes: int) -> PeriodMarkView:
    return PeriodMarkView(
        value=row.value,
        proposed=row.proposed,
        arithmetic=row.arithmetic,
        reason=row.reason,
        result_on=row.result_on,
        is_late=row.is_late,
        first_written_at=row.first_written_at,
        written_at=row.written_at,
        written_by=row.written_by,
        changes=changes,
    )


def _course(table: type[Lesson] | type[TeachingLoad], key: CourseKey) -> ColumnElement[bool]:
    return and_(
        table.class_id == key.class_id,
        table.subject_id == key.subject_id,
        table.group_id.is_(None) if key.group_id is None else table.group_id == key.group_id,
    )


def _seats(session: Session, group_ids: Collection[UUID], on: date) -> frozenset[tuple[UUID, UUID]]:
    """Pupil and group, for those who are in one of the groups on the date."""
    rows = session.execute(
        select(GroupMembership.pupil_id, GroupMembership.group_id).where(
            GroupMembership.group_id.in_(group_ids), holds_on(GroupMembership, on)
        )
    )
    return frozenset((row.pupil_id, row.group_id) for row in rows)


def _attended(
    pupil_id: UUID,
    subject_id: UUID,
    courses: Iterable[Course],
    seats: Collection[tuple[UUID, UUID]],
) -> list[Course]:
    """The pupil's own course of the subject; all of them where nobody seated the pupil yet."""
    of_subject = [one for one in courses if one.subject_id == subject_id]
    own = [one for one in of_subject if one.group_id is None or (pupil_id, one.group_id) in seats]
    return own or of_subject


def _teachers(courses: Iterable[Course]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in courses for name in one.teachers))


def _gaps(columns: Iterable[CouncilSubject], rows: Sequence[CouncilRow]) -> tuple[Gap, ...]:
    """What is missing, by subject and group."""
    found = []
    for column in columns:
        by_group: dict[UUID | None, list[CouncilRow]] = defaultdict(list)
        for row in rows:
            cell = row.cells[column.id]
            if not cell.value:
                by_group[cell.group_id].append(row)
        found += [
            Gap(
                subject_id=column.id,
                subject=column.name,
                teachers=lacking[0].cells[column.id].teachers,
                pupils=tuple(row.name for row in lacking),
                group_id=group_id,
            )
            for group_id, lacking in by_group.items()
        ]
    return tuple(found)
