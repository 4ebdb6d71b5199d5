"""The timetable and the substitutions on screen."""

import re
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from journal_core.context import ActionContext
from journal_core.lessons.commands import RecordAbsence, record_absence
from journal_core.lessons.models import Lesson
from journal_core.lessons.terms import AbsenceReason
from journal_core.people.queries import staff_member_named
from journal_core.school.queries import class_named
from journal_core.timetable.terms import Slot
from portal.perform import OPERATOR
from portal.state import Portal
from tests.factories.school import school_class, subject, teacher
from tests.factories.week import SINCE, load, period, published, version
from tests.portal.story import Browser, date_parts, seed, signed_in

MONDAY = date(2026, 11, 23)
TEACHER, CLASS_TEACHER = "Орлова Елена Сергеевна", "Зайцева Марина Олеговна"


@dataclass(frozen=True, kw_only=True)
class Story:
    """6А and 7А have mathematics with Орлова; 6А Russian with Зайцева; nothing is published."""

    app: Flask
    six: UUID
    seven: UUID
    maths: UUID
    russian: UUID
    orlova: UUID
    zaitseva: UUID

    def slot(self, weekday: int, number: int, class_id: UUID, *, maths: bool = True) -> Slot:
        return Slot(
            weekday=weekday,
            number=number,
            class_id=class_id,
            subject_id=self.maths if maths else self.russian,
            teacher_id=self.orlova if maths else self.zaitseva,
            room="12" if maths else "",
        )

    @property
    def choice(self) -> str:
        return f"{self.maths}:{self.orlova}:"

    def publish(self) -> None:
        """Monday: mathematics in 6А and 7А, then Russian in 6А, from the quarter's first day."""
        slots = [
            self.slot(1, 1, self.six),
            self.slot(1, 2, self.seven),
            self.slot(1, 3, self.six, maths=False),
        ]
        _write(self.app, lambda context: published(context, *slots))

    def draw_up(self, *slots: Slot) -> UUID:
        made: list[UUID] = []
        _write(self.app, lambda context: made.append(version(context, *slots)))
        return made[0]


def _write(app: Flask, act) -> None:  # type: ignore[no-untyped-def]
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        act(
            ActionContext(
                session=session,
                actor=OPERATOR,
                now=portal.clock(),
                zone=portal.zone,
                keys=portal.keys,
                files=portal.files,
            )
        )
        session.commit()


def carried(browser: Browser) -> dict[str, str]:
    """The hidden fields of the page: what it showed when it was opened."""
    return dict(re.findall(r'type="hidden" name="(seen\w*)" value="([^"]*)"', browser.text))


@pytest.fixture
def story(sqlite_app: Flask) -> Story:
    seed(sqlite_app)
    made: list[Story] = []

    def begin(context: ActionContext) -> None:
        session = context.session
        six, seven = class_named(session, "6А"), class_named(session, "7А")
        orlova = staff_member_named(session, TEACHER)
        zaitseva = staff_member_named(session, CLASS_TEACHER)
        assert six
        assert seven
        assert orlova
        assert zaitseva
        maths, russian = subject(context), subject(context, "Русский язык")
        period(context)
        for teacher_id, subject_id, class_id in (
            (orlova, maths, six.id),
            (orlova, maths, seven.id),
            (zaitseva, russian, six.id),
        ):
            load(context, teacher_id, subject_id, class_id)
        made.append(
            Story(
                app=sqlite_app,
                six=six.id,
                seven=seven.id,
                maths=maths,
                russian=russian,
                orlova=orlova,
                zaitseva=zaitseva,
            )
        )

    _write(sqlite_app, begin)
    return made[0]


