"""The server and the worker die in the middle of their work: nothing lost, nothing by halves."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.notifications.models import OutboxLetter
from journal_core.notifications.terms import LetterState
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import RequestState
from portal.mail import MailServer
from portal.outbox import send_due
from portal.state import Portal
from tests.architecture.sources import ROOT
from tests.clock import FrozenClock
from tests.configuration import SECRET
from tests.inbox import Inbox
from tests.portal.story import PASSWORD, move, opened_case, seed, submit

SEED = 20261123
CLIENTS = 4
WAIT_SECONDS = 60
PAUSE_SECONDS = 0.02
#: Longer than a worker that died holds its letters.
LATER = timedelta(minutes=10)
LETTERS = "абвгдежзик"
#: What a client sees of a server that died.
CUT_OFF = (OSError, HTTPException)


@dataclass
class Answer:
    status_code: int


class Remote:
    """A browser over a real connection; it walks the steps as `story.Browser` does."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.text = ""

    def open(self, path: str, data: bytes | None = None) -> Answer:
        try:
            with self._opener.open(self._address + path, data, timeout=30) as response:
                self.text = response.read().decode(errors="replace")
                return Answer(response.status)
        except HTTPError as error:
            with error:
                self.text = error.read().decode(errors="replace")
                return Answer(error.code)

    def send(self, path: str, **answers: object) -> Answer:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)
        data = {"csrf_token": token.group(1) if token else "", **answers}
        return self.open(path, urlencode(data, doseq=True).encode())

    def found(self, pattern: str) -> str:
        match = re.search(pattern, self.text)
        assert match is not None, f"{pattern} is not on the page"
        return match.group(1)


class Process:
    """A part of the portal in a group of processes of its own, which is killed as a whole."""

    def __init__(self, environment: dict[str, str], log: Path, *arguments: str) -> None:
        with log.open("ab") as file:
            self._started = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self._started.returncode is None:
            os.killpg(self._started.pid, signal.SIGKILL)
            self._started.wait()


@dataclass
class Applicant:
    """Somebody who submits, and what the portal told."""

    last_name: str
    browser: Remote
    number: str = ""
    key: str = ""
    registered: bool = False

    @property
    def email(self) -> str:
        return f"{self.last_name.encode().hex()}@example.com"


@dataclass
class Installation:
    """The portal as it runs at a school: pages, letters, one database."""

    environment: dict[str, str]
    log: Path
    address: str
    applicants: list[Applicant] = field(default_factory=list)
    turns: Iterator[int] = field(default_factory=lambda: count(1000))

    def start_web(self) -> None:
        # What `web run` starts, without a parent that has read the whole program first.
        served = ("granian", "--interface", "wsgi", "--port", self.environment["PORT"], "wsgi:app")
        self.web = Process(self.environment, self.log, *served, "--blocking-threads", "8")
        _until(lambda: _is_ready(self.address), self)

    def start_outbox(self) -> None:
        worker = ("flask", "--app", "wsgi", "outbox", "run")
        self.outbox = Process(self.environment, self.log, *worker)

    def kill(self) -> None:
        self.web.kill()
        self.outbox.kill()

    @property
    def acknowledged(self) -> list[Applicant]:
        return [applicant for applicant in list(self.applicants) if applicant.number]


@pytest.fixture
def installation(app: Flask, tmp_path: Path, inbox: Inbox) -> Iterator[Installation]:
    """Run as the demo is, so that an invented school may be in it."""
    seed(app)
    portal: Portal = app.extensions["portal"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PORTAL_MODE": "demo",
        "PORTAL_DATABASE_URL": portal.config.database_url,
        "PORTAL_DATA_DIR": str(portal.config.data_dir),
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_SMTP_URL": inbox.url,
        "PORT": str(port),
    }
    installation = Installation(environment, tmp_path / "log", f"http://127.0.0.1:{port}")
    yield installation
    installation.kill()


