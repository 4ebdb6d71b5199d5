"""`flask --app wsgi names …`: how a name will read in a document."""

import click
from flask.cli import AppGroup

from journal_core.people.rules import decline, guess_gender, split_full_name
from journal_core.people.terms import Gender, GrammaticalCase

names_commands = AppGroup("names", help="How a name will read in a document.")


@names_commands.command("decline")
@click.option(
    "--case",
    "case",
    type=click.Choice([case.value for case in GrammaticalCase]),
    default=GrammaticalCase.DATIVE.value,
    show_default=True,
)
@click.option(
    "--gender",
    type=click.Choice([gender.value for gender in Gender]),
    help="Where the name does not tell it.",
)
@click.argument("full_name", metavar='"Фамилия Имя Отчество"')
def decline_name(case: str, gender: str | None, full_name: str) -> None:
    """Print the name in the case; a name that cannot be declined is printed as it is."""
    name = split_full_name(full_name)
    known = Gender(gender) if gender else guess_gender(name)
    click.echo(decline(name, GrammaticalCase(case), known).full)
    if known is None:
        click.echo(
            "Род по имени не определяется: укажите --gender female или --gender male.", err=True
        )
