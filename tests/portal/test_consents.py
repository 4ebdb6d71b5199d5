"""The register of consents: who sees what, sheets, copies, withdrawal and what follows from it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from docx import Document
from flask import Flask
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import event, select

from journal_core.consents.commands import FileConsent, file_consent
from journal_core.consents.models import Consent
from journal_core.consents.queries import consent_rows
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.files.terms import TakenFile
from journal_core.people.models import Person, Representation
from journal_core.people.rules import search_key
from journal_core.people.terms import RepresentativeKind
from journal_core.requests.models import ServiceRequest
from journal_core.school.queries import class_named
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
from tests.clock import FrozenClock
from tests.documents.reading import same
from tests.factories.school import pupil as enrolled
from tests.portal.story import Browser, date_parts, move, opened_case, seed, signed_in, submit

TODAY = date(2026, 11, 23)
PASSPORT = {
    "passport_series": "07 15",
    "passport_number": "654321",
    "passport_issued": "ОВД 1.2.2015",
}
#: The demo's story: 6А has a printed and a signed sheet, 7Б none, 8А a withdrawn one.
PRINTED, SIGNED, MISSING, WITHDRAWN = (
    "Иванова Мария Петровна",
    "Петрова Ирина Львовна",
    "Семёнов Илья Романович",
    "Гусейнова Лейла Вагиф кызы",
)
CLASSES = {PRINTED: "6А", SIGNED: "6А", MISSING: "7Б", WITHDRAWN: "8А"}


def _staff(app: Flask, username: str = "secretary") -> Browser:
    seed(app)
    return signed_in(app, username)


def _card(browser: Browser, name: str) -> str:
    """Open the representative's card through the register; returns its path."""
    browser.open(f"/office/consents?group={CLASSES[name]}")
    path = browser.found(rf'href="(/office/consents/[0-9a-f-]{{36}})">{name}')
    browser.open(path)
    return path


def _pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def _photograph() -> tuple[BytesIO, str]:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, "JPEG")
    buffer.seek(0)
    return buffer, "лист.jpg"


def _database(app: Flask):  # type: ignore[no-untyped-def]
    return app.extensions["portal"].database


def _add_brother(app: Flask) -> None:
    """Another child of the first representative, in 7Б."""
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        parent = session.scalars(
            select(Person).where(Person.search_key == search_key(PRINTED))
        ).one()
        context = ActionContext(
            session=session,
            actor=OPERATOR,
            now=portal.clock(),
            zone=portal.zone,
            keys=portal.keys,
            files=portal.files,
        )
        class_id = class_named(session, "7Б").id
        pupil_id = enrolled(context, class_id, "Иванов Олег Сергеевич")
        session.add(
            Representation(person_id=parent.id, pupil_id=pupil_id, kind=RepresentativeKind.PARENT)
        )
        session.commit()


@pytest.mark.clause("POL-3.5.7")
def test_register_counts_by_class_and_names_who_is_missing(app: Flask) -> None:
    secretary = _staff(app)
    secretary.open("/office/consents")
    row = secretary.found(r"(?s)group=6%D0%90\">6А</a></th>(.*?)</tr>")
    assert re.findall(r">\s*(\d+)\s*<", row) == ["1", "1", "0", "1", "0"]
    secretary.open("/office/consents?group=7Б&state=missing")
    assert MISSING in secretary.text
    secretary.open("/office/consents?group=6А&state=missing")
    assert "Здесь никого нет" in secretary.text


@pytest.mark.clause("POL-3.5.7")
def test_class_teacher_sees_the_own_class_alone(sqlite_app: Flask) -> None:
    secretary = _staff(sqlite_app)
    foreign = _card(secretary, MISSING)
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open("/office/consents")
    assert PRINTED in teacher.text
    assert MISSING not in teacher.text
    assert teacher.open("/office/consents?group=7Б").status_code == HTTPStatus.NOT_FOUND
    for path in (foreign, f"{foreign}/withdrawal"):
        assert teacher.open(path).status_code == HTTPStatus.NOT_FOUND
    teacher.open("/office/consents")
    for path in ("sheet", "signed", "withdrawal", "erasure"):
        assert teacher.send(f"{foreign}/{path}").status_code == HTTPStatus.NOT_FOUND
    sent = teacher.send("/office/consents/sheets.pdf", group="7Б")
    assert sent.status_code == HTTPStatus.NOT_FOUND


