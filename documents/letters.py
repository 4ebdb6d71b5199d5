"""Letters: a frozen context in, subject and plain text out, in the language of the request.

A template is `templates/letters/<kind>.<language>.txt`, the first line the subject. Greeting and
the school's details are added to every letter. A letter never holds a secret: ⟦code⟧ and ⟦link⟧
stand for them until `fill` puts them in at sending, and so do addresses of pages.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from jinja2 import FileSystemLoader, StrictUndefined, Undefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.code_slip import SecondQuestion
from documents.paper import day, moment
from journal_core.calendar.terms import DayVerdict
from journal_core.requests.terms import CloseReason, PaperKind, RefusalDelivery

TEMPLATES = Path(__file__).parent / "templates" / "letters"
MARKER = re.compile("⟦([^⟧]*)⟧")
Language: TypeAlias = Literal["ru", "en"]


#: The documents of the service as a letter lists them (SVC-2.6).
PAPER_NAMES: dict[Language, dict[PaperKind, str]] = {
    "ru": {
        PaperKind.IDENTITY: "документ, удостоверяющий личность",
        PaperKind.BIRTH_CERTIFICATE: "свидетельство о рождении ребёнка",
        PaperKind.GUARDIANSHIP: "документ органа опеки и попечительства",
    },
    "en": {
        PaperKind.IDENTITY: "your identity document",
        PaperKind.BIRTH_CERTIFICATE: "the child's birth certificate",
        PaperKind.GUARDIANSHIP: "the document of the guardianship authority",
    },
}


class LetterKind(StrEnum):
    DRAFT_SAVED = "draft_saved"
    SUBMITTED = "submitted"
    VISIT_BOOKED = "visit_booked"
    VISIT_CANCELLED = "visit_cancelled"
    VISIT_REMINDER = "visit_reminder"
    REGISTERED = "registered"
    TERM_MOVED = "term_moved"
    VERIFIED = "verified"
    RETURNED = "returned"
    CONTACTS_CHANGED = "contacts_changed"
    CODE_BY_EMAIL = "code_by_email"
    CODE_READY = "code_ready"
    CODE_REPLACED = "code_replaced"
    CODE_EXPIRING = "code_expiring"
    COMPLETED = "completed"
    REFUSAL_PREPARED_WITHDRAWN = "refusal_prepared_withdrawn"
    REFUSED_READY = "refused_ready"
    REFUSAL_DELIVERED = "refusal_delivered"
    CLOSED = "closed"
    PASSWORD_RESET = "password_reset"
    PASSWORD_CHANGED = "password_changed"
    FACTOR_CHANGED = "factor_changed"
    CONFIRM_EMAIL = "confirm_email"
    DIARY_NEWS = "diary_news"


@dataclass(frozen=True, kw_only=True)
class LetterContext:
    """The facts of a letter. None is "not known": a template that needs it refuses to be written.

    `name` is the first name and patronymic of the greeting, "" for a greeting without a name.
    Times are those of the school's zone and are written as given.
    """

    school_name: str
    school_address: str
    school_phone: str
    school_hours: str
    name: str = ""
    request_number: str | None = None
    registration_number: str | None = None
    due_on: date | None = None
    old_due_on: date | None = None
    changed_days: tuple[str, ...] | None = None
    visit_at: datetime | None = None
    papers: tuple[str, ...] | None = None
    valid_until: datetime | None = None
    second_question: SecondQuestion | None = None
    refusal_delivery: RefusalDelivery | None = None
    close_reason: CloseReason | None = None
    headline: str | None = None
    #: Each child's first name with the lines that tell of it.
    news: tuple[tuple[str, tuple[str, ...]], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Letter:
    subject: str
    text: str


class LetterError(ValueError):
    """A letter lacks a fact, or a marker has no secret; the message names it."""


def write_letter(kind: LetterKind, language: Language, context: LetterContext) -> Letter:
    """The letter without its secrets.

    Raises LetterError when the context lacks a fact that the letter needs.
    """
    facts = {
        field.name: _cleaned(value)
        for field in fields(context)
        if (value := getattr(context, field.name)) is not None
    }
    try:
        body = _environment(language).get_template(f"{kind}.{language}.txt").render(facts)
        greeting = _environment(language).get_template(f"_greeting.{language}.txt").render(facts)
        footer = _environment(language).get_template(f"_footer.{language}.txt").render(facts)
    except UndefinedError as error:
        raise LetterError(f"{kind}: {error}") from error
    subject, _, text = body.partition("\n")
    parts = (greeting, text, footer)
    return Letter(subject=subject.strip(), text="\n\n".join(map(_tidy, parts)) + "\n")


def fill(text: str, secrets: Mapping[str, str]) -> str:
    """The text with its secrets in place of ⟦code⟧ and ⟦link⟧, in one pass.

    Raises LetterError for a marker without a secret: a letter is not sent with a hole in it.
    """

    def secret(marker: re.Match[str]) -> str:
        try:
            return secrets[marker[1]]
        except KeyError:
            raise LetterError(f"no secret for the marker {marker[1]}") from None

    return MARKER.sub(secret, text)


def markers(text: str) -> frozenset[str]:
    """The names of the secrets that the text waits for."""
    return frozenset(MARKER.findall(text))


def day_verdict(verdict: DayVerdict, language: Language) -> str:
    """«25.11.2026 — не считается (карантин)»: one day of a term as a letter tells it."""
    written = day(verdict.day) if language == "ru" else _english_day(verdict.day)
    name = f" ({verdict.name})" if verdict.name else ""
    return f"{written} — {_COUNTS[language][verdict.counts]}{name}"


_COUNTS: dict[Language, dict[bool, str]] = {
    "ru": {True: "считается", False: "не считается"},
    "en": {True: "counts", False: "does not count"},
}


@cache
def _environment(language: Language) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # plain text, never HTML
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = _filter(day if language == "ru" else _english_day)
    environment.filters["moment"] = _filter(moment if language == "ru" else _english_moment)
    return environment


def _filter(written: Callable[[Any], str]) -> Callable[[Any], str]:
    """Jinja gives a missing value to a filter, too: its `str` raises the error that names it."""
    return lambda value: str(value) if isinstance(value, Undefined) else written(value)


def _english_day(value: date) -> str:
    return f"{value.day} {ENGLISH_MONTHS[value.month - 1]} {value.year}"


def _english_moment(value: datetime) -> str:
    return f"{_english_day(value)}, {value:%H:%M}"


ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _cleaned(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_cleaned(item) for item in value)
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return _one_line(value)
    return value


def _one_line(text: str) -> str:
    """Typed text on one line: no header can be injected, no direction turned, no marker made."""
    kept = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character not in "⟦⟧"
        and (character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"})
    )
    return " ".join("".join(kept).split())


def _tidy(text: str) -> str:
    """No trailing spaces, no runs of empty lines."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()
