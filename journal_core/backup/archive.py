"""The file of a backup: a ZIP of `manifest.json`, its seal, tables as lines, and stored files.

The manifest holds the hash of every other part; the seal is made of the manifest's hash and the
school's secret key, so that nobody without the key can put another record in place (REC-2.5).
"""

import hashlib
import hmac
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import sqlalchemy as sa

from journal_core import migrations
from journal_core.backup.rows import kinds_of, lines_of
from journal_core.backup.terms import BackupRefused, Manifest, Part
from journal_core.clock import Clock
from journal_core.database import Database
from journal_core.files.models import StoredFile
from journal_core.files.storage import FileStore
from journal_core.secrets import SecretKeys
from journal_core.tables import metadata

MANIFEST = "manifest.json"
SEAL = "manifest.seal"
_CHUNK = 1 << 20
_OWNER_ONLY = 0o600


def make_backup(
    path: Path,
    *,
    database: Database,
    files: FileStore,
    keys: SecretKeys,
    clock: Clock,
    school: str,
) -> Manifest:
    """Write the whole school, as it is at one moment, into a new file of this name (POL-3.3.7).

    The portal may be in use meanwhile. The name appears only when the file is whole, checked and
    on the disk. Raises BackupRefused when the tables are not those that this program knows, and
    FileExistsError for a name that is taken.
    """
    with whole_file(path) as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            manifest = _fill(archive, database, files, clock, school)
            _add(archive, MANIFEST, [manifest.to_json()])
            _add(archive, SEAL, [_seal_of(manifest.to_json(), keys).encode()])
        file.seek(0)
        _check(file)
    return manifest


def read_backup(path: Path, keys: SecretKeys | None) -> Manifest:
    """The manifest of a backup whose every part was read and is as it was written (REC-2.5).

    Without keys the seal is not looked at. Raises BackupRefused naming the damaged part, or
    "backup_other_key" for a whole file that another key sealed.
    """
    with path.open("rb") as file:
        content, seal = _check(file)
    if keys is not None and not hmac.compare_digest(seal, _seal_of(content, keys)):
        raise BackupRefused("backup_other_key")
    return Manifest.from_json(content)


def table_part(table: str) -> str:
    return f"tables/{table}.jsonl"


def restore_files(path: Path, files: FileStore) -> int:
    """Put the stored files into the folder, by their own ids. Returns how many.

    One that is there already is what an interrupted restore left: it is written anew.
    """
    restored = 0
    with ZipFile(path) as archive:
        for name in archive.namelist():
            folder, _, file_id = name.partition("/")
            if folder == "files":
                files.remove(UUID(file_id))
                files.put(UUID(file_id), archive.read(name))
                restored += 1
    return restored


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file for its owner alone that has its name only once it is complete and on the disk."""
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(
            os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY), "w+b"
        ) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _keep_names_of(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _keep_names_of(folder: Path) -> None:
    """A new name survives a power cut only when its folder was written out too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network folders do not know how; the file itself is written out by then.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(
    archive: ZipFile, database: Database, files: FileStore, clock: Clock, school: str
) -> Manifest:
    parts: dict[str, Part] = {}
    rows: dict[str, int] = {}
    with database.snapshot() as connection:
        revision = migrations.current(connection)
        if revision is None or revision != migrations.head():
            raise BackupRefused("backup_tables_old")
        stored = connection.execute(sa.select(StoredFile.id, StoredFile.sha256)).all()
        made_at = clock()
        for table in metadata.sorted_tables:
            lines = _Counted(lines_of(connection, table))
            parts[table_part(table.name)] = _add(archive, table_part(table.name), lines)
            rows[table.name] = lines.count
    lost = []
    for file_id, sha256 in stored:
        content = _read(files, file_id)
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            lost.append(str(file_id))
            continue
        name = f"files/{file_id}"
        parts[name] = _add(archive, name, [content], ZIP_STORED)
    return Manifest(
        made_at=made_at,
        school=school,
        revision=revision,
        tables={table.name: kinds_of(table) for table in metadata.sorted_tables},
        rows=rows,
        parts=parts,
        lost=tuple(lost),
    )


class _Counted:
    """Lines that are counted as they pass."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.count += 1
            yield line


def _read(files: FileStore, file_id: UUID) -> bytes | None:
    try:
        return files.get(file_id)
    except OSError:
        return None


def _add(
    archive: ZipFile, name: str, chunks: Iterable[bytes], compression: int = ZIP_DEFLATED
) -> Part:
    entry = ZipInfo(name)
    entry.compress_type = compression
    entry.external_attr = _OWNER_ONLY << 16
    digest = hashlib.sha256()
    size = 0
    with archive.open(entry, "w", force_zip64=True) as part:
        for chunk in chunks:
            part.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Part(size=size, sha256=digest.hexdigest())


def _check(file: IO[bytes]) -> tuple[bytes, str]:
    """The manifest and the seal of a file whose every part is as its manifest says."""
    try:
        archive = ZipFile(file)
    except (BadZipFile, OSError) as error:
        raise BackupRefused("backup_not_one") from error
    with archive:
        names = archive.namelist()
        if MANIFEST not in names or SEAL not in names:
            raise BackupRefused("backup_not_one")
        content = b"".join(_chunks(archive, MANIFEST))
        seal = b"".join(_chunks(archive, SEAL)).decode(errors="replace")
        parts = Manifest.from_json(content).parts
        for name in sorted({*names, *parts} - {MANIFEST, SEAL}):
            if (
                names.count(name) != 1
                or name not in parts
                or _part_of(archive, name) != parts[name]
            ):
                raise BackupRefused("backup_damaged", part=name)
    return content, seal


def _part_of(archive: ZipFile, name: str) -> Part:
    digest = hashlib.sha256()
    size = 0
    for chunk in _chunks(archive, name):
        digest.update(chunk)
        size += len(chunk)
    return Part(size=size, sha256=digest.hexdigest())


def _chunks(archive: ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        # RuntimeError and NotImplementedError: a damaged header that speaks of a password or of
        # another way to compress.
        raise BackupRefused("backup_damaged", part=name) from error


def _seal_of(manifest: bytes, keys: SecretKeys) -> str:
    return keys.digest("backup", hashlib.sha256(manifest).hexdigest(), 0).hex()
