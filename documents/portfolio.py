"""A pupil's portfolio on paper (POL-3.6.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from documents.paper import PaperContext, Word, day


@dataclass(frozen=True, kw_only=True)
class AchievementLine:
    """An achievement with the names of the files that are kept with it."""

    kind: str
    level: str
    title: str
    result: str
    note: str
    achieved_on: date
    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Portfolio(PaperContext):
    """One pupil; the achievements as they are to stand."""

    print_name: ClassVar[str] = "portfolio"

    school_short_name: str
    pupil: str
    class_name: str
    printed_on: date
    achievements: tuple[AchievementLine, ...]

    @property
    def title(self) -> str:
        return f"Портфолио: {self.pupil}"

    @property
    def dated(self) -> date | None:
        return self.printed_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "pupil": self.pupil,
            "class_name": self.class_name,
            "printed_on": day(self.printed_on),
            "achievements": tuple(
                {
                    "day": day(one.achieved_on),
                    "kind": one.kind,
                    "level": one.level,
                    "title": one.title,
                    "result": one.result,
                    "note": one.note,
                    "files": ", ".join(one.files),
                }
                for one in self.achievements
            ),
        }
