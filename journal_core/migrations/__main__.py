"""Write a revision from the models: `python -m journal_core.migrations "what changes"`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from journal_core.migrations import upgrade, write_revision


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not arguments[0].strip():
        print('say what changes: python -m journal_core.migrations "add a note to a request"')
        return 2
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite3'}"
        upgrade(url)
        path = write_revision(url, arguments[0])
    ruff = [sys.executable, "-m", "ruff"]
    for step in (["format", "--quiet"], ["check", "--quiet", "--fix"]):
        subprocess.run([*ruff, *step, str(path)], check=True)  # noqa: S603 - our own file
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
