"""`flask --app wsgi files …`: the uploads."""

import sys

import click
from flask.cli import AppGroup

from portal.scanning import scan_waiting
from portal.state import current_portal

file_commands = AppGroup("files", help="The uploads.")


@file_commands.command()
def scan() -> None:
    """Show the uploads that wait to the virus scanner, and stop. The outbox does so by itself."""
    if current_portal().config.clamd_url is None:
        raise click.ClickException("set PORTAL_CLAMD_URL: without it nothing is scanned")
    click.echo(f"files scanned: {scan_waiting(sys.maxsize)}")
