"""The demo school, told once by each test process for each kind of database, and then copied."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from journal_core.audit.models import AuditEntry
from journal_core.files.models import StoredFile
from journal_core.tables import metadata
from portal.demo.seed import SeedDemo, seed_demo
from portal.passwords import hasher
from portal.perform import perform_as_operator
from portal.state import Portal

PASSWORD = "a long demo password"


@dataclass(frozen=True)
class Told:
    """What the telling left: rows by table, in an order that their references allow, and bytes."""

    rows: dict[sa.Table, list[dict[str, Any]]]
    files: dict[UUID, bytes]


_TOLD: dict[object, Told] = {}


def seed(app: Flask) -> None:
    """Fill the portal with the demo school; a test asks for it where a school has to be."""
    portal: Portal = app.extensions["portal"]
    config = portal.config
    # All that the school depends on, and the database, which has to take it by the same path.
    of = (portal.database.is_sqlite, portal.clock(), portal.zone, config.secret_key)
    with portal.database.writing() as session:
        is_untouched = session.scalar(sa.select(AuditEntry.id).limit(1)) is None
        if is_untouched and config.quick_hashing and of in _TOLD:
            _copy(_TOLD[of], portal, session)
            return
    with app.app_context():
        perform_as_operator(seed_demo, SeedDemo(password_hash=hasher().hash(PASSWORD)))
    if is_untouched and config.quick_hashing:
        _TOLD[of] = _told(portal)


def _told(portal: Portal) -> Told:
    with portal.database.reading() as session:
        rows = {
            table: [dict(row) for row in session.execute(sa.select(table)).mappings()]
            for table in metadata.sorted_tables
        }
        files = {one: portal.files.get(one) for one in session.scalars(sa.select(StoredFile.id))}
    return Told({table: found for table, found in rows.items() if found}, files)


def _copy(told: Told, portal: Portal, session: Session) -> None:
    for table, rows in told.rows.items():
        session.execute(table.insert(), rows)
        counted = table.autoincrement_column
        if counted is not None and not portal.database.is_sqlite:
            name = sa.func.pg_get_serial_sequence(table.name, counted.name)
            last = max(row[counted.name] for row in rows)
            session.execute(sa.select(sa.func.setval(name, last)))
    session.commit()
    for file_id, content in told.files.items():
        portal.files.put(file_id, content)
