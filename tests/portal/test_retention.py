"""What was kept for its whole term is erased; an open case is never touched."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from journal_core.access.models import AccountSession, Attempt
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.files.models import StoredFile
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import LetterState, TaskKind
from journal_core.privacy.rules import years_before
from journal_core.privacy.terms import VIEWS
from journal_core.requests.models import RequestPaper, ServiceRequest
from journal_core.requests.queries import CLOSED
from journal_core.requests.terms import RequestState
from journal_core.school.commands import ChangeSettings, change_settings
from journal_core.tables import metadata
from portal.perform import perform_as_operator
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, date_parts, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30
A_DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)

#: What a request says of people here; none of it belongs to anybody of the demo school.
PERSONAL = (
    "Странникова", "Глафира", "Онуфриевна", "Серафим", "ул. Тайная", "+79997776655", "9997776655",
    "glafira@", "паспорт бабушки", "серия 77", "шепнула", "вернулась", "кроме того",
)  # fmt: skip


def _nightly(app: Flask) -> str:
    result = app.test_cli_runner().invoke(args=["nightly", "run"])
    assert result.exit_code == 0, result.output
    return result.output


def _settings(app: Flask, clock: FrozenClock, **values: int) -> None:
    with app.app_context():
        today = clock().date() - A_DAY
        perform_as_operator(change_settings, ChangeSettings(values=values, valid_from=today))


def _rows(app: Flask, table: type[Any], *conditions: Any) -> list[Any]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(table).where(*conditions)))


def _run(app: Flask, statement: str) -> None:
    portal: Portal = app.extensions["portal"]
    with portal.database.engine.execution_options(write=True).begin() as connection:
        connection.execute(text(statement))


def _pdf() -> bytes:
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page()
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _on_disk(app: Flask) -> list[Path]:
    portal: Portal = app.extensions["portal"]
    return sorted(path for path in portal.files.root.rglob("*") if path.is_file())


def _apply(app: Flask, clock: FrozenClock, *, email: str = "") -> str:
    """A request with an uploaded copy, by people whom the school does not know."""
    applicant = Browser(app)
    applicant.open("/request/")
    applicant.send("/request/")
    applicant.send(
        "/request/you",
        applicant_last_name="Странникова",
        applicant_first_name="Глафира",
        applicant_patronymic="Онуфриевна",
    )
    applicant.send("/request/contacts", address="ул. Тайная, 5", phone="+7 999 777-66-55")
    applicant.send(
        "/request/child",
        child_last_name="Странникова",
        child_first_name="Серафима",
        child_patronymic="Ильинична",
        child_class="6А",
        **date_parts("child_birth_date", clock().date() - timedelta(days=AGE_DAYS)),
    )
    applicant.send("/request/capacity", capacity="parent")
    applicant.send("/request/papers", identity=(BytesIO(_pdf()), "паспорт бабушки.pdf"))
    applicant.send(
        "/request/delivery",
        result_delivery="email" if email else "in_person",
        refusal_delivery="in_person",
        email=email,
    )
    applicant.send("/request/check", declaration="yes")
    return applicant.found(r"(\d\d-\d{5})")


def _closed(app: Flask, clock: FrozenClock) -> str:
    """A request closed before registration, with nothing left to do; returns the case's path."""
    number = _apply(app, clock)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/close", reason="no_show", comment="соседка шепнула")
    _close_tasks(app)
    return case


def _close_tasks(app: Flask) -> None:
    _run(app, "UPDATE office_task SET closed_at = created_at")


