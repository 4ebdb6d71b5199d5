"""`flask --app wsgi demo …`: the demo school."""

import json
import subprocess
import sys

import click
from flask.cli import AppGroup

from journal_core import migrations
from portal.cli.web import serve
from portal.demo.desk import tell_desk
from portal.demo.history import tell_history
from portal.demo.seed import SCHOOL, SeedDemo, seed_demo
from portal.passwords import hasher
from portal.perform import perform_as_operator
from portal.state import current_portal

demo_commands = AppGroup("demo", help="The demo school.")


@demo_commands.command()
def seed() -> None:
    """Fill an empty database with the demo school."""
    portal = current_portal()
    if not portal.config.is_demo:
        raise click.ClickException("set PORTAL_MODE=demo: a real school is never seeded")
    password_hash = hasher().hash(portal.config.demo_password)
    seeded = perform_as_operator(seed_demo, SeedDemo(password_hash=password_hash))
    if seeded:
        tell_history(portal)
        tell_desk(portal)
    click.echo("The demo school is ready." if seeded else "The demo school was there already.")


@demo_commands.command()
def run() -> None:
    """Migrate, fill on the first start, and serve on loopback."""
    config = current_portal().config
    config.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(config.database_url)
    # In a process of its own: seeding prints papers, and the threads of the printing library
    # would not live on in the server's forked workers, where every paper would wait for them.
    subprocess.run(_flask("demo", "seed"), check=True)  # noqa: S603 - our own command
    click.echo(f"\n{config.base_url}")
    click.echo(f"password of every account: {config.demo_password}")
    for member in json.loads(SCHOOL.read_text())["staff"]:
        click.echo(f"  {member['username']:14} {member['position']}")
    click.echo("  parent, pupil\n")
    with subprocess.Popen(_flask("outbox", "run", "--stop-with-parent")) as outbox:  # noqa: S603
        try:
            serve("127.0.0.1", workers=1)
        finally:
            outbox.terminate()


def _flask(*command: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *command]
