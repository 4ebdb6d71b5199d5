"""The service request: its states, its moves and what each move does.

Draft, submitted, registered, checked, code or refusal, told. The table is the whole of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from documents.letters import LetterKind
from journal_core.access.terms import Permission, Role
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.calendar.queries import published_calendar
from journal_core.calendar.rules import service_term
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import key_from_digest
from journal_core.invitations.states import Handover, InvitationState
from journal_core.notifications.commands import (
    cancel_letters,
    close_tasks_of,
    open_task,
)
from journal_core.notifications.terms import SecretKind, TaskKind
from journal_core.people.models import Pupil
from journal_core.requests.facts import known_facts, searched_by
from journal_core.requests.models import (
    ServiceRequest,
)
from journal_core.requests.queries import prepared_decision
from journal_core.requests.rules import written_request_number
from journal_core.requests.terms import (
    Channel,
    CloseReason,
    Outcome,
    RefusalDelivery,
    RefusalGround,
    RequestState,
    ResultDelivery,
)
from journal_core.school.commands import next_number
from journal_core.school.queries import settings_on, signatory_on
from journal_core.secrets import SecretKeys
from workflows.checking import (
    CheckRequest,
    confirm_link,
    confirmed_child,
    record_answers,
    require_papers,
)
from workflows.draft import BeginDraft, SaveDraft, begin_draft, locked_request, save_draft
from workflows.engine import Move, open_move, settle
from workflows.invitation import PreparedCode, deliver, end_outstanding, issue
from workflows.notices import send_code, tell_applicant
from workflows.refusal_paper import prepare_decision, refusal_paper, store_refusal
from workflows.scanning import ask_for_infected
from workflows.visit import book_wished_visit, release_visit

S = RequestState
P = Permission

MOVES: tuple[Move, ...] = (
    Move(
        trigger="submit",
        source=(S.DRAFT,),
        target=S.SUBMITTED,
        permission=P.REQUEST_OWN_SUBMIT,
        clause="SVC-1.1",
    ),
    Move(
        trigger="register",
        source=(S.SUBMITTED,),
        target=S.RECEIVED,
        permission=P.REQUEST_INTAKE_REGISTER,
        clause="SVC-2.11",
    ),
    Move(
        trigger="close",
        source=(S.SUBMITTED,),
        target=S.CANCELLED,
        permission=P.REQUEST_REQUEST_CLOSE,
        clause="SVC-2.6",
    ),
    Move(
        trigger="withdraw",
        source=(S.SUBMITTED,),
        target=S.CANCELLED,
        permission=P.REQUEST_OWN_WITHDRAW,
        clause="SVC-2.12.6",
    ),
    Move(
        trigger="withdraw",
        source=(S.RECEIVED, S.VERIFIED, S.CODE_ISSUED),
        target=S.REFUSAL_PREPARED,
        permission=P.REQUEST_OWN_WITHDRAW,
        clause="SVC-2.12.6",
    ),
    Move(
        trigger="verify",
        source=(S.RECEIVED,),
        target=S.VERIFIED,
        permission=P.REQUEST_REQUEST_VERIFY,
        clause="SVC-3.4.3",
    ),
    Move(
        trigger="prepare_refusal",
        source=(S.RECEIVED,),
        target=S.REFUSAL_PREPARED,
        permission=P.REQUEST_REFUSAL_PREPARE,
        clause="SVC-3.4.2",
    ),
    Move(
        trigger="make_code",
        source=(S.VERIFIED,),
        target=S.CODE_ISSUED,
        permission=P.REQUEST_CODE_MAKE,
        clause="SVC-3.4.3",
    ),
    Move(
        trigger="return_check",
        source=(S.VERIFIED, S.CODE_ISSUED),
        target=S.RECEIVED,
        permission=P.REQUEST_CODE_MAKE,
        clause="SVC-3.4.3",
    ),
    Move(
        trigger="tell",
        source=(S.CODE_ISSUED,),
        target=S.COMPLETED,
        permission=P.REQUEST_OUTCOME_DELIVER,
        clause="SVC-3.6",
    ),
    Move(
        trigger="tell_by_letter",
        source=(S.CODE_ISSUED,),
        target=S.COMPLETED,
        permission=P.REQUEST_SYSTEM_ADVANCE,
        clause="SVC-3.4.3",
    ),
    Move(
        trigger="sign",
        source=(S.REFUSAL_PREPARED,),
        target=S.REFUSED,
        permission=P.REQUEST_REFUSAL_SIGN,
        clause="SVC-2.14",
    ),
    Move(
        trigger="return_refusal",
        source=(S.REFUSAL_PREPARED,),
        target=S.RECEIVED,
        permission=P.REQUEST_REFUSAL_SIGN,
        clause="SVC-2.14",
    ),
    Move(
        trigger="deliver_refusal",
        source=(S.REFUSED,),
        target=S.REFUSAL_DELIVERED,
        permission=P.REQUEST_OUTCOME_DELIVER,
        clause="SVC-3.6",
    ),
)

#: States whose outcome is ready and may be announced.
ANNOUNCEABLE = frozenset({S.CODE_ISSUED, S.COMPLETED, S.REFUSED, S.REFUSAL_DELIVERED})


@dataclass(frozen=True, kw_only=True)
class SubmitRequest:
    request_id: UUID


def submit_request(context: ActionContext, command: SubmitRequest) -> UUID:
    """Give the request its number. Sent twice, it is one request (SVC-1.1, SVC-3.2)."""
    request = locked_request(context, command.request_id)
    if request.state is not S.DRAFT:
        return request.id
    year = context.today.year
    move = open_move(MOVES, request, "submit", context.actor)
    request.request_number = written_request_number(year, next_number(context, "request", year))
    request.submitted_at = context.now
    request.search_key = searched_by(request)
    _moved(context, request, move)
    book_wished_visit(context, request)
    ask_for_infected(context, request.id)
    if request.channel is Channel.ONLINE:
        # Without an address the receipt before the applicant's eyes is the notice.
        tell_applicant(context, LetterKind.SUBMITTED, request, present=True)
    return request.id


@dataclass(frozen=True, kw_only=True)
class MoveRequest:
    """A move that needs nothing but the version that the person saw, and maybe a comment."""

    request_id: UUID
    seen_version: int
    comment: str = ""


def register_request(context: ActionContext, command: MoveRequest) -> None:
    """Give the registration number and start the clock (SVC-2.9, SVC-2.11).

    Raises CalendarNotPublished when the term cannot be reckoned.
    """
    request = _seen(context, command)
    move = open_move(MOVES, request, "register", context.actor)
    term = service_term(context.today, published_calendar(context.session))
    request.registration_year = context.today.year
    request.registration_number = next_number(context, "registration", context.today.year)
    request.received_at = context.now
    request.received_by = context.actor.label
    request.check_due_on = term.check_due_on
    request.due_on = term.due_on
    request.term_derivation = term.derivation_json()
    _moved(context, request, move)
    settings = settings_on(context.session, context.today)
    at_visit = settings.originals_at_visit or request.channel is Channel.COUNTER
    tell_applicant(context, LetterKind.REGISTERED, request, present=at_visit)


@dataclass(frozen=True, kw_only=True)
class TakeInRequest:
    """FRM-1 as the secretary typed it at the counter."""

    submission_key: UUID
    answers: Mapping[str, object]


def take_in_request(context: ActionContext, command: TakeInRequest) -> UUID:
    """Submit and register at once: a counter request gets both numbers (SVC-3.4.1).

    Sent twice with one key, it is one request. Raises CalendarNotPublished.
    """
    request_id = begin_draft(
        context,
        BeginDraft(submission_key=command.submission_key, channel=Channel.COUNTER),
    )
    request = locked_request(context, request_id)
    if request.state is not S.DRAFT:
        return request_id
    save_draft(context, SaveDraft(request_id=request_id, answers=command.answers))
    submit_request(context, SubmitRequest(request_id=request_id))
    context.session.flush()
    register_request(context, MoveRequest(request_id=request_id, seen_version=request.version))
    return request_id


@dataclass(frozen=True, kw_only=True)
class CloseRequest:
    request_id: UUID
    seen_version: int
    reason: CloseReason
    comment: str = ""


def close_request(context: ActionContext, command: CloseRequest) -> None:
    """End a request that was never registered, with a reason."""
    request = _seen(context, command)
    move = open_move(MOVES, request, "close", context.actor)
    request.close_reason = command.reason
    request.close_comment = command.comment
    _moved(context, request, move, reason=command.reason.value)
    tell_applicant(context, LetterKind.CLOSED, request)


def withdraw_request(context: ActionContext, command: MoveRequest) -> None:
    """The applicant withdraws: before registration it closes, after it ground six is prepared.

    An undelivered code is revoked (SVC-2.12.6).
    """
    request = _seen(context, command)
    move = open_move(MOVES, request, "withdraw", context.actor)
    request.withdrawn_at = context.now
    if move.target is S.CANCELLED:
        request.close_reason = CloseReason.WITHDRAWN
    else:
        prepare_decision(context, request, {RefusalGround.WITHDRAWN: ""})
        _revoke_code(context, request)
    _moved(context, request, move)
    closed = move.target is S.CANCELLED
    kind = LetterKind.CLOSED if closed else LetterKind.REFUSAL_PREPARED_WITHDRAWN
    tell_applicant(context, kind, request, present=True)


def verify_request(context: ActionContext, command: CheckRequest) -> None:
    """No ground applies: make or confirm the person and the link to the child (SVC-3.4.3).

    Raises RuleBroken when a ground was found or is unanswered, when an original was not shown,
    or when the child cannot be found among the pupils.
    """
    request = _seen(context, command)
    move = open_move(MOVES, request, "verify", context.actor)
    if record_answers(context, request, command):
        raise RuleBroken("ground_found", "SVC-3.4.2")
    require_papers(request, command)
    facts = known_facts(context.session, request, context.today)
    request.pupil_id = confirmed_child(facts, command).pupil.id
    request.person_id = confirm_link(context, request, facts, command)
    _moved(context, request, move)
    tell_applicant(context, LetterKind.VERIFIED, request)


def prepare_refusal(context: ActionContext, command: CheckRequest) -> None:
    """Write the decision that a signatory will sign; all grounds at once (SVC-2.12, 2.14)."""
    request = _seen(context, command)
    move = open_move(MOVES, request, "prepare_refusal", context.actor)
    found = record_answers(context, request, command)
    if not found:
        raise RuleBroken("no_ground_found", "SVC-2.13")
    prepare_decision(context, request, found)
    _moved(context, request, move)


@dataclass(frozen=True, kw_only=True)
class MakeCode:
    request_id: UUID
    seen_version: int
    prepared: PreparedCode


def make_code(context: ActionContext, command: MakeCode) -> UUID:
    """Open the diary where there is none and issue the code (SVC-3.4.3)."""
    request = _seen(context, command)
    move = open_move(MOVES, request, "make_code", context.actor)
    pupil = context.session.get_one(Pupil, request.pupil_id)
    if pupil.diary_opened_at is None:
        pupil.diary_opened_at = context.now
    if request.person_id is None:
        raise NotFound("person_unknown")
    invitation = issue(
        context,
        command.prepared,
        person_id=request.person_id,
        role=Role.PARENT,
        pupil_id=pupil.id,
    )
    request.invitation_id = invitation.id
    _moved(context, request, move)
    announce_code(context, request, invitation)
    return invitation.id


def renew_code(context: ActionContext, command: MakeCode) -> UUID:
    """A new code in place of one that was lost, ended or went astray (SVC-3.4.3).

    A move of the invitation, not of the request: a request that is completed stays so.
    """
    context.actor.require(P.INVITATION_CODE_ISSUE)
    request = _seen(context, command)
    if request.invitation_id is None:
        raise NotFound("invitation_unknown")
    old = context.session.get_one(Invitation, request.invitation_id)
    if old.state is InvitationState.REDEEMED:
        raise RuleBroken("invitation_redeemed", "SVC-3.4.3")
    if old.state is InvitationState.DELIVERED:
        tell_applicant(context, LetterKind.CODE_REPLACED, request, present=True)
    end_outstanding(context, old, "replace")
    invitation = issue(
        context, command.prepared, person_id=old.person_id, role=old.role, pupil_id=old.pupil_id
    )
    request.invitation_id = invitation.id
    close_tasks_of(context, request.id, "renewed")
    announce_code(context, request, invitation)
    return invitation.id


def announce_code(context: ActionContext, request: ServiceRequest, invitation: Invitation) -> None:
    """Say the way chosen in FRM-1 that the code is ready, or send it (SVC-3.4.3).

    For one who comes in person the status page is the announcement; a letter announces when the
    mail server takes it, a call when it is on record.
    """
    if request.result_delivery is ResultDelivery.EMAIL:
        send_code(context, invitation, request.email, request)
    elif request.result_delivery is ResultDelivery.PHONE:
        open_task(
            context, TaskKind.CALL_APPLICANT, LetterKind.CODE_READY.value, request_id=request.id
        )
    else:
        request.announced_at = request.announced_at or context.now
        tell_applicant(context, LetterKind.CODE_READY, request, valid_until=invitation.expires_at)


def return_check(context: ActionContext, command: MoveRequest) -> None:
    """Back to the secretary with a comment; a code already made is revoked."""
    request = _seen(context, command)
    move = open_move(MOVES, request, "return_check", context.actor)
    _revoke_code(context, request)
    request.announced_at = None
    _moved(context, request, move, comment=command.comment)
    tell_applicant(context, LetterKind.RETURNED, request)


@dataclass(frozen=True, kw_only=True)
class DeliverOutcome:
    """How the outcome reached the applicant, and what else is to be on record about it."""

    request_id: UUID
    seen_version: int
    how: Outcome
    comment: str = ""


def tell_code(context: ActionContext, command: DeliverOutcome) -> None:
    """The code was told to the applicant: the service is rendered (SVC-3.6)."""
    request = _seen(context, command)
    move = open_move(MOVES, request, "tell", context.actor)
    invitation = context.session.get_one(Invitation, request.invitation_id)
    if invitation.sealed_code is not None:
        deliver(context, invitation, Handover(command.how))
    cancel_letters(context, secret=SecretKind.INVITATION_CODE, subject_id=invitation.id)
    _delivered(context, request, move, command)
    tell_applicant(context, LetterKind.COMPLETED, request, present=True)


@dataclass(frozen=True, kw_only=True)
class LetterAccepted:
    """The mail server took a letter about a code."""

    invitation_id: UUID


def complete_by_letter(context: ActionContext, command: LetterAccepted) -> None:
    """The letter with the code was accepted: the code is told, its days begin (SVC-3.4.3).

    The request that asked for it is completed. Nothing happens when the code was told or
    ended meanwhile.
    """
    invitation = context.session.scalars(
        select(Invitation).where(Invitation.id == command.invitation_id).with_for_update()
    ).one()
    if invitation.state is not InvitationState.ISSUED:
        return
    days = settings_on(context.session, context.today).code_email_days
    deliver(context.following(P.REQUEST_OUTCOME_DELIVER), invitation, Handover.EMAIL)
    invitation.expires_at = context.now + timedelta(days=days)
    request = context.session.scalars(
        select(ServiceRequest)
        .where(ServiceRequest.invitation_id == invitation.id)
        .with_for_update()
    ).first()
    if request is not None and request.state is S.CODE_ISSUED:
        move = open_move(MOVES, request, "tell_by_letter", context.actor)
        told = DeliverOutcome(
            request_id=request.id, seen_version=request.version, how=Outcome.EMAIL
        )
        _delivered(context, request, move, told)


@dataclass(frozen=True, kw_only=True)
class NewsAccepted:
    """The mail server took news of a request's outcome, or the office told it by phone."""

    request_id: UUID


