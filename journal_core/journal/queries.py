"""Reading the journal: which pages are whose, the page, and what its cells are judged by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from journal_core.academic_year.queries import periods_of_year, school_bells
from journal_core.academic_year.rules import bells_on, periods_of
from journal_core.access.terms import Permission
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.queries import live_spans
from journal_core.attendance.terms import Days, Presence, ReasonCode
from journal_core.cells.models import CellChange
from journal_core.cells.queries import change_view
from journal_core.cells.terms import CellChangeView, CellKind
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.context import Actor
from journal_core.corrections.models import MarkCorrection
from journal_core.corrections.queries import open_cells
from journal_core.corrections.terms import CellRef
from journal_core.curriculum.models import Subject
from journal_core.database import Prepared
from journal_core.errors import NotFound
from journal_core.journal.rules import why_closed
from journal_core.journal.terms import (
    Cell,
    CellFacts,
    CellHistory,
    Column,
    CourseKey,
    CourseView,
    Frame,
    JournalPage,
    Row,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import (
    course_values,
    day_lesson,
    in_course,
    last_numbers,
    lessons_of_course,
)
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types, works_in
from journal_core.marks.rules import average_of
from journal_core.marks.terms import Average, WorkType, WorkView
from journal_core.people.models import Person, Pupil
from journal_core.people.terms import PersonName
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_of_year, is_led_by, settings_by_day
from journal_core.school.rules import academic_year_of


def course_to_read(session: Session, actor: Actor, key: CourseKey, on: date) -> CourseView:
    """The course, for one who may read its page on the date (POL-3.5.1, 3.6.1, 3.7.2).

    Raises NotFound for a course that there is not, or that is not the actor's to see.
    """
    values = _reader(actor, on) | values_of(key)
    row = session.execute(_course_of_key(), values).first()
    if row is None:
        raise NotFound("course_unknown")
    return _course(row)


def courses_to_read(
    session: Session, actor: Actor, academic_year: int, on: date, class_id: UUID | None = None
) -> list[CourseView]:
    """The courses with lessons that the actor may read, by class and subject; or of one class."""
    classes = [
        row.id
        for row in classes_of_year(session, academic_year)
        if class_id is None or row.id == class_id
    ]
    reader = _reader(actor, on)
    statement = _courses_of_classes(may_any=reader["may_any"])
    rows = session.execute(statement, reader | {"class_ids": classes})
    return [_course(row) for row in rows]


def frames(session: Session, lessons: Sequence[DayLesson], zone: ZoneInfo) -> dict[UUID, Frame]:
    """What the rules of each lesson are read by. Six statements, however many lessons."""
    if not lessons:
        return {}
    first, last = min(one.day for one in lessons), max(one.day for one in lessons)
    periods = [
        period
        for year in range(academic_year_of(first), academic_year_of(last) + 1)
        for period in periods_of_year(session, year)
    ]
    bells = school_bells(session)
    numbers = last_numbers(session, {one.class_id for one in lessons}, first, last)
    settings = settings_by_day(session, {one.day for one in lessons})
    return {
        one.id: Frame(
            lesson=one,
            period_until=next(
                (
                    period.until
                    for period in periods_of(periods, one.grade)
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
    return page_of_frames(session, actor, course, by_lesson, since, until, now=local)


def page_of_frames(
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
    asked = {"pupil_ids": list(pupil_ids), "since": since, "until": until}
    rows = session.execute(_marks_of_pupils(), asked | values_of(course))
    types = work_types(session)
    weighed = settings_by_day(session, [until])[until].weigh_marks
    marks: dict[UUID, list[tuple[str, WorkType]]] = defaultdict(list)
    for row in rows:
        marks[row.pupil_id].append((row.value, type_of(types, row.type_code)))
    return {one: average_of(marks[one], weighed=weighed) for one in marks}


def require_lessons(session: Session, course: CourseKey, lesson_ids: Iterable[UUID]) -> None:
    """Raises NotFound `lesson_unknown` when one of the lessons is not of the course."""
    asked = set(lesson_ids)
    found = session.scalar(_count_in_course(), {"ids": list(asked)} | values_of(course))
    if found != len(asked):
        raise NotFound("lesson_unknown")


def changes_since(
    session: Session, course: CourseKey, since: date, until: date, moment: datetime
) -> list[CellChangeView]:
    """What was last written, at the moment or after it, in each cell of the course's days."""
    asked = {"since": since, "until": until, "moment": moment}
    rows = session.scalars(_changes_in_course(), asked | values_of(course))
    last = {(row.lesson_id, row.pupil_id, row.work_id, row.kind): row for row in rows}
    return [change_view(row) for row in last.values()]


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
        changes=tuple(change_view(row.CellChange, row.number) for row in rows),
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
    rows = session.execute(
        _members(of_group=key.group_id is not None),
        {"id": key.group_id or key.class_id, "since": since, "until": until},
    )
    found: dict[UUID, tuple[str, list[tuple[date, date | None]]]] = {}
    for row in rows:
        name = PersonName(
            last_name=row.last_name, first_name=row.first_name, patronymic=row.patronymic
        )
        found.setdefault(row.pupil_id, (name.full, []))[1].append((row.since, row.until))
    return found


