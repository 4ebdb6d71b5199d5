"""A real mail server for the tests, which keeps what it was given."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


@dataclass
class Inbox:
    """What a mail server got; `answer` is what it says to every letter."""

    url: str = ""
    answer: str = "250 OK"
    letters: list[EmailMessage] = field(default_factory=list)
    #: Called with each letter that was taken, before the sender hears of it.
    on_letter: Callable[[EmailMessage], None] = lambda _letter: None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            content = envelope.original_content or b""
            letter = message_from_bytes(content, policy=policy.default)
            self.letters.append(letter)  # type: ignore[arg-type]
            self.on_letter(letter)  # type: ignore[arg-type]
        return self.answer


@contextmanager
def listening() -> Iterator[Inbox]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inbox = Inbox(url=f"smtp://127.0.0.1:{port}")
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield inbox
    server.stop()
