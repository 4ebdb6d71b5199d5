"""`flask --app wsgi school …`: the school as a file."""

from contextlib import closing
from pathlib import Path

import click
from flask.cli import AppGroup

from journal_core.errors import CoreError
from journal_core.school.commands import ImportSchool, import_school
from journal_core.school.queries import school_file
from journal_core.school.school_file import read_school, write_school
from portal.perform import perform_as_operator
from portal.state import current_portal

school_commands = AppGroup("school", help="The school's settings, signatories and classes.")


@school_commands.command("export")
def export() -> None:
    """Print the school as a file for `school import`."""
    with closing(current_portal().database.reading()) as session:
        click.echo(write_school(school_file(session)), nl=False)


@school_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_over(file: Path) -> None:
    """Take over the school that FILE describes; what is here already stays."""
    try:
        told = read_school(file.read_text(encoding="utf-8"))
        perform_as_operator(import_school, ImportSchool(file=told))
    except (CoreError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    click.echo(
        f"{len(told.settings)} settings, {len(told.signatories)} signatories, "
        f"{len(told.classes)} classes read."
    )
