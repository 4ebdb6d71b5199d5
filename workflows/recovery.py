"""A code for a new password, given to one who proved in person who they are."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import FACTOR_ROLES, Permission, Role
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext, Actor
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import OUTSTANDING, account_holder
from journal_core.invitations.terms import InvitationKind, ShownDocument
from workflows.invitation import PreparedCode, end_outstanding, issue


@dataclass(frozen=True, kw_only=True)
class IssueRecoveryCode:
    """A prepared code, whose account it is for, and what the person showed."""

    account_id: UUID
    prepared: PreparedCode
    shown: ShownDocument


def issue_recovery_code(context: ActionContext, command: IssueRecoveryCode) -> UUID:
    """The code; an older one for a new password is replaced (POL-3.4.3, POL-4.2.3).

    The kind of the document shown is on record, its number is not: nothing is ever looked up by
    it. Raises NotFound without an open account, NotAllowed when only the administrator may, and
    RuleBroken for the actor's own account.
    """
    holder = account_holder(context.session, command.account_id, context.today)
    if holder is None:
        raise NotFound("account_unknown")
    require_recovery_of(context.actor, holder.account_id, holder.roles)
    older = context.session.scalars(
        select(Invitation).where(
            Invitation.kind == InvitationKind.RECOVERY,
            Invitation.person_id == holder.person_id,
            Invitation.state.in_(OUTSTANDING),
        )
    ).all()
    for invitation in older:
        replacing = context.following(Permission.INVITATION_CODE_ISSUE)
        end_outstanding(replacing, invitation, "replace")
    invitation = issue(
        context,
        command.prepared,
        person_id=holder.person_id,
        role=holder.role,
        pupil_id=holder.pupil_id,
        kind=InvitationKind.RECOVERY,
    )
    record(
        context,
        AuditAction.ACCOUNT_RECOVERY_ISSUED,
        holder.account_id,
        invitation=str(invitation.id),
        shown=command.shown.value,
    )
    return invitation.id


def require_recovery_of(actor: Actor, account_id: UUID, roles: frozenset[Role]) -> None:
    """Whether the actor may give this account a new password.

    An account that opens the whole school is the administrator's matter, or the secretary could
    enter as the head; one's own is a colleague's. Raises NotAllowed or RuleBroken.
    """
    actor.require(Permission.ACCOUNT_RECOVERY_ISSUE)
    if not roles.isdisjoint(FACTOR_ROLES) and not actor.may(Permission.ACCOUNT_FACTOR_RESET):
        raise NotAllowed("recovery_by_administrator", "POL-4.2.3")
    if account_id == actor.account_id:
        raise RuleBroken("not_for_oneself", "POL-4.2.3")
