"""Reading the journal: which pages are whose, the page, and what its cells are judged by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from journal_core.academic_year.queries import periods_of_year, school_bells
from journal_core.academic_year.rules import bells_on, periods_of
from journal_core.access.terms import Permission
from journal_core.attendance.models import AbsenceSpan, LessonAbsence
from journal_core.attendance.terms import Presence, ReasonCode
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellChangeView, CellKind
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.context import Actor
from journal_core.corrections.models import MarkCorrection
from journal_core.corrections.queries import open_cells
from journal_core.corrections.terms import CellRef
from journal_core.curriculum.models import Subject
from journal_core.errors import NotFound
from journal_core.journal.rules import is_double, why_closed
from journal_core.journal.terms import (
    Cell,
    CellFacts,
    CellHistory,
    Column,
    CourseKey,
    CourseView,
    Frame,
    JournalPage,
    LessonBeside,
    LessonPage,
    Row,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import (
    day_lesson,
    last_numbers,
    lessons_of_course,
    lessons_with_ids,
)
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types, works_in
from journal_core.marks.rules import average_of
from journal_core.marks.terms import Average, WorkType, WorkView
from journal_core.people.models import Person, Pupil
from journal_core.plans.queries import topics_of_course
from journal_core.plans.rules import next_topic
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_of_year, is_led_by, settings_by_day
from journal_core.school.rules import academic_year_of

#: A lesson's column of no work, or the column of a work.
Place = tuple[UUID, UUID | None]


def course_to_read(session: Session, actor: Actor, key: CourseKey, on: date) -> CourseView:
    """The course, for one who may read its page on the date (POL-3.5.1, 3.6.1, 3.7.2).

    Raises NotFound for a course that there is not, or that is not the actor's to see.
    """
    found = _courses(session, actor, on, _of_course(key))
    if not found:
        raise NotFound("course_unknown")
    return found[0]


def courses_to_read(
    session: Session, actor: Actor, academic_year: int, on: date, class_id: UUID | None = None
) -> list[CourseView]:
    """The courses with lessons that the actor may read, by class and subject; or of one class."""
    classes = [
        row.id
        for row in classes_of_year(session, academic_year)
        if class_id is None or row.id == class_id
    ]
    return _courses(session, actor, on, Lesson.class_id.in_(classes))


def frames(session: Session, lessons: Sequence[DayLesson], zone: ZoneInfo) -> dict[UUID, Frame]:
    """What the rules of each lesson are read by. Eight statements, however many lessons."""
    if not lessons:
        return {}
    first, last = min(one.day for one in lessons), max(one.day for one in lessons)
    grades = dict(
        session.execute(
            select(SchoolClass.id, SchoolClass.grade).where(
                SchoolClass.id.in_({one.class_id for one in lessons})
            )
        ).all()
    )
    kinds = dict(
        session.execute(
            select(StudyGroup.id, StudyGroup.kind).where(
                StudyGroup.id.in_({one.group_id for one in lessons if one.group_id})
            )
        ).all()
    )
    periods = [
        period
        for year in range(academic_year_of(first), academic_year_of(last) + 1)
        for period in periods_of_year(session, year)
    ]
    bells = school_bells(session)
    numbers = last_numbers(session, grades, first, last)
    settings = settings_by_day(session, {one.day for one in lessons})
    return {
        one.id: Frame(
            lesson=one,
            grade=grades[one.class_id],
            kind=kinds.get(one.group_id) if one.group_id else None,
            period_until=next(
                (
                    period.until
                    for period in periods_of(periods, grades[one.class_id])
                    if period.since <= one.day <= period.until
                ),
                None,
            ),
            last_bell=_end_of(bells_on(one.day, bells), numbers.get((one.class_id, one.day))),
            settings=settings[one.day],
            zone=zone,
        )
        for one in lessons
    }


def journal_page(
    session: Session,
    actor: Actor,
    course: CourseView,
    since: date,
    until: date,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> JournalPage:
    """The page of the course from a day to a day, both within.

    Its statements do not grow with pupils or lessons.
    """
    key = course.key
    lessons = lessons_of_course(session, key.class_id, key.group_id, key.subject_id, since, until)
    return page_of_lessons(session, actor, course, lessons, since, until, now=now, zone=zone)


def page_of_lessons(
    session: Session,
    actor: Actor,
    course: CourseView,
    lessons: Sequence[DayLesson],
    since: date,
    until: date,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> JournalPage:
    """The page of these lessons of the course."""
    by_lesson = frames(session, lessons, zone)
    local = now.astimezone(zone)
    return _page_of_frames(session, actor, course, by_lesson, since, until, now=local)


def _page_of_frames(
    session: Session,
    actor: Actor,
    course: CourseView,
    by_lesson: Mapping[UUID, Frame],
    since: date,
    until: date,
    *,
    now: datetime,
) -> JournalPage:
    """The page of lessons whose rules are known; `now` is of the school's zone."""
    types = work_types(session)
    works = works_in(session, list(by_lesson))
    lessons = [frame.lesson for frame in by_lesson.values()]
    columns = _columns(actor, by_lesson.values(), works, types, now)
    rows = _rows(session, course.key, lessons, since, until, works, types, by_lesson)
    return JournalPage(
        course=course,
        since=since,
        until=until,
        columns=columns,
        rows=rows,
        opened=_opened(session, actor, by_lesson, now),
    )


