"""A link for a calendar is made, made anew, or ended."""

from dataclasses import dataclass
from uuid import UUID

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.clock import local_date
from journal_core.context import ActionContext
from journal_core.diary.models import CalendarLink
from journal_core.diary.queries import calendar_link, pupil_in_reach
from journal_core.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class MakeCalendarLink:
    """The actor's own link to the diary of a pupil; one that there is already ends."""

    pupil_id: UUID


def make_calendar_link(context: ActionContext, command: MakeCalendarLink) -> None:
    """Raises NotFound for a diary that is not the actor's (POL-3.9.2)."""
    account_id = _account(context)
    pupil_in_reach(
        context.session, context.actor, command.pupil_id, local_date(context.now, context.zone)
    )
    link = calendar_link(context.session, account_id, command.pupil_id)
    if link is None:
        link = CalendarLink(account_id=account_id, pupil_id=command.pupil_id, generation=0)
        context.session.add(link)
    link.generation += 1
    link.made_at, link.ended_at = context.now, None
    record(context, AuditAction.DIARY_LINK_MADE, command.pupil_id)


@dataclass(frozen=True, kw_only=True)
class EndCalendarLink:
    pupil_id: UUID


def end_calendar_link(context: ActionContext, command: EndCalendarLink) -> None:
    """It opens nothing from now on. Raises NotFound where the actor has none."""
    link = calendar_link(context.session, _account(context), command.pupil_id)
    if link is None:
        raise NotFound("link_unknown")
    if link.ended_at is None:
        link.ended_at = context.now
        record(context, AuditAction.DIARY_LINK_ENDED, command.pupil_id)


def _account(context: ActionContext) -> UUID:
    context.actor.require(Permission.DIARY_PAGE_READ)
    if context.actor.account_id is None:
        raise NotFound("person_unknown")
    return context.actor.account_id
