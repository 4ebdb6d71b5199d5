"""The virus scanner: a clamd that gets the bytes by its own protocol (INSTREAM)."""

from io import BytesIO
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket

#: Seconds without a word from clamd; the worker that waits sends letters too.
TIMEOUT = 20


class ScanFailed(Exception):
    """No verdict: clamd is away, busy, or will not look at this file."""


class Clamd:
    """A clamd at `tcp://host:port` or `unix:/path`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (
            ClamdUnixSocket(parts.path, timeout=TIMEOUT)
            if parts.scheme == "unix"
            else ClamdNetworkSocket(parts.hostname or "", parts.port or 0, timeout=TIMEOUT)
        )

    def virus_in(self, content: bytes) -> str | None:
        """The virus's name, None when there is none. Raises ScanFailed."""
        try:
            answer = self._server.instream(BytesIO(content))
        except (ClamdError, OSError, ValueError) as error:
            raise ScanFailed(str(error) or type(error).__name__) from error
        verdict, finding = answer.get("stream", ("", None))
        if verdict == "FOUND":
            return finding or "?"
        if verdict == "OK":
            return None
        raise ScanFailed(finding or "no answer")