def _opened(
    session: Session, actor: Actor, lesson_ids: Collection[UUID], now: datetime
) -> frozenset[CellRef]:
    if actor.person_id is None or not actor.may(Permission.JOURNAL_OWN_WRITE):
        return frozenset()
    return frozenset(one.ref for one in open_cells(session, actor.person_id, lesson_ids, now))


def averages_of(
    session: Session, course: CourseKey, pupil_ids: Iterable[UUID], since: date, until: date
) -> dict[UUID, Average]:
    """The averages of the pupils in the course from a day to a day, both within."""
    rows = session.execute(
        select(Mark.pupil_id, Mark.value, Work.type_code)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(
            Mark.pupil_id.in_(list(pupil_ids)),
            _of_course(course),
            Lesson.day.between(since, until),
        )
    )
    types = work_types(session)
    weighed = settings_by_day(session, [until])[until].weigh_marks
    marks: dict[UUID, list[tuple[str, WorkType]]] = defaultdict(list)
    for row in rows:
        marks[row.pupil_id].append((row.value, type_of(types, row.type_code)))
    return {one: average_of(marks[one], weighed=weighed) for one in marks}


def require_lessons(session: Session, course: CourseKey, lesson_ids: Iterable[UUID]) -> None:
    """Raises NotFound `lesson_unknown` when one of the lessons is not of the course."""
    asked = set(lesson_ids)
    of_course = session.scalar(
        select(func.count(Lesson.id)).where(Lesson.id.in_(asked), _of_course(course))
    )
    if of_course != len(asked):
        raise NotFound("lesson_unknown")


def changes_since(
    session: Session, course: CourseKey, since: date, until: date, moment: datetime
) -> list[CellChangeView]:
    """What was last written, at the moment or after it, in each cell of the course's days."""
    rows = session.scalars(
        select(CellChange)
        .join(Lesson, Lesson.id == CellChange.lesson_id)
        .where(
            _of_course(course),
            Lesson.day.between(since, until),
            CellChange.at >= moment,
        )
        .order_by(CellChange.at)
    )
    last = {(row.lesson_id, row.pupil_id, row.work_id, row.kind): row for row in rows}
    return [_change(row) for row in last.values()]


