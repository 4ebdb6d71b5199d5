"""The pages of curriculum, load and approvals, and of the academic year."""

import re
from datetime import date
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from journal_core.context import ActionContext
from journal_core.curriculum.commands import SaveLoad, SaveSubject, save_load, save_subject
from journal_core.people.queries import staff_people
from journal_core.school.models import SchoolClass
from portal.perform import perform_as_operator
from tests.clock import FrozenClock
from tests.factories.school import YEAR
from tests.portal.story import Browser, date_parts, seed, signed_in

GRID = f"/curriculum/{YEAR}"
LOAD = f"/curriculum/{YEAR}/load/new"
APPROVALS = f"/curriculum/{YEAR}/approvals"
YEAR_PAGE = f"/year/{YEAR}"


def curator_with(app: Flask, *subjects: str) -> Browser:
    seed(app)
    with app.app_context():
        for name in subjects:
            perform_as_operator(save_subject, SaveSubject(name=name))
    return signed_in(app, "curator")


def cells(browser: Browser, subject: str) -> dict[int, str]:
    """grade → the name of the subject's cell on the grid."""
    browser.open(GRID)
    names = re.findall(rf'{subject}, (\d+) класс</label>\s*<input[^>]*name="(\w+)"', browser.text)
    return {int(grade): name for grade, name in names}


def save_grid(browser: Browser, **hours: str) -> int:
    seen = browser.found(r'name="seen" value="(\w+)"')
    return browser.send(GRID, seen=seen, **hours).status_code


def option(browser: Browser, words: str) -> str:
    return browser.found(rf'<option value="([\w-]+)"[^>]*>{words}')


@pytest.mark.clause("POL-3.4.1", "POL-3.8.4")
def test_grid_is_saved_as_a_whole_with_errors_beside_the_cell(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app, "Математика", "Физика")
    maths, physics = cells(curator, "Математика"), cells(curator, "Физика")
    assert save_grid(curator, **{maths[7]: "5", physics[7]: "два"}) == 422
    assert 'value="два"' in curator.text
    assert f'id="{physics[7]}-error"' in curator.text
    assert f'href="#{physics[7]}"' in curator.text
    save_grid(curator, **{maths[7]: "5", physics[7]: "2,5"})
    assert "Учебный план сохранён" in curator.text
    assert cells(curator, "Физика")[7]
    assert 'value="2,5"' in curator.text
    assert "7,5" in curator.text
    teacher = signed_in(sqlite_app, "teacher")
    teacher.open(GRID)
    assert "2,5" in teacher.text
    assert "<input" not in teacher.text.partition("<table")[2]
    assert teacher.send(GRID).status_code == HTTPStatus.FORBIDDEN


def test_grid_changed_meanwhile_is_not_overwritten_in_silence(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app, "Математика")
    deputy = signed_in(sqlite_app, "deputy")
    cell = cells(deputy, "Математика")[7]
    cells(curator, "Математика")
    save_grid(curator, **{cell: "5"})
    assert save_grid(deputy, **{cell: "6"}) == 422
    assert "изменил кто-то другой" in deputy.text
    assert 'value="6"' in deputy.text
    assert save_grid(deputy, **{cell: "6"}) == HTTPStatus.OK
    cells(curator, "Математика")
    assert 'value="6"' in curator.text


@pytest.mark.clause("POL-3.8.4")
def test_gap_is_named_and_leads_to_the_form_that_fills_it(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app, "Математика")
    save_grid_of_seven(curator)
    curator.open(f"/curriculum/{YEAR}/comparison")
    assert "нет учителя, нужно 5 ч" in curator.text
    path = curator.found(r'href="([^"]+/load/new[^"]+)"').replace("&amp;", "&")
    curator.open(path)
    answers = {
        "subject": curator.found(r'<option value="([\w-]+)" selected>Математика'),
        "place": curator.found(r'<option value="([\w-]+)" selected>7А'),
        "teacher": option(curator, "Орлова"),
    }
    assert curator.send(path, **answers, hours="пять").status_code == 422
    curator.send(path, **answers, hours="4")
    curator.open(f"/curriculum/{YEAR}/comparison")
    assert "дано 4 ч из 5" in curator.text
    curator.open(f"/curriculum/{YEAR}/load?by=teacher")
    row = curator.found(rf'href="(/curriculum/{YEAR}/load/[0-9a-f-]+)"')
    curator.open(LOAD)
    assert curator.send(LOAD, **answers, hours="1").status_code == 422
    assert "уже есть: измените её часы" in curator.text
    curator.open(row)
    curator.send(row, **answers, hours="5")
    curator.open(f"/curriculum/{YEAR}/comparison")
    assert "7Б" in curator.text
    assert "7А" not in curator.text
    curator.send(f"{row}/remove")
    assert "Нагрузка убрана" in curator.text


