"""`flask --app wsgi outbox …`: the worker that sends letters and closes what is over."""

import logging
import os
import time

import click
from flask.cli import AppGroup

from portal.log import tell
from portal.mail import LetterNotTaken, post_of
from portal.messages.reports import note_written
from portal.notices.telling import tell_families
from portal.outbox import send_due
from portal.perform import perform_as_system
from portal.scanning import scan_waiting
from portal.state import current_portal
from workflows.mark_correction import CloseCorrections, close_corrections

#: Well inside the minute in which a first attempt is promised.
PAUSE_SECONDS = 3
#: Files scanned between two looks at the letters.
SCANS_AT_ONCE = 5

outbox_commands = AppGroup("outbox", help="Send the letters that are due.")


@outbox_commands.command()
@click.option("--once", is_flag=True, help="Send what is due now, and stop.")
@click.option("--stop-with-parent", is_flag=True, help="Stop when the starting process is gone.")
def run(*, once: bool, stop_with_parent: bool) -> None:
    """Tell families what is new, send due letters, scan uploads, close corrections."""
    try:
        post = post_of(current_portal().config)
    except LetterNotTaken as error:
        raise click.ClickException(str(error)) from error
    if once:
        note_written()
        tell_families()
        click.echo(f"letters sent: {send_due(post)}")
        return
    parent = os.getppid()
    while not stop_with_parent or os.getppid() == parent:
        try:
            note_written()
            tell_families()
            send_due(post)
            scan_waiting(SCANS_AT_ONCE)
            perform_as_system(close_corrections, CloseCorrections())
        except Exception as error:
            # The database may be away for a while; letters wait, the worker stays.
            tell("outbox_unreadable", logging.ERROR, error=error)
        time.sleep(PAUSE_SECONDS)
