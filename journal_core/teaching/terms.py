"""What a teacher has to do today: lessons, what is left of earlier ones, works to check."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from journal_core.lessons.terms import DayLesson
from journal_core.marks.terms import WorkView


class Lack(StrEnum):
    """What a lesson that was given still lacks."""

    ROLL = "roll"
    TOPIC = "topic"
    HOMEWORK = "homework"
    MARKS = "marks"


@dataclass(frozen=True, kw_only=True)
class LessonFacts:
    """What is written in a lesson; `needs_homework` not in grade 1, nor in groups of their own."""

    is_roll_called: bool
    has_topic: bool
    has_homework: bool
    needs_homework: bool


@dataclass(frozen=True, kw_only=True)
class WorkToCheck:
    """A work that waits for marks: `work.pupils` wrote it; the absent ones did not."""

    work: WorkView
    lesson: DayLesson
    is_late: bool

    @property
    def left(self) -> int:
        return self.work.pupils - self.work.marks


@dataclass(frozen=True, kw_only=True)
class LessonOfDay:
    """A lesson of the teacher's day.

    It goes from `begins` to `ends`, None where no bells are known, and is written in time until
    `term`: moments of the school's zone. `is_own` is False where another gives it.
    """

    lesson: DayLesson
    begins: datetime | None
    ends: datetime | None
    term: datetime
    is_own: bool
    lacks: tuple[Lack, ...] = ()
    works: tuple[WorkToCheck, ...] = ()

    def has_begun(self, now: datetime) -> bool:
        """Before that it lacks nothing yet; without bells the whole day counts."""
        return self.begins is None or self.begins <= now


@dataclass(frozen=True, kw_only=True)
class UnwrittenLesson:
    """An earlier lesson that still lacks something; `days` ago."""

    lesson: DayLesson
    lacks: tuple[Lack, ...]
    days: int


@dataclass(frozen=True, kw_only=True)
class TeacherDay:
    """The day as the teacher has it at `now`, a moment of the school's zone."""

    now: datetime
    lessons: tuple[LessonOfDay, ...]
    #: The latest first.
    unwritten: tuple[UnwrittenLesson, ...]
    #: The soonest term first.
    works: tuple[WorkToCheck, ...]
