"""`python -m journal_core.exchange <most rows>`: reads one spreadsheet, apart from the server.

The bytes come in by standard input. Out goes one line of JSON, `{"refused": …}` or
`{"sheets": [[title, headings, merged rows]], "hidden": […]}`, then a line for each row.
"""

import json
import resource
import sys
from contextlib import suppress

from journal_core.errors import RuleBroken
from journal_core.exchange.reading import read_file

#: A workbook that unpacks to 200 megabytes takes most of it; addresses count, not only memory.
MOST_MEMORY = 1024**3
MOST_CPU_SECONDS = 40


def confine() -> None:
    """Past these the system ends the process, and with it the file."""
    with suppress(ValueError):  # macOS has no such limit; that of time holds there too
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes nothing to the disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    confine()
    try:
        sheets, hidden = read_file(sys.stdin.buffer.read(), int(sys.argv[1]))
    except RuleBroken as error:
        _say({"refused": error.code})
        return
    except MemoryError:
        _say({"refused": "sheet_file_heavy"})
        return
    told = [[sheet.title, list(sheet.headings), sorted(sheet.merged)] for sheet in sheets]
    _say({"sheets": told, "hidden": hidden})
    for at, sheet in enumerate(sheets):
        for number, cells in sheet.rows:
            _say([at, number, list(cells)])


def _say(thing: object) -> None:
    sys.stdout.write(json.dumps(thing) + "\n")


main()
