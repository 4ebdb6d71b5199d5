"""The demo school begins on any day, and the story is played in it."""

from datetime import date, timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.audit.models import AuditEntry
from journal_core.calendar.queries import published_calendar
from journal_core.calendar.rules import is_working_day
from journal_core.clock import local_date
from journal_core.requests.queries import desk_counts
from journal_core.requests.terms import DeskTab
from portal.demo.desk import DESK, tell_desk
from portal.demo.history import tell_history
from portal.state import Portal
from tests.clock import MOSCOW, FrozenClock
from tests.portal.story import Browser, move, opened_case, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30


@pytest.mark.parametrize(
    "first_start",
    ["2024-02-29 23:59", "2025-12-31 23:30", "2026-09-01 00:00", "2027-07-15 12:00"],
)
def test_first_start_on_an_odd_day_plays_the_story(
    sqlite_app: Flask, clock: FrozenClock, first_start: str
) -> None:
    clock.set_local(first_start)
    seed(sqlite_app)
    number, _key = submit(
        Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born_of(clock)
    )
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    assert move(secretary, f"{case}/register").status_code == HTTPStatus.OK
    assert "Зарегистрировано" in secretary.text


@pytest.mark.clause("SVC-2.11")
@pytest.mark.parametrize("first_start", ["2028-02-29 10:00", "2040-03-01 10:00"])
def test_past_the_published_calendars_nothing_is_promised_and_nothing_is_lost(
    sqlite_app: Flask, clock: FrozenClock, first_start: str
) -> None:
    clock.set_local(first_start)
    seed(sqlite_app)
    number, _key = submit(
        Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born_of(clock)
    )
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    assert move(secretary, f"{case}/register").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "календарь ещё не опубликован" in secretary.text
    secretary.open(case)
    assert "Подано" in secretary.text


@pytest.mark.parametrize(
    "first_start", ["2026-11-23 00:05", "2026-11-28 12:00", "2027-01-03 09:00", "2026-11-25 23:00"]
)
def test_first_day_has_something_for_everybody_to_do(
    sqlite_app: Flask, clock: FrozenClock, first_start: str
) -> None:
    clock.set_local(first_start)
    seed(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    with sqlite_app.app_context():
        tell_history(portal)
        assert tell_desk(portal) == len(DESK)
    today = local_date(clock(), MOSCOW)
    with portal.database.reading() as session:
        counts = desk_counts(session, today)
        calendar = published_calendar(session)
        moments = session.scalars(select(AuditEntry.at)).all()
    waiting = (DeskTab.VISIT, DeskTab.CODE, DeskTab.SIGN, DeskTab.HAND_OVER)
    assert [counts[tab] for tab in waiting] == [1, 1, 1, 1]
    assert counts[DeskTab.TODAY] == (1 if is_working_day(today, calendar) else 0)
    assert (counts[None], counts[DeskTab.OVERDUE]) == (len(DESK), 0)
    assert max(moments) <= clock()


def born_of(clock: FrozenClock) -> date:
    return local_date(clock(), MOSCOW) - timedelta(days=AGE_DAYS)