def test_head_and_deputy_read_and_do_not_write(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    for username in ("head", "deputy"):
        reader = signed_in(sqlite_app, username)
        path = _card(reader, SIGNED)
        copy = reader.found(r'href="(/office/consents/[0-9a-f-]+/copies/[0-9a-f-]+)"')
        assert "Поступило заявление" not in reader.text
        assert reader.client.get(copy).data.startswith(b"%PDF")
        assert reader.open(f"{path}/withdrawal").status_code == HTTPStatus.FORBIDDEN
        assert reader.open("/office/consents/law").status_code == HTTPStatus.OK
    teacher = signed_in(sqlite_app, "teacher")
    assert teacher.open("/office/consents").status_code == HTTPStatus.FORBIDDEN
    owner = signed_in(sqlite_app, "classteacher")
    assert owner.open("/office/consents/law").status_code == HTTPStatus.FORBIDDEN


def test_copy_of_another_link_is_not_found_through_this_one(sqlite_app: Flask) -> None:
    secretary = _staff(sqlite_app)
    _card(secretary, SIGNED)
    copy = secretary.found(r"/copies/([0-9a-f-]+)")
    other = _card(secretary, PRINTED)
    assert secretary.open(f"{other}/copies/{copy}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("FRM-3")
def test_sheets_of_a_class_are_one_file_and_are_noted(app: Flask) -> None:
    secretary = _staff(app)
    secretary.open("/office/consents?group=7Б")
    (page,) = _pages(secretary.send("/office/consents/sheets.pdf", group="7Б").data)
    assert same(MISSING) in same(page)
    secretary.open("/office/consents?group=7Б&state=printed")
    assert MISSING in secretary.text
    again = secretary.send("/office/consents/sheets.pdf", group="7Б")
    assert again.status_code == HTTPStatus.NOT_FOUND, "nobody is without a sheet"
    secretary.open("/office/consents?group=7Б")
    both = secretary.send("/office/consents/sheets.pdf", group="7Б", printed="too")
    assert len(_pages(both.data)) == 1


@pytest.mark.clause("FRM-3")
def test_representative_of_two_children_gets_both_sheets_in_one_go(app: Flask) -> None:
    secretary = _staff(app)
    _add_brother(app)
    path = _card(secretary, PRINTED)
    children = re.findall(r'name="children"[^>]*value="([0-9a-f-]+)" checked', secretary.text)
    assert len(children) == 2
    pages = _pages(secretary.send(f"{path}/sheet", children=children, address="ул. Мира, 1").data)
    assert [same("ул. Мира, 1") in same(page) for page in pages] == [True, True]
    assert {
        name
        for page in pages
        for name in ("Иванова Анна Сергеевна", "Иванов Олег Сергеевич")
        if same(name) in same(page)
    } == {"Иванова Анна Сергеевна", "Иванов Олег Сергеевич"}
    teacher = signed_in(app, "classteacher")
    _card(teacher, PRINTED)
    assert "Иванов Олег" not in teacher.text, "the other child is in a foreign class"
    secretary.open(path)
    assert secretary.send(f"{path}/sheet").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Отметьте хотя бы одного ребёнка" in secretary.text


@pytest.mark.clause("FRM-3", "REC-1.5", "POL-3.3.6")
def test_passport_goes_to_the_paper_and_nowhere_else(app: Flask) -> None:
    secretary = _staff(app)
    path = _card(secretary, PRINTED)
    (page,) = _pages(secretary.send(f"{path}/sheet", **PASSPORT).data)
    assert same("Паспорт Серия 07 15 № 654321, выданный (кем когда) ОВД 1.2.2015") in same(page)
    secretary.open(path)
    office = secretary.send(f"{path}/sheet", format="docx", **PASSPORT).data
    assert "654321" in "".join(line.text for line in Document(BytesIO(office)).paragraphs)
    secretary.open(path)
    assert "654321" not in secretary.text
    with _database(app).reading() as session:
        stored = " ".join(
            str(value)
            for table in (Consent, Person, Representation)
            for row in session.execute(select(table.__table__))
            for value in row
        )
    assert "654321" not in stored


@pytest.mark.clause("FRM-3")
def test_sheet_is_filled_from_the_confirmed_request(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    born = TODAY - timedelta(days=12 * 366 + 30)
    number, _key = submit(Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(
        secretary,
        f"{case}/check",
        papers=["identity", "birth_certificate"],
        particulars_identity="паспорт 07 15",
        particulars_birth_certificate="I-АА № 777",
        all_answered="yes",
    )
    path = _card(secretary, PRINTED)
    assert "ул. Мира, 1" in secretary.text
    assert "свидетельство о рождении ребёнка I-АА № 777" in secretary.text
    assert "паспорт 07 15" not in secretary.text
    secretary.open("/office/consents?group=6А")
    answer = secretary.send("/office/consents/sheets.pdf", group="6А", printed="too")
    (page,) = _pages(answer.data)
    assert same("На основании: свидетельство о рождении ребёнка I-АА № 777") in same(page)
    assert path


@pytest.mark.clause("POL-3.5.7")
def test_class_teacher_collects_the_signed_sheet(app: Flask) -> None:
    seed(app)
    teacher = signed_in(app, "classteacher")
    path = _card(teacher, PRINTED)
    answers = date_parts("signed_on", TODAY)
    wrong = teacher.send(f"{path}/signed", scan=(BytesIO(b"MZ"), "лист.exe"), **answers)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "принимаем только PDF, JPEG, PNG и HEIC" in teacher.found(r"(?s)(scan-error.*?</p>)")
    late = date_parts("signed_on", TODAY + timedelta(days=1))
    teacher.send(f"{path}/signed", scan=_photograph(), **late)
    assert "ещё не наступил" in teacher.found(r"(?s)(signed_on-error.*?</p>)")
    teacher.send(f"{path}/signed", scan=_photograph(), **answers)
    assert "Подписанное согласие принято" in teacher.text
    copy = teacher.found(r'href="(/office/consents/[0-9a-f-]+/copies/[0-9a-f-]+)"')
    answer = teacher.client.get(copy)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    teacher.send(f"{path}/signed", scan=_photograph(), **answers)
    assert "Подписанное согласие уже есть" in teacher.text


@pytest.mark.clause("FRM-3", "SVC-2.12", "SVC-2.13", "SVC-2.2.3")
def test_consequence_is_said_before_a_withdrawal_and_the_diary_stays_open(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    secretary = _staff(sqlite_app)
    path = _card(secretary, SIGNED)
    secretary.open(f"{path}/withdrawal")
    for words in ("до 23.12.2026", "Электронный дневник и доступ к нему", "POL-4.2.4"):
        assert words in secretary.text
    early = secretary.send(
        f"{path}/withdrawal", **date_parts("withdrawn_on", TODAY - timedelta(days=100))
    )
    assert early.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "не может быть раньше подписи" in secretary.text
    secretary.send(f"{path}/withdrawal", **date_parts("withdrawn_on", TODAY))
    assert "Отзыв записан" in secretary.text
    parent = signed_in(sqlite_app, "parent")
    parent.open("/home")
    assert "дневник открыт" in parent.text
    clock.advance(days=31)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/office/consents?group=6А")
    assert "row-overdue" in secretary.text
    secretary.open(path)
    secretary.send(f"{path}/erasure", **date_parts("erased_on", TODAY + timedelta(days=31)))
    assert "Удаление отмечено" in secretary.text
    secretary.open("/office/consents?group=6А")
    assert "row-overdue" not in secretary.text


@pytest.mark.clause("POL-3.5.7")
def test_reminder_has_a_page_for_each_representative_without_a_consent(sqlite_app: Flask) -> None:
    secretary = _staff(sqlite_app)
    answer = secretary.client.get("/office/consents/reminders.pdf?group=6А")
    (page,) = _pages(answer.data)
    assert PRINTED in page
    assert "Иванова Анна Сергеевна, 6А" in page
    nobody = secretary.client.get("/office/consents/reminders.pdf?group=8А")
    assert nobody.status_code == HTTPStatus.NOT_FOUND, "who withdrew is not pressed"


@pytest.mark.clause("SVC-2.2.3", "POL-4.2.4")
def test_head_reads_what_the_form_lacks(sqlite_app: Flask) -> None:
    head = _staff(sqlite_app, "head")
    head.open("/office/consents/law")
    for words in ("название и адрес оператора", "Срока нет", "разработчик"):
        assert words in head.text
    assert len(re.findall(r'<th scope="row"', head.text)) == 9


def test_class_teacher_finds_the_register_from_home(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open("/home")
    # The first page of the section that the register stands in.
    teacher.open(teacher.found(r'href="(/classes[^"]*)"'))
    assert 'href="/office/consents"' in teacher.text
    parent = signed_in(sqlite_app, "parent")
    parent.open("/home")
    assert "/office" not in parent.text


def test_sheet_filed_by_two_at_once_is_filed_once(app: Flask) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        rows = consent_rows(session, OPERATOR, TODAY)
    link = next(row.representation_id for row in rows if row.representative.full == MISSING)
    assert link is not None
    sheet = TakenFile(name="x", media_type="image/jpeg", content=_photograph()[0].read())
    command = FileConsent(representation_id=link, signed_on=TODAY, file=sheet)

    def file(_turn: int) -> str:
        try:
            perform_in(portal, OPERATOR, file_consent, command)
        except RuleBroken as error:
            return error.code
        return "filed"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(file, range(4)))
    assert answers == ["consent_signed"] * 3 + ["filed"]


def test_class_teacher_without_a_class_is_told_so(sqlite_app: Flask) -> None:
    curator = _staff(sqlite_app, "curator")
    curator.open("/school/classes")
    curator.send("/school/classes", grade="6", letter="А")
    teacher = signed_in(sqlite_app, "classteacher")
    teacher.open("/office/consents")
    assert "За вами не закреплён класс" in teacher.text


def test_register_takes_few_statements_however_many_pupils(sqlite_app: Flask) -> None:
    secretary = _staff(sqlite_app)
    for _brother in range(3):
        _add_brother(sqlite_app)
    seen: list[str] = []
    engine = _database(sqlite_app).engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    secretary.open("/office/consents?group=7Б")
    assert sum("FROM pupil" in one for one in seen) == 1


def test_applicant_is_offered_the_sheet_and_loses_nothing_without_it(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    applicant = Browser(sqlite_app)
    assert applicant.open("/request/consent.pdf").status_code == HTTPStatus.NOT_FOUND
    born = TODAY - timedelta(days=12 * 366 + 30)
    submit(applicant, last_name="Иванова", child="Иванова", born=born)
    assert "/request/consent.pdf" in applicant.text
    (page,) = _pages(applicant.client.get("/request/consent.pdf").data)
    assert same("Я, Иванова Мария Петровна") in same(page)
    assert same("ул. Мира, 1") in same(page)
    with _database(sqlite_app).reading() as session:
        request = session.scalars(select(ServiceRequest)).one()
        assert request.request_number is not None
        assert len(session.scalars(select(Consent)).all()) == 3, "printing at home is no record"


def test_register_speaks_english(sqlite_app: Flask) -> None:
    secretary = _staff(sqlite_app)
    secretary.open("/office/consents")
    secretary.open(secretary.found(r'href="(/language/en[^"]*)"').replace("&amp;", "&"))
    secretary.open("/office/consents?group=8А")
    assert "erase the data by 20.12.2026" in secretary.text


@pytest.mark.clause("FRM-3", "SVC-2.13")
def test_refusal_is_written_down_and_a_withdrawal_keeps_its_paper(sqlite_app: Flask) -> None:
    secretary = _staff(sqlite_app)
    path = _card(secretary, PRINTED)
    secretary.send(f"{path}/declined", **date_parts("declined_on", TODAY))
    assert "Отказ записан" in secretary.text
    assert "ничего не закрывает" in secretary.text
    secretary.open("/office/consents?group=6А&state=declined")
    assert PRINTED in secretary.text
    path = _card(secretary, SIGNED)
    secretary.open(f"{path}/withdrawal")
    day = date_parts("withdrawn_on", TODAY)
    broken = secretary.send(f"{path}/withdrawal", scan=(BytesIO(b"no picture"), "a.pdf"), **day)
    assert broken.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    secretary.send(f"{path}/withdrawal", scan=_photograph(), **day)
    kept = secretary.found(r'href="(/office/consents/[0-9a-f-]+/withdrawals/[0-9a-f-]+)"')
    assert secretary.client.get(kept).status_code == HTTPStatus.OK
    other = _card(secretary, PRINTED)
    foreign = f"{other}/withdrawals/{kept.rpartition('/')[2]}"
    assert secretary.open(foreign).status_code == HTTPStatus.NOT_FOUND
