"""Reading absences: of a class by its teacher, of a child by the family, of a day in a lesson."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.attendance.models import AbsenceSpan, LessonAbsence
from journal_core.attendance.rules import totals_of
from journal_core.attendance.terms import (
    Announced,
    AttendanceCell,
    AttendanceRow,
    ClassAttendance,
    ClassQueue,
    Days,
    MissedDay,
    Presence,
    ReasonCode,
    SpanState,
    SpanView,
)
from journal_core.classes.models import ClassMembership
from journal_core.classes.queries import holds_on, in_class_on
from journal_core.context import Actor
from journal_core.database import Prepared
from journal_core.errors import NotFound
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import represents_on
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_led_by, classes_of_year, is_led_by
from journal_core.school.rules import academic_year_of, first_day_of

#: How many of their announcements a family sees, the newest first.
ANNOUNCEMENTS = 30


def announced_on(session: Session, pupil_ids: Collection[UUID], day: date) -> dict[UUID, Announced]:
    """Pupil → the absence that the family announced for the day; declined ones are left out."""
    return {
        row.pupil_id: Announced(days=days_of(row), reason=row.reason)
        for row in live_spans(session, pupil_ids, Days(since=day, until=day))
        if row.announced_at
    }


def reasons_on(session: Session, pupil_ids: Collection[UUID], day: date) -> dict[UUID, ReasonCode]:
    """Pupil → why they are away on the day, as the class teacher told it (INS-3.2.3)."""
    return {
        row.pupil_id: row.reason
        for row in live_spans(session, pupil_ids, Days(since=day, until=day))
        if row.reason
    }


def live_spans(session: Session, pupil_ids: Collection[UUID], days: Days) -> Sequence[AbsenceSpan]:
    """The pupils' spans that meet the days and are not declined, in order of time."""
    asked = {"pupil_ids": list(pupil_ids), "since": days.since, "until": days.until}
    return session.scalars(_spans(), asked).all()


@cache
def _spans() -> Prepared:
    return (
        select(AbsenceSpan)
        .where(
            AbsenceSpan.pupil_id.in_(bindparam("pupil_ids", expanding=True)),
            AbsenceSpan.since <= bindparam("until"),
            AbsenceSpan.until >= bindparam("since"),
            AbsenceSpan.declined_at.is_(None),
        )
        .order_by(AbsenceSpan.since)
    )


def days_of(row: AbsenceSpan) -> Days:
    return Days(since=row.since, until=row.until)


