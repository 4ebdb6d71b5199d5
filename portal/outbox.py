"""Takes due letters out of the outbox, puts their secrets in, and sends them.

Each letter is claimed in one transaction, sent outside any, and its fate recorded in another:
a worker that dies between sends the same letter again, with the same message id.
"""

import logging
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.routing import MapAdapter

from documents.letters import LetterError, LetterKind, fill
from journal_core.access.models import Account
from journal_core.clock import local_date
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import group_code
from journal_core.notifications.commands import ClaimLetters, claim_letters
from journal_core.notifications.terms import ClaimedLetter, SecretKind
from journal_core.requests.models import ServiceRequest
from journal_core.school.queries import settings_on
from journal_core.school.terms import SchoolSettings
from portal.log import tell
from portal.mail import LetterNotTaken, Post
from portal.notices.proof import email_token
from portal.perform import perform_as_system
from portal.state import current_portal
from workflows.diary_news import CheckNews, check_news
from workflows.outbox import RecordSent, RecordUnsent, record_sent, record_unsent


def send_due(post: Post) -> int:
    """Try every letter that is due. Returns how many the post took."""
    taken = 0
    while letters := perform_as_system(claim_letters, ClaimLetters()):
        taken += sum(_send(post, letter) for letter in letters)
    return taken


def _send(post: Post, letter: ClaimedLetter) -> bool:
    is_news = letter.kind == LetterKind.DIARY_NEWS
    if is_news and not perform_as_system(check_news, CheckNews(letter_id=letter.id)):
        return False
    try:
        post.send(_message(letter))
    except (LetterNotTaken, LetterError, ValueError) as error:
        # A letter whose secret is gone, or that cannot be written, is not worth another try.
        for_good = error.for_good if isinstance(error, LetterNotTaken) else True
        # What the mail server said names no recipient; what is wrong with a letter may quote it.
        why = str(error) if isinstance(error, LetterNotTaken) else type(error).__name__
        tell("letter_not_taken", logging.WARNING, letter=str(letter.id), why=why)
        perform_as_system(
            record_unsent,
            RecordUnsent(letter_id=letter.id, error=str(error), for_good=for_good),
        )
        return False
    perform_as_system(record_sent, RecordSent(letter_id=letter.id))
    tell("letter_taken", letter=str(letter.id))
    return True


def _message(letter: ClaimedLetter) -> EmailMessage:
    portal = current_portal()
    with portal.database.reading() as session:
        school = settings_on(session, local_date(portal.clock(), portal.zone))
        secrets = _secrets(session, letter)
    message = EmailMessage()
    message["Message-ID"] = letter.message_id
    message["Date"] = format_datetime(portal.clock())
    message["From"] = _sender(school)
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"
    if letter.kind == LetterKind.DIARY_NEWS:
        message["List-Unsubscribe"] = f"<{_address('notices.own')}>"
    message.set_content(fill(letter.text, secrets))
    return message


def _sender(school: SchoolSettings) -> str:
    return formataddr((school.short_name, school.email))


def _secrets(session: Session, letter: ClaimedLetter) -> dict[str, str]:
    """What stands for ⟦code⟧ and ⟦link⟧; a secret that ended meanwhile is left out."""
    maker = _SECRETS[letter.secret]
    return maker(session, letter.subject_id) if letter.subject_id else maker(session, UUID(int=0))


def _tracking(session: Session, request_id: UUID) -> dict[str, str]:
    request = session.get_one(ServiceRequest, request_id)
    token = current_portal().keys.link_token("track", request.id, request.key_generation)
    return {"link": _address("track.open_link", token=token)}


def _draft(session: Session, request_id: UUID) -> dict[str, str]:
    request = session.get_one(ServiceRequest, request_id)
    token = current_portal().keys.link_token("draft", request.id, request.key_generation)
    return {"link": _address("apply.open_draft", token=token)}


def _invitation(session: Session, invitation_id: UUID) -> dict[str, str]:
    invitation = session.get_one(Invitation, invitation_id)
    code = current_portal().keys.unseal(invitation.sealed_code) if invitation.sealed_code else None
    if code is None:
        raise LetterNotTaken("the code has ended", for_good=True)
    return {"code": group_code(code), "link": _address("invitation.index")}


def _password(session: Session, account_id: UUID) -> dict[str, str]:
    account = session.get_one(Account, account_id)
    token = current_portal().keys.link_token("reset", account.id, account.password_generation)
    return {"link": _address("account.open_reset", token=token)}


def _email_proof(session: Session, account_id: UUID) -> dict[str, str]:
    account = session.get_one(Account, account_id)
    return {"link": _address("notices.confirm", token=email_token(account))}


def _open_pages(_session: Session, _subject: UUID) -> dict[str, str]:
    """Addresses that are no secret, and open to whom they concern after signing in."""
    return {
        "link": _address("invitation.index"),
        "diary": _address("diary.index"),
        "notices": _address("notices.own"),
    }


_SECRETS = {
    SecretKind.NONE: _open_pages,
    SecretKind.TRACKING_LINK: _tracking,
    SecretKind.DRAFT_LINK: _draft,
    SecretKind.INVITATION_CODE: _invitation,
    SecretKind.PASSWORD_RESET: _password,
    SecretKind.EMAIL_PROOF: _email_proof,
}


def _address(endpoint: str, **values: str) -> str:
    """A full address of a page, for a letter."""
    adapter: MapAdapter = current_app.url_map.bind("")
    path: str = adapter.build(endpoint, values)
    return current_portal().config.base_url + path
