"""Letters: both languages whole, no secret inside, no header to be injected."""

import re
from dataclasses import fields, replace
from datetime import date, datetime

import pytest
from jinja2 import meta

from documents.code_slip import SecondQuestion
from documents.letters import (
    TEMPLATES,
    Letter,
    LetterContext,
    LetterError,
    LetterKind,
    fill,
    markers,
    write_letter,
)
from documents.refusal import ground_words
from documents.render import strict_environment
from journal_core.requests.terms import CloseReason, RefusalDelivery, RefusalGround

WHOLE = LetterContext(
    school_name="Школа №1",
    school_address="г. Примерный, ул. Школьная, д. 1",
    school_phone="+7 900 000-00-01",
    school_hours="пн–пт 9:00–14:30",
    name="Мария Петровна",
    request_number="З-000123",
    registration_number="12",
    due_on=date(2026, 5, 5),
    old_due_on=date(2026, 5, 4),
    changed_days=("04.05.2026 — не считается (карантин)",),
    visit_at=datetime(2026, 4, 30, 10, 0),  # noqa: DTZ001  the school's own clock
    papers=("Паспорт", "Свидетельство о рождении"),
    valid_until=datetime(2026, 5, 7, 10, 0),  # noqa: DTZ001
    second_question=SecondQuestion.CHILD_BIRTH_DATE,
    refusal_delivery=RefusalDelivery.IN_PERSON,
    close_reason=CloseReason.NO_SHOW,
    headline="Дневник: новые отметки",
    news=(("Анна", ("23.11.2026, Математика: 5",)),),
)
LINKED = set(LetterKind) - {
    LetterKind.CONTACTS_CHANGED,
    LetterKind.CODE_REPLACED,
    LetterKind.CLOSED,
    LetterKind.PASSWORD_CHANGED,
    LetterKind.FACTOR_CHANGED,
    LetterKind.DIARY_NEWS,
}
PAGES = {LetterKind.DIARY_NEWS: {"diary", "notices"}}

letter_kinds = pytest.mark.parametrize("kind", LetterKind)
languages = pytest.mark.parametrize("language", ["ru", "en"])


@letter_kinds
@languages
def test_letter_greets_by_name_and_ends_with_the_school(kind, language):
    letter = write_letter(kind, language, WHOLE)
    assert letter.text.splitlines()[0] in {"Здравствуйте, Мария Петровна!", "Hello Мария Петровна,"}
    ending = letter.text.rstrip().splitlines()[-4:]
    assert ending[0] == WHOLE.school_name
    assert ending[1] == WHOLE.school_address
    assert ending[2].endswith(WHOLE.school_phone)
    assert ending[3].endswith(WHOLE.school_hours)
    assert letter.subject
    assert "\n\n\n" not in letter.text


@letter_kinds
def test_both_languages_use_the_same_facts_and_the_same_secrets(kind):
    sources = [
        (TEMPLATES / f"{kind}.{language}.txt").read_text(encoding="utf-8")
        for language in ("ru", "en")
    ]
    environment = strict_environment()
    environment.filters |= {"day": str, "moment": str}
    russian, english = (
        (meta.find_undeclared_variables(environment.parse(text)), markers(text)) for text in sources
    )
    assert russian == english
    assert russian[0] <= {field.name for field in fields(LetterContext)}


@letter_kinds
@languages
def test_secrets_are_markers_until_the_letter_is_sent(kind, language):
    text = write_letter(kind, language, WHOLE).text
    expected = {"link"} if kind in LINKED else PAGES.get(kind, set())
    assert markers(text) == expected | ({"code"} if kind is LetterKind.CODE_BY_EMAIL else set())
    sent = fill(text, dict.fromkeys(("link", "code", "diary", "notices"), "x"))
    assert not markers(sent)


def test_secret_is_put_in_once_and_never_read_as_a_marker():
    assert fill("⟦code⟧ ⟦link⟧", {"code": "⟦link⟧", "link": "x"}) == "⟦link⟧ x"


def test_letter_with_a_hole_in_it_is_not_sent():
    with pytest.raises(LetterError, match="code"):
        fill("Код: ⟦code⟧", {"link": "x"})


@letter_kinds
@languages
def test_typed_values_make_neither_headers_nor_markers_nor_templates(kind, language):
    evil = "Мария\r\nBcc: all@example.org ⟦code⟧ {{ 7*7 }} {% raw %} \u202eзад\ud800 <b>&"
    letter = write_letter(kind, language, replace(WHOLE, name=evil, request_number=evil))
    assert not re.search(r"[\r\n\u202e\ud800]", letter.subject)
    assert "\nBcc" not in letter.text
    assert "Мария Bcc: all@example.org code {{ 7*7 }} {% raw %} зад <b>&" in letter.text
    assert letter.text.count("⟦code⟧") == (1 if kind is LetterKind.CODE_BY_EMAIL else 0)
    letter.text.encode()


@letter_kinds
@languages
def test_letter_names_no_ground_and_no_registered_secret(kind, language):
    text = write_letter(kind, language, WHOLE).text
    for ground in RefusalGround:
        assert ground_words(ground, WHOLE.school_name) not in text


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (LetterKind.SUBMITTED, "request_number"),
        (LetterKind.SUBMITTED, "papers"),
        (LetterKind.REGISTERED, "registration_number"),
        (LetterKind.CODE_BY_EMAIL, "valid_until"),
        (LetterKind.CODE_BY_EMAIL, "second_question"),
        (LetterKind.REFUSED_READY, "refusal_delivery"),
        (LetterKind.CLOSED, "close_reason"),
        (LetterKind.PASSWORD_RESET, "valid_until"),
    ],
)
@languages
def test_letter_without_a_fact_that_it_needs_is_not_written(kind, missing, language):
    with pytest.raises(LetterError, match=missing):
        write_letter(kind, language, replace(WHOLE, **{missing: None}))


@languages
@pytest.mark.parametrize("reason", CloseReason)
def test_every_reason_of_closing_has_its_own_words(reason, language):
    letters = {
        write_letter("closed", language, replace(WHOLE, close_reason=r)) for r in CloseReason
    }
    assert len(letters) == len(CloseReason)
    assert isinstance(write_letter(LetterKind.CLOSED, language, WHOLE), Letter)


def test_code_for_somebody_without_a_request_says_nothing_of_one():
    alone = replace(WHOLE, request_number=None, name="")
    letter = write_letter(LetterKind.CODE_BY_EMAIL, "ru", alone)
    assert letter.subject == "Ваш пригласительный код"
    assert letter.text.startswith("Здравствуйте!\n")
    assert "запрос" not in letter.text.lower()


def test_dates_are_written_in_the_language_of_the_letter():
    assert "не позднее 05.05.2026" in write_letter(LetterKind.REGISTERED, "ru", WHOLE).text
    assert "by 5 May 2026" in write_letter(LetterKind.REGISTERED, "en", WHOLE).text