def note_announcement(context: ActionContext, command: NewsAccepted) -> None:
    """The readiness of the outcome is announced: the term is judged by this moment (SVC-2.11)."""
    request = locked_request(context, command.request_id)
    if request.state in ANNOUNCEABLE and request.announced_at is None:
        request.announced_at = context.now


def sign_refusal(context: ActionContext, command: MoveRequest) -> None:
    """Sign the decision: its document is made and stored first, then the state (SVC-2.14).

    Raises RuleBroken when the actor is no signatory today, or prepared the decision himself
    and the school's setting forbids that.
    """
    request = _seen(context, command)
    decision = prepared_decision(context.session, request.id)
    move = open_move(MOVES, request, "sign", context.actor)
    settings = settings_on(context.session, context.today)
    signatory = signatory_on(context.session, context.today, context.actor.person_id)
    if signatory is None or decision is None:
        raise RuleBroken("not_a_signatory", "SVC-2.14")
    own = decision.prepared_by_account_id == context.actor.account_id
    if own and not settings.preparer_may_sign:
        raise RuleBroken("preparer_may_not_sign", "SVC-2.14")
    paper = refusal_paper(
        request, decision, settings, signatory, decided_on=context.today, zone=context.zone
    )
    decision.document_id = store_refusal(context, request, paper)
    decision.signatory_id = signatory.id
    decision.signed_at = context.now
    decision.signed_by = context.actor.label
    request.decision_id = decision.id
    if request.refusal_delivery is not RefusalDelivery.POST:
        request.announced_at = request.announced_at or context.now
    _moved(context, request, move)
    tell_applicant(context, LetterKind.REFUSED_READY, request)