@pytest.mark.clause("SVC-2.11")
@pytest.mark.clause("SVC-2.19")
def test_killed_portal_keeps_every_receipt_and_sends_every_letter(
    app: Flask, installation: Installation, inbox: Inbox, clock: FrozenClock
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same chance each time
    _work_until_killed(installation, inbox, chance)
    installation.start_web()
    for applicant in installation.applicants:
        _go_on(applicant)
    _sees_own_case(installation.address, chance.choice(installation.applicants))
    installation.kill()

    clock.set(datetime.now(UTC) + LATER)
    with app.app_context():
        send_due(MailServer(inbox.url))
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        assert _half_states(session) == {}
        assert _amiss(session, installation.applicants) == []
        written = set(session.scalars(sa.select(OutboxLetter.message_id)))
    told = Counter(str(letter["Message-ID"]) for letter in inbox.letters)
    assert set(told) == written, "each letter arrived, and none under another id"
    assert max(told.values()) > 1, "the letter that was taken while the worker died came again"


def _work_until_killed(installation: Installation, inbox: Inbox, chance: random.Random) -> None:
    """Submit from several browsers; kill the server among them, and the worker among letters."""
    installation.start_outbox()
    installation.start_web()
    died = Event()
    letters = chance.randint(2, 6)
    receipts = chance.randint(10, 20)
    pause = chance.uniform(0, 0.05)

    def kill_worker(_letter: object) -> None:
        if len(inbox.letters) == letters:
            installation.outbox.kill()
            died.set()

    inbox.on_letter = kill_worker
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        at_work = [pool.submit(_keep_submitting, installation) for _client in range(CLIENTS)]
        at_work.append(pool.submit(_keep_registering, installation))
        _until(lambda: len(installation.acknowledged) >= receipts, installation)
        time.sleep(pause)
        installation.web.kill()
        for worker in at_work:
            worker.result()
    assert died.wait(WAIT_SECONDS), "the worker sent no letter"


def _keep_submitting(installation: Installation) -> None:
    while True:
        name = "Клиент" + "".join(LETTERS[int(digit)] for digit in str(next(installation.turns)))
        applicant = Applicant(name, Remote(installation.address))
        installation.applicants.append(applicant)
        try:
            _submit(applicant)
        except CUT_OFF:
            return


def _keep_registering(installation: Installation) -> None:
    """The secretary takes in what has come, for as long as the calendar of today is known."""
    secretary = Remote(installation.address)
    try:
        secretary.open("/login")
        secretary.send("/login", username="secretary", password=PASSWORD)
        while True:
            for applicant in installation.acknowledged:
                if not applicant.registered:
                    case = opened_case(secretary, applicant.number)
                    answer = move(secretary, f"{case}/register")
                    applicant.registered = answer.status_code == HTTPStatus.OK
            time.sleep(PAUSE_SECONDS)
    except CUT_OFF:
        return


def _submit(applicant: Applicant) -> None:
    number, key = submit(
        applicant.browser,
        last_name=applicant.last_name,
        child="Неизвестная",
        born=date(2014, 5, 17),
        result_delivery="email",
        email=applicant.email,
    )
    applicant.key = key
    applicant.number = number


def _go_on(applicant: Applicant) -> None:
    """Who heard nothing looks whether the request was taken, as the page of a failure advises."""
    if applicant.number:
        return
    browser = applicant.browser
    browser.open("/request/check")
    if 'name="declaration"' in browser.text:
        browser.send("/request/check", declaration="yes")
    if "track-key" not in browser.text:
        _submit(applicant)
        return
    applicant.number = browser.found(r"(\d\d-\d{5})")
    applicant.key = browser.found(r'track-key">([^<]+)')


def _sees_own_case(address: str, applicant: Applicant) -> None:
    """The receipt is there again, and its key opens the request from another browser."""
    applicant.browser.open("/request/receipt")
    assert applicant.number in applicant.browser.text
    assert applicant.browser.open("/request/receipt.pdf").status_code == HTTPStatus.OK
    elsewhere = Remote(address)
    elsewhere.open("/track")
    elsewhere.send("/track", track_number=applicant.number, track_key=applicant.key)
    assert applicant.number in elsewhere.text


def _amiss(session: Session, applicants: list[Applicant]) -> list[str]:
    """Receipts that do not stand for exactly one request with its letter and its record."""
    amiss = []
    for applicant in applicants:
        rows = session.scalars(
            sa.select(ServiceRequest).where(
                ServiceRequest.applicant_last_name == applicant.last_name,
                ServiceRequest.state != RequestState.DRAFT,
            )
        ).all()
        targets = (
            ["submitted", "received"] if rows and rows[0].registration_number else ["submitted"]
        )
        kinds = ["submitted", "registered"][: len(targets)]
        is_kept = (
            [row.request_number for row in rows] == [applicant.number]
            and len(targets) >= 1 + applicant.registered
            and _moves(session, rows[0].id) == targets
            and _letters(session, rows[0].id) == kinds
        )
        if not is_kept:
            amiss.append(f"{applicant.number} of {applicant.last_name}: {len(rows)} requests")
    return amiss


def _moves(session: Session, request_id: UUID) -> list[str]:
    entries = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.subject_id == request_id, AuditEntry.action == AuditAction.REQUEST_MOVED)
        .order_by(AuditEntry.id)
    )
    return [entry.details["target"] for entry in entries]


