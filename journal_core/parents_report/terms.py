"""The report to a pupil's parents: marks, period marks, absences, recommendations of some days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journal_core.attendance.terms import Days, ReasonCode, Totals
from journal_core.marks.terms import Average
from journal_core.period_marks.terms import PeriodRef
from journal_core.recommendations.terms import RecommendationView


@dataclass(frozen=True, kw_only=True)
class ReportedSubject:
    """A subject of the days: the marks as they stand, and the period marks of the whole year."""

    name: str
    marks: tuple[str, ...]
    average: Average
    given: Mapping[PeriodRef, str]
    missed: int


@dataclass(frozen=True, kw_only=True)
class ReportedDay:
    """A day with missed lessons or a late coming; the reason is the confirmed one."""

    day: date
    missed: int
    late: int
    reason: ReasonCode | None


@dataclass(frozen=True, kw_only=True)
class PupilReport:
    """All that the parents of one pupil are told."""

    pupil_id: UUID
    name: str
    subjects: tuple[ReportedSubject, ...]
    days: tuple[ReportedDay, ...]
    totals: Totals
    recommendations: tuple[RecommendationView, ...]


@dataclass(frozen=True, kw_only=True)
class ClassReport:
    """The pupils who were in the class in the days, by name."""

    class_id: UUID
    class_name: str
    grade: int
    academic_year: int
    class_teacher: str
    days: Days
    pupils: tuple[PupilReport, ...]

    @property
    def refs(self) -> frozenset[PeriodRef]:
        """What of the year a mark is given for to anybody."""
        return frozenset(
            ref for pupil in self.pupils for subject in pupil.subjects for ref in subject.given
        )
