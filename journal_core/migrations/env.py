"""Runs the revisions on one connection, in one transaction, on SQLite and PostgreSQL alike."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from journal_core.database import Database, UtcMoment
from journal_core.migrations.late_keys import add_late_keys
from journal_core.tables import metadata


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """A revision outlives the program's own types: it names those of SQLAlchemy."""
    if kind == "type" and isinstance(item, UtcMoment):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    database = Database(context.config.attributes["database_url"])
    try:
        with database.engine.connect().execution_options(write=True) as connection:
            if database.is_sqlite:
                _let_tables_be_rebuilt(connection)
            context.configure(
                connection=connection,
                target_metadata=metadata,
                render_as_batch=True,
                transactional_ddl=True,
                compare_type=True,
                render_item=render_item,
                process_revision_directives=add_late_keys,
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        database.close()


def _let_tables_be_rebuilt(connection: sa.Connection) -> None:
    """SQLite alters a table by making it anew; meanwhile the keys that name it must not object.

    The switch works only outside a transaction, so it goes past SQLAlchemy, which would begin one.
    """
    raw = connection.connection.dbapi_connection
    if raw is not None:
        raw.execute("PRAGMA foreign_keys=OFF")


run()
