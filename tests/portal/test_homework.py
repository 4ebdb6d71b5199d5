"""Homework on screen: saved by a form or by its script, its files, the load of a day."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from journal_core.context import ActionContext
from journal_core.homework.models import Homework, HomeworkFile
from journal_core.lessons.models import Lesson
from journal_core.people.queries import staff_member_named
from journal_core.school.queries import class_named
from journal_core.timetable.terms import Slot
from portal.perform import OPERATOR
from portal.state import Portal
from tests.factories.school import subject
from tests.factories.week import load, period, published
from tests.hostile import pdf
from tests.portal.story import Browser, seed, signed_in

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
JSON = {"Accept": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Story:
    """6А has mathematics with Орлова, and Russian with its class teacher Зайцева."""

    app: Flask
    class_id: UUID
    maths: UUID
    russian: UUID
    orlova: Browser

    def path(self, subject_id: UUID | None = None, day: date = MONDAY) -> str:
        with self.session() as session:
            lesson_id = session.scalars(
                select(Lesson.id).where(
                    Lesson.class_id == self.class_id,
                    Lesson.subject_id == (subject_id or self.maths),
                    Lesson.day == day,
                )
            ).one()
        return f"/homework/lessons/{lesson_id}"

    def session(self) -> Session:
        portal: Portal = self.app.extensions["portal"]
        return portal.database.reading()

    def stored(self) -> Homework:
        with self.session() as session:
            return session.scalars(select(Homework)).one()

    def attach(self, name: str, content: bytes) -> TestResponse:
        path = self.path()
        self.orlova.open(path)
        return self.orlova.send(f"{path}/files", homework_files=(BytesIO(content), name))


@pytest.fixture
def story(sqlite_app: Flask) -> Story:
    seed(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        context = ActionContext(
            session=session,
            actor=OPERATOR,
            now=portal.clock(),
            zone=portal.zone,
            keys=portal.keys,
            files=portal.files,
        )
        six = class_named(session, "6А")
        assert six
        period(context)
        slots, subjects = [], []
        for number, (name, teacher) in enumerate(
            (("Математика", "Орлова Елена Сергеевна"), ("Русский язык", "Зайцева Марина Олеговна")),
            start=1,
        ):
            teacher_id, subject_id = staff_member_named(session, teacher), subject(context, name)
            assert teacher_id
            load(context, teacher_id, subject_id, six.id)
            subjects.append(subject_id)
            slots += [
                Slot(
                    weekday=weekday,
                    number=number,
                    class_id=six.id,
                    group_id=None,
                    subject_id=subject_id,
                    teacher_id=teacher_id,
                )
                for weekday in (1, 2)
            ]
        published(context, *slots)
        session.commit()
        class_id = six.id
    return Story(
        app=sqlite_app,
        class_id=class_id,
        maths=subjects[0],
        russian=subjects[1],
        orlova=signed_in(sqlite_app, "teacher"),
    )


@pytest.mark.clause("INS-3.3.16")
def test_homework_is_saved_by_a_plain_form_and_comes_back_to_the_lesson(story: Story) -> None:
    path = story.path()
    story.orlova.open(path)
    assert "Ещё не записано" in story.orlova.text
    due = story.orlova.found(r'name="homework_due" type="radio" value="([0-9a-f-]+)" checked')
    story.orlova.send(
        path, homework="§ 12, № 341", homework_minutes="20", homework_due=due, back="/homework"
    )
    stored = story.stored()
    assert (stored.text, stored.minutes, stored.due_day) == ("§ 12, № 341", 20, TUESDAY)
    assert "Записано 23.11.2026 в 9:00" in story.orlova.open(path).get_data(as_text=True)
    refused = story.orlova.send(path, homework="§ 13", homework_link="javascript:alert(1)")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "ведёт на сайт" in story.orlova.text
    assert "§ 13" in story.orlova.text
    assert story.stored().text == "§ 12, № 341"


@pytest.mark.clause("INS-3.3.16")
@pytest.mark.clause("REC-2.2")
def test_script_is_told_in_words_what_became_of_the_homework(story: Story) -> None:
    path = story.path()
    story.orlova.open(path)
    token = story.orlova.found(r'name="csrf_token"[^>]*value="([^"]+)"')

    def sent(**values: str) -> TestResponse:
        data = {"csrf_token": token, **values}
        return story.orlova.client.post(path, data=data, headers=JSON)

    assert sent(homework="§ 12").json == {"state": "Записано 23.11.2026 в 9:00", "none": False}
    none = sent(homework="§ 12", homework_none="yes")
    assert none.json == {"state": "Записано 23.11.2026 в 9:00: ничего не задано", "none": True}
    refused = sent(homework_link="ftp://x")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json
    assert refused.json["wrong"] == ["homework_link"]
    # Nothing typed, and the plan's own words taken with one key.
    assert sent(homework="", homework_planned="Упр. 7").status_code == HTTPStatus.OK
    assert story.stored().text == "Упр. 7"
    foreign = story.orlova.client.post(
        story.path(story.russian), data={"csrf_token": token}, headers=JSON
    )
    assert foreign.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("INS-3.3.16")
def test_load_of_the_day_stands_beside_the_lesson_it_is_set_for(story: Story) -> None:
    zaitseva = signed_in(story.app, "classteacher")
    path = story.path(story.russian)
    zaitseva.open(path)
    zaitseva.send(path, homework="Упр. 7", homework_minutes="25")
    story.orlova.open(story.path())
    assert "уже задано: Русский язык 25 мин; всего 25 мин" in story.orlova.text
    tuesday = zaitseva.open(f"/homework/{story.class_id}?day={TUESDAY}").get_data(as_text=True)
    assert "Упр. 7" in tuesday
    assert "Всего около 25 мин" in tuesday
    zaitseva.open(f"/homework/{story.class_id}?day={MONDAY}")
    assert "К этому дню ничего не задано" in zaitseva.text
    # It leads 6А; Орлова leads no class.
    foreign = story.orlova.open(f"/homework/{story.class_id}")
    assert foreign.status_code == HTTPStatus.NOT_FOUND
    # In the lesson that it is due in, it stands above what is set there.
    zaitseva.open(story.path(story.russian, TUESDAY))
    assert "К этому уроку, задано 23.11.2026" in zaitseva.text


@pytest.mark.clause("INS-3.3.16")
@pytest.mark.clause("POL-2.2.9")
def test_file_is_checked_served_to_whom_it_concerns_and_removed(story: Story) -> None:
    refused = story.attach("вирус.pdf", b"MZ\x90\x00")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "вирус.pdf: принимаем только PDF" in story.orlova.text
    story.attach("задачи.pdf", pdf(1))
    with story.session() as session:
        file_id = session.scalars(select(HomeworkFile.file_id)).one()
    address = f"/homework/files/{file_id}"
    assert f'href="{address}"' in story.orlova.text
    served = story.orlova.client.get(address)
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert "%D0%B7%D0%B0%D0%B4%D0%B0%D1%87%D0%B8.pdf" in served.headers["Content-Disposition"]
    assert served.mimetype == "application/pdf"
    for username, status in (
        ("deputy", HTTPStatus.OK),
        ("secretary", HTTPStatus.NOT_FOUND),
        ("parent", HTTPStatus.OK),  # of a pupil of the class
    ):
        assert signed_in(story.app, username).open(address).status_code == status, username
    assert story.orlova.open(f"/homework/files/{uuid4()}").status_code == HTTPStatus.NOT_FOUND
    story.orlova.open(story.path())
    story.orlova.send(f"{story.path()}/files/{file_id}/remove")
    assert story.orlova.open(address).status_code == HTTPStatus.NOT_FOUND
    assert not story.app.extensions["portal"].files.holds(file_id)


@pytest.mark.clause("POL-3.6.1")
def test_who_reads_the_journal_sees_what_is_set_and_cannot_write(story: Story) -> None:
    path = story.path()
    story.orlova.open(path)
    story.orlova.send(path, homework="§ 12, № 341")
    deputy = signed_in(story.app, "deputy")
    deputy.open(path)
    assert "§ 12, № 341" in deputy.text
    assert "В этот урок пишет тот, кто его ведёт." in deputy.text
    assert 'name="homework"' not in deputy.text
    assert deputy.send(path, homework="x").status_code == HTTPStatus.FORBIDDEN
