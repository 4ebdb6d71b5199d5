"""The journal page and its cells as the portal answers them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from journal_core.context import ActionContext
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Work
from journal_core.people.queries import staff_member_named
from journal_core.period_marks.models import PeriodMark, PeriodMarkChange
from journal_core.period_marks.terms import FinalKind
from portal.state import Portal
from tests.clock import FrozenClock
from tests.factories.journal import TODAY, KeptSchool, kept_school
from tests.factories.school import YEAR, pupil, school_class, subject, teacher
from tests.factories.week import SINCE, UNTIL
from tests.portal.story import Browser, acted, seed, signed_in

WEEK_AGO = TODAY - timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Journal:
    """8В has algebra with the seeded teacher; somebody else teaches them history."""

    app: Flask
    school: KeptSchool
    foreign: UUID

    @property
    def path(self) -> str:
        return f"/journal/{self.school.class_id}/{self.school.subject_id}"

    def reader(self, username: str = "teacher") -> Browser:
        browser = signed_in(self.app, username)
        browser.open(self.path)
        return browser

    def lesson(self, day: date = TODAY) -> UUID:
        return acted(self.app, lambda context: self.school.lesson(context, day).id)

    def edit(self, value: str, pupil: int = 0, day: date = TODAY, **values: Any) -> dict[str, Any]:
        return {
            "lesson_id": str(self.lesson(day)),
            "pupil_id": str(self.school.pupils[pupil]),
            "kind": "mark",
            "value": value,
            "work_id": None,
            "seen": None,
            **values,
        }

    def send(self, browser: Browser, *edits: object, **values: object) -> TestResponse:
        body = {
            "class_id": str(self.school.class_id),
            "subject_id": str(self.school.subject_id),
            "group_id": None,
            "since": SINCE.isoformat(),
            "until": UNTIL.isoformat(),
            "edits": edits,
            **values,
        }
        token = re.search(r'(?:data-csrf|name="csrf_token"[^>]*value)="([^"]+)"', browser.text)
        headers = {"X-CSRFToken": token.group(1) if token else ""}
        return browser.client.post("/journal/cells", json=body, headers=headers)

    def told(self, browser: Browser, *edits: object) -> list[dict[str, Any]]:
        answer = self.send(browser, *edits)
        assert answer.status_code == HTTPStatus.OK
        results: list[dict[str, Any]] = answer.get_json()["results"]
        return results

    def changes(self, browser: Browser, since: str) -> Any:
        query = {"first": str(SINCE), "last": str(UNTIL), "since": since}
        return browser.client.get(f"{self.path}/changes", query_string=query)


@pytest.fixture
def journal(sqlite_app: Flask) -> Journal:
    seed(sqlite_app)

    def begin(context: ActionContext) -> tuple[KeptSchool, UUID]:
        own = staff_member_named(context.session, "Орлова Елена Сергеевна")
        school = kept_school(context, name="8В", subject_name="Алгебра", teacher_id=own)
        other = Lesson(
            day=TODAY,
            number=1,
            class_id=school_class(context, "9В").id,
            subject_id=subject(context, "История"),
            teacher_id=teacher(context, "Грин Ольга Львовна"),
        )
        context.session.add(other)
        context.session.flush()
        return school, other.id

    school, foreign = acted(sqlite_app, begin)
    return Journal(app=sqlite_app, school=school, foreign=foreign)


@pytest.mark.clause("INS-3.3.12")
@pytest.mark.clause("INS-3.3.18")
def test_a_gesture_is_written_and_each_cell_says_what_became_of_it(journal: Journal) -> None:
    browser = journal.reader()
    answer = journal.send(
        browser,
        journal.edit("5"),
        journal.edit("4/5", pupil=1),
        journal.edit("н", pupil=2, kind="attendance"),
        journal.edit("7", pupil=3),
    ).get_json()
    assert [one["status"] for one in answer["results"]] == ["saved"] * 3 + ["refused"]
    assert answer["averages"][str(journal.school.pupils[1])] == {
        "value": "4,50",
        "words": "(4 + 5) : 2 = 4,50",
    }
    assert str(journal.school.pupils[2]) not in answer["averages"]  # who is there changes none
    browser.open(journal.path)
    assert 'data-value="4/5">4/5</td>' in browser.text
    assert 'data-presence="н"><i>н</i></td>' in browser.text
    assert 'title="(4 + 5) : 2 = 4,50">4,50</td>' in browser.text
    assert 'title="понедельник, 23\xa0ноября, 1-й урок, Ответ на уроке"' in browser.text


@pytest.mark.clause("INS-3.3.13")
def test_a_refusal_says_why_by_which_clause_and_who_can_open_it(journal: Journal) -> None:
    (told,) = journal.told(journal.reader(), journal.edit("5", day=WEEK_AGO))
    assert told == {
        "status": "refused",
        "words": "День урока и срок проверки прошли. Клетку открывает заместитель директора.",
        "clause": "INS-3.3.13",
        "may_be_opened": True,
    }
    (ahead,) = journal.told(
        journal.reader(), journal.edit("5", day=TODAY + timedelta(days=7), seen="")
    )
    assert (ahead["clause"], ahead["may_be_opened"]) == ("INS-3.3.12", False)


def test_what_another_wrote_meanwhile_is_not_written_over(journal: Journal) -> None:
    browser = journal.reader()
    journal.told(browser, journal.edit("5", seen=""))
    (told,) = journal.told(browser, journal.edit("4", seen=""))
    assert (told["status"], told["value"]) == ("conflict", "5")
    assert "Орлова Елена Сергеевна" in told["words"]
    (mine,) = journal.told(browser, journal.edit("4", seen="5"))
    assert (mine["status"], mine["was"]) == ("saved", "5")


@pytest.mark.clause("POL-3.6.1")
@pytest.mark.clause("POL-3.6.9")
def test_nobody_writes_in_a_page_that_is_not_theirs(journal: Journal) -> None:
    browser = journal.reader()
    foreign = journal.send(browser, journal.edit("5", lesson_id=str(journal.foreign)))
    assert foreign.status_code == HTTPStatus.NOT_FOUND
    for username, status in (
        ("parent", HTTPStatus.FORBIDDEN),
        ("pupil", HTTPStatus.FORBIDDEN),
        ("deputy", HTTPStatus.FORBIDDEN),
        ("classteacher", HTTPStatus.NOT_FOUND),
    ):
        other = signed_in(journal.app, username)
        other.open("/account")
        assert journal.send(other, journal.edit("5")).status_code == status, username
        assert (other.open(journal.path).status_code == HTTPStatus.OK) == (username == "deputy")
        seen = other.open(f"/journal/history?{_cell(journal)}").status_code
        assert (seen == HTTPStatus.OK) == (username == "deputy")


def test_what_the_script_would_never_send_is_not_understood(journal: Journal) -> None:
    browser = journal.reader()
    fine = journal.edit("5")
    for edits in (
        [fine, fine],
        ["5"],
        [{**fine, "kind": "praise"}],
        [{**fine, "value": 5}],
        [{**fine, "value": "5" * 1001}],
        [{**fine, "value": "5\0"}],
        [{**fine, "lesson_id": "no-id"}],
        [{**fine, "seen": []}],
    ):
        assert journal.send(browser, *edits).status_code == HTTPStatus.BAD_REQUEST, edits
    for values in ({"edits": {}}, {"since": "2026-13-01"}, {"until": "2036-01-01"}):
        assert journal.send(browser, **values).status_code == HTTPStatus.BAD_REQUEST, values
    assert journal.send(browser, fine, class_id=str(uuid4())).status_code == HTTPStatus.NOT_FOUND
    without_token = browser.client.post("/journal/cells", json={"edits": []})
    assert without_token.status_code == HTTPStatus.BAD_REQUEST
    long = [{**fine, "pupil_id": str(uuid4()), "value": "5" * 900} for _ in range(1200)]
    assert journal.send(browser, *long).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.clause("INS-3.3.13")
def test_a_cell_shows_everything_that_stood_in_it(journal: Journal, clock: FrozenClock) -> None:
    browser = journal.reader()
    journal.told(browser, journal.edit("4"))
    clock.advance(minutes=5)
    (told,) = journal.told(browser, journal.edit("5"))
    browser.open(f"/journal/history?{_cell(journal)}&work={told['work_id']}")
    cells = re.findall(r"<t[dh][^>]*>([^<]+)</t[dh]>", browser.text)
    assert cells[7:11] == ["отметка", "4", "5", "Орлова Елена Сергеевна"]
    assert cells[13:16] == ["отметка", "–", "4"]
    assert browser.open("/journal/history").status_code == HTTPStatus.BAD_REQUEST
    unknown = f"/journal/history?{_cell(journal)}&work={uuid4()}"
    assert browser.open(unknown).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("POL-4.2.5")
def test_others_changes_come_by_themselves_and_say_nothing_of_who_looks(
    journal: Journal, clock: FrozenClock
) -> None:
    writer, looker = journal.reader(), journal.reader("deputy")
    since = looker.found(r'data-at="([^"]+)"')
    journal.told(writer, journal.edit("4"), journal.edit("оп", pupil=1, kind="attendance"))
    clock.advance(seconds=2)
    journal.told(writer, journal.edit("5"))
    statements = _statements(journal.app, lambda: journal.changes(looker, since))
    told = journal.changes(looker, since).get_json()
    assert sorted(one["value"] for one in told["changes"]) == ["5", "оп"]
    assert told["averages"][str(journal.school.pupils[0])]["value"] == "5,00"
    clock.advance(seconds=60)
    told = journal.changes(looker, told["at"]).get_json()
    assert journal.changes(looker, told["at"]).get_json()["changes"] == []
    quiet = _statements(journal.app, lambda: journal.changes(looker, told["at"]))
    assert len(quiet) <= 6, quiet
    assert len(statements) <= 9, statements
    assert journal.changes(looker, "yesterday").status_code == HTTPStatus.BAD_REQUEST
    # The page asks on, and nobody is there: the session ends as it would without it.
    for _ in range(40):
        clock.advance(minutes=1)
        last = journal.changes(looker, told["at"])
    assert last.status_code == HTTPStatus.SEE_OTHER


def test_the_page_takes_as_many_statements_for_many_as_for_few(journal: Journal) -> None:
    browser = journal.reader()
    journal.told(browser, journal.edit("5"))
    few = _statements(journal.app, lambda: browser.open(journal.path))

    def grow(context: ActionContext) -> None:
        for place in range(12):
            pupil(
                context,
                journal.school.class_id,
                f"Ященко{'абвгдежзиклм'[place]} Ян Ильич",
                born=date(2013, 2, 1 + place),
                since=SINCE,
            )
            context.session.add(
                Work(
                    lesson_id=journal.school.lesson(context).id,
                    type_code="К",
                    title=f"№ {place}",
                    position=place + 1,
                    assigned_at=context.now,
                    assigned_by="Орлова",
                )
            )

    acted(journal.app, grow)
    many = _statements(journal.app, lambda: browser.open(journal.path))
    assert browser.text.count("Контрольная работа №") >= 12
    assert len(many) == len(few) <= 30


@pytest.mark.clause("POL-3.6.5")
def test_period_marks_stand_after_the_average(journal: Journal) -> None:
    def give(context: ActionContext) -> None:
        for kind, number, value in ((FinalKind.PERIOD, 1, "4"), (FinalKind.YEAR, 0, "н/а")):
            of = {
                "pupil_id": journal.school.pupils[0],
                "academic_year": YEAR,
                "subject_id": journal.school.subject_id,
                "kind": kind,
                "number": number,
            }
            context.session.add_all(
                (
                    PeriodMark(
                        **of,
                        class_id=journal.school.class_id,
                        value=value,
                        first_written_at=context.now,
                        written_at=context.now,
                        written_by="Орлова",
                    ),
                    PeriodMarkChange(**of, old="", new=value, at=context.now, by="Орлова"),
                )
            )

    acted(journal.app, give)
    browser = journal.reader()
    heads = re.findall(r'class="journal-final" title="([^"]+)"', browser.text)
    assert heads == ["1 четверть", "2 четверть", "Год"]
    assert re.findall(r'<td class="journal-final">([^<]*)<', browser.text)[:6] == [
        *("4", "", "н/а"),
        *("", "", ""),
    ]


@pytest.mark.clause("POL-3.6.1")
def test_everybody_finds_the_pages_that_they_may_read(journal: Journal) -> None:
    browser = signed_in(journal.app, "teacher")
    browser.open("/journal")
    assert f'{journal.path}"' in browser.text
    assert "История" not in browser.text
    deputy = signed_in(journal.app, "deputy")
    deputy.open("/journal")
    assert "История" not in deputy.text
    deputy.open(f"/journal?class={deputy.found(r'class=([0-9a-f-]{36})[^>]*>9В')}")
    assert "История" in deputy.text
    assert deputy.open(f"/journal?class={uuid4()}").status_code == HTTPStatus.NOT_FOUND
    deputy.open(journal.path)
    assert "Без JavaScript" not in deputy.text
    assert deputy.open(f"{journal.path}?period=4").status_code == HTTPStatus.NOT_FOUND
    idle = signed_in(journal.app, "classteacher")
    idle.open("/journal")
    assert "Страниц журнала пока нет" in idle.text


def _cell(journal: Journal) -> str:
    return f"lesson={journal.lesson()}&pupil={journal.school.pupils[0]}"


def _statements(app: Flask, act) -> list[str]:  # type: ignore[no-untyped-def]
    portal: Portal = app.extensions["portal"]
    told: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    event.listen(portal.database.engine, "before_cursor_execute", note)
    act()
    event.remove(portal.database.engine, "before_cursor_execute", note)
    return told
