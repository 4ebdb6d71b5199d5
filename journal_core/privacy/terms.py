"""Words and value types of keeping personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.audit.terms import AuditAction


class KeptKind(StrEnum):
    """Kinds of records, each with a term of its own."""

    PAPERS = "papers"  # uploaded copies of documents
    REQUESTS = "requests"  # what a request says about people; its numbers and dates stay
    LETTERS = "letters"  # texts and addresses of letters
    VIEWS = "views"  # who looked at what, and what was handed out
    ATTEMPTS = "attempts"  # counted attempts
    SESSIONS = "sessions"  # browsers that were signed out
    NOTICES = "notices"  # what of the diary a family was told already
    LOOKS = "looks"  # on which day who opened a diary
    FAMILIES = "families"  # silent families and what was done about them
    RISKS = "risks"  # who was in the risk group, and why


#: Looks at personal data, shown to the person whom they are about.
LOOKS = (
    AuditAction.REQUEST_VIEWED,
    AuditAction.FILE_OPENED,
    AuditAction.REQUEST_EXPORTED,
    AuditAction.PERSON_VIEWED,
    AuditAction.PERSON_EXPORTED,
)
#: The whole record of views: the administrator sees who was turned away, too.
VIEWS = (*LOOKS, AuditAction.ACCESS_DENIED)


@dataclass(frozen=True, kw_only=True)
class View:
    """One look at a person's data by an official, or an attempt that was refused.

    `position` is "" for one who does not work at the school; `what` names the page or file.
    """

    at: datetime
    action: AuditAction
    name: str
    position: str
    what: str


@dataclass(frozen=True, kw_only=True)
class PlannedErasure:
    """How many records of a kind are due now, due within the days ahead, and held back.

    Held back is what is old enough while its request is not at rest.
    """

    kind: KeptKind
    due: int
    soon: int
    held: int


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What one run erased; the numbers of the requests whose people are gone from them."""

    at: datetime
    counts: Mapping[KeptKind, int]
    numbers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FoundPerson:
    """Somebody whom a search found: a person, or an applicant known from a request alone."""

    id: UUID
    name: str
    birth_date: date | None
    #: The request that such an applicant is known from; "" for a person.
    request_number: str
