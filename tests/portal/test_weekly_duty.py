"""The weekly update on screen: the deputy sees what is stale, writes remarks, signs off."""

from datetime import date
from http import HTTPStatus

import pytest
from flask import Flask

from journal_core.context import ActionContext
from journal_core.people.queries import staff_member_named
from tests.factories.journal import kept_school
from tests.portal.story import acted, date_parts, seed, signed_in

MONDAY = date(2026, 11, 16)
WEEK = "/duty/week?week=2026-11-16"
SIGN = "/duty/week/sign?week=2026-11-16"


def _begun(context: ActionContext) -> None:
    """9Д whose teacher Орлова wrote nothing in two weeks."""
    teacher_id = staff_member_named(context.session, "Орлова Елена Сергеевна")
    kept_school(context, "9Д", "Алгебра", teacher_id=teacher_id)


@pytest.mark.clause("SVC-2.10", "SVC-3.8", "SVC-3.9.1", "SVC-3.9.2", "SVC-3.11")
def test_deputy_signs_a_week_off_and_the_head_reads_what_came_of_it(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    acted(sqlite_app, _begun)
    head, deputy = signed_in(sqlite_app, "head"), signed_in(sqlite_app, "deputy")
    head.open("/duty/official")
    person = head.found(r'<option value="([0-9a-f-]{36})"')
    head.send("/duty/official", person=person, order_number="7", **date_parts("valid_from", MONDAY))
    assert "Ответственный: " in head.text
    deputy.open("/home")
    assert "недели ждут проверки" in deputy.text
    deputy.open(WEEK)
    assert "9Д, Алгебра" in deputy.text
    assert "SVC-3.9.1" in deputy.text
    refused = deputy.send(SIGN, remarks="")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Не всё обновлено: напишите" in deputy.text
    deputy.send(SIGN, remarks="Орловой напомнили")
    head.open("/duty")
    assert "Орловой напомнили" in head.text
    assert "1 из 1" in head.text
    head.open(WEEK)
    assert "При проверке" in head.text
    assert head.client.get("/duty/week?week=2025-07-07").status_code == HTTPStatus.NOT_FOUND
