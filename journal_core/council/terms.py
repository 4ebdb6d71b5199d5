"""What the class council is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from journal_core.academic_year.terms import Period
from journal_core.marks.terms import Average
from journal_core.period_marks.terms import PeriodRef


class Standing(StrEnum):
    """How a pupil came through the period, as the class council names it."""

    EXCELLENT = "excellent"
    GOOD = "good"
    ONE_THREE = "one_three"
    PASSING = "passing"
    FAILING = "failing"
    NOT_ASSESSED = "not_assessed"
    #: A mark is not given yet.
    UNFINISHED = "unfinished"


@dataclass(frozen=True, kw_only=True)
class CouncilSubject:
    """A subject of the class with those who teach it."""

    id: UUID
    name: str
    short_name: str
    teachers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CouncilCell:
    """A pupil in a subject: the mark, or the average of what there is while it is missing."""

    value: str
    average: Average
    teachers: tuple[str, ...] = ()
    group_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CouncilRow:
    pupil_id: UUID
    number: int
    name: str
    cells: Mapping[UUID, CouncilCell]
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The marks that a teacher has not given yet in a subject: whose."""

    subject_id: UUID
    subject: str
    teachers: tuple[str, ...]
    pupils: tuple[str, ...]
    group_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Council:
    """A class and all its subjects in one period."""

    class_id: UUID
    class_name: str
    academic_year: int
    ref: PeriodRef
    refs: tuple[PeriodRef, ...]
    periods: tuple[Period, ...]
    subjects: tuple[CouncilSubject, ...]
    rows: tuple[CouncilRow, ...]
    gaps: tuple[Gap, ...]

    def count(self, standing: Standing) -> int:
        return sum(row.standing is standing for row in self.rows)
