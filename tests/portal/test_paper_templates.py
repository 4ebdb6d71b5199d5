"""The journal administrator puts the school's own template in force, and takes it back."""

import re
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO

import docx
import pytest
from flask import Flask
from sqlalchemy import select, update

from documents.catalogue import KINDS
from documents.template_file import Flaw
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.files.models import StoredFile
from journal_core.paper_templates.models import PaperTemplate
from portal.paper_templates import labels
from portal.state import Portal
from tests.clock import FrozenClock
from tests.documents.office_files import built_in, in_own_colour, with_line, with_part
from tests.portal.story import PASSWORD, Browser, date_parts, move, opened_case, seed, signed_in
from tests.portal.story import submit as submit_request

AGE_DAYS = 12 * 365
PAGE = "/school/templates/refusal"
VERSION = r'<a class="govuk-link" href="(/school/templates/refusal/versions/[0-9a-f-]+)">'


def send(curator: Browser, content: bytes, path: str = PAGE, name: str = "бланк.docx") -> int:
    curator.open(path)
    return curator.send(path, file=(BytesIO(content), name)).status_code


def put_in_force(
    curator: Browser, clock: FrozenClock, path: str, *, in_days: int = 0, password: str = PASSWORD
) -> int:
    curator.open(path)
    day = clock().date() + timedelta(days=in_days)
    answers = {"order_number": "51", "current_password": password}
    return curator.send(path, **answers, **date_parts("valid_from", day)).status_code


def taken(curator: Browser, clock: FrozenClock, content: bytes, path: str = PAGE) -> str:
    """Send the template and put it in force; returns the path of its version."""
    send(curator, content, path)
    curator.open(path)
    version = curator.found(VERSION.replace(PAGE, path))
    assert put_in_force(curator, clock, version) == HTTPStatus.OK
    return version


def acts(app: Flask) -> list[AuditAction]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        rows = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        return [action for action in rows if action.startswith("template:")]


def header_of(content: bytes) -> str:
    return docx.Document(BytesIO(content)).sections[0].header.paragraphs[0].text


def refused_case(app: Flask, clock: FrozenClock, name: str) -> str:
    """A request that was registered and found to be about no pupil of the school."""
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit_request(Browser(app), last_name=name, child=name, born=born)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", grounds=["not_a_pupil"], all_answered="yes")
    return case


