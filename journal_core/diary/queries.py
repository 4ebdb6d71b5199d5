"""Reading a diary: whose is open to whom, its week, its marks. Statements do not grow."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from journal_core.academic_year.queries import school_bells
from journal_core.academic_year.rules import bells_on
from journal_core.academic_year.terms import Period, SchoolBells
from journal_core.access.models import Account
from journal_core.access.terms import Permission, permissions_of
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.queries import days_of, live_spans
from journal_core.attendance.rules import totals_of
from journal_core.attendance.terms import AttendanceCell, Days, Presence, ReasonCode
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.classes.models import ClassMembership, StudyGroup
from journal_core.classes.queries import in_class_on
from journal_core.classes.rules import takes_marks
from journal_core.classes.terms import GroupKind
from journal_core.context import Actor
from journal_core.corrections.models import MarkCorrection
from journal_core.curriculum.models import Subject
from journal_core.diary.models import CalendarLink
from journal_core.diary.rules import class_average
from journal_core.diary.terms import (
    DiaryDay,
    DiaryLesson,
    DiaryMark,
    DiaryMarks,
    DiaryPupil,
    DiarySubject,
    DiaryWeek,
    DiaryYear,
    MarkChange,
    MissedLesson,
    Month,
    SubjectPage,
    SubjectYear,
)
from journal_core.errors import NotFound
from journal_core.forecast.queries import forecasts_of_pupil
from journal_core.forecast.terms import Forecast
from journal_core.homework.queries import homework_of_pupil
from journal_core.homework.terms import HomeworkView
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import attended_by, lessons_of_pupil, next_day_of_pupil
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types
from journal_core.marks.rules import average_of
from journal_core.marks.terms import WorkType
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import represents_on, roles_of, studies_on
from journal_core.period_marks.models import PeriodMark
from journal_core.period_marks.terms import PeriodRef
from journal_core.school.models import SchoolClass
from journal_core.school.queries import settings_on
from journal_core.school.rules import academic_year_of
from journal_core.school.terms import SchoolSettings

DAY = timedelta(days=1)
#: Monday to Sunday; a Sunday without lessons is left out.
_WEEK = 7
_SUNDAY = 6

#: Class, subject and group: which lessons are of one course.
Course = tuple[UUID, UUID, UUID | None]
#: A mark and the subject that it is in.
GivenMark = tuple[UUID, DiaryMark]
#: What a mark is told by, beside its value.
_OF_MARK = (
    Lesson.subject_id,
    Lesson.id.label("lesson_id"),
    Lesson.day,
    Work.id.label("work_id"),
    Work.type_code,
    Work.title,
)


def diaries_in_reach(session: Session, actor: Actor, on: date) -> list[DiaryPupil]:
    """The pupils whose diaries the actor may read on the date, by name: one's own, the children's.

    An own account reads one's own (DIARY_OWN_READ), a representative while the right holds
    (CHILDREN_OWN_READ); a diary is read while its pupil studies (POL-3.9.2, INS-3.3.23).
    """
    return _pupils(session, on, _is_open_to(actor, on))


def pupil_in_reach(session: Session, actor: Actor, pupil_id: UUID, on: date) -> DiaryPupil:
    """The pupil, where the diary is the actor's to read. Raises NotFound for any other."""
    found = _pupils(session, on, _is_open_to(actor, on), Pupil.id == pupil_id)
    if not found:
        raise NotFound("person_unknown")
    return found[0]


def diary_week(
    session: Session, pupil_id: UUID, monday: date, on: date, *, with_ahead: bool = False
) -> DiaryWeek:
    """The week as on paper, read on the date (POL-2.2.9, 3.9.2, SVC-2.15.1).

    Each day has the lessons of the class and groups that the pupil is in on it. With `ahead`, also
    the first day after the date that has lessons. At most 15 statements.
    """
    asked = [monday + passed * DAY for passed in range(_WEEK)]
    ahead = next_day_of_pupil(session, pupil_id, on) if with_ahead else None
    days = {
        one.day: one
        for one in _days(session, pupil_id, sorted({*asked, *([ahead] if ahead else [])}), on)
    }
    return DiaryWeek(
        monday=monday,
        days=tuple(days[day] for day in asked if day.weekday() < _SUNDAY or days[day].lessons),
        ahead=days[ahead] if ahead else None,
    )


