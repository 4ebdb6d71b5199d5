"""What the applicant is told when something happens to the request (SVC-2.19, SVC-3.4.3).

A letter where there is an address for it, a call for the office where there is none.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from documents.code_slip import SecondQuestion
from documents.letters import PAPER_NAMES, LetterContext, LetterKind, day_verdict, write_letter
from journal_core.access.models import Account
from journal_core.access.terms import STAFF_ROLES, Role
from journal_core.calendar.terms import DayVerdict
from journal_core.context import ActionContext
from journal_core.invitations.models import Invitation
from journal_core.notifications.commands import QueueLetter, open_task, queue_letter
from journal_core.notifications.terms import SecretKind, TaskKind
from journal_core.people.models import Person
from journal_core.people.terms import PersonName
from journal_core.requests.models import ServiceRequest
from journal_core.requests.rules import needed_papers
from journal_core.requests.terms import RequestState
from journal_core.school.queries import settings_on
from journal_core.visits.queries import held_visit

#: News that opens no page: the rest carry the link to the request.
_WITHOUT_LINK = frozenset(
    {LetterKind.CLOSED, LetterKind.CONTACTS_CHANGED, LetterKind.CODE_REPLACED}
)
#: Letters that lead to the page where a code is entered, which is open to everybody.
_TO_INVITATION = frozenset({LetterKind.COMPLETED, LetterKind.CODE_EXPIRING})

#: Letters about an account that hold a secret.
_ACCOUNT_SECRETS = {
    LetterKind.PASSWORD_RESET: SecretKind.PASSWORD_RESET,
    LetterKind.CONFIRM_EMAIL: SecretKind.EMAIL_PROOF,
}

#: States whose outcome is ready: an open call tells it.
_CALLED_ABOUT_OUTCOME = frozenset({RequestState.CODE_ISSUED, RequestState.REFUSED})


@dataclass(frozen=True, kw_only=True)
class MovedTerm:
    """The due date as it was promised, and the days that count otherwise than then."""

    old_due_on: date
    days: tuple[DayVerdict, ...]


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What a kind of letter wants to know beside the request itself."""

    valid_until: datetime | None = None
    second_question: SecondQuestion | None = None
    moved: MovedTerm | None = None


def tell_applicant(
    context: ActionContext,
    kind: LetterKind,
    request: ServiceRequest,
    *,
    present: bool = False,
    valid_until: datetime | None = None,
    address: str | None = None,
) -> None:
    """Queue the letter of this kind, or a call when the applicant has no e-mail.

    `present`: the applicant stands at the counter or has the page before the eyes, so nobody
    calls. `address`: another one than the request's, for news about a changed address.
    """
    recipient = request.email if address is None else address
    if not recipient:
        if not present:
            open_task(context, TaskKind.CALL_APPLICANT, kind.value, request_id=request.id)
        return
    secret = SecretKind.TRACKING_LINK
    if kind in _WITHOUT_LINK | _TO_INVITATION:
        secret = SecretKind.NONE
    _queue(
        context,
        kind,
        recipient,
        request,
        _Facts(valid_until=valid_until),
        secret=secret,
        subject_id=request.id,
    )


def tell_moved_term(context: ActionContext, request: ServiceRequest, moved: MovedTerm) -> None:
    """The promise moved with the calendar (SVC-2.11): a letter, or a call without an address.

    No call takes the place of the one that tells a ready outcome.
    """
    if request.email:
        _queue(
            context,
            LetterKind.TERM_MOVED,
            request.email,
            request,
            _Facts(moved=moved),
            secret=SecretKind.TRACKING_LINK,
            subject_id=request.id,
        )
    elif request.state not in _CALLED_ABOUT_OUTCOME:
        topic = LetterKind.TERM_MOVED.value
        open_task(context, TaskKind.CALL_APPLICANT, topic, request_id=request.id)


def tell_draft_link(context: ActionContext, request: ServiceRequest, valid_until: datetime) -> None:
    """Send the way back to a draft; only asked for where there is an address."""
    _queue(
        context,
        LetterKind.DRAFT_SAVED,
        request.email,
        request,
        _Facts(valid_until=valid_until),
        secret=SecretKind.DRAFT_LINK,
        subject_id=request.id,
    )


