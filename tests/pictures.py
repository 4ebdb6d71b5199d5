"""Makes the README's pictures anew: `make pictures` (needs Chromium).

A seeded portal is served from a folder of its own, at a fixed date; the story is played in it, and
each screen worth a look is photographed into docs/pictures.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Thread

from flask import Flask
from PIL import Image
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

import portal
from journal_core import migrations
from journal_core.exchange.progress import Progress
from portal.cli.demo import DEMO_TEACHERS, TOLD_CLASS
from portal.demo.believable import believable_school
from portal.demo.duty import tell_duty
from portal.demo.history import tell_history
from portal.demo.kept import tell_kept_lessons
from portal.demo.letters import tell_error
from portal.demo.made_up import tell_made_up_school
from portal.demo.summed import tell_period_marks
from portal.demo.told import TellFamilies, tell_families
from portal.perform import perform_as_operator
from portal.state import Portal
from tests.browser.visitor import (
    NARROW,
    WIDE,
    Visit,
    Visitor,
    apply,
    registered,
    staff,
    track,
    visits,
)
from tests.chromium import chromium_path
from tests.clock import FrozenClock
from tests.configuration import config_for
from tests.factories.school import YEAR
from tests.portal.story import seed

WANTED = {
    "service": (NARROW, WIDE),
    "receipt": (NARROW,),
    "tracking": (NARROW,),
    "today": (NARROW, WIDE),
    "intake": (WIDE,),
    "case": (NARROW, WIDE),
    "code": (WIDE,),
    "consents": (WIDE,),
    "calendar": (WIDE,),
    "quality": (WIDE,),
    "people": (NARROW, WIDE),
    "class": (WIDE,),
    "division": (WIDE,),
    "curriculum": (WIDE,),
    "year": (WIDE,),
    "timetable": (NARROW, WIDE),
    "lessons": (WIDE,),
    "plan": (WIDE,),
    "exchange": (WIDE,),
    "lesson": (NARROW, WIDE),
    "journal": (NARROW, WIDE),
    "forecast": (WIDE,),
    "council": (WIDE,),
    "works": (WIDE,),
    "diary": (NARROW, WIDE),
    "marks": (NARROW, WIDE),
    "subject": (NARROW,),
    "months": (WIDE,),
    "paper": (WIDE,),
    "thread": (NARROW, WIDE),
    "notices": (NARROW,),
    "board": (NARROW,),
    "portfolio": (NARROW,),
    "families": (WIDE,),
    "duty": (WIDE,),
}
#: From the first day of the term that the pictures show.
KEPT_SINCE = date(2026, 11, 2)
Keep = Callable[..., None]
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
    with app.app_context():
        tell_history(app.extensions["portal"])
    made_up = believable_school(pupils=275, weeks=34, seed=1, year=YEAR, known=DEMO_TEACHERS)
    tell_made_up_school(app.extensions["portal"], made_up, YEAR, Progress())
    _tell_what_was_kept(app, clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        with closing(app.extensions["portal"].database), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            with visits(browser, f"http://localhost:{server.server_port}", width) as visit:
                _photograph(visit, clock, width)
            browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _tell_what_was_kept(app: Flask, clock: FrozenClock) -> None:
    kept: Portal = app.extensions["portal"]
    tell_kept_lessons(kept, KEPT_SINCE, clock().date(), Progress())
    tell_period_marks(kept, KEPT_SINCE, Progress())
    tell_duty(kept, KEPT_SINCE)
    with app.app_context():
        command = TellFamilies(class_name=TOLD_CLASS, day=clock().date())
        perform_as_operator(tell_families, command)
    tell_error(kept)


def _photograph(visit: Visit, clock: FrozenClock, width: int) -> None:
    def keep(visitor: Visitor, name: str, path: str | None = None) -> None:
        if path is not None:
            visitor.open(path)
        if width in WANTED[name]:
            _save(visitor.page.screenshot(full_page=True), FOLDER / f"{name}-{width}.png")

    applicant = visit()
    keep(applicant, "service", "/")
    number, key = apply(applicant, clock, child="Иванова")
    keep(applicant, "receipt")
    track(applicant, number, key)
    keep(applicant, "tracking")
    apply(visit(), clock, child="Неизвестная")
    secretary = staff(visit, "secretary")
    keep(secretary, "today", "/office")
    keep(secretary, "intake", "/office/intake")
    case = registered(secretary, number)
    keep(secretary, "case", case)
    secretary.fill(papers="identity", particulars_identity="серия 1 № 2", all_answered="yes")
    secretary.fill(papers="birth_certificate")
    secretary.press("Завершить проверку")
    curator = staff(visit, "curator")
    curator.open(case)
    curator.press("Сформировать код")
    keep(secretary, "code", case)
    keep(secretary, "consents", "/office/consents?group=6А")
    keep(curator, "calendar", "/school/calendar")
    keep(staff(visit, "head"), "quality", "/control/service?span=all")
    deputy = staff(visit, "deputy")
    _photograph_lists(curator, deputy, keep)
    _photograph_journal(staff(visit, "teacher"), deputy, keep)
    _photograph_diary(staff(visit, "parent"), keep)
    keep(deputy, "families", "/families")
    deputy.open("/duty")
    _follow(deputy, "16.11.2026")
    keep(deputy, "duty")


def _photograph_lists(curator: Visitor, deputy: Visitor, keep: Keep) -> None:
    keep(curator, "people", "/people?q=rbv")  # «ким», typed on the other keyboard
    keep(curator, "curriculum", f"/curriculum/{YEAR}")
    keep(curator, "year", f"/year/{YEAR}")
    keep(curator, "exchange", "/exchange")
    curator.open("/classes")
    _follow(curator, "7А")
    keep(curator, "class")
    _follow(curator, "Английский язык")
    keep(curator, "division")
    curator.open("/timetable")
    curator.page.get_by_label("Класс", exact=True).select_option(label="7А")
    with curator.page.expect_navigation():
        curator.page.get_by_role("button", name="Показать").first.click()
    keep(curator, "timetable")
    keep(deputy, "lessons", "/lessons")
    curator.open("/plans?subject=&grade=7")
    _follow(curator, "Алгебра, 7А")
    keep(curator, "plan")


def _photograph_journal(teacher: Visitor, deputy: Visitor, keep: Keep) -> None:
    keep(teacher, "lesson", "/home/now")
    teacher.open("/journal")
    _follow(teacher, "Математика")
    keep(teacher, "journal")
    _follow(teacher, "Прогноз")
    keep(teacher, "forecast")
    keep(deputy, "works", "/works/schedule")
    deputy.open("/period-marks")
    _follow(deputy, "7А")
    keep(deputy, "council")


def _photograph_diary(parent: Visitor, keep: Keep) -> None:
    keep(parent, "diary", "/diary")
    _follow(parent, "Напечатать как дневник")
    keep(parent, "paper")
    parent.open("/diary")
    _follow(parent, "Отметки")
    keep(parent, "marks")
    _follow(parent, "Русский язык")
    keep(parent, "subject")
    _follow(parent, "График за год")
    keep(parent, "months")
    for page, tab in {"portfolio": "Портфолио", "board": "Объявления"}.items():
        parent.open("/diary")
        _follow(parent, tab)
        keep(parent, page)
    keep(parent, "notices", "/notices")
    parent.open("/messages")
    _follow(parent, "Ошибка в отметке")
    keep(parent, "thread")


def _follow(visitor: Visitor, link: str) -> None:
    with visitor.page.expect_navigation():
        visitor.page.locator("main").get_by_role("link", name=link).first.click()


def _save(picture: bytes, path: Path) -> None:
    """In 64 colours: a third of the bytes, and nobody sees the difference."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()
