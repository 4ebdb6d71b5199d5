"""Works on screen: what waits for marks, the schedule, the types, and the teacher's day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.academic_year.models import BellSchedule, BellTime
from journal_core.context import ActionContext
from journal_core.marks.models import Work
from journal_core.people.queries import staff_member_named
from portal.perform import OPERATOR
from portal.state import Portal
from tests.clock import FrozenClock
from tests.factories.journal import TODAY, KeptSchool, kept_school
from tests.factories.school import subject
from tests.portal.story import Browser, date_parts, seed, signed_in

AHEAD = date(2026, 12, 7)


@dataclass(frozen=True, kw_only=True)
class Story:
    """8Г has mathematics with Орлова («teacher»): two lessons on Mondays, one on Wednesdays."""

    app: Flask
    school: KeptSchool

    def write(self, act: Callable[[ActionContext], object]) -> None:
        portal: Portal = self.app.extensions["portal"]
        with portal.database.writing() as session:
            context = ActionContext(
                session=session,
                actor=OPERATOR,
                now=portal.clock(),
                zone=portal.zone,
                keys=portal.keys,
                files=portal.files,
            )
            act(context)
            session.commit()

    def lesson(self, day: date = TODAY, number: int = 1) -> UUID:
        found: list[UUID] = []
        self.write(lambda context: found.append(self.school.lesson(context, day, number).id))
        return found[0]

    def work(self) -> Work:
        portal: Portal = self.app.extensions["portal"]
        with portal.database.reading() as session:
            return session.scalars(select(Work)).one()


@pytest.fixture
def story(sqlite_app: Flask) -> Story:
    seed(sqlite_app)
    made: list[KeptSchool] = []

    def begin(context: ActionContext) -> None:
        orlova = staff_member_named(context.session, "Орлова Елена Сергеевна")
        made.append(kept_school(context, "8Г", teacher_id=orlova))
        context.session.add(bells := BellSchedule(name="Звонки", is_regular=True))
        context.session.flush()
        for number, starts, ends in (
            (1, time(8, 30), time(9, 15)),
            (2, time(9, 25), time(10, 10)),
            (3, time(10, 30), time(11, 15)),
        ):
            context.session.add(
                BellTime(schedule_id=bells.id, number=number, starts=starts, ends=ends)
            )

    Story(app=sqlite_app, school=None).write(begin)  # type: ignore[arg-type]
    return Story(app=sqlite_app, school=made[0])


@pytest.mark.clause("INS-3.3.13", "POL-3.6.4")
def test_teacher_assigns_a_work_changes_it_and_says_it_is_checked(story: Story) -> None:
    teacher = signed_in(story.app, "teacher")
    assert "Непроверенных работ нет." in teacher.open("/works").text
    path = f"/works/lesson/{story.lesson()}"
    refused = teacher.send(path, title="Дроби", type_code="", next="/works/to-check")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Выберите тип работы" in teacher.text
    assert 'value="Дроби"' in teacher.text
    teacher.send(path, title="Дроби", type_code="С", next="/works/to-check")
    assert "8Г, Математика" in teacher.text
    assert "30.11.2026" in teacher.text
    assert "5 из 5" in teacher.text
    work_id = story.work().id
    teacher.open(f"/works/{work_id}?next=/works/to-check")
    teacher.send(f"/works/{work_id}", title="Проценты", type_code="К", next="/works/to-check")
    assert "Проценты" in teacher.text
    assert "26.11.2026" in teacher.text
    teacher.send(f"/works/{work_id}/finish", next="/works/to-check")
    assert "Непроверенных работ нет." in teacher.text
    teacher.send(f"/works/{work_id}/finish", next="/works/to-check", reopen="yes")
    teacher.send(f"/works/{work_id}/remove", next="//evil.example")
    teacher.open("/works/to-check")
    assert "Непроверенных работ нет." in teacher.text


@pytest.mark.clause("POL-3.6.1")
def test_works_of_another_are_not_there(story: Story) -> None:
    signed_in(story.app, "teacher").send(f"/works/lesson/{story.lesson()}", type_code="К")
    other = signed_in(story.app, "classteacher")
    assert other.open(f"/works/lesson/{story.lesson()}").status_code == HTTPStatus.NOT_FOUND
    other.open("/works")
    for path in ("", "/remove", "/finish"):
        answer = other.send(f"/works/{story.work().id}{path}", type_code="К")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert signed_in(story.app, "parent").open("/works").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("INS-3.3.15")
def test_deputy_schedules_control_works_and_sees_where_they_meet(story: Story) -> None:
    def history(context: ActionContext) -> None:
        second = story.school.lesson(context, AHEAD, 2)
        second.subject_id = subject(context, "История")

    story.write(history)
    deputy = signed_in(story.app, "deputy")
    deputy.open("/works/schedule/new")
    asked = "&".join(f"{name}={part}" for name, part in date_parts("day", AHEAD).items())
    path = f"/works/schedule/new?{asked}&grade=8"
    deputy.open(path)
    assert "Математика, 8Г, 1-й урок — Е.С.Орлова" in deputy.text
    assert deputy.send(path, type_code="К").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Отметьте хотя бы один урок" in deputy.text
    deputy.send(path, type_code="К", title="Полугодие", lessons=str(story.lesson(AHEAD)))
    assert "07.12.2026" in deputy.text
    assert "В этом месяце" not in deputy.text
    work_id = story.work().id
    deputy.open(path)
    assert "в этот день у класса уже контрольная (Математика)" in deputy.text
    deputy.send(path, type_code="К", lessons=str(story.lesson(AHEAD, 2)))
    assert "Больше одной контрольной у класса в один день" in deputy.text
    teacher = signed_in(story.app, "teacher")
    teacher.open("/works/schedule?month=2026-12")
    assert "Полугодие" in teacher.text
    assert "/works/schedule/new" not in teacher.text
    teacher.open(f"/works/{work_id}")
    teacher.send(f"/works/{work_id}", type_code="К", title="Другое")
    assert "её меняет и снимает заместитель директора" in teacher.text
    deputy.send(f"/works/schedule/{work_id}/remove")
    assert "Работа убрана из графика." in deputy.text
    assert "Больше одной" not in deputy.text
    assert (
        "В этом месяце контрольных работ нет." in deputy.open("/works/schedule?month=2026-02").text
    )


@pytest.mark.clause("INS-3.3.13")
def test_deputy_keeps_the_list_of_types(story: Story) -> None:
    deputy = signed_in(story.app, "deputy")
    deputy.open("/works/types")
    new = {"name": "Зачёт", "weight": 2, "check_days": 3, "place": 1, "is_in_use": "yes"}
    assert deputy.send("/works/types", **new).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Укажите обозначение" in deputy.text
    deputy.send("/works/types", code="К", **new)
    assert "Тип с таким обозначением уже есть." in deputy.text
    deputy.send("/works/types", code="З", **new)
    assert deputy.text.index("Зачёт") < deputy.text.index("Ответ на уроке")
    deputy.open("/works/types/О")
    without = {name: told for name, told in new.items() if name != "is_in_use"}
    answer = deputy.send("/works/types/О", code="О", **without)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "он должен оставаться в ходу" in deputy.text
    deputy.send("/works/types/З/remove")
    assert "Тип работы удалён." in deputy.text
    assert "Зачёт" not in deputy.text


@pytest.mark.clause("POL-3.6.3")
def test_teacher_arrives_at_the_lesson_at_hand_and_home_tells_what_is_lacking(
    story: Story, clock: FrozenClock
) -> None:
    teacher = signed_in(story.app, "teacher")

    def arrives(moment: str) -> str:
        clock.set_local(f"2026-11-23 {moment}")
        return str(teacher.client.get("/home/now").headers["Location"])

    first, second = story.lesson(), story.lesson(number=2)
    assert arrives("09:00") == f"/lesson/{first}"
    assert arrives("09:10") == f"/lesson/{first}"
    assert arrives("09:16") == f"/lesson/{second}"
    teacher.open("/home")
    assert "сейчас начнётся" in teacher.text
    assert "Нет: перекличка, тема, домашнее задание" in teacher.text
    assert "до 11:10" in teacher.text
    assert "ещё не начался" in teacher.text
    assert "Не дописано раньше" in teacher.text
    assert [arrives(moment) for moment in ("09:35", "09:53", "10:10")] == [
        f"/lesson/{second}",
        f"/lesson/{second}",
        "/home",
    ]
    clock.set_local("2026-11-24 09:00")
    assert "Сегодня у вас уроков нет." in signed_in(story.app, "teacher").open("/home").text


def test_who_teaches_nothing_arrives_at_home(story: Story) -> None:
    assert Browser(story.app).client.get("/home/now").status_code == HTTPStatus.SEE_OTHER
    for username in ("deputy", "parent"):
        assert "Мой кабинет" in signed_in(story.app, username).text
