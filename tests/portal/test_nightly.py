"""What time alone brings about."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.invitations.models import Invitation
from journal_core.invitations.states import InvitationState
from journal_core.notifications.models import OfficeTask
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import ServiceRequest
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import Browser, seed, signed_in, submit

AGE_DAYS = 12 * 366 + 30


def _nightly(app: Flask) -> str:
    result = app.test_cli_runner().invoke(args=["nightly", "run"])
    assert result.exit_code == 0, result.output
    return result.output


def _rows(app: Flask, table: type[Any]) -> list[Any]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(table)))


def test_draft_is_erased_after_thirty_days_and_not_before(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    Browser(app).send("/request/")
    applicant = Browser(app)
    applicant.open("/request/")
    applicant.send("/request/")
    clock.advance(days=29, hours=23)
    assert "drafts erased: 0" in _nightly(app)
    clock.advance(hours=1)
    assert "drafts erased: 1" in _nightly(app)
    assert _rows(app, ServiceRequest) == []


@pytest.mark.clause("SVC-3.4.3")
def test_unused_code_is_warned_about_once_and_then_ends(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    curator = signed_in(app, "curator")
    curator.open("/office/codes?group=6А")
    key = curator.found(r'name="holder" value="([^"]+)"')
    curator.send("/office/codes/issue", group="6А", holder=key)
    clock.advance(days=12)
    assert "codes warned about: 1" in _nightly(app)
    assert "codes warned about: 0" in _nightly(app)
    assert [task.kind for task in _rows(app, OfficeTask)] == [TaskKind.CODE_EXPIRING]
    clock.advance(days=2)
    assert "codes ended: 1" in _nightly(app)
    ended = _rows(app, Invitation)[0]
    assert ended.state is InvitationState.EXPIRED
    assert ended.sealed_code is None


@pytest.mark.clause("SVC-3.4.1")
def test_applicant_is_reminded_of_the_visit_twice(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    submit(Browser(app), last_name="Иванова", child="Иванова", born=born)
    told = []
    for _ten_days in range(4):
        clock.advance(days=10)
        told.append("visits reminded of: 1" in _nightly(app))
        assert "visits reminded of: 0" in _nightly(app)
    assert told == [True, True, False, False]
