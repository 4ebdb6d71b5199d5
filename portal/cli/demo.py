"""`flask --app wsgi demo …`: the demo school."""

import json
import subprocess
import sys
from datetime import timedelta

import click
from flask.cli import AppGroup

from journal_core import migrations
from journal_core.clock import local_date
from journal_core.exchange.progress import Progress
from journal_core.school.rules import academic_year_of
from portal.cli.web import serve
from portal.demo.address import tell_address
from portal.demo.believable import believable_school
from portal.demo.desk import tell_desk
from portal.demo.duty import tell_duty
from portal.demo.history import tell_history
from portal.demo.kept import tell_kept_lessons
from portal.demo.letters import tell_error, tell_letter
from portal.demo.made_up import has_timetable, tell_made_up_school
from portal.demo.seed import SCHOOL, SeedDemo, seed_demo
from portal.demo.summed import tell_period_marks
from portal.demo.told import TellFamilies, tell_families
from portal.passwords import hasher
from portal.perform import perform_as_operator
from portal.state import Portal, current_portal

#: Those of the demo's accounts who get lessons in a made-up school.
DEMO_TEACHERS = {
    "учитель математики": "Орлова Елена Сергеевна",
    "учитель русского языка и литературы": "Зайцева Марина Олеговна",
}

#: The class of the demo's parent, pupil and class teacher.
TOLD_CLASS = "6А"

demo_commands = AppGroup("demo", help="The demo school.")


@demo_commands.command()
def seed() -> None:
    """Fill an empty database with the demo school."""
    portal = current_portal()
    if not portal.config.is_demo:
        raise click.ClickException("set PORTAL_MODE=demo: a real school is never seeded")
    seeded = _seed(portal)
    click.echo("The demo school is ready." if seeded else "The demo school was there already.")


@demo_commands.command()
@click.option("--pupils", default=300, show_default=True, type=click.IntRange(11, 5000))
@click.option("--weeks", default=34, show_default=True, type=click.IntRange(1, 34))
@click.option(
    "--kept",
    default=14,
    show_default=True,
    type=click.IntRange(0, 300),
    help="For how many days until today the lessons are kept.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same school.")
def school(pupils: int, weeks: int, kept: int, seed: int) -> None:
    """Add a made-up school of any size: people, lists, timetable, lessons, plans."""
    portal = current_portal()
    if not portal.config.is_demo:
        raise click.ClickException("set PORTAL_MODE=demo: nobody is made up in a real school")
    migrations.upgrade(portal.config.database_url)
    _seed(portal)
    today = local_date(portal.clock(), portal.zone)
    year = academic_year_of(today)
    if has_timetable(portal, year):
        click.echo("A school with a timetable was there already.")
        return
    made_up = believable_school(
        pupils=pupils, weeks=weeks, seed=seed, year=year, known=DEMO_TEACHERS
    )
    laid = tell_made_up_school(portal, made_up, year, Told())
    since = today - timedelta(days=kept)
    written = tell_kept_lessons(portal, since, today, Told()) if kept else 0
    tell_period_marks(portal, since, Told())
    tell_duty(portal, since)
    perform_as_operator(tell_families, TellFamilies(class_name=TOLD_CLASS, day=today))
    tell_error(portal)
    click.echo(
        f"{pupils} pupils, {len(made_up['classes'])} classes, {laid.added} lessons,"
        f" {written} of them kept."
    )


class Told(Progress):
    """How far the import is, on the screen of whoever waits."""

    def tell(self, phase: str, done: int, total: int) -> None:
        end = done >= total
        click.echo(f"\r{phase} {done}/{total}".ljust(60), nl=end, err=True)


def _seed(portal: Portal) -> bool:
    """Whether the demo school was not there yet."""
    password_hash = hasher().hash(portal.config.demo_password)
    seeded = perform_as_operator(seed_demo, SeedDemo(password_hash=password_hash))
    if seeded:
        tell_history(portal)
        tell_desk(portal)
        tell_address(portal)
        tell_letter(portal)
    return seeded


@demo_commands.command()
@click.option(
    "--pupils",
    default=300,
    show_default=True,
    type=click.IntRange(0, 5000),
    help="How large a school the first start makes up; 0 leaves the four pupils of the story.",
)
def run(pupils: int) -> None:
    """Migrate, fill on the first start, and serve on loopback."""
    config = current_portal().config
    config.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(config.database_url)
    # In a process of its own: seeding prints papers, and the threads of the printing library
    # would not live on in the server's forked workers, where every paper would wait for them.
    fill = ("demo", "school", "--pupils", str(pupils)) if pupils else ("demo", "seed")
    subprocess.run(_flask(*fill), check=True)  # noqa: S603 - our own command
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
