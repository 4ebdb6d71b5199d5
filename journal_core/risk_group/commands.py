"""The class teacher puts pupils into the risk group, ends it, and signs off its weeks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from journal_core.academic_year.rules import monday_of
from journal_core.access.terms import Permission
from journal_core.attendance.queries import led_pupil
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.risk_group.models import RiskCheck, RiskCheckLine, RiskMembership
from journal_core.risk_group.rules import has_come_to_an_end
from journal_core.risk_group.terms import RiskGround
from journal_core.school.models import SchoolClass
from journal_core.school.queries import is_led_by
from journal_core.school.rules import academic_year_of, first_day_of

_DAILY, _WEEKLY = "INS-3.2.7", "INS-3.2.8"


@dataclass(frozen=True, kw_only=True)
class PutAtRisk:
    """A pupil comes into the group from a day on, and why."""

    pupil_id: UUID
    ground: RiskGround
    since: date
    reason: str


def put_at_risk(context: ActionContext, command: PutAtRisk) -> UUID:
    """By the class teacher alone; the program proposes and never adds (INS-3.2.7).

    Raises NotFound for a pupil of another's class; RuleBroken: `risk_ahead` for a day to come,
    `day_of_other_year` for one before this academic year, `risk_stands` where the pupil is in it
    on this ground already, on that day or later.
    """
    context.actor.require(Permission.FAMILIES_CLASS_EDIT)
    led_pupil(context.session, context.actor, command.pupil_id, context.today)
    if command.since > context.today:
        raise RuleBroken("risk_ahead", _DAILY)
    if command.since < first_day_of(academic_year_of(context.today)):
        raise RuleBroken("day_of_other_year", _DAILY)
    rows = context.session.scalars(
        select(RiskMembership).where(
            RiskMembership.pupil_id == command.pupil_id, RiskMembership.ground == command.ground
        )
    )
    if any(row.until is None or row.until >= command.since for row in rows):
        raise RuleBroken("risk_stands", _DAILY)
    row = RiskMembership(
        pupil_id=command.pupil_id,
        ground=command.ground,
        since=command.since,
        reason=command.reason,
        put_at=context.now,
        put_by=context.actor.label,
    )
    context.session.add(row)
    context.session.flush()
    record(context, AuditAction.RISK_PUT, command.pupil_id, ground=command.ground.value)
    return row.id


@dataclass(frozen=True, kw_only=True)
class EndRisk:
    """The pupil's last day in the group, and why it is enough."""

    membership_id: UUID
    until: date
    reason: str


def end_risk(context: ActionContext, command: EndRisk) -> None:
    """The row stays as history (INS-3.2.7).

    Raises NotFound for a pupil of another's class; RuleBroken: `risk_over` where it has ended,
    `risk_ahead` for a day to come, `ends_before_it_begins`.
    """
    context.actor.require(Permission.FAMILIES_CLASS_EDIT)
    row = context.session.get(RiskMembership, command.membership_id)
    if row is None:
        raise NotFound("person_unknown")
    led_pupil(context.session, context.actor, row.pupil_id, context.today)
    if row.until is not None:
        raise RuleBroken("risk_over", _DAILY)
    if command.until > context.today:
        raise RuleBroken("risk_ahead", _DAILY)
    if command.until < row.since:
        raise RuleBroken("ends_before_it_begins", _DAILY)
    row.until, row.end_reason = command.until, command.reason
    row.ended_at, row.ended_by = context.now, context.actor.label
    record(context, AuditAction.RISK_ENDED, row.pupil_id, ground=row.ground.value)
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class CheckWeek:
    """A week of the group's families is looked through. `looked` is what was seen: pupil → days."""

    class_id: UUID
    monday: date
    looked: Mapping[UUID, Collection[date]]
    note: str = ""


def check_week(context: ActionContext, command: CheckWeek) -> UUID:
    """Once a week and class, from its Friday on; it stays as it was (INS-3.2.8).

    Raises NotFound for a class that the actor does not lead; RuleBroken: `week_ahead` before
    Friday, `week_of_nobody` where nobody was in the group, `week_checked` where it was signed off.
    """
    context.actor.require(Permission.FAMILIES_CLASS_EDIT)
    led = select(SchoolClass.id).where(
        SchoolClass.id == command.class_id, is_led_by(context.actor.person_id, context.today)
    )
    if context.session.scalar(led.with_for_update()) is None:
        raise NotFound("class_unknown")
    monday = monday_of(command.monday)
    if not has_come_to_an_end(monday, context.today):
        raise RuleBroken("week_ahead", _WEEKLY)
    if not command.looked:
        raise RuleBroken("week_of_nobody", _WEEKLY)
    done = select(RiskCheck.id).where(
        RiskCheck.class_id == command.class_id, RiskCheck.monday == monday
    )
    if context.session.scalar(done) is not None:
        raise RuleBroken("week_checked", _WEEKLY)
    check = RiskCheck(
        class_id=command.class_id,
        monday=monday,
        checked_at=context.now,
        checked_by=context.actor.label,
        note=command.note,
    )
    context.session.add(check)
    context.session.flush()
    context.session.add_all(
        RiskCheckLine(
            check_id=check.id,
            pupil_id=pupil_id,
            looked_on=sorted(day.isoformat() for day in days),
        )
        for pupil_id, days in command.looked.items()
    )
    record(context, AuditAction.RISK_CHECKED, command.class_id, week=monday.isoformat())
    context.session.flush()
    return check.id
