"""The whole story of the service, through the pages."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask

from tests.clock import FrozenClock
from tests.portal.story import (
    Browser,
    date_parts,
    move,
    opened_case,
    seed,
    signed_in,
    submit,
)

AGE_DAYS = 12 * 366 + 30


@pytest.mark.clause("SVC-3.4.3")
def test_parent_applies_gets_a_code_and_opens_an_account(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant = Browser(app)
    number, key = submit(applicant, last_name="Иванова", child="Иванова", born=born)

    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(
        secretary,
        f"{case}/check",
        papers=["identity", "birth_certificate"],
        particulars_identity="серия 1 № 2",
        all_answered="yes",
    )
    move(signed_in(app, "curator"), f"{case}/code")
    secretary.open(case)
    code = secretary.found(r'invitation-code">([^<]+)')
    move(secretary, f"{case}/tell")
    secretary.open(case)
    assert code not in secretary.text, "a code that was told can be read again"

    parent = Browser(app)
    parent.open("/invitation")
    parent.send("/invitation", code=code.lower())
    parent.send(
        "/invitation/account",
        username="maria",
        password="a password of her own",
        **date_parts("child_birth_date", born),
    )
    assert "Иванова Анна Сергеевна" in parent.text
    assert "На этой неделе уроков нет" in parent.text

    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    assert "Услуга оказана" in applicant.text


@pytest.mark.clause("SVC-2.14")
def test_refusal_is_signed_by_the_head_and_handed_over(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant = Browser(app)
    number, key = submit(applicant, last_name="Чужая", child="Неизвестная", born=born)

    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", grounds=["not_a_pupil"], all_answered="yes")
    assert secretary.send(f"{case}/sign", seen_version=1).status_code == HTTPStatus.FORBIDDEN
    head = signed_in(app, "head")
    move(head, f"{case}/sign")
    assert head.open(f"{case}/decision.pdf").data.startswith(b"%PDF")
    assert head.open(f"{case}/application.docx").data.startswith(b"PK")
    assert applicant.open("/request/application.pdf").data.startswith(b"%PDF")
    move(secretary, f"{case}/deliver-refusal")

    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    assert "Отказ вручен" in applicant.text


@pytest.mark.clause("SVC-2.14", "SVC-2.19")
def test_applicant_learns_of_a_refusal_when_it_is_signed(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant = Browser(sqlite_app)
    number, key = submit(applicant, last_name="Чужая", child="Неизвестная", born=born)
    secretary, head = signed_in(sqlite_app, "secretary"), signed_in(sqlite_app, "head")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", grounds=["not_a_pupil"], all_answered="yes")
    head.open(f"{case}/draft-decision.pdf")
    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    assert "Решение готовится" in states_told(applicant)
    assert "отказ" not in states_told(applicant).casefold()
    assert "проект решения" not in applicant.text
    move(head, f"{case}/sign")
    applicant.open("/track/request")
    assert "Отказано" in states_told(applicant)


def states_told(applicant: Browser) -> str:
    """The state at the head of the tracking page, and the timeline's titles."""
    return applicant.found(r"(?s)<h1.*?(<strong.*?</strong>)") + " ".join(
        re.findall(r"timeline__title\">([^<]+)", applicant.text)
    )


@pytest.mark.clause("SVC-2.12.6")
def test_withdrawal_after_registration_prepares_ground_six(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant = Browser(app)
    number, key = submit(applicant, last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(app, "secretary")
    move(secretary, f"{opened_case(secretary, number)}/register")

    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    version = applicant.found(r'name="seen_version"[^>]*value="(\d+)"')
    applicant.send("/track/withdraw", seen_version=version)
    assert "Заявление отозвано" in applicant.text
    assert "отказ" not in states_told(applicant).casefold()


@pytest.mark.clause("SVC-2.19")
def test_wrong_key_and_wrong_number_are_answered_alike(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant = Browser(sqlite_app)
    number, key = submit(applicant, last_name="Иванова", child="Иванова", born=born)
    stranger = Browser(sqlite_app)
    answers = []
    for typed in ({"track_number": number, "track_key": "АВЕК-АВЕК-АВЕК"},
                  {"track_number": "26-99999", "track_key": key}):  # fmt: skip
        stranger.open("/track")
        stranger.send("/track", **typed)
        answers.append("Номер или ключ неверны" in stranger.text)
    assert answers == [True, True]


def test_stale_page_moves_nothing(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    number, _ = submit(Browser(sqlite_app), last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    assert secretary.send(f"{case}/register", seen_version=1).status_code == HTTPStatus.CONFLICT


@pytest.mark.clause("SVC-2.11", "SVC-2.12.6")
def test_withdrawal_that_is_taken_back_waits_for_a_new_announcement(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    """A code announced in time and withdrawn keeps the term; taken back, the term runs again."""
    seed(sqlite_app)
    born = clock().date() - timedelta(days=AGE_DAYS)
    applicant = Browser(sqlite_app)
    number, key = submit(applicant, last_name="Иванова", child="Иванова", born=born)
    secretary = signed_in(sqlite_app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", papers=["identity", "birth_certificate"], all_answered="yes")
    move(signed_in(sqlite_app, "curator"), f"{case}/code")
    applicant.open("/track")
    applicant.send("/track", track_number=number, track_key=key)
    version = applicant.found(r'name="seen_version"[^>]*value="(\d+)"')
    applicant.send("/track/withdraw", seen_version=version)
    clock.advance(days=7)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/office?tab=overdue")
    assert number not in secretary.text
    move(signed_in(sqlite_app, "head"), f"{case}/return-refusal", comment="передумали")
    secretary.open("/office?tab=overdue")
    assert number in secretary.text