def save_grid_of_seven(curator: Browser) -> None:
    cell = cells(curator, "Математика")[7]
    save_grid(curator, **{cell: "5"})


@pytest.mark.clause("INS-3.6.1")
def test_head_approves_by_an_order_and_a_change_is_approved_anew(
    app: Flask, clock: FrozenClock
) -> None:
    curator = curator_with(app, "Математика")
    curator.open(APPROVALS)
    curator.send(f"{APPROVALS}/curriculum/send")
    assert "Утверждать пока нечего" in curator.text
    save_grid_of_seven(curator)
    curator.send(f"{APPROVALS}/curriculum/send")
    assert "Отправлено директору" in curator.text
    head = signed_in(app, "head")
    assert "ждёт директора" in (head.open("/home") and head.text)
    form = f"{APPROVALS}/curriculum/approve"
    head.open(form)
    seen = head.found(r'name="seen" value="(\d+)"')
    ahead = date_parts("signed_on", date(2026, 12, 31))
    assert head.send(form, seen=seen, order_number="61", **ahead).status_code == 422
    assert 'value="61"' in head.text
    head.send(form, seen=seen, order_number="61", **date_parts("signed_on", date(2026, 8, 28)))
    assert "приказ № 61 от 28.08.2026" in head.text
    assert "опоздание, дней: 3" in head.text
    cell = cells(curator, "Математика")[7]
    assert "Любое изменение снимет утверждение" in curator.text
    save_grid(curator, **{cell: "4"})
    late = (clock().date() - date(2026, 8, 25)).days
    head.open("/home")
    assert f"опоздание, дней: {late}" in head.text
    assert "ещё не отправлено" in head.text


@pytest.mark.clause("INS-3.6.4")
def test_head_gives_back_with_a_comment(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app)
    curator.open(APPROVALS)
    curator.send(f"{APPROVALS}/tariff/send")
    head = signed_in(sqlite_app, "head")
    form = f"{APPROVALS}/tariff/give-back"
    head.open(form)
    assert head.send(form).status_code == 422
    head.send(form, comment="нет надбавок")
    curator.open(APPROVALS)
    assert "Возвращено: нет надбавок" in curator.text
    assert curator.open(form).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("POL-3.4.6")
def test_subject_is_listed_once_and_removed_while_unused(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app, "Математика")
    page = f"/curriculum/{YEAR}/subjects"
    curator.open(page)
    assert curator.send(page, name="Математика").status_code == 422
    curator.send(page, name="Физика", position="3")
    physics = curator.found(rf'href="({page}/[0-9a-f-]+)">Физика')
    save_grid_of_seven(curator)
    maths = curator.open(page) and curator.found(rf'href="({page}/[0-9a-f-]+)">Математика')
    curator.open(maths)
    curator.send(f"{maths}/remove")
    assert "уже ссылаются" in curator.text
    curator.send(f"{physics}/remove")
    assert "Физика" not in curator.text


QUARTERS = (
    (date(2026, 9, 1), date(2026, 10, 25)),
    (date(2026, 11, 5), date(2026, 12, 29)),
    (date(2027, 1, 11), date(2027, 3, 26)),
    (date(2027, 4, 5), date(2027, 5, 31)),
)