def class_to_attend(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """Any class for whoever reads all journals, else one led on the date (POL-3.5.3).

    Raises NotFound for another.
    """
    found = session.get(SchoolClass, class_id)
    if found is None or not (
        actor.may(Permission.JOURNAL_ANY_READ) or _leads(session, actor, class_id, on)
    ):
        raise NotFound("class_unknown")
    return found


def led_pupil(session: Session, actor: Actor, pupil_id: UUID, on: date) -> tuple[SchoolClass, str]:
    """The class and the name of a pupil of a class that the actor leads. Raises NotFound."""
    row = session.execute(
        select(SchoolClass, Person)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .join(Pupil, in_class_on(on))
        .join(Person, Person.id == Pupil.person_id)
        .where(Pupil.id == pupil_id, is_led_by(actor.person_id, on))
    ).first()
    if row is None:
        raise NotFound("person_unknown")
    return row[0], row[1].name.full


def is_own_child(session: Session, actor: Actor, pupil_id: UUID, on: date) -> bool:
    """Whether the actor represents the pupil on the date."""
    return actor.person_id is not None and bool(
        session.scalar(
            select(
                exists().where(
                    Representation.pupil_id == pupil_id,
                    Representation.person_id == actor.person_id,
                    represents_on(on),
                )
            )
        )
    )


def span_view(session: Session, span_id: UUID) -> SpanView:
    """Raises NotFound. Whose it may be is the caller's to ask: `led_pupil`, `is_own_child`."""
    found = _span_views(session, AbsenceSpan.id == span_id)
    if not found:
        raise NotFound("absence_unknown")
    return found[0]


def spans_of(session: Session, pupil_id: UUID, days: Days) -> list[SpanView]:
    """The pupil's absences that meet the days, in order of time."""
    return _span_views(
        session,
        AbsenceSpan.pupil_id == pupil_id,
        AbsenceSpan.since <= days.until,
        AbsenceSpan.until >= days.since,
    )


def announcements_in(session: Session, class_id: UUID, on: date) -> list[SpanView]:
    """What the families of the class announced and nobody has decided, in order of time."""
    members = select(ClassMembership.pupil_id).where(
        ClassMembership.class_id == class_id, holds_on(ClassMembership, on)
    )
    return _span_views(session, AbsenceSpan.pupil_id.in_(members), _waits())


def announcements_of(session: Session, person_id: UUID, on: date) -> list[SpanView]:
    """What was announced of the person's children, by either parent, the newest first."""
    children = select(Representation.pupil_id).where(
        Representation.person_id == person_id, represents_on(on)
    )
    views = _span_views(
        session, AbsenceSpan.pupil_id.in_(children), AbsenceSpan.announced_at.is_not(None)
    )
    return views[: -ANNOUNCEMENTS - 1 : -1]


def unreasoned(
    session: Session, class_ids: Collection[UUID], since: date, on: date
) -> list[MissedDay]:
    """Days from `since` on that pupils of the classes missed, and nobody told why, by pupil.

    Pupils are those in the classes on the date. One statement.
    """
    rows = session.execute(
        select(
            ClassMembership.class_id,
            LessonAbsence.pupil_id,
            Person.last_name,
            Person.first_name,
            Person.patronymic,
            Lesson.day,
            func.count().label("lessons"),
        )
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .join(Pupil, Pupil.id == LessonAbsence.pupil_id)
        .join(ClassMembership, in_class_on(on))
        .join(Person, Person.id == Pupil.person_id)
        .where(
            ClassMembership.class_id.in_(class_ids),
            Lesson.class_id == ClassMembership.class_id,
            Lesson.day >= since,
            LessonAbsence.presence == Presence.ABSENT,
            ~_is_reasoned(),
        )
        .group_by(ClassMembership.class_id, LessonAbsence.pupil_id, Person.id, Lesson.day)
        .order_by(Person.sort_key, LessonAbsence.pupil_id, Lesson.day)
    )
    return [
        MissedDay(
            class_id=row.class_id,
            pupil_id=row.pupil_id,
            pupil=" ".join(
                part for part in (row.last_name, row.first_name, row.patronymic) if part
            ),
            day=row.day,
            lessons=row.lessons,
        )
        for row in rows
    ]


def classes_to_attend(session: Session, actor: Actor, on: date) -> list[SchoolClass]:
    """The classes of the year whose attendance the actor may open on the date, 1А first."""
    year = academic_year_of(on)
    if actor.may(Permission.JOURNAL_ANY_READ):
        return list(classes_of_year(session, year))
    return [] if actor.person_id is None else classes_led_by(session, actor.person_id, year, on)


def queues(session: Session, classes: Collection[SchoolClass], on: date) -> list[ClassQueue]:
    """What waits in each of the classes since the year began. Two statements."""
    ids = [row.id for row in classes]
    since = first_day_of(academic_year_of(on))
    missed = {(one.class_id, one.pupil_id) for one in unreasoned(session, ids, since, on)}
    pupils = Counter(class_id for class_id, _pupil_id in missed)
    announced = _announced_counts(session, ids, on)
    return [
        ClassQueue(
            class_id=row.id,
            class_name=row.name,
            unreasoned=pupils[row.id],
            announced=announced.get(row.id, 0),
        )
        for row in classes
    ]


def lesson_days(session: Session, class_id: UUID, days: Days) -> list[date]:
    """The days on which the class has lessons, in order."""
    return list(
        session.scalars(
            select(Lesson.day)
            .where(
                Lesson.class_id == class_id,
                Lesson.day.between(days.since, days.until),
                Lesson.cancelled_at.is_(None),
            )
            .distinct()
            .order_by(Lesson.day)
        )
    )


def class_attendance(
    session: Session, actor: Actor, class_id: UUID, days: Days, on: date
) -> ClassAttendance:
    """The page «Посещаемость» of a class in the days (INS-3.2.3, POL-2.2.1).

    Raises NotFound for a class that is not the actor's to open. Seven statements at most.
    """
    school_class = class_to_attend(session, actor, class_id, on)
    shown = lesson_days(session, class_id, days)
    missed = _missed(session, class_id, days)
    members = _members(session, class_id, days)
    spans = defaultdict(list)
    for row in live_spans(session, list(members), days):
        spans[row.pupil_id].append(row)
    rows = []
    for pupil_id, (name, within) in members.items():
        cells = {
            day: _cell(missed, spans[pupil_id], pupil_id, day)
            for day in shown
            if any(day in one for one in within)
        }
        totals = totals_of(cells.values())
        rows.append(AttendanceRow(pupil_id=pupil_id, name=name, cells=cells, totals=totals))
    return ClassAttendance(
        class_id=class_id,
        class_name=school_class.name,
        days=tuple(shown),
        rows=tuple(rows),
        missed={
            day: sum(row.cells[day].missed for row in rows if day in row.cells) for day in shown
        },
        may_edit=may_tell(session, actor, class_id, on),
    )


def may_tell(session: Session, actor: Actor, class_id: UUID, on: date) -> bool:
    """Whether the actor tells the reasons in the class: whoever leads it on the date."""
    return actor.may(Permission.ATTENDANCE_CLASS_EDIT) and _leads(session, actor, class_id, on)


def _leads(session: Session, actor: Actor, class_id: UUID, on: date) -> bool:
    led = exists().where(SchoolClass.id == class_id, is_led_by(actor.person_id, on))
    return bool(session.scalar(select(led)))


def _waits() -> ColumnElement[bool]:
    return and_(AbsenceSpan.confirmed_at.is_(None), AbsenceSpan.declined_at.is_(None))


def _is_reasoned() -> ColumnElement[bool]:
    return exists().where(
        AbsenceSpan.pupil_id == LessonAbsence.pupil_id,
        AbsenceSpan.since <= Lesson.day,
        AbsenceSpan.until >= Lesson.day,
        AbsenceSpan.confirmed_at.is_not(None),
    )


def _announced_counts(session: Session, class_ids: list[UUID], on: date) -> dict[UUID, int]:
    rows = session.execute(
        select(ClassMembership.class_id, func.count())
        .join(AbsenceSpan, AbsenceSpan.pupil_id == ClassMembership.pupil_id)
        .where(ClassMembership.class_id.in_(class_ids), holds_on(ClassMembership, on), _waits())
        .group_by(ClassMembership.class_id)
    )
    return {class_id: count for class_id, count in rows}


def _missed(session: Session, class_id: UUID, days: Days) -> dict[tuple[UUID, date, Presence], int]:
    rows = session.execute(
        select(LessonAbsence.pupil_id, Lesson.day, LessonAbsence.presence, func.count())
        .join(Lesson, Lesson.id == LessonAbsence.lesson_id)
        .where(Lesson.class_id == class_id, Lesson.day.between(days.since, days.until))
        .group_by(LessonAbsence.pupil_id, Lesson.day, LessonAbsence.presence)
    )
    return {(pupil_id, day, presence): count for pupil_id, day, presence, count in rows}


def _members(session: Session, class_id: UUID, days: Days) -> dict[UUID, tuple[str, list[Days]]]:
    """Who was in the class in the days, by name, each with their days in it."""
    rows = session.execute(
        select(ClassMembership, Person)
        .join(Pupil, Pupil.id == ClassMembership.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .where(
            ClassMembership.class_id == class_id,
            ClassMembership.since <= days.until,
            or_(ClassMembership.until.is_(None), ClassMembership.until >= days.since),
        )
        .order_by(Person.sort_key, ClassMembership.since)
    )
    found: dict[UUID, tuple[str, list[Days]]] = {}
    for row, person in rows:
        _name, within = found.setdefault(row.pupil_id, (person.name.full, []))
        within.append(Days(since=row.since, until=row.until or date.max))
    return found


def _cell(
    missed: Mapping[tuple[UUID, date, Presence], int],
    spans: Sequence[AbsenceSpan],
    pupil_id: UUID,
    day: date,
) -> AttendanceCell:
    span = next((row for row in spans if day in days_of(row)), None)
    return AttendanceCell(
        missed=missed.get((pupil_id, day, Presence.ABSENT), 0),
        late=missed.get((pupil_id, day, Presence.LATE), 0),
        reason=span.reason if span else None,
        is_announced=span is not None and span.confirmed_at is None,
    )


def _span_views(session: Session, *conditions: ColumnElement[bool]) -> list[SpanView]:
    rows = session.execute(
        select(AbsenceSpan, Person)
        .join(Pupil, Pupil.id == AbsenceSpan.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .where(*conditions)
        .order_by(AbsenceSpan.since, Person.sort_key, AbsenceSpan.id)
    )
    return [
        SpanView(
            id=row.id,
            pupil_id=row.pupil_id,
            pupil=person.name.full,
            days=days_of(row),
            state=_state(row),
            reason=row.reason,
            document=row.document,
            document_date=row.document_date,
            note=row.note,
            announced_at=row.announced_at,
            announced_by=row.announced_by,
            announced_by_id=row.announced_by_id,
            confirmed_by=row.confirmed_by,
            declined_because=row.declined_because,
        )
        for row, person in rows
    ]


def _state(row: AbsenceSpan) -> SpanState:
    if row.declined_at:
        return SpanState.DECLINED
    return SpanState.CONFIRMED if row.confirmed_at else SpanState.ANNOUNCED
