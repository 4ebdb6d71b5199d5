"""The diary as a pupil and a parent read it: days with lessons, marks by subject, a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from journal_core.attendance.terms import Days, Presence, ReasonCode, Totals
from journal_core.classes.rules import takes_marks
from journal_core.forecast.terms import Forecast
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
class DiaryYear:
    """An academic year of the pupil; the class is the last one in it (POL-2.2.4)."""

    academic_year: int
    class_name: str
    grade: int


@dataclass(frozen=True, kw_only=True)
class MarkChange:
    """What stood before and after; "" for nothing. `slip` is the approval's number (INS-3.3.13)."""

    old: str
    new: str
    at: datetime
    by: str
    slip: int | None


@dataclass(frozen=True, kw_only=True)
class DiaryMark:
    """A mark, what it is for, and the teacher's words; the lesson and the work name its cell.

    `changes` are those after it was first written, the newest first; a mark that was taken away
    has the value "".
    """

    value: str
    comment: str
    day: date
    type: WorkType
    title: str
    lesson_id: UUID
    work_id: UUID
    changes: tuple[MarkChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MissedLesson:
    """A lesson that the pupil missed or came late to; the reason is the confirmed one."""

    lesson_id: UUID
    day: date
    number: int
    presence: Presence
    reason: ReasonCode | None


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
    """A subject in the days that are looked at, with its period marks of the whole year.

    `forecast` is of the period that runs; None where none does, or no marks are given.
    """

    id: UUID
    name: str
    marks: tuple[DiaryMark, ...]
    average: Average
    given: Mapping[PeriodRef, str]
    missed: int
    late: int
    forecast: Forecast | None = None


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


@dataclass(frozen=True, kw_only=True)
class SubjectPage:
    """All of one subject in an academic year, the newest first."""

    id: UUID
    name: str
    marks: tuple[DiaryMark, ...]
    missed: tuple[MissedLesson, ...]
    average: Average
    given: Mapping[PeriodRef, str]
    forecast: Forecast | None = None


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of a subject: the pupil's marks, the class's average, lessons and absences.

    `of_class` is the average of the other pupils, None where too few of them have marks.
    """

    first: date
    average: Average
    of_class: Decimal | None
    lessons: int
    missed: int
    late: int


@dataclass(frozen=True, kw_only=True)
class SubjectYear:
    """A subject over the months of an academic year that had lessons."""

    id: UUID
    name: str
    months: tuple[Month, ...]
