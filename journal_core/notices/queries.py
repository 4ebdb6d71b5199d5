"""What people chose, who may be told of whom, and how that stands which is told."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import periods_of
from journal_core.academic_year.terms import PeriodKind
from journal_core.access.models import Account, AccountRole
from journal_core.access.terms import Role
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.queries import days_of, live_spans
from journal_core.attendance.terms import Days
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.curriculum.models import Subject
from journal_core.homework.models import Homework
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types
from journal_core.notices.models import Notice, NoticeHours, NoticeSwitch, UnreachedAddress
from journal_core.notices.terms import USUAL, Address, Choices, Hours, NewsItem
from journal_core.notifications.models import News
from journal_core.notifications.terms import NewsKind
from journal_core.people.models import Pupil, Representation
from journal_core.people.queries import represents_on, studies_on
from journal_core.period_marks.models import PeriodMark, PeriodMarkChange
from journal_core.period_marks.terms import FinalKind, PeriodRef
from journal_core.school.models import SchoolClass


class Thing(NamedTuple):
    """What one notice is of."""

    kind: NewsKind
    pupil_id: UUID
    subject_id: UUID


class Reader(NamedTuple):
    """An account that reads the pupil's diary, and whose it is."""

    account_id: UUID
    pupil_id: UUID
    person_id: UUID


class Fresh(NamedTuple):
    """A thing that is new: the day of a lesson that may be yet to come, and who alone is told."""

    thing: Thing
    day: date | None = None
    person_id: UUID | None = None


def is_at_hand(session: Session, now: datetime) -> bool:
    """Whether there is news to look through or to tell: one statement on two indexes."""
    waiting = exists().select_from(News)
    due = exists().where(Notice.due_at <= now)
    return bool(session.scalar(select(literal(1)).where(or_(waiting, due))))


def choices_of(session: Session, account_ids: Collection[UUID]) -> dict[UUID, Choices]:
    """What each of the accounts chose, or what is usual. Two statements."""
    rhythms = {one: dict(USUAL) for one in account_ids}
    for row in session.scalars(
        select(NoticeSwitch).where(NoticeSwitch.account_id.in_(account_ids))
    ):
        rhythms[row.account_id][row.kind] = row.rhythm
    hours = {
        row.account_id: Hours(
            quiet_since=row.quiet_since,
            quiet_until=row.quiet_until,
            digest_at=row.digest_at,
            digest_weekday=row.digest_weekday,
        )
        for row in session.scalars(
            select(NoticeHours).where(NoticeHours.account_id.in_(account_ids))
        )
    }
    return {
        one: Choices(rhythms=rhythms[one], hours=hours.get(one, Hours())) for one in account_ids
    }


def address_of(session: Session, account_id: UUID) -> Address:
    """Where letters to the account go; an address that was changed is a new one."""
    account = session.get_one(Account, account_id)
    email = account.email or ""
    unreached = session.get(UnreachedAddress, account_id)
    is_unreached = unreached is not None and unreached.email == email
    return Address(
        email=email,
        is_confirmed=account.email_confirmed_at is not None,
        unreached_at=unreached.since if unreached and is_unreached else None,
    )


def readers_of(session: Session, pupil_ids: Collection[UUID], on: date) -> set[Reader]:
    """The accounts of the pupils and of those who represent them on the date.

    Only open ones whose owner confirmed the address: a slip in it would tell a stranger.

    Nobody reads of a pupil who has left, nor after the end of a right (SVC-2.8).
    """
    asked = (
        Account.closed_at.is_(None),
        Account.email.is_not(None),
        Account.email_confirmed_at.is_not(None),
        Pupil.id.in_(pupil_ids),
        studies_on(on),
    )
    own = (
        select(Account.id, Pupil.id, Account.person_id)
        .join(Pupil, Pupil.person_id == Account.person_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.PUPIL, *asked)
    )
    family = (
        select(Account.id, Pupil.id, Account.person_id)
        .join(Representation, Representation.person_id == Account.person_id)
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.PARENT, represents_on(on), *asked)
    )
    found = chain(session.execute(own), session.execute(family))
    return {Reader(*row) for row in found}


def may_be_sent(
    session: Session, account_id: UUID, email: str, told_at: datetime, on: date
) -> bool:
    """Whether what was told then to this address may be read on the date by whom it was told to."""
    asked = select(Notice.pupil_id).where(
        Notice.account_id == account_id, Notice.told_at == told_at
    )
    pupil_ids = set(session.scalars(asked))
    reads = {
        one.pupil_id for one in readers_of(session, pupil_ids, on) if one.account_id == account_id
    }
    is_same = session.get_one(Account, account_id).email == email
    return is_same and bool(pupil_ids) and pupil_ids <= reads


