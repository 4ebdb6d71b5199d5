"""A week of the diary's update as it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class DutyState(StrEnum):
    """Where a week stands; a school names no more of them."""

    RUNS = "runs"
    WAITS = "waits"
    OVERDUE = "overdue"
    SIGNED = "signed"


@dataclass(frozen=True, kw_only=True)
class CourseWeek:
    """What a teacher's lessons of a course lack in a week, as counts.

    `marks` is None where none are given: in grade 1 and in groups of their own. `late_works` are
    those whose term ended in the week with no mark given.
    """

    class_id: UUID
    group_id: UUID | None
    subject_id: UUID
    teacher_id: UUID
    lessons: int
    no_roll: int = 0
    no_topic: int = 0
    no_homework: int = 0
    marks: int | None = None
    late_works: int = 0
    class_name: str = ""
    group_name: str = ""
    subject: str = ""
    teacher: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether progress or attendance was not brought up to date (SVC-2.10)."""
        lacks = self.no_roll + self.no_topic + self.no_homework + self.late_works
        return lacks > 0 or self.marks == 0


@dataclass(frozen=True, kw_only=True)
class SignedWeek:
    """What is on record of a week that was checked."""

    signed_at: datetime
    signed_by: str
    remarks: str
    courses: int
    stale: int
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class DutyWeek:
    """A week from `monday` to its last day with lessons, to be checked by the end of `due_on`."""

    monday: date
    last_day: date
    due_on: date
    lessons: int
    state: DutyState
    official: str = ""
    signed: SignedWeek | None = None
