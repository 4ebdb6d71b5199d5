"""`python -m journal_core.files <most pages>`: opens one upload, apart from the server.

The bytes come in by standard input. Out goes one line of JSON, `{"media_type": …}` or
`{"refused": …}`, and after it the bytes to be kept, unless they are those that came in.
"""

import json
import resource
import sys
from contextlib import suppress

from journal_core.errors import RuleBroken
from journal_core.files.rules import open_upload

#: A picture of 50 million pixels takes 600 MB on its way through.
MOST_MEMORY = 1024**3
MOST_CPU_SECONDS = 20


def confine() -> None:
    """Past these the system ends the process, and with it the file."""
    with suppress(ValueError):  # macOS has no such limit; that of time holds there too
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes nothing to the disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    confine()
    sent = sys.stdin.buffer.read()
    kept = b""
    try:
        opened = open_upload(sent, most_pages=int(sys.argv[1]))
        answer = {"media_type": opened.media_type}
        kept = b"" if opened.content is sent else opened.content
    except RuleBroken as error:
        answer = {"refused": error.code}
    except MemoryError:
        answer = {"refused": "file_too_heavy"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + kept)


main()