def cell_history(
    session: Session,
    actor: Actor,
    lesson_id: UUID,
    pupil_id: UUID,
    work_id: UUID | None,
    *,
    on: date,
    zone: ZoneInfo,
) -> CellHistory:
    """What stood in the cell of a work, and who was said to be away (INS-3.3.13).

    Raises NotFound for a lesson that is not the actor's to read, a work that is not the lesson's,
    or a pupil who was not there.
    """
    lesson = day_lesson(session, lesson_id)
    key = CourseKey(
        class_id=lesson.class_id, subject_id=lesson.subject_id, group_id=lesson.group_id
    )
    course_to_read(session, actor, key, on)
    members = members_of(session, key, lesson.day, lesson.day)
    works = {work.id: work for work in works_in(session, [lesson_id])}
    if pupil_id not in members or (work_id is not None and work_id not in works):
        raise NotFound("cell_unknown")
    rows = session.execute(
        select(CellChange, MarkCorrection.number)
        .outerjoin(MarkCorrection, MarkCorrection.id == CellChange.correction_id)
        .where(
            CellChange.lesson_id == lesson_id,
            CellChange.pupil_id == pupil_id,
            or_(CellChange.work_id == work_id, CellChange.work_id.is_(None)),
        )
        .order_by(CellChange.at.desc())
    )
    work = works.get(work_id) if work_id else None
    frame = frames(session, [lesson], zone)[lesson_id]
    return CellHistory(
        lesson=lesson,
        pupil=members[pupil_id][0],
        work=work_view(work, frame, work_types(session)) if work else None,
        changes=tuple(_change(row.CellChange, row.number) for row in rows),
    )


def facts_of(
    frame: Frame,
    actor: Actor,
    now: datetime,
    kind: CellKind,
    term: datetime,
    *,
    is_member: bool = True,
    first_written: datetime | None = None,
    is_open: bool = False,
) -> CellFacts:
    """What `why_closed` judges a cell of the lesson by; `now` is of the school's zone."""
    return CellFacts(
        now=now,
        kind=kind,
        day=frame.lesson.day,
        term=term,
        takes_marks=frame.takes_marks,
        is_own=actor.may(Permission.JOURNAL_OWN_WRITE) and gives(frame.lesson, actor.person_id),
        is_cancelled=frame.lesson.is_cancelled,
        is_member=is_member,
        period_until=frame.period_until,
        period_close_days=frame.settings.period_close_days,
        first_written=first_written.astimezone(frame.zone) if first_written else None,
        is_open=is_open,
    )


def work_view(row: Work, frame: Frame, types: Mapping[str, WorkType]) -> WorkView:
    """A work with its term."""
    kind = type_of(types, row.type_code)
    return WorkView(
        id=row.id,
        lesson_id=row.lesson_id,
        day=frame.lesson.day,
        type=kind,
        title=row.title,
        is_administrative=row.is_administrative,
        checked_at=row.checked_at,
        term=frame.term_of(
            kind, is_administrative=row.is_administrative, assigned_at=row.assigned_at
        ),
    )


