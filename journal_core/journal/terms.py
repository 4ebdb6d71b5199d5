"""The page of the journal: columns, rows, cells, what is closed."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from journal_core.attendance.terms import Presence, ReasonCode
from journal_core.cells.terms import CellChangeView, CellKind
from journal_core.classes.rules import takes_marks
from journal_core.classes.terms import GroupKind
from journal_core.corrections.terms import CellRef
from journal_core.lessons.terms import DayLesson
from journal_core.marks.rules import check_days, check_term
from journal_core.marks.terms import Average, WorkType, WorkView
from journal_core.school.terms import SchoolSettings


@dataclass(frozen=True, kw_only=True)
class CourseKey:
    """A page of the journal: a subject in a class, or in a group of it."""

    class_id: UUID
    subject_id: UUID
    group_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CourseView:
    """A page of the journal by its names; `kind` is that of its group, None without one."""

    key: CourseKey
    academic_year: int
    class_name: str
    grade: int
    group_name: str
    kind: GroupKind | None
    subject: str
    #: The reader leads the class.
    is_led: bool = False

    @property
    def name(self) -> str:
        """«7А», «7А, 1 группа»."""
        return ", ".join(part for part in (self.class_name, self.group_name) if part)

    @property
    def takes_marks(self) -> bool:
        return takes_marks(self.grade, self.kind)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a lesson's rules are read by: those of its own day (POL-3.6.3, 3.6.5)."""

    lesson: DayLesson
    period_until: date | None
    #: The end of the class's last lesson of the day; None where no bells are known.
    last_bell: time | None
    settings: SchoolSettings
    zone: ZoneInfo

    @property
    def takes_marks(self) -> bool:
        return takes_marks(self.lesson.grade, self.lesson.kind)

    def term_of(
        self,
        kind: WorkType,
        *,
        is_administrative: bool = False,
        assigned_at: datetime | None = None,
    ) -> datetime:
        """Until when marks for a work of the type are in time.

        A longer term than the day's is for works assigned by the end of the day: a type chosen
        afterwards opens nothing that was closed (INS-3.3.13).
        """
        if assigned_at and assigned_at.astimezone(self.zone).date() > self.lesson.day:
            return self.day_term
        days = check_days(
            kind,
            subject=self.lesson.subject,
            grade=self.lesson.grade,
            is_administrative=is_administrative,
            settings=self.settings,
        )
        return check_term(self.lesson.day, days, self.last_bell, self.settings, self.zone)

    @property
    def day_term(self) -> datetime:
        """Until when topic and homework are in time: an hour after the lessons of the class."""
        return check_term(self.lesson.day, 0, self.last_bell, self.settings, self.zone)


@dataclass(frozen=True, kw_only=True)
class CellFacts:
    """All that says whether a cell may be written at `now`, a moment of the school's zone.

    term            until when a mark of the work is in time; the end of the day for attendance
    period_until    last day of the lesson's grading period; None when it lies in none
    first_written   when the mark that stands in it was first written; None for an empty cell
    is_member       the pupil is in the class (and group) on the day of the lesson
    is_own          the actor writes in the lesson (INS-3.3.3)
    is_open         an approval holds the cell open (INS-3.3.13)
    """

    now: datetime
    kind: CellKind
    day: date
    term: datetime
    takes_marks: bool
    is_own: bool
    is_cancelled: bool
    is_member: bool
    period_until: date | None
    period_close_days: int
    first_written: datetime | None = None
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Closed:
    """Why a cell is closed: the words' code, the clause; and whether an approval opens it."""

    code: str
    clause: str
    may_be_opened: bool = False


@dataclass(frozen=True, kw_only=True)
class CellEdit:
    """What somebody wants a cell to hold; "" empties it.

    `work_id` None with a mark means the lesson's work of the school's default type, which is
    assigned by it. Attendance and its comment have no work. `seen` is what the cell showed when
    it was changed; None where it does not matter.
    """

    lesson_id: UUID
    pupil_id: UUID
    kind: CellKind
    value: str
    work_id: UUID | None = None
    seen: str | None = None


@dataclass(frozen=True, kw_only=True)
class CellSaved:
    """The cell holds the value now; `was` is what undoing would put back."""

    edit: CellEdit
    work_id: UUID | None
    value: str
    was: str
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class CellRefused:
    """A rule forbids it; nothing was written."""

    edit: CellEdit
    closed: Closed


@dataclass(frozen=True, kw_only=True)
class CellConflict:
    """Somebody else wrote it since it was seen: `value` stands, by whom and when."""

    edit: CellEdit
    value: str
    by: str
    at: datetime | None


CellResult = CellSaved | CellRefused | CellConflict


class Cell(NamedTuple):
    """What a cell of the page shows."""

    mark: str = ""
    comment: str = ""
    is_late: bool = False
    #: How often the mark was changed after it was first written.
    changes: int = 0


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the page: a lesson, or one of its works. `works` is None without any."""

    lesson_id: UUID
    day: date
    number: int
    topic: str
    work: WorkView | None
    is_own: bool
    is_cancelled: bool
    #: The lesson's first column, which shows attendance.
    is_first: bool
    #: Why marks of it are closed to the reader; None where they are open.
    closed: Closed | None

    @property
    def work_id(self) -> UUID | None:
        return self.work.id if self.work else None

    @property
    def key(self) -> str:
        """Names the column in the page."""
        return f"{self.lesson_id}:{self.work_id or ''}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pupil of the page; `spans` are their days in the class or group, both ends within."""

    pupil_id: UUID
    number: int
    name: str
    spans: tuple[tuple[date, date | None], ...]
    #: By work: a pupil's mark stands in a column of a work.
    cells: dict[UUID, Cell] = field(default_factory=dict)
    presence: dict[UUID, Presence] = field(default_factory=dict)
    reasons: dict[UUID, ReasonCode] = field(default_factory=dict)
    average: Average = field(default_factory=Average)

    def is_in(self, day: date) -> bool:
        return any(since <= day <= (until or day) for since, until in self.spans)


@dataclass(frozen=True, kw_only=True)
class JournalPage:
    """A course in the days from `since` to `until`."""

    course: CourseView
    since: date
    until: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    #: Closed cells that an approval holds open for the reader (INS-3.3.13).
    opened: frozenset[CellRef] = frozenset()

    @property
    def may_write(self) -> bool:
        """Whether the reader writes in any of its lessons."""
        return any(column.is_own for column in self.columns)


@dataclass(frozen=True, kw_only=True)
class CellHistory:
    """Everything that ever stood in a cell, the newest first, and whose cell it is."""

    lesson: DayLesson
    pupil: str
    work: WorkView | None
    changes: tuple[CellChangeView, ...]
