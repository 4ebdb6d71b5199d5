"""Whatever is sent, nothing breaks, nothing is lost, nothing leaks, and the answer is in words."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

import portal as portal_package
from forms.fields import tidy_line
from journal_core.consents.models import Consent
from journal_core.notifications.models import OutboxLetter
from journal_core.people.models import Representation
from journal_core.people.terms import NAME_PART
from journal_core.requests.models import RequestPaper, ServiceRequest
from journal_core.requests.terms import RequestState
from journal_core.sweepers.queries import faults
from portal.config import Config
from portal.state import Portal
from tests.clock import FrozenClock
from tests.configuration import config_for
from tests.databases import ENGINES, PostgresServer, SqliteTemplate
from tests.hostile import archive, pdf, picture
from tests.portal.story import Browser, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30
CSRF = r'name="csrf_token"[^>]*value="([^"]+)"'
LEAKS = ("Traceback", "sqlalchemy", "psycopg", "sqlite3", "/site-packages/", "werkzeug")
NAME_OF_ANOTHER = "Скрытная"


@dataclass
class School:
    """One school for every case: two families' requests, and browsers that are signed in."""

    app: Flask
    clock: FrozenClock
    number: str
    key: str
    case: str
    paper: UUID
    draft: UUID
    staff: dict[str, Browser]
    asked: int = 0

    def stranger(self) -> Browser:
        """A browser at an address of its own: one case's misses are not another's."""
        self.asked += 1
        browser = Browser(self.app)
        browser.client.environ_base["REMOTE_ADDR"] = f"10.1.{self.asked // 250}.{self.asked % 250}"
        return browser

    def applicant(self) -> Browser:
        """A stranger with a draft begun."""
        browser = self.stranger()
        browser.open("/request/")
        browser.send("/request/")
        return browser

    @property
    def portal(self) -> Portal:
        found: Portal = self.app.extensions["portal"]
        return found