def diary_days(session: Session, pupil_id: UUID, days: Days, on: date) -> list[DiaryDay]:
    """The days in their order, each with its lessons and what is due; as `diary_week` has them."""
    count = (days.until - days.since).days + 1
    return _days(session, pupil_id, [days.since + passed * DAY for passed in range(count)], on)


def calendar_link(session: Session, account_id: UUID, pupil_id: UUID) -> CalendarLink | None:
    """The account's link to the pupil's lessons, also one that has ended."""
    return session.scalars(
        select(CalendarLink).where(
            CalendarLink.account_id == account_id, CalendarLink.pupil_id == pupil_id
        )
    ).first()


def linked_pupil(session: Session, link_id: UUID, on: date) -> tuple[CalendarLink, DiaryPupil]:
    """The link and whose lessons it opens on the date.

    Raises NotFound when it has ended, and when its account may not read the diary any more: the
    right to it ended, the pupil left, the account was closed (POL-3.9.2).
    """
    row = session.execute(
        select(CalendarLink, Account.person_id)
        .join(Account, Account.id == CalendarLink.account_id)
        .where(
            CalendarLink.id == link_id,
            CalendarLink.ended_at.is_(None),
            Account.closed_at.is_(None),
        )
    ).first()
    if row is None:
        raise NotFound("link_unknown")
    link, person_id = row
    permissions = permissions_of(roles_of(session, link.account_id, on))
    reader = Actor(label="", permissions=permissions, person_id=person_id)
    return link, pupil_in_reach(session, reader, link.pupil_id, on)


def marks_by_subject(
    session: Session, pupil: DiaryPupil, days: Days, *, running: Period | None = None, on: date
) -> DiaryMarks:
    """The pupil's marks in days of one academic year (POL-2.2.4, 3.9.4, INS-2.3).

    Subjects are those with lessons or marks in the days, or with a period mark of the year. The
    averages count like those of the journal (INS-3.3.8). A period that runs within the days is
    forecast, read on the date `on` (INS-3.3.20). Nine statements, and three for the forecast.
    """
    year = academic_year_of(days.since)
    settings = settings_on(session, days.until)
    marks = _marks_of_subjects(session, pupil.id, days)
    given = _period_marks(session, pupil.id, year)
    missed = _missed(session, pupil.id, days)
    counted: Counter[tuple[UUID, Presence]] = Counter()
    for (_day, subject_id, presence), count in missed.items():
        counted[subject_id, presence] += count
    wanted = {*_subjects(session, pupil.id, days), *marks, *given}
    rows = session.scalars(
        select(Subject).where(Subject.id.in_(wanted)).order_by(Subject.position, Subject.name)
    )
    reasons = _reasons(session, pupil.id, days.since, days.until)
    forecasts = _forecasts(session, pupil.id, running, marks, settings, on)
    return DiaryMarks(
        days=days,
        subjects=tuple(
            DiarySubject(
                id=row.id,
                name=row.name,
                marks=tuple(marks[row.id]),
                average=average_of(
                    ((one.value, one.type) for one in marks[row.id]), weighed=settings.weigh_marks
                ),
                given=given[row.id],
                missed=counted[row.id, Presence.ABSENT],
                late=counted[row.id, Presence.LATE],
                forecast=forecasts.get(row.id),
            )
            for row in rows
        ),
        attendance=totals_of(_cells(missed, reasons)),
    )


def years_of_pupil(session: Session, pupil_id: UUID) -> list[DiaryYear]:
    """The academic years that the pupil was in a class in, the newest first (POL-2.2.4)."""
    rows = session.scalars(
        select(SchoolClass)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .where(ClassMembership.pupil_id == pupil_id)
        .order_by(SchoolClass.academic_year, ClassMembership.since)
    )
    years = {
        row.academic_year: DiaryYear(
            academic_year=row.academic_year, class_name=row.name, grade=row.grade
        )
        for row in rows
    }
    return list(years.values())[::-1]


