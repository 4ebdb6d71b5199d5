"""Recording persons."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.people.models import Person, StaffMember
from journal_core.people.rules import search_key
from journal_core.people.terms import PersonName


def add_person(
    context: ActionContext,
    name: PersonName,
    *,
    birth_date: date | None = None,
    email: str = "",
    phone: str = "",
) -> Person:
    """A person new to the school."""
    person = Person(
        last_name=name.last_name,
        first_name=name.first_name,
        patronymic=name.patronymic,
        birth_date=birth_date,
        email=email,
        phone=phone,
        search_key=search_key(name.full),
        sort_key=search_key(name.full),
    )
    context.session.add(person)
    context.session.flush()
    record(context, AuditAction.PERSON_SAVED, person.id)
    return person


@dataclass(frozen=True, kw_only=True)
class AddStaffMember:
    name: PersonName
    position: str


def add_staff_member(context: ActionContext, command: AddStaffMember) -> UUID:
    """A new member of staff; returns the person's id (POL-3.4.3)."""
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    person = add_person(context, command.name)
    context.session.add(
        StaffMember(person_id=person.id, position=command.position, since=context.today)
    )
    return person.id
