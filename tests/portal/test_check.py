"""The secretary's check: what is claimed beside what is known, and what follows from it."""

import re
from datetime import date, timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from journal_core.invitations.models import Invitation
from journal_core.notifications.models import OfficeTask
from journal_core.notifications.terms import TaskKind
from journal_core.people.models import Person, PersonDistinction, Representation
from portal.mail import MailServer
from portal.outbox import send_due
from portal.state import Portal
from tests.clock import FrozenClock
from tests.documents.reading import pdf_text
from tests.inbox import Inbox
from tests.portal.story import (
    Browser,
    begin,
    date_parts,
    move,
    opened_case,
    seed,
    signed_in,
    submit,
)

AGE_DAYS = 12 * 366 + 30
TICKED = re.compile(r'name="grounds"[^>]*value="([a-z_]+)"[^>]* checked')
PAPERS: dict[str, Any] = {
    "papers": ["identity", "birth_certificate"],
    "particulars_identity": "серия 1 № 2",
    "all_answered": "yes",
}


def _born(clock: FrozenClock) -> date:
    return clock().date() - timedelta(days=AGE_DAYS)


def _registered(
    app: Flask, clock: FrozenClock, *, child: str = "Иванова", born: date | None = None, **rest: Any
) -> tuple[Browser, str]:
    """A secretary before a registered case."""
    number, _key = submit(
        Browser(app), last_name="Иванова", child=child, born=born or _born(clock), **rest
    )
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    return secretary, case


def _rows(app: Flask, query: Any) -> list[Any]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(query))