def send_code(
    context: ActionContext,
    invitation: Invitation,
    recipient: str,
    request: ServiceRequest | None = None,
) -> None:
    """Queue the letter with the code; the code itself is put in while it is being sent.

    The letter promises the days from now; the code lives them from the accepted sending, which
    is never earlier.
    """
    days = settings_on(context.session, context.today).code_email_days
    valid_until = context.now + timedelta(days=days)
    _queue(
        context,
        LetterKind.CODE_BY_EMAIL,
        recipient,
        request,
        _Facts(valid_until=valid_until, second_question=question_of(invitation)),
        secret=SecretKind.INVITATION_CODE,
        subject_id=invitation.id,
        name=_greeting(context.session.get_one(Person, invitation.person_id).name),
    )


def tell_account(
    context: ActionContext, kind: LetterKind, account: Account, valid_until: datetime | None = None
) -> None:
    """A letter to the owner about how the account is entered; nothing without an address."""
    if not account.email:
        return
    person = context.session.get_one(Person, account.person_id)
    _queue(
        context,
        kind,
        account.email,
        None,
        _Facts(valid_until=valid_until),
        secret=_ACCOUNT_SECRETS.get(kind, SecretKind.NONE),
        subject_id=account.id,
        name=_greeting(person.name),
        language=account.language,
    )


def question_of(invitation: Invitation) -> SecondQuestion:
    """What redeeming the code asks besides the code itself."""
    if invitation.role in STAFF_ROLES or invitation.pupil_id is None:
        return SecondQuestion.OWN_SURNAME
    if invitation.role is Role.PUPIL:
        return SecondQuestion.OWN_BIRTH_DATE
    return SecondQuestion.CHILD_BIRTH_DATE


def _queue(
    context: ActionContext,
    kind: LetterKind,
    recipient: str,
    request: ServiceRequest | None,
    facts: _Facts,
    *,
    secret: SecretKind,
    subject_id: UUID,
    name: str | None = None,
    language: str = "ru",
) -> None:
    settings = settings_on(context.session, context.today)
    written_in = _language(request.language if request else language)
    letter = write_letter(
        kind,
        written_in,
        LetterContext(
            school_name=settings.short_name,
            school_address=settings.address,
            school_phone=settings.phone,
            school_hours=settings.reception_hours,
            name=_greeting(request.applicant) if request and name is None else name or "",
            request_number=request.request_number if request else None,
            registration_number=request.written_registration_number if request else None,
            due_on=request.due_on if request else None,
            visit_at=_visit_at(context, request) if request else None,
            papers=_papers(request, written_in) if request else None,
            old_due_on=facts.moved.old_due_on if facts.moved else None,
            changed_days=tuple(day_verdict(day, written_in) for day in facts.moved.days)
            if facts.moved
            else None,
            valid_until=facts.valid_until.astimezone(context.zone) if facts.valid_until else None,
            second_question=facts.second_question,
            refusal_delivery=request.refusal_delivery if request else None,
            close_reason=request.close_reason if request else None,
        ),
    )
    queue_letter(
        context,
        QueueLetter(
            kind=kind.value,
            recipient=recipient,
            subject=letter.subject,
            text=letter.text,
            secret=secret,
            subject_id=subject_id,
            request_id=request.id if request else None,
        ),
    )


def _visit_at(context: ActionContext, request: ServiceRequest) -> datetime | None:
    """When the applicant is expected; a visit that is past is no news."""
    visit = held_visit(context.session, request.id)
    if visit is None or visit.starts_at <= context.now:
        return None
    return visit.starts_at.astimezone(context.zone)


def _papers(request: ServiceRequest, language: Literal["ru", "en"]) -> tuple[str, ...]:
    return tuple(PAPER_NAMES[language][kind] for kind in sorted(needed_papers(request.capacity)))


def _greeting(name: PersonName) -> str:
    return " ".join(part for part in (name.first_name, name.patronymic) if part)


def _language(code: str) -> Literal["ru", "en"]:
    return "en" if code == "en" else "ru"