def members_of(
    session: Session, key: CourseKey, since: date, until: date
) -> dict[UUID, tuple[str, list[tuple[date, date | None]]]]:
    """Who is in the class or group on any of the days, by name: their names and their spans."""
    table: type[ClassMembership] | type[GroupMembership]
    table, mine = (
        (ClassMembership, ClassMembership.class_id == key.class_id)
        if key.group_id is None
        else (GroupMembership, GroupMembership.group_id == key.group_id)
    )
    rows = session.execute(
        select(table.pupil_id, table.since, table.until, Person)
        .join(Pupil, Pupil.id == table.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .where(mine, table.since <= until, or_(table.until.is_(None), table.until >= since))
        .order_by(Person.sort_key, table.pupil_id, table.since)
    )
    found: dict[UUID, tuple[str, list[tuple[date, date | None]]]] = {}
    for row in rows:
        found.setdefault(row.pupil_id, (row.Person.name.full, []))[1].append((row.since, row.until))
    return found


def _change(row: CellChange, slip: int | None = None) -> CellChangeView:
    return CellChangeView(
        id=row.id,
        lesson_id=row.lesson_id,
        pupil_id=row.pupil_id,
        work_id=row.work_id,
        kind=row.kind,
        old=row.old,
        new=row.new,
        at=row.at,
        by=row.by,
        by_id=row.by_id,
        reason=row.reason,
        slip=slip,
    )


def _courses(
    session: Session, actor: Actor, on: date, lessons: ColumnElement[bool]
) -> list[CourseView]:
    """The courses of these lessons that the actor may read."""
    is_own = or_(Lesson.teacher_id == actor.person_id, Lesson.substitute_id == actor.person_id)
    held = (
        select(
            Lesson.class_id,
            Lesson.group_id,
            Lesson.subject_id,
            func.max(case((is_own, 1), else_=0)).label("is_own"),
        )
        .where(lessons)
        .group_by(Lesson.class_id, Lesson.group_id, Lesson.subject_id)
        .subquery()
    )
    led = is_led_by(actor.person_id, on)
    may_any = actor.may(Permission.JOURNAL_ANY_READ)
    rows = session.execute(
        select(SchoolClass, StudyGroup, Subject, led.label("is_led"))
        .join(held, held.c.class_id == SchoolClass.id)
        .join(Subject, Subject.id == held.c.subject_id)
        .outerjoin(StudyGroup, StudyGroup.id == held.c.group_id)
        .where(true() if may_any else or_(led, held.c.is_own == 1))
        .order_by(
            SchoolClass.grade, SchoolClass.letter, Subject.position, Subject.name, StudyGroup.name
        )
    )
    return [_course(row) for row in rows]


def _of_course(key: CourseKey) -> ColumnElement[bool]:
    return and_(
        Lesson.class_id == key.class_id,
        Lesson.subject_id == key.subject_id,
        Lesson.group_id.is_(None) if key.group_id is None else Lesson.group_id == key.group_id,
    )


def _course(row: Any) -> CourseView:
    school_class, group, subject = row.SchoolClass, row.StudyGroup, row.Subject
    return CourseView(
        key=CourseKey(
            class_id=school_class.id,
            subject_id=subject.id,
            group_id=group.id if group else None,
        ),
        academic_year=school_class.academic_year,
        class_name=f"{school_class.grade}{school_class.letter}",
        grade=school_class.grade,
        group_name=group.name if group else "",
        kind=group.kind if group else None,
        subject=subject.name,
        is_led=bool(row.is_led),
    )


def _columns(
    actor: Actor,
    by_lesson: Iterable[Frame],
    works: Iterable[Work],
    types: Mapping[str, WorkType],
    now: datetime,
) -> tuple[Column, ...]:
    given: dict[UUID, list[Work]] = defaultdict(list)
    for work in works:
        given[work.lesson_id].append(work)
    return tuple(
        _column(actor, frame, work, now, is_first=place == 0)
        for frame in by_lesson
        for place, work in enumerate(
            [work_view(row, frame, types) for row in given[frame.lesson.id]] or [None]
        )
    )


def _column(
    actor: Actor, frame: Frame, work: WorkView | None, now: datetime, *, is_first: bool
) -> Column:
    lesson = frame.lesson
    facts = facts_of(frame, actor, now, CellKind.MARK, work.term if work else frame.day_term)
    return Column(
        lesson_id=lesson.id,
        day=lesson.day,
        number=lesson.number,
        topic=lesson.topic,
        work=work,
        is_own=facts.is_own,
        is_cancelled=lesson.is_cancelled,
        is_first=is_first,
        closed=why_closed(facts),
    )


def _rows(
    session: Session,
    key: CourseKey,
    lessons: Sequence[DayLesson],
    since: date,
    until: date,
    works: Sequence[Work],
    types: Mapping[str, WorkType],
    by_lesson: Mapping[UUID, Frame],
) -> tuple[Row, ...]:
    members = members_of(session, key, since, until)
    cells = _cells(session, works)
    presence = _presence(session, list(by_lesson))
    reasons = _reasons(session, members, since, until)
    kinds = {work.id: type_of(types, work.type_code) for work in works}
    weighed = any(frame.settings.weigh_marks for frame in list(by_lesson.values())[-1:])
    return tuple(
        Row(
            pupil_id=pupil_id,
            number=number,
            name=name,
            spans=tuple(spans),
            cells=cells.get(pupil_id, {}),
            presence=presence.get(pupil_id, {}),
            reasons={
                one.id: code
                for one in lessons
                for first, last, code in reasons.get(pupil_id, ())
                if first <= one.day <= last
            },
            average=average_of(
                (
                    (cell.mark, kinds[work_id])
                    for (_lesson, work_id), cell in cells.get(pupil_id, {}).items()
                    if work_id is not None
                ),
                weighed=weighed,
            ),
        )
        for number, (pupil_id, (name, spans)) in enumerate(members.items(), start=1)
    )


def _cells(session: Session, works: Sequence[Work]) -> dict[UUID, dict[Place, Cell]]:
    of_lesson = {work.id: work.lesson_id for work in works}
    changes: dict[tuple[UUID, UUID | None], int] = {
        (row.work_id, row.pupil_id): row.times
        for row in session.execute(
            select(CellChange.work_id, CellChange.pupil_id, func.count().label("times"))
            .where(
                CellChange.work_id.in_(of_lesson),
                CellChange.kind == CellKind.MARK,
                CellChange.old != "",
            )
            .group_by(CellChange.work_id, CellChange.pupil_id)
        )
    }
    found: dict[UUID, dict[Place, Cell]] = defaultdict(dict)
    # A page has thousands: rows are read, not objects that the session would watch.
    rows = session.execute(
        select(
            Mark.work_id,
            Mark.pupil_id,
            Mark.value,
            Mark.comment,
            Mark.is_late,
        ).where(Mark.work_id.in_(of_lesson))
    )
    for work_id, pupil_id, value, comment, is_late in rows:
        found[pupil_id][of_lesson[work_id], work_id] = Cell(
            mark=value,
            comment=comment,
            is_late=is_late,
            changes=changes.get((work_id, pupil_id), 0),
        )
    return found


def _presence(session: Session, lesson_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Presence]]:
    found: dict[UUID, dict[UUID, Presence]] = defaultdict(dict)
    rows = session.execute(
        select(LessonAbsence.pupil_id, LessonAbsence.lesson_id, LessonAbsence.presence).where(
            LessonAbsence.lesson_id.in_(lesson_ids)
        )
    )
    for pupil_id, lesson_id, presence in rows:
        found[pupil_id][lesson_id] = presence
    return found