def _letters(session: Session, request_id: UUID) -> list[str]:
    return list(
        session.scalars(
            sa.select(OutboxLetter.kind)
            .where(OutboxLetter.request_id == request_id, OutboxLetter.state == LetterState.SENT)
            .order_by(OutboxLetter.created_at)
        )
    )


def _half_states(session: Session) -> dict[str, int]:
    """What spans rows, and what the tables' own checks forbid: each must have no rows."""
    row, letter, entry = ServiceRequest, OutboxLetter, AuditEntry
    is_draft = row.state == RequestState.DRAFT
    numbered = sa.select(row.request_number).group_by(row.request_number)
    sweepers = {
        "draft with a number": sa.select(row.id).where(is_draft, row.request_number.is_not(None)),
        "submitted without number": sa.select(row.id).where(
            ~is_draft, row.request_number.is_(None)
        ),
        "number given twice": numbered.where(~is_draft).having(sa.func.count() > 1),
        "submitted without record": sa.select(row.id).where(
            ~is_draft, ~sa.exists().where(entry.subject_id == row.id)
        ),
        "submitted without letter": sa.select(row.id).where(
            ~is_draft, ~sa.exists().where(letter.request_id == row.id)
        ),
        "letter about no request": sa.select(letter.id).where(
            ~sa.exists().where(letter.request_id == row.id, ~is_draft)
        ),
        "registered without term": sa.select(row.id).where(
            row.registration_number.is_not(None),
            sa.or_(row.due_on.is_(None), row.term_derivation.is_(None)),
        ),
        "letter neither sent nor waiting": sa.select(letter.id).where(
            letter.state != LetterState.SENT
        ),
        "registration number left out": sa.select(sa.func.max(row.registration_number)).having(
            sa.func.max(row.registration_number) != sa.func.count(row.registration_number)
        ),
    }
    found = {name: len(session.execute(query).all()) for name, query in sweepers.items()}
    return {name: number for name, number in found.items() if number}


def _until(condition: Callable[[], bool], installation: Installation) -> None:
    """Wait until it holds; the processes' own words tell why it never did."""
    ends = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < ends, installation.log.read_text()[-3000:]
        time.sleep(PAUSE_SECONDS)


def _is_ready(address: str) -> bool:
    try:
        return Remote(address).open("/readyz").status_code == HTTPStatus.OK
    except CUT_OFF:
        return False
