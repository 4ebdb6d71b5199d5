"""Makes the README's pictures anew: `make pictures` (needs Chromium).

A seeded portal is served from a folder of its own, at a fixed date; the story is played in it, and
each screen worth a look is photographed at both widths into docs/pictures.
"""

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

import portal
from journal_core import migrations
from tests.browser.visitor import (
    NARROW,
    WIDE,
    Visitor,
    apply,
    registered,
    staff,
    visits,
)
from tests.chromium import chromium_path
from tests.clock import FrozenClock
from tests.configuration import config_for
from tests.portal.story import seed

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    chromium = chromium_path()
    if chromium is None:
        sys.exit("no Chromium here: apt install chromium, or set PORTAL_CHROMIUM to its path")
    FOLDER.mkdir(exist_ok=True)
    for width in (WIDE, NARROW):
        with tempfile.TemporaryDirectory() as folder:
            _play(Path(folder), chromium, width)


def _play(folder: Path, chromium: str, width: int) -> None:
    url = f"sqlite:///{folder / 'school.sqlite3'}"
    migrations.upgrade(url)
    clock = FrozenClock()
    app = portal.create_app(config_for(url, folder), clock=clock)
    seed(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        with closing(app.extensions["portal"].database), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            with visits(browser, f"http://127.0.0.1:{server.server_port}", width) as visit:
                _photograph(visit, clock, width)
            browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _photograph(visit: object, clock: FrozenClock, width: int) -> None:
    def keep(visitor: Visitor, name: str) -> None:
        path = FOLDER / f"{name}-{width}.png"
        visitor.page.screenshot(path=path, full_page=True)

    applicant = visit()  # type: ignore[operator]
    applicant.open("/")
    keep(applicant, "service")
    applicant.open("/request/")
    applicant.go_on()
    keep(applicant, "step")
    number, key = apply(applicant, clock, child="Иванова")
    keep(applicant, "receipt")
    applicant.open("/track")
    applicant.fill(track_number=number, track_key=key)
    applicant.go_on()
    keep(applicant, "tracking")
    apply(visit(), clock, child="Неизвестная")  # type: ignore[operator]
    secretary = staff(visit, "secretary")  # type: ignore[arg-type]
    secretary.open("/office")
    keep(secretary, "today")
    secretary.open("/office/intake")
    keep(secretary, "intake")
    case = registered(secretary, number)
    keep(secretary, "case")
    secretary.fill(papers="identity", particulars_identity="серия 1 № 2", all_answered="yes")
    secretary.fill(papers="birth_certificate")
    secretary.press("Завершить проверку")
    curator = staff(visit, "curator")  # type: ignore[arg-type]
    curator.open(case)
    curator.press("Сформировать код")
    secretary.open(case)
    keep(secretary, "code")
    curator.open("/office/codes?group=6А")
    keep(curator, "codes")
    curator.open("/school")
    keep(curator, "school")
    curator.open("/account")
    keep(curator, "account")


if __name__ == "__main__":
    main()
