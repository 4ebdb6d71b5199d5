"""`flask --app wsgi demo …`: the demo school."""

import json
import subprocess
import sys

import click
from flask.cli import AppGroup

from journal_core import migrations
from portal.cli.web import serve
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
    click.echo("The demo school is ready." if seeded else "The demo school was there already.")


@demo_commands.command()
@click.pass_context
def run(context: click.Context) -> None:
    """Migrate, fill on the first start, and serve on loopback."""
    config = current_portal().config
    config.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(config.database_url)
    context.invoke(seed)
    accounts = [member["username"] for member in json.loads(SCHOOL.read_text())["staff"]]
    click.echo(f"{config.base_url}")
    click.echo(f"accounts: {', '.join([*accounts, 'parent', 'pupil'])}")
    click.echo(f"password: {config.demo_password}")
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "run", "--stop-with-parent"]
    with subprocess.Popen(worker) as outbox:  # noqa: S603 - our own command
        try:
            serve("127.0.0.1", workers=1)
        finally:
            outbox.terminate()