def subject_page(
    session: Session,
    pupil_id: UUID,
    subject_id: UUID,
    days: Days,
    *,
    running: Period | None = None,
    on: date,
) -> SubjectPage:
    """One subject of the pupil in the days of a year, each mark with its changes (POL-2.2.4).

    Raises NotFound for a subject that the pupil neither had lessons nor got marks in. A mark that
    was taken away stands without a value. Ten statements, and three for the forecast.
    """
    name = _subject_name(session, pupil_id, subject_id, days)
    settings = settings_on(session, days.until)
    in_subject = and_(Lesson.day.between(days.since, days.until), Lesson.subject_id == subject_id)
    marks = _changed_marks(session, pupil_id, in_subject)
    counted = [(one.value, one.type) for one in marks if one.value]
    forecasts = _forecasts(session, pupil_id, running, {subject_id: marks}, settings, on)
    return SubjectPage(
        id=subject_id,
        name=name,
        marks=tuple(marks[::-1]),
        missed=tuple(_missed_lessons(session, pupil_id, days, in_subject)),
        average=average_of(counted, weighed=settings.weigh_marks),
        given=_period_marks(session, pupil_id, academic_year_of(days.since))[subject_id],
        forecast=forecasts.get(subject_id),
    )


def subject_year(session: Session, pupil_id: UUID, subject_id: UUID, days: Days) -> SubjectYear:
    """The subject by months, beside the average of the others in the class. Eight statements.

    Raises NotFound as `subject_page` does.
    """
    name = _subject_name(session, pupil_id, subject_id, days)
    weighed = settings_on(session, days.until).weigh_marks
    in_subject = and_(Lesson.day.between(days.since, days.until), Lesson.subject_id == subject_id)
    marks: dict[date, list[tuple[str, WorkType]]] = defaultdict(list)
    for _subject_id, mark in _given(session, pupil_id, in_subject):
        marks[mark.day.replace(day=1)].append((mark.value, mark.type))
    others = _others(session, pupil_id, in_subject, work_types(session))
    missed: Counter[tuple[date, Presence]] = Counter()
    for (day, missed_id, presence), count in _missed(session, pupil_id, days).items():
        if missed_id == subject_id:
            missed[day.replace(day=1), presence] += count
    held = Counter(
        day.replace(day=1)
        for day in session.scalars(
            select(Lesson.day).where(
                in_subject, Lesson.cancelled_at.is_(None), attended_by(pupil_id)
            )
        )
    )
    return SubjectYear(
        id=subject_id,
        name=name,
        months=tuple(
            Month(
                first=first,
                average=average_of(marks[first], weighed=weighed),
                of_class=class_average(others[first], weighed=weighed),
                lessons=held[first],
                missed=missed[first, Presence.ABSENT],
                late=missed[first, Presence.LATE],
            )
            for first in sorted({*held, *marks})
        ),
    )


def _is_open_to(actor: Actor, on: date) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if actor.person_id is not None and actor.may(Permission.DIARY_OWN_READ):
        conditions.append(Pupil.person_id == actor.person_id)
    if actor.person_id is not None and actor.may(Permission.CHILDREN_OWN_READ):
        represented = select(Representation.pupil_id).where(
            Representation.person_id == actor.person_id, represents_on(on)
        )
        conditions.append(Pupil.id.in_(represented))
    return or_(false(), *conditions)


