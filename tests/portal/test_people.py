"""People, classes, groups and orders on screen."""

import re
from datetime import date
from http import HTTPStatus
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from journal_core.context import ActionContext
from journal_core.people.models import Person
from journal_core.school.models import SchoolClass
from portal.perform import perform_as_operator
from portal.state import Portal
from tests.factories import school
from tests.factories.week import division
from tests.portal.story import Browser, date_parts, seed, signed_in

TODAY = date(2026, 11, 23)
ORDER = {"order_number": "15-у", **date_parts("order_date", TODAY)}


@pytest.fixture
def curator(sqlite_app: Flask) -> Browser:
    seed(sqlite_app)
    return signed_in(sqlite_app, "curator")


def _class_id(app: Flask, name: str) -> UUID:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return next(row.id for row in session.scalars(select(SchoolClass)) if row.name == name)


def _card(browser: Browser, typed: str) -> str:
    browser.open(f"/people?q={typed}")
    path = browser.found(r'href="(/people/[0-9a-f-]{36})"')
    browser.open(path)
    return path


@pytest.mark.clause("POL-3.4.11", "INS-3.1.3")
def test_new_pupil_is_enrolled_moved_and_leaves_by_orders(
    sqlite_app: Flask, curator: Browser
) -> None:
    six = _class_id(sqlite_app, "6Б")
    answers = {
        "last_name": "Ёлкин",
        "first_name": "Семён",
        **date_parts("birth_date", date(2014, 3, 8)),
        "school_class": str(six),
        **date_parts("since", TODAY),
        **ORDER,
    }
    curator.open("/people/pupils/new")
    refused = curator.send(
        "/people/pupils/new", **{**answers, **date_parts("since", date(2025, 9, 1))}
    )
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Этот день не входит в учебный год класса." in curator.text
    assert 'value="Ёлкин"' in curator.text
    for slip, words in (
        (date_parts("birth_date", date(2022, 3, 8)), "Проверьте дату рождения"),
        (date_parts("birth_date", date(1986, 3, 8)), "Проверьте дату рождения"),
        (date_parts("order_date", date(1926, 11, 23)), "Проверьте дату приказа"),
    ):
        refused = curator.send("/people/pupils/new", **{**answers, **slip})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in curator.text
    # A double press of the button makes one pupil.
    answers["key"] = curator.found(r'name="key"[^>]*value="([0-9a-f-]{36})"')
    cards = [curator.send("/people/pupils/new", **answers).request.path for _press in range(2)]
    assert "Ученик зачислен" in curator.text
    path = _card(curator, "tkrby+ctv")
    assert cards == [path, path]
    corrected = {"last_name": "Ёлкин", "first_name": "Семён"}
    refused = curator.send(
        f"{path}/edit", **corrected, **date_parts("birth_date", date(2024, 3, 8))
    )
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Проверьте дату рождения" in curator.text
    curator.open(path)
    assert "№ 15-у от 23.11.2026" in curator.text

    curator.open(f"{path}/transfer")
    moved = {
        "school_class": str(_class_id(sqlite_app, "6А")),
        **date_parts("since", date(2026, 11, 30)),
    }
    refused = curator.send(f"{path}/transfer", **moved, **ORDER)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Приказ с этим номером и датой уже есть, он о другом." in curator.text
    curator.send(f"{path}/transfer", **moved, **{**ORDER, "order_number": "16-у"})
    assert "Ученик переведён." in curator.text

    curator.open("/orders/movement")
    assert "Ёлкин Семён" in curator.text
    book = CalamineWorkbook.from_filelike(BytesIO(curator.client.get("/orders/movement.xlsx").data))
    assert "Ёлкин Семён" in str(book.get_sheet_by_name("Прибыли").to_python())

    curator.open(f"{path}/leave")
    leaving = {**ORDER, "order_number": "17-у", **date_parts("last_day", date(2026, 12, 25))}
    curator.send(f"{path}/leave", **leaving)
    assert "Выбытие записано." in curator.text
    curator.open("/orders")
    curator.open(curator.found(r'href="(/orders/[0-9a-f-]{36})">№ 16-у'))
    assert curator.text.count("Ёлкин Семён") == 2


@pytest.mark.clause("POL-3.4.11")
def test_new_member_of_staff_sent_twice_is_one_and_a_namesake_is_another(curator: Browser) -> None:
    cards = []
    for _page in range(2):
        curator.open("/people/staff/new")
        answers = {
            "last_name": "Ёлкина",
            "first_name": "Анна",
            "position": "учитель",
            **date_parts("since", TODAY),
            **ORDER,
            "key": curator.found(r'name="key"[^>]*value="([0-9a-f-]{36})"'),
        }
        pressed = {curator.send("/people/staff/new", **answers).request.path for _two in range(2)}
        assert len(pressed) == 1
        cards += pressed
    assert cards[0] != cards[1]
    # The same page used for somebody else adds them.
    other = curator.send("/people/staff/new", **{**answers, "first_name": "Ольга"})
    assert other.request.path not in cards


