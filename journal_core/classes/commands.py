"""Moving pupils between classes, always by an order (POL-3.4.11, INS-3.1.3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import ClassMembership
from journal_core.context import ActionContext
from journal_core.people.models import Pupil


@dataclass(frozen=True, kw_only=True)
class EnrolPupil:
    """A person becomes a pupil of a class from a day on."""

    person_id: UUID
    class_id: UUID
    since: date
    order_id: UUID
    file_number: str = ""


def enrol_pupil(context: ActionContext, command: EnrolPupil) -> UUID:
    """Returns the pupil's id (POL-3.4.11)."""
    context.actor.require(Permission.DIRECTORY_PEOPLE_EDIT)
    pupil = Pupil(
        person_id=command.person_id, enrolled_on=command.since, file_number=command.file_number
    )
    context.session.add(pupil)
    context.session.flush()
    context.session.add(
        ClassMembership(
            pupil_id=pupil.id,
            class_id=command.class_id,
            since=command.since,
            order_id=command.order_id,
        )
    )
    record(context, AuditAction.PUPIL_MOVED, pupil.id)
    context.session.flush()
    return pupil.id
