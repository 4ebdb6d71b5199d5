"""Runs one command in one transaction. Nothing else in the program commits."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm.exc import StaleDataError

from journal_core.access.terms import SYSTEM_PERMISSIONS, Permission
from journal_core.context import ActionContext, Actor
from journal_core.errors import CalendarNotPublished, StaleVersion
from portal.access import current_actor
from portal.state import Portal, close_reading, current_portal
from workflows.watch import AskForCalendar, ask_for_calendar

Command = TypeVar("Command")
Result = TypeVar("Result")
Handler = Callable[[ActionContext, Command], Result]

SYSTEM = Actor(label="система", permissions=SYSTEM_PERMISSIONS)
#: Whoever runs the command line holds the server: the record says so.
OPERATOR = Actor(label="командная строка", permissions=frozenset(Permission))


def perform(handler: Handler[Command, Result], command: Command) -> Result:
    """Run the command as whoever sent this web request.

    Where no promise can be made, the administrator is asked for the missing calendar (SVC-2.11).
    """
    try:
        result = perform_in(current_portal(), current_actor(), handler, command)
    except CalendarNotPublished as refusal:
        year = int(str(refusal.facts["year"]))
        perform_as_system(ask_for_calendar, AskForCalendar(year=year))
        raise
    # What this request reads from now on is what stands after the act.
    close_reading()
    return result


def perform_as_system(handler: Handler[Command, Result], command: Command) -> Result:
    """Run the command as the program itself (the outbox, the nightly tasks)."""
    return perform_in(current_portal(), SYSTEM, handler, command)


def perform_as_operator(handler: Handler[Command, Result], command: Command) -> Result:
    """Run the command as the person at the server's command line."""
    return perform_in(current_portal(), OPERATOR, handler, command)


def perform_in(
    portal: Portal, actor: Actor, handler: Handler[Command, Result], command: Command
) -> Result:
    """The one transaction: the change, its audit and its letters, or none of them.

    Raises what the handler raises (nothing is kept then), and StaleVersion when another
    transaction changed the same row first.
    """
    with portal.database.writing() as session:
        context = ActionContext(
            session=session,
            actor=actor,
            now=portal.clock(),
            zone=portal.zone,
            keys=portal.keys,
            files=portal.files,
        )
        try:
            result = handler(context, command)
            session.commit()
        except StaleDataError as error:
            raise StaleVersion("changed_meanwhile") from error
        return result
