"""What a period mark is of, how it is proposed, and what stands on the pages of period marks."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.academic_year.terms import Period
from journal_core.corrections.terms import OpenCell
from journal_core.journal.terms import Closed, CourseView
from journal_core.marks.terms import NOT_PASSED, PASSED, Average

#: «Не аттестован»: nothing to sum up, which has a reason (INS-3.3.8).
NOT_ASSESSED = "н/а"
#: What a period mark may be.
PERIOD_VALUES = ("5", "4", "3", "2", PASSED, NOT_PASSED, NOT_ASSESSED)
REASON_LENGTH = 500


class FinalKind(StrEnum):
    """What the mark sums up. A period is a quarter, trimester or half-year, with its number."""

    PERIOD = "period"
    #: «Полугодие» of grades that go by quarters, where the school gives it.
    HALF_YEAR = "half_year"
    YEAR = "year"
    EXAM = "exam"
    STATE_EXAM = "state_exam"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True)
class PeriodRef:
    """What a period mark is of: a kind, and the number of its period or half-year, else 0."""

    kind: FinalKind
    number: int = 0

    @property
    def key(self) -> str:
        """As corrections and addresses name it: «period:2», «year:0»."""
        return f"{self.kind}:{self.number}"


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days on which a mark is given, both within (POL-3.6.5).

    What is given after `runs_until`, the last day of what it sums up, is late; an exam and the
    final mark have none.
    """

    opens: date
    closes: date
    runs_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class PeriodFacts:
    """All that says whether a period mark may be written on the day `today`.

    is_own          the actor teaches the course
    is_member       the pupil is in the class or group on the day that the mark is of
    first_written   when the mark that stands was first written; None for an empty cell
    is_open         an approval holds the cell open (INS-3.3.13)
    """

    today: date
    window: Window
    takes_marks: bool
    is_own: bool
    is_member: bool
    first_written: date | None = None
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The mark that the marks make, with its arithmetic; "" where they make none (INS-3.3.8).

    `count` is how many marks there are, those without a number too; `enough` how many it takes.
    `by_written` is what the written works alone would make.
    """

    value: str = ""
    arithmetic: str = ""
    average: Average = field(default_factory=Average)
    written: Average = field(default_factory=Average)
    by_written: str = ""
    count: int = 0
    enough: int = 0

    @property
    def is_enough(self) -> bool:
        return self.count >= self.enough

    @property
    def departs_from_written(self) -> int:
        """By how much it is above the mark of the written works, or below; 0 without either."""
        return int(self.value) - int(self.by_written) if self.value and self.by_written else 0


class Because(StrEnum):
    """Why a period mark needs a reason (INS-3.3.8)."""

    NOT_ASSESSED = "not_assessed"
    FEW_MARKS = "few_marks"
    DEPARTS = "departs"


@dataclass(frozen=True, kw_only=True)
class PeriodMarkEdit:
    """What somebody wants a pupil's mark to be; "" takes it away.

    `seen` is what the page showed; None where it does not matter.
    """

    pupil_id: UUID
    value: str
    reason: str = ""
    result_on: date | None = None
    seen: str | None = None


@dataclass(frozen=True, kw_only=True)
class PeriodMarkSaved:
    edit: PeriodMarkEdit
    value: str
    was: str
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class PeriodMarkRefused:
    """A rule forbids it, or wants more to be said; nothing was written."""

    edit: PeriodMarkEdit
    closed: Closed


@dataclass(frozen=True, kw_only=True)
class PeriodMarkConflict:
    """Somebody else wrote it since it was seen: `value` stands, by whom and when."""

    edit: PeriodMarkEdit
    value: str
    by: str
    at: datetime | None


PeriodMarkResult = PeriodMarkSaved | PeriodMarkRefused | PeriodMarkConflict


@dataclass(frozen=True, kw_only=True)
class PeriodMarkView:
    """A period mark as it stands; `changes` is how often it was changed after it was written."""

    value: str
    proposed: str
    arithmetic: str
    reason: str
    result_on: date | None
    is_late: bool
    first_written_at: datetime
    written_at: datetime
    written_by: str
    changes: int = 0


@dataclass(frozen=True, kw_only=True)
class PeriodMarkChangeView:
    """One change of a period mark; `slip` is the number of the approval, where it took one."""

    ref: PeriodRef
    pupil_id: UUID
    old: str
    new: str
    at: datetime
    by: str
    reason: str
    slip: int | None


@dataclass(frozen=True, kw_only=True)
class SummedMark:
    """One of the marks that a period mark sums up: for a work, or another period mark (`ref`)."""

    value: str
    code: str = ""
    day: date | None = None
    is_written: bool = False
    ref: PeriodRef | None = None


@dataclass(frozen=True, kw_only=True)
class PeriodRow:
    """A pupil of the sheet."""

    pupil_id: UUID
    number: int
    name: str
    marks: tuple[SummedMark, ...]
    proposal: Proposal
    given: PeriodMarkView | None
    closed: Closed | None
    #: The approval that holds the cell open for the reader.
    opened: OpenCell | None = None

    @property
    def value(self) -> str:
        return self.given.value if self.given else ""


@dataclass(frozen=True, kw_only=True)
class PeriodSheet:
    """The marks of a course of one period, for `hours` lessons a week; `refs` are all of a year."""

    course: CourseView
    ref: PeriodRef
    refs: tuple[PeriodRef, ...]
    periods: tuple[Period, ...]
    window: Window
    rows: tuple[PeriodRow, ...]
    hours: float
    is_own: bool

    @property
    def may_write(self) -> bool:
        return any(row.closed is None for row in self.rows)

    @property
    def missing(self) -> int:
        return sum(not row.value for row in self.rows)
