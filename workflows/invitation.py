"""The invitation: issued, told, redeemed once; or revoked, replaced, expired (SVC-3.4.3)."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import select

from documents.code_slip import SecondQuestion
from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.models import Account
from journal_core.access.queries import account_of_person
from journal_core.access.terms import Permission, Role
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import outstanding
from journal_core.invitations.rules import lookup_part, new_code, secret_part
from journal_core.invitations.states import Handover, InvitationState
from journal_core.invitations.terms import InvitationKind
from journal_core.notifications.commands import cancel_letters, open_task
from journal_core.notifications.terms import SecretKind, TaskKind
from journal_core.people.models import Person, Pupil
from journal_core.people.rules import search_key
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import requests_with_outstanding_code
from journal_core.school.queries import settings_on
from workflows.account import ask_to_confirm, set_password
from workflows.engine import Move, advance
from workflows.notices import question_of

_OUTSTANDING = (InvitationState.ISSUED, InvitationState.DELIVERED)

#: Redeeming needs no permission but the code itself: anybody may submit one.
MOVES: tuple[Move, ...] = (
    Move(
        trigger="deliver",
        source=(InvitationState.ISSUED,),
        target=InvitationState.DELIVERED,
        permission=Permission.REQUEST_OUTCOME_DELIVER,
        clause="SVC-3.4.3",
    ),
    Move(
        trigger="redeem",
        source=_OUTSTANDING,
        target=InvitationState.REDEEMED,
        permission=Permission.REQUEST_OWN_SUBMIT,
        clause="SVC-3.4.3",
    ),
    Move(
        trigger="revoke",
        source=_OUTSTANDING,
        target=InvitationState.REVOKED,
        permission=Permission.REQUEST_CODE_MAKE,
        clause="POL-3.4.3",
    ),
    Move(
        trigger="replace",
        source=_OUTSTANDING,
        target=InvitationState.REPLACED,
        permission=Permission.INVITATION_CODE_ISSUE,
        clause="POL-3.4.3",
    ),
    Move(
        trigger="expire",
        source=_OUTSTANDING,
        target=InvitationState.EXPIRED,
        permission=Permission.REQUEST_SYSTEM_ADVANCE,
        clause="SVC-3.4.3",
    ),
)

#: How long a code that was guessed at too often cannot be tried.
FREEZE = timedelta(hours=1)

_CHOOSER = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class PreparedCode:
    """A code and its hash, made before the transaction: hashing is slow on purpose."""

    code: str
    code_hash: str


def prepare_code(hasher: PasswordHasher) -> PreparedCode:
    code = new_code(_CHOOSER)
    return PreparedCode(code=code, code_hash=hasher.hash(secret_part(code)))


@dataclass(frozen=True, kw_only=True)
class UnsealCode:
    """A code that somebody wants to read: on a slip, on the screen, for a call."""

    invitation_id: UUID
    purpose: str


def unseal_code(context: ActionContext, command: UnsealCode) -> str | None:
    """The code while it is still sealed, each opening on record; None afterwards."""
    if not context.actor.may(Permission.INVITATION_CODE_ISSUE):
        context.actor.require(Permission.REQUEST_OUTCOME_DELIVER)
    invitation = context.session.get_one(Invitation, command.invitation_id)
    if invitation.sealed_code is None:
        return None
    record(context, AuditAction.INVITATION_UNSEALED, invitation.id, purpose=command.purpose)
    return context.keys.unseal(invitation.sealed_code)


@dataclass(frozen=True, kw_only=True)
class UnsealCodes:
    """Codes that are read together: the slips of a class."""

    invitation_ids: tuple[UUID, ...]
    purpose: str


def unseal_codes(context: ActionContext, command: UnsealCodes) -> dict[UUID, str]:
    """Invitation → its code, for those still sealed; each opening is on record (POL-3.5.6)."""
    codes = {
        one: unseal_code(context, UnsealCode(invitation_id=one, purpose=command.purpose))
        for one in command.invitation_ids
    }
    return {one: code for one, code in codes.items() if code is not None}


@dataclass(frozen=True, kw_only=True)
class CodeFor:
    """A prepared code and whom it is for."""

    prepared: PreparedCode
    person_id: UUID
    role: Role
    pupil_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class IssueCodes:
    """Codes for many at once: a class, or members of staff. No service request arises."""

    codes: tuple[CodeFor, ...]


def issue_codes(context: ActionContext, command: IssueCodes) -> None:
    """A new code for each; an older outstanding one is replaced (POL-3.4.3, POL-3.5.6)."""
    context.actor.require(Permission.INVITATION_CODE_ISSUE)
    for code in command.codes:
        older = context.session.scalars(
            select(Invitation).where(
                Invitation.kind == InvitationKind.REGISTRATION,
                Invitation.person_id == code.person_id,
                Invitation.role == code.role,
                Invitation.pupil_id == code.pupil_id,
                Invitation.state.in_(_OUTSTANDING),
            )
        ).all()
        for invitation in older:
            end_outstanding(context, invitation, "replace")
        new = issue(
            context,
            code.prepared,
            person_id=code.person_id,
            role=code.role,
            pupil_id=code.pupil_id,
        )
        # A request whose code was replaced goes on with the new one.
        for request in context.session.scalars(
            select(ServiceRequest).where(
                ServiceRequest.invitation_id.in_([invitation.id for invitation in older])
            )
        ):
            request.invitation_id = new.id


@dataclass(frozen=True, kw_only=True)
class RevokeCode:
    invitation_id: UUID


def revoke_code(context: ActionContext, command: RevokeCode) -> None:
    """The code opens nothing from now on (POL-3.4.3)."""
    invitation = context.session.get_one(Invitation, command.invitation_id)
    _require(context, invitation, Permission.REQUEST_CODE_MAKE)
    end_outstanding(context.following(Permission.REQUEST_CODE_MAKE), invitation, "revoke")


@dataclass(frozen=True, kw_only=True)
class RecallCodes:
    """Every code that still opens something: a list was lost, or somebody read it."""


def recall_codes(context: ActionContext, _command: RecallCodes) -> int:
    """Revoke them all, each on record, and return how many there were (POL-3.4.3).

    Letters that still carry a code are not sent. For each request whose applicant needs another
    code the office gets a task.
    """
    context.actor.require(Permission.REQUEST_CODE_MAKE)
    for request in requests_with_outstanding_code(context.session):
        open_task(context, TaskKind.CODE_NEEDED, "codes_recalled", request_id=request.id)
    recalled = context.session.scalars(
        select(Invitation).where(Invitation.state.in_(_OUTSTANDING)).with_for_update()
    ).all()
    for invitation in recalled:
        end_outstanding(context, invitation, "revoke")
    record(context, AuditAction.INVITATION_RECALLED_ALL, count=len(recalled))
    return len(recalled)


@dataclass(frozen=True, kw_only=True)
class HandOverCode:
    invitation_id: UUID
    how: Handover


def hand_over_code(context: ActionContext, command: HandOverCode) -> None:
    """A slip was handed over, by the administrator or the class teacher (POL-3.5.6).

    Raises TransitionRefused when the code was told already or has ended.
    """
    invitation = context.session.get_one(Invitation, command.invitation_id)
    if not context.actor.may(Permission.CLASS_CODES_HAND_OVER):
        _require(context, invitation, Permission.INVITATION_CODE_ISSUE)
    deliver(context.following(Permission.REQUEST_OUTCOME_DELIVER), invitation, command.how)


@dataclass(frozen=True, kw_only=True)
class ExpireCodes:
    """Every code whose days are over."""


def expire_codes(context: ActionContext, _command: ExpireCodes) -> int:
    """End them, wipe what is sealed, and return how many there were (SVC-3.4.3)."""
    ended = context.session.scalars(
        select(Invitation).where(
            Invitation.state.in_(_OUTSTANDING), Invitation.expires_at <= context.now
        )
    ).all()
    for invitation in ended:
        end_outstanding(context, invitation, "expire")
    return len(ended)


def end_outstanding(context: ActionContext, invitation: Invitation, trigger: str) -> None:
    """Revoke, replace or expire an invitation: its code opens nothing and is wiped.

    A letter that still carries it is not sent. Nothing happens to one that has ended already.
    """
    if invitation.state not in _OUTSTANDING:
        return
    advance(MOVES, invitation, trigger, context.actor)
    invitation.sealed_code = None
    invitation.ended_at = context.now
    cancel_letters(context, secret=SecretKind.INVITATION_CODE, subject_id=invitation.id)
    record(context, AuditAction.INVITATION_REVOKED, invitation.id, trigger=trigger)


@dataclass(frozen=True, kw_only=True)
class ReportFreeze:
    """Ten misses on the first group of a code within an hour."""

    lookup: str


def report_freeze(context: ActionContext, command: ReportFreeze) -> None:
    """Tell the office that somebody may be guessing this code (POL-3.4.3)."""
    invitation = outstanding(context.session, command.lookup, context.now)
    if invitation is None:
        return
    invitation.frozen_until = context.now + FREEZE
    record(context, AuditAction.INVITATION_FROZEN, invitation.id)
    open_task(context, TaskKind.CODE_FROZEN, "code_frozen", invitation_id=invitation.id)


@dataclass(frozen=True, kw_only=True)
class RedeemInvitation:
    """A code already found right, with what else is asked and the account wanted.

    `birth_date` is the child's (families), `last_name` the person's own (staff).
    """

    invitation_id: UUID
    birth_date: date | None
    last_name: str
    username: str
    password_hash: str
    account_id: UUID | None
    email: str = ""


def issue(
    context: ActionContext,
    prepared: PreparedCode,
    *,
    person_id: UUID,
    role: Role,
    pupil_id: UUID | None,
    kind: InvitationKind = InvitationKind.REGISTRATION,
) -> Invitation:
    """A new invitation. Its code is kept only sealed and hashed."""
    days = settings_on(context.session, context.today).code_paper_days
    invitation = Invitation(
        state=InvitationState.ISSUED,
        kind=kind,
        person_id=person_id,
        role=role,
        pupil_id=pupil_id,
        lookup=lookup_part(prepared.code),
        code_hash=prepared.code_hash,
        sealed_code=context.keys.seal(prepared.code),
        issued_at=context.now,
        expires_at=context.now + timedelta(days=days),
    )
    context.session.add(invitation)
    context.session.flush()
    record(context, AuditAction.INVITATION_ISSUED, invitation.id, role=role.value, kind=kind.value)
    return invitation


def deliver(context: ActionContext, invitation: Invitation, how: Handover) -> None:
    """The code was told: from now on nobody can read it here again."""
    advance(MOVES, invitation, "deliver", context.actor)
    invitation.sealed_code = None
    invitation.delivered_at = context.now
    invitation.handover = how
    record(context, AuditAction.INVITATION_DELIVERED, invitation.id, how=how.value)


def redeem_invitation(context: ActionContext, command: RedeemInvitation) -> UUID | None:
    """Turn a code into an account, into one more role, or into a new password.

    Returns the account's id; None when the birth date or surname do not agree (a counted
    miss, so a result and not an error). Raises RuleBroken when the code is no longer good, is
    another person's than the one signed in, the user name is taken, or the owner of an account
    has to sign in first.
    """
    invitation = context.session.scalars(
        select(Invitation).where(Invitation.id == command.invitation_id).with_for_update()
    ).first()
    if invitation is None:
        raise NotFound("invitation_unknown")
    if invitation.expires_at <= context.now:
        raise RuleBroken("invitation_expired", "SVC-3.4.3")
    if not _agrees(context, invitation, command):
        record(context, AuditAction.INVITATION_MISSED, invitation.id)
        return None
    advance(MOVES, invitation, "redeem", context.actor)
    invitation.sealed_code = None
    invitation.redeemed_at = context.now
    if invitation.kind is InvitationKind.RECOVERY:
        account_id = _recover(context, invitation, command)
    else:
        account_id = _register(context, invitation, command)
    record(context, AuditAction.INVITATION_REDEEMED, invitation.id, account=str(account_id))
    return account_id


def _register(context: ActionContext, invitation: Invitation, command: RedeemInvitation) -> UUID:
    """A new account, or the role for the one that its person has and is signed in with.

    A code for a role never sets a password: who finds it could enter an account that is there.
    """
    existing = _existing(context, invitation, command)
    if existing is None:
        existing = create_account(
            context,
            NewAccount(
                person_id=invitation.person_id,
                username=command.username,
                password_hash=command.password_hash,
                email=command.email or None,
            ),
        )
    elif command.account_id is None:
        raise RuleBroken("sign_in_first", "POL-4.2.3")
    grant_role(context, existing, invitation.role)
    if invitation.role in (Role.PARENT, Role.PUPIL):
        ask_to_confirm(context, context.session.get_one(Account, existing))
    return existing


def _recover(context: ActionContext, invitation: Invitation, command: RedeemInvitation) -> UUID:
    """The new password; every session ends. A second factor stays as it is (POL-4.2.3)."""
    existing = _existing(context, invitation, command)
    if existing is None:
        raise NotFound("account_unknown")
    account = context.session.get_one(Account, existing)
    set_password(context, account, command.password_hash, kept_session=None)
    return existing


def _existing(
    context: ActionContext, invitation: Invitation, command: RedeemInvitation
) -> UUID | None:
    existing = account_of_person(context.session, invitation.person_id)
    if command.account_id is not None and command.account_id != existing:
        raise RuleBroken("code_of_another_person", "POL-4.2.3")
    return existing


def _agrees(context: ActionContext, invitation: Invitation, command: RedeemInvitation) -> bool:
    if question_of(invitation) is SecondQuestion.OWN_SURNAME:
        person = context.session.get_one(Person, invitation.person_id)
        return search_key(person.last_name) == search_key(command.last_name)
    pupil = context.session.get_one(Pupil, invitation.pupil_id)
    child = context.session.get_one(Person, pupil.person_id)
    return child.birth_date == command.birth_date


def _require(context: ActionContext, invitation: Invitation, permission: Permission) -> None:
    """A code for a new password is the matter of those who may issue one."""
    recovery = invitation.kind is InvitationKind.RECOVERY
    context.actor.require(Permission.ACCOUNT_RECOVERY_ISSUE if recovery else permission)
