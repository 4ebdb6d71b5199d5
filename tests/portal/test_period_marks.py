"""Period marks, the class council and regular assessment on screen."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit
from journal_core.people.queries import staff_member_named
from journal_core.period_marks.queries import period_marks_of
from journal_core.period_marks.terms import FinalKind, PeriodRef
from portal.perform import OPERATOR, perform_as_system
from portal.state import Portal
from tests.clock import MOSCOW, FrozenClock
from tests.factories.journal import KeptSchool, as_person, kept_school
from tests.factories.school import YEAR
from tests.portal.story import Browser, seed, signed_in
from workflows.mark_correction import CloseCorrections, close_corrections

SECOND = PeriodRef(kind=FinalKind.PERIOD, number=2)


@dataclass(frozen=True, kw_only=True)
class Story:
    """7К has geometry with Орлова, who signs in as «teacher»; three pupils have marks."""

    app: Flask
    school: KeptSchool

    @property
    def path(self) -> str:
        return f"/period-marks/{self.school.class_id}/{self.school.subject_id}"

    @property
    def given(self) -> list[str]:
        """The marks of the second quarter, by pupil; "" for none."""
        portal: Portal = self.app.extensions["portal"]
        with portal.database.writing() as session:
            found = period_marks_of(session, self.school.key, YEAR)
        return [found.get(one, {}).get(SECOND, "") for one in self.school.pupils]


@pytest.fixture
def story(sqlite_app: Flask, clock: FrozenClock) -> Story:
    seed(sqlite_app)
    made: list[KeptSchool] = []
    _write(sqlite_app, lambda context: made.append(_told(context)))
    clock.set_local("2026-12-22 12:00")
    return Story(app=sqlite_app, school=made[0])


def _told(context: ActionContext) -> KeptSchool:
    """Абрамов has three marks, Белова three, Волков one."""
    orlova = staff_member_named(context.session, "Орлова Елена Сергеевна")
    school = kept_school(context, name="7К", subject_name="Геометрия", teacher_id=orlova)
    permissions = ROLE_PERMISSIONS[Role.TEACHER]
    teacher = as_person(context, school.teacher_id, permissions=permissions)
    for day, values in ((9, "44"), (16, "553"), (23, "54")):
        on = date(2026, 11, day)
        edits = tuple(
            CellEdit(
                lesson_id=school.lesson(context, on).id,
                pupil_id=pupil_id,
                kind=CellKind.MARK,
                value=value,
            )
            for pupil_id, value in zip(school.pupils, values, strict=False)
        )
        at = datetime(2026, 11, day, 12, tzinfo=MOSCOW)
        write_cells(replace(teacher, now=at), WriteCells(edits=edits))
    return school


def _write(app: Flask, act: Callable[[ActionContext], object]) -> None:
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


def _fields(browser: Browser) -> dict[str, str]:
    """What the form holds as it is shown."""
    pattern = r'name="((?:value|reason|seen)_[0-9a-f]{32})"[^>]*? value="([^"]*)"'
    return dict(re.findall(pattern, browser.text))


def _named(kind: str, story: Story, place: int) -> str:
    return f"{kind}_{story.school.pupils[place].hex}"


@pytest.mark.clause("POL-3.6.5")
@pytest.mark.clause("INS-3.3.8")
def test_one_press_gives_all_that_is_proposed_and_what_lacks_a_reason_is_asked(
    story: Story,
) -> None:
    teacher = signed_in(story.app, "teacher")
    teacher.open(story.path)
    shown = _fields(teacher)
    assert [shown[_named("value", story, place)] for place in range(5)] == ["5", "4", "", "", ""]
    assert "(5×2 + 4×1) : 3 = 4,67 → 5" in teacher.text
    answer = teacher.send(story.path, **{**shown, _named("value", story, 2): "3"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert story.given == ["5", "4", "", "", ""]
    assert "Отметок меньше, чем нужно" in teacher.text
    typed = _fields(teacher)
    assert typed[_named("value", story, 2)] == "3"
    reason = {_named("reason", story, 2): "работы за прошлую школу"}
    answer = teacher.send(story.path, **{**typed, **reason})
    assert answer.status_code == HTTPStatus.OK
    assert story.given == ["5", "4", "3", "", ""]


@pytest.mark.clause("POL-3.6.5")
@pytest.mark.clause("POL-3.7.2")
def test_others_read_the_sheet_and_strangers_do_not_find_it(
    story: Story, clock: FrozenClock
) -> None:
    deputy = signed_in(story.app, "deputy")
    assert deputy.open(story.path).status_code == HTTPStatus.OK
    assert _fields(deputy) == {}
    assert "Отметку ставит учитель" in deputy.text
    stranger = signed_in(story.app, "classteacher")
    for path in (story.path, story.path.replace("marks/", "marks/asking/")):
        assert stranger.open(path).status_code == HTTPStatus.NOT_FOUND
    council = f"/period-marks/council/{story.school.class_id}"
    assert stranger.open(council).status_code == HTTPStatus.NOT_FOUND
    assert stranger.open(f"{council}.xlsx").status_code == HTTPStatus.NOT_FOUND
    assert deputy.open(f"{story.path}?period=period:4").status_code == HTTPStatus.NOT_FOUND
    clock.set_local("2026-12-01 12:00")
    teacher = signed_in(story.app, "teacher")
    teacher.open(story.path)
    assert "не раньше" in teacher.text
    assert _fields(teacher) == {}


@pytest.mark.clause("INS-3.3.21")
@pytest.mark.clause("INS-3.3.13")
def test_a_mark_that_another_changed_meanwhile_is_shown_and_every_change_is_kept(
    story: Story,
) -> None:
    here, there = signed_in(story.app, "teacher"), signed_in(story.app, "teacher")
    here.open(story.path)
    there.open(story.path)
    here.send(story.path, **_fields(here))
    changed = {_named("value", story, 0): "4", _named("reason", story, 0): "по письменным"}
    there.send(story.path, **{**_fields(there), **changed})
    assert "отметка изменилась: 5" in there.text
    there.send(story.path, **_fields(there))
    assert story.given[0] == "4"
    there.open(f"{story.path}/changes/{story.school.pupils[0]}")
    assert "по письменным" in there.text


@pytest.mark.clause("POL-3.6.5")
def test_the_council_shows_gaps_with_their_teacher_and_goes_into_a_spreadsheet(
    story: Story,
) -> None:
    teacher = signed_in(story.app, "teacher")
    teacher.open(story.path)
    teacher.send(story.path, **_fields(teacher))
    deputy = signed_in(story.app, "deputy")
    deputy.open(story.path.replace("period-marks", "journal"))
    assert "2 четверть" in deputy.found(r"(?s)<thead>(.*?)</thead>")
    council = f"/period-marks/council/{story.school.class_id}"
    deputy.open(f"{council}?show=gaps")
    assert "Волков Иван Ильич" in deputy.text
    assert "Абрамов Глеб Ильич" not in deputy.text
    assert "(3,00)" in deputy.text
    answer = deputy.open(f"{council}.xlsx?period={SECOND.key}")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    marks = book.get_sheet_by_index(0).to_python()
    assert marks[1][1:4] == ["Абрамов Глеб Ильич", 5.0, "отлично"]
    gaps = book.get_sheet_by_index(1).to_python()
    assert gaps[1] == ["Геометрия", "Е.С.Орлова", "Волков Иван Ильич"]


@pytest.mark.clause("INS-3.3.9")
@pytest.mark.clause("POL-3.7.4")
def test_the_summary_names_whom_to_ask_first(story: Story, clock: FrozenClock) -> None:
    clock.set_local("2026-12-08 12:00")
    teacher = signed_in(story.app, "teacher")
    teacher.open("/period-marks?show=lacking")
    assert "Волков Иван Ильич" in teacher.text
    teacher.open(story.path.replace("marks/", "marks/asking/"))
    names = re.findall(r'<th scope="row" class=" ?">([^<]+)</th>', teacher.text)
    # Never, never, on 16 November; the others on the 23rd.
    assert names[:3] == ["Громова Дарья Олеговна", "Ершов Пётр Андреевич", "Волков Иван Ильич"]


@pytest.mark.clause("INS-3.3.13")
@pytest.mark.clause("POL-3.7.8")
def test_a_mark_of_a_closed_period_is_asked_for_approved_and_written_once(
    story: Story, clock: FrozenClock
) -> None:
    clock.set_local("2027-01-13 12:00")
    teacher, deputy = signed_in(story.app, "teacher"), signed_in(story.app, "deputy")
    teacher.open(story.path)
    ask = teacher.found(r'href="(/corrections/new[^"]*)"').replace("&amp;", "&")
    teacher.open(ask)
    pupil_id = story.school.pupils[0]
    field = teacher.found(rf'name="(\w*{pupil_id.hex})"')
    teacher.send(ask, **{field: "5", "reason": "забыла выставить"})
    assert "Просьба отправлена" in teacher.text
    deputy.open("/corrections?show=waiting")
    deputy.open(deputy.found(r'href="(/corrections/[0-9a-f-]{36})"'))
    path = deputy.found(r'action="(/corrections/[0-9a-f-]{36}/approve)"')
    version = deputy.found(r'name="seen_version" value="(\d+)"')
    deputy.send(path, seen_version=version)
    teacher.open(f"{story.path}?period={SECOND.key}")
    assert list(_fields(teacher)) == [
        _named(kind, story, 0) for kind in ("seen", "value", "reason")
    ]
    teacher.send(f"{story.path}?period={SECOND.key}", **_fields(teacher))
    assert story.given == ["5", "", "", "", ""]
    teacher.open(f"{story.path}?period={SECOND.key}")
    assert _fields(teacher) == {}
    with story.app.app_context():
        assert perform_as_system(close_corrections, CloseCorrections()) == 1
    teacher.open("/corrections?show=closed")
    assert "7К" in teacher.text
