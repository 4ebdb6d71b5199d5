"""Correcting the contacts of a request; the old ones are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from documents.letters import LetterKind
from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import OUTSTANDING
from journal_core.notifications.commands import open_task
from journal_core.notifications.terms import TaskKind
from journal_core.requests.commands import correct_answers
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import RequestState, ResultDelivery
from workflows.draft import locked_request
from workflows.invitation import end_outstanding
from workflows.notices import tell_applicant

CONTACTS = ("address", "phone", "email")

#: While the applicant may still correct them: until the code is made.
APPLICANT_MAY = frozenset({RequestState.SUBMITTED, RequestState.RECEIVED, RequestState.VERIFIED})


@dataclass(frozen=True, kw_only=True)
class CorrectContacts:
    """The contacts as they are to be: `address`, `phone`, `email`."""

    request_id: UUID
    seen_version: int
    contacts: Mapping[str, str]


def correct_contacts(context: ActionContext, command: CorrectContacts) -> int:
    """Keep the old values beside the new ones and tell both addresses. Returns how many changed.

    The office may at any state, the applicant until the code is made (RuleBroken after that).
    A code that went to an address which is no longer the applicant's opens nothing any more.
    """
    request = locked_request(context, command.request_id)
    _require_open(context, request, command)
    old_email = request.email
    answers = {name: command.contacts[name] for name in CONTACTS}
    changed = correct_answers(context, request, answers)
    if not changed:
        return 0
    record(context, AuditAction.REQUEST_CONTACTS_CHANGED, request.id, fields=changed)
    for address in {old_email, request.email} - {""}:
        tell_applicant(context, LetterKind.CONTACTS_CHANGED, request, address=address)
    if "email" in changed:
        _void_sent_code(context, request)
    return len(changed)


def _require_open(
    context: ActionContext, request: ServiceRequest, command: CorrectContacts
) -> None:
    if request.version != command.seen_version:
        raise StaleVersion("changed_meanwhile")
    if not context.actor.may(Permission.REQUEST_CONTACTS_EDIT):
        context.actor.require(Permission.REQUEST_OWN_SUBMIT)
        if request.state not in APPLICANT_MAY:
            raise RuleBroken("contacts_closed")
    if request.result_delivery is ResultDelivery.EMAIL and not command.contacts["email"]:
        raise RuleBroken("email_needed", "SVC-3.4.3")


def _void_sent_code(context: ActionContext, request: ServiceRequest) -> None:
    if request.result_delivery is not ResultDelivery.EMAIL or request.invitation_id is None:
        return
    invitation = context.session.get_one(Invitation, request.invitation_id)
    if invitation.state in OUTSTANDING:
        end_outstanding(context.following(Permission.REQUEST_CODE_MAKE), invitation, "revoke")
        open_task(context, TaskKind.CODE_NEEDED, "code_voided", request_id=request.id)
