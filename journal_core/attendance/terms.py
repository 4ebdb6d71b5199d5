"""Presence in a lesson by its teacher, the reason of an absence by the class teacher."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Presence(StrEnum):
    """What is written of one who was not there from the beginning to the end."""

    ABSENT = "absent"
    LATE = "late"


class ReasonCode(StrEnum):
    """Why a pupil was away: У, Н, Б (INS-3.2.3)."""

    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    ILL = "ill"


#: What the journal shows; letters are the regulation's own.
PRESENCE_SIGNS = {Presence.ABSENT: "н", Presence.LATE: "оп"}
REASON_SIGNS = {ReasonCode.EXCUSED: "У", ReasonCode.UNEXCUSED: "Н", ReasonCode.ILL: "Б"}


@dataclass(frozen=True, kw_only=True)
class Days:
    """Days in a row, the first and the last within."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    def meets(self, other: "Days") -> bool:
        return self.since <= other.until and other.since <= self.until


class SpanState(StrEnum):
    """What the class teacher made of an absence; one told by the class teacher is confirmed."""

    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class SpanView:
    """Days on which a pupil is away, and why; `announced_by` is "" where no family said so."""

    id: UUID
    pupil_id: UUID
    pupil: str
    days: Days
    state: SpanState
    reason: ReasonCode | None
    document: str
    document_date: date | None
    note: str
    announced_at: datetime | None
    announced_by: str
    announced_by_id: UUID | None
    confirmed_by: str
    declined_because: str


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What a subject teacher is told of an absence that the family announced: no words of it."""

    days: Days
    reason: ReasonCode | None

    @property
    def is_confirmed(self) -> bool:
        return self.reason is not None


@dataclass(frozen=True, kw_only=True)
class MissedDay:
    """A day on which a pupil missed lessons, and nobody told why."""

    class_id: UUID
    pupil_id: UUID
    pupil: str
    day: date
    lessons: int


@dataclass(frozen=True, kw_only=True)
class MissedRun:
    """Days of lessons in a row without a reason, which one reason may explain."""

    pupil_id: UUID
    pupil: str
    days: Days
    lessons: int


@dataclass(frozen=True, kw_only=True)
class AttendanceCell:
    """A pupil on a day: lessons missed, lessons come late to, and what is known of the reason."""

    missed: int = 0
    late: int = 0
    reason: ReasonCode | None = None
    #: The family announced it, and the class teacher has not decided yet.
    is_announced: bool = False

    @property
    def lacks_reason(self) -> bool:
        return self.missed > 0 and self.reason is None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Of a pupil in a period: days with a missed lesson, lessons missed, and these by reason.

    `lessons[None]` are those without a reason.
    """

    days: int
    missed: int
    late: int
    lessons: Mapping[ReasonCode | None, int]


@dataclass(frozen=True, kw_only=True)
class AttendanceRow:
    """A pupil of the page; a day on which they were not in the class has no cell."""

    pupil_id: UUID
    name: str
    cells: Mapping[date, AttendanceCell]
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class ClassAttendance:
    """A class in a period: its days with lessons, its pupils by name, lessons missed each day."""

    class_id: UUID
    class_name: str
    days: tuple[date, ...]
    rows: tuple[AttendanceRow, ...]
    missed: Mapping[date, int]
    may_edit: bool


@dataclass(frozen=True, kw_only=True)
class ClassQueue:
    """What waits in a class for its class teacher: pupils without a reason, announcements."""

    class_id: UUID
    class_name: str
    unreasoned: int
    announced: int
