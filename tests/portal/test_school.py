"""The journal administrator keeps the school's details: dated, by order, and as a file."""

from datetime import date, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from tests.clock import FrozenClock
from tests.portal.story import Browser, date_parts, seed, signed_in

RECEPTION = {
    "reception_days": "Пн–Сб",
    "reception_from": "8:00",
    "reception_to": "15:30",
    "order_number": "17-а",
}


def _curator(app: Flask) -> Browser:
    seed(app)
    return signed_in(app, "curator")


def test_setting_holds_from_its_date_and_its_order_is_kept(app: Flask, clock: FrozenClock) -> None:
    curator = _curator(app)
    tomorrow = clock().date() + timedelta(days=1)
    curator.open("/school/settings/reception")
    curator.send("/school/settings/reception", **RECEPTION, **date_parts("valid_from", tomorrow))
    visitor = Browser(app)
    visitor.open("/help")
    assert "Пн–Сб 8:00–15:30" not in visitor.text
    clock.advance(days=1)
    visitor.open("/help")
    assert "Пн–Сб 8:00–15:30" in visitor.text
    curator = signed_in(app, "curator")
    curator.open("/school/history")
    assert "17-а" in curator.text


def test_wrong_value_is_answered_beside_its_field_and_nothing_is_lost(sqlite_app: Flask) -> None:
    curator = _curator(sqlite_app)
    curator.open("/school/settings/codes")
    response = curator.send("/school/settings/codes", code_paper_days="two weeks")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="two weeks"' in curator.text


@pytest.mark.clause("SVC-2.14")
def test_acting_head_is_an_entry_with_the_name_in_the_dative(app: Flask) -> None:
    curator = _curator(app)
    curator.open("/school/signatories")
    person = curator.found(r'<option value="([0-9a-f-]+)">Лебедев')
    entry = {
        "person": person,
        "position": "И.о. директора",
        "position_dative": "И.о. директора",
        "order_number": "44",
        **date_parts("valid_from", date(2026, 11, 1)),
    }
    curator.send("/school/signatories", **entry, **date_parts("valid_to", date(2026, 10, 1)))
    assert "Последний день раньше первого" in curator.text
    curator.send("/school/signatories", **entry, **date_parts("valid_to", date(2026, 12, 1)))
    assert "И.о. директора И.П.Лебедеву" in curator.text


def test_stand_in_has_the_roles_rights_for_a_time_only(app: Flask, clock: FrozenClock) -> None:
    curator = _curator(app)
    curator.open("/school/stand-ins")
    teacher = curator.found(r'<option value="([0-9a-f-]+)">Орлова')
    today = clock().date()
    curator.send(
        "/school/stand-ins",
        person=teacher,
        role="secretary",
        order_number="45",
        **date_parts("valid_from", today),
        **date_parts("valid_to", today),
    )
    assert signed_in(app, "teacher").open("/office").status_code == HTTPStatus.OK
    clock.advance(days=1)
    assert signed_in(app, "teacher").open("/office").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("POL-3.5.7")
def test_stand_in_for_a_class_teacher_has_that_class_for_a_time_only(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    curator = _curator(sqlite_app)
    curator.open("/school/stand-ins")
    today = clock().date()
    entry: dict[str, object] = {
        "person": curator.found(r'<option value="([0-9a-f-]+)">Орлова'),
        "role": "class_teacher",
        "order_number": "46",
        **date_parts("valid_from", today),
        **date_parts("valid_to", today),
    }
    own_class = curator.found(r'<option value="([0-9a-f-]+)">6А')
    refused = curator.send("/school/stand-ins", **entry)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    curator.send("/school/stand-ins", **entry, school_class=own_class)
    assert "Классный руководитель 6А" in curator.text
    teacher = signed_in(sqlite_app, "teacher")
    assert "Мой класс: 6А" in teacher.text
    teacher.open("/office/consents")
    assert "Иванова Мария Петровна" in teacher.text
    assert "Семёнов Илья Романович" not in teacher.text
    clock.advance(days=1)
    assert "Мой класс" not in signed_in(sqlite_app, "teacher").text


def test_class_gets_its_class_teacher(sqlite_app: Flask) -> None:
    curator = _curator(sqlite_app)
    curator.open("/school/classes")
    teacher = curator.found(r'<option value="([0-9a-f-]+)">Зайцева')
    curator.send("/school/classes", grade="5", letter="а", class_teacher=teacher)
    row = curator.found(r"(5А</th>\s*<td[^>]*>[^<]*)")
    assert "Зайцева" in row


def test_school_moves_to_another_installation_as_a_file(
    app: Flask, tmp_path: Path, other_app: Flask
) -> None:
    curator = _curator(app)
    content = curator.client.get("/school/school.json").data
    file = tmp_path / "school.json"
    file.write_bytes(content)
    runner = other_app.test_cli_runner()
    for _time in range(2):
        assert runner.invoke(args=["school", "import", str(file)]).exit_code == 0
    taken = runner.invoke(args=["school", "export"]).output
    assert taken == content.decode()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format": "school/1"}', '{"format": "other"}', "\udcff"]
)
def test_file_that_is_no_school_is_refused_beside_its_field(
    sqlite_app: Flask, content: str
) -> None:
    curator = _curator(sqlite_app)
    curator.open("/school")
    sent = (BytesIO(content.encode("utf-8", "surrogateescape")), "school.json")
    response = curator.send("/school/import", file=sent)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "не похож на выгрузку" in curator.text


def test_administrator_sees_what_is_behind_readiness(sqlite_app: Flask) -> None:
    curator = _curator(sqlite_app)
    curator.open("/school/state")
    assert "Ждущих отправки нет" in curator.text
    # Of a new school nothing but the backup is wanting.
    assert curator.text.count("нужно внимание") == 1
    assert "Резервной копии ещё нет" in curator.text
