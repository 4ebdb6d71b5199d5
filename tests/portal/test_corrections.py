"""Asking for a correction from the cell, the deputy's decision, the slip with before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit, CellRefused, CellResult, CellSaved
from journal_core.people.queries import staff_member_named
from portal.perform import OPERATOR, perform_as_system
from portal.state import Portal
from tests.clock import FrozenClock
from tests.documents.reading import pdf_text, same
from tests.factories.journal import KeptSchool, as_person, kept_school
from tests.portal.story import Browser, seed, signed_in
from workflows.mark_correction import CloseCorrections, close_corrections

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Story:
    """Орлова gave Абрамов a 3 on Monday; it is Tuesday."""

    app: Flask
    school: KeptSchool
    lesson_id: UUID

    def act(self, act: Callable[[ActionContext], Result]) -> Result:
        return _acted(self.app, act)

    def write(self, value: str, pupil: int = 0) -> CellResult:
        edit = CellEdit(
            lesson_id=self.lesson_id,
            pupil_id=self.school.pupils[pupil],
            kind=CellKind.MARK,
            value=value,
        )
        (result,) = self.act(
            lambda context: write_cells(
                as_person(
                    context, self.school.teacher_id, permissions=ROLE_PERMISSIONS[Role.TEACHER]
                ),
                WriteCells(edits=(edit,)),
            )
        )
        return result

    @property
    def new(self) -> str:
        return f"/corrections/new?lesson={self.lesson_id}&pupil={self.school.pupils[0]}&work="

    def answers(self, **wanted: str) -> dict[str, str]:
        """What the page's fields send: the first pupil has a 3, the others nothing."""
        told = {f"wanted_{one.hex}": "" for one in self.school.pupils}
        told[f"wanted_{self.school.pupils[0].hex}"] = "3"
        for number, value in wanted.items():
            told[f"wanted_{self.school.pupils[int(number[1:])].hex}"] = value
        return {**told, "reason": "перепутаны тетради"}


@pytest.fixture
def story(sqlite_app: Flask, clock: FrozenClock) -> Story:
    seed(sqlite_app)

    def begun(context: ActionContext) -> tuple[KeptSchool, UUID]:
        teacher_id = staff_member_named(context.session, "Орлова Елена Сергеевна")
        school = kept_school(context, "9Д", "Алгебра", teacher_id=teacher_id)
        return school, school.lesson(context).id

    school, lesson_id = _acted(sqlite_app, begun)
    told = Story(app=sqlite_app, school=school, lesson_id=lesson_id)
    assert isinstance(told.write("3"), CellSaved)
    clock.advance(days=1)
    return told


