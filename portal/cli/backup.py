"""`flask --app wsgi backup …`: the whole school in one file, and back."""

import hashlib
import shutil
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup

from journal_core import migrations
from journal_core.backup.archive import make_backup, read_backup, restore_files, whole_file
from journal_core.backup.commands import (
    LoadRows,
    RecordBackup,
    RecordRestored,
    load_rows,
    record_backup_made,
    record_backup_restored,
    require_unused,
)
from journal_core.backup.terms import BackupRefused, Manifest
from journal_core.clock import local_date
from journal_core.school.queries import settings_on
from portal.perform import perform_as_operator
from portal.state import Portal, current_portal

backup_commands = AppGroup("backup", help="The whole school in one file, and back.")

NAME = "portal-backup-"

WORDS = {
    "backup_not_one": "this is not a backup of the portal, or it was cut short",
    "backup_damaged": "damaged part: {part}. Take the other copy",
    "backup_other_key": "it was sealed with another PORTAL_SECRET_KEY than the one that is set. "
    "With another key the applicants' links and keys and the sealed codes open nothing",
    "backup_revision_unknown": "its tables are of revision {revision}, which this program does "
    "not know: install the version that made the backup, or a newer one",
    "backup_database_used": "the database is in use: restore into a new, empty one",
    "backup_tables_old": "the database is not at the program's revision: "
    "run `flask --app wsgi db upgrade` first",
}


@backup_commands.command()
@click.argument(
    "folders",
    metavar="DIR...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
)
@click.option(
    "--keep", type=click.IntRange(1), help="Of the backups in each DIR, keep only so many newest."
)
def make(folders: tuple[Path, ...], keep: int | None) -> None:
    """Write the whole school into a new file in each DIR; the portal may be in use."""
    portal = current_portal()
    if not portal.config.secret_key:
        raise click.ClickException("PORTAL_SECRET_KEY is not set: a backup is sealed with it")
    path = folders[0] / f"{NAME}{portal.clock():%Y%m%dT%H%M%SZ}.zip"
    try:
        manifest = make_backup(
            path,
            database=portal.database,
            files=portal.files,
            keys=portal.keys,
            clock=portal.clock,
            school=_school_name(portal),
        )
        copies = [path, *(_copied(path, folder) for folder in folders[1:])]
    except (BackupRefused, OSError) as error:
        _stop(error)
    sha256 = _sha256(path)
    perform_as_operator(
        record_backup_made, RecordBackup(name=path.name, sha256=sha256, copies=len(copies))
    )
    for copy in copies:
        click.echo(copy)
    click.echo(f"{_content(manifest)}, SHA-256 {sha256}")
    if keep is not None:
        for folder in folders:
            _thin_out(folder, keep)
    if manifest.lost:
        raise click.ClickException(
            "the backup was made, but these files are named by the database and are not in the "
            f"folder, or not as they were stored: {', '.join(manifest.lost)}"
        )


@backup_commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Read FILE to its end: exit with 1 when any part is not as it was written."""
    portal = current_portal()
    try:
        manifest = read_backup(file, portal.keys if portal.config.secret_key else None)
    except (BackupRefused, OSError) as error:
        _stop(error)
    click.echo(f"{_named(manifest)}, {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"{_content(manifest)}, revision {manifest.revision}, SHA-256 {_sha256(file)}")
    if not portal.config.secret_key:
        click.echo("The seal was not looked at: PORTAL_SECRET_KEY is not set.", err=True)


@backup_commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--other-key", is_flag=True, help="Though PORTAL_SECRET_KEY is not what it was.")
def restore(file: Path, *, other_key: bool) -> None:
    """Put the school that FILE holds into an empty database, of either kind."""
    portal = current_portal()
    try:
        manifest = read_backup(file, None if other_key else portal.keys)
        _restore(portal, file, manifest)
    except (BackupRefused, OSError) as error:
        _stop(error)
    click.echo(f"{_named(manifest)}, as it was on {manifest.made_at:%Y-%m-%d at %H:%M} UTC.")
    click.echo(_content(manifest))


def _restore(portal: Portal, file: Path, manifest: Manifest) -> None:
    """Bytes first, as everywhere: a row without its bytes cannot exist."""
    portal.config.data_dir.mkdir(parents=True, exist_ok=True)
    with portal.database.engine.connect() as connection:
        require_unused(connection, manifest)
    url = portal.config.database_url
    migrations.upgrade(url, manifest.revision)
    restore_files(file, portal.files)
    perform_as_operator(load_rows, LoadRows(path=file, manifest=manifest))
    migrations.upgrade(url)
    made_at = manifest.made_at.isoformat()
    perform_as_operator(record_backup_restored, RecordRestored(name=file.name, made_at=made_at))


def _school_name(portal: Portal) -> str:
    with portal.database.reading() as session:
        return settings_on(session, local_date(portal.clock(), portal.zone)).short_name


def _copied(path: Path, folder: Path) -> Path:
    """The same bytes on another medium, read back once they are there (POL-5.5, REC-2.5)."""
    copy = folder / path.name
    with path.open("rb") as source, whole_file(copy) as target:
        shutil.copyfileobj(source, target)
    if _sha256(copy) != _sha256(path):
        raise OSError(f"{copy} is not what was written to it")
    return copy


def _thin_out(folder: Path, keep: int) -> None:
    for old in sorted(folder.glob(f"{NAME}*.zip"))[:-keep]:
        old.unlink()
        click.echo(f"removed {old}")


def _named(manifest: Manifest) -> str:
    return manifest.school or "a school that has no name yet"


def _content(manifest: Manifest) -> str:
    files = sum(name.startswith("files/") for name in manifest.parts)
    return f"{sum(manifest.rows.values())} rows, {files} files"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stop(error: BackupRefused | OSError) -> NoReturn:
    if isinstance(error, BackupRefused):
        raise click.ClickException(WORDS[error.code].format(**error.facts)) from error
    raise click.ClickException(str(error)) from error
