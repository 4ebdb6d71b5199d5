"""The page of a lesson: as a form without the script, and who may open it."""

import re
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event

from journal_core.attendance.models import AbsenceSpan
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.journal.terms import CellEdit
from journal_core.lesson_page.commands import KeepLesson, keep_lesson
from journal_core.lessons.commands import (
    CancelLesson,
    RecordAbsence,
    SetSubstitute,
    cancel_lesson,
    record_absence,
    set_substitute,
)
from journal_core.lessons.terms import AbsenceReason
from journal_core.people.queries import staff_member_named
from journal_core.plans.commands import CreatePlan, create_plan
from journal_core.plans.terms import Topic
from journal_core.school.models import SchoolClass
from tests.clock import FrozenClock
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, pupil, school_class
from tests.factories.week import load
from tests.portal.story import Browser, acted, seed, signed_in

TEACHER = "Орлова Елена Сергеевна"


@dataclass(frozen=True, kw_only=True)
class Story:
    """7Н has mathematics with the demo's teacher, twice today; its plan begins with «Дроби»."""

    app: Flask
    school: KeptSchool
    first: UUID
    second: UUID

    def path(self, lesson_id: UUID | None = None) -> str:
        return f"/lesson/{lesson_id or self.first}"

    def form(self, lesson_id: UUID | None = None) -> str:
        """Where a browser without scripts is sent on to."""
        return f"{self.path(lesson_id)}?form=yes"

    def teacher(self) -> Browser:
        browser = signed_in(self.app, "teacher")
        browser.open(self.path())
        return browser

    def presence(self, place: int) -> str:
        return f"attendance-{self.school.pupils[place]}"

    def post(self, browser: Browser, **told: str) -> dict[str, str]:
        """What the script is answered."""
        token = browser.found(r'name="csrf_token"[^>]*value="([^"]+)"')
        answer = browser.client.post(
            self.path(),
            data={"csrf_token": token, **told},
            headers={"Accept": "application/json"},
        )
        found: dict[str, str] = answer.json
        return found

    def substitute(self, context: ActionContext) -> None:
        """The class teacher of another class takes the first lesson."""
        other = staff_member_named(context.session, "Зайцева Марина Олеговна")
        assert other
        load(context, other, self.school.subject_id, school_class(context, "8Н").id)
        set_substitute(context, SetSubstitute(lesson_id=self.first, person_id=other))

    def leave(self, context: ActionContext) -> None:
        """Орлова is away today, and the second lesson is not held."""
        record_absence(
            context,
            RecordAbsence(
                teacher_id=self.school.teacher_id,
                since=TODAY,
                until=TODAY,
                reason=AbsenceReason.ILLNESS,
            ),
        )
        cancel_lesson(context, CancelLesson(lesson_id=self.second, reason="Карантин"))

    def mark(self, place: int) -> str:
        return f"mark-{self.school.pupils[place]}"


def told(browser: Browser) -> dict[str, str]:
    """What the plain form would send as it stands."""
    inputs = re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', browser.text)
    selects = re.findall(r'<select[^>]* name="([^"]+)"(.*?)</select>', browser.text, re.DOTALL)
    chosen = {name: re.findall(r"<option selected>(.*?)<", rest) for name, rest in selects}
    fields = dict(inputs) | {name: "".join(values) for name, values in chosen.items()}
    fields.pop("csrf_token", None)
    return fields


@pytest.fixture
def story(sqlite_app: Flask) -> Story:
    seed(sqlite_app)

    def begin(context: ActionContext) -> Story:
        teacher_id = staff_member_named(context.session, TEACHER)
        school = kept_school(context, "7Н", "Черчение", teacher_id=teacher_id)
        create_plan(
            context,
            CreatePlan(
                academic_year=YEAR,
                subject_id=school.subject_id,
                grade=7,
                class_id=school.class_id,
                topics=(Topic(title="Дроби", hours=1), Topic(title="Сложение дробей", hours=2)),
            ),
        )
        first, second = (school.lesson(context, number=number).id for number in (1, 2))
        return Story(app=sqlite_app, school=school, first=first, second=second)

    return acted(sqlite_app, begin)


@pytest.mark.clause("INS-3.3.18")
@pytest.mark.clause("INS-3.3.13")
@pytest.mark.clause("REC-2.1")
def test_without_the_script_the_lesson_is_one_form_and_a_refused_cell_loses_nothing(
    story: Story,
) -> None:
    teacher = story.teacher()
    assert f'<noscript><meta http-equiv="refresh" content="0; url={story.form()}"></noscript>' in (
        teacher.text
    )
    teacher.open(story.form())
    assert "http-equiv" not in teacher.text
    sent = {**told(teacher), story.presence(1): "н", story.mark(0): "5", story.mark(2): "7"}
    answer = teacher.send(story.form(), **sent, roll="called")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "INS-3.3.13" in teacher.text
    assert mark_of(teacher, "7")
    assert "проведена" in teacher.text
    # What was not refused is written: the mark has its work now, and the topic is the plan's.
    assert re.search(r'name="mark-[^"]*" value="5"', teacher.text)
    assert told(teacher)["seen_topic"] == "Дроби"
    answer = teacher.send(story.form(), **{**told(teacher), mark_of(teacher, "7"): "4"})
    assert answer.status_code == HTTPStatus.OK
    assert "Урок записан." in teacher.text
    teacher.open(story.form(story.second))
    assert told(teacher)[story.presence(1)] == "н"
    assert told(teacher)["topic"] == "Дроби"