@pytest.mark.clause("INS-3.5.8")
def test_division_is_counted_while_edited_and_saved_only_whole(
    sqlite_app: Flask, curator: Browser
) -> None:
    subject_id = _by_operator(
        sqlite_app, lambda context: school.subject(context, "Английский язык")
    )
    class_id = _class_id(sqlite_app, "6А")
    path = f"/classes/{class_id}/divide/{subject_id}"
    curator.open(path)
    seats = re.findall(r'name="(seat-[0-9a-f-]+)" value="0"', curator.text)
    assert len(seats) >= 2
    seen = {"seen": curator.found(r'name="seen"[^>]*value="([0-9a-f]+)"')}
    names = {"name": ["Первая", "Вторая"], **date_parts("since", TODAY)}
    first = {seats[0]: "0"}
    curator.send(path, **names, **first, count="yes")
    assert curator.found(r"data-left-out>(\d+)<") == str(len(seats) - 1)
    refused = curator.send(path, **names, **first, **ORDER)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Остались без группы:" in curator.text
    doubled = {seat: ["0", "1"] for seat in seats}
    curator.send(path, **names, **doubled, **ORDER)
    assert "Попали в две группы:" in curator.text
    whole = {**dict.fromkeys(seats, "1"), **first}
    early = {**names, **date_parts("since", date(2025, 11, 24))}
    refused = curator.send(path, **early, **whole, **ORDER, **seen)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Этот день не входит в учебный год класса." in curator.text
    assert curator.text.count(" checked>") == len(seats)
    curator.send(path, **names, **whole, **ORDER, **seen)
    assert "Класс разделён." in curator.text
    assert re.search(r"Вторая.*\(" + str(len(seats) - 1), curator.text)
    # A page that was opened before saves nothing over it, and keeps what was chosen on it.
    other = {**names, "name": ["Первая", "Третья"], **dict.fromkeys(seats, "0"), seats[1]: "1"}
    refused = curator.send(path, **other, **ORDER, **seen)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "группы изменил кто-то другой" in curator.text
    assert 'value="Третья"' in curator.text
    curator.open(path)
    groups = re.findall(r'name="group" value="([0-9a-f-]{36})"', curator.text)
    seen = {"seen": curator.found(r'name="seen"[^>]*value="([0-9a-f]+)"')}
    curator.send(path, **other, **ORDER, **seen, group=groups)
    curator.open(path)
    assert re.findall(r'name="group" value="([0-9a-f-]{36})"', curator.text) == groups
    assert re.findall(r'name="name" value="([^"]+)"', curator.text) == ["Первая", "Третья"]


@pytest.mark.clause("INS-3.5.8")
def test_groups_that_have_no_pupils_yet_are_those_to_divide_into(
    sqlite_app: Flask, curator: Browser
) -> None:
    class_id = _class_id(sqlite_app, "6А")
    subject_id = _by_operator(sqlite_app, lambda context: _groups_of_nobody(context, class_id))
    curator.open(f"/classes/{class_id}")
    assert "без группы: 2" in curator.text
    curator.open(f"/classes/{class_id}/divide/{subject_id}")
    assert re.findall(r'name="name" value="([^"]+)"', curator.text) == ["1", "2"]


def _groups_of_nobody(context: ActionContext, class_id: UUID) -> UUID:
    subject_id = school.subject(context, "Английский язык")
    for name in ("1", "2"):
        division(context, class_id, subject_id, name)
    return subject_id


@pytest.mark.clause("POL-3.5.1", "INS-3.2.4")
def test_class_teacher_opens_the_own_class_and_corrects_its_contacts(
    sqlite_app: Flask, curator: Browser
) -> None:
    curator.open(f"/classes/{_class_id(sqlite_app, '6А')}")
    own = curator.found(r'href="(/people/[0-9a-f-]{36})"')
    six = _class_id(sqlite_app, "6Б")
    stranger = _by_operator(sqlite_app, lambda context: _stranger(context, six))
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open("/classes")
    assert f"/classes/{_class_id(sqlite_app, '6А')}" in teacher.text
    assert teacher.open(f"/classes/{six}").status_code == HTTPStatus.NOT_FOUND
    for page in ("", "/contacts", "/representatives/new"):
        assert teacher.open(f"/people/{stranger}{page}").status_code == HTTPStatus.NOT_FOUND
    assert teacher.open(f"{own}/transfer").status_code == HTTPStatus.FORBIDDEN
    teacher.open(f"{own}/contacts")
    refused = teacher.send(f"{own}/contacts", phone="+7 912 345-67-89", email="не адрес")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    teacher.send(f"{own}/contacts", phone="+7 912 345-67-89", email="")
    assert "345-67-89" in teacher.text


