"""A place in the week, how two lessons cannot both have it, and what a grid shows."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.people.terms import PersonName

#: Lessons are from Monday, 1, to Saturday, 6.
WEEKDAYS = range(1, 7)
#: Lessons of a day; 0 is before the first.
NUMBERS = range(13)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One lesson of the week: of a whole class, or of one group of it. Monday is weekday 1."""

    weekday: int
    number: int
    class_id: UUID
    group_id: UUID | None = None
    subject_id: UUID
    teacher_id: UUID
    #: "" where no room is named.
    room: str = ""


class ClashKind(StrEnum):
    TEACHER = "teacher"
    CLASS = "class"
    GROUP = "group"
    ROOM = "room"


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Two lessons of one hour that need the same teacher, children or room."""

    kind: ClashKind
    first: Slot
    second: Slot

    @property
    def weekday(self) -> int:
        return self.first.weekday

    @property
    def number(self) -> int:
        return self.first.number


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """A version of the year's timetable; `valid_until` None is to the end of the year."""

    id: UUID
    academic_year: int
    name: str
    valid_from: date
    valid_until: date | None
    published_at: datetime | None
    published_by: str
    lessons: int

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def holds_on(self, day: date) -> bool:
        """Whether lessons of the day are given by it; its first and its last day count."""
        until = self.valid_until
        return self.is_published and self.valid_from <= day and (until is None or day <= until)


@dataclass(frozen=True, kw_only=True)
class PlannedLesson:
    """A lesson of the week with its names, as a grid shows it."""

    slot: Slot
    class_name: str
    group_name: str
    subject: str
    subject_short: str
    teacher: PersonName


@dataclass(frozen=True, kw_only=True)
class LoadGap:
    """Where the week has other hours than the teaching load, of a class or its group."""

    class_name: str
    group_name: str
    subject: str
    #: Lessons of the week.
    planned: int
    #: Hours a week of the load.
    hours: float


@dataclass(frozen=True, kw_only=True)
class LoadChoice:
    """What may stand in a cell of the class: a line of its teaching load (INS-3.6.2)."""

    subject_id: UUID
    teacher_id: UUID
    group_id: UUID | None
    subject: str
    group_name: str
    teacher: PersonName
    #: Hours a week.
    hours: float
