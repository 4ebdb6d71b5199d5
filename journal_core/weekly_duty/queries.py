"""Reading the weekly update. The statements do not grow with lessons or courses."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from journal_core.academic_year.rules import bounds, monday_of
from journal_core.access.models import Account, AccountRole
from journal_core.access.terms import ROLE_PERMISSIONS, Permission
from journal_core.classes.models import StudyGroup
from journal_core.classes.rules import takes_marks
from journal_core.clock import local_date
from journal_core.curriculum.models import Subject
from journal_core.homework.models import Homework
from journal_core.journal.queries import frames, work_view
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import lessons_with_ids
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import work_types
from journal_core.people.models import Person
from journal_core.people.queries import full_names
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of
from journal_core.weekly_duty.models import DutyCheck, DutyFinding, DutyOfficial
from journal_core.weekly_duty.rules import due_on, state_of
from journal_core.weekly_duty.terms import CourseWeek, DutyState, DutyWeek, SignedWeek

DAY = timedelta(days=1)
SUNDAY = timedelta(days=6)
#: How long before a week a work may have been written whose term ends in it.
LONGEST_CHECK = timedelta(days=31)

#: Class, group, subject and who gives the lessons.
_Key = tuple[UUID, UUID | None, UUID, UUID]
_GIVER = func.coalesce(Lesson.substitute_id, Lesson.teacher_id)
_COURSE = (Lesson.class_id, Lesson.group_id, Lesson.subject_id, _GIVER)


def duty_weeks(
    session: Session, academic_year: int, now: datetime, zone: ZoneInfo
) -> list[DutyWeek]:
    """The weeks of the year that have begun, with what is on record of each, the latest first.

    They are asked for since the first appointment: before it the school kept its journal otherwise.
    """
    today = local_date(now, zone)
    first, last = bounds(academic_year)
    rows = session.execute(
        select(Lesson.day, func.count(Lesson.id))
        .where(Lesson.day.between(first, last), Lesson.cancelled_at.is_(None))
        .group_by(Lesson.day)
    ).all()
    lessons: Counter[date] = Counter()
    last_days: dict[date, date] = {}
    for day, count in rows:
        monday = monday_of(day)
        lessons[monday] += count
        last_days[monday] = max(day, last_days.get(monday, day))
    checks = {
        row.monday: row
        for row in session.scalars(select(DutyCheck).where(DutyCheck.monday.in_(last_days)))
    }
    officials = _officials(session)
    begun = officials[-1][0].since if officials else first
    return [
        DutyWeek(
            monday=monday,
            last_day=last_days[monday],
            due_on=due_on(monday),
            lessons=lessons[monday],
            state=state_of(
                monday=monday, last_day=last_days[monday], is_signed=monday in checks, today=today
            ),
            official=_official_on(officials, last_days[monday]),
            signed=_signed(checks.get(monday), zone),
        )
        for monday in sorted(last_days, reverse=True)
        if monday <= today and last_days[monday] >= begun
    ]


def duty_week(session: Session, day: date, now: datetime, zone: ZoneInfo) -> DutyWeek | None:
    """The week of the day; None when it has no lessons, or has not begun."""
    weeks = duty_weeks(session, academic_year_of(day), now, zone)
    return next((one for one in weeks if one.monday == monday_of(day)), None)


def unsigned_weeks(session: Session, now: datetime, zone: ZoneInfo) -> int:
    """How many weeks of this year wait for their check."""
    year = academic_year_of(local_date(now, zone))
    waiting = (DutyState.WAITS, DutyState.OVERDUE)
    return sum(one.state in waiting for one in duty_weeks(session, year, now, zone))


def courses_of_week(
    session: Session, monday: date, now: datetime, zone: ZoneInfo
) -> list[CourseWeek]:
    """Every course with lessons in the week, by class and subject (SVC-2.10, 3.9.1).

    Only lessons of days that are over are counted: until then they are written in time. A work is
    late in the week in which its term ended.
    """
    until = min(monday + SUNDAY, local_date(now, zone) - DAY)
    counted = _counted(session, monday, until)
    marks = _marks(session, monday, until)
    late = _late_works(session, monday, now, zone)
    names = _names(session, {*counted, *late})
    found = []
    for key in {*counted, *late}:
        class_id, group_id, subject_id, teacher_id = key
        row = counted.get(key)
        is_marked = names.takes_marks(class_id, group_id)
        found.append(
            CourseWeek(
                class_id=class_id,
                group_id=group_id,
                subject_id=subject_id,
                teacher_id=teacher_id,
                lessons=row.lessons if row else 0,
                no_roll=row.no_roll if row else 0,
                no_topic=row.no_topic if row else 0,
                no_homework=row.no_homework if row and is_marked else 0,
                marks=marks[key[:3]] if row and is_marked else None,
                late_works=late[key],
            )
        )
    return sorted((names.told(one) for one in found), key=names.order)


def findings_of(session: Session, monday: date) -> list[CourseWeek]:
    """The courses that were stale when the week was signed off, by class and subject (SVC-3.11)."""
    rows = session.scalars(
        select(DutyFinding)
        .join(DutyCheck, DutyCheck.id == DutyFinding.check_id)
        .where(DutyCheck.monday == monday)
    ).all()
    names = _names(
        session, {(row.class_id, row.group_id, row.subject_id, row.teacher_id) for row in rows}
    )
    found = [
        CourseWeek(
            class_id=row.class_id,
            group_id=row.group_id,
            subject_id=row.subject_id,
            teacher_id=row.teacher_id,
            lessons=row.lessons,
            no_roll=row.no_roll,
            no_topic=row.no_topic,
            no_homework=row.no_homework,
            marks=row.marks,
            late_works=row.late_works,
        )
        for row in rows
    ]
    return sorted((names.told(one) for one in found), key=names.order)


def official_on(session: Session, on: date) -> str:
    """The full name of who is in charge on the date; "" when the head appointed nobody."""
    return _official_on(_officials(session), on)


def duty_officials(session: Session) -> list[tuple[DutyOfficial, str]]:
    """Everybody who was or is in charge, the latest first."""
    return _officials(session)


def may_be_in_charge(session: Session) -> dict[UUID, str]:
    """Person → full name of those whose account may sign a week off, by name."""
    roles = [
        role for role, granted in ROLE_PERMISSIONS.items() if Permission.DUTY_WEEK_SIGN in granted
    ]
    people = session.scalars(
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(
            Account.closed_at.is_(None),
            Account.id.in_(select(AccountRole.account_id).where(AccountRole.role.in_(roles))),
        )
        .order_by(Person.sort_key)
    )
    return {person.id: person.name.full for person in people}


def _officials(session: Session) -> list[tuple[DutyOfficial, str]]:
    rows = session.execute(
        select(DutyOfficial, Person)
        .join(Person, Person.id == DutyOfficial.person_id)
        .order_by(DutyOfficial.since.desc(), DutyOfficial.recorded_at.desc())
    )
    return [(row, person.name.full) for row, person in rows]


def _official_on(officials: Iterable[tuple[DutyOfficial, str]], on: date) -> str:
    return next((name for row, name in officials if row.since <= on), "")


def _signed(check: DutyCheck | None, zone: ZoneInfo) -> SignedWeek | None:
    if check is None:
        return None
    return SignedWeek(
        signed_at=check.signed_at,
        signed_by=check.signed_by,
        remarks=check.remarks,
        courses=check.courses,
        stale=check.stale,
        is_late=local_date(check.signed_at, zone) > due_on(check.monday),
    )


def _counted(session: Session, since: date, until: date) -> dict[_Key, Any]:
    """Course and giver → lessons of the days, and how many of them lack what."""
    rows = session.execute(
        select(
            *_COURSE,
            func.count(Lesson.id).label("lessons"),
            _number(Lesson.roll_called_at.is_(None)).label("no_roll"),
            _number(Lesson.topic_written_at.is_(None)).label("no_topic"),
            _number(Homework.id.is_(None)).label("no_homework"),
        )
        .outerjoin(Homework, Homework.lesson_id == Lesson.id)
        .where(Lesson.day.between(since, until), Lesson.cancelled_at.is_(None))
        .group_by(*_COURSE)
    )
    return {(row[0], row[1], row[2], row[3]): row for row in rows}


def _number(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _marks(session: Session, since: date, until: date) -> Counter[tuple[UUID, UUID | None, UUID]]:
    """Course → marks for lessons of the days."""
    rows = session.execute(
        select(Lesson.class_id, Lesson.group_id, Lesson.subject_id, func.count(Mark.id))
        .join(Work, Work.lesson_id == Lesson.id)
        .join(Mark, Mark.work_id == Work.id)
        .where(Lesson.day.between(since, until))
        .group_by(Lesson.class_id, Lesson.group_id, Lesson.subject_id)
    )
    return Counter({(row[0], row[1], row[2]): row[3] for row in rows})


def _late_works(session: Session, monday: date, now: datetime, zone: ZoneInfo) -> Counter[_Key]:
    """Course and giver → written works without a mark whose term ended in the week (POL-3.6.4)."""
    types = work_types(session)
    written = [code for code, kind in types.items() if kind.is_written]
    works: Sequence[Work] = session.scalars(
        select(Work)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .outerjoin(Mark, Mark.work_id == Work.id)
        .where(
            Lesson.day.between(monday - LONGEST_CHECK, monday + SUNDAY),
            Lesson.cancelled_at.is_(None),
            Mark.id.is_(None),
            Work.checked_at.is_(None),
            or_(Work.is_administrative, Work.type_code.in_(written)),
        )
    ).all()
    lessons = lessons_with_ids(session, {work.lesson_id for work in works})
    by_lesson = frames(session, lessons, zone)
    found: Counter[_Key] = Counter()
    for work in works:
        frame = by_lesson[work.lesson_id]
        term = work_view(work, frame, types).term
        # A term ends at 24:00 of its last day: the moment itself is of the day after.
        if term <= now and monday <= (term - timedelta(microseconds=1)).date() <= monday + SUNDAY:
            one = frame.lesson
            giver = one.substitute_id or one.teacher_id
            found[one.class_id, one.group_id, one.subject_id, giver] += 1
    return found


@dataclass(frozen=True, kw_only=True)
class _Names:
    """What the courses of a list are called."""

    classes: dict[UUID, SchoolClass]
    groups: dict[UUID, StudyGroup]
    subjects: dict[UUID, Subject]
    teachers: dict[UUID, str]

    def takes_marks(self, class_id: UUID, group_id: UUID | None) -> bool:
        kind = self.groups[group_id].kind if group_id else None
        return takes_marks(self.classes[class_id].grade, kind)

    def told(self, one: CourseWeek) -> CourseWeek:
        return replace(
            one,
            class_name=self.classes[one.class_id].name,
            group_name=self.groups[one.group_id].name if one.group_id else "",
            subject=self.subjects[one.subject_id].name,
            teacher=self.teachers[one.teacher_id],
        )

    def order(self, one: CourseWeek) -> tuple[int, str, str, str, str]:
        grade = self.classes[one.class_id].grade
        return (grade, one.class_name, one.subject, one.group_name, one.teacher)


def _names(session: Session, keys: Iterable[_Key]) -> _Names:
    keys = list(keys)
    return _Names(
        classes=_by_id(session, SchoolClass, {key[0] for key in keys}),
        groups=_by_id(session, StudyGroup, {key[1] for key in keys if key[1]}),
        subjects=_by_id(session, Subject, {key[2] for key in keys}),
        teachers=full_names(session, {key[3] for key in keys}),
    )


def _by_id(session: Session, table: Any, ids: set[Any]) -> dict[UUID, Any]:
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(ids)))}
