"""Somebody is put in charge of the update; a week is signed off."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.weekly_duty.models import DutyCheck, DutyFinding, DutyOfficial
from journal_core.weekly_duty.queries import courses_of_week, duty_week, may_be_in_charge
from journal_core.weekly_duty.terms import DutyState


@dataclass(frozen=True, kw_only=True)
class AppointDutyOfficial:
    """Who looks after the update from a day on, by an order of the head."""

    person_id: UUID
    since: date
    order_number: str


def appoint_duty_official(context: ActionContext, command: AppointDutyOfficial) -> UUID:
    """Whoever was in charge before is so until the day before (SVC-3.8). Twice is once.

    Raises NotFound for one whose account may not sign a week off.
    """
    context.actor.require(Permission.DUTY_OFFICIAL_APPOINT)
    if command.person_id not in may_be_in_charge(context.session):
        raise NotFound("person_unknown")
    order_number = command.order_number.strip()
    known = context.session.scalar(
        select(DutyOfficial.id).where(
            DutyOfficial.person_id == command.person_id,
            DutyOfficial.since == command.since,
            DutyOfficial.order_number == order_number,
        )
    )
    if known is not None:
        return known
    official = DutyOfficial(
        person_id=command.person_id,
        since=command.since,
        order_number=order_number,
        recorded_at=context.now,
        recorded_by=context.actor.label,
    )
    context.session.add(official)
    context.session.flush()
    record(context, AuditAction.DUTY_OFFICIAL_APPOINTED, command.person_id)
    return official.id


@dataclass(frozen=True, kw_only=True)
class SignDutyWeek:
    """A week was checked; `remarks` say what was found and what is done about it."""

    monday: date
    remarks: str = ""


def sign_duty_week(context: ActionContext, command: SignDutyWeek) -> UUID:
    """Put on record what the week is like now and who checked it (SVC-3.9.1, 3.9.2, 3.11).

    Another authorised person may stand in for the one in charge: the record says who signed.
    Raises NotFound for a week without lessons, RuleBroken for one that still runs or is signed
    off already, and for stale courses of which nothing is said.
    """
    context.actor.require(Permission.DUTY_WEEK_SIGN)
    week = duty_week(context.session, command.monday, context.now, context.zone)
    if week is None or context.actor.person_id is None:
        raise NotFound("duty_week_unknown")
    if week.state is DutyState.RUNS:
        raise RuleBroken("duty_week_runs", "SVC-3.7")
    if week.state is DutyState.SIGNED:
        raise RuleBroken("duty_week_signed", "SVC-3.11")
    courses = courses_of_week(context.session, week.monday, context.now, context.zone)
    stale = [one for one in courses if one.is_stale]
    remarks = command.remarks.strip()
    if stale and not remarks:
        raise RuleBroken("duty_remarks_missing", "SVC-3.9.2")
    check = DutyCheck(
        monday=week.monday,
        signed_at=context.now,
        signed_by_id=context.actor.person_id,
        signed_by=context.actor.label,
        remarks=remarks,
        courses=len(courses),
        stale=len(stale),
    )
    context.session.add(check)
    context.session.flush()
    context.session.add_all(
        DutyFinding(
            check_id=check.id,
            class_id=one.class_id,
            group_id=one.group_id,
            subject_id=one.subject_id,
            teacher_id=one.teacher_id,
            lessons=one.lessons,
            no_roll=one.no_roll,
            no_topic=one.no_topic,
            no_homework=one.no_homework,
            marks=one.marks,
            late_works=one.late_works,
        )
        for one in stale
    )
    context.session.flush()
    record(context, AuditAction.DUTY_WEEK_SIGNED, check.id, monday=week.monday.isoformat())
    return check.id
