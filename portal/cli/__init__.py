"""The command line: `flask --app wsgi <group> <command>`."""

from flask import Flask

from portal.cli.backup import backup_commands
from portal.cli.calendar import calendar_commands
from portal.cli.database import database_commands
from portal.cli.demo import demo_commands
from portal.cli.documents import document_commands
from portal.cli.files import file_commands
from portal.cli.names import names_commands
from portal.cli.nightly import nightly_commands
from portal.cli.outbox import outbox_commands
from portal.cli.school import school_commands
from portal.cli.users import user_commands
from portal.cli.web import web_commands


def register_commands(app: Flask) -> None:
    for group in (
        backup_commands,
        calendar_commands,
        database_commands,
        demo_commands,
        document_commands,
        file_commands,
        names_commands,
        nightly_commands,
        outbox_commands,
        school_commands,
        user_commands,
        web_commands,
    ):
        app.cli.add_command(group)
