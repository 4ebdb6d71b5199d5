"""Words and value types of visits, silence and contacts with families."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.people.terms import RepresentativeKind

NOTE_LENGTH = 500
#: Days within which families are counted that looked: a week, two, a month.
WINDOWS = (7, 14, 30)


class ContactHow(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    IN_PERSON = "in_person"


class ContactResult(StrEnum):
    """What came of it; only a family that was told puts the task off."""

    TOLD = "told"
    NO_ANSWER = "no_answer"
    WRONG_CONTACT = "wrong_contact"


class SilenceEnd(StrEnum):
    """What closed a task: a visit, or that there is nobody left to be silent."""

    VISIT = "visit"
    LEFT = "left"
    NO_REPRESENTATIVE = "no_representative"


class FamilyState(StrEnum):
    """How a family stands; one that has no way in is no silent one: it needs its code."""

    LOOKS = "looks"
    SILENT = "silent"
    NO_ACCOUNT = "no_account"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A representative whose right holds, with the phone and e-mail to reach them by.

    known_on     when the right was confirmed; None where it is not known
    account_on   when they made their account; None while no code was redeemed
    last_visit   the last day on which they opened the diary
    """

    person_id: UUID
    name: str
    kind: RepresentativeKind
    phone: str
    email: str
    known_on: date | None
    account_on: date | None
    last_visit: date | None


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task of silence as the class teacher sees it."""

    id: UUID
    since: date
    opened_on: date
    put_off_until: date | None
    closed_on: date | None = None
    closed_how: SilenceEnd | None = None
    closed_by: str = ""

    def is_due(self, on: date) -> bool:
        return self.closed_on is None and (self.put_off_until is None or self.put_off_until <= on)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What was done: whom, how, when, what came of it."""

    task_id: UUID
    person: str
    how: ContactHow
    day: date
    result: ContactResult
    note: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True)
class Family:
    """A pupil of a class with the representatives and with who of them looks.

    silent_since  the first day without a visit that counts
    silent_days   days of study time since then, yesterday the last
    """

    pupil_id: UUID
    pupil: str
    class_id: UUID
    grade: int
    enrolled_on: date
    members: tuple[Member, ...]
    pupil_visit: date | None
    is_at_risk: bool
    task: Task | None
    silent_since: date | None = None
    silent_days: int = 0

    @property
    def last_visit(self) -> date | None:
        """Of any representative."""
        return max((one.last_visit for one in self.members if one.last_visit), default=None)

    @property
    def has_account(self) -> bool:
        return any(one.account_on for one in self.members)

    @property
    def state(self) -> FamilyState:
        if not self.members:
            return FamilyState.NOBODY
        if not self.has_account:
            return FamilyState.NO_ACCOUNT
        return FamilyState.SILENT if self.task else FamilyState.LOOKS


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many of so many; `percent` is whole, half up, None of nothing."""

    count: int
    of: int

    @property
    def percent(self) -> int | None:
        return (self.count * 200 + self.of) // (2 * self.of) if self.of else None


@dataclass(frozen=True, kw_only=True)
class ClassShares:
    """How regularly a class looks: by window of WINDOWS, families and pupils apart (POL-3.5.5).

    A family counts when the pupil has a representative; it looked when one of them did. The line
    of all classes together has no id.
    """

    class_id: UUID | None
    class_name: str
    families: tuple[Share, ...]
    pupils: tuple[Share, ...]
    no_account: int
    silent: int
    due: int


@dataclass(frozen=True, kw_only=True)
class ClassFamilies:
    """The page «Семьи» of a class."""

    class_id: UUID
    class_name: str
    grade: int
    families: tuple[Family, ...]
    may_edit: bool


@dataclass(frozen=True, kw_only=True)
class FamilyHistory:
    """A family with all its tasks, the newest first, and all that was done about them."""

    family: Family
    class_name: str
    tasks: tuple[Task, ...]
    contacts: tuple[Contact, ...]
    may_edit: bool