@pytest.mark.clause("SVC-3.4.3")
def test_agreeing_facts_propose_no_ground(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    secretary, _case = _registered(sqlite_app, clock, child="ИВАНОВА")
    assert TICKED.findall(secretary.text) == []
    assert "не найден" not in secretary.text


@pytest.mark.clause("SVC-2.12.5")
def test_other_birth_date_proposes_contradiction_and_the_desk_decides(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    secretary, case = _registered(sqlite_app, clock, born=_born(clock) + timedelta(days=1))
    assert TICKED.findall(secretary.text) == ["documents_contradict"]
    move(secretary, f"{case}/check", **PAPERS)
    assert "Документы проверены" in secretary.text


@pytest.mark.clause("SVC-2.12.5")
def test_slip_in_the_birth_date_is_corrected_by_the_original_and_compared_anew(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    told, born = _born(clock) + timedelta(days=1), _born(clock)
    secretary, case = _registered(sqlite_app, clock, born=told)
    names = ("Иванова", "Анна", "Сергеевна", "6А")
    parts = ("last_name", "first_name", "patronymic", "class")
    answers: dict[str, object] = {
        **{f"child_{part}": name for part, name in zip(parts, names, strict=True)},
        **date_parts("child_birth_date", born),
        "seen_version": secretary.found(r'name="seen_version"[^>]*value="(\d+)"'),
    }
    secretary.open(f"{case}/child")
    refused = secretary.send(f"{case}/child", **answers)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Укажите документ, по которому исправлено" in secretary.text
    secretary.send(f"{case}/child", basis="свидетельство I-ДН № 512345", **answers)
    assert TICKED.findall(secretary.text) == []
    assert f"{told:%d.%m.%Y} → {born:%d.%m.%Y}" in secretary.text
    assert "свидетельство I-ДН № 512345" in secretary.text
    move(secretary, f"{case}/check", **PAPERS)
    assert f"{case}/child" not in secretary.text


@pytest.mark.clause("SVC-2.12.1")
def test_link_that_a_court_ended_is_a_failed_check(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        session.execute(update(Representation).values(ended_by_court=True))
        session.commit()
    secretary, case = _registered(sqlite_app, clock)
    assert TICKED.findall(secretary.text) == ["not_an_applicant"]
    assert move(secretary, f"{case}/check", **PAPERS).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.clause("SVC-2.12.2")
def test_near_match_is_offered_before_the_second_ground(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    secretary, case = _registered(app, clock, child="Иваноова")
    assert TICKED.findall(secretary.text) == ["not_a_pupil"]
    answer = move(secretary, f"{case}/check", **PAPERS)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    secretary.open(case)
    meant = secretary.found(r'<option value="([0-9a-f-]+)"[^>]*>\s*Иванова Анна')
    move(secretary, f"{case}/check", pupil=meant, **PAPERS)
    assert "Документы проверены" in secretary.text


@pytest.mark.clause("SVC-2.12")
def test_each_ground_carries_its_own_explanation(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    secretary, case = _registered(sqlite_app, clock, child="Неизвестная")
    move(
        secretary,
        f"{case}/check",
        grounds=["not_a_pupil", "documents_unfit"],
        explanation_not_a_pupil="Выбыла в 2024 году",
        explanation_documents_unfit="Паспорт просрочен",
        explanation_adult="не печатается",
        all_answered="yes",
    )
    text = pdf_text(secretary.client.get(f"{case}/draft-decision.pdf").data)
    assert "Выбыла в 2024 году" in text
    assert "Паспорт просрочен" in text
    assert "не печатается" not in text


@pytest.mark.clause("FRM-2")
def test_addressee_is_corrected_before_the_signature_only(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    secretary, case = _registered(app, clock, child="Неизвестная")
    move(secretary, f"{case}/check", grounds="not_a_pupil", all_answered="yes")
    new = {"addressee": "Ивановой-Кац Марии", "gender": "female"}
    move(secretary, f"{case}/addressee", **new)
    move(signed_in(app, "head"), f"{case}/sign")
    text = pdf_text(secretary.client.get(f"{case}/decision.pdf").data)
    assert "Гражданке Ивановой-Кац Марии" in " ".join(text.split())
    answer = move(secretary, f"{case}/addressee", **new)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.clause("FRM-2")
def test_addressee_once_corrected_is_kept_with_the_person(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    wish = {"addressee": "Ивановой-Кац Марии", "gender": "female", "remember": "yes"}
    for correction in (wish, None):
        secretary, case = _registered(app, clock)
        move(secretary, f"{case}/check", grounds="documents_unfit", all_answered="yes")
        if correction:
            move(secretary, f"{case}/addressee", **correction)
    text = pdf_text(secretary.client.get(f"{case}/draft-decision.pdf").data)
    assert "Гражданке Ивановой-Кац Марии" in " ".join(text.split())


def test_scan_of_the_signed_sheet_is_kept_beside_the_decision(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    secretary, case = _registered(sqlite_app, clock, child="Неизвестная")
    move(secretary, f"{case}/check", grounds="not_a_pupil", all_answered="yes")
    move(signed_in(sqlite_app, "head"), f"{case}/sign")
    signed = secretary.client.get(f"{case}/decision.pdf").data
    secretary.open(case)
    refused = secretary.send(f"{case}/scan", scan=(BytesIO(b"no picture"), "scan.pdf"))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    secretary.send(f"{case}/scan", scan=(BytesIO(signed), "scan.pdf"))
    assert secretary.client.get(f"{case}/scan").data == signed


def test_notes_are_read_by_the_office_alone(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    number, key = submit(
        Browser(sqlite_app), last_name="Иванова", child="Иванова", born=_born(clock)
    )
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    secretary.send(f"{case}/notes", text="Звонила, придёт в среду")
    deputy = signed_in(sqlite_app, "deputy")
    deputy.open(case)
    assert "придёт в среду" in deputy.text
    holder = Browser(sqlite_app)
    holder.open("/track")
    holder.send("/track", track_number=number, track_key=key)
    assert "придёт в среду" not in holder.text


@pytest.mark.clause("SVC-3.4.3")
def test_code_that_went_to_an_old_address_opens_nothing(
    app: Flask, clock: FrozenClock, inbox: Inbox
) -> None:
    seed(app)
    secretary, case = _registered(app, clock, result_delivery="email", email="old@example.com")
    move(secretary, f"{case}/check", **PAPERS)
    move(signed_in(app, "curator"), f"{case}/code")
    with app.app_context():
        send_due(MailServer(inbox.url))
    secretary.open(f"{case}/contacts")
    version = secretary.found(r'name="seen_version" value="(\d+)"')
    contacts = {"address": "ул. Мира, 1", "phone": "+79123456789", "email": "new@example.com"}
    secretary.send(f"{case}/contacts", seen_version=version, **contacts)
    assert "old@example.com" in secretary.text
    assert [row.state.value for row in _rows(app, select(Invitation))] == ["revoked"]
    tasks = _rows(app, select(OfficeTask).where(OfficeTask.kind == TaskKind.CODE_NEEDED))
    assert len(tasks) == 1
    inbox.letters.clear()
    with app.app_context():
        send_due(MailServer(inbox.url))
    assert {str(letter["To"]) for letter in inbox.letters} == {"old@example.com", "new@example.com"}


def test_representative_of_another_child_stays_one_person(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    secretary, case = _registered(app, clock)
    move(secretary, f"{case}/check", **PAPERS)
    before = len(_rows(app, select(Person)))
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        mother = session.scalars(
            select(Person).where(Person.last_name == "Иванова", Person.first_name == "Мария")
        ).one()
        mother.phone = "+79123456789"
        session.commit()
    secretary, case = _registered(
        app, clock, child="Петров", first_name="Кирилл", patronymic="Алексеевич"
    )
    assert "представитель другого ребёнка" in secretary.text
    move(secretary, f"{case}/check", **PAPERS)
    assert "Документы проверены" in secretary.text
    assert len(_rows(app, select(Person))) == before


@pytest.mark.parametrize(("answer", "new_persons"), [("same", 0), ("another", 1)])
@pytest.mark.clause("SVC-3.4.3")
def test_person_of_a_like_name_is_the_same_or_another_as_the_desk_says(
    app: Flask, clock: FrozenClock, answer: str, new_persons: int
) -> None:
    seed(app)
    before = len(_rows(app, select(Person)))
    secretary, case = _registered(
        app, clock, child="Петров", first_name="Кирилл", patronymic="Алексеевич"
    )
    meant = secretary.found(r'<option value="([0-9a-f-]+)"[^>]*>\s*Да, Иванова Мария Петровна')
    move(secretary, f"{case}/check", person=meant if answer == "same" else "", **PAPERS)
    assert "Документы проверены" in secretary.text
    assert len(_rows(app, select(Person))) == before + new_persons
    assert len(_rows(app, select(PersonDistinction))) == new_persons


def test_applicant_sees_the_own_open_request_before_a_second_one(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    applicant = Browser(sqlite_app)
    number, _key = submit(applicant, last_name="Иванова", child="Иванова", born=_born(clock))
    for phone, is_shown in (("+7 912 345-67-89", True), ("+7 912 000-00-00", False)):
        again = Browser(sqlite_app)
        begin(again, last_name="Иванова", child="Иванова", born=_born(clock), phone=phone)
        again.open("/request/check")
        assert (f"уже подали запрос об этом ребёнке: {number}" in again.text) is is_shown
