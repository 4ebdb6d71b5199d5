"""The virus scanner sees a file before the office does, and the applicant waits for neither."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

import portal
from journal_core.files.models import FileScan
from journal_core.files.terms import ScanState
from journal_core.notifications.models import OfficeTask
from journal_core.notifications.terms import TaskKind
from portal.clamd import Clamd, ScanFailed
from portal.config import Config, ConfigError
from portal.scanning import scan_waiting
from portal.state import Portal
from tests.clamd import VIRUS, Scanner, scanning
from tests.clock import FrozenClock
from tests.hostile import pdf
from tests.portal.applying import at_the_papers, files
from tests.portal.story import Browser, opened_case, signed_in

#: A PDF is kept as it came, and so is what lies behind its end.
INFECTED = pdf() + VIRUS
PAPER = r'href="(/office/requests/[0-9a-f-]+/papers/[0-9a-f-]+)"'


@pytest.fixture
def clamd() -> Iterator[Scanner]:
    with scanning() as scanner:
        yield scanner


@pytest.fixture
def scanned_app(config: Config, clock: FrozenClock, clamd: Scanner) -> Iterator[Flask]:
    """The portal of a school that has a clamd."""
    app = portal.create_app(replace(config, clamd_url=clamd.url), clock=clock)
    with closing(app.extensions["portal"].database):
        yield app


def _sent(app: Flask, clock: FrozenClock, content: bytes) -> Browser:
    applicant = at_the_papers(app, clock)
    applicant.send("/request/papers", **files(identity=(content, "паспорт.pdf")))
    return applicant


def _submitted(applicant: Browser) -> str:
    applicant.send("/request/delivery", result_delivery="in_person", refusal_delivery="in_person")
    applicant.send("/request/check", declaration="yes")
    return applicant.found(r"(\d\d-\d{5})")


def _case(app: Flask, number: str) -> Browser:
    secretary = signed_in(app, "secretary")
    opened_case(secretary, number)
    return secretary


def _scan(app: Flask, most: int = 20) -> int:
    with app.app_context():
        return scan_waiting(most)


def _states(app: Flask) -> list[ScanState]:
    kept: Portal = app.extensions["portal"]
    with kept.database.reading() as session:
        return list(session.scalars(select(FileScan.state)))


@pytest.mark.clause("SVC-2.6")
def test_clean_file_opens_after_the_scan_and_not_before(
    scanned_app: Flask, clock: FrozenClock, clamd: Scanner
) -> None:
    sent = pdf()
    number = _submitted(_sent(scanned_app, clock, sent))
    secretary = _case(scanned_app, number)
    assert "паспорт.pdf" in secretary.text
    assert "Не открывается, пока не проверен на вирусы" in secretary.text
    case = secretary.found(r"(/office/requests/[0-9a-f-]+)/")
    assert f"{case}/papers/" not in secretary.text

    assert _scan(scanned_app) == 1
    assert clamd.scanned == [sent]
    assert _scan(scanned_app) == 0, "a scanned file is not scanned again"
    secretary.open(case)
    assert "Не открывается" not in secretary.text
    assert secretary.client.get(secretary.found(PAPER)).data == sent


def test_file_that_waits_is_closed_at_its_own_address_too(
    scanned_app: Flask, clock: FrozenClock
) -> None:
    number = _submitted(_sent(scanned_app, clock, pdf()))
    _scan(scanned_app)
    secretary = _case(scanned_app, number)
    path = secretary.found(PAPER)
    case = path.partition("/papers/")[0]
    token = {"csrf_token": secretary.found(r'name="csrf_token"[^>]*value="([^"]+)"')}
    kept: Portal = scanned_app.extensions["portal"]
    for state in (ScanState.WAITING, ScanState.INFECTED):
        with kept.database.writing() as session:
            session.scalars(select(FileScan)).one().state = state
            session.commit()
        assert secretary.client.get(path).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        with secretary.client.post(f"{case}/case.zip", data=token) as response:
            names = ZipFile(BytesIO(response.data)).namelist()
        assert not [name for name in names if "papers/" in name]


@pytest.mark.clause("SVC-2.6")
def test_infected_file_is_deleted_and_the_office_asks_for_the_paper(
    scanned_app: Flask, clock: FrozenClock
) -> None:
    number = _submitted(_sent(scanned_app, clock, INFECTED))
    assert _scan(scanned_app) == 1
    secretary = _case(scanned_app, number)
    assert "Найден вирус Test-Virus, файл удалён" in secretary.text
    secretary.open("/office/tasks")
    assert "попросить принести документ: Документ, удостоверяющий личность" in secretary.text
    kept: Portal = scanned_app.extensions["portal"]
    with kept.database.reading() as session:
        file_id = session.scalars(select(FileScan.file_id)).one()
    with pytest.raises(FileNotFoundError):
        kept.files.get(file_id)


def test_infected_file_of_a_draft_is_said_on_the_page_and_to_the_office_when_it_comes(
    scanned_app: Flask, clock: FrozenClock
) -> None:
    applicant = _sent(scanned_app, clock, INFECTED)
    _scan(scanned_app)
    applicant.open("/request/papers")
    assert "В файле найден вирус, файл удалён" in applicant.text
    assert _tasks(scanned_app) == [], "nobody is asked about a request that may never come"
    _submitted(applicant)
    assert _tasks(scanned_app) == ["identity"]


def _tasks(app: Flask) -> list[str]:
    kept: Portal = app.extensions["portal"]
    with kept.database.reading() as session:
        infected = OfficeTask.kind == TaskKind.FILE_INFECTED
        return list(session.scalars(select(OfficeTask.topic).where(infected)))


def test_infected_file_can_be_taken_out_of_the_draft(
    scanned_app: Flask, clock: FrozenClock
) -> None:
    applicant = _sent(scanned_app, clock, INFECTED)
    _scan(scanned_app)
    applicant.open("/request/papers")
    applicant.send(applicant.found(r'action="(/request/papers/[0-9a-f-]+/remove)"'))
    assert "паспорт.pdf" not in applicant.text
    assert _states(scanned_app) == []


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "what?"])
def test_scanner_without_a_verdict_is_asked_again(
    scanned_app: Flask, clock: FrozenClock, clamd: Scanner, answer: str
) -> None:
    number = _submitted(_sent(scanned_app, clock, pdf()))
    clamd.answer = answer
    assert _scan(scanned_app) == 0
    assert _scan(scanned_app) == 0
    assert len(clamd.scanned) == 1, "a file was tried again before its time"
    assert "попыток 1, следующая" in _case(scanned_app, number).text
    clamd.answer = ""
    clock.advance(minutes=1)
    assert _scan(scanned_app) == 1
    assert _states(scanned_app) == [ScanState.CLEAN]


def test_scanner_that_is_away_blocks_no_applicant(config: Config, clock: FrozenClock) -> None:
    with scanning() as scanner:
        pass
    app = portal.create_app(replace(config, clamd_url=scanner.url), clock=clock)
    with closing(app.extensions["portal"].database):
        number = _submitted(_sent(app, clock, pdf()))
        for _attempt in range(10):
            assert _scan(app) == 0
            clock.advance(minutes=15)
        assert "не удалось проверить на вирусы" in _case(app, number).text
        assert _states(app) == [ScanState.WAITING], "it is never given up"


def test_old_draft_is_erased_with_its_scans(scanned_app: Flask, clock: FrozenClock) -> None:
    _sent(scanned_app, clock, pdf())
    clock.advance(days=31)
    done = scanned_app.test_cli_runner().invoke(args=["nightly", "run"])
    assert "drafts erased: 1" in done.output
    assert _states(scanned_app) == []


def test_nothing_waits_where_there_is_no_scanner(sqlite_app: Flask, clock: FrozenClock) -> None:
    number = _submitted(_sent(sqlite_app, clock, INFECTED))
    assert _scan(sqlite_app) == 0
    assert _states(sqlite_app) == []
    secretary = _case(sqlite_app, number)
    assert secretary.client.get(secretary.found(PAPER)).status_code == HTTPStatus.OK


def test_command_scans_what_waits(scanned_app: Flask, clock: FrozenClock) -> None:
    _sent(scanned_app, clock, pdf())
    done = scanned_app.test_cli_runner().invoke(args=["files", "scan"])
    assert "files scanned: 1" in done.output
    assert _states(scanned_app) == [ScanState.CLEAN]


def test_command_says_what_to_set(sqlite_app: Flask) -> None:
    done = sqlite_app.test_cli_runner().invoke(args=["files", "scan"])
    assert done.exit_code == 1
    assert "PORTAL_CLAMD_URL" in done.output


def test_scanner_is_found_at_a_unix_socket(tmp_path: Path) -> None:
    with scanning(tmp_path / "clamd") as scanner:
        assert Clamd(scanner.url).virus_in(b"clean") is None
        assert Clamd(scanner.url).virus_in(VIRUS) == "Test-Virus"
    with pytest.raises(ScanFailed):
        Clamd(scanner.url).virus_in(b"clean")


@pytest.mark.parametrize(
    "url", ["127.0.0.1:3310", "http://host:1", "tcp://host", "tcp://host:x", "unix:"]
)
def test_address_of_a_scanner_that_cannot_be_is_refused(tmp_path: Path, url: str) -> None:
    environment = {"PORTAL_MODE": "demo", "PORTAL_DATA_DIR": str(tmp_path)}
    assert Config.from_environment(environment).clamd_url is None
    with pytest.raises(ConfigError, match="PORTAL_CLAMD_URL"):
        Config.from_environment({**environment, "PORTAL_CLAMD_URL": url})
