"""Opens a stranger's file in a process of its own.

The libraries that read PDF and pictures are large and written in C: a file made to eat memory or
time, or to break them, ends that process and not the server. It knows no secret of the portal's.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path, PurePosixPath

from journal_core.errors import RuleBroken
from journal_core.files.terms import Opened, TakenFile

#: The process has fewer seconds of computing; these are those on the wall, on a busy machine.
MOST_SECONDS = 40
ROOT = Path(__file__).resolve().parents[2]

_SUFFIXES = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}

log = logging.getLogger(__name__)


def take_in(
    name: str, content: bytes, *, most_bytes: int, most_pages: int, needs_scan: bool = False
) -> TakenFile:
    """The upload as it is to be stored (SVC-2.6).

    Raises RuleBroken: `file_too_big`, and what `open_apart` raises.
    """
    if len(content) > most_bytes:
        raise RuleBroken("file_too_big")
    opened = open_apart(content, most_pages=most_pages)
    return TakenFile(
        name=_stored_name(name, opened.media_type),
        media_type=opened.media_type,
        content=opened.content,
        needs_scan=needs_scan,
    )


def open_apart(content: bytes, *, most_pages: int) -> Opened:
    """`rules.open_upload` under limits of memory and time.

    Raises RuleBroken: what it raises, and `file_too_heavy` when the process did not come back.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "journal_core.files", str(most_pages)],
            input=content,
            capture_output=True,
            cwd=ROOT,
            env={},
            timeout=MOST_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        log.warning("an upload could not be opened: %s %s", error, (error.stderr or b"")[-500:])
        raise RuleBroken("file_too_heavy") from error
    line, _newline, kept = done.stdout.partition(b"\n")
    answer = json.loads(line)
    if "refused" in answer:
        raise RuleBroken(answer["refused"])
    return Opened(media_type=answer["media_type"], content=kept or content)


def _stored_name(name: str, media_type: str) -> str:
    """The name as it was sent, without invisible signs, with the ending of what is stored."""
    name = "".join(sign for sign in name if sign.isprintable())
    suffix, endings = PurePosixPath(name).suffix, _SUFFIXES[media_type]
    return name if suffix.lower() in endings else name.removesuffix(suffix) + endings[0]