@pytest.mark.clause("POL-3.4.1")
def test_administrator_draws_up_a_version_and_publishes_it(story: Story) -> None:
    curator = signed_in(story.app, "curator")
    curator.open("/timetable")
    assert "ещё не опубликовано" in curator.text
    curator.open("/timetable/new")
    curator.send("/timetable/new", name="Вторая четверть", **date_parts("valid_from", SINCE))
    version_id = curator.found(r"/timetable/([0-9a-f-]{36})/publish")
    day = f"/timetable/{version_id}/classes"
    curator.open(f"{day}/{story.six}/1")
    curator.send(f"{day}/{story.six}/1", **carried(curator), lesson_1_0=story.choice, room_1_0="12")
    curator.open(f"{day}/{story.seven}/1")
    answer = curator.send(
        f"{day}/{story.seven}/1",
        **carried(curator),
        lesson_1_0=story.choice,
        room_1_0="14",
        lesson_2_0=story.choice,
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Учитель Е.С.Орлова уже ведёт в этот час: 6А, Математика" in curator.text
    assert 'value="14"' in curator.text, "nothing typed is lost"
    answer = curator.send(f"{day}/{story.seven}/1", **carried(curator), lesson_2_0=story.choice)
    assert "Сохранено: 7А" in curator.text
    curator.open(f"{day}/{story.seven}/3?from=1")
    assert "selected" in curator.found(rf'(?s)(<option value="{story.choice}" selected>)')
    curator.open(f"/timetable/{version_id}/publish")
    assert "Изменится прошедших дней: 2, уроков в них: 4" in curator.text
    assert "Расхождения с нагрузкой" in curator.text
    answer = curator.send(f"/timetable/{version_id}/publish")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Подтвердите, что уроки прошедших дней изменятся" in curator.text
    curator.send(f"/timetable/{version_id}/publish", confirmed="y")
    assert "Уроков добавлено: 14" in curator.text
    curator.open(f"/timetable/{version_id}/publish")
    assert "Опубликованную версию не правят" in curator.text
    teacher_ = signed_in(story.app, "teacher")
    teacher_.open("/timetable")
    assert "Моя неделя" in teacher_.text
    assert "6А" in teacher_.text


def test_older_page_of_a_day_does_not_undo_what_was_saved_meanwhile(story: Story) -> None:
    slots = story.slot(1, 1, story.six), story.slot(1, 2, story.six)
    path = f"/timetable/{story.draw_up(*slots)}/classes/{story.six}/1"
    first, second = signed_in(story.app, "curator"), signed_in(story.app, "deputy")
    for browser in (first, second):
        browser.open(path)
    first.send(path, **carried(first), lesson_2_0=story.choice)
    assert "Сохранено: 6А" in first.text
    answer = second.send(path, **carried(second), lesson_1_0=story.choice, room_1_0="31")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "сейчас стоит: 2. 6А, Математика, Е.С.Орлова" in second.text
    assert 'value="31"' in second.text, "nothing typed is lost"
    second.send(path, **carried(second), lesson_1_0=story.choice, room_1_0="31")
    assert "Сохранено: 6А" in second.text


def test_version_that_is_drawn_up_is_seen_by_those_who_draw_it_up_alone(story: Story) -> None:
    version_id = story.draw_up(story.slot(1, 1, story.six))
    week = f"/timetable/{version_id}/week?class_id={story.six}"
    for username, status in (("teacher", 404), ("head", 404), ("deputy", 200)):
        assert signed_in(story.app, username).open(week).status_code == status
    deputy = signed_in(story.app, "deputy")
    for wrong in (f"class_id={uuid4()}", f"teacher={uuid4()}", "", "room=99"):
        found = deputy.open(f"/timetable/{version_id}/week?{wrong}").status_code
        assert found == (200 if wrong.startswith("room") else 404)
    deputy.open(f"/timetable/{version_id}/week?teacher={story.orlova}")
    assert "Математика" in deputy.text
    deputy.open(f"/timetable/{version_id}/week?room=12")
    assert "Е.С.Орлова" in deputy.text


@pytest.mark.clause("INS-3.5.7")
def test_lessons_are_made_anew_when_the_year_changes_and_it_is_said_first(story: Story) -> None:
    story.publish()
    curator = signed_in(story.app, "curator")
    curator.open("/timetable/lay")
    assert "менять нечего" in curator.text

    def close_quarter(context: ActionContext) -> None:
        for lesson in context.session.scalars(select(Lesson).where(Lesson.day < MONDAY)):
            context.session.delete(lesson)

    _write(story.app, close_quarter)
    curator.open("/timetable/lay")
    assert curator.found(r"(?s)Добавится</dt><dd>(\d+)") == "6"
    curator.send("/timetable/lay")
    assert "Уроков добавлено: 6" in curator.text


@pytest.mark.clause("INS-3.5.7")
def test_changed_holidays_tell_that_the_lessons_are_of_before(story: Story) -> None:
    curator = signed_in(story.app, "curator")
    for is_laid, name in ((False, "Каникулы"), (True, "Карантин")):
        if is_laid:
            story.publish()
        curator.open("/year/2026/holidays/new")
        days = date_parts("since", MONDAY) | date_parts("until", MONDAY)
        grade = "7" if is_laid else "6"
        curator.send(
            "/year/2026/holidays/new", name=name, first_grade=grade, last_grade=grade, **days
        )
        assert "Каникулы сохранены" in curator.text
        assert ('href="/timetable/lay">Пересчитать уроки</a>' in curator.text) is is_laid
    curator.open("/timetable/lay")
    assert curator.found(r"(?s)Снимется</dt><dd>(\d+)") == "1"


@pytest.mark.clause("POL-3.7.3")
@pytest.mark.clause("INS-3.5.6")
def test_deputy_fills_an_absence_and_prints_the_book(story: Story) -> None:
    story.publish()
    deputy = signed_in(story.app, "deputy")
    deputy.open("/lessons/absences/new")
    deputy.send(
        "/lessons/absences/new",
        teacher=story.orlova,
        reason="illness",
        **date_parts("since", MONDAY),
    )
    path = deputy.found(r'action="(/lessons/absences/[0-9a-f-]+)/remove"')
    with story.app.extensions["portal"].database.reading() as session:
        first, second = session.scalars(
            select(Lesson.id)
            .where(Lesson.day == MONDAY, Lesson.teacher_id == story.orlova)
            .order_by(Lesson.number)
        )
    assert "Зайцева Марина Олеговна — учит этот класс" in deputy.text
    deputy.open("/lessons")
    assert deputy.found(r"(?s)Без замены</dt><dd>(\d+)") == "2"
    deputy.open(path)
    answers = {f"who_{first.hex}": story.zaitseva, f"who_{second.hex}": "cancel"}
    answer = deputy.send(path, **carried(deputy), **answers)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Укажите, почему урок не проводится" in deputy.text
    deputy.send(path, **carried(deputy), **answers, **{f"why_{second.hex}": "=Последний урок"})
    assert "Сохранено решений: 2" in deputy.text
    deputy.open("/lessons")
    assert deputy.found(r"(?s)Без замены</dt><dd>(\d+)") == "0"
    deputy.open("/lessons/substitutions")
    assert "М.О.Зайцева" in deputy.text
    printed = deputy.client.get("/lessons/substitutions.pdf")
    text = " ".join(PdfReader(BytesIO(printed.data)).pages[0].extract_text().split())
    for words in ("ЖУРНАЛ ЗАМЕН УРОКОВ", "М.О.Зайцева", "не проведён: =Последний урок", "Подпись"):
        assert words in text
    zaitseva = signed_in(story.app, "classteacher")
    zaitseva.open("/timetable")
    assert "ведёте вы" in zaitseva.text
    table = deputy.client.get("/lessons/substitutions.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(table.data)).get_sheet_by_index(0).to_python()
    assert [row[6] for row in rows[1:]] == [CLASS_TEACHER, ""]
    assert rows[2][8] == "=Последний урок"


@pytest.mark.clause("INS-3.5.6")
def test_older_page_of_an_absence_leaves_what_was_decided_meanwhile(story: Story) -> None:
    story.publish()
    told = RecordAbsence(
        teacher_id=story.orlova, since=MONDAY, until=MONDAY, reason=AbsenceReason.ILLNESS
    )
    made: list[UUID] = []
    _write(story.app, lambda context: made.append(record_absence(context, told)))
    path = f"/lessons/absences/{made[0]}"
    first, second = signed_in(story.app, "deputy"), signed_in(story.app, "deputy")
    for browser in (first, second):
        browser.open(path)
    one, other = re.findall(r'name="who_(\w+)"', first.text)
    blank = {f"who_{id}": "" for id in (one, other)} | {f"why_{id}": "" for id in (one, other)}
    taken = {f"who_{one}": story.zaitseva}
    first.send(path, **blank | carried(first) | taken)
    assert "Сохранено решений: 1" in first.text
    not_held = {f"who_{other}": "cancel", f"why_{other}": "Авария"}
    page = second.text
    second.send(path, **blank | carried(second) | not_held)
    assert "Сохранено решений: 1" in second.text
    second.open(path)
    assert len(re.findall(rf'value="{story.zaitseva}" selected', second.text)) == 1
    second.text = page
    answer = second.send(path, **blank | carried(second) | {f"who_{one}": "cancel", **not_held})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    second.text = page
    late = {f"who_{one}": "cancel", f"why_{one}": "Мороз"}
    answer = second.send(path, **blank | carried(second) | late)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "по этому уроку решил кто-то другой" in second.text
    assert f"Сейчас: {CLASS_TEACHER}" in second.text
    assert 'value="Мороз"' in second.text
    second.send(path, **carried(second) | not_held | late)
    assert "Сохранено решений: 1" in second.text


def test_substitutions_are_the_deputys_alone(story: Story) -> None:
    story.publish()
    for username, path in (
        ("head", "/lessons/absences/new"),
        ("curator", "/lessons/absences/new"),
        ("teacher", "/lessons"),
        ("teacher", "/timetable/new"),
        ("secretary", "/lessons/substitutions"),
    ):
        assert signed_in(story.app, username).open(path).status_code == HTTPStatus.FORBIDDEN
    deputy = signed_in(story.app, "deputy")
    assert deputy.open(f"/lessons/absences/{uuid4()}").status_code == HTTPStatus.NOT_FOUND
    assert deputy.open(f"/lessons/{uuid4()}/cancel").status_code == HTTPStatus.NOT_FOUND


def test_cancelled_lesson_comes_back(story: Story) -> None:
    story.publish()
    deputy = signed_in(story.app, "deputy")
    deputy.open("/lessons?day=2026-11-23")
    path = deputy.found(r'href="(/lessons/[0-9a-f-]{36}/cancel)"')
    deputy.open(path)
    assert deputy.send(path, reason="").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    deputy.send(path, reason="Авария отопления")
    assert "Авария отопления" in deputy.text
    deputy.send(path.replace("cancel", "restore"))
    assert "Авария отопления" not in deputy.text


def test_pages_ask_no_more_of_a_bigger_school(story: Story) -> None:
    story.publish()
    deputy = signed_in(story.app, "deputy")
    absence_ids: list[UUID] = []
    told = RecordAbsence(
        teacher_id=story.orlova, since=MONDAY, until=MONDAY, reason=AbsenceReason.TRIP
    )
    _write(story.app, lambda context: absence_ids.append(record_absence(context, told)))
    paths = (
        "/timetable",
        "/lessons?day=2026-11-23",
        "/lessons/substitutions",
        f"/lessons/absences/{absence_ids[0]}",
    )
    before = [_statements(story.app, deputy, path) for path in paths]

    def grow(context: ActionContext) -> None:
        for number in range(6):
            other = school_class(context, f"{number + 1}К").id
            new = teacher(context, f"Новый Учитель {number}")
            load(context, new, story.russian, other)
            for teacher_id in (new, story.orlova):
                context.session.add(
                    Lesson(
                        day=MONDAY,
                        number=number,
                        class_id=other,
                        subject_id=story.russian,
                        teacher_id=teacher_id,
                        cancelled_at=context.now,
                        cancelled_reason="Мороз",
                    )
                )

    _write(story.app, grow)
    assert [_statements(story.app, deputy, path) for path in paths] == before
    assert "Новый Учитель 5" in deputy.text


def _statements(app: Flask, browser: Browser, path: str) -> int:
    seen: list[str] = []
    engine = app.extensions["portal"].database.engine

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    browser.open(path)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_timetable_speaks_english(story: Story) -> None:
    story.publish()
    deputy = signed_in(story.app, "deputy")
    deputy.open("/lessons?day=2026-11-23")
    deputy.open("/language/en?next=/lessons")
    assert "Without a substitute" in deputy.text
