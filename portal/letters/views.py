"""The demo's letters, to be read by the staff. In production there is no such page."""

import mailbox
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from journal_core.access.terms import Permission
from portal.access import requires
from portal.mail import kept_letters
from portal.state import current_portal

blueprint = Blueprint("letters", __name__, url_prefix="/office/letters")

SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A kept letter; `at` is in UTC."""

    recipient: str
    subject: str
    text: str
    at: datetime


@blueprint.get("")
@requires(Permission.LETTERS_KEPT_READ)
def index() -> str:
    config = current_portal().config
    if not config.is_demo or config.smtp_url:
        raise NotFound
    return render_template("letters/index.html", letters=_kept())


def _kept() -> list[Letter]:
    """The newest letters first."""
    box = mailbox.Maildir(kept_letters(current_portal().config))
    read = BytesParser(EmailMessage, policy=policy.default)
    letters = [_letter(read.parsebytes(box.get_bytes(key))) for key in box.iterkeys()]
    return sorted(letters, key=lambda letter: letter.at, reverse=True)[:SHOWN]


def _letter(message: EmailMessage) -> Letter:
    return Letter(
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        text=message.get_content(),
        at=message["Date"].datetime,
    )