@pytest.fixture(scope="module", params=ENGINES)
def school(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[School]:
    folder = tmp_path_factory.mktemp("hostile")
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        fresh = template.fresh(folder)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        fresh = server.fresh()
    with fresh as url:
        clock = FrozenClock()
        app = portal_package.create_app(config_for(url, folder), clock=clock)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        with closing(app.extensions["portal"].database) as database:
            yield _told(app, clock)
            with database.reading() as session:
                assert faults(session) == []


def _told(app: Flask, clock: FrozenClock) -> School:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    owner = Browser(app)
    owner.open("/request/")
    owner.send("/request/")
    owner.send("/request/capacity", capacity="parent")
    owner.send("/request/papers", identity=(BytesIO(pdf()), "паспорт.pdf"), stay="yes")
    other = Browser(app)
    number, key = submit(other, last_name=NAME_OF_ANOTHER, child=NAME_OF_ANOTHER, born=born)
    staff = {
        name: signed_in(app, name)
        for name in ("secretary", "curator", "head", "parent", "classteacher", "teacher")
    }
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        paper = session.scalars(select(RequestPaper)).one()
    return School(
        app=app, clock=clock, number=number, key=key, staff=staff,
        case=opened_case(staff["secretary"], number), paper=paper.id, draft=paper.request_id,
    )  # fmt: skip


def _is_calm(response: TestResponse, *statuses: int, reads_all: bool = False) -> None:
    """The status that was meant; no stack of calls and nobody else's name on the page."""
    another = () if reads_all else (NAME_OF_ANOTHER,)
    page = response.get_data(as_text=True)
    assert response.status_code in statuses, page[:2000]
    assert [word for word in (*LEAKS, *another) if word in page] == []


# --- answers to the form's questions: 422, a sentence beside the field, nothing lost ---

SOUND: dict[str, dict[str, Any]] = {
    "/request/you": {
        "applicant_last_name": "Иванова", "applicant_first_name": "Мария",
        "applicant_patronymic": "Петровна",
    },
    "/request/contacts": {
        "address": "ул. Мира, 1", "phone": "+7 912 345-67-89", "email": "maria@example.com",
    },
    "/request/child": {
        "child_last_name": "Иванова", "child_first_name": "Анна", "child_patronymic": "Сергеевна",
        "child_birth_date-day": "3", "child_birth_date-month": "5",
        "child_birth_date-year": "2014", "child_class": "6А",
    },
    "/request/capacity": {"capacity": "parent"},
    "/request/delivery": {
        "result_delivery": "email", "refusal_delivery": "post", "email": "maria@example.com",
    },
    "/request/save": {"email": "maria@example.com"},
    "/track": {"track_number": "26-00001", "track_key": "АВЕК-АВЕК-АВЕК"},
    "/invitation": {"code": "АВЕК-АВЕК-АВЕК-АВЕК"},
    "/login": {"username": "иванова", "password": "secret"},
    "/login/reset": {"username": "иванова"},
}  # fmt: skip
NAMES = "/request/you applicant_last_name"
FIRST = "/request/you applicant_first_name"
DAY, MONTH, YEAR = (f"/request/child child_birth_date-{part}" for part in ("day", "month", "year"))
EMAIL, PHONE = "/request/contacts email", "/request/contacts phone"
LETTERS = "Напишите имя буквами"
TOO_LONG = "Сократите ответ"
WRONG_MAIL = "Проверьте адрес электронной почты"
WRONG_PHONE = "Проверьте номер телефона"

ANSWERS: list[tuple[str, str, Any, str]] = [
    ("name missing", NAMES, "", "Укажите фамилию"),
    ("name of spaces", NAMES, " \t ", "Укажите фамилию"),
    ("name of a NUL", NAMES, "\0", "Укажите фамилию"),
    ("name of an override", NAMES, "\u202e\u2066", "Укажите фамилию"),
    ("name of one letter too many", NAMES, "Я" * (NAME_PART + 1), TOO_LONG),
    ("name of 301 letters", NAMES, "Я" * 301, TOO_LONG),
    ("name of 5,000 letters", NAMES, "Я" * 5000, TOO_LONG),
    ("name with a number", NAMES, "Иванова 2", LETTERS),
    ("name as SQL", NAMES, "' OR 1=1 --", LETTERS),
    ("name as a drop", NAMES, "Иванова'); DROP TABLE person; --", LETTERS),
    ("name as HTML", NAMES, "<script>alert(1)</script>", LETTERS),
    ("name as an attribute", NAMES, '" onmouseover="alert(1)', LETTERS),
    ("name as a Jinja template", NAMES, "{{7*7}}", LETTERS),
    ("name as a Jinja statement", NAMES, "{% if 1 %}", LETTERS),
    ("name as a typst call", FIRST, "#set(x)", LETTERS),
    ("name as a shell variable", FIRST, "${PATH}", LETTERS),
    ("name as a formula", FIRST, "=1+1", LETTERS),
    ("name of an emoji", FIRST, "\N{GRINNING FACE}", LETTERS),
    ("name with a header", NAMES, "Иванова\r\nBcc: all@example.com", LETTERS),
    ("name in bytes of no UTF-8", NAMES, b"\xff\xfe\xc0", LETTERS),
    ("name as an array", NAMES, ["", "Иванова"], "Укажите фамилию"),
    ("name as a file", NAMES, (BytesIO(b"x"), "x.txt"), "Укажите фамилию"),
    ("address missing", "/request/contacts address", "", "Укажите адрес проживания"),
    ("address of 5,000 letters", "/request/contacts address", "ж" * 5000, TOO_LONG),
    ("phone of letters", PHONE, "позвоните", WRONG_PHONE),
    ("phone of 40 digits", PHONE, "7" * 40, WRONG_PHONE),
    ("phone of 5,000 digits", PHONE, "7" * 5000, TOO_LONG),
    ("phone of Arabic digits", PHONE, "٠١٢٣٤٥٦٧٨٩", WRONG_PHONE),
    ("phone as SQL", PHONE, "1; DELETE FROM account", WRONG_PHONE),
    ("address of no domain", EMAIL, "maria@", WRONG_MAIL),
    ("address of two signs", EMAIL, "a@b@example.com", WRONG_MAIL),
    ("address with a header", EMAIL, "a@example.com\r\nBcc: b@example.com", WRONG_MAIL),
    ("address with a bare line feed", EMAIL, "a@example.com\nX: y", WRONG_MAIL),
    ("address of two", EMAIL, "a@example.com,b@example.com", WRONG_MAIL),
    ("address with a name", EMAIL, "Мария <a@example.com>", WRONG_MAIL),
    ("address of 300 letters", EMAIL, "a" * 300 + "@example.com", TOO_LONG),
    ("address as HTML", EMAIL, '"<b>"@example.com', WRONG_MAIL),
    ("31 February", MONTH, ("31", "2", "2014"), "Такой даты нет"),
    ("29 February of a plain year", MONTH, ("29", "2", "2015"), "Такой даты нет"),
    ("day nought", DAY, "00", "День — это число от 1 до 31"),
    ("day 32", DAY, "32", "День — это число от 1 до 31"),
    ("day in letters", DAY, "третье", "День — это число от 1 до 31"),
    ("day of minus one", DAY, "-1", "День — это число от 1 до 31"),
    ("month 13", MONTH, "13", "Месяц — это число от 1 до 12"),
    ("month of no name", MONTH, "мартобря", "Месяц — это число от 1 до 12"),
    ("month missing", MONTH, "", "Укажите дату целиком"),
    ("year nought", YEAR, "0", "Год — это четыре цифры"),
    ("year 9999", YEAR, "9999", "Год — это четыре цифры"),
    ("year 1899", YEAR, "1899", "Год — это четыре цифры"),
    ("year before the first pupil", YEAR, "1901", "Проверьте год рождения"),
    ("year of twenty digits", YEAR, "9" * 20, "Год — это четыре цифры"),
    ("year in letters", YEAR, "MMXIV", "Год — это четыре цифры"),
    ("year as SQL", YEAR, "2014 OR 1=1", "Год — это четыре цифры"),
    ("class of 11 letters", "/request/child child_class", "6" * 11, TOO_LONG),
    ("capacity missing", "/request/capacity capacity", "", "Выберите, кто вы ребёнку"),
    ("capacity unknown", "/request/capacity capacity", "admin", "Выберите один из предложенных"),
    ("delivery unknown", "/request/delivery result_delivery", "pigeon", "Выберите один из"),
    ("delivery to no address", "/request/delivery email", "", "Укажите почту"),
    ("link to a wrong address", "/request/save email", "nobody", WRONG_MAIL),
    ("number missing", "/track track_number", "", "Укажите номер запроса"),
    ("number as SQL", "/track track_number", "' OR '1'='1", "Номер или ключ неверны"),
    ("number of a NUL", "/track track_number", "26\0-00001", "Номер или ключ неверны"),
    ("number of 5,000 digits", "/track track_number", "9" * 5000, TOO_LONG),
    ("key as HTML", "/track track_key", "<b>", "Номер или ключ неверны"),
    ("key of 5,000 letters", "/track track_key", "А" * 5000, TOO_LONG),
    ("code of one letter", "/invitation code", "А", "В коде ошибка"),
    ("code of nothing visible", "/invitation code", "\u200b\0", "Введите код"),
    ("code as a template", "/invitation code", "{{config}}", "В коде ошибка"),
    ("code of 5,000 letters", "/invitation code", "А" * 5000, TOO_LONG),
    ("user as SQL", "/login username", "admin' --", "Имя пользователя или пароль неверны"),
    ("user of a NUL", "/login username", "secretary\0", "Имя пользователя или пароль неверны"),
    ("user of 5,000 letters", "/login username", "a" * 5000, TOO_LONG),
    ("password of a NUL", "/login password", "\0", "Имя пользователя или пароль неверны"),
    ("password of 5,000 letters", "/login password", "a" * 5000, TOO_LONG),
    ("password of half a sign", "/login password", b"\xed\xa0\x80", "или пароль неверны"),
    ("reset for nobody named", "/login/reset username", "", "Укажите имя пользователя"),
]


@pytest.mark.parametrize(
    ("target", "typed", "says"), [pytest.param(*rest, id=name) for name, *rest in ANSWERS]
)
def test_answer_is_refused_beside_its_field_and_nothing_is_lost(
    school: School, target: str, typed: Any, says: str
) -> None:
    path, field = target.split()
    answers = dict(SOUND[path])
    if isinstance(typed, tuple) and isinstance(typed[0], str):
        parts = [name for name in answers if "birth_date" in name]
        answers |= dict(zip(parts, typed, strict=True))
    else:
        answers[field] = _anew(typed)
    browser = school.applicant()
    browser.open(path)
    response = browser.send(path, **answers)
    _is_calm(response, 422)
    assert says in browser.text
    kept = {name: text for name, text in answers.items() if _is_shown(name, text)}
    lost = [n for n, text in kept.items() if escape(tidy_line(text))[:200] not in _alike(browser)]
    assert lost == []
    assert "<script>alert" not in browser.text


def _anew(typed: Any) -> Any:
    """A file is read once."""
    return (BytesIO(b"x"), typed[1]) if isinstance(typed, tuple) else typed


def _is_shown(name: str, text: Any) -> bool:
    chosen = ("capacity", "result_delivery", "refusal_delivery", "password")
    return isinstance(text, str) and name not in chosen


def _alike(browser: Browser) -> str:
    """The page with its quotes written as `html.escape` writes them."""
    return browser.text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


# --- requests that no form sends ---

MALFORMED = "not-a-uuid"
ANYBODY = "00000000-0000-0000-0000-000000000001"
JSON = {"json": {"username": ["secretary"], "password": {"$ne": ""}}}
REQUESTS: list[tuple[str, str, str, dict[str, Any], tuple[int, ...]]] = [
    ("GET of an act", "secretary", "GET {case}/register", {}, (405,)),
    ("GET of a withdrawal", "", "GET /track/withdraw", {}, (404, 405)),
    ("GET of a sign-out", "secretary", "GET /logout", {}, (405,)),
    ("PUT of a page", "", "PUT /track", {}, (405,)),
    ("DELETE of a case", "secretary", "DELETE {case}", {}, (405,)),
    ("PATCH of an account", "secretary", "PATCH /account", {}, (405,)),
    ("a method of no name", "", "EVIL /track", {}, (405,)),
    ("JSON without a token", "", "POST /login", JSON, (400,)),
    ("JSON for a move", "secretary", "POST {case}/register", JSON, (400,)),
    ("45 MB and one byte", "", "POST /login", {"data": b"x" * (45 * 2**20 + 1)}, (400, 413)),
    ("45 MB of form", "", "POST /request/you", {"data": {"a": "x" * (45 * 2**20)}}, (413,)),
    ("2,000 fields", "", "POST /login", {"data": {f"f{n}": "" for n in range(2000)}}, (400, 413)),
    ("a multipart cut off", "", "POST /login",
     {"data": b"--x\r\nContent-Disp", "content_type": "multipart/form-data; boundary=x"}, (400,)),
    ("a multipart without its boundary", "", "POST /login",
     {"data": b"--x", "content_type": "multipart/form-data"}, (400,)),
    ("a body in no charset", "", "POST /login",
     {"data": b"\xff", "content_type": "application/x-www-form-urlencoded; charset=x"}, (400,)),
    ("malformed id of a case", "secretary", f"GET /office/requests/{MALFORMED}", {}, (404,)),
    ("id of no case", "secretary", f"GET /office/requests/{ANYBODY}", {}, (404,)),
    ("id of another's draft", "secretary", "GET /office/requests/{draft}", {}, (404,)),
    ("paper of another case", "secretary", "GET {case}/papers/{paper}", {}, (404,)),
    ("decision that is not", "secretary", "GET {case}/decision.pdf", {}, (404,)),
    ("paper of an unknown form", "secretary", "GET {case}/application.exe", {}, (404,)),
    ("request of another account", "parent", "GET /track/own/{request}", {}, (404,)),
    ("link of another class", "classteacher", "GET /office/consents/{link}", {}, (404,)),
    ("copy of another's consent", "secretary",
     "GET /office/consents/{link}/copies/{consent}", {}, (404,)),
    ("person of no id", "secretary", f"GET /privacy/people/{ANYBODY}", {}, (404,)),
    ("account of no id", "curator", f"GET /office/recovery/{ANYBODY}", {}, (404,)),
    ("a case for a parent", "parent", "GET {case}", {}, (403,)),
    ("settings for a teacher", "teacher", "GET /school", {}, (403,)),
    ("a case for nobody", "", "GET {case}", {}, (303,)),
    ("a search with a NUL", "secretary", "GET /office?q=%00", {}, (400,)),
    ("a path with a NUL", "", "GET /track/a%00b", {}, (404,)),
    ("a search of 5,000 letters", "secretary", "GET /office?q=" + "x" * 5000, {}, (200,)),
    ("a search as SQL", "secretary", "GET /office?q=%27%20OR%201=1%20--", {}, (200,)),
    ("a search of per cents", "secretary", "GET /office?q=%25%25%5F", {}, (200,)),
    ("a search in no UTF-8", "secretary", "GET /office?q=%FF%FE", {}, (200,)),
    ("a page far away", "secretary", "GET /office?page=99999999999999999999", {}, (200,)),
    ("a page before the first", "secretary", "GET /office?page=-5", {}, (200,)),
    ("a page in letters", "secretary", "GET /office?page=one", {}, (200,)),
    ("a page of 5,000 digits", "secretary", "GET /office?page=" + "9" * 5000, {}, (200,)),
    ("an unknown tab", "secretary", "GET /office?tab=evil", {}, (200,)),
    ("a tab twice", "secretary", "GET /office?tab=visit&tab=evil", {}, (200,)),
    ("an unknown setting", "curator", "GET /school/settings/evil", {}, (404,)),
    ("a year past all", "curator", "GET /school/calendar/99999999999/1", {}, (404,)),
    ("a step of no name", "", "GET /request/evil", {}, (404,)),
    ("a language of no name", "", "GET /language/xx", {}, (404,)),
    ("a way out of the pictures", "", "GET /static/../config.py", {}, (404,)),
    ("an encoded way out", "", "GET /static/%2e%2e/%2e%2e/pyproject.toml", {}, (404,)),
    ("a backslash way out", "", "GET /static/..%5c..%5cpyproject.toml", {}, (404,)),
    ("an encoded root", "", "GET /static/%2fetc/passwd", {}, (308, 404)),
    ("a track link of nobody", "", "GET /track/" + "A" * 43, {}, (404,)),
    ("a track link of one letter", "", "GET /track/A", {}, (404,)),
    ("a track link in Russian", "", "GET /track/ключ", {}, (404,)),
    ("a track link of 5,000 letters", "", "GET /track/" + "A" * 5000, {}, (404,)),
    ("another's track link, forged", "", "GET /track/{forged}", {}, (404,)),
    ("a draft's link for tracking", "", "GET /track/{draft_link}", {}, (404,)),
    ("a draft link, forged", "", "GET /request/return/{forged}", {}, (303,)),
    ("a track link for the draft", "", "GET /request/return/{track_link}", {}, (303,)),
    ("a reset link, forged", "", "GET /login/reset/{forged}", {}, (303,)),
    ("a session cookie, forged", "", "GET /office",
     {"headers": {"Cookie": "session=eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbb"}}, (303,)),
    ("a remember cookie, forged", "", "GET /office",
     {"headers": {"Cookie": "remember_token=1|" + "0" * 128}}, (303,)),
    ("somebody's id as a cookie", "", "GET /office",
     {"headers": {"Cookie": f"session={ANYBODY}"}}, (303,)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "asked", "more", "statuses"), [pytest.param(*rest, id=name) for name, *rest in REQUESTS]
)
def test_request_of_no_form_is_answered_calmly(
    school: School, who: str, asked: str, more: dict[str, Any], statuses: tuple[int, ...]
) -> None:
    method, path = asked.split(" ", 1)
    for name, value in _places(school).items():
        path = path.replace(f"{{{name}}}", value)
    browser = school.staff[who] if who else school.stranger()
    answer = browser.client.open(path, method=method, **more)
    _is_calm(answer, *statuses, reads_all=who == "secretary")


def _places(school: School) -> dict[str, str]:
    keys, request_id = school.portal.keys, UUID(school.case.rsplit("/", 1)[1])
    genuine = keys.link_token("track", request_id, 0)
    with school.portal.database.reading() as session:
        links = session.scalars(select(Representation.id).order_by(Representation.id)).all()
        consents = session.execute(select(Consent.id, Consent.representation_id)).all()
    consent_id, owner = consents[0]
    return {
        "case": school.case,
        "request": str(request_id),
        "draft": str(school.draft),
        "paper": str(school.paper),
        "link": str(next(link for link in _other_class(school, links) if link != owner)),
        "consent": str(consent_id),
        "forged": genuine[:-2] + ("AA" if genuine[-2:] != "AA" else "BB"),
        "track_link": genuine,
        "draft_link": keys.link_token("draft", request_id, 0),
    }


def _other_class(school: School, links: Any) -> list[UUID]:
    """Of the representatives those whom the teacher of 6А does not see."""
    own = school.staff["classteacher"].open("/office/consents").get_data(as_text=True)
    return [link for link in links if str(link) not in own]


# --- tokens of the pages ---


def _csrf(page: str) -> str:
    found = re.search(CSRF, page)
    assert found is not None
    return found.group(1)


TOKENS: list[tuple[str, Callable[[School, Browser], str | None]]] = [
    ("missing", lambda _school, _browser: None),
    ("empty", lambda _school, _browser: ""),
    ("of letters", lambda _school, _browser: "a" * 40),
    ("of a NUL", lambda _school, _browser: "\0"),
    ("of another browser", lambda school, _browser: _csrf(_opened(school.stranger(), "/track"))),
    ("of another person", lambda school, _browser: _csrf(_opened(school.staff["head"], "/home"))),
    ("changed by a sign", lambda _school, browser: _csrf(browser.text)[:-1] + "!"),
]  # fmt: skip


def _opened(browser: Browser, path: str) -> str:
    browser.open(path)
    return browser.text


@pytest.mark.parametrize("made", [pytest.param(made, id=name) for name, made in TOKENS])
def test_without_the_pages_own_token_nothing_happens(
    school: School, made: Callable[[School, Browser], str | None]
) -> None:
    browser = school.applicant()
    browser.open("/request/you")
    token = made(school, browser)
    sent = dict(SOUND["/request/you"]) | ({} if token is None else {"csrf_token": token})
    response = browser.client.post("/request/you", data=sent)
    _is_calm(response, 400)
    assert "Страница устарела" in response.get_data(as_text=True)
    browser.open("/request/you")
    assert "Иванова" not in browser.text


def test_token_from_before_the_sign_in_moves_nothing_after_it(school: School) -> None:
    browser = school.stranger()
    browser.open("/login")
    old = _csrf(browser.text)
    browser.send("/login", username="secretary", password="a long demo password")
    response = browser.client.post(f"{school.case}/register", data={"csrf_token": old})
    _is_calm(response, 400)


# --- ways elsewhere ---

ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "https://evil.example", "https:evil.example", "https:/evil.example", "//evil.example/home",
    "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example",
    "\t//evil.example", " //evil.example", "/%2f/evil.example", "http://[", "//[", "//user@evil",
    "/home\r\nSet-Cookie: a=b", "evil.example", "?next=//evil.example", "/..//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_elsewhere(school: School, address: str) -> None:
    browser = school.stranger()
    switched = browser.client.get("/language/ru", query_string={"next": address})
    browser.open("/login")
    entered = browser.client.post(
        "/login",
        query_string={"next": address},
        data={
            "csrf_token": _csrf(browser.text),
            "username": "teacher",
            "password": "a long demo password",
        },
    )
    for response in (switched, entered):
        assert response.status_code == 303
        assert re.match(r"/(?![/\\])", response.location), response.location
        assert not re.search(r"[\x00-\x20\\]", response.location)
        assert "Set-Cookie: a=b" not in str(response.headers)


@pytest.mark.parametrize("path", ["/", "/request", "/office?q=%00", "/no-such-page", "/static/a"])
def test_request_to_a_foreign_host_is_not_answered(school: School, path: str) -> None:
    client = school.stranger().client
    answers = [
        client.get(path, headers={"Host": "evil.example"}),
        client.post(path, headers={"Host": "localhost.evil.example:80"}),
        client.get(path, headers={"Host": "127.0.0.1"}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.text) == (400, "400\n")
        assert "Location" not in answer.headers


def test_demo_answers_on_the_machine_itself_alone() -> None:
    demo = {"PORTAL_MODE": "demo", "PORTAL_SECRET_KEY": "secret", "PORT": "8123"}
    assert Config.from_environment(demo).hosts == ["127.0.0.1", "localhost"]
    real = {"PORTAL_BASE_URL": "https://portal.school.example:8443"}
    assert Config.from_environment(real).hosts == ["portal.school.example"]


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "host=evil.example"},
    ],
    ids=str,
)
def test_letters_and_pages_lead_to_the_portal_alone(
    school: School, environ: dict[str, str]
) -> None:
    browser = school.stranger()
    browser.client.environ_base.update(environ)
    browser.open("/request/")
    browser.send("/request/")
    browser.open("/request/save")
    answer = browser.send("/request/save", email="maria@example.com")
    _is_calm(answer, 200)
    assert "Ссылка отправлена" in browser.text
    assert "evil" not in browser.text
    with school.portal.database.reading() as session:
        letters = session.scalars(select(OutboxLetter)).all()
    assert letters
    assert not [letter for letter in letters if "evil" in letter.text + letter.subject]


