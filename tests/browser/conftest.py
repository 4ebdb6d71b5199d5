"""A seeded portal that listens, and a Chromium to visit it with."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.chromium import chromium_path
from tests.portal.story import seed


@pytest.fixture
def address(sqlite_app: Flask) -> Iterator[str]:
    """Where the seeded portal listens."""
    seed(sqlite_app)
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()
