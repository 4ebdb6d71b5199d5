"""A server that speaks clamd's protocol: it finds a virus where the bytes hold `VIRUS`."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

VIRUS = b"X5O!P%@AP-this is what the tests call a virus"


@dataclass
class Scanner:
    """What was scanned; `answer` is what it says instead of a verdict."""

    url: str = ""
    answer: str = ""
    scanned: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:  # closed: the test is over
                return
            with connection, connection.makefile("rb") as sent:
                assert sent.readline() == b"nINSTREAM\n"
                content = b""
                while size := struct.unpack("!L", sent.read(4))[0]:
                    content += sent.read(size)
                self.scanned.append(content)
                verdict = "Test-Virus FOUND" if VIRUS in content else "OK"
                connection.sendall(f"{self.answer or f'stream: {verdict}'}\n".encode())


@contextmanager
def scanning(socket_path: Path | None = None) -> Iterator[Scanner]:
    """On a free port of loopback, or at the path of a Unix socket."""
    if socket_path is None:
        listener = socket.create_server(("127.0.0.1", 0))
        scanner = Scanner(url=f"tcp://127.0.0.1:{listener.getsockname()[1]}")
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(socket_path))
        listener.listen()
        scanner = Scanner(url=f"unix:{socket_path}")
    server = threading.Thread(target=scanner.serve, args=(listener,), daemon=True)
    server.start()
    yield scanner
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    server.join()
