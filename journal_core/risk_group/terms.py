"""Words and value types of the risk group. Families and pupils never see any of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from journal_core.attendance.terms import Presence, ReasonCode

REASON_LENGTH = 500


class RiskGround(StrEnum):
    """Why a pupil is in the group (INS-3.2.7)."""

    ATTAINMENT = "attainment"
    BEHAVIOUR = "behaviour"


@dataclass(frozen=True, kw_only=True)
class RiskSpan:
    """A pupil in the group from a day to a day, both within; an open one has no last day."""

    id: UUID
    pupil_id: UUID
    pupil: str
    ground: RiskGround
    since: date
    until: date | None
    reason: str
    put_by: str
    end_reason: str
    ended_by: str

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or self.until >= day)


class Sign(StrEnum):
    """What makes a pupil a candidate: the program proposes, the class teacher decides."""

    LOW_AVERAGE = "low_average"
    LOW_SUBJECTS = "low_subjects"
    UNEXCUSED = "unexcused"


@dataclass(frozen=True, kw_only=True)
class LowSubject:
    subject: str
    average: Decimal
    marks: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a pupil has in the period: all marks together, the weak subjects, lessons missed.

    unexcused   lessons missed on days whose reason the class teacher confirmed as unexcused
    unreasoned  lessons missed on days of which nobody told a reason yet
    """

    pupil_id: UUID
    pupil: str
    average: Decimal | None
    marks: int
    low: tuple[LowSubject, ...]
    unexcused: int
    unreasoned: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Whom the class teacher may want to put into the group, with the numbers behind it."""

    standing: Standing
    signs: tuple[Sign, ...]


@dataclass(frozen=True, kw_only=True)
class DayMark:
    subject: str
    value: str
    type: str
    comment: str


@dataclass(frozen=True, kw_only=True)
class DayMiss:
    subject: str
    number: int
    presence: Presence


@dataclass(frozen=True, kw_only=True)
class RiskDay:
    """What the journal says of one pupil on one day."""

    marks: tuple[DayMark, ...] = ()
    misses: tuple[DayMiss, ...] = ()
    #: Why the pupil is away on the day, as the class teacher confirmed it.
    reason: ReasonCode | None = None


@dataclass(frozen=True, kw_only=True)
class RiskPupil:
    """A pupil of the group with the days that are looked at, the newest first (INS-3.2.7)."""

    pupil_id: UUID
    name: str
    grounds: tuple[RiskGround, ...]
    days: Mapping[date, RiskDay]


@dataclass(frozen=True, kw_only=True)
class RiskChecked:
    """A week of the risk group's families that the class teacher signed off (INS-3.2.8)."""

    monday: date
    checked_at: datetime
    checked_by: str
    note: str
    #: Pupil's name → the days of the week on which a representative opened the diary.
    lines: tuple[tuple[str, tuple[date, ...]], ...]