def _pupils(session: Session, on: date, *conditions: ColumnElement[bool]) -> list[DiaryPupil]:
    rows = session.execute(
        select(Pupil.id, Person, SchoolClass)
        .join(Person, Person.id == Pupil.person_id)
        .outerjoin(ClassMembership, in_class_on(on))
        .outerjoin(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(studies_on(on), *conditions)
        .order_by(Person.sort_key)
    )
    return [
        DiaryPupil(
            id=pupil_id,
            name=person.name.full,
            class_name=school_class.name if school_class else "",
            grade=school_class.grade if school_class else None,
        )
        for pupil_id, person, school_class in rows
    ]


def _days(session: Session, pupil_id: UUID, asked: Sequence[date], on: date) -> list[DiaryDay]:
    """The days in their order; they need not follow each other."""
    lessons = lessons_of_pupil(session, pupil_id, asked)
    classes = _classes(session, pupil_id, asked)
    kinds = _kinds(session, lessons)
    bells = school_bells(session)
    tasks = homework_of_pupil(session, pupil_id, asked, on)
    due, left = _due(lessons, tasks)
    sets = {one.lesson_id: one for one in tasks}
    marks = _marks(session, pupil_id, lessons)
    presence = _presence(session, pupil_id, lessons)
    reasons = _reasons(session, pupil_id, asked[0], asked[-1])
    of_days: dict[date, list[DiaryLesson]] = defaultdict(list)
    for one in lessons:
        starts, ends = _times(one, bells)
        seen = presence.get(one.id)
        kind = kinds.get(one.group_id) if one.group_id else None
        of_days[one.day].append(
            DiaryLesson(
                lesson=one,
                starts=starts,
                ends=ends,
                takes_marks=takes_marks(classes[one.day].grade, kind),
                due=tuple(due[one.id]),
                sets=sets.get(one.id),
                marks=tuple(marks[one.id]),
                presence=seen,
                reason=_reason_on(reasons, one.day) if seen is Presence.ABSENT else None,
            )
        )
    return [_day(day, classes.get(day), of_days[day], left[day]) for day in asked]


def _day(
    day: date,
    of_class: SchoolClass | None,
    lessons: Iterable[DiaryLesson],
    left: Iterable[HomeworkView],
) -> DiaryDay:
    """What a class left behind on the day sets for it is not the pupil's any more."""
    return DiaryDay(
        day=day,
        class_name=of_class.name if of_class else "",
        lessons=tuple(lessons),
        due=tuple(one for one in left if of_class and one.class_id == of_class.id),
    )


def _classes(session: Session, pupil_id: UUID, days: Sequence[date]) -> dict[date, SchoolClass]:
    """The pupil's class on each of the days; days in none are left out."""
    rows = session.execute(
        select(ClassMembership, SchoolClass)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            ClassMembership.pupil_id == pupil_id,
            ClassMembership.since <= days[-1],
            or_(ClassMembership.until.is_(None), ClassMembership.until >= days[0]),
        )
    ).all()
    return {
        day: of_class
        for span, of_class in rows
        for day in days
        if span.since <= day <= (span.until or day)
    }


def _kinds(session: Session, lessons: Iterable[DayLesson]) -> dict[UUID, GroupKind]:
    groups = {one.group_id for one in lessons if one.group_id}
    rows = session.execute(select(StudyGroup.id, StudyGroup.kind).where(StudyGroup.id.in_(groups)))
    return {group_id: kind for group_id, kind in rows}


def _times(lesson: DayLesson, bells: SchoolBells) -> tuple[time | None, time | None]:
    followed = bells_on(lesson.day, bells)
    times = followed.times if followed else ()
    return next(
        ((bell.starts, bell.ends) for bell in times if bell.number == lesson.number), (None, None)
    )


def _due(
    lessons: Iterable[DayLesson], tasks: Iterable[HomeworkView]
) -> tuple[dict[UUID, list[HomeworkView]], dict[date, list[HomeworkView]]]:
    """Lesson → what is due in it; day → what is due on it with no lesson of its course there."""
    by_id = {one.id: one.id for one in lessons}
    of_course: dict[tuple[date, Course], UUID] = {}
    for one in lessons:
        of_course.setdefault((one.day, (one.class_id, one.subject_id, one.group_id)), one.id)
    due: dict[UUID, list[HomeworkView]] = defaultdict(list)
    left: dict[date, list[HomeworkView]] = defaultdict(list)
    for task in tasks:
        if task.is_none or task.due_day is None:
            continue
        course = (task.class_id, task.subject_id, task.group_id)
        told = task.due_lesson_id and by_id.get(task.due_lesson_id)
        lesson_id = told or of_course.get((task.due_day, course))
        if lesson_id:
            due[lesson_id].append(task)
        else:
            left[task.due_day].append(task)
    return due, left


def _marks(
    session: Session, pupil_id: UUID, lessons: Iterable[DayLesson]
) -> dict[UUID, list[DiaryMark]]:
    """Lesson → the pupil's marks in it, in the order of its works."""
    found: dict[UUID, list[DiaryMark]] = defaultdict(list)
    for _subject_id, mark in _given(session, pupil_id, Lesson.id.in_({one.id for one in lessons})):
        found[mark.lesson_id].append(mark)
    return found