def test_forwarded_address_from_no_proxy_of_ours_escapes_no_limit(school: School) -> None:
    browser = school.stranger()
    statuses = []
    for guess in range(21):
        browser.open("/track")
        statuses.append(
            browser.client.post(
                "/track",
                data={
                    "csrf_token": _csrf(browser.text),
                    "track_number": f"27-{guess:05}",
                    "track_key": "АВЕК-АВЕК-АВЕК",
                },
                headers={"X-Forwarded-For": f"10.9.9.{guess}", "X-Real-IP": f"10.9.8.{guess}"},
            ).status_code
        )
    assert statuses[-1] == 429


# --- files ---

EXE = b"MZ" + bytes(200)
FILES: list[tuple[str, Callable[[], bytes], str, str | None]] = [
    ("an executable renamed", lambda: EXE, "паспорт.pdf", None),
    ("a script renamed", lambda: b"#!/bin/sh\nrm -rf /", "паспорт.png", None),
    ("a page renamed", lambda: b"<html><script>alert(1)</script>", "паспорт.jpg", None),
    ("a drawing with a script", lambda: b"<svg onload='alert(1)'/>", "паспорт.png", None),
    ("an archive renamed", archive, "паспорт.pdf", None),
    ("a page before a paper", lambda: b"<script>alert(1)</script>" + pdf(), "паспорт.pdf", None),
    ("an executable before a paper", lambda: EXE + pdf(), "паспорт.pdf", None),
    ("a picture cut off", lambda: picture("PNG")[:38], "паспорт.png", None),
    ("nothing", lambda: b"", "паспорт.pdf", None),
    ("a paper with two endings", pdf, "паспорт.pdf.exe", "паспорт.pdf.pdf"),
    ("a picture as a page", lambda: picture("PNG"), "паспорт.html", "паспорт.png"),
    ("a name that leads out", pdf, "../../../etc/passwd.pdf", "passwd.pdf"),
    ("a name that leads out in Windows", pdf, "..\\..\\boot.pdf", "boot.pdf"),
    ("a name as a page", pdf, "<img src=x onerror=alert(1)>.pdf", "onerror"),
    ("a name as a template", pdf, "{{7*7}}.pdf", "{{7*7}}.pdf"),
    ("a name with a NUL", pdf, "пас\0порт.pdf", "паспорт.pdf"),
    ("a name of an override", pdf, "fdp.\u202eexe.pdf", "fdp.exe.pdf"),
    ("a name of 5,000 letters", pdf, "ж" * 5000 + ".pdf", "жжж"),
    ("a name of points", pdf, "...", "pdf"),
]


