"""The diary on screen: what a parent finds, whose pages are nobody else's."""

from datetime import date
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.diary.models import CalendarLink
from journal_core.files.terms import TakenFile
from journal_core.homework.commands import (
    AddHomeworkFile,
    SetHomework,
    add_homework_file,
    set_homework,
)
from journal_core.journal.commands import KeepLesson, keep_lesson
from journal_core.journal.terms import CellEdit
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import staff_member_named
from journal_core.school.queries import class_named
from journal_core.timetable.terms import Slot
from portal.perform import OPERATOR
from portal.state import Portal
from tests.clock import FrozenClock
from tests.factories.journal import as_person
from tests.factories.school import subject
from tests.factories.week import load, period, published
from tests.hostile import pdf
from tests.portal.story import Browser, seed, signed_in

MONDAY = date(2026, 11, 23)


@pytest.fixture
def kirill(sqlite_app: Flask) -> UUID:
    """Petrov of the demo school: mathematics on Monday and Tuesday, today's lesson is kept."""
    seed(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        context = ActionContext(
            session=session, actor=OPERATOR, now=portal.clock(), zone=portal.zone,
            keys=portal.keys, files=portal.files,
        )  # fmt: skip
        six, orlova = (
            class_named(session, "6А"),
            staff_member_named(session, "Орлова Елена Сергеевна"),
        )
        assert six
        assert orlova
        period(context)
        maths = subject(context)
        load(context, orlova, maths, six.id)
        slots = [
            Slot(
                weekday=weekday, number=1, class_id=six.id, group_id=None, subject_id=maths,
                teacher_id=orlova,
            )
            for weekday in (1, 2)
        ]  # fmt: skip
        published(context, *slots)
        lesson = session.scalars(select(Lesson).where(Lesson.day == MONDAY)).one()
        pupil_id = session.scalars(
            select(Pupil.id)
            .join(Person, Person.id == Pupil.person_id)
            .where(Person.last_name == "Петров")
        ).one()
        teacher = as_person(context, orlova)
        mark = CellEdit(lesson_id=lesson.id, pupil_id=pupil_id, kind=CellKind.MARK, value="5")
        keep_lesson(
            teacher, KeepLesson(lesson_id=lesson.id, edits=(mark,), topic="Делимость чисел")
        )
        set_homework(teacher, SetHomework(lesson_id=lesson.id, text="§ 12, № 341", minutes=20))
        file = TakenFile(name="задачи.pdf", media_type="application/pdf", content=pdf())
        add_homework_file(teacher, AddHomeworkFile(lesson_id=lesson.id, file=file))
        session.commit()
    return pupil_id


@pytest.mark.clause("POL-3.9.2")
@pytest.mark.clause("SVC-2.15.1")
def test_parent_goes_from_home_to_what_is_due_tomorrow_and_to_its_file(
    sqlite_app: Flask, kirill: UUID
) -> None:
    parent = signed_in(sqlite_app, "parent")
    # One child: signing in leads to the diary, without a chooser.
    assert f'href="/diary/{kirill}/marks"' in parent.text
    for words in ("На завтра, вторник", "§ 12, № 341", "Делимость чисел", "Ответ на уроке"):
        assert words in parent.text
    file = parent.found(r'href="(/homework/files/[^"]+)"')
    assert parent.client.get(file).status_code == HTTPStatus.OK
    parent.open(f"/diary/{kirill}?week=2026-11-18")
    assert "16.11.2026" in parent.text
    assert "На завтра" not in parent.text
    for odd in ("0001-01-02", "9999-12-31", "x"):
        assert parent.open(f"/diary/{kirill}?week={odd}").status_code == HTTPStatus.OK


@pytest.mark.clause("POL-2.2.4")
@pytest.mark.clause("INS-3.3.8")
def test_pupil_reads_the_own_marks_with_the_arithmetic(sqlite_app: Flask, kirill: UUID) -> None:
    pupil = signed_in(sqlite_app, "pupil")
    for which in ("", "?period=2", "?period=year", "?period=²"):
        assert pupil.open(f"/diary/{kirill}/marks{which}").status_code == HTTPStatus.OK
        assert "(5) : 1 = 5,00" in pupil.text
    assert "Пропусков и опозданий нет." in pupil.text


@pytest.mark.clause("INS-3.3.23")
def test_no_diary_opens_to_somebody_else(sqlite_app: Flask, kirill: UUID) -> None:
    with sqlite_app.extensions["portal"].database.reading() as session:
        others = session.scalars(select(Pupil.id).where(Pupil.id != kirill)).all()
    for who in ("parent", "pupil"):
        browser = signed_in(sqlite_app, who)
        for foreign in (*others, uuid4()):
            for path in (f"/diary/{foreign}", f"/diary/{foreign}/marks"):
                assert browser.open(path).status_code == HTTPStatus.NOT_FOUND
    for staff in ("teacher", "head", "classteacher"):
        answer = signed_in(sqlite_app, staff).open(f"/diary/{kirill}")
        assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("POL-1.4")
def test_first_grade_is_told_why_there_are_no_marks(sqlite_app: Flask, kirill: UUID) -> None:
    with sqlite_app.extensions["portal"].database.writing() as session:
        six = class_named(session, "6А")
        assert six
        six.grade, six.letter = 1, "Щ"
        session.commit()
    parent = signed_in(sqlite_app, "parent")
    for path in (f"/diary/{kirill}", f"/diary/{kirill}/marks"):
        parent.open(path)
        assert "В первом классе отметок" in parent.text
        assert "На завтра" not in parent.text
        assert "Среднее" not in parent.text


@pytest.mark.clause("INS-3.3.20")
def test_family_and_teacher_read_the_same_forecast(sqlite_app: Flask, kirill: UUID) -> None:
    parent = signed_in(sqlite_app, "parent")
    parent.open(f"/diary/{kirill}/marks")
    subject_page = parent.found(r'href="(/diary/[^"]+/subjects/[^"]+)"')
    parent.open(f"{subject_page}?n2=1&n5=x&n4=-3")
    assert "(5×1 + 2×1) : 2 = 3,50 → 4" in parent.text
    parent.open(f"{subject_page}/months")
    assert "Средняя отметка по месяцам" in parent.text
    assert "остальные в классе</span>" not in parent.text
    teacher = signed_in(sqlite_app, "teacher")
    with sqlite_app.extensions["portal"].database.reading() as session:
        lesson = session.scalars(select(Lesson).where(Lesson.day == MONDAY)).one()
        course = f"/forecast/{lesson.class_id}/{lesson.subject_id}"
    teacher.open(course)
    own = teacher.found(r'href="(/forecast/[^"]+)">Петров')
    teacher.open(f"{own}?n2=1")
    assert "(5×1 + 2×1) : 2 = 3,50 → 4" in teacher.text
    for foreign in (f"{course}/{uuid4()}", f"/forecast/{uuid4()}/{lesson.subject_id}"):
        assert teacher.open(foreign).status_code == HTTPStatus.NOT_FOUND
    assert parent.open(f"/diary/{kirill}/subjects/{uuid4()}").status_code == HTTPStatus.NOT_FOUND


def _address(browser: Browser) -> str:
    return urlsplit(browser.found(r"<code[^>]*>([^<]+)</code>")).path


def _made(app: Flask, pupil_id: UUID) -> tuple[Browser, str]:
    parent = signed_in(app, "parent")
    parent.open(f"/diary/{pupil_id}/calendar")
    parent.send(f"/diary/{pupil_id}/calendar", act="make")
    parent.open(f"/diary/{pupil_id}/calendar")
    return parent, _address(parent)


@pytest.mark.clause("POL-2.2.9")
def test_a_calendar_reads_lessons_and_homework_without_names(
    sqlite_app: Flask, kirill: UUID
) -> None:
    _parent, address = _made(sqlite_app, kirill)
    phone = sqlite_app.test_client()
    answer = phone.get(address)
    assert answer.mimetype == "text/calendar"
    read = Calendar.from_ical(answer.data)
    events = read.walk("VEVENT")
    lessons = [str(one["summary"]) for one in events]
    assert lessons
    assert "Математика" in lessons[0]
    assert any("§ 12, № 341" in str(one.get("description", "")) for one in events)
    assert len({str(one["uid"]) for one in events}) == len(events)
    assert not read.errors
    for name in ("Петров", "Орлова", "Кирилл"):
        assert name not in str(read.to_ical().decode())
    again = phone.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b"")
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.clause("POL-3.9.2")
def test_a_link_ends_when_it_is_renewed_turned_off_or_the_right_ends(
    sqlite_app: Flask, kirill: UUID, clock: FrozenClock
) -> None:
    parent, first = _made(sqlite_app, kirill)
    page = f"/diary/{kirill}/calendar"
    phone = sqlite_app.test_client()
    parent.send(page, act="make")
    parent.open(page)
    second = _address(parent)
    assert [phone.get(one).status_code for one in (first, second)] == [404, 200]
    parent.send(page, act="end")
    assert phone.get(second).status_code == HTTPStatus.NOT_FOUND
    parent.send(page, act="make")
    parent.open(page)
    third = _address(parent)
    assert phone.get(third).status_code == HTTPStatus.OK
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        links = session.scalars(
            select(Representation).where(Representation.pupil_id == kirill)
        ).all()
        for one in links:
            one.ended_on = clock().date()
        session.commit()
    assert phone.get(third).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("INS-3.3.23")
def test_a_wrong_link_is_no_page_and_is_not_tried_for_long(sqlite_app: Flask, kirill: UUID) -> None:
    _parent, right = _made(sqlite_app, kirill)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        link = session.scalars(select(CalendarLink)).one()
    other = portal.keys.link_token("track", link.id, link.generation)
    phone = sqlite_app.test_client()
    for wrong in ("x", "%FF", other, right[-30:-4]):
        assert phone.get(f"/diary/calendar/{wrong}.ics").status_code == HTTPStatus.NOT_FOUND
    for _ in range(20):
        phone.get("/diary/calendar/x.ics")
    assert phone.get("/diary/calendar/x.ics").status_code == HTTPStatus.TOO_MANY_REQUESTS
    # Whose link is right is not held up by others at the same address.
    assert phone.get(right).status_code == HTTPStatus.OK