def return_refusal(context: ActionContext, command: MoveRequest) -> None:
    """The signatory does not sign: back to the check with a comment."""
    request = _seen(context, command)
    move = open_move(MOVES, request, "return_refusal", context.actor)
    decision = prepared_decision(context.session, request.id)
    if decision is not None:
        decision.returned_at = context.now
        decision.return_comment = command.comment
    request.withdrawn_at = None
    # Whatever was announced is no longer the outcome: the term is judged by the next one.
    request.announced_at = None
    _moved(context, request, move, comment=command.comment)
    tell_applicant(context, LetterKind.RETURNED, request)


def deliver_refusal(context: ActionContext, command: DeliverOutcome) -> None:
    """The decision was handed over or posted (SVC-3.6)."""
    request = _seen(context, command)
    move = open_move(MOVES, request, "deliver_refusal", context.actor)
    _delivered(context, request, move, command)
    tell_applicant(context, LetterKind.REFUSAL_DELIVERED, request, present=True)


def tracking_key(keys: SecretKeys, request: ServiceRequest) -> str:
    """The 12 symbols that open the tracking page; derived, never stored (SVC-2.19)."""
    return key_from_digest(keys.digest("track", request.id, request.key_generation))


def _seen(
    context: ActionContext,
    command: MoveRequest | CloseRequest | CheckRequest | MakeCode | DeliverOutcome,
) -> ServiceRequest:
    request = locked_request(context, command.request_id)
    if request.version != command.seen_version:
        raise StaleVersion("changed_meanwhile")
    return request


def _moved(context: ActionContext, request: ServiceRequest, move: Move, **facts: object) -> None:
    settle(request, move)
    request.state_since = context.now
    if S.SUBMITTED in move.source:
        release_visit(context, request)
    record(
        context,
        AuditAction.REQUEST_MOVED,
        request.id,
        trigger=move.trigger,
        target=move.target.value,
        **facts,
    )


def _revoke_code(context: ActionContext, request: ServiceRequest) -> None:
    if request.invitation_id is None:
        return
    invitation = context.session.get_one(Invitation, request.invitation_id)
    end_outstanding(context.following(P.REQUEST_CODE_MAKE), invitation, "revoke")
    request.invitation_id = None


def _delivered(
    context: ActionContext, request: ServiceRequest, move: Move, command: DeliverOutcome
) -> None:
    request.announced_at = request.announced_at or context.now
    request.delivered_at = context.now
    request.delivered_how = command.how
    request.delivered_by = context.actor.label
    _moved(context, request, move, how=command.how.value, comment=command.comment)
    close_tasks_of(context, request.id, "told")