def _stranger(context: ActionContext, class_id: UUID) -> UUID:
    school.pupil(context, class_id, "Чужой Пётр")
    found = context.session.scalars(select(Person).where(Person.last_name == "Чужой"))
    return found.one().id


@pytest.mark.clause("INS-3.2.4", "SVC-2.6.4")
def test_namesake_is_asked_about_before_a_representative_is_added(curator: Browser) -> None:
    path = _card(curator, "Иванова Анна")
    form = f"{path}/representatives/new"
    name = {"last_name": "Опекунова", "first_name": "Ольга", "kind": "guardian"}
    curator.open(form)
    refused = curator.send(form, **name)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "укажите документ" in curator.text
    curator.send(form, **name, basis="постановление № 5")
    assert "Представитель добавлен." in curator.text
    curator.send(form, **name, basis="постановление № 6")
    assert "Скажите, тот же ли это человек" in curator.text
    known = curator.found(r'name="same_person" type="radio" value="([0-9a-f-]{36})"')
    curator.send(form, **name, basis="постановление № 6", same_person=known)
    assert "Этот человек уже представитель ученика." in curator.text


@pytest.mark.clause("POL-3.4.3", "POL-3.5.6", "INS-3.1.6", "INS-3.2.1")
def test_slips_of_a_class_are_made_and_printed_in_one_press(
    sqlite_app: Flask, curator: Browser
) -> None:
    class_id = _class_id(sqlite_app, "6А")
    curator.open(f"/classes/{class_id}")
    token = curator.found(r'name="csrf_token"[^>]*value="([^"]+)"')
    pages = {
        a_page: PdfReader(
            BytesIO(
                curator.client.post(
                    f"/office/codes/classes/{class_id}/slips.pdf",
                    data={"csrf_token": token, "a_page": a_page},
                ).data
            )
        ).pages
        for a_page in ("1", "4")
    }
    assert (len(pages["1"]), len(pages["4"])) == (2, 1)
    assert "Иванова Анна Сергеевна" in pages["4"][0].extract_text()
    paper = curator.client.get(f"/classes/{class_id}/list.pdf").data
    assert "Список 6А класса на 23.11.2026" in PdfReader(BytesIO(paper)).pages[0].extract_text()


@pytest.mark.clause("POL-1.4")
def test_club_has_a_leader_and_members_of_any_class(sqlite_app: Flask, curator: Browser) -> None:
    curator.open("/classes/groups/new")
    educator = curator.found(r'<option value="([0-9a-f-]{36})"[^>]*>Орлова')
    curator.send("/classes/groups/new", kind="club", group_name="Шахматы", leader=educator)
    assert "Группа создана." in curator.text
    path = curator.found(r'href="(/classes/groups/[0-9a-f-]{36})"')
    pupils = re.findall(r'name="pupil" value="([0-9a-f-]{36})"', curator.text)[:2]
    curator.send(f"{path}/members", pupil=pupils, **date_parts("since", TODAY), **ORDER)
    assert "В группе на 23.11.2026: 2" in curator.text
    # The leader opens the own group and no card; a colleague does not open it.
    leader = signed_in(sqlite_app, "teacher")
    assert "Шахматы" in leader.open("/classes").get_data(as_text=True)
    assert "В группе на 23.11.2026: 2" in leader.open(path).get_data(as_text=True)
    assert "/people/" not in leader.text
    assert leader.open(f"{path}/members").status_code == HTTPStatus.FORBIDDEN
    colleague = signed_in(sqlite_app, "classteacher")
    assert colleague.open(path).status_code == HTTPStatus.NOT_FOUND


def test_class_list_and_search_take_few_statements_however_many_pupils(
    sqlite_app: Flask, curator: Browser
) -> None:
    class_id = _class_id(sqlite_app, "6А")
    seen: list[str] = []
    engine = sqlite_app.extensions["portal"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    pages = (f"/classes/{class_id}", "/people?q=Иванов", "/people?q=bdfyjd&found")
    counts = []
    for _round in range(2):
        for path in pages:
            seen.clear()
            curator.open(path)
            counts.append(len(seen))
        _by_operator(sqlite_app, lambda context: _more(context, class_id))
    assert counts[:3] == counts[3:]
    assert max(counts) < 20


def _more(context: ActionContext, class_id: UUID) -> None:
    for number in range(25):
        school.pupil(context, class_id, f"Иванов Пётр {'а' * (number + 1)}")


def _by_operator(app: Flask, act: object) -> UUID:
    with app.app_context():
        found: UUID = perform_as_operator(lambda context, run: run(context), act)  # type: ignore[operator]
        return found