@cache
def _members(*, of_group: bool) -> Prepared:
    table: type[ClassMembership] | type[GroupMembership]
    table, owner = (
        (GroupMembership, GroupMembership.group_id)
        if of_group
        else (ClassMembership, ClassMembership.class_id)
    )
    return (
        select(
            table.pupil_id,
            table.since,
            table.until,
            Person.last_name,
            Person.first_name,
            Person.patronymic,
        )
        .join(Pupil, Pupil.id == table.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .where(
            owner == bindparam("id"),
            table.since <= bindparam("until"),
            or_(table.until.is_(None), table.until >= bindparam("since")),
        )
        .order_by(Person.sort_key, table.pupil_id, table.since)
    )


def values_of(key: CourseKey) -> dict[str, Any]:
    """What `in_course` asks of the course."""
    return course_values(key.class_id, key.group_id, key.subject_id)


def _reader(actor: Actor, on: date) -> dict[str, Any]:
    may_any = actor.may(Permission.JOURNAL_ANY_READ)
    return {"person_id": actor.person_id, "on": on, "may_any": may_any}


def _is_given() -> ColumnElement[bool]:
    """That the reader gives the lesson, or is its substitute."""
    person_id: BindParameter[UUID] = bindparam("person_id")
    return or_(Lesson.teacher_id == person_id, Lesson.substitute_id == person_id)


def _is_led() -> ColumnElement[bool]:
    return is_led_by(bindparam("person_id"), bindparam("on"))


def _course_columns() -> Prepared:
    return select(
        SchoolClass.id.label("class_id"),
        SchoolClass.academic_year,
        SchoolClass.grade,
        SchoolClass.letter,
        StudyGroup.id.label("group_id"),
        StudyGroup.name.label("group_name"),
        StudyGroup.kind,
        Subject.id.label("subject_id"),
        Subject.name.label("subject"),
        _is_led().label("is_led"),
    ).select_from(SchoolClass)


@cache
def _course_of_key() -> Prepared:
    """A course that has lessons, where the reader may see it."""
    may_any = bindparam("may_any", type_=Boolean)
    return (
        _course_columns()
        .join(Subject, Subject.id == bindparam("subject_id"))
        .outerjoin(StudyGroup, StudyGroup.id == bindparam("group_id"))
        .where(
            SchoolClass.id == bindparam("class_id"),
            exists().where(in_course()),
            or_(may_any, _is_led(), exists().where(in_course(), _is_given())),
        )
    )


@cache
def _courses_of_classes(*, may_any: bool) -> Prepared:
    """The courses of the classes that the reader may see, by class and subject."""
    is_asked: BindParameter[UUID] = bindparam("class_ids", expanding=True)
    course = select(Lesson.class_id, Lesson.group_id, Lesson.subject_id)
    of_led = Lesson.class_id.in_(select(SchoolClass.id).where(_is_led()))
    # Each part has an index of its own; said with "or" it would read the whole year's lessons.
    held = (
        course.where(Lesson.class_id.in_(is_asked)).distinct()
        if may_any
        else course.where(_is_given()).union(course.where(of_led))
    ).subquery()
    return (
        _course_columns()
        .join(held, held.c.class_id == SchoolClass.id)
        .join(Subject, Subject.id == held.c.subject_id)
        .outerjoin(StudyGroup, StudyGroup.id == held.c.group_id)
        .where(SchoolClass.id.in_(is_asked))
        .order_by(
            SchoolClass.grade, SchoolClass.letter, Subject.position, Subject.name, StudyGroup.name
        )
    )


def _course(row: Any) -> CourseView:
    return CourseView(
        key=CourseKey(class_id=row.class_id, subject_id=row.subject_id, group_id=row.group_id),
        academic_year=row.academic_year,
        class_name=f"{row.grade}{row.letter}",
        grade=row.grade,
        group_name=row.group_name or "",
        kind=row.kind,
        subject=row.subject,
        is_led=bool(row.is_led),
    )


@cache
def _marks_of_pupils() -> Prepared:
    of_course = (
        select(Work.id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(in_course(), Lesson.day.between(bindparam("since"), bindparam("until")))
    )
    return (
        select(Mark.pupil_id, Mark.value, Work.type_code)
        .join(Work, Work.id == Mark.work_id)
        .where(
            Mark.pupil_id.in_(bindparam("pupil_ids", expanding=True)),
            # Asked by its works, a mark is found at once; the pupil has those of all years.
            Mark.work_id.in_(of_course),
        )
    )


@cache
def _count_in_course() -> Prepared:
    is_asked = Lesson.id.in_(bindparam("ids", expanding=True))
    return select(func.count(Lesson.id)).where(is_asked, in_course())


@cache
def _changes_in_course() -> Prepared:
    return (
        select(CellChange)
        .join(Lesson, Lesson.id == CellChange.lesson_id)
        .where(
            in_course(),
            Lesson.day.between(bindparam("since"), bindparam("until")),
            CellChange.at >= bindparam("moment"),
        )
        .order_by(CellChange.at)
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
        column_of(actor, frame, work, now, is_first=place == 0)
        for frame in by_lesson
        for place, work in enumerate(
            [work_view(row, frame, types) for row in given[frame.lesson.id]] or [None]
        )
    )


def column_of(
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
                ((cell.mark, kinds[work_id]) for work_id, cell in cells.get(pupil_id, {}).items()),
                weighed=weighed,
            ),
        )
        for number, (pupil_id, (name, spans)) in enumerate(members.items(), start=1)
    )


