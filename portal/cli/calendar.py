"""`flask --app wsgi calendar …`: production calendars and due dates."""

import re
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from journal_core.calendar.commands import (
    CloseSchoolDays,
    PublishCalendarYear,
    ReopenSchoolDays,
)
from journal_core.calendar.queries import published_calendar, published_year
from journal_core.calendar.rules import service_term
from journal_core.calendar.source import exceptional_days, known_years
from journal_core.calendar.terms import DayVerdict
from journal_core.calendar.year_file import read_year, write_year
from journal_core.errors import CalendarNotPublished, CoreError
from portal.calendar.labels import KIND_NAMES, problems_of
from portal.perform import perform_as_operator
from portal.state import current_portal
from workflows.terms import Recomputed, close_school, publish_year, reopen_school

calendar_commands = AppGroup("calendar", help="Production calendars and due dates.")

EXIT_NO_PROMISE = 3

WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)


class LocalMinute(click.ParamType[datetime]):
    """ISO 8601 local time to the minute: 2026-04-30T10:00."""

    name = "DATETIME"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if not _MOMENT.fullmatch(value):
            self.fail(f"{value!r}: время пишется как 2026-04-30T10:00", param, ctx)
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r}: такой даты или времени нет", param, ctx)


class IsoDate(click.ParamType[date]):
    """ISO 8601 date: 2027-03-05."""

    name = "DATE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            self.fail(f"{value!r}: дата пишется как 2027-03-05", param, ctx)


@calendar_commands.command("due")
@click.argument("registered_at", metavar="DATETIME", type=LocalMinute())
def due(registered_at: datetime) -> None:
    """Print the due date of a request registered at DATETIME (2026-04-30T10:00), and why.

    Exits with 3 where the calendar is not published so far and no promise can be made.
    """
    with closing(current_portal().database.reading()) as session:
        calendar = published_calendar(session)
    try:
        term = service_term(registered_at.date(), calendar)
    except CalendarNotPublished as refusal:
        click.echo(
            f"Срок назвать нельзя: производственный календарь на {refusal.facts['year']} год "
            "не опубликован.",
            err=True,
        )
        raise click.exceptions.Exit(EXIT_NO_PROMISE) from refusal
    click.echo(term.due_on.isoformat())
    for line in derivation_lines(term.derivation):
        click.echo(line)


@calendar_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_year(file: Path) -> None:
    """Publish the year that FILE describes; `calendar export` shows the form of a file."""
    try:
        year = read_year(file.read_text(encoding="utf-8"))
        recomputed = perform_as_operator(
            publish_year,
            PublishCalendarYear(year=year.year, days=year.days, source=year.source or file.name),
        )
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: файл должен быть текстом в UTF-8") from error
    except CoreError as refusal:
        _stop(refusal, str(file))
    click.echo(f"Опубликован {year.year} год, особых дней: {len(year.days)}.")
    _tell(recomputed)


@calendar_commands.command("export")
@click.argument("year", type=click.IntRange(1, date.max.year))
def export_year(year: int) -> None:
    """Print a published YEAR as a file for `calendar import`."""
    with closing(current_portal().database.reading()) as session:
        published = published_year(session, year)
    if published is None:
        raise click.ClickException(f"{year} год не опубликован")
    click.echo(write_year(published), nl=False)


@calendar_commands.command("publish-known")
def publish_known() -> None:
    """Publish the years that the program knows from the decrees and that are not published yet."""
    with closing(current_portal().database.reading()) as session:
        present = published_calendar(session).years
    for year in known_years():
        if year in present:
            continue
        perform_as_operator(
            publish_year,
            PublishCalendarYear(
                year=year, days=exceptional_days(year), source="известный порталу календарь"
            ),
        )
        click.echo(f"Опубликован {year} год.")


@calendar_commands.command("close")
@click.argument("days", metavar="DATE...", nargs=-1, required=True, type=IsoDate())
@click.option("--reason", required=True, help="Why the school is closed.")
@click.option("--order", "order_number", required=True, help="Number of the school's order.")
def close_days(days: tuple[date, ...], reason: str, order_number: str) -> None:
    """Close the school on the days: they do not count in any term."""
    try:
        recomputed = perform_as_operator(
            close_school,
            CloseSchoolDays(days=days, reason=reason, order_number=order_number),
        )
    except CoreError as refusal:
        _stop(refusal)
    _tell(recomputed)


@calendar_commands.command("reopen")
@click.argument("days", metavar="DATE...", nargs=-1, required=True, type=IsoDate())
@click.option("--order", "order_number", required=True, help="Number of the school's order.")
def reopen_days(days: tuple[date, ...], order_number: str) -> None:
    """Make closed days ordinary again; that they were closed stays on record."""
    try:
        recomputed = perform_as_operator(
            reopen_school, ReopenSchoolDays(days=days, order_number=order_number)
        )
    except CoreError as refusal:
        _stop(refusal)
    _tell(recomputed)


def derivation_lines(derivation: Iterable[DayVerdict]) -> list[str]:
    """«2026-05-01 пт — не считается: праздник (Праздник Весны и Труда)», day by day."""
    lines = []
    counted = 0
    with force_locale("ru"):
        words = {kind: str(name) for kind, name in KIND_NAMES.items()}
    for verdict in derivation:
        counted += verdict.counts
        told = f"день {counted}" if verdict.counts else "не считается"
        name = f" ({verdict.name})" if verdict.name else ""
        weekday = WEEKDAYS[verdict.day.weekday()]
        lines.append(f"{verdict.day} {weekday} — {told}: {words[verdict.kind]}{name}")
    return lines


def _tell(recomputed: Recomputed) -> None:
    click.echo(f"Сроков пересчитано: {recomputed.terms}, сдвинулось: {recomputed.promises}.")


def _stop(refusal: CoreError, file: str = "") -> NoReturn:
    with force_locale("ru"):
        problems = problems_of(refusal)
    lines = [f"{file}: {problem}" if file else problem for problem in problems]
    raise click.ClickException("\n".join(lines)) from refusal
