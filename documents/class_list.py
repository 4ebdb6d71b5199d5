"""The list of a class on a date, for the class teacher's folder (POL-3.4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from documents.paper import PaperContext, Word, day


@dataclass(frozen=True, kw_only=True)
class ClassListLine:
    """A pupil, in the order of the list."""

    name: str
    birth_date: date | None
    representatives: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClassList(PaperContext):
    """One class; `class_teacher` is "" where none is appointed."""

    print_name: ClassVar[str] = "class_list"

    school_short_name: str
    class_name: str
    academic_year: int
    class_teacher: str
    listed_on: date
    pupils: tuple[ClassListLine, ...]

    @property
    def title(self) -> str:
        return f"Список {self.class_name} класса на {day(self.listed_on)}"

    @property
    def dated(self) -> date | None:
        return self.listed_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "class_name": self.class_name,
            "academic_year": f"{self.academic_year}/{self.academic_year + 1}",
            "class_teacher": self.class_teacher,
            "listed_on": day(self.listed_on),
            "pupils": tuple(
                {
                    "number": str(number),
                    "name": pupil.name,
                    "born": day(pupil.birth_date) if pupil.birth_date else "",
                    "representatives": "; ".join(pupil.representatives),
                }
                for number, pupil in enumerate(self.pupils, start=1)
            ),
        }