def _reasons(
    session: Session, pupil_ids: Iterable[UUID], since: date, until: date
) -> dict[UUID, list[tuple[date, date, ReasonCode]]]:
    """The class teacher's confirmed reasons that meet the days."""
    found: dict[UUID, list[tuple[date, date, ReasonCode]]] = defaultdict(list)
    rows = session.scalars(
        select(AbsenceSpan).where(
            AbsenceSpan.pupil_id.in_(list(pupil_ids)),
            AbsenceSpan.since <= until,
            AbsenceSpan.until >= since,
            AbsenceSpan.confirmed_at.is_not(None),
        )
    )
    for row in rows:
        if row.reason is not None:
            found[row.pupil_id].append((row.since, row.until, row.reason))
    return found


def _end_of(bells: Any, number: int | None) -> Any:
    """When the lesson of the number ends."""
    return next((one.ends for one in bells.times if one.number == number), None) if bells else None


def lesson_page(
    session: Session, actor: Actor, lesson_id: UUID, *, now: datetime, zone: ZoneInfo
) -> LessonPage:
    """A lesson as it is kept, for those who may read its page of the journal (POL-3.6.1).

    Its statements do not grow with pupils, works or topics. Raises NotFound.
    """
    lesson, local = day_lesson(session, lesson_id), now.astimezone(zone)
    key = CourseKey(
        class_id=lesson.class_id, subject_id=lesson.subject_id, group_id=lesson.group_id
    )
    course = course_to_read(session, actor, key, local.date())
    by_lesson = frames(session, [lesson], zone)
    facts = facts_of(
        by_lesson[lesson.id], actor, local, CellKind.ATTENDANCE, by_lesson[lesson.id].day_term
    )
    row = session.get_one(Lesson, lesson_id)
    topics = topics_of_course(session, key.class_id, key.group_id, key.subject_id)
    written = next((one for one in topics if one.id == row.topic_id), None)
    before, after = _beside(session, actor, key, lesson)
    page = _page_of_frames(session, actor, course, by_lesson, lesson.day, lesson.day, now=local)
    return LessonPage(
        lesson=lesson,
        page=_with_answers(page, actor, by_lesson[lesson.id], local),
        closed=why_closed(facts),
        roll_called_at=row.roll_called_at,
        is_roll_late=_is_after(lesson.day, row.roll_called_at, zone),
        topic_written_at=row.topic_written_at,
        is_topic_late=_is_after(lesson.day, row.topic_written_at, zone),
        topics=topics,
        planned=written if row.topic else next_topic(topics),
        before=before,
        after=after,
    )