@pytest.mark.parametrize(
    ("made", "name", "shown"), [pytest.param(*rest, id=name) for name, *rest in FILES]
)
def test_file_is_refused_in_words_or_kept_under_a_harmless_name(
    school: School, made: Callable[[], bytes], name: str, shown: str | None
) -> None:
    browser = school.applicant()
    browser.open("/request/papers")
    response = browser.send("/request/papers", identity=(BytesIO(made()), name), stay="yes")
    _is_calm(response, 422 if shown is None else 200)
    assert "onerror=alert(1)>" not in browser.text
    assert "49.pdf" not in browser.text
    assert (shown or "паспорт") in browser.text
    assert ("Добавлено файлов: 1" in browser.text) == (shown is not None)


# --- the same again ---


def test_submission_sent_twice_is_one_request(school: School) -> None:
    born = school.clock().date() - timedelta(days=AGE_DAYS)
    browser = school.stranger()
    number, _key = submit(browser, last_name="Дважды", child="Дважды", born=born)
    token = browser.client.get("/track").get_data(as_text=True)
    for _again in range(2):
        response = browser.client.post(
            "/request/check", data={"csrf_token": _csrf(token), "declaration": "yes"}
        )
        assert response.location == "/request/receipt"
    with school.portal.database.reading() as session:
        found = session.scalars(
            select(ServiceRequest).where(ServiceRequest.applicant_last_name == "Дважды")
        ).all()
    assert [one.request_number for one in found] == [number]