@pytest.mark.clause("INS-3.3.18")
@pytest.mark.clause("REC-2.1")
def test_script_is_told_how_roll_and_topic_stand(story: Story, clock: FrozenClock) -> None:
    """A single thing is sent; what was written later than on the day is tagged."""
    clock.set_local("2026-11-24 09:00")
    teacher = story.teacher()
    said = story.post(teacher, roll="called")
    assert said["said"] == "Перекличка проведена: нет 0 из 5."
    assert "внесено позже дня урока" in said["roll"]
    assert "ещё не записана" in said["topic"]
    teacher.open(story.path(story.second))
    assert "взять с урока № 1" in teacher.text
    teacher.send(story.path(story.second), take="yes")
    assert "в урок № 2 перенесено: перекличка." in teacher.text
    said = story.post(teacher, topic="Дроби. Игра", seen_topic="", carry="yes")
    assert "№ 1 плана" in said["topic"]
    assert said["carried"] == "Сдвоенный урок: в урок № 2 перенесено: тема."
    assert story.post(teacher, topic="а" * 1001, seen_topic="")["refused"]


@pytest.mark.clause("POL-3.6.1")
@pytest.mark.clause("INS-3.3.3")
@pytest.mark.clause("REC-2.1")
def test_others_read_the_lesson_or_do_not_know_of_it(story: Story) -> None:
    """The deputy reads; another class's teacher does not. Who is away reads that another writes."""
    deputy = signed_in(story.app, "deputy")
    assert deputy.open(story.path()).status_code == HTTPStatus.OK
    assert "В этот урок пишет тот, кто его ведёт." in deputy.text
    assert "data-roll" not in deputy.text
    assert deputy.send(story.path(), roll="called").status_code == HTTPStatus.FORBIDDEN
    deputy.open(f"/language/en?next={story.path()}")
    assert "Roll call" in deputy.text
    stranger = signed_in(story.app, "classteacher")
    assert stranger.open(story.path()).status_code == HTTPStatus.NOT_FOUND
    assert stranger.send(story.path(), roll="called").status_code == HTTPStatus.NOT_FOUND
    acted(story.app, story.leave)
    teacher = story.teacher()
    assert "замены ещё нет" in teacher.text
    acted(story.app, story.substitute)
    teacher.open(story.path())
    assert "вместо: Орлова Елена Сергеевна" in teacher.text
    assert "INS-3.3.3" in teacher.text
    assert "data-roll" not in teacher.text
    stranger.open(story.path())
    assert "data-roll" in stranger.text
    teacher.open(story.path(story.second))
    assert "Урок не проводится: Карантин." in teacher.text


@pytest.mark.clause("POL-1.4")
def test_first_grade_has_neither_marks_nor_homework_on_the_page(story: Story) -> None:
    def be_first(context: ActionContext) -> None:
        context.session.get_one(SchoolClass, story.school.class_id).grade = 1

    acted(story.app, be_first)
    teacher = story.teacher()
    assert "Отметок и домашних заданий здесь нет" in teacher.text
    assert "homework-section" not in teacher.text
    assert 'name="mark-' not in teacher.text
    assert story.post(teacher, roll="called")["said"].startswith("Перекличка проведена")


@pytest.mark.clause("INS-3.3.18")
def test_roll_tells_whose_family_announced_an_absence(story: Story) -> None:
    def announce(context: ActionContext) -> None:
        context.session.add(
            AbsenceSpan(
                pupil_id=story.school.pupils[1],
                since=TODAY,
                until=TODAY,
                note="Едем к бабушке",
                announced_at=context.now,
                announced_by="Белова",
            )
        )

    teacher = story.teacher()
    assert "Семьи сообщили об отсутствии" not in teacher.text
    acted(story.app, announce)
    teacher.open(story.path())
    assert "Семьи сообщили об отсутствии: Белова Анна (по 23.11.2026, ещё не под" in teacher.text
    assert "бабушке" not in teacher.text


def test_statements_do_not_grow_with_pupils(story: Story) -> None:
    teacher = story.teacher()
    before = _statements(story, teacher)

    def grow(context: ActionContext) -> None:
        for name in ("Жуков Пётр Ильич", "Зимин Олег Ильич", "Ильин Лев Петрович"):
            pupil(context, story.school.class_id, name, born=date(2013, 3, 3), since=TODAY)
        by = as_person(context, story.school.teacher_id)
        edits = tuple(
            CellEdit(lesson_id=story.first, pupil_id=one, kind=kind, value=value)
            for one in story.school.pupils
            for kind, value in ((CellKind.MARK, "4"), (CellKind.ATTENDANCE, "оп"))
        )
        keep_lesson(by, KeepLesson(lesson_id=story.first, edits=edits, topic="Дроби"))

    acted(story.app, grow)
    assert _statements(story, teacher) == before


def _statements(story: Story, browser: Browser) -> int:
    seen: list[str] = []
    engine = story.app.extensions["portal"].database.engine

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    browser.open(story.path())
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def mark_of(browser: Browser, value: str) -> str:
    return browser.found(rf'name="(mark-[^"]*)" value="{value}"')
