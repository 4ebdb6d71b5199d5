"""The page «Посещаемость», the reason of a day, and the family's word ahead."""

from datetime import date, timedelta
from html import unescape
from http import HTTPStatus
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from journal_core.attendance.models import AbsenceSpan, LessonAbsence
from journal_core.attendance.terms import Presence, ReasonCode
from journal_core.classes.models import ClassMembership
from journal_core.curriculum.models import Subject
from journal_core.lessons.models import Lesson
from journal_core.people.models import Pupil
from journal_core.school.models import SchoolClass
from journal_core.school.queries import class_named
from portal.state import Portal
from tests.portal.story import Browser, date_parts, seed, signed_in

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
#: The demo's class teacher leads 6А; the demo's parent has a child in it.
CHILD = "Петров Кирилл Алексеевич"


@pytest.fixture
def missed(sqlite_app: Flask) -> Flask:
    """Every pupil of 6А missed two lessons of today and came late to the third."""
    seed(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        class_id = _class(session).id
        teacher_id = session.scalars(
            select(SchoolClass.class_teacher_id).where(SchoolClass.id == class_id)
        ).one()
        subject = Subject(name="Астрономия", short_name="Астрономия")
        session.add(subject)
        session.flush()
        pupils = session.scalars(select(ClassMembership.pupil_id).filter_by(class_id=class_id))
        ids = list(pupils)
        for number in (1, 2, 3):
            lesson = Lesson(
                day=TODAY,
                number=number,
                class_id=class_id,
                subject_id=subject.id,
                teacher_id=teacher_id,
            )
            session.add(lesson)
            session.flush()
            session.add_all(
                LessonAbsence(
                    lesson_id=lesson.id,
                    pupil_id=pupil_id,
                    presence=Presence.LATE if number == 3 else Presence.ABSENT,
                    marked_at=portal.clock(),
                    marked_by="Орлова",
                )
                for pupil_id in ids
            )
        session.commit()
    return sqlite_app


def _class(session):  # type: ignore[no-untyped-def]
    return class_named(session, "6А")


def _spans(app: Flask) -> list[AbsenceSpan]:
    with app.extensions["portal"].database.reading() as session:
        return list(session.scalars(select(AbsenceSpan).order_by(AbsenceSpan.since)))


def _pupil_path(browser: Browser, name: str = CHILD) -> str:
    return browser.found(rf'href="(/attendance/pupils/[0-9a-f-]+)">{name}')


@pytest.mark.clause("INS-3.2.3")
@pytest.mark.clause("POL-3.5.3")
def test_class_teacher_tells_a_reason_where_it_lacks(missed: Flask) -> None:
    teacher = signed_in(missed, "classteacher")
    assert "учеников без причины" in teacher.text
    teacher.open("/attendance")
    assert "нет причины" in teacher.text
    path = _pupil_path(teacher)
    answer = teacher.send(path, **date_parts("since", TODAY), reason="")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Выберите причину" in teacher.text
    teacher.send(
        path,
        **date_parts("since", TODAY),
        **date_parts("until", TODAY + 4 * DAY),
        reason="ill",
        document="справка № 7",
        **date_parts("document_date", TODAY),
    )
    assert "Причина записана" in teacher.text
    (span,) = _spans(missed)
    assert (span.reason, span.until, span.document) == (
        ReasonCode.ILL,
        TODAY + 4 * DAY,
        "справка № 7",
    )
    teacher.open(path)
    assert "справка № 7" in teacher.text
    second = {**date_parts("since", TODAY + 2 * DAY), "reason": "excused"}
    answer = teacher.send(path, **second)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Заменить причину" in teacher.text
    teacher.send(path, **second, replaces="yes")
    assert len(_spans(missed)) == 3
    teacher.open(f"{path}?day={TODAY}")
    teacher.send(teacher.found(r'action="(/attendance/spans/[^"]+/remove)"'))
    assert "Причина убрана" in teacher.text


@pytest.mark.clause("INS-3.2.3")
def test_family_announces_and_class_teacher_answers(missed: Flask) -> None:
    parent = signed_in(missed, "parent")
    parent.open(parent.found(r'href="(/attendance/announce)"'))
    child = parent.found(r'name="child" value="([^"]+)"')
    told = {"child": child, "words": "Соревнования", **date_parts("since", TODAY + DAY)}
    answer = parent.send("/attendance/announce", **{**told, **date_parts("since", TODAY - DAY)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Соревнования" in parent.text, "nothing typed is lost"
    for _time in range(2):
        parent.send("/attendance/announce", **told)
        assert "ждёт классного руководителя" in parent.text
        withdraw = parent.found(r'action="(/attendance/announcements/[^"]+/withdraw)"')
        if not _time:
            parent.send(withdraw)
            assert "Сообщений об отсутствии пока не было" in parent.text
    teacher = signed_in(missed, "classteacher")
    teacher.open("/attendance")
    assert "Соревнования" in teacher.text
    decline = teacher.found(r'href="(/attendance/spans/[^"]+/decline)"')
    teacher.open(decline)
    teacher.send(decline, because="В этот день олимпиада")
    parent.open("/attendance/announce")
    assert "В этот день олимпиада" in parent.text
    parent.send(withdraw)
    assert "уже ответил" in parent.text


@pytest.mark.clause("POL-2.2.1")
def test_head_reads_and_changes_nothing_and_the_table_leaves(missed: Flask) -> None:
    head = signed_in(missed, "head")
    head.open("/attendance")
    path = head.found(r'href="(/attendance/[0-9a-f-]{36})">6А')
    head.open(path)
    assert CHILD in head.text
    assert "/attendance/pupils/" not in head.text
    content = head.client.get(f"{path}/attendance.xlsx?month=2026-11-01").data
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert next(row for row in rows if row[0] == CHILD)[1:] == [1, 2, 0, 0, 0, 2, 1]
    head.open(f"{path}?week=2027-07-07")
    assert "В эти дни у класса нет уроков" in head.text


@pytest.mark.clause("INS-3.2.3")
def test_other_classes_and_children_are_not_there(missed: Flask) -> None:
    portal: Portal = missed.extensions["portal"]
    with portal.database.reading() as session:
        foreign = class_named(session, "7Б")
        assert foreign is not None
        strange = session.scalars(
            select(Pupil.id)
            .join(ClassMembership, ClassMembership.pupil_id == Pupil.id)
            .where(ClassMembership.class_id == foreign.id)
        ).first()
    teacher, parent = signed_in(missed, "classteacher"), signed_in(missed, "parent")
    told = {**date_parts("since", TODAY), "reason": "ill"}
    parent.open("/attendance/announce")
    answers = (
        teacher.open(f"/attendance/{foreign.id}"),
        teacher.open(f"/attendance/{foreign.id}/attendance.xlsx"),
        teacher.open(f"/attendance/pupils/{strange}"),
        teacher.send(f"/attendance/pupils/{strange}", **told),
    )
    assert {answer.status_code for answer in answers} == {HTTPStatus.NOT_FOUND}
    words = {"child": strange, "words": "Едем", **date_parts("since", TODAY)}
    answer = parent.send("/attendance/announce", **words)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, "it is none of the answers"
    assert parent.open(f"/attendance/{foreign.id}").status_code == HTTPStatus.FORBIDDEN
    assert _spans(missed) == []


@pytest.mark.clause("INS-3.2.5")
@pytest.mark.clause("POL-2.2.6")
def test_class_teacher_prints_a_sheet_to_sign_for_each_pupil(missed: Flask) -> None:
    browser = signed_in(missed, "classteacher")
    browser.open("/attendance")
    browser.open(browser.found(r'href="(/parents-report/[^"]+)"'))
    sheets = pypdf.PdfReader(
        BytesIO(_file(browser, r'href="(/parents-report/[^"]+/class.pdf[^"]*)"'))
    )
    assert len(sheets.pages) == browser.text.count("Отчёт (PDF)")
    told = sheets.pages[0].extract_text()
    for words in ("Астрономия", "Пропущено уроков: 2, дней: 1", "причина не указана", "подпись"):
        assert words in told
    one = _file(browser, r'href="(/parents-report/[^"]+/[^"/]{36}\.pdf[^"]*)"')
    assert len(pypdf.PdfReader(BytesIO(one)).pages) == 1
    address = browser.found(r'href="(/parents-report/[^"]+/class.pdf)')
    assert browser.open(f"{address}?since=x&until=0001-01-01").status_code == HTTPStatus.OK
    teacher = signed_in(missed, "teacher")
    assert teacher.open(address).status_code == HTTPStatus.NOT_FOUND


def _file(browser: Browser, pattern: str) -> bytes:
    answer = browser.client.get(unescape(browser.found(pattern)))
    assert answer.mimetype == "application/pdf"
    return answer.data
