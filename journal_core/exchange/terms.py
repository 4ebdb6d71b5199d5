"""Words and values of import and export: sheets as they were read, problems, what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

#: What tells an archive of OneRoster from any other.
MANIFEST = "manifest.csv"

Cell = str | int | float | bool | date | datetime | time | None


class SheetKind(StrEnum):
    """The sheets of a workbook, in the order in which they build on each other (POL-3.4.1)."""

    STAFF = "staff"
    CLASSES = "classes"
    PUPILS = "pupils"
    REPRESENTATIVES = "representatives"
    SUBJECTS = "subjects"
    GROUPS = "groups"
    GROUP_MEMBERS = "group_members"
    CURRICULUM = "curriculum"
    LOAD = "load"
    PERIODS = "periods"
    HOLIDAYS = "holidays"
    BELLS = "bells"
    TIMETABLE = "timetable"
    PLANS = "plans"


class Reason(StrEnum):
    """Why a row is not taken. The portal has the words."""

    BELLS_SPAN = "bells_span"
    CELL_BROKEN = "cell_broken"
    CELL_LONG = "cell_long"
    CELL_MERGED = "cell_merged"
    CHOICE = "choice"
    CLASH_CLASS = "clash_class"
    CLASH_GROUP = "clash_group"
    CLASH_ROOM = "clash_room"
    CLASH_TEACHER = "clash_teacher"
    CLASS_FORM = "class_form"
    CLASS_UNKNOWN = "class_unknown"
    COLUMN_MISSING = "column_missing"
    DATE_AHEAD = "date_ahead"
    DATE_FORM = "date_form"
    GROUP_UNKNOWN = "group_unknown"
    HOURS = "hours"
    MAIL_FORM = "mail_form"
    MUST_BE_EMPTY = "must_be_empty"
    NAME_FORM = "name_form"
    NOT_IN_CLASS = "not_in_class"
    NUMBER_FORM = "number_form"
    ORDER_MISSING = "order_missing"
    ORDER_OTHER_KIND = "order_other_kind"
    PERIOD_MEETS = "period_meets"
    PERSON_DOUBTFUL = "person_doubtful"
    PLAN_TAKEN = "plan_taken"
    PUPIL_DOUBTFUL = "pupil_doubtful"
    PUPIL_OTHER = "pupil_other"
    PUPIL_UNKNOWN = "pupil_unknown"
    REGULAR_TAKEN = "regular_taken"
    REPEATED = "repeated"
    REQUIRED = "required"
    SINCE_DIFFERS = "since_differs"
    SPAN = "span"
    SPAN_MEETS = "span_meets"
    SUBJECT_UNKNOWN = "subject_unknown"
    TEACHER_UNKNOWN = "teacher_unknown"
    TIME_FORM = "time_form"
    VERSION_PUBLISHED = "version_published"
    YEAR_FORM = "year_form"


class Verdict(StrEnum):
    """What became of a row that is sound."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with one row; `column` is its heading, "" when it is the whole row."""

    sheet: SheetKind
    row: int
    column: str
    value: str
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A column of a row that changes what is there; "" is an empty cell."""

    sheet: SheetKind
    row: int
    column: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class RawSheet:
    """A sheet as text: its headings, and each row under its number in the file."""

    title: str
    headings: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    #: Numbers of rows of which a merged cell takes a part.
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Book:
    """What was read from one file, `hidden` and `unknown` being titles of what was left out.

    `oneroster` holds the tables of another system, which become sheets when they are gone through.
    """

    sheets: Mapping[SheetKind, RawSheet]
    oneroster: Mapping[str, RawSheet] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    unknown: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an import would do: how many rows of each sheet are what, and what is wrong."""

    counts: Mapping[SheetKind, Mapping[Verdict, int]]
    problems: Sequence[Problem] = field(repr=False)
    #: What the first changed rows change.
    differences: Sequence[Difference] = field(default=(), repr=False)

    @property
    def changes_nothing(self) -> bool:
        return not any(
            count[Verdict.NEW] or count[Verdict.CHANGED] for count in self.counts.values()
        )


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one file may hold."""

    megabytes: int
    rows: int
