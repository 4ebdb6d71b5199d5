"""The pages of families: silence, calls, the risk group."""

from datetime import date, timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.context import ActionContext
from journal_core.diary_visits.models import DiaryVisit, SilenceTask
from journal_core.people.models import Person, Pupil
from portal.state import Portal
from tests.clock import FrozenClock
from tests.factories.week import period
from tests.portal.story import acted, date_parts, seed, signed_in


def _ids(app: Flask, name: str) -> tuple[UUID, UUID]:
    """The pupil of the name, and who leads 6А as it stands in the demo."""
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        pupil = session.scalars(select(Pupil).join(Person).where(Person.last_name == name)).one()
        return pupil.id, pupil.person_id


def _visits(app: Flask) -> list[DiaryVisit]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(DiaryVisit)))


def _term(context: ActionContext) -> None:
    period(context)


@pytest.mark.clause("POL-3.5.5")
def test_opening_the_diary_is_on_record_once_an_hour(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    pupil_id, _person_id = _ids(sqlite_app, "Петров")
    parent = signed_in(sqlite_app, "parent")
    for _time in range(2):
        parent.open(f"/diary/{pupil_id}")
        parent.open(f"/diary/{pupil_id}/marks")
    (visit,) = _visits(sqlite_app)
    assert (visit.pupil_id, visit.is_own, visit.last_at) == (pupil_id, False, clock())
    clock.advance(hours=1)
    parent.open(f"/diary/{pupil_id}")
    (visit,) = _visits(sqlite_app)
    assert visit.last_at == clock()
    deputy = signed_in(sqlite_app, "deputy")
    deputy.open("/families")
    assert "1 из 2" in deputy.text
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open(f"/families/pupils/{pupil_id}")
    assert clock().strftime("%d.%m.%Y") in teacher.text
    assert len(_visits(sqlite_app)) == 1


@pytest.mark.clause("INS-3.2.6")
def test_silence_becomes_a_task_with_phone_and_a_call_is_recorded_beside_its_fields(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    acted(sqlite_app, _term)
    pupil_id, _person_id = _ids(sqlite_app, "Петров")
    signed_in(sqlite_app, "parent").open(f"/diary/{pupil_id}")
    clock.advance(days=15)
    told = sqlite_app.test_cli_runner().invoke(args=["nightly", "run"]).output
    assert "families gone silent: 4" in told  # those too who never made an account
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open("/home")
    assert "семей давно не открывали дневник" in teacher.text
    teacher.open("/families")
    assert "свяжитесь с семьёй" in teacher.text
    page = f"/families/pupils/{pupil_id}"
    teacher.open(page)
    person = teacher.found(r'name="person"[^>]*value="([^"]+)"')
    answer = teacher.send(page, person=person, how="phone", result="told",
                          **date_parts("day", clock().date() + timedelta(days=1)))  # fmt: skip
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "ещё не наступил" in teacher.text
    key = teacher.found(r'name="key" value="([^"]+)"')
    for _click in range(2):
        teacher.send(page, key=key, person=person, how="phone", result="told", note="Перезвонят",
                     **date_parts("day", clock().date()))  # fmt: skip
    assert teacher.text.count("Перезвонят") == 1
    assert "семья знает, напомним" in teacher.text
    signed_in(sqlite_app, "parent").open(f"/diary/{pupil_id}")
    teacher.open(page)
    assert "дневник открыт" in teacher.text
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        still = session.scalars(select(SilenceTask).where(SilenceTask.closed_at.is_(None)))
        assert pupil_id not in {one.pupil_id for one in still}


@pytest.mark.clause("INS-3.2.7")
@pytest.mark.clause("INS-3.2.8")
def test_a_pupil_comes_into_the_risk_group_the_week_is_checked_and_it_ends(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    pupil_id, _person_id = _ids(sqlite_app, "Петров")
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open("/families")
    group = teacher.found(r'href="(/families/[^"]+/risk)"')
    new = f"{group}/new?pupil={pupil_id}"
    teacher.open(new)
    assert teacher.send(new, pupil=str(pupil_id)).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    today: date = clock().date()
    teacher.send(new, pupil=str(pupil_id), ground="behaviour", reason="Драка",
                 **date_parts("since", today))  # fmt: skip
    assert "Ученик внесён в группу риска" in teacher.text
    assert "не открывали" in teacher.text
    assert "Неделю проверяют с её пятницы" in teacher.text
    clock.advance(days=4)
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open(group)
    teacher.send(f"{group}/weeks", note="Позвонила" * 60)
    assert "Неделя проверена." not in teacher.text
    teacher.send(f"{group}/weeks", note="Позвонила")
    assert "Неделя проверена." in teacher.text
    assert "Позвонила" in teacher.text
    parent = signed_in(sqlite_app, "parent")
    parent.open(f"/diary/{pupil_id}")
    assert "риск" not in parent.text
    end = teacher.found(r'href="(/families/risk/[^"]+)"')
    teacher.open(end)
    teacher.send(end, reason="Исправился", **date_parts("until", today))
    assert "Ученик выведен из группы риска" in teacher.text
