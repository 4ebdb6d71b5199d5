"""Where letters go: a mail server, or in the demo a folder that the office can read."""

import mailbox
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from portal.config import Config

WAIT_SECONDS = 30
#: Answers from here on say that the same letter will never be taken (RFC 5321).
PERMANENT = 500


class LetterNotTaken(Exception):
    """The letter was not accepted; `for_good` when trying again cannot help."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class Post(Protocol):
    """Takes one letter, or raises LetterNotTaken."""

    def send(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True)
class MailServer:
    """`smtp://[user:password@]host[:port]`, encrypted where offered; `smtps://` always.

    A password is never sent over a connection that is not encrypted, but to this machine itself.
    """

    url: str

    def send(self, message: EmailMessage) -> None:
        """Raises LetterNotTaken with the server's own words, which name no recipient."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, _ = next(iter(error.recipients.values()))
            raise LetterNotTaken(f"recipient refused: {code}", for_good=code >= PERMANENT) from None
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
            raise LetterNotTaken(f"letter refused: {code}", for_good=code >= PERMANENT) from None
        except (OSError, smtplib.SMTPException) as error:
            # A wrong password or sender is the school's to mend: its letters wait meanwhile.
            raise LetterNotTaken(type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        secure = ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=WAIT_SECONDS, context=secure)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=WAIT_SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=secure)
                server.ehlo()
            elif parts.username and host not in {"localhost", "127.0.0.1"}:
                server.close()
                raise LetterNotTaken("the mail server offers no encryption")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


@dataclass(frozen=True)
class KeptPost:
    """The demo's post: every letter stays in a maildir under the data folder."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        box = mailbox.Maildir(self.folder)
        box.add(message)
        box.close()


def post_of(config: Config) -> Post:
    """The mail server of the configuration; without one the demo keeps its letters.

    Raises LetterNotTaken in production without a mail server.
    """
    if config.smtp_url:
        return MailServer(config.smtp_url)
    if config.is_demo:
        return KeptPost(kept_letters(config))
    raise LetterNotTaken("PORTAL_SMTP_URL is not set")


def kept_letters(config: Config) -> Path:
    """Where the demo keeps its letters."""
    return config.data_dir / "letters"
