"""`flask --app wsgi db …`: the database's revisions."""

import click
from flask.cli import AppGroup

from journal_core import migrations
from portal.state import Portal, current_portal

database_commands = AppGroup("db", help="Bring the database up to date, or look whether it is.")


@database_commands.command()
def upgrade() -> None:
    """Make every change that the database still lacks."""
    portal = current_portal()
    portal.config.data_dir.mkdir(parents=True, exist_ok=True)
    before = _revision(portal)
    migrations.upgrade(portal.config.database_url)
    if before == migrations.head():
        click.echo(f"The database is up to date already (revision {before}).")
    else:
        click.echo(f"The database is at revision {migrations.head()}.")


@database_commands.command()
def check() -> None:
    """Exit with 1 when the database is not what this program wants."""
    portal = current_portal()
    present, wanted = _revision(portal), migrations.head()
    if present != wanted:
        raise click.ClickException(
            f"the database is at revision {present or 'none'}, the program wants {wanted}. "
            "Run: flask --app wsgi db upgrade"
        )
    with portal.database.engine.connect() as connection:
        differences = migrations.differences(connection)
    if differences:
        listed = "\n".join(f"  {difference}" for difference in differences)
        raise click.ClickException(f"the tables differ from the program's:\n{listed}")
    click.echo(f"The database is at revision {present}, as the program wants.")


@database_commands.command()
def current() -> None:
    """Print the database's revision, or "none"."""
    click.echo(_revision(current_portal()) or "none")


def _revision(portal: Portal) -> str | None:
    with portal.database.engine.connect() as connection:
        return migrations.current(connection)
