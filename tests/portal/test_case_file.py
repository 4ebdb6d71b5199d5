"""A case, and all about a person, as one file."""

import hashlib
import json
import re
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.files.models import StoredFile
from journal_core.privacy.everything import SECRETS
from journal_core.requests.models import ServiceRequest
from journal_core.tables import metadata
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, date_parts, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30
UPLOADS = ("../../x", "<b>.pdf", "'><script>alert(1)</script>.pdf", "fdp.\u202egnp.exe")


def _pdf(pages: int) -> bytes:
    pdf = pikepdf.Pdf.new()
    for _page in range(pages):
        pdf.add_blank_page()
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _with_papers(app: Flask, clock: FrozenClock) -> tuple[str, str]:
    """A request with hostile uploads by people whom the school does not know: number and key."""
    applicant = Browser(app)
    applicant.open("/request/")
    applicant.send("/request/")
    applicant.send(
        "/request/you",
        applicant_last_name="Неизвестнова",
        applicant_first_name="Мария",
        applicant_patronymic="",
    )
    applicant.send("/request/contacts", address="<b>ул. Мира</b>", phone="+7 912 345-67-89")
    applicant.send(
        "/request/child",
        child_last_name="Неизвестнова",
        child_first_name="Анна",
        child_class="6А",
        **date_parts("child_birth_date", clock().date() - timedelta(days=AGE_DAYS)),
    )
    applicant.send("/request/capacity", capacity="parent")
    for number, name in enumerate(UPLOADS):
        kind = "identity" if number % 2 else "birth_certificate"
        applicant.send("/request/papers", **{kind: (BytesIO(_pdf(number + 1)), name)})
        applicant.open("/request/papers")
        clock.advance(seconds=1)
    applicant.send("/request/delivery", result_delivery="in_person", refusal_delivery="in_person")
    applicant.send("/request/check", declaration="yes")
    return applicant.found(r"(\d\d-\d{5})"), applicant.found(r'track-key">([^<]+)')


def _refused(app: Flask, clock: FrozenClock) -> tuple[str, str]:
    """A refused request with everything in it: the case's path and the applicant's key."""
    seed(app)
    number, key = _with_papers(app, clock)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    secretary.send(f"{case}/notes", text="<script>заметка</script>")
    move(secretary, f"{case}/register")
    move(
        secretary,
        f"{case}/check",
        grounds=["documents_unfit"],
        explanation_documents_unfit="нет <b>страниц</b>",
        all_answered="yes",
    )
    move(signed_in(app, "head"), f"{case}/sign")
    secretary.open(case)
    secretary.send(f"{case}/scan", scan=(BytesIO(_pdf(9)), "../скан.pdf"))
    return case, key


def _folder(browser: Browser, path: str, **answers: object) -> ZipFile:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.text)
    assert token is not None
    sent = {"csrf_token": token.group(1), **answers}
    with browser.client.post(path, data=sent) as response:
        assert response.status_code == HTTPStatus.OK
        assert response.mimetype == "application/zip"
        assert response.headers["Content-Disposition"].startswith("attachment")
        return ZipFile(BytesIO(response.data))


def _agree(folder: ZipFile) -> bool:
    told = dict(
        reversed(line.split("  ")) for line in folder.read("manifest.sha256").decode().splitlines()
    )
    return told == {
        name: hashlib.sha256(folder.read(name)).hexdigest()
        for name in folder.namelist()
        if name != "manifest.sha256"
    }


def _entries(app: Flask, action: AuditAction) -> list[AuditEntry]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.mark.clause("SVC-2.11")
def test_case_leaves_as_one_file_that_is_read_without_the_program(
    app: Flask, clock: FrozenClock
) -> None:
    clock.set_local("2026-04-30 10:00")
    case, _key = _refused(app, clock)
    secretary = signed_in(app, "secretary")
    secretary.open(case)
    with _folder(secretary, f"{case}/case.zip") as folder:
        assert folder.namelist() == [
            "application.pdf",
            "application.docx",
            "decision.pdf",
            "decision.docx",
            "decision-scan.pdf",
            "papers/01-identity.pdf",
            "papers/02-identity.pdf",
            "papers/03-birth-certificate.pdf",
            "papers/04-birth-certificate.pdf",
            "index.html",
            "manifest.sha256",
        ]
        assert _agree(folder)
        page = folder.read("index.html").decode()
        issued = secretary.client.get(f"{case}/decision.pdf").data
        assert folder.read("decision.pdf") == issued
        last = BytesIO(folder.read("papers/04-birth-certificate.pdf"))
        assert len(pikepdf.Pdf.open(last).pages) == 3
    assert "../../x" in page
    assert "&lt;b&gt;.pdf" in page
    assert "<script" not in page
    assert "<b>" not in page
    assert "05.05.2026" in page
    assert "Праздник Весны и Труда" in page
    assert "Документы не соответствуют требованиям" in page
    assert "Отказано" in page
    assert "Не совпадает" not in page


