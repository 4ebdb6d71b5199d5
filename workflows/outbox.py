"""What follows from a letter that was accepted by the mail server, or never will be."""

from dataclasses import dataclass
from uuid import UUID

from documents.letters import LetterKind
from journal_core.context import ActionContext
from journal_core.notices.commands import NoteReached, note_reached
from journal_core.notifications.commands import accept_letter, open_task, put_off_letter
from journal_core.notifications.models import OutboxLetter
from journal_core.notifications.terms import SecretKind, TaskKind
from journal_core.school.queries import settings_on
from workflows.service_request import (
    LetterAccepted,
    NewsAccepted,
    complete_by_letter,
    note_announcement,
)

#: Letters that announce a ready outcome (SVC-2.11).
_OUTCOMES = frozenset({LetterKind.CODE_READY, LetterKind.REFUSED_READY})
#: Letters to whom a diary is open: the person sees whether they arrive.
_TO_FAMILIES = frozenset({LetterKind.DIARY_NEWS, LetterKind.CONFIRM_EMAIL})


@dataclass(frozen=True, kw_only=True)
class RecordSent:
    letter_id: UUID


def record_sent(context: ActionContext, command: RecordSent) -> None:
    """The mail server took the letter; with a code in it, the code is told."""
    letter = accept_letter(context, command.letter_id)
    if letter is None:
        return
    if letter.secret is SecretKind.INVITATION_CODE and letter.subject_id is not None:
        complete_by_letter(context, LetterAccepted(invitation_id=letter.subject_id))
    elif letter.kind in _TO_FAMILIES:
        _note_reached(context, letter, reached=True)
    elif letter.kind in _OUTCOMES and letter.request_id is not None:
        note_announcement(context, NewsAccepted(request_id=letter.request_id))


@dataclass(frozen=True, kw_only=True)
class RecordUnsent:
    """Why a letter was not taken; `for_good` when trying again cannot help."""

    letter_id: UUID
    error: str
    for_good: bool = False


def record_unsent(context: ActionContext, command: RecordUnsent) -> None:
    """Try again later; after the last attempt the office is told to do it by hand.

    Letters to families are nobody's task: the person sees that the address is not reached.
    """
    attempts = settings_on(context.session, context.today).letter_attempts
    given_up = put_off_letter(
        context,
        command.letter_id,
        error=command.error,
        attempts=attempts,
        for_good=command.for_good,
    )
    if given_up is None:
        return
    if given_up.kind in _TO_FAMILIES:
        _note_reached(context, given_up, reached=False)
    else:
        has_code = given_up.secret is SecretKind.INVITATION_CODE
        open_task(
            context,
            TaskKind.LETTER_FAILED,
            given_up.kind,
            request_id=given_up.request_id,
            invitation_id=given_up.subject_id if has_code else None,
        )


def _note_reached(context: ActionContext, letter: OutboxLetter, *, reached: bool) -> None:
    if letter.subject_id is not None:
        note_reached(
            context,
            NoteReached(account_id=letter.subject_id, email=letter.recipient, reached=reached),
        )
