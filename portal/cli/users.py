"""`flask --app wsgi users …`: the first way in."""

import sys
from dataclasses import dataclass
from uuid import UUID

import click
from flask.cli import AppGroup

from forms.account import PASSWORD_LENGTH
from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.queries import account_named, second_factor
from journal_core.access.terms import Role
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.people.commands import AddStaffMember, add_staff_member
from journal_core.people.rules import split_full_name
from journal_core.people.terms import PersonName
from journal_core.school.models import SchoolMark
from journal_core.school.queries import is_demo_database
from portal.passwords import hasher
from portal.perform import perform_as_operator
from portal.state import reading
from workflows.second_factor import ResetFactor, reset_factor

user_commands = AppGroup("users", help="The first way into a new school.")


@dataclass(frozen=True, kw_only=True)
class CreateAdministrator:
    name: PersonName
    position: str
    username: str
    password_hash: str
    email: str | None


def create_administrator(context: ActionContext, command: CreateAdministrator) -> UUID:
    """The first journal administrator; everybody else comes by an invitation code."""
    # From now on nothing takes this database for a demo and fills it with invented people.
    if is_demo_database(context.session) is None:
        context.session.add(SchoolMark(id=1, demo=False, marked_at=context.now))
    person_id = add_staff_member(
        context, AddStaffMember(name=command.name, position=command.position)
    )
    account_id = create_account(
        context,
        NewAccount(
            person_id=person_id,
            username=command.username,
            password_hash=command.password_hash,
            email=command.email,
        ),
    )
    grant_role(context, account_id, Role.CURATOR)
    return account_id


@user_commands.command("create-admin")
@click.option("--username", required=True, help="The name to sign in with.")
@click.option("--name", "full_name", required=True, metavar='"Фамилия Имя Отчество"')
@click.option("--position", default="администратор электронного журнала", show_default=True)
@click.option("--email", help="Where a link to a new password may be sent.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_admin(
    username: str, full_name: str, position: str, email: str | None, *, password_stdin: bool
) -> None:
    """Make an account for the journal administrator."""
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if len(password) < PASSWORD_LENGTH:
        raise click.ClickException(f"the password needs at least {PASSWORD_LENGTH} characters")
    name = split_full_name(full_name)
    if not name.first_name:
        raise click.ClickException('say the name as "Фамилия Имя Отчество"')
    try:
        perform_as_operator(
            create_administrator,
            CreateAdministrator(
                name=name,
                position=position,
                username=username,
                password_hash=hasher().hash(password),
                email=email,
            ),
        )
    except RuleBroken as error:
        if error.code != "username_taken":
            raise
        raise click.ClickException(f"the name {username} is taken") from error
    click.echo(f"{username} can sign in.")


@user_commands.command("reset-second-step")
@click.option("--username", required=True, help="The name to sign in with.")
def reset_second_step(username: str) -> None:
    """Take the second step off an account whose phone is lost; for the last administrator."""
    account = account_named(reading(), username)
    if account is None or second_factor(reading(), account.id) is None:
        raise click.ClickException(f"{username} has no second step")
    perform_as_operator(reset_factor, ResetFactor(account_id=account.id))
    click.echo(f"{username} signs in with the password and sets up a new second step.")