def test_handing_out_a_case_is_on_record(sqlite_app: Flask, clock: FrozenClock) -> None:
    case, key = _refused(sqlite_app, clock)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open(case)
    _folder(secretary, f"{case}/case.zip").close()
    [entry] = _entries(sqlite_app, AuditAction.REQUEST_EXPORTED)
    assert (str(entry.subject_id), entry.actor_label) == (
        case.rpartition("/")[2],
        "Белова Ольга Андреевна",
    )
    applicant = Browser(sqlite_app)
    applicant.open("/track")
    applicant.send("/track", track_number="26-00001", track_key=key)
    assert "выгружено дело" in applicant.text


def test_case_file_is_russian_whatever_the_page_is(sqlite_app: Flask, clock: FrozenClock) -> None:
    case, _key = _refused(sqlite_app, clock)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/language/en?next=/office")
    secretary.open(case)
    assert "Download the case" in secretary.text
    with _folder(secretary, f"{case}/case.zip") as folder:
        assert "Дело по запросу" in folder.read("index.html").decode()
        assert "Refused" not in folder.read("index.html").decode()


def test_who_may_not_read_documents_gets_no_case(sqlite_app: Flask, clock: FrozenClock) -> None:
    case, _key = _refused(sqlite_app, clock)
    path = f"{case}/case.zip"
    deputy = signed_in(sqlite_app, "deputy")
    deputy.open(case)
    assert "case.zip" not in deputy.text
    assert deputy.send(path).status_code == HTTPStatus.FORBIDDEN
    parent = signed_in(sqlite_app, "parent")
    assert parent.send(path).status_code == HTTPStatus.FORBIDDEN
    stranger = Browser(sqlite_app)
    stranger.open("/login")
    token = stranger.found(r'name="csrf_token"[^>]*value="([^"]+)"')
    sent = stranger.client.post(path, data={"csrf_token": token})
    assert sent.status_code == HTTPStatus.SEE_OTHER
    secretary = signed_in(sqlite_app, "secretary")
    assert secretary.client.get(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    secretary.open(case)
    unknown = path.replace(case.rpartition("/")[2], "00000000-0000-0000-0000-000000000001")
    assert secretary.send(unknown).status_code == HTTPStatus.NOT_FOUND
    assert _entries(sqlite_app, AuditAction.REQUEST_EXPORTED) == []


def test_bytes_changed_on_the_disk_are_told(sqlite_app: Flask, clock: FrozenClock) -> None:
    case, _key = _refused(sqlite_app, clock)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        stored = session.scalars(select(StoredFile).where(StoredFile.name == "../../x.pdf")).one()
    path = portal.files.root / stored.id.hex[:2] / stored.id.hex
    path.write_bytes(b"%PDF-1.7 changed")
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open(case)
    with _folder(secretary, f"{case}/case.zip") as folder:
        assert _agree(folder)
        assert folder.read("index.html").decode().count("Не совпадает с записанной") == 1


def test_file_missing_from_the_disk_is_told_and_the_case_still_leaves(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    case, _key = _refused(sqlite_app, clock)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        stored = session.scalars(select(StoredFile).where(StoredFile.name == "../../x.pdf")).one()
    portal.files.remove(stored.id)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open(case)
    with _folder(secretary, f"{case}/case.zip") as folder:
        assert "papers/03-birth-certificate.pdf" not in folder.namelist()
        assert "Файла нет на диске" in folder.read("index.html").decode()


def _completed(app: Flask, clock: FrozenClock) -> str:
    """A request whose code is told; returns the code."""
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(
        Browser(app), last_name="Иванова", child="Иванова", born=born, email="m@example.org"
    )
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", papers=["identity", "birth_certificate"], all_answered="yes")
    move(signed_in(app, "curator"), f"{case}/code")
    secretary.open(case)
    return secretary.found(r'invitation-code">([^<]+)')


@pytest.mark.clause("SVC-2.2.3")
def test_everything_about_a_person_leaves_as_one_file(app: Flask, clock: FrozenClock) -> None:
    code = _completed(app, clock)
    curator = signed_in(app, "curator")
    curator.open("/privacy?q=иванова мария")
    path = curator.found(r'href="(/privacy/people/[0-9a-f-]+)"')
    curator.open(path)
    curator.send(path)
    assert "Напишите, зачем нужна выгрузка" in curator.text
    curator.open(path)
    with _folder(curator, path, reason="обращение № 15") as folder:
        assert _agree(folder)
        told = json.loads(folder.read("data.json"))
        page = folder.read("index.html").decode()
        whole = b"".join(folder.read(name) for name in folder.namelist()).decode(errors="replace")
        assert any(re.fullmatch(r"requests/01-26-00001/application\.pdf", name)
                   for name in folder.namelist())  # fmt: skip
    assert {"person", "representation", "invitation", "service_request", "shown_paper",
            "ground_answer", "outbox_letter", "audit_entry"} <= told.keys()  # fmt: skip
    assert "Иванова Анна Сергеевна" in page
    assert "обращение № 15" in page
    assert code not in whole
    assert code.replace(" ", "").replace("-", "") not in whole
    assert not {key for rows in told.values() for row in rows for key in row} & SECRETS
    [entry] = [
        one for one in _entries(app, AuditAction.PERSON_EXPORTED)
        if str(one.subject_id) == path.rpartition("/")[2]
    ]  # fmt: skip
    assert entry.details == {"reason": "обращение № 15"}


def test_child_and_parent_find_the_same_request(sqlite_app: Flask, clock: FrozenClock) -> None:
    _completed(sqlite_app, clock)
    curator = signed_in(sqlite_app, "curator")
    for name in ("иванова анна", "иванова мария"):
        curator.open(f"/privacy?q={name}")
        curator.open(curator.found(r'href="(/privacy/people/[0-9a-f-]+)"'))
        assert "26-00001" in curator.text


def test_account_leaves_without_its_secrets(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    signed_in(sqlite_app, "parent").open("/account")
    curator = signed_in(sqlite_app, "curator")
    curator.open("/privacy?q=петрова")
    path = curator.found(r'href="(/privacy/people/[0-9a-f-]+)"')
    curator.open(path)
    with _folder(curator, path, reason="проверка") as folder:
        told = json.loads(folder.read("data.json"))
        page = folder.read("index.html").decode()
    assert told["account"][0]["username"] == "parent"
    assert len(told["account_session"]) == 1
    assert "argon2" not in json.dumps(told)
    assert "Петров Кирилл Алексеевич" in page
    assert "account:signed_in" in json.dumps(told)


@pytest.mark.clause("SVC-2.2.3")
def test_applicant_whom_the_school_does_not_know_is_found_by_request(
    app: Flask, clock: FrozenClock
) -> None:
    case, _key = _refused(app, clock)
    secretary = signed_in(app, "secretary")
    secretary.open("/privacy?q=неизвестнова")
    path = secretary.found(r'href="(/privacy/applicants/[0-9a-f-]+)"')
    secretary.open(path)
    with _folder(secretary, path, reason="обращение") as folder:
        assert _agree(folder)
        assert "requests/01-26-00001/papers/02-identity.pdf" in folder.namelist()
        page = folder.read("index.html").decode()
    assert "<b>" not in page
    assert "<script" not in page
    assert case.rpartition("/")[2] in str(_entries(app, AuditAction.PERSON_EXPORTED)[0].subject_id)


def test_namesake_with_another_phone_is_somebody_else(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    case, _key = _refused(sqlite_app, clock)
    portal: Portal = sqlite_app.extensions["portal"]
    born = clock().date() - timedelta(days=AGE_DAYS)
    submit(Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open(f"/privacy/applicants/{case.rpartition('/')[2]}")
    assert "26-00001" in secretary.text
    assert "26-00002" not in secretary.text
    with portal.database.reading() as session:
        assert len(session.scalars(select(ServiceRequest)).all()) == 2


@pytest.mark.parametrize("username", ["head", "deputy", "teacher", "parent"])
def test_who_may_not_export_people_may_not(
    sqlite_app: Flask, clock: FrozenClock, username: str
) -> None:
    seed(sqlite_app)
    assert signed_in(sqlite_app, username).open("/privacy").status_code == HTTPStatus.FORBIDDEN


def test_nobody_found_is_said(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/privacy?q=<b>никто</b>")
    assert "Никого не нашли" in secretary.text
    unknown = "/privacy/people/00000000-0000-0000-0000-000000000001"
    assert secretary.open(unknown).status_code == HTTPStatus.NOT_FOUND


def test_every_column_that_hides_something_is_a_known_secret() -> None:
    """A new hash, token or seal is added to the list of what never leaves."""
    hiding = {
        column.name
        for table in metadata.sorted_tables
        for column in table.columns
        if re.search(r"hash|token|sealed|generation|_key$", column.name)
    }
    assert hiding - SECRETS == {"search_key", "sort_key", "username_key"}
