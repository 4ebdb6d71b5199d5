"""The draft of a request: begun, saved step by step, left and found again, copied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Channel, RequestState
from journal_core.school.queries import settings_on
from workflows.notices import tell_draft_link

#: Columns that the applicant's form fills: about the applicant, and about the child.
APPLICANT_FIELDS = frozenset(
    {
        "applicant_last_name", "applicant_first_name", "applicant_patronymic",
        "address", "phone", "email", "capacity", "result_delivery", "refusal_delivery",
    }
)  # fmt: skip
CHILD_FIELDS = frozenset(
    {
        "child_last_name", "child_first_name", "child_patronymic",
        "child_birth_date", "child_class",
    }
)  # fmt: skip
DRAFT_FIELDS = APPLICANT_FIELDS | CHILD_FIELDS | {"visit_wish"}


@dataclass(frozen=True, kw_only=True)
class BeginDraft:
    submission_key: UUID
    language: str = "ru"
    channel: Channel = Channel.ONLINE
    account_id: UUID | None = None


def begin_draft(context: ActionContext, command: BeginDraft) -> UUID:
    """An empty draft, or the one that this key has already begun."""
    context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    found = context.session.scalar(
        select(ServiceRequest.id).where(ServiceRequest.submission_key == command.submission_key)
    )
    if found is not None:
        return found
    request = ServiceRequest(
        state=RequestState.DRAFT,
        state_since=context.now,
        created_at=context.now,
        channel=command.channel,
        submission_key=command.submission_key,
        language=command.language,
        applicant_account_id=command.account_id,
    )
    context.session.add(request)
    context.session.flush()
    return request.id


@dataclass(frozen=True, kw_only=True)
class SaveDraft:
    request_id: UUID
    answers: Mapping[str, object]


def save_draft(context: ActionContext, command: SaveDraft) -> None:
    """Keep the answers of one step.

    Raises RuleBroken once the request is submitted, or for a child that is not born yet.
    """
    request = _own_draft(context, command.request_id)
    born = command.answers.get("child_birth_date")
    if isinstance(born, date) and born > context.today:
        raise RuleBroken("born_ahead")
    for name in DRAFT_FIELDS & command.answers.keys():
        setattr(request, name, command.answers[name])


@dataclass(frozen=True, kw_only=True)
class CopyDraft:
    """A request for another child of the same applicant."""

    copied_id: UUID
    submission_key: UUID


def copy_draft(context: ActionContext, command: CopyDraft) -> UUID:
    """A new draft with the applicant's answers; the child's are asked anew."""
    copied = locked_request(context, command.copied_id)
    begun = BeginDraft(
        submission_key=command.submission_key,
        language=copied.language,
        account_id=copied.applicant_account_id,
    )
    request_id = begin_draft(context, begun)
    answers = {name: getattr(copied, name) for name in APPLICANT_FIELDS}
    save_draft(context, SaveDraft(request_id=request_id, answers=answers))
    return request_id


@dataclass(frozen=True, kw_only=True)
class SendDraftLink:
    """Where the way back to the draft is to be sent."""

    request_id: UUID
    email: str


def send_draft_link(context: ActionContext, command: SendDraftLink) -> None:
    """Keep the address with the draft and queue the letter."""
    request = _own_draft(context, command.request_id)
    request.email = command.email
    tell_draft_link(context, request, valid_until=draft_ends(context, request))


def draft_ends(context: ActionContext, request: ServiceRequest) -> datetime:
    """When the draft is erased with its files."""
    days = settings_on(context.session, context.today).draft_days
    return request.created_at + timedelta(days=days)


def locked_request(context: ActionContext, request_id: UUID) -> ServiceRequest:
    """The request's row, locked until the commit.

    Raises NotFound for one that is not there, or is erased: nothing happens to it any more.
    """
    request = context.session.scalars(
        select(ServiceRequest).where(ServiceRequest.id == request_id).with_for_update()
    ).first()
    if request is None or request.erased_at is not None:
        raise NotFound("request_unknown")
    return request


def _own_draft(context: ActionContext, request_id: UUID) -> ServiceRequest:
    context.actor.require(Permission.REQUEST_OWN_SUBMIT)
    request = locked_request(context, request_id)
    if request.state is not RequestState.DRAFT:
        raise RuleBroken("already_submitted")
    return request