def _forecasts(
    session: Session,
    pupil_id: UUID,
    running: Period | None,
    marks: Mapping[UUID, Iterable[DiaryMark]],
    settings: SchoolSettings,
    on: date,
) -> dict[UUID, Forecast]:
    """Subject → the forecast of the period that runs, from its marks among these."""
    if running is None:
        return {}
    days = Days(since=running.since, until=running.until)
    kept = {
        subject_id: [(one.value, one.type) for one in own if one.value and one.day in days]
        for subject_id, own in marks.items()
    }
    return forecasts_of_pupil(session, pupil_id, running, kept, settings, on)


def _subject_name(session: Session, pupil_id: UUID, subject_id: UUID, days: Days) -> str:
    """Raises NotFound where the pupil had nothing of the subject in the days."""
    in_days = Lesson.subject_id == subject_id, Lesson.day.between(days.since, days.until)
    is_marked = (
        select(Mark.id)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.pupil_id == pupil_id, *in_days)
        .exists()
    )
    is_attended = exists().where(*in_days, attended_by(pupil_id))
    is_given = exists().where(
        PeriodMark.pupil_id == pupil_id,
        PeriodMark.subject_id == subject_id,
        PeriodMark.academic_year == academic_year_of(days.since),
    )
    name = session.scalar(
        select(Subject.name).where(Subject.id == subject_id, or_(is_attended, is_marked, is_given))
    )
    if name is None:
        raise NotFound("subject_unknown")
    return name


