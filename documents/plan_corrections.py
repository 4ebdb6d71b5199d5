"""The correction sheet of a thematic plan: what became of its topics after lost lessons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from documents.paper import PaperContext, Word, blank, day
from journal_core.plans.terms import CorrectionKind, CorrectionView


@dataclass(frozen=True, kw_only=True)
class PlanCorrections(PaperContext):
    """A4 on its side; `lines` are in the order in which the plan was corrected."""

    print_name: ClassVar[str] = "plan_corrections"

    school_short_name: str
    academic_year: int
    subject: str
    class_name: str
    teacher: str
    lines: tuple[CorrectionView, ...]
    printed_on: date

    @property
    def title(self) -> str:
        return f"Лист корректировки КТП: {self.subject}, {self.class_name}"

    @property
    def dated(self) -> date | None:
        return self.printed_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "year": f"{self.academic_year}/{self.academic_year + 1}",
            "subject": self.subject,
            "class_name": self.class_name,
            "teacher": self.teacher or blank(30),
            "lines": tuple(_row(line) for line in self.lines),
            "before": str(sum(line.hours_before for line in self.lines)),
            "after": str(sum(line.hours_after for line in self.lines)),
            "printed_on": day(self.printed_on),
        }


def _row(line: CorrectionView) -> Mapping[str, str]:
    return {
        "number": str(line.number),
        "title": line.title,
        "before": str(line.hours_before),
        "after": str(line.hours_after),
        "reason": line.reason,
        "way": way_of(line),
        "corrected_on": day(line.corrected_at.date()),
    }


def way_of(line: CorrectionView) -> str:
    """The way of correction, as the sheet calls it."""
    if line.kind == CorrectionKind.MOVED:
        return "перенос темы"
    if line.kind == CorrectionKind.MERGED:
        return f"объединение с темой «{line.into}»" if line.into else "объединение тем"
    return "сокращение часов темы" if line.hours_after else "исключение темы"
