"""The diary as a pupil and a parent read it: days with lessons, marks by subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from journal_core.attendance.terms import Days, Presence, ReasonCode, Totals
from journal_core.classes.rules import takes_marks
from journal_core.homework.terms import HomeworkView
from journal_core.lessons.terms import DayLesson
from journal_core.marks.terms import Average, WorkType
from journal_core.period_marks.terms import PeriodRef


@dataclass(frozen=True, kw_only=True)
class DiaryPupil:
    """Whose diary it is; the class is that of the day, "" and None while the pupil is in none."""

    id: UUID
    name: str
    class_name: str = ""
    grade: int | None = None

    @property
    def takes_marks(self) -> bool:
        """False in grade 1: neither marks nor homework there (POL-1.4)."""
        return self.grade is None or takes_marks(self.grade)


@dataclass(frozen=True, kw_only=True)
class DiaryMark:
    """A mark, what it is for, and the teacher's words."""

    value: str
    comment: str
    day: date
    type: WorkType
    title: str


@dataclass(frozen=True, kw_only=True)
class DiaryLesson:
    """A lesson of the pupil. `due` was set for it, `sets` is what it sets for later.

    starts, ends    by the bells of the day; None where none are known
    takes_marks     neither marks nor homework where not (POL-1.4)
    reason          confirmed by the class teacher, of a lesson that was missed
    """

    lesson: DayLesson
    starts: time | None
    ends: time | None
    takes_marks: bool
    due: tuple[HomeworkView, ...]
    sets: HomeworkView | None
    marks: tuple[DiaryMark, ...]
    presence: Presence | None
    reason: ReasonCode | None


@dataclass(frozen=True, kw_only=True)
class DiaryDay:
    """A day by its lessons; `due` is for it, though no lesson of the subject stands in it."""

    day: date
    class_name: str
    lessons: tuple[DiaryLesson, ...]
    due: tuple[HomeworkView, ...] = ()

    @property
    def tasks(self) -> tuple[tuple[str, HomeworkView], ...]:
        """All that is to be done for the day, each with its subject."""
        of_lessons = tuple((one.lesson.subject, task) for one in self.lessons for task in one.due)
        return of_lessons + tuple((task.subject, task) for task in self.due)

    @property
    def minutes(self) -> int:
        """About how long it takes; what has no minutes adds none."""
        return sum(task.minutes or 0 for _subject, task in self.tasks)


@dataclass(frozen=True, kw_only=True)
class DiaryWeek:
    """Monday to Saturday, and Sunday where it has lessons; `ahead` is the next day of study."""

    monday: date
    days: tuple[DiaryDay, ...]
    ahead: DiaryDay | None = None

    @property
    def is_empty(self) -> bool:
        return not any(one.lessons or one.due for one in self.days)


@dataclass(frozen=True, kw_only=True)
class DiarySubject:
    """A subject in the days that are looked at, with its period marks of the whole year."""

    id: UUID
    name: str
    marks: tuple[DiaryMark, ...]
    average: Average
    given: Mapping[PeriodRef, str]
    missed: int
    late: int


@dataclass(frozen=True, kw_only=True)
class DiaryMarks:
    """All subjects of a pupil in the days, and what they missed in them."""

    days: Days
    subjects: tuple[DiarySubject, ...]
    attendance: Totals

    @property
    def refs(self) -> frozenset[PeriodRef]:
        """What of the year a mark is given for in any subject."""
        return frozenset(ref for one in self.subjects for ref in one.given)