def _acted(app: Flask, act: Callable[[ActionContext], Result]) -> Result:
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        result = act(
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
        return result


@pytest.mark.clause("INS-3.3.13", "POL-3.7.8")
def test_teacher_asks_from_the_cell_deputy_approves_and_the_slip_tells_all(story: Story) -> None:
    refused = story.write("4")
    assert isinstance(refused, CellRefused)
    teacher, deputy = signed_in(story.app, "teacher"), signed_in(story.app, "deputy")
    teacher.open(story.new)
    assert "Абрамов Глеб Ильич" in teacher.text
    assert 'value="3"' in teacher.text
    for answers, words in (
        (story.answers(p0="4") | {"reason": ""}, "Укажите причину"),
        (story.answers(p0="7"), "Отметка — от 2 до 5"),
        (story.answers(), "Впишите хотя бы в одну клетку"),
    ):
        page = teacher.send(story.new, **answers)
        assert (page.status_code, words in teacher.text) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    teacher.send(story.new, **story.answers(p0="4", p1="5"))
    assert "Просьба отправлена" in teacher.text
    teacher.open(story.new)
    assert "об этой клетке уже просили" in teacher.text

    deputy.open("/home")
    assert "Исправления ждут решения" in deputy.text
    deputy.open("/corrections")
    path = deputy.found(r'href="(/corrections/[0-9a-f-]{36})"')
    deputy.open(path)
    for words in ("перепутаны тетради", "Белова Анна Петровна", "на 24"):
        assert words in deputy.text
    deputy.send(f"{path}/approve", seen_version=deputy.found(r'name="seen_version" value="(\d+)"'))
    assert "Разрешение на исправление № 1" in deputy.text
    approved = deputy.client.get(f"{path}/slip.pdf")
    assert same("Абрамов Глеб Ильич 23.11.2026 О 3 4") in same(pdf_text(approved.data))
    assert deputy.client.get(f"{path}/carried-out.pdf").status_code == HTTPStatus.NOT_FOUND

    teacher.open("/home")
    assert "Решения по исправлениям" in teacher.text
    assert isinstance(story.write("4"), CellSaved)
    assert isinstance(story.write("5"), CellRefused)
    assert isinstance(story.write("5", pupil=1), CellSaved)
    # The approval was for one write, also of a mark that nobody had given before.
    assert isinstance(story.write("3", pupil=1), CellRefused)
    teacher.open(path)
    assert "все клетки записаны" in teacher.text
    teacher.open("/home")
    assert "Решения по исправлениям" not in teacher.text
    with story.app.app_context():
        assert perform_as_system(close_corrections, CloseCorrections()) == 1
    teacher.open(path)
    assert "закрыто" in teacher.text
    done = same(pdf_text(teacher.client.get(f"{path}/carried-out.pdf").data))
    for words in ("О 3 4 4 (24.11.2026, 09:00)", "О — 5 5 (24.11.2026, 09:00)"):
        assert same(words) in done
    assert teacher.client.get(f"{path}/carried-out.docx").status_code == HTTPStatus.OK
    changes = story.act(
        lambda context: [
            (one.old, one.new, one.reason, one.correction_id is not None)
            for one in context.session.scalars(select(CellChange).order_by(CellChange.at))
        ]
    )
    assert changes[0] == ("", "3", "", False)
    assert sorted(changes[1:]) == [
        ("", "5", "перепутаны тетради", True),
        ("3", "4", "перепутаны тетради", True),
    ]


@pytest.mark.clause("INS-3.3.13")
def test_every_kind_of_column_has_its_way_to_ask(story: Story, clock: FrozenClock) -> None:
    clock.advance(days=40)
    teacher, key = signed_in(story.app, "teacher"), story.school.key
    other = story.act(lambda context: story.school.lesson(context, number=2).id)
    pupil_id = story.school.pupils[0]
    course = f"class={key.class_id}&subject={key.subject_id}"
    for place, words, wanted in (
        (f"lesson={story.lesson_id}&kind=attendance", "посещаемость", "н"),
        (f"lesson={other}", "работа ещё не назначена", "5"),
        (f"{course}&period=period:2", "период 2", "5"),
    ):
        address = f"/corrections/new?{place}&pupil={pupil_id}"
        assert words in _opened(teacher, address)
        told = {f"wanted_{pupil_id.hex}": wanted, "reason": "пропущено", "work_type": "О"}
        teacher.send(address, **told)
        assert "Просьба отправлена" in teacher.text, place
    for wrong in (
        f"lesson={other}&work={pupil_id}",
        f"{course}&period=week:1",
        "period=year:0",
        "",
    ):
        page = teacher.open(f"/corrections/new?{wrong}")
        assert page.status_code == HTTPStatus.NOT_FOUND, wrong


@pytest.mark.clause("INS-3.3.3", "INS-3.3.13")
def test_correction_is_declined_with_a_reason_and_is_no_strangers(story: Story) -> None:
    teacher, deputy = signed_in(story.app, "teacher"), signed_in(story.app, "deputy")
    teacher.open(story.new)
    teacher.send(story.new, **story.answers(p0="4"))
    deputy.open("/corrections")
    path = deputy.found(r'href="(/corrections/[0-9a-f-]{36})"')
    stranger = signed_in(story.app, "classteacher")
    assert "Исправлений ещё не просили" in _opened(stranger, "/corrections")
    for foreign in (path, f"{path}/slip.pdf", story.new):
        assert stranger.open(foreign).status_code == HTTPStatus.NOT_FOUND
    for act in ("approve", "decline"):
        assert teacher.send(f"{path}/{act}").status_code == HTTPStatus.FORBIDDEN
    deputy.open(path)
    version = deputy.found(r'name="seen_version" value="(\d+)"')
    page = deputy.send(f"{path}/decline", seen_version=version, comment="")
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    deputy.send(f"{path}/decline", seen_version=version, comment="работа верна")
    teacher.open("/home")
    assert "работа верна" in teacher.text
    assert "Ничего не ждёт решения" in deputy.text
    assert "работа верна" in _opened(teacher, path)
    teacher.open(story.new)
    teacher.send(story.new, **story.answers(p0="4"))
    teacher.open("/corrections?show=waiting")
    again = teacher.found(r'href="(/corrections/[0-9a-f-]{36})"')
    teacher.open(again)
    teacher.send(f"{again}/withdraw")
    assert "Просьба отозвана" in teacher.text


def _opened(browser: Browser, path: str) -> str:
    browser.open(path)
    return browser.text
