"""Asking a running school and saying how long it took: what every bench has in common."""

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
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

ROUNDS = 100
WARMING = 10
SECONDS = 5
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


def say_memory(name: str, megabytes: float, unit: str) -> None:
    figures = dict.fromkeys(("median_ms", "p95_ms", "ratio"))
    say({"name": name, **figures, "unit": unit, "value": megabytes})


def print_times(name: str, times: list[float], hello: list[float], unit: str = "page") -> None:
    median = statistics.median(times)
    say(
        {
            "name": name,
            "median_ms": round(median, 2),
            "p95_ms": round(statistics.quantiles(times, n=20, method="inclusive")[-1], 2),
            "ratio": round(median / statistics.median(hello), 1),
            "unit": unit,
        }
    )


def say_rate(name: str, acts: list[Callable[[], object]]) -> None:
    """How many a second eight clients get done together."""
    end, done = time.monotonic() + SECONDS, [0] * len(acts)

    def go_on(number: int) -> None:
        while time.monotonic() < end:
            acts[number]()
            done[number] += 1

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = dict.fromkeys(("median_ms", "p95_ms", "ratio"))
    say({"name": f"{name}.rate", **figures, "unit": "a second", "value": sum(done) / SECONDS})


def say_weight(name: str, kilobytes: float) -> None:
    """What has to come through the wire, compressed."""
    figures = dict.fromkeys(("median_ms", "p95_ms", "ratio"))
    say(
        {"name": f"{name}.weight", **figures, "unit": "kB compressed", "value": round(kilobytes, 1)}
    )


def packed(content: bytes) -> float:
    """Kilobytes that the content takes when it is compressed."""
    return len(zlib.compress(content, 6)) / 1000


def say(figures: dict[str, object]) -> None:
    print(json.dumps(figures), flush=True)


def times_of(
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


def asking(port: int, path: str, cookie: str = "") -> Callable[[], object]:
    return partial(ask, HTTPConnection("127.0.0.1", port, timeout=30), path, cookie)


def ask(connection: HTTPConnection, path: str, cookie: str = "") -> None:
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise HTTPException(f"{path} answered {answer.status}")


def fetched(port: int, path: str, cookie: str = "") -> bytes:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        content = answer.read()
    if answer.status != 200:
        raise HTTPException(f"{path} answered {answer.status}")
    return content


def signed_in(port: int, username: str) -> str:
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
def hello_server(folder: Path) -> Iterator[int]:
    (folder / "hello.py").write_text(HELLO, "utf-8")
    port = free_port()
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with running([*command, "--no-ws", "hello:app"], port, "/", {"PYTHONPATH": str(folder)}):
        yield port


@contextmanager
def demo_server(folder: Path) -> Iterator[Server]:
    """The demo school, served as `make run` serves it, with data of its own and few pupils."""
    port = free_port()
    command = ["flask", "--app", "wsgi", "demo", "run", "--pupils", "0"]
    with running(command, port, "/healthz", demo_environment(folder, port)) as pid:
        yield Server(port, pid)


def worker_megabytes(pid: int) -> float:
    """Resident memory of the largest process that the server started, the one that serves."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max(megabytes_of(int(child), "VmRSS:") for child in children)


def megabytes_of(pid: int, field: str) -> float:
    """Resident memory of a process: `VmRSS:` is now, `VmHWM:` the most that it ever was."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith(field))
    return round(kilobytes / 1024, 1)


def demo_environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "PORTAL_MODE": "demo",
        "PORTAL_DATA_DIR": str(folder / "var"),
        "PORTAL_DEMO_PASSWORD": PASSWORD,
        "PORT": str(port),
    }


@contextmanager
def running(command: list[str], port: int, path: str, environment: dict[str, str]) -> Iterator[int]:
    """Start a server in a process group of its own, wait for its answer, and end it by its pid."""
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(
            [program(command[0]), *command[1:]],
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


def program(name: str) -> str:
    return shutil.which(name, path=str(Path(sys.executable).parent)) or name


def _answers(server: "subprocess.Popen[bytes]", port: int, path: str) -> bool:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        with suppress(OSError, HTTPException), closing(connection):
            ask(connection, path)
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