def fresh_of(session: Session, news: Collection[News]) -> set[Fresh]:
    """What the news is of, each once.

    Homework is of all whom the lesson is given to; a period mark is of its first change, however
    often it changed since.
    """
    fresh: set[Fresh] = set()
    lesson_ids = {one.subject_id for one in news if one.kind is NewsKind.HOMEWORK}
    change_ids = {one.subject_id for one in news if one.kind is NewsKind.PERIOD_MARK}
    firsts = _first_changes(session, change_ids)
    for one in news:
        if one.pupil_id is not None:
            subject_id = firsts.get(one.subject_id, one.subject_id)
            fresh.add(Fresh(Thing(one.kind, one.pupil_id, subject_id), None, one.person_id))
    for lesson_id, day, pupil_id in _given_to(session, lesson_ids):
        fresh.add(Fresh(Thing(NewsKind.HOMEWORK, pupil_id, lesson_id), day))
    return fresh


def _first_changes(session: Session, change_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Change of a period mark → the first change of the same mark."""
    if not change_ids:
        return {}
    changes = session.scalars(
        select(PeriodMarkChange).where(PeriodMarkChange.id.in_(change_ids))
    ).all()
    of_pupils = session.scalars(
        select(PeriodMarkChange)
        .where(PeriodMarkChange.pupil_id.in_({one.pupil_id for one in changes}))
        .order_by(PeriodMarkChange.at, PeriodMarkChange.id)
    )
    firsts: dict[tuple[object, ...], UUID] = {}
    for one in of_pupils:
        firsts.setdefault(_mark_of(one), one.id)
    return {one.id: firsts[_mark_of(one)] for one in changes}


def _mark_of(change: PeriodMarkChange | PeriodMark) -> tuple[object, ...]:
    """Which period mark it is; a mark that was taken away has no row of its own."""
    return change.pupil_id, change.academic_year, change.subject_id, change.kind, change.number


def _given_to(session: Session, lesson_ids: Collection[UUID]) -> list[tuple[UUID, date, UUID]]:
    """Lesson, its day, and each pupil who is in its class and group on that day."""
    if not lesson_ids:
        return []
    seat = and_(
        GroupMembership.group_id == Lesson.group_id,
        GroupMembership.pupil_id == ClassMembership.pupil_id,
        *_on_its_day(GroupMembership),
    )
    rows = session.execute(
        select(Lesson.id, Lesson.day, ClassMembership.pupil_id)
        .join(ClassMembership, ClassMembership.class_id == Lesson.class_id)
        .outerjoin(GroupMembership, seat)
        .where(
            Lesson.id.in_(lesson_ids),
            Lesson.cancelled_at.is_(None),
            or_(Lesson.group_id.is_(None), GroupMembership.id.is_not(None)),
            *_on_its_day(ClassMembership),
        )
    )
    return [(lesson_id, day, pupil_id) for lesson_id, day, pupil_id in rows]


def _on_its_day(
    membership: type[ClassMembership] | type[GroupMembership],
) -> tuple[ColumnElement[bool], ...]:
    return (
        membership.since <= Lesson.day,
        or_(membership.until.is_(None), membership.until >= Lesson.day),
    )


def standing(session: Session, things: Iterable[Thing]) -> dict[Thing, NewsItem]:
    """How each of them stands now; left out is what is not there any more."""
    by_kind: dict[NewsKind, list[Thing]] = defaultdict(list)
    for one in things:
        by_kind[one.kind].append(one)
    found: dict[Thing, NewsItem] = {}
    for kind, asked in by_kind.items():
        found |= _STANDING[kind](session, asked)
    return found


def _absences(session: Session, things: list[Thing]) -> dict[Thing, NewsItem]:
    lessons = _lessons(session, {one.subject_id for one in things})
    rows = session.scalars(
        select(LessonAbsence).where(
            tuple_(LessonAbsence.lesson_id, LessonAbsence.pupil_id).in_(
                [(one.subject_id, one.pupil_id) for one in things]
            )
        )
    )
    presence = {(row.lesson_id, row.pupil_id): row.presence for row in rows}
    announced = _announced(session, things, [lesson.day for lesson, _name in lessons.values()])
    return {
        one: NewsItem(
            kind=one.kind,
            value=presence.get((one.subject_id, one.pupil_id), ""),
            subject=name,
            day=lesson.day,
            number=lesson.number,
            is_known=any(lesson.day in days for days in announced[one.pupil_id]),
        )
        for one in things
        if one.subject_id in lessons
        for lesson, name in [lessons[one.subject_id]]
    }


def _announced(
    session: Session, things: Iterable[Thing], days: Collection[date]
) -> dict[UUID, list[Days]]:
    """Pupil → the days of which the family itself said that the child would be away."""
    found: dict[UUID, list[Days]] = defaultdict(list)
    if days:
        asked = Days(since=min(days), until=max(days))
        for row in live_spans(session, {one.pupil_id for one in things}, asked):
            if row.announced_at is not None:
                found[row.pupil_id].append(days_of(row))
    return found


def _marks(session: Session, things: list[Thing]) -> dict[Thing, NewsItem]:
    types = work_types(session)
    works = {
        work.id: (work, lesson, name)
        for work, lesson, name in session.execute(
            select(Work, Lesson, Subject.name)
            .join(Lesson, Lesson.id == Work.lesson_id)
            .join(Subject, Subject.id == Lesson.subject_id)
            .where(Work.id.in_({one.subject_id for one in things}))
        )
    }
    rows = session.scalars(
        select(Mark).where(
            tuple_(Mark.work_id, Mark.pupil_id).in_(
                [(one.subject_id, one.pupil_id) for one in things]
            )
        )
    )
    values = {(row.work_id, row.pupil_id): row.value for row in rows}
    return {
        one: NewsItem(
            kind=one.kind,
            value=values.get((one.subject_id, one.pupil_id), ""),
            subject=name,
            day=lesson.day,
            number=lesson.number,
            what=type_of(types, work.type_code).name,
        )
        for one in things
        if one.subject_id in works
        for work, lesson, name in [works[one.subject_id]]
    }


def _homework(session: Session, things: list[Thing]) -> dict[Thing, NewsItem]:
    lesson_ids = {one.subject_id for one in things}
    lessons = _lessons(session, lesson_ids)
    rows = session.scalars(select(Homework).where(Homework.lesson_id.in_(lesson_ids)))
    tasks = {row.lesson_id: row for row in rows if not row.is_none}
    return {
        one: NewsItem(
            kind=one.kind,
            value=task.written_at.isoformat() if task else "",
            subject=name,
            day=lesson.day,
            what=task.text if task else "",
            due_day=task.due_day if task else None,
        )
        for one in things
        if one.subject_id in lessons
        for lesson, name in [lessons[one.subject_id]]
        for task in [tasks.get(one.subject_id)]
    }


def _period_marks(session: Session, things: list[Thing]) -> dict[Thing, NewsItem]:
    changes = {
        change.id: (change, name)
        for change, name in session.execute(
            select(PeriodMarkChange, Subject.name)
            .join(Subject, Subject.id == PeriodMarkChange.subject_id)
            .where(PeriodMarkChange.id.in_({one.subject_id for one in things}))
        )
    }
    rows = session.execute(
        select(PeriodMark, SchoolClass.grade)
        .join(SchoolClass, SchoolClass.id == PeriodMark.class_id)
        .where(PeriodMark.pupil_id.in_({one.pupil_id for one in things}))
    )
    given = {_mark_of(mark): (mark.value, grade) for mark, grade in rows}
    kinds = _period_kinds(session, {change.academic_year for change, _name in changes.values()})
    items = {}
    for one in things:
        if one.subject_id not in changes:
            continue
        change, name = changes[one.subject_id]
        value, grade = given.get(_mark_of(change), ("", None))
        ref = PeriodRef(kind=change.kind, number=change.number)
        is_period = ref.kind is FinalKind.PERIOD and grade is not None
        items[one] = NewsItem(
            kind=one.kind,
            value=value,
            subject=name,
            ref=ref,
            period=kinds(change.academic_year, grade) if is_period else None,
        )
    return items


def _period_kinds(
    session: Session, years: Iterable[int]
) -> Callable[[int, int | None], PeriodKind | None]:
    """What the periods of a grade are in a year: quarters, half-years."""
    periods = {year: periods_of_year(session, year) for year in years}

    def kind(year: int, grade: int | None) -> PeriodKind | None:
        return next((one.kind for one in periods_of(periods[year], grade or 0)), None)

    return kind


def _messages(_session: Session, things: list[Thing]) -> dict[Thing, NewsItem]:
    """Nobody takes a message back, and what stands in it no letter tells."""
    return {one: NewsItem(kind=one.kind, value="written") for one in things}


def _lessons(session: Session, lesson_ids: Collection[UUID]) -> dict[UUID, tuple[Lesson, str]]:
    rows = session.execute(
        select(Lesson, Subject.name)
        .join(Subject, Subject.id == Lesson.subject_id)
        .where(Lesson.id.in_(lesson_ids))
    )
    return {lesson.id: (lesson, name) for lesson, name in rows}


_STANDING: Mapping[NewsKind, Callable[[Session, list[Thing]], dict[Thing, NewsItem]]] = {
    NewsKind.ABSENCE: _absences,
    NewsKind.MARK: _marks,
    NewsKind.PERIOD_MARK: _period_marks,
    NewsKind.HOMEWORK: _homework,
    NewsKind.MESSAGE: _messages,
}
