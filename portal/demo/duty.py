"""The made-up school's weekly update: the deputy is in charge, older weeks are signed off."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import select

from journal_core.academic_year.rules import monday_of
from journal_core.access.models import Account, AccountRole
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.clock import local_moment
from journal_core.context import ActionContext, Actor
from journal_core.people.models import Person
from journal_core.school.rules import academic_year_of
from journal_core.weekly_duty.commands import (
    AppointDutyOfficial,
    SignDutyWeek,
    appoint_duty_official,
    sign_duty_week,
)
from journal_core.weekly_duty.queries import duty_weeks
from journal_core.weekly_duty.terms import DutyState, DutyWeek
from portal.perform import OPERATOR, perform_in
from portal.state import Portal

AFTERNOON = time(16, 0)
REMARKS = "Журнал начат в середине недели: записи первых дней перенесут с бумаги."


@dataclass(frozen=True, kw_only=True)
class TellDuty:
    """The lessons are kept since this day."""

    since: date


def tell_duty(portal: Portal, since: date) -> None:
    perform_in(portal, OPERATOR, _tell, TellDuty(since=since))


def _tell(context: ActionContext, command: TellDuty) -> None:
    """All weeks that are over are checked on their last day but the latest, which waits."""
    deputy = context.session.scalars(
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.DEPUTY)
    ).first()
    if deputy is None:
        return
    appointed = AppointDutyOfficial(
        person_id=deputy.id, since=monday_of(command.since), order_number="41"
    )
    appoint_duty_official(context, appointed)
    actor = Actor(
        label=deputy.name.full, permissions=ROLE_PERMISSIONS[Role.DEPUTY], person_id=deputy.id
    )
    year = academic_year_of(context.today)
    weeks = duty_weeks(context.session, year, context.now, context.zone)
    for week in [one for one in weeks if one.state is not DutyState.RUNS][1:]:
        sign_duty_week(
            replace(context, actor=actor, now=min(context.now, _when(context, week))),
            SignDutyWeek(monday=week.monday, remarks=REMARKS),
        )


def _when(context: ActionContext, week: DutyWeek) -> datetime:
    return local_moment(week.due_on, AFTERNOON, context.zone)
