"""Who may open which route: `python -m tests.architecture.access_matrix` writes the snapshot."""

import csv
import io
import tempfile
from pathlib import Path

from flask import Flask

import portal
from journal_core.access.terms import ROLE_PERMISSIONS, Permission, Role
from portal.access import PUBLIC, access_tag
from tests.clock import FrozenClock
from tests.configuration import config_for

SNAPSHOT = Path(__file__).with_name("access_matrix.csv")
OPEN = "+"
IMPLIED_METHODS = {"HEAD", "OPTIONS"}


def access_matrix(app: Flask) -> str:
    """CSV: one line a route with its methods, its tag, and a mark for each who may open it."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["route", "methods", "tag", PUBLIC, *Role])
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint == "static":
            continue
        tag = access_tag(app.view_functions[rule.endpoint])
        methods = " ".join(sorted((rule.methods or set()) - IMPLIED_METHODS))
        table.writerow([rule.rule, methods, tag, *marks(tag)])
    return text.getvalue()


def marks(tag: Permission | str | None) -> list[str]:
    if tag == PUBLIC:
        return [OPEN] * (1 + len(Role))
    return ["", *(OPEN if tag in ROLE_PERMISSIONS[role] else "" for role in Role)]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = config_for(f"sqlite:///{folder}/school.sqlite3", Path(folder))
        app = portal.create_app(config, clock=FrozenClock())
        SNAPSHOT.write_text(access_matrix(app), "utf-8")
        app.extensions["portal"].database.close()
    print(f"{SNAPSHOT} is written; every changed line is a changed right.")


if __name__ == "__main__":
    main()