@pytest.mark.clause("SVC-2.2.3")
def test_copies_go_when_their_days_are_over_and_not_a_second_before(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    others = _on_disk(app)
    case = _closed(app, clock)
    _settings(app, clock, tracking_days=10, keep_papers_days=30)
    clock.advance(days=30)
    clock.moment -= MOMENT
    assert "papers erased: 0" in _nightly(app)
    assert len(_on_disk(app)) == len(others) + 1
    clock.moment += MOMENT
    assert "papers erased: 1" in _nightly(app)
    assert _on_disk(app) == others
    [stored] = [row for row in _rows(app, StoredFile) if row.erased_at]
    assert (stored.name, stored.erased_at, len(stored.sha256)) == ("", clock(), 64)
    secretary = signed_in(app, "secretary")
    secretary.open(case)
    assert "Странникова" in secretary.text
    assert "копия стёрта" in secretary.text
    [paper] = _rows(app, RequestPaper)
    gone = secretary.client.get(f"{case}/papers/{paper.id}")
    assert gone.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("SVC-2.19")
def test_nothing_goes_while_the_tracking_key_lives(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    _closed(app, clock)
    _settings(app, clock, keep_papers_days=30, keep_letters_days=1)
    clock.advance(days=180)
    assert "papers erased: 0" in _nightly(app)
    clock.moment += MOMENT
    assert "papers erased: 1" in _nightly(app)


@pytest.mark.clause("REC-1.5")
def test_request_keeps_its_numbers_and_loses_its_people(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    others = _on_disk(app)
    case = _refused(app, clock)
    before = _rows(app, ServiceRequest)[0]
    _settings(app, clock, keep_requests_years=1)
    clock.set(before.state_since.replace(year=before.state_since.year + 1) - MOMENT)
    assert "requests erased: 0" in _nightly(app)
    assert _leaks(app) != {}
    clock.moment += MOMENT
    assert "requests erased: 1" in _nightly(app)
    assert _leaks(app) == {}
    assert _on_disk(app) == others
    after = _rows(app, ServiceRequest)[0]
    kept = (
        "request_number", "registration_number", "received_at", "due_on", "state", "delivered_at",
        "delivered_by", "decision_id", "capacity", "term_derivation",
    )  # fmt: skip
    assert {name: getattr(after, name) for name in kept} == {
        name: getattr(before, name) for name in kept
    }
    secretary = signed_in(app, "secretary")
    secretary.open(case)
    assert "Срок хранения вышел" in secretary.text
    assert "Отказ вручен" in secretary.text
    assert secretary.client.get(f"{case}/decision.pdf").status_code == HTTPStatus.NOT_FOUND
    secretary.open(f"/office?q={after.request_number}")
    assert "стёрто" in secretary.text


def _refused(app: Flask, clock: FrozenClock) -> str:
    """Everything that a request can say of people, in a refusal that is handed over."""
    number = _apply(app, clock, email="glafira@example.org")
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    secretary.open(case)
    secretary.send(f"{case}/notes", text="Глафира шепнула по секрету")
    secretary.open(f"{case}/contacts")
    version = secretary.found(r'name="seen_version"[^>]*value="(\d+)"')
    secretary.send(
        f"{case}/contacts",
        seen_version=version,
        address="ул. Тайная, 6",
        phone="+7 999 777-66-55",
        email="glafira@example.net",
    )
    answers: dict[str, Any] = {
        "papers": ["identity"],
        "particulars_identity": "серия 77",
        "grounds": ["documents_unfit"],
        "explanation_documents_unfit": "Глафира, кроме того",
        "all_answered": "yes",
    }
    head = signed_in(app, "head")
    move(secretary, f"{case}/check", **answers)
    move(head, f"{case}/return-refusal", comment="Странникова вернулась")
    move(secretary, f"{case}/check", **answers)
    move(head, f"{case}/sign")
    secretary.open(case)
    secretary.send(f"{case}/scan", scan=(BytesIO(_pdf()), "Странникова.pdf"))
    move(secretary, f"{case}/deliver-refusal", how="in_person", comment="взяла Глафира")
    _close_tasks(app)
    _run(app, "UPDATE outbox_letter SET state = 'sent'")
    return case


def _leaks(app: Flask) -> dict[str, set[str]]:
    """Table → which of the personal words stand in it still."""
    portal: Portal = app.extensions["portal"]
    found: dict[str, set[str]] = {}
    with portal.database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(table.select()):
                shown = " ".join(map(str, row))
                if words := {word for word in PERSONAL if word in shown}:
                    found.setdefault(table.name, set()).update(words)
    return found


#: The moves that bring a request to each state that is not closed.
OPEN = {
    RequestState.SUBMITTED: (),
    RequestState.RECEIVED: ("register",),
    RequestState.VERIFIED: ("register", "check"),
    RequestState.CODE_ISSUED: ("register", "check", "code"),
    RequestState.REFUSAL_PREPARED: ("register", "refuse"),
    RequestState.REFUSED: ("register", "refuse", "sign"),
}


def test_every_state_that_is_not_closed_is_walked() -> None:
    assert OPEN.keys() == set(RequestState) - CLOSED - {RequestState.DRAFT}


@pytest.mark.clause("SVC-2.2.3")
def test_no_open_case_is_ever_touched(app: Flask, clock: FrozenClock) -> None:
    """However old, and with every term at its shortest."""
    seed(app)
    for state, moves in OPEN.items():
        _walk(app, clock, moves)
        assert state in {row.state for row in _rows(app, ServiceRequest)}
    _close_tasks(app)
    _run(app, "UPDATE outbox_letter SET state = 'sent'")
    _settings(app, clock, **_SHORTEST)
    before = _shown(app)
    for _decade in range(3):
        clock.advance(days=3653)
        assert "requests erased: 0" in _nightly(app)
    assert _shown(app) == before
    assert len(_on_disk(app)) > 0


_SHORTEST = {
    "tracking_days": 0, "keep_papers_days": 0, "keep_requests_years": 0, "keep_letters_days": 0,
    "keep_views_years": 0, "keep_attempts_days": 0, "keep_sessions_days": 0,
    "keep_notices_days": 0,
    "keep_looks_days": 0, "keep_families_years": 0,
}  # fmt: skip


def _walk(app: Flask, clock: FrozenClock, moves: tuple[str, ...]) -> None:
    """One request as far as the moves lead it."""
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(
        Browser(app), last_name="Иванова", child="Иванова", born=born, email="m@example.org"
    )
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    for name in moves:
        if name == "check":
            move(secretary, f"{case}/check", papers=["identity", "birth_certificate"],
                 all_answered="yes")  # fmt: skip
        elif name == "refuse":
            move(secretary, f"{case}/check", grounds=["documents_unfit"], all_answered="yes")
        else:
            who = {"code": "curator", "sign": "head"}.get(name, "secretary")
            move(signed_in(app, who), f"{case}/{name}")


def _shown(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row about a request but what the nightly reminders write."""
    about = (ServiceRequest, RequestPaper, StoredFile)
    rows: dict[str, list[tuple[Any, ...]]] = {
        table.__tablename__: sorted(
            tuple(str(getattr(row, column.key)) for column in inspect(table).column_attrs)
            for row in _rows(app, table)
        )
        for table in about
    }
    letters = _rows(app, OutboxLetter, OutboxLetter.kind.not_in(["visit_reminder"]))
    rows["letters"] = sorted((str(one.id), one.text, one.recipient) for one in letters)
    views = _rows(app, AuditEntry, AuditEntry.action.in_(VIEWS))
    rows["views"] = sorted((one.id,) for one in views)
    return rows


def _hold_by_letter(app: Flask, _clock: FrozenClock) -> None:
    _run(app, "UPDATE outbox_letter SET state = 'queued'")


def _hold_by_task(app: Flask, clock: FrozenClock) -> None:
    portal: Portal = app.extensions["portal"]
    [request] = _rows(app, ServiceRequest)
    call = OfficeTask(
        kind=TaskKind.CALL_APPLICANT, topic="closed", request_id=request.id, created_at=clock()
    )
    with portal.database.writing() as session:
        session.add(call)
        session.commit()


@pytest.mark.parametrize("hold", [_hold_by_letter, _hold_by_task])
def test_closed_case_waits_for_its_letters_and_tasks(
    app: Flask, clock: FrozenClock, hold: Callable[[Flask, FrozenClock], None]
) -> None:
    seed(app)
    _refused(app, clock)
    _settings(app, clock, **_SHORTEST)
    hold(app, clock)
    clock.advance(days=4000)
    before = _shown(app)
    assert "requests erased: 0" in _nightly(app)
    assert _shown(app) == before
    curator = signed_in(app, "curator")
    curator.open("/school/retention")
    assert _planned(curator, "Люди в завершённых запросах") == ["0", "0", "1"]


@pytest.mark.clause("SVC-3.4.3")
def test_rendered_request_waits_for_its_code(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    _walk(app, clock, ("register", "check", "code", "tell"))
    _close_tasks(app)
    _run(app, "UPDATE outbox_letter SET state = 'sent'")
    _settings(app, clock, **_SHORTEST)
    clock.advance(days=11)
    assert "requests erased: 0" in _nightly(app)
    clock.advance(days=4)
    _close_tasks(app)
    assert "requests erased: 1" in _nightly(app)
    assert _rows(app, ServiceRequest)[0].invitation_id is None


def test_database_itself_refuses_to_erase_an_open_request(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    _apply(app, clock)
    with pytest.raises(IntegrityError):
        _run(app, "UPDATE service_request SET erased_at = state_since")


@pytest.mark.clause("REC-1.5")
def test_views_attempts_sessions_and_letters_have_terms_of_their_own(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    _refused(app, clock)
    stranger = Browser(app)
    stranger.open("/login")
    stranger.send("/login", username="nobody", password="wrong")
    curator = signed_in(app, "curator")
    curator.open("/school")
    curator.send("/logout")
    _settings(app, clock, tracking_days=1, keep_requests_years=9)
    start = clock()
    terms = {
        "attempts": timedelta(days=7),
        "sessions": timedelta(days=90),
        "letters": timedelta(days=180),
        "views": start.replace(year=start.year + 3) - start,
    }
    for kind, term in terms.items():
        clock.set(start + term - MOMENT)
        assert f"{kind} erased: 0" in _nightly(app)
        clock.set(start + term)
        assert f"{kind} erased: 0" not in _nightly(app)
    assert _rows(app, Attempt) == []
    assert _rows(app, AccountSession, AccountSession.ended_at.is_not(None)) == []
    assert _rows(app, AuditEntry, AuditEntry.action.in_(VIEWS)) == []
    letters = _rows(app, OutboxLetter)
    assert letters
    assert {(one.text, one.recipient, one.state) for one in letters} == {("", "", LetterState.SENT)}


def test_attempts_that_still_throttle_are_kept(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    browser = Browser(sqlite_app)
    browser.open("/login")
    browser.send("/login", username="nobody", password="wrong")
    _settings(sqlite_app, clock, keep_attempts_days=0)
    clock.advance(hours=23, minutes=59)
    assert "attempts erased: 0" in _nightly(sqlite_app)


@pytest.mark.clause("SVC-2.2.3")
def test_administrator_reads_what_goes_next_and_what_went(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    _closed(app, clock)
    number = _rows(app, ServiceRequest)[0].request_number
    _settings(app, clock, tracking_days=1, keep_papers_days=30, keep_requests_years=1)
    clock.advance(days=20)
    curator = signed_in(app, "curator")
    curator.open("/school/retention")
    assert "Пока ничего не стиралось." in curator.text
    assert _planned(curator, "Присланные копии документов") == ["0", "1", "0"]
    clock.advance(days=400)
    curator = signed_in(app, "curator")
    curator.open("/school/retention")
    assert _planned(curator, "Люди в завершённых запросах") == ["1", "0", "0"]
    _nightly(app)
    curator.open("/school/retention")
    assert _planned(curator, "Люди в завершённых запросах") == ["0", "0", "0"]
    assert number in curator.text
    [erased] = _rows(app, AuditEntry, AuditEntry.action == AuditAction.DATA_ERASED)
    assert erased.details["numbers"] == [number]
    assert erased.details["requests"] == 1
    assert signed_in(app, "secretary").open("/school/retention").status_code == 403


def _planned(browser: Browser, name: str) -> list[str]:
    """Tonight, soon and held back, as the row of the kind has them."""
    row = browser.text.partition(f">{name}</th>")[2].partition("</tr>")[0]
    return [cell.partition(">")[2].partition("<")[0] for cell in row.split("<td")[2:]]


def test_second_run_of_the_night_finds_nothing(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    _closed(app, clock)
    clock.advance(days=4000)
    assert "requests erased: 1" in _nightly(app)
    assert "requests erased: 0" in _nightly(app)
    assert len(_rows(app, AuditEntry, AuditEntry.action == AuditAction.DATA_ERASED)) == 1


@pytest.mark.parametrize(
    ("moment", "years", "before"),
    [
        ("2029-03-01T10:00:00+00:00", 3, "2026-03-01T10:00:00+00:00"),
        ("2028-02-29T10:00:00+00:00", 1, "2027-02-28T10:00:00+00:00"),
        ("2028-02-29T10:00:00+00:00", 4, "2024-02-29T10:00:00+00:00"),
    ],
)
def test_years_are_calendar_years(moment: str, years: int, before: str) -> None:
    counted = years_before(datetime.fromisoformat(moment), years)
    assert counted == datetime.fromisoformat(before)
