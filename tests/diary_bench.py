"""The diary of a school of 1,000 pupils in a full year: its pages, and a morning when all look.

It is measured beside the journal, by `make bench` or `python -m tests.journal_bench`.
"""

import re
import statistics
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select

from journal_core.access.models import Account, AccountRole, AccountSession
from journal_core.access.queries import token_hash
from journal_core.access.terms import Role
from journal_core.database import new_id
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from journal_core.people.models import Pupil
from portal import create_app
from portal.config import Config
from portal.state import Portal
from tests.measuring import ask, asking, fetched, packed, print_times, say, say_rate, say_weight
from tests.measuring import times_of as times

READERS, CLIENTS = 450, 8
#: One subject is measured with about so many marks.
MARKS = 60
_ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def measure_diary(port: int, environment: dict[str, str], kind: str, hello: list[float]) -> None:
    """Week, marks of all subjects and one subject; weights; 450 accounts one after another."""
    cookies, pupil_id, subject_id = _readers(environment)
    own = cookies[pupil_id]
    pages = {
        "diary.week": f"/diary/{pupil_id}",
        "diary.marks": f"/diary/{pupil_id}/marks?period=year",
        "diary.subject": f"/diary/{pupil_id}/subjects/{subject_id}",
        "diary.months": f"/diary/{pupil_id}/subjects/{subject_id}/months",
    }
    for figure, path in pages.items():
        print_times(f"{figure}.{kind}", times(asking(port, path, own)), hello)
        say_rate(f"{figure}.{kind}", [asking(port, path, own) for _ in range(CLIENTS)])
    page = fetched(port, pages["diary.week"], own)
    assets = {path: fetched(port, path) for path in _ASSET.findall(page.decode())}
    # A font is packed already.
    first = sum(
        len(content) / 1000 if path.endswith("woff2") else packed(content)
        for path, content in assets.items()
    )
    say_weight(f"diary.week.first.{kind}", first + packed(page))
    say_weight(f"diary.week.next.{kind}", packed(page))
    _say_morning(f"diary.morning.{kind}", port, cookies)


def _say_morning(name: str, port: int, cookies: dict[UUID, str]) -> None:
    """Every account opens its week, eight at a time, as fast as they are served."""
    waiting, took = iter(cookies.items()), list[float]()
    lock = threading.Lock()

    def next_reader() -> Iterator[tuple[UUID, str]]:
        while True:
            with lock:
                reader = next(waiting, None)
            if reader is None:
                return
            yield reader

    def read() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        for pupil_id, cookie in next_reader():
            began = time.perf_counter()
            ask(connection, f"/diary/{pupil_id}", cookie)
            took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    threads = [threading.Thread(target=read) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    say(
        {
            "name": name,
            "median_ms": round(statistics.median(took), 2),
            "p95_ms": round(p95, 2),
            "ratio": None,
            "unit": f"seconds for {len(took)} accounts",
            "value": round(time.perf_counter() - began, 1),
        }
    )


def _readers(environment: dict[str, str]) -> tuple[dict[UUID, str], UUID, UUID]:
    """Pupils with the cookies of their accounts; one of them, and a subject with many marks."""
    app = create_app(Config.from_environment(environment))
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        pupil_id, subject_id, _count = min(
            session.execute(
                select(Mark.pupil_id, Lesson.subject_id, func.count())
                .join(Work, Work.id == Mark.work_id)
                .join(Lesson, Lesson.id == Work.lesson_id)
                .group_by(Mark.pupil_id, Lesson.subject_id)
            ),
            key=lambda row: (abs(row[2] - MARKS), str(row[0])),
        )
        taken = select(Account.person_id)
        rows = session.execute(
            select(Pupil.id, Pupil.person_id)
            .where(Pupil.person_id.not_in(taken))
            .order_by(Pupil.id != pupil_id)
            .limit(READERS)
        ).all()
        cookies = {}
        for number, row in enumerate(rows):
            account_id, token = new_id(), f"measured-{number}"
            now = portal.clock()
            session.add_all(
                [
                    Account(
                        id=account_id, person_id=row.person_id, username=token,
                        username_key=token, password_hash="", language="ru", created_at=now,
                    ),
                    AccountRole(account_id=account_id, role=Role.PUPIL, granted_at=now),
                    AccountSession(
                        account_id=account_id, token_hash=token_hash(token), started_at=now,
                        seen_at=now, browser="",
                    ),
                ]
            )  # fmt: skip
            cookies[row.id] = _cookie(app, token)
        session.commit()
    portal.database.close()
    return cookies, pupil_id, subject_id


def _cookie(app: Flask, token: str) -> str:
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if serializer is None:
        raise SystemExit("the portal has no secret key")
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({'_user_id': token})}"
