"""The class teacher's report to the parents, a sheet for each pupil (POL-2.2.6, INS-3.2.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from documents.paper import PaperContext, Word, day


@dataclass(frozen=True, kw_only=True)
class SubjectLine:
    """A subject; `given` are its period marks in the order of the report's `refs`, "" for none."""

    subject: str
    marks: tuple[str, ...]
    average: str
    missed: int
    given: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AbsenceLine:
    """A day: how many lessons, and why."""

    day: date
    missed: int
    late: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AdviceLine:
    subject: str
    text: str
    written_on: date
    written_by: str


@dataclass(frozen=True, kw_only=True)
class ParentsReport(PaperContext):
    """One pupil in the days, both within; `sums` tell the absences together."""

    print_name: ClassVar[str] = "parents_report"

    school_short_name: str
    pupil: str
    class_name: str
    class_teacher: str
    since: date
    until: date
    printed_on: date
    refs: tuple[str, ...]
    subjects: tuple[SubjectLine, ...]
    absences: tuple[AbsenceLine, ...]
    sums: tuple[str, ...]
    advice: tuple[AdviceLine, ...]

    @property
    def title(self) -> str:
        return f"Отчёт для родителей: {self.pupil}, {day(self.since)}–{day(self.until)}"

    @property
    def dated(self) -> date | None:
        return self.printed_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "pupil": self.pupil,
            "class_name": self.class_name,
            "class_teacher": self.class_teacher,
            "since": day(self.since),
            "until": day(self.until),
            "printed_on": day(self.printed_on),
            "refs": self.refs,
            "subjects": tuple(
                {
                    "subject": one.subject,
                    "marks": " ".join(one.marks),
                    "average": one.average,
                    "missed": str(one.missed or ""),
                    **{f"given{place}": value for place, value in enumerate(one.given)},
                }
                for one in self.subjects
            ),
            "absences": tuple(
                {
                    "day": f"{one.day:%d.%m}",
                    "missed": f"уроков {one.missed}" if one.missed else "",
                    "late": "опоздание" if one.late else "",
                    "reason": one.reason,
                }
                for one in self.absences
            ),
            "sums": self.sums,
            "advice": tuple(
                {
                    "subject": one.subject,
                    "text": one.text,
                    "who": f"{one.written_by}, {day(one.written_on)}",
                }
                for one in self.advice
            ),
        }
