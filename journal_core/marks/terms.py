"""Types of work, marks as they are written, averages with their arithmetic."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from journal_core.lessons.terms import DayLesson

#: The digits that are marks.
DIGITS = frozenset("2345")
PASSED, NOT_PASSED = "зч", "нз"
#: Two marks of one cell.
JOINT = "/"
MOST_MARKS_IN_CELL = 2
COMMENT_LENGTH = 300
#: The letter of a control work (INS-3.3.15).
CONTROL = "К"
CODE_LENGTH = 5
TITLE_LENGTH = 300


@dataclass(frozen=True, kw_only=True)
class WorkType:
    """A type of work: its letter stands over the column (INS-3.3.13).

    `check_days` after the day of the work its marks are due, by the end of the day; 0 is for the
    same day and its hour.
    """

    code: str
    name: str
    weight: int = 1
    check_days: int = 0
    is_written: bool = False
    is_in_use: bool = True

    @property
    def is_sound(self) -> bool:
        """Whether a school may list it so."""
        has_words = 0 < len(self.code) <= CODE_LENGTH and bool(self.name)
        return has_words and self.weight > 0 and self.check_days >= 0


#: What a school begins with (INS-3.3.5, 3.3.6, POL-3.6.4); it may save a list of its own.
WORK_TYPES = (
    WorkType(code="О", name="Ответ на уроке"),
    WorkType(code="Дз", name="Домашнее задание"),
    WorkType(code="К", name="Контрольная работа", weight=3, check_days=3, is_written=True),
    WorkType(code="С", name="Самостоятельная работа", weight=2, check_days=7, is_written=True),
    WorkType(code="Т", name="Тест", weight=2, check_days=3, is_written=True),
    WorkType(code="Л", name="Лабораторная работа", weight=2, check_days=7, is_written=True),
    WorkType(code="П", name="Практическая работа", weight=2, check_days=7, is_written=True),
    WorkType(code="Д", name="Диктант", weight=2, check_days=3, is_written=True),
    WorkType(code="И", name="Изложение", weight=2, check_days=7, is_written=True),
    WorkType(code="Сч", name="Сочинение", weight=2, check_days=7, is_written=True),
    WorkType(code="Пр", name="Проект", weight=2, check_days=7, is_written=True),
)


@dataclass(frozen=True, kw_only=True)
class WorkView:
    """A work of a lesson. Its marks are in time until `term`, a moment of the school's zone."""

    id: UUID
    lesson_id: UUID
    day: date
    type: WorkType
    title: str
    is_administrative: bool
    checked_at: datetime | None
    term: datetime
    #: How many marks it has, and how many pupils it was given to.
    marks: int = 0
    pupils: int = 0

    @property
    def last_day(self) -> date:
        """The day on which its marks are in time for the last time."""
        return (self.term - timedelta(microseconds=1)).date()

    @property
    def is_checked(self) -> bool:
        return self.checked_at is not None or 0 < self.pupils <= self.marks


@dataclass(frozen=True, kw_only=True)
class ControlWork:
    """A control work with its lesson: of the deputy's schedule, or the teacher's own (INS-3.3.15).

    `meets` names the subjects in which the class has another one on the day.
    """

    id: UUID
    lesson: DayLesson
    grade: int
    type: WorkType
    title: str
    is_administrative: bool
    marks: int
    meets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WeighedMark:
    """One number and how much it counts."""

    number: int
    weight: int = 1


@dataclass(frozen=True, kw_only=True)
class Average:
    """The average of marks and how it comes about: `total` / `weights`; None without marks."""

    marks: tuple[WeighedMark, ...] = ()

    @property
    def count(self) -> int:
        return len(self.marks)

    @property
    def total(self) -> int:
        return sum(one.number * one.weight for one in self.marks)

    @property
    def weights(self) -> int:
        return sum(one.weight for one in self.marks)

    @property
    def value(self) -> Decimal | None:
        """To two places, half up, as it is shown."""
        if not self.marks:
            return None
        cents = (self.total * 200 + self.weights) // (2 * self.weights)
        return Decimal(cents) / 100
