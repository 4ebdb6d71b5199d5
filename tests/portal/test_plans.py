"""The pages of thematic plans: from a pasted table to the printed correction sheet."""

import re
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from journal_core.access.models import Account
from journal_core.curriculum.models import CurriculumHours, TeachingLoad
from journal_core.curriculum.models import Subject as SchoolSubject
from journal_core.lessons.models import Lesson
from journal_core.plans.models import PlanTopic, ThematicPlan
from journal_core.school.models import SchoolClass
from journal_core.school.queries import class_named
from portal.state import Portal
from tests.portal.story import Browser, seed, signed_in

TABLE = "№\tРаздел\tТема\tЧасов\tД/з\n" + "\n".join(
    f"{number}\tЧисла\tТема {number}\t1\tп. {number}" for number in range(1, 7)
)


@pytest.fixture
def school(sqlite_app: Flask) -> Flask:
    """The demo's school; its teacher has mathematics in 6А and 7Б by the load."""
    seed(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        subject = SchoolSubject(name="Математика", short_name="Матем")
        session.add(subject)
        session.flush()
        of_class = class_named(session, "6А")
        assert of_class is not None
        year = of_class.academic_year
        session.add(CurriculumHours(academic_year=year, grade=6, subject_id=subject.id, hours=5))
        others = (SchoolClass(academic_year=year, grade=6, letter=one) for one in "ШЩ")
        session.add_all(others)
        session.flush()
        for letter in "АШ":
            class_id = session.scalars(
                select(SchoolClass.id).where(
                    SchoolClass.academic_year == year,
                    SchoolClass.grade == 6,
                    SchoolClass.letter == letter,
                )
            ).one()
            session.add(
                TeachingLoad(
                    academic_year=year,
                    teacher_id=_person(session, "teacher"),
                    subject_id=subject.id,
                    class_id=class_id,
                    hours=5,
                )
            )
        session.commit()
    return sqlite_app


def _person(session: Session, username: str) -> UUID:
    return session.scalars(select(Account.person_id).where(Account.username == username)).one()


def _reading(app: Flask) -> Session:
    portal: Portal = app.extensions["portal"]
    return portal.database.reading()


def _new_plan(teacher: Browser, table: str = TABLE, grade: int = 6) -> str:
    """A plan of the base with the table's topics; returns its path."""
    teacher.open("/plans/new")
    subject = teacher.found(r'<option value="([0-9a-f-]{36})">Математика')
    key = teacher.found(r'name="key"[^>]*value="([0-9a-f-]{36})"')
    answers = {"subject": subject, "grade": grade, "title": "По учебнику", "key": key}
    # A double press of the button makes one plan.
    made = {teacher.send("/plans/new", **answers).request.path for _press in range(2)}
    assert len(made) == 1
    path = teacher.found(r'back-link" href="(/plans/[0-9a-f-]{36})"')
    teacher.send(f"{path}/topics", text=table)
    teacher.send(f"{path}/topics", text=table, confirm="yes")
    return path


def _copied(teacher: Browser, path: str) -> str:
    """The plan is copied to 6А; returns the copy's path."""
    teacher.open(f"{path}/copy")
    place = teacher.found(r'value="([0-9a-f-]{36}/)"')
    teacher.send(f"{path}/copy", places=place)
    return teacher.found(r'href="(/plans/[0-9a-f-]{36})/edit"')


def _give_lessons(app: Flask, path: str, *, given: int, lost: int, ahead: int) -> None:
    """Lessons of the plan's class around today: with topics, not held, and to come."""
    portal: Portal = app.extensions["portal"]
    now, plan_id = portal.clock(), UUID(path.rpartition("/")[2])
    with portal.database.writing() as session:
        plan = session.get_one(ThematicPlan, plan_id)
        topics = session.scalars(
            select(PlanTopic.id).where(PlanTopic.plan_id == plan_id).order_by(PlanTopic.position)
        ).all()
        for shift in range(-given - lost, ahead):
            is_given = shift < -lost
            session.add(
                Lesson(
                    day=now.date() + timedelta(days=shift if shift < 0 else shift + 1),
                    number=1,
                    class_id=plan.class_id,
                    subject_id=plan.subject_id,
                    teacher_id=plan.author_id,
                    topic_id=topics[shift + given + lost] if is_given else None,
                    kept_at=now - timedelta(days=30) if is_given else None,
                    cancelled_at=now if not is_given and shift < 0 else None,
                )
            )
        session.commit()


@pytest.mark.clause("POL-2.2.2")
def test_pasted_table_is_shown_first_and_taken_whole(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    teacher.open("/plans")
    assert "Математика, 6А" in teacher.found(r"(?s)Нет плана:(.*?)</p>")
    path = _new_plan(teacher)
    assert "Добавлено тем: 6" in teacher.text
    assert "не хватает 164 ч" in teacher.text
    broken = teacher.send(f"{path}/topics", text=TABLE + "\n7\tЧисла\tДоли\tмного\t", confirm="yes")
    assert broken.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Часов: не число часов («много»)" in teacher.text
    assert "Доли\tмного" in teacher.text
    teacher.open(path)
    assert "Доли" not in teacher.text
    teacher.open("/plans")
    assert f'href="{path}"' in teacher.text


def test_spreadsheet_is_checked_as_text_and_a_wrong_file_is_refused(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    path = _new_plan(teacher)
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Тема", "Часы"])
        page.write_row(1, 0, ["Доли", 2])
    content.seek(0)
    teacher.open(f"{path}/topics")
    teacher.send(f"{path}/topics", file=(content, "план.xlsx"))
    assert "Найдено тем: 1, часов: 2" in teacher.text
    assert "Доли\t2" in teacher.text
    refused = teacher.send(f"{path}/topics", file=(BytesIO(b"%PDF-1.7"), "план.xlsx"))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Это не таблица" in teacher.text
    empty = teacher.send(f"{path}/topics", text="")
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def _rows(browser: Browser) -> list[dict[str, str]]:
    """The rows of the page for changing, as they stand in the controls."""
    body = re.findall(r"(?s)<tr[^>]*>(.*?)</tr>", browser.text)
    found = []
    for row in body:
        texts = dict(
            re.findall(r'(?s)name="row-(section|title|homework)"[^>]*>(.*?)</textarea', row)
        )
        values = dict(re.findall(r'name="row-(id|number|hours)" value="([^"]*)"', row))
        if values:
            found.append({**texts, **values})
    return found


def _send_rows(browser: Browser, path: str, rows: list[dict[str, str]], **more: object) -> int:
    seen = browser.found(r'name="seen" value="([^"]*)"').replace("&#43;", "+")
    parts = ("id", "number", "section", "title", "hours", "homework")
    columns = {f"row-{part}": [row.get(part, "") for row in rows] for part in parts}
    return browser.send(
        f"{path}/edit", title="По учебнику", seen=seen, **columns, **more
    ).status_code


@pytest.mark.clause("POL-2.2.2")
def test_rows_are_edited_on_one_page_and_nothing_typed_is_lost(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    path = _new_plan(teacher)
    teacher.open(f"{path}/edit")
    rows = _rows(teacher)
    assert len(rows) == 6 + 5
    rows[5]["number"] = "1"
    rows[6] |= {"title": "Новая", "hours": "два"}
    assert _send_rows(teacher, path, rows) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "не число часов" in teacher.text
    assert _rows(teacher)[6] | {"hours": "два", "title": "Новая"} == _rows(teacher)[6]
    rows[6]["hours"] = "2 ч"
    status = _send_rows(teacher, path, rows, **{"row-removed": rows[1]["id"]})
    assert (status, "План сохранён" in teacher.text) == (HTTPStatus.OK, True)
    teacher.open(f"{path}/edit")
    titles = [row["title"] for row in _rows(teacher) if row["title"]]
    assert titles == ["Тема 6", "Тема 1", "Тема 3", "Тема 4", "Тема 5", "Новая"]


def test_plan_that_was_saved_meanwhile_is_not_overwritten(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    path = _new_plan(teacher)
    teacher.open(f"{path}/edit")
    rows = _rows(teacher)
    seen = teacher.text
    school.extensions["portal"].clock.advance(minutes=1)
    assert _send_rows(teacher, path, rows) == HTTPStatus.OK
    teacher.text = seen
    assert _send_rows(teacher, path, rows) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "изменил кто-то другой" in teacher.text


@pytest.mark.clause("INS-3.3.17")
@pytest.mark.clause("POL-2.2.10")
def test_lost_lessons_are_made_up_and_the_sheet_is_printed(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    path = _copied(teacher, _new_plan(teacher))
    _give_lessons(school, path, given=2, lost=2, ahead=2)
    deputy = signed_in(school, "deputy")
    deputy.open("/plans/progress")
    row = deputy.found(rf'(?s){path}">6А</a>(.*?)</tr>')
    assert "отстаёт на 2 ч" in row

    assert "не помещается 2 ч" in row
    teacher.open(f"{path}/relay")
    assert "не помещается 2 ч" in teacher.text
    chosen = dict(
        re.findall(r'(?s)name="(way-[^"]+)".*?<option value="(\w+)" selected', teacher.text)
    )
    assert "merged" in chosen.values()
    ids = re.findall(r'name="way-([0-9a-f-]+)"', teacher.text)
    assert len(ids) == 4
    seen = teacher.found(r'name="seen" value="([^"]*)"')
    answers = {f"way-{ids[1]}": "merged", f"way-{ids[3]}": "dropped", "seen": seen}
    refused = teacher.send(f"{path}/relay", **answers)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Укажите причину" in teacher.text
    teacher.send(f"{path}/relay", **answers, reason="карантин")
    assert "План переложен" in teacher.text
    pdf = PdfReader(BytesIO(teacher.client.get(f"{path}/corrections.pdf").data))
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
    for words in (
        "ЛИСТ КОРРЕКТИРОВКИ",
        "объединение с темой «Тема 3»",
        "исключение темы",
        "карантин",
    ):
        assert words in text
    deputy.open("/plans/progress")
    assert "помещается" in deputy.found(rf'(?s){path}">6А</a>(.*?)</tr>')
    teacher.open(path)
    teacher.send(f"{path}/relay/undo")
    assert "отменено" in teacher.text
    assert teacher.client.get(f"{path}/corrections.pdf").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("POL-2.2.2")
def test_foreign_plan_is_not_found_and_the_deputy_only_reads(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    path = _new_plan(teacher)
    stranger = signed_in(school, "classteacher")
    stranger.open("/plans")
    assert path not in stranger.text
    for page in ("", "/edit", "/topics", "/copy", "/remove"):
        assert stranger.open(path + page).status_code == HTTPStatus.NOT_FOUND
    for act in ("share", "take-over"):
        stranger.open("/plans")
        assert stranger.send(f"{path}/{act}", shared="yes").status_code == HTTPStatus.NOT_FOUND
    deputy = signed_in(school, "deputy")
    assert deputy.open(path).status_code == HTTPStatus.OK
    assert "Править темы" not in deputy.text
    assert deputy.open(f"{path}/edit").status_code == HTTPStatus.FORBIDDEN
    assert deputy.open(f"{path}/relay").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("POL-1.4")
@pytest.mark.clause("POL-3.6.8")
def test_plan_of_the_first_grade_refuses_homework_by_the_rule(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    path = _new_plan(teacher, grade=1)
    assert "здесь домашних заданий не задают" in teacher.text
    teacher.open(path)
    assert "Тем ещё нет" in teacher.text
    teacher.open(f"{path}/edit")
    row = {"title": "Звуки", "hours": "1", "homework": "с. 5"}
    assert _send_rows(teacher, path, [row]) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "POL-1.4" in teacher.text


def _count(app: Flask, browser: Browser, path: str) -> int:
    said: list[str] = []
    engine = app.extensions["portal"].database.engine

    def count(*args: object) -> None:
        said.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", count)
    browser.open(path)
    event.remove(engine, "before_cursor_execute", count)
    return len(said)


def test_statements_of_the_pages_do_not_grow_with_the_topics(school: Flask) -> None:
    teacher = signed_in(school, "teacher")
    path = _copied(teacher, _new_plan(teacher))
    pages = ("/plans", path, f"{path}/edit", f"{path}/relay")
    few = [_count(school, teacher, page) for page in pages]
    teacher.send(
        f"{path}/topics", text="\n".join(f"Тема {n}\t1" for n in range(170)), confirm="yes"
    )
    assert "Добавлено тем: 170" in teacher.text
    assert [_count(school, teacher, page) for page in pages] == few


def test_statements_of_plan_against_fact_do_not_grow_with_the_classes(school: Flask) -> None:
    teacher, deputy = signed_in(school, "teacher"), signed_in(school, "deputy")
    path = _copied(teacher, _new_plan(teacher))
    _give_lessons(school, path, given=2, lost=1, ahead=3)
    few = _count(school, deputy, "/plans/progress")
    assert deputy.text.count("<tr") == 1 + 2
    _teach_more_classes(school, UUID(path.rpartition("/")[2]), 20)
    assert _count(school, deputy, "/plans/progress") == few
    assert deputy.text.count("<tr") == 1 + 2 + 20


def _teach_more_classes(app: Flask, plan_id: UUID, count: int) -> None:
    """Each has the load, a plan of its own and a lesson."""
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        plan, teacher_id = session.get_one(ThematicPlan, plan_id), _person(session, "teacher")
        year, subject_id = plan.academic_year, plan.subject_id
        classes = [SchoolClass(academic_year=year, grade=5, letter=f"Я{n}") for n in range(count)]
        session.add_all(classes)
        session.flush()
        for one in classes:
            taught = {"class_id": one.id, "subject_id": subject_id}
            session.add_all(
                (
                    TeachingLoad(academic_year=year, teacher_id=teacher_id, hours=5, **taught),
                    ThematicPlan(
                        academic_year=year,
                        grade=5,
                        title="По учебнику",
                        author_id=teacher_id,
                        saved_at=portal.clock(),
                        **taught,
                    ),
                    Lesson(day=portal.clock().date(), number=1, teacher_id=teacher_id, **taught),
                )
            )
        session.commit()
