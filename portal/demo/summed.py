"""The made-up school's marks for periods that are over, given by the teachers on their last day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from random import Random
from uuid import UUID

from sqlalchemy import func, select

from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import periods_of
from journal_core.academic_year.terms import Period
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.clock import local_moment
from journal_core.context import ActionContext, Actor
from journal_core.exchange.progress import Progress
from journal_core.journal.queries import courses_to_read, members_of
from journal_core.journal.terms import CourseView
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person
from journal_core.period_marks.commands import GivePeriodMarks, give_period_marks
from journal_core.period_marks.queries import sheet_of
from journal_core.period_marks.terms import FinalKind, PeriodMarkEdit, PeriodRef
from journal_core.school.queries import classes_of_year
from journal_core.school.rules import academic_year_of
from portal.perform import OPERATOR, perform_in
from portal.state import Portal

AFTERNOON = time(15, 0)
FEW = "Отметок мало, опрошен устно"
REASON = "Отметки четверти стоят в бумажном журнале"


@dataclass(frozen=True, kw_only=True)
class SumUp:
    """The periods of a class that are over; those that begin before `kept_since` were on paper."""

    class_id: UUID
    kept_since: date


def tell_period_marks(portal: Portal, kept_since: date, progress: Progress) -> int:
    """Returns how many marks were given."""
    with portal.database.reading() as session:
        year = academic_year_of(portal.clock().astimezone(portal.zone).date())
        classes = [row.id for row in classes_of_year(session, year)]
    given = 0
    for done, class_id in enumerate(classes, start=1):
        command = SumUp(class_id=class_id, kept_since=kept_since)
        given += perform_in(portal, OPERATOR, sum_up_class, command)
        progress.tell("period marks", done, len(classes))
    return given


def sum_up_class(context: ActionContext, command: SumUp) -> int:
    year = academic_year_of(context.today)
    courses = courses_to_read(context.session, context.actor, year, context.today, command.class_id)
    periods = periods_of_year(context.session, year)
    given = 0
    for course in courses:
        if not course.takes_marks:
            continue
        own = periods_of(periods, course.grade)
        for period in own:
            if period.until < context.today:
                given += _sum_up(context, course, period, own, command.kept_since)
    return given


def _sum_up(
    context: ActionContext,
    course: CourseView,
    period: Period,
    periods: list[Period],
    kept_since: date,
) -> int:
    teacher = _teacher(context, course, period)
    if teacher is None:
        return 0
    actor = Actor(
        label=teacher.name.full,
        permissions=ROLE_PERMISSIONS[Role.TEACHER],
        person_id=teacher.id,
    )
    now = local_moment(period.until, AFTERNOON, context.zone)
    of_teacher = replace(context, actor=actor, now=now)
    ref = PeriodRef(kind=FinalKind.PERIOD, number=period.number)
    is_kept = kept_since <= period.since
    edits = (
        _proposed(of_teacher, course, ref, periods)
        if is_kept
        else _remembered(of_teacher, course, period)
    )
    command = GivePeriodMarks(key=course.key, ref=ref, edits=tuple(edits))
    return len(give_period_marks(of_teacher, command))


def _teacher(context: ActionContext, course: CourseView, period: Period) -> Person | None:
    """Who gave most of the course's lessons in the period."""
    key = course.key
    return context.session.scalars(
        select(Person)
        .join(Lesson, Lesson.teacher_id == Person.id)
        .where(
            Lesson.class_id == key.class_id,
            Lesson.group_id == key.group_id,
            Lesson.subject_id == key.subject_id,
            Lesson.day.between(period.since, period.until),
        )
        .group_by(Person.id)
        .order_by(func.count(Lesson.id).desc())
        .limit(1)
    ).first()


def _proposed(
    context: ActionContext, course: CourseView, ref: PeriodRef, periods: list[Period]
) -> Iterator[PeriodMarkEdit]:
    """What the journal proposes; who has no marks is marked by what the teacher remembers."""
    sheet = sheet_of(
        context.session, context.actor, course, ref, periods, now=context.now, zone=context.zone
    )
    for row in sheet.rows:
        value = row.proposal.value or _mark(row.name, course)
        yield PeriodMarkEdit(pupil_id=row.pupil_id, value=value, reason=FEW)


def _remembered(
    context: ActionContext, course: CourseView, period: Period
) -> Iterator[PeriodMarkEdit]:
    """Before the journal was kept here, marks stood on paper."""
    pupils = members_of(context.session, course.key, period.until, period.until)
    for pupil_id, (name, _spans) in pupils.items():
        yield PeriodMarkEdit(pupil_id=pupil_id, value=_mark(name, course), reason=REASON)


def _mark(name: str, course: CourseView) -> str:
    """The same talent by which `kept` tells the marks of lessons."""
    talent = Random(f"{name} {course.subject}").gauss(3.9, 0.5)  # noqa: S311 - a story
    return str(min(5, max(3, round(talent))))