def test_old_version_of_the_case_moves_nothing(school: School) -> None:
    born = school.clock().date() - timedelta(days=AGE_DAYS)
    number, _key = submit(school.stranger(), last_name="Старая", child="Старая", born=born)
    secretary = school.staff["secretary"]
    case = opened_case(secretary, number)
    version = secretary.found(r'name="seen_version"[^>]*value="(\d+)"')
    assert secretary.send(f"{case}/register", seen_version=version).status_code == 200
    for seen in (version, "0", "-1", "999999", "letters", "", "1e3", "9" * 30):
        secretary.open(case)
        assert secretary.send(f"{case}/close", seen_version=seen, reason="no_show").status_code in (
            400, 409, 422,
        )  # fmt: skip
    with school.portal.database.reading() as session:
        row = session.scalars(
            select(ServiceRequest).where(ServiceRequest.request_number == number)
        ).one()
    assert row.state is RequestState.RECEIVED


def test_page_of_another_draft_is_not_touched(school: School) -> None:
    browser = school.applicant()
    browser.open("/request/papers")
    for act in ("remove", "up", "down"):
        browser.open("/request/papers")
        response = browser.send(f"/request/papers/{school.paper}/{act}")
        _is_calm(response, 200, 404)
    with school.portal.database.reading() as session:
        assert session.get(RequestPaper, school.paper) is not None


@pytest.mark.parametrize("letter", ["а", "\N{DESERET SMALL LETTER LONG I}"])
def test_name_of_every_part_at_its_limit_is_taken_in(school: School, letter: str) -> None:
    """Six parts of the most letters go into the index, the record and the papers."""
    born = school.clock().date() - timedelta(days=AGE_DAYS)
    part = "".join(chr(ord(letter) + n % 32) for n in range(NAME_PART)).capitalize()
    browser = school.stranger()
    number, _key = submit(
        browser, last_name=part, child=part, born=born,
        first_name=part, patronymic=part, applicant=(part, part),
    )  # fmt: skip
    assert browser.client.get("/request/receipt.pdf").data.startswith(b"%PDF")
    secretary = school.staff["secretary"]
    case = opened_case(secretary, number)
    version = secretary.found(r'name="seen_version"[^>]*value="(\d+)"')
    assert secretary.send(f"{case}/register", seen_version=version).status_code == 200
    secretary.open(case)
    version = secretary.found(r'name="seen_version"[^>]*value="(\d+)"')
    response = secretary.send(
        f"{case}/check", seen_version=version, grounds=["not_a_pupil"], all_answered="yes"
    )
    assert response.status_code == 200