def _changed_marks(
    session: Session, pupil_id: UUID, lessons: ColumnElement[bool]
) -> list[DiaryMark]:
    """The pupil's marks with their changes, by day; those that were taken away are among them."""
    types = work_types(session)
    changes: dict[UUID, list[MarkChange]] = defaultdict(list)
    places: dict[UUID, Any] = {}
    rows = session.execute(
        select(*_OF_MARK, CellChange.old, CellChange.new, CellChange.at, CellChange.by)
        .add_columns(MarkCorrection.number.label("slip"))
        .select_from(CellChange)
        .join(Work, Work.id == CellChange.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .outerjoin(MarkCorrection, MarkCorrection.id == CellChange.correction_id)
        .where(
            CellChange.pupil_id == pupil_id,
            CellChange.kind == CellKind.MARK,
            CellChange.old != "",
            lessons,
        )
        .order_by(CellChange.at.desc())
    )
    for row in rows:
        places[row.work_id] = row
        changes[row.work_id].append(
            MarkChange(old=row.old, new=row.new, at=row.at, by=row.by, slip=row.slip)
        )
    marks = [mark for _subject_id, mark in _given(session, pupil_id, lessons)]
    standing = {one.work_id for one in marks}
    marks += [_mark(row, types) for work_id, row in places.items() if work_id not in standing]
    return sorted(
        (replace(one, changes=tuple(changes[one.work_id])) for one in marks),
        key=lambda one: one.day,
    )


def _missed_lessons(
    session: Session, pupil_id: UUID, days: Days, lessons: ColumnElement[bool]
) -> list[MissedLesson]:
    """The newest first."""
    reasons = _reasons(session, pupil_id, days.since, days.until)
    rows = session.execute(
        select(Lesson.id, Lesson.day, Lesson.number, LessonAbsence.presence)
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .where(LessonAbsence.pupil_id == pupil_id, lessons)
        .order_by(Lesson.day.desc(), Lesson.number.desc())
    )
    return [
        MissedLesson(
            lesson_id=row.id,
            day=row.day,
            number=row.number,
            presence=row.presence,
            reason=_reason_on(reasons, row.day) if row.presence is Presence.ABSENT else None,
        )
        for row in rows
    ]


def _others(
    session: Session,
    pupil_id: UUID,
    lessons: ColumnElement[bool],
    types: Mapping[str, WorkType],
) -> dict[date, dict[UUID, list[tuple[str, WorkType]]]]:
    """Month → the marks of each other pupil in lessons of the classes that the pupil was in."""
    own = select(ClassMembership.class_id).where(ClassMembership.pupil_id == pupil_id)
    rows = session.execute(
        select(Lesson.day, Mark.pupil_id, Mark.value, Work.type_code)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Lesson.class_id.in_(own), lessons, Mark.pupil_id != pupil_id)
    )
    found: dict[date, dict[UUID, list[tuple[str, WorkType]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for day, other_id, value, code in rows:
        found[day.replace(day=1)][other_id].append((value, type_of(types, code)))
    return found


def _marks_of_subjects(session: Session, pupil_id: UUID, days: Days) -> dict[UUID, list[DiaryMark]]:
    found: dict[UUID, list[DiaryMark]] = defaultdict(list)
    is_asked = Lesson.day.between(days.since, days.until)
    for subject_id, mark in _given(session, pupil_id, is_asked):
        found[subject_id].append(mark)
    return found


def _given(session: Session, pupil_id: UUID, lessons: ColumnElement[bool]) -> list[GivenMark]:
    """The pupil's marks, by day and hour. Columns alone: a year has hundreds."""
    types = work_types(session)
    rows = session.execute(
        select(*_OF_MARK, Mark.value, Mark.comment)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.pupil_id == pupil_id, lessons)
        .order_by(Lesson.day, Lesson.number, Work.position, Work.assigned_at)
    )
    return [(row.subject_id, _mark(row, types, row.value, row.comment)) for row in rows]


def _mark(row: Any, types: Mapping[str, WorkType], value: str = "", comment: str = "") -> DiaryMark:
    """Of a row with the columns of `_OF_MARK`."""
    return DiaryMark(
        value=value,
        comment=comment,
        day=row.day,
        type=type_of(types, row.type_code),
        title=row.title,
        lesson_id=row.lesson_id,
        work_id=row.work_id,
    )


def _presence(
    session: Session, pupil_id: UUID, lessons: Iterable[DayLesson]
) -> dict[UUID, Presence]:
    rows = session.execute(
        select(LessonAbsence.lesson_id, LessonAbsence.presence).where(
            LessonAbsence.pupil_id == pupil_id,
            LessonAbsence.lesson_id.in_({one.id for one in lessons}),
        )
    )
    return {lesson_id: presence for lesson_id, presence in rows}


def _reasons(
    session: Session, pupil_id: UUID, since: date, until: date
) -> list[tuple[Days, ReasonCode]]:
    """The days that the pupil is away in, with the reasons that the class teacher confirmed."""
    spans = live_spans(session, [pupil_id], Days(since=since, until=until))
    return [(days_of(row), row.reason) for row in spans if row.confirmed_at and row.reason]


def _reason_on(reasons: Iterable[tuple[Days, ReasonCode]], day: date) -> ReasonCode | None:
    return next((reason for days, reason in reasons if day in days), None)


def _subjects(session: Session, pupil_id: UUID, days: Days) -> set[UUID]:
    """The subjects in which the pupil has lessons in the days."""
    return set(
        session.scalars(
            select(Lesson.subject_id)
            .where(Lesson.day.between(days.since, days.until), attended_by(pupil_id))
            .distinct()
        )
    )


def _period_marks(
    session: Session, pupil_id: UUID, academic_year: int
) -> dict[UUID, dict[PeriodRef, str]]:
    """Subject → the period marks of the year."""
    found: dict[UUID, dict[PeriodRef, str]] = defaultdict(dict)
    rows = session.scalars(
        select(PeriodMark).where(
            PeriodMark.pupil_id == pupil_id, PeriodMark.academic_year == academic_year
        )
    )
    for row in rows:
        found[row.subject_id][PeriodRef(kind=row.kind, number=row.number)] = row.value
    return found


def _missed(session: Session, pupil_id: UUID, days: Days) -> dict[tuple[date, UUID, Presence], int]:
    """Day, subject and presence → lessons."""
    rows = session.execute(
        select(Lesson.day, Lesson.subject_id, LessonAbsence.presence, func.count())
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .where(LessonAbsence.pupil_id == pupil_id, Lesson.day.between(days.since, days.until))
        .group_by(Lesson.day, Lesson.subject_id, LessonAbsence.presence)
    )
    return {(day, subject_id, presence): count for day, subject_id, presence, count in rows}


def _cells(
    missed: Mapping[tuple[date, UUID, Presence], int], reasons: Sequence[tuple[Days, ReasonCode]]
) -> list[AttendanceCell]:
    """One of each day on which the pupil missed a lesson or came late."""
    counted: Counter[tuple[date, Presence]] = Counter()
    for (day, _subject_id, presence), count in missed.items():
        counted[day, presence] += count
    return [
        AttendanceCell(
            missed=counted[day, Presence.ABSENT],
            late=counted[day, Presence.LATE],
            reason=_reason_on(reasons, day),
        )
        for day in sorted({day for day, _presence in counted})
    ]