@pytest.mark.clause("FRM-2")
def test_next_decision_has_the_schools_look_and_the_issued_one_stays(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    head, curator = signed_in(app, "head"), signed_in(app, "curator")
    first, second = (refused_case(app, clock, name) for name in ("Чужая", "Другая"))
    move(head, f"{first}/sign")
    issued = head.open(f"{first}/decision.docx").data
    taken(curator, clock, in_own_colour())
    assert header_of(head.open(f"{second}/draft-decision.docx").data) == "Бланк школы"
    move(head, f"{second}/sign")
    assert header_of(head.open(f"{second}/decision.docx").data) == "Бланк школы"
    assert head.open(f"{first}/decision.docx").data == issued
    assert head.open(f"{second}/decision.pdf").data.startswith(b"%PDF")
    assert acts(app) == [AuditAction.TEMPLATE_OFFERED, AuditAction.TEMPLATE_IN_FORCE]


@pytest.mark.parametrize("kind", ["application", "receipt"])
def test_papers_of_a_request_are_printed_by_their_own_template(
    sqlite_app: Flask, clock: FrozenClock, kind: str
) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    taken(curator, clock, in_own_colour(kind), f"/school/templates/{kind}")
    case = refused_case(sqlite_app, clock, "Чужая")
    made = signed_in(sqlite_app, "secretary").open(f"{case}/{kind}.docx").data
    assert header_of(made) == "Бланк школы"


@pytest.mark.clause("FRM-3")
def test_consent_is_printed_by_its_own_template(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    taken(curator, clock, in_own_colour("consent"), "/school/templates/consent")
    curator.open("/office/consents?group=6А")
    card = curator.found(r'"(/office/consents/[0-9a-f-]{36})"')
    curator.open(card)
    made = curator.send(f"{card}/sheet", format="docx").data
    assert header_of(made) == "Бланк школы"


def test_sent_template_changes_nothing_until_it_is_put_in_force(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    curator, head = signed_in(sqlite_app, "curator"), signed_in(sqlite_app, "head")
    case = refused_case(sqlite_app, clock, "Чужая")
    assert send(curator, in_own_colour()) == HTTPStatus.OK
    assert "Посмотрите пробный документ" in curator.text
    assert "Бланк школы" in curator.text  # what the PDF does not have
    trial = curator.found(r'href="([^"]+/trial.docx)"')
    assert header_of(curator.client.get(trial).data) == "Бланк школы"
    assert header_of(head.open(f"{case}/draft-decision.docx").data) == ""


def test_template_is_in_force_from_its_day_and_another_brings_the_old_one_back(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    case = refused_case(app, clock, "Чужая")
    curator = signed_in(app, "curator")

    def shown() -> str:
        return header_of(signed_in(app, "head").open(f"{case}/draft-decision.docx").data)

    send(curator, in_own_colour())
    curator.open(PAGE)
    version = curator.found(VERSION)
    assert put_in_force(curator, clock, version, in_days=1) == HTTPStatus.OK
    assert shown() == ""
    clock.advance(days=1)
    assert shown() == "Бланк школы"
    curator = signed_in(app, "curator")
    assert put_in_force(curator, clock, f"{PAGE}/built-in") == HTTPStatus.OK
    assert shown() == ""
    assert "Печатается по встроенному" in curator.text
    assert put_in_force(curator, clock, version) == HTTPStatus.OK
    assert shown() == "Бланк школы"
    assert ">51<" in curator.text


def test_password_is_asked_again_and_nothing_typed_is_lost(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    send(curator, in_own_colour())
    curator.open(PAGE)
    for path in (curator.found(VERSION), f"{PAGE}/built-in"):
        answer = put_in_force(curator, clock, path, password="a guess")
        assert answer == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Это не ваш нынешний пароль" in curator.text
        assert 'value="51"' in curator.text
    assert acts(sqlite_app) == [AuditAction.TEMPLATE_OFFERED]


def test_day_that_is_past_is_refused_beside_its_field(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    answer = put_in_force(curator, clock, f"{PAGE}/built-in", in_days=-1)
    assert answer == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Этот день уже прошёл" in curator.found(r'id="valid_from-error"[^>]*>([\s\S]*?)</p>')


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "не файл DOCX"),
        (with_part("word/vbaProject.bin", "application/vnd.ms-office.vbaProject"), "макрос"),
        (with_line("{{ ''.__class__ }}"), "Так в шаблоне писать нельзя"),
        (
            with_line("{{ adressee }}"),
            "Таких слов в этом документе нет — adressee (абзац «{{ adressee }}»)",
        ),
        (built_in("consent"), "Шаблон не принят, вот почему"),
    ],
    ids=["empty", "macro", "attribute", "unknown", "another kind"],
)
def test_bad_template_is_refused_beside_its_field_and_on_record(
    sqlite_app: Flask, content: bytes, words: str
) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    assert send(curator, content) == HTTPStatus.UNPROCESSABLE_ENTITY
    beside = curator.found(r'id="file-error"[^>]*>([\s\S]*?)</p>')
    assert words in beside.replace("&#39;", "'")
    assert acts(sqlite_app) == [AuditAction.TEMPLATE_REFUSED]
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        assert session.scalars(select(PaperTemplate)).all() == []


def test_every_reason_is_listed(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    send(curator, built_in("consent"))
    text = re.sub(r"<[^>]+>", "", curator.text)
    assert "Таких слов в этом документе нет — representative_name (абзац «Я, " in text
    assert "документ потерял бы текст — addressee; citizen; decided_on" in text


def test_every_kind_and_every_flaw_has_its_words() -> None:
    assert {*labels.KIND_NAMES, *labels.PDF_ONLY} == set(KINDS)
    assert set(labels.FLAWS) == set(Flaw)


def test_same_file_sent_again_is_the_same_version(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    content = in_own_colour()
    for _time in range(2):
        assert send(curator, content) == HTTPStatus.OK
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        assert len(session.scalars(select(PaperTemplate)).all()) == 1
        (name,) = session.scalars(select(StoredFile.name).where(StoredFile.name == "бланк.docx"))
    curator.open(PAGE)
    assert name in curator.text
    assert curator.client.get(f"{curator.found(VERSION)}/template.docx").data == content


def test_template_that_lacks_words_of_a_newer_program_is_not_printed_with(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    """The built-in one prints all of them: a form must not lose its text."""
    seed(sqlite_app)
    case = refused_case(sqlite_app, clock, "Чужая")
    curator = signed_in(sqlite_app, "curator")
    version = taken(curator, clock, in_own_colour())
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        session.execute(update(PaperTemplate).values(words=["addressee"]))
        session.commit()
    made = signed_in(sqlite_app, "head").open(f"{case}/draft-decision.docx").data
    assert header_of(made) == ""
    curator.open(PAGE)
    assert "в этом документе другие слова" in curator.text
    curator.open(version)
    assert "загрузите шаблон заново" in curator.text
    assert send(curator, in_own_colour()) == HTTPStatus.OK


def test_kind_without_docx_and_foreign_version_are_not_found(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    version = taken(curator, clock, in_own_colour())
    foreign = version.replace("/refusal/", "/consent/")
    paths = ("/school/templates/poster", "/school/templates/x/built-in.docx", foreign)
    assert {curator.open(path).status_code for path in paths} == {HTTPStatus.NOT_FOUND}


def test_built_in_template_is_there_to_begin_from(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/school/templates")
    assert "Скачать встроенный" in curator.text
    assert curator.client.get(f"{PAGE}/built-in.docx").data == built_in("refusal")
    curator.open(PAGE)
    assert "Своих шаблонов школа ещё не загружала" in curator.text
