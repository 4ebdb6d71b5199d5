"""The page of a lesson: as a form without the script, and who may open it."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask

from journal_core.context import ActionContext
from journal_core.people.queries import staff_member_named
from journal_core.plans.commands import CreatePlan, create_plan
from journal_core.plans.terms import Topic
from portal.perform import OPERATOR
from portal.state import Portal
from tests.factories.journal import KeptSchool, kept_school
from tests.factories.school import YEAR
from tests.portal.story import Browser, seed, signed_in

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

    def teacher(self) -> Browser:
        browser = signed_in(self.app, "teacher")
        browser.open(self.path())
        return browser

    def presence(self, place: int) -> str:
        return f"attendance-{self.school.pupils[place]}"

    def mark(self, place: int) -> str:
        return f"mark-{self.school.pupils[place]}"


def write(app: Flask, act) -> object:  # type: ignore[no-untyped-def]
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        done = act(
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
    return done


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

    found = write(sqlite_app, begin)
    assert isinstance(found, Story)
    return found


@pytest.mark.clause("INS-3.3.18")
@pytest.mark.clause("INS-3.3.13")
@pytest.mark.clause("REC-2.1")
def test_without_the_script_the_lesson_is_one_form_and_a_refused_cell_loses_nothing(
    story: Story,
) -> None:
    teacher = story.teacher()
    sent = {**told(teacher), story.presence(1): "н", story.mark(0): "5", story.mark(2): "7"}
    answer = teacher.send(story.path(), **sent, roll="called")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "INS-3.3.13" in teacher.text
    assert mark_of(teacher, "7")
    assert "проведена" in teacher.text
    # What was not refused is written: the mark has its work now, and the topic is the plan's.
    assert re.search(r'name="mark-[^"]*" value="5"', teacher.text)
    assert told(teacher)["seen_topic"] == "Дроби"
    answer = teacher.send(story.path(), **{**told(teacher), mark_of(teacher, "7"): "4"})
    assert answer.status_code == HTTPStatus.OK
    assert "Урок записан." in teacher.text
    teacher.open(story.path(story.second))
    assert told(teacher)[story.presence(1)] == "н"
    assert told(teacher)["topic"] == "Дроби"


def mark_of(browser: Browser, value: str) -> str:
    return browser.found(rf'name="(mark-[^"]*)" value="{value}"')