def spans(*pairs: tuple[date, date]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, (since, until) in enumerate(pairs, start=1):
        found |= date_parts(f"since_{number}", since) | date_parts(f"until_{number}", until)
    return found


@pytest.mark.clause("INS-3.1.3", "POL-3.4.1")
def test_year_is_set_up_and_copied_to_the_next(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app)
    curator.open(YEAR_PAGE)
    assert "нет ни одного учебного дня" in curator.text
    page = f"{YEAR_PAGE}/periods/quarter/new"
    curator.open(page)
    meeting = (QUARTERS[0], (date(2026, 10, 20), QUARTERS[1][1]), *QUARTERS[2:])
    grades = {"first_grade": 1, "last_grade": 9}
    assert curator.send(page, **grades, **spans(*meeting)).status_code == 422
    assert 'href="#since_2-day"' in curator.text
    assert "пересекаются" in curator.text
    curator.send(page, **grades, **spans(*QUARTERS))
    assert "1–9 классы" in curator.text
    assert "<svg" in curator.text
    edit = f"{YEAR_PAGE}/periods/quarter/1"
    assert 'value="29"' in (curator.open(edit) and curator.text)
    page = f"{YEAR_PAGE}/holidays/new"
    curator.open(page)
    days = {
        **date_parts("since", date(2027, 2, 15)),
        **date_parts("until", date(2027, 2, 14)),
    }
    youngest = {"name": "Дополнительные", "first_grade": 1, "last_grade": 1}
    assert curator.send(page, **youngest, **days).status_code == 422
    curator.send(page, **youngest, **{**days, "until-day": 21})
    assert "Дополнительные" in curator.text
    assert "2–9 классы" in curator.text
    following = f"/year/{YEAR + 1}"
    curator.open(following)
    curator.send(f"{following}/copy")
    assert "15.02.2028" in curator.text
    assert curator.open("/year/1899").status_code == HTTPStatus.NOT_FOUND
    assert signed_in(sqlite_app, "teacher").open(edit).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("POL-3.4.1")
def test_bells_and_a_shortened_day(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app)
    page = f"{YEAR_PAGE}/bells/new"
    curator.open(page)
    assert curator.send(page, name="Обычные", starts_1="8:30").status_code == 422
    assert "и начало, и конец" in curator.text
    curator.send(page, name="Обычные", starts_1="8:30", ends_1="9:15")
    assert "8:30–9:15" in curator.text
    curator.open(page)
    wrong = {"starts_1": "8:30", "ends_1": "9:00", "starts_2": "8:50", "ends_2": "9:30"}
    assert curator.send(page, name="Сокращённые", **wrong).status_code == 422
    assert 'href="#starts_2"' in curator.text
    curator.send(page, name="Сокращённые", **{**wrong, "starts_2": "9:10", "ends_2": "9:40"})
    page = f"{YEAR_PAGE}/days/new"
    curator.open(page)
    schedule = option(curator, "Сокращённые")
    curator.send(page, schedule=schedule, reason="канун", **date_parts("day", date(2026, 12, 29)))
    assert "29.12.2026" in curator.text
    curator.send(curator.found(rf'action="({YEAR_PAGE}/days/\d+/remove)"'))
    assert "29.12.2026" not in curator.text


def test_statements_of_the_pages_do_not_grow_with_the_load(sqlite_app: Flask) -> None:
    curator = curator_with(sqlite_app, "Математика", "Физика")
    pages = [f"/curriculum/{YEAR}/{name}" for name in ("load", "comparison", "approvals")]
    before = [statements(sqlite_app, curator, page) for page in pages]
    with sqlite_app.app_context():
        perform_as_operator(teach_everything, None)
    assert [statements(sqlite_app, curator, page) for page in pages] == before


def teach_everything(context: ActionContext, _command: None) -> None:
    """Every class is taught the first subject by everybody."""
    maths = save_subject(context, SaveSubject(name="Астрономия"))
    for class_id in context.session.scalars(select(SchoolClass.id)):
        for person, _member in staff_people(context.session):
            command = SaveLoad(
                academic_year=YEAR,
                teacher_id=person.id,
                subject_id=maths,
                class_id=class_id,
                hours=1,
            )
            save_load(context, command)


def statements(app: Flask, browser: Browser, page: str) -> int:
    engine: Engine = app.extensions["portal"].database.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    assert browser.open(page).status_code == HTTPStatus.OK
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
