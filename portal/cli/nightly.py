"""`flask --app wsgi nightly …`: what has to be done once a day."""

import click
from flask.cli import AppGroup

from portal.log import failures_logged, tell
from portal.perform import perform_as_system
from portal.state import current_portal
from workflows.invitation import ExpireCodes, expire_codes
from workflows.watch import (
    EraseDrafts,
    RemindOfVisits,
    WarnOfCodes,
    erase_drafts,
    remind_of_visits,
    warn_of_codes,
)

nightly_commands = AppGroup("nightly", help="What has to be done once a day.")


@nightly_commands.command()
@failures_logged()
def run() -> None:
    """Erase old drafts, end codes, and remind of visits and codes. Running it twice is harmless."""
    erased = perform_as_system(erase_drafts, EraseDrafts())
    for file_id in erased.file_ids:
        current_portal().files.remove(file_id)
    _say("drafts erased", erased.drafts)
    _say("codes ended", perform_as_system(expire_codes, ExpireCodes()))
    _say("codes warned about", perform_as_system(warn_of_codes, WarnOfCodes()))
    _say("visits reminded of", perform_as_system(remind_of_visits, RemindOfVisits()))


def _say(what: str, count: int) -> None:
    """To the person at the terminal, and to the log."""
    click.echo(f"{what}: {count}")
    tell("nightly", what=what, count=count)