def _cells(session: Session, works: Sequence[Work]) -> dict[UUID, dict[UUID, Cell]]:
    asked = {"work_ids": [work.id for work in works]}
    changes: dict[tuple[UUID, UUID], int] = {
        (row.work_id, row.pupil_id): row.times for row in session.execute(_changes(), asked)
    }
    found: dict[UUID, dict[UUID, Cell]] = defaultdict(dict)
    for work_id, pupil_id, value, comment, is_late in session.execute(_marks(), asked):
        found[pupil_id][work_id] = Cell(
            mark=value,
            comment=comment,
            is_late=is_late,
            changes=changes.get((work_id, pupil_id), 0),
        )
    return found


@cache
def _marks() -> Prepared:
    """A page has thousands: rows are read, not objects that the session would watch."""
    return select(Mark.work_id, Mark.pupil_id, Mark.value, Mark.comment, Mark.is_late).where(
        Mark.work_id.in_(bindparam("work_ids", expanding=True))
    )


@cache
def _changes() -> Prepared:
    """How often each mark was changed after it was first written."""
    return (
        select(CellChange.work_id, CellChange.pupil_id, func.count().label("times"))
        .where(
            CellChange.work_id.in_(bindparam("work_ids", expanding=True)),
            CellChange.kind == CellKind.MARK,
            CellChange.old != "",
        )
        .group_by(CellChange.work_id, CellChange.pupil_id)
    )


def _presence(session: Session, lesson_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Presence]]:
    found: dict[UUID, dict[UUID, Presence]] = defaultdict(dict)
    rows = session.execute(_absences(), {"lesson_ids": lesson_ids})
    for pupil_id, lesson_id, presence in rows:
        found[pupil_id][lesson_id] = presence
    return found


@cache
def _absences() -> Prepared:
    return select(LessonAbsence.pupil_id, LessonAbsence.lesson_id, LessonAbsence.presence).where(
        LessonAbsence.lesson_id.in_(bindparam("lesson_ids", expanding=True))
    )


def _reasons(
    session: Session, pupil_ids: Collection[UUID], since: date, until: date
) -> dict[UUID, list[tuple[date, date, ReasonCode]]]:
    """The class teacher's reasons that meet the days (INS-3.2.3)."""
    found: dict[UUID, list[tuple[date, date, ReasonCode]]] = defaultdict(list)
    for row in live_spans(session, pupil_ids, Days(since=since, until=until)):
        if row.reason is not None:
            found[row.pupil_id].append((row.since, row.until, row.reason))
    return found


def _end_of(bells: Any, number: int | None) -> Any:
    """When the lesson of the number ends."""
    return next((one.ends for one in bells.times if one.number == number), None) if bells else None
