"""Loading the rows of a backup, and putting on record that one was made or restored."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from journal_core import migrations
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.backup.archive import table_part
from journal_core.backup.rows import insert_lines
from journal_core.backup.terms import BackupRefused, Manifest
from journal_core.context import ActionContext


def require_unused(connection: sa.Connection, manifest: Manifest) -> None:
    """Raises BackupRefused unless the database waits for this backup: no tables, or empty ones.

    A revision that this program does not know belongs to a newer one.
    """
    if not migrations.is_known(manifest.revision):
        raise BackupRefused("backup_revision_unknown", revision=manifest.revision)
    present = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    is_other = present and migrations.current(connection) != manifest.revision
    if is_other or any(_has_rows(connection, table) for table in present):
        raise BackupRefused("backup_database_used")


@dataclass(frozen=True, kw_only=True)
class LoadRows:
    """A checked backup, and the file that it was read from."""

    path: Path
    manifest: Manifest


def load_rows(context: ActionContext, command: LoadRows) -> None:
    """Fill the empty tables of the backup's own revision; keys are checked when all is there.

    Raises BackupRefused when somebody was faster and filled them (POL-3.3.7).
    """
    connection = context.session.connection()
    require_unused(connection, command.manifest)
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:
        _let_keys_wait(connection)
    else:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    with ZipFile(command.path) as archive:
        for table, kinds in command.manifest.tables.items():
            with archive.open(table_part(table)) as lines:
                insert_lines(connection, table, kinds, lines)
    if is_postgres:
        _check_keys(connection)
        _move_sequences_on(connection, command.manifest)


@dataclass(frozen=True, kw_only=True)
class RecordBackup:
    """Which file was made or restored; `sha256` is that of the whole file."""

    name: str
    sha256: str
    copies: int


def record_backup_made(context: ActionContext, command: RecordBackup) -> None:
    """So that the administrator sees how old the last backup is (INS-3.1.2)."""
    record(
        context,
        AuditAction.BACKUP_MADE,
        name=command.name,
        sha256=command.sha256,
        copies=command.copies,
    )


@dataclass(frozen=True, kw_only=True)
class RecordRestored:
    name: str
    made_at: str


def record_backup_restored(context: ActionContext, command: RecordRestored) -> None:
    """The record goes on after the restore and says that there was one (INS-3.1.2)."""
    record(context, AuditAction.BACKUP_RESTORED, name=command.name, made_at=command.made_at)


def _has_rows(connection: sa.Connection, table: str) -> bool:
    return connection.execute(
        sa.select(sa.exists(sa.text("1")).select_from(sa.table(table)))
    ).scalar_one()


def _foreign_keys(connection: sa.Connection) -> list[tuple[str, str]]:
    """Table and name of every foreign key, quoted."""
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    return [
        (quote(table), quote(str(key["name"])))
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
    ]


def _let_keys_wait(connection: sa.Connection) -> None:
    """Rows that point at each other cannot come in any order: the keys look at the end."""
    for table, key in _foreign_keys(connection):
        connection.exec_driver_sql(
            f"ALTER TABLE {table} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED"
        )


def _check_keys(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, key in _foreign_keys(connection):
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {key} NOT DEFERRABLE")


def _move_sequences_on(connection: sa.Connection, manifest: Manifest) -> None:
    """Rows brought their numbers along: PostgreSQL's own counters must not give them again."""
    for table, kinds in manifest.tables.items():
        for column, kind in kinds.items():
            if kind != "integer":
                continue
            sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table, column)))
            if sequence is not None:
                highest: sa.ColumnElement[int] = sa.func.coalesce(sa.func.max(sa.column(column)), 0)
                connection.execute(
                    sa.select(
                        sa.func.setval(sa.cast(sequence, REGCLASS), highest + 1, sa.false())
                    ).select_from(sa.table(table))
                )
