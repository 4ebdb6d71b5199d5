"""A backup: made in use, whole or refused, restored into either database."""

import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from journal_core import migrations
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.backup.rows import lines_of
from journal_core.database import Database
from journal_core.files.models import StoredFile
from journal_core.tables import metadata
from portal import create_app
from portal.state import Portal
from tests.clock import FrozenClock
from tests.configuration import config_for
from tests.databases import ENGINES
from tests.portal.story import Browser, date_parts, move, opened_case, seed, signed_in

AGE_DAYS = 12 * 366 + 30

#: What a restore adds to the record, and what a backup does not hold of itself.
OWN_ACTS = [AuditAction.BACKUP_MADE, AuditAction.BACKUP_RESTORED]


@pytest.fixture(params=ENGINES)
def other(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> Iterator[Flask]:
    """Another installation with the same key, over a database without any table."""
    folder = tmp_path / "other"
    folder.mkdir()
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{folder}/school.sqlite3"
        else:
            postgres = request.getfixturevalue("postgres")
            url = stack.enter_context(postgres.fresh(migrated=False))
        app = create_app(config_for(url, folder), clock=clock)
        stack.callback(app.extensions["portal"].database.close)
        yield app


@pytest.fixture
def empty_app(tmp_path: Path, clock: FrozenClock) -> Iterator[Flask]:
    """The same for a test that the kind of database cannot change."""
    folder = tmp_path / "empty"
    folder.mkdir()
    app = create_app(config_for(f"sqlite:///{folder}/school.sqlite3", folder), clock=clock)
    yield app
    app.extensions["portal"].database.close()


@pytest.fixture
def media(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders that stand for two media."""
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
    return folders


def _run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["backup", *map(str, arguments)])


def _made(app: Flask, *folders: Path) -> Path:
    result = _run(app, "make", *folders)
    assert result.exit_code == 0, result.output
    return Path(result.output.splitlines()[0])


def _database(app: Flask) -> Database:
    portal: Portal = app.extensions["portal"]
    return portal.database


def _tables(app: Flask) -> dict[str, list[bytes]]:
    """Every row of every table, as a backup writes it."""
    with _database(app).snapshot() as connection:
        tables = {table.name: list(lines_of(connection, table)) for table in metadata.sorted_tables}
    tables["audit_entry"] = [
        line
        for line in tables["audit_entry"]
        if not any(act.value.encode() in line for act in OWN_ACTS)
    ]
    return tables


def _with_manifest(made: Path, old: str, new: str) -> Path:
    """The backup with words of its manifest changed."""
    changed = made.with_name("changed.zip")
    with ZipFile(made) as source, ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "manifest.json":
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return changed


def _scan() -> bytes:
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page()
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _signed_refusal(app: Flask, clock: FrozenClock) -> tuple[str, str, str]:
    """A refused request with a page uploaded; returns number, key and the case's path."""
    seed(app)
    parent = Browser(app)
    parent.open("/request/")
    parent.send("/request/")
    parent.send(
        "/request/you",
        applicant_last_name="Чужая",
        applicant_first_name="Мария",
        applicant_patronymic="Петровна",
    )
    parent.send("/request/contacts", address="ул. Мира, 1", phone="+7 912 345-67-89")
    parent.send(
        "/request/child",
        child_last_name="Неизвестная",
        child_first_name="Анна",
        child_patronymic="Сергеевна",
        child_class="6А",
        **date_parts("child_birth_date", clock().date() - timedelta(days=AGE_DAYS)),
    )
    parent.send("/request/capacity", capacity="parent")
    parent.send("/request/papers", identity=(BytesIO(_scan()), "паспорт.pdf"))
    parent.send("/request/delivery", result_delivery="in_person", refusal_delivery="in_person")
    parent.send("/request/check", declaration="yes")
    number, key = parent.found(r"(\d\d-\d{5})"), parent.found(r'track-key">([^<]+)')
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", grounds=["not_a_pupil"], all_answered="yes")
    move(signed_in(app, "head"), f"{case}/sign")
    return number, key, case


@pytest.mark.clause("POL-3.3.7")
@pytest.mark.clause("INS-3.1.2")
def test_restored_portal_serves_the_same_case_and_the_same_signed_bytes(
    app: Flask, other: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    """And goes on: new rows get new numbers."""
    number, key, case = _signed_refusal(app, clock)
    signed = signed_in(app, "head").open(f"{case}/decision.pdf").data
    assert signed.startswith(b"%PDF")
    result = _run(other, "restore", _made(app, media[0]))
    assert result.exit_code == 0, result.output
    assert _tables(other) == _tables(app)
    with _database(other).reading() as session:
        newest = sa.select(AuditEntry).order_by(AuditEntry.id.desc())
        assert session.scalars(newest).first().action is AuditAction.BACKUP_RESTORED

    head = signed_in(other, "head")
    assert head.open(f"{case}/decision.pdf").data == signed
    assert number in head.open(case).text
    applicant = Browser(other)
    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    assert "Отказано" in applicant.text


def test_snapshot_does_not_see_what_is_written_meanwhile(database: Database) -> None:
    entry = {
        "at": sa.func.current_timestamp(),
        "action": AuditAction.TASK_CLOSED,
        "actor_label": "",
        "details": {},
    }
    count = sa.select(sa.func.count()).select_from(AuditEntry)
    with database.snapshot() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0
        with database.engine.execution_options(write=True).begin() as writing:
            writing.execute(sa.insert(AuditEntry).values(entry))
        assert connection.scalar(count) == 0
    with database.snapshot() as connection:
        assert connection.scalar(count) == 1


@pytest.mark.clause("POL-5.5")
@pytest.mark.clause("INS-3.1.9")
def test_backup_is_made_on_two_media_alike(
    sqlite_app: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    seed(sqlite_app)
    made = _made(sqlite_app, *media)
    copies = [folder / made.name for folder in media]
    assert copies[0].read_bytes() == copies[1].read_bytes()
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o600}
    assert [path.name for folder in media for path in folder.iterdir()] == [made.name] * 2


def test_no_secret_and_no_key_is_in_a_backup(
    sqlite_app: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    _number, key, _case = _signed_refusal(sqlite_app, clock)
    with ZipFile(_made(sqlite_app, media[0])) as archive:
        content = b"".join(map(archive.read, archive.namelist()))
    for secret in (sqlite_app.config["SECRET_KEY"], key, key.replace("-", "")):
        assert secret.encode() not in content


@pytest.mark.clause("REC-2.5")
def test_damaged_part_is_named_and_nothing_is_restored(
    sqlite_app: Flask, empty_app: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    _signed_refusal(sqlite_app, clock)
    made = _made(sqlite_app, media[0])
    whole = made.read_bytes()
    for part in ("tables/audit_entry.jsonl", "files/", "manifest.json"):
        with ZipFile(made) as archive:
            entry = next(item for item in archive.infolist() if item.filename.startswith(part))
        content = bytearray(whole)
        begins = entry.header_offset + len(entry.FileHeader(zip64=True))
        content[begins + entry.compress_size // 2] ^= 0xFF
        made.write_bytes(content)
        for command in ("check", "restore"):
            result = _run(empty_app, command, made)
            assert (result.exit_code, entry.filename in result.output) == (1, True), result.output
        made.write_bytes(whole)
    assert not sa.inspect(_database(empty_app).engine).get_table_names()


@pytest.mark.clause("REC-2.5")
@pytest.mark.parametrize("change", ["left out", "put in", "replaced"])
def test_part_changed_with_care_is_named(
    sqlite_app: Flask, clock: FrozenClock, media: tuple[Path, Path], change: str
) -> None:
    seed(sqlite_app)
    made = _made(sqlite_app, media[0])
    forged = media[0] / "forged.zip"
    victim = "tables/setting_value.jsonl"
    with ZipFile(made) as source, ZipFile(forged, "w") as target:
        for name in source.namelist():
            if name != victim or change == "put in":
                target.writestr(name, source.read(name))
            elif change == "replaced":
                target.writestr(name, source.read(name).replace(b'"id": 1', b'"id": 9'))
        if change == "put in":
            victim = "files/more"
            target.writestr(victim, b"more")
    result = _run(sqlite_app, "check", forged)
    assert (result.exit_code, victim in result.output) == (1, True), result.output


@pytest.mark.clause("REC-2.5")
def test_manifest_written_anew_without_the_key_is_refused(
    sqlite_app: Flask, empty_app: Flask, media: tuple[Path, Path]
) -> None:
    seed(sqlite_app)
    forged = _with_manifest(_made(sqlite_app, media[0]), '"school": "', '"school": "No ')
    for command in ("check", "restore"):
        result = _run(empty_app, command, forged)
        assert (result.exit_code, "PORTAL_SECRET_KEY" in result.output) == (1, True)
    assert _run(empty_app, "restore", forged, "--other-key").exit_code == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a ZIP at all"])
def test_file_that_is_no_backup_is_refused(
    empty_app: Flask, media: tuple[Path, Path], content: bytes
) -> None:
    path = media[0] / "portal-backup.zip"
    path.write_bytes(content)
    result = _run(empty_app, "restore", path)
    assert (result.exit_code, "not a backup" in result.output) == (1, True)


def test_file_cut_short_is_refused(
    sqlite_app: Flask, empty_app: Flask, media: tuple[Path, Path]
) -> None:
    seed(sqlite_app)
    made = _made(sqlite_app, media[0])
    made.write_bytes(made.read_bytes()[:-100])
    result = _run(empty_app, "restore", made)
    assert (result.exit_code, "cut short" in result.output) == (1, True)


def test_database_in_use_is_never_restored_into(
    app: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    seed(app)
    made = _made(app, media[0])
    before = _tables(app)
    result = _run(app, "restore", made)
    assert (result.exit_code, "in use" in result.output) == (1, True)
    assert _tables(app) == before


def test_backup_of_a_newer_program_is_refused(
    sqlite_app: Flask, empty_app: Flask, media: tuple[Path, Path]
) -> None:
    seed(sqlite_app)
    newer = _with_manifest(_made(sqlite_app, media[0]), f'"{migrations.head()}"', '"9999"')
    result = _run(empty_app, "restore", newer, "--other-key")
    assert (result.exit_code, "which this program does not know" in result.output) == (1, True)


def test_restore_that_was_cut_off_is_begun_again(
    sqlite_app: Flask, other: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    """Tables and files are there, rows are not: they come in one transaction at the end."""
    _signed_refusal(sqlite_app, clock)
    made = _made(sqlite_app, media[0])
    migrations.upgrade(_database(other).url.render_as_string(hide_password=False))
    shutil.copytree(
        sqlite_app.extensions["portal"].files.root, other.extensions["portal"].files.root
    )
    result = _run(other, "restore", made)
    assert result.exit_code == 0, result.output
    assert _tables(other) == _tables(sqlite_app)


def test_file_that_is_gone_is_told_and_the_rest_is_backed_up(
    sqlite_app: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    _signed_refusal(sqlite_app, clock)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        gone = session.scalars(sa.select(StoredFile.id)).first()
    assert gone is not None
    portal.files.remove(gone)
    result = _run(sqlite_app, "make", media[0])
    assert (result.exit_code, str(gone) in result.output) == (1, True)
    assert _run(sqlite_app, "check", Path(result.output.splitlines()[0])).exit_code == 0


def test_database_of_another_revision_is_not_backed_up_and_leaves_no_file(
    sqlite_app: Flask, media: tuple[Path, Path]
) -> None:
    migrations.downgrade(_database(sqlite_app).url.render_as_string(hide_password=False))
    result = _run(sqlite_app, "make", media[0])
    assert (result.exit_code, "db upgrade" in result.output) == (1, True)
    assert list(media[0].iterdir()) == []


def test_only_the_newest_are_kept_when_asked(
    sqlite_app: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    made = []
    for _day in range(3):
        result = _run(sqlite_app, "make", "--keep", 2, media[0])
        made.append(Path(result.output.splitlines()[0]))
        clock.advance(days=1)
    assert sorted(media[0].iterdir()) == made[1:]


@pytest.mark.clause("POL-3.4.8")
def test_administrator_sees_how_old_the_last_backup_is(
    sqlite_app: Flask, clock: FrozenClock, media: tuple[Path, Path]
) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/school/state")
    assert "Резервной копии ещё нет" in curator.text
    _made(sqlite_app, media[0])
    clock.advance(hours=5)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/school/state")
    assert "5 ч. назад" in curator.text
    assert "нужно внимание" not in curator.text
    clock.advance(hours=50)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/school/state")
    assert "нужно внимание" in curator.text
