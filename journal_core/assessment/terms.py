"""How often a pupil was asked, and what that lacks."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from journal_core.journal.terms import CourseView


class Lack(StrEnum):
    """Whether a pupil was asked often enough (INS-3.3.9)."""

    NONE = "none"
    FEW = "few"
    ENOUGH = "enough"


@dataclass(frozen=True, kw_only=True)
class AskedSince:
    """The first days of the two spans in which marks are counted; today is their last."""

    first: date
    second: date


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How often a pupil was asked: marks in the first and in the second span, the last one's day.

    `since` is the first day from which marks could be given to the pupil in the course.
    """

    in_first: int = 0
    in_second: int = 0
    last_on: date | None = None
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class AskedPupil:
    pupil_id: UUID
    name: str
    asked: Asked
    lack: Lack
    #: Is said to be away on the day of the next lesson, or was not in the last one.
    is_away: bool = False
    was_absent: bool = False


@dataclass(frozen=True, kw_only=True)
class AskedCourse:
    """A course with who is to be asked, the most urgent first; `wanted` marks in the second span.

    `next_on` is the day of the next lesson; None when none is laid.
    """

    course: CourseView
    spans: AskedSince
    wanted: int
    pupils: tuple[AskedPupil, ...]
    next_on: date | None = None

    def count(self, lack: Lack) -> int:
        return sum(one.lack is lack for one in self.pupils)
