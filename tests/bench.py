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
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

from documents.catalogue import KINDS
from documents.render import render_docx, render_pdf
from journal_core.requests.terms import Capacity, RefusalDelivery, ResultDelivery
from portal import create_app
from portal.config import DEFAULT_PORT, Config
from portal.perform import OPERATOR, perform_in
from workflows.draft import BeginDraft, SaveDraft, begin_draft, save_draft
from workflows.service_request import (
    SubmitRequest,
    submit_request,
)

UNITS = {"page": "page", "office": "page", "act": "request", "document": "document"}
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
OPEN_REQUESTS = 100
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
    with tempfile.TemporaryDirectory() as folder, _portal(Path(folder)) as port:
        for name, path in {"service": "/", "track": "/track", "login": "/login"}.items():
            _print(f"page.{name}", _times(_page(port, path)), hello)
        _print("act.submit", _times(_submitting(Path(folder)), OPEN_REQUESTS, warming=0), hello)
        cookie = _signed_in(port, "secretary")
        _print("office.today.100", _times(_page(port, "/office", cookie)), hello)
    for kind in KINDS.values():
        _print(f"document.{kind.name}.docx", _times(partial(render_docx, kind.example)), hello)
        _print(f"document.{kind.name}.pdf", _times(partial(render_pdf, kind.example)), hello)


def _print(name: str, times: list[float], hello: list[float]) -> None:
    median = statistics.median(times)
    figures = {
        "name": name,
        "median_ms": round(median, 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "ratio": round(median / statistics.median(hello), 1),
        "unit": UNITS[name.partition(".")[0]],
    }
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
    connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def ask() -> None:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise HTTPException(f"{path} answered {answer.status}")

    return ask


def _submitting(folder: Path) -> Callable[[], object]:
    """One more request in the school's database, from the empty draft to its number."""
    config = Config.from_environment(_demo(folder, port=DEFAULT_PORT))
    app = create_app(config)
    act = partial(perform_in, app.extensions["portal"], OPERATOR)

    def submit() -> None:
        request_id = act(begin_draft, BeginDraft(submission_key=uuid4()))
        act(save_draft, SaveDraft(request_id=request_id, answers=ANSWERS))
        act(submit_request, SubmitRequest(request_id=request_id))

    return submit


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


@contextmanager
def _hello(folder: Path) -> Iterator[int]:
    (folder / "hello.py").write_text(HELLO, "utf-8")
    port = _free_port()
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with _running([*command, "--no-ws", "hello:app"], port, "/", {"PYTHONPATH": str(folder)}):
        yield port


@contextmanager
def _portal(folder: Path) -> Iterator[int]:
    """The demo school, served as `make run` serves it, with data of its own."""
    port = _free_port()
    command = ["flask", "--app", "wsgi", "demo", "run"]
    with _running(command, port, "/healthz", _demo(folder, port)):
        yield port


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
) -> Iterator[None]:
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
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


def _answers(server: "subprocess.Popen[bytes]", port: int, path: str) -> bool:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError, HTTPException):
            _page(port, path)()
            return True
        time.sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