def _with_answers(page: JournalPage, actor: Actor, frame: Frame, now: datetime) -> JournalPage:
    """With a column for marks of the default type, also where other works are assigned alone."""
    default = frame.settings.default_work_type
    if any(one.work is None or one.work.type.code == default for one in page.columns):
        return page
    column = _column(actor, frame, None, now, is_first=False)
    return replace(page, columns=(*page.columns, column)) if column.is_own else page


def _is_after(day: date, written: datetime | None, zone: ZoneInfo) -> bool:
    """Whether it was written later than on the day of the lesson (REC-2.1)."""
    return written is not None and written.astimezone(zone).date() > day


def _beside(
    session: Session, actor: Actor, key: CourseKey, lesson: DayLesson
) -> tuple[LessonBeside | None, LessonBeside | None]:
    """The lessons of the course before and after, of those that are held."""
    is_same_day = Lesson.day == lesson.day
    earlier = or_(Lesson.day < lesson.day, and_(is_same_day, Lesson.number < lesson.number))
    later = or_(Lesson.day > lesson.day, and_(is_same_day, Lesson.number > lesson.number))
    query = select(Lesson).where(_of_course(key), Lesson.cancelled_at.is_(None))
    before = session.scalar(
        query.where(earlier).order_by(Lesson.day.desc(), Lesson.number.desc()).limit(1)
    )
    after = session.scalar(query.where(later).order_by(Lesson.day, Lesson.number).limit(1))
    # Who gives them is asked only of those that may make a double lesson with this one.
    near = [row.id for row in (before, after) if row and _is_next_to(row, lesson)]
    doubles = {
        one.id
        for one in lessons_with_ids(session, near)
        if is_double(one, lesson, actor.person_id) or is_double(lesson, one, actor.person_id)
    }
    return (
        _lesson_beside(before, is_double=before.id in doubles) if before else None,
        _lesson_beside(after, is_double=after.id in doubles) if after else None,
    )


def _is_next_to(row: Lesson, lesson: DayLesson) -> bool:
    return row.day == lesson.day and abs(row.number - lesson.number) == 1


def _lesson_beside(row: Lesson, *, is_double: bool) -> LessonBeside:
    return LessonBeside(
        id=row.id,
        day=row.day,
        number=row.number,
        is_double=is_double,
        lacks_roll=row.roll_called_at is None,
        lacks_topic=not row.topic,
    )
