"""`make run` on an empty folder: the first start is as good as the second."""

from pathlib import Path
from urllib.request import urlopen

from tests.measuring import demo_server


def test_first_start_prints_a_paper(tmp_path: Path) -> None:
    """Seeding prints papers too: the server must not inherit what that leaves behind."""
    with (
        demo_server(tmp_path) as server,
        urlopen(f"http://127.0.0.1:{server.port}/poster.pdf", timeout=20) as answer,
    ):
        assert answer.read().startswith(b"%PDF")
