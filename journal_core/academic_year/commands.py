"""Changing periods, holidays and bells of the academic year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, update

from journal_core.academic_year.models import (
    BellDay,
    BellSchedule,
    BellTime,
    GradingPeriod,
    Holiday,
)
from journal_core.academic_year.queries import breaks_of_year, periods_of_year
from journal_core.academic_year.rules import (
    a_year_later,
    bell_fault,
    bounds,
    period_faults,
)
from journal_core.academic_year.terms import PERIODS_IN_YEAR, Bell, Break, Period, PeriodKind
from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken

CLAUSE = "INS-3.1.3"


@dataclass(frozen=True, kw_only=True)
class SavePeriods:
    """All periods of one kind of a range of grades: as many spans as the kind has in a year.

    `was` is the kind and the first grade of the periods that these come instead of.
    """

    academic_year: int
    kind: PeriodKind
    first_grade: int
    last_grade: int
    spans: Sequence[tuple[date, date]]
    was: tuple[PeriodKind, int] | None = None


def save_periods(context: ActionContext, command: SavePeriods) -> None:
    """Make them so, beside the periods of the other grades (POL-3.4.1, INS-3.1.3).

    Raises RuleBroken: `periods_incomplete`, `ends_before_it_begins` and `not_of_the_year` with
    the `number` of the period, `periods_meet` and `periods_of_two_kinds` with the `grade`.
    """
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    if len(command.spans) != PERIODS_IN_YEAR[command.kind]:
        raise RuleBroken("periods_incomplete", CLAUSE)
    if command.last_grade < command.first_grade:
        raise RuleBroken("grades_in_wrong_order", CLAUSE)
    for number, (since, until) in enumerate(command.spans, start=1):
        _check_span(since, until, command.academic_year, number=number)
    if command.was is not None:
        _drop_periods(context, command.academic_year, *command.was)
    new = [
        Period(
            kind=command.kind,
            number=number,
            first_grade=command.first_grade,
            last_grade=command.last_grade,
            since=since,
            until=until,
        )
        for number, (since, until) in enumerate(command.spans, start=1)
    ]
    _add_periods(context, command.academic_year, new)
    record(context, AuditAction.YEAR_SAVED, year=command.academic_year, what="periods")


def _add_periods(context: ActionContext, academic_year: int, new: Sequence[Period]) -> None:
    faults = period_faults([*periods_of_year(context.session, academic_year), *new])
    if faults:
        first = faults[0]
        raise RuleBroken(first.code, CLAUSE, grade=first.grade, numbers=first.numbers)
    context.session.add_all(
        GradingPeriod(
            academic_year=academic_year,
            kind=period.kind,
            number=period.number,
            first_grade=period.first_grade,
            last_grade=period.last_grade,
            since=period.since,
            until=period.until,
        )
        for period in new
    )
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class RemovePeriods:
    academic_year: int
    kind: PeriodKind
    first_grade: int


def remove_periods(context: ActionContext, command: RemovePeriods) -> None:
    """Take all periods of the kind and range away. Raises NotFound."""
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    _drop_periods(context, command.academic_year, command.kind, command.first_grade)
    record(context, AuditAction.YEAR_SAVED, year=command.academic_year, what="periods")


def _drop_periods(
    context: ActionContext, academic_year: int, kind: PeriodKind, first_grade: int
) -> None:
    gone = context.session.scalars(
        delete(GradingPeriod)
        .where(
            GradingPeriod.academic_year == academic_year,
            GradingPeriod.kind == kind,
            GradingPeriod.first_grade == first_grade,
        )
        .returning(GradingPeriod.id)
    ).all()
    if not gone:
        raise NotFound("periods_unknown")


@dataclass(frozen=True, kw_only=True)
class SaveHoliday:
    """Holidays of a range of grades; without an id new ones."""

    academic_year: int
    name: str
    first_grade: int
    last_grade: int
    since: date
    until: date
    holiday_id: UUID | None = None


def save_holiday(context: ActionContext, command: SaveHoliday) -> UUID:
    """Returns the id (INS-3.1.3).

    Raises NotFound, RuleBroken: `grades_in_wrong_order`, `ends_before_it_begins`,
    `not_of_the_year`.
    """
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    if command.last_grade < command.first_grade:
        raise RuleBroken("grades_in_wrong_order", CLAUSE)
    _check_span(command.since, command.until, command.academic_year)
    holiday = _holiday(context, command.holiday_id) if command.holiday_id else Holiday()
    holiday.academic_year = command.academic_year
    holiday.name = command.name.strip()
    holiday.first_grade = command.first_grade
    holiday.last_grade = command.last_grade
    holiday.since = command.since
    holiday.until = command.until
    context.session.add(holiday)
    context.session.flush()
    record(context, AuditAction.YEAR_SAVED, holiday.id, year=command.academic_year)
    return holiday.id


@dataclass(frozen=True, kw_only=True)
class RemoveHoliday:
    holiday_id: UUID


def remove_holiday(context: ActionContext, command: RemoveHoliday) -> None:
    """Raises NotFound."""
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    holiday = _holiday(context, command.holiday_id)
    context.session.delete(holiday)
    context.session.flush()
    record(context, AuditAction.YEAR_SAVED, holiday.id, year=holiday.academic_year, removed=True)


def _holiday(context: ActionContext, holiday_id: UUID) -> Holiday:
    holiday = context.session.get(Holiday, holiday_id)
    if holiday is None:
        raise NotFound("holiday_unknown")
    return holiday


@dataclass(frozen=True, kw_only=True)
class CopyYear:
    """Periods and holidays of the year before, their days moved by a year."""

    academic_year: int


def copy_year(context: ActionContext, command: CopyYear) -> None:
    """To be looked through afterwards: holidays and weekdays lie otherwise each year.

    Raises RuleBroken: `nothing_to_copy`, and `year_not_empty` when the year has either.
    """
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    session, year = context.session, command.academic_year
    if periods_of_year(session, year) or breaks_of_year(session, year):
        raise RuleBroken("year_not_empty")
    periods, breaks = periods_of_year(session, year - 1), breaks_of_year(session, year - 1)
    if not periods and not breaks:
        raise RuleBroken("nothing_to_copy")
    _add_periods(context, year, [a_year_later(period) for period in periods])
    context.session.add_all(_copied(a_year_later(one), year) for one in breaks)
    context.session.flush()
    record(context, AuditAction.YEAR_SAVED, year=year, copied_from=year - 1)


def _copied(moved: Break, academic_year: int) -> Holiday:
    return Holiday(
        academic_year=academic_year,
        name=moved.name,
        first_grade=moved.first_grade,
        last_grade=moved.last_grade,
        since=moved.since,
        until=moved.until,
    )


@dataclass(frozen=True, kw_only=True)
class SaveBells:
    """A bell schedule as a whole; without an id a new one."""

    name: str
    times: Sequence[Bell]
    is_regular: bool = False
    schedule_id: UUID | None = None


def save_bells(context: ActionContext, command: SaveBells) -> UUID:
    """Returns the id. The first schedule is the regular one; another regular one takes its place.

    Raises NotFound, RuleBroken: `bells_empty`, `bells_meet` with the `number` of the lesson,
    `bells_twice` for a name that is there.
    """
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    if not command.times:
        raise RuleBroken("bells_empty", CLAUSE)
    wrong = bell_fault(command.times)
    if wrong is not None:
        raise RuleBroken("bells_meet", CLAUSE, number=wrong)
    name = command.name.strip()
    others = [
        row
        for row in context.session.scalars(select(BellSchedule))
        if row.id != command.schedule_id
    ]
    if any(row.name == name for row in others):
        raise RuleBroken("bells_twice", CLAUSE)
    schedule = _bells(context, command.schedule_id) if command.schedule_id else BellSchedule()
    schedule.name = name
    is_regular = command.is_regular or not any(row.is_regular for row in others)
    if is_regular:
        context.session.execute(update(BellSchedule).values(is_regular=False))
    schedule.is_regular = is_regular
    context.session.add(schedule)
    context.session.flush()
    _ring(context, schedule.id, command.times)
    record(context, AuditAction.YEAR_SAVED, schedule.id, what="bells")
    return schedule.id


def _ring(context: ActionContext, schedule_id: UUID, times: Sequence[Bell]) -> None:
    context.session.execute(delete(BellTime).where(BellTime.schedule_id == schedule_id))
    context.session.add_all(
        BellTime(schedule_id=schedule_id, number=bell.number, starts=bell.starts, ends=bell.ends)
        for bell in times
    )
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class RemoveBells:
    schedule_id: UUID


def remove_bells(context: ActionContext, command: RemoveBells) -> None:
    """Raises NotFound, RuleBroken("bells_used") for the regular one and for one with days."""
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    schedule = _bells(context, command.schedule_id)
    has_days = context.session.scalar(
        select(BellDay.day).where(BellDay.schedule_id == schedule.id).limit(1)
    )
    if schedule.is_regular or has_days:
        raise RuleBroken("bells_used", CLAUSE)
    context.session.execute(delete(BellTime).where(BellTime.schedule_id == schedule.id))
    context.session.delete(schedule)
    context.session.flush()
    record(context, AuditAction.YEAR_SAVED, schedule.id, what="bells", removed=True)


def _bells(context: ActionContext, schedule_id: UUID) -> BellSchedule:
    schedule = context.session.get(BellSchedule, schedule_id)
    if schedule is None:
        raise NotFound("bells_unknown")
    return schedule


@dataclass(frozen=True, kw_only=True)
class SetBellDay:
    """A day follows the schedule; None gives it back to the regular one."""

    day: date
    schedule_id: UUID | None
    reason: str = ""


def set_bell_day(context: ActionContext, command: SetBellDay) -> None:
    """A day has one schedule: the later word counts. Raises NotFound."""
    context.actor.require(Permission.CURRICULUM_YEAR_EDIT)
    if command.schedule_id is not None:
        _bells(context, command.schedule_id)
    context.session.execute(delete(BellDay).where(BellDay.day == command.day))
    if command.schedule_id is not None:
        context.session.add(
            BellDay(day=command.day, schedule_id=command.schedule_id, reason=command.reason.strip())
        )
    context.session.flush()
    record(context, AuditAction.YEAR_SAVED, what="bell_day", day=command.day.isoformat())


def _check_span(since: date, until: date, academic_year: int, **facts: object) -> None:
    first, last = bounds(academic_year)
    if until < since:
        raise RuleBroken("ends_before_it_begins", CLAUSE, **facts)
    if since < first or until > last:
        raise RuleBroken("not_of_the_year", CLAUSE, **facts)
