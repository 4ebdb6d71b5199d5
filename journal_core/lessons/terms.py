"""Why a teacher is away, who can stand in, and what a lesson of a day is to those who see it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.classes.terms import GroupKind
from journal_core.people.terms import PersonName


class AbsenceReason(StrEnum):
    ILLNESS = "illness"
    TRIP = "trip"
    TRAINING = "training"
    LEAVE = "leave"
    OTHER = "other"


class Nearness(StrEnum):
    """How near a free teacher is to the lesson, the nearest first."""

    #: Has the other group of the class at this very hour, and takes both together.
    JOINED = "joined"
    SUBJECT = "subject"
    CLASS = "class"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class LessonKey:
    """What makes a lesson of a day this lesson, whoever gives it and wherever."""

    day: date
    number: int
    class_id: UUID
    group_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, kw_only=True)
class Given:
    """What may change of a lesson that stays the same: teacher, room, and the version."""

    teacher_id: UUID
    room: str
    version_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class LaidLesson:
    """A lesson as it stands in the year."""

    id: UUID
    key: LessonKey
    given: Given
    is_kept: bool
    #: Substituted or cancelled: somebody decided on it.
    is_decided: bool


@dataclass(frozen=True, kw_only=True)
class Laying:
    """What laying the timetable anew would change in the lessons of the year."""

    added: tuple[tuple[LessonKey, Given], ...] = ()
    #: Same lesson, another teacher, room or version: id and the new values.
    changed: tuple[tuple[UUID, Given], ...] = ()
    removed: tuple[UUID, ...] = ()
    #: Those of `removed` that were substituted or cancelled: they are named, not lost silently.
    undone: tuple[UUID, ...] = ()
    #: Substituted lessons whose teacher changed; they stay as they were set.
    held: tuple[UUID, ...] = ()
    #: Lessons that are kept, though the timetable has them no more; they stay.
    kept: tuple[UUID, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, kw_only=True)
class PastChange:
    """How many days that are over, and lessons of them, publishing a version would change."""

    days: int
    lessons: int


@dataclass(frozen=True, kw_only=True)
class DayLesson:
    """A lesson of a day with its names and who gives it."""

    id: UUID
    day: date
    number: int
    class_id: UUID
    class_name: str
    grade: int
    group_id: UUID | None
    group_name: str
    #: Of its group; None for a lesson of the whole class.
    kind: GroupKind | None
    subject_id: UUID
    subject: str
    room: str
    teacher_id: UUID
    teacher: PersonName
    #: Whether who gives it, the substitute or else its teacher, is recorded as away at that hour
    #: or works at the school no more.
    is_away: bool
    substitute_id: UUID | None
    substitute: PersonName | None
    is_joined: bool
    cancelled_at: datetime | None
    cancelled_reason: str
    kept_at: datetime | None
    roll_called_at: datetime | None
    topic: str
    topic_id: UUID | None
    topic_written_at: datetime | None
    reason: AbsenceReason | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def decision(self) -> "Decision":
        """What is decided on it now."""
        return Decision(
            lesson_id=self.id,
            substitute_id=self.substitute_id,
            cancelled_reason=self.cancelled_reason,
            is_cancelled=self.is_cancelled,
        )

    @property
    def is_unfilled(self) -> bool:
        """Who gives it is not there, and nobody decided what becomes of it."""
        return self.is_away and not (self.is_cancelled or self.kept_at)


@dataclass(frozen=True, kw_only=True)
class AbsenceView:
    """A teacher's absence; `lessons` fall into it, their own and those they give for another.

    `unfilled` of them wait for a decision.
    """

    id: UUID
    teacher_id: UUID
    teacher: PersonName
    since: date
    until: date
    first_number: int | None
    last_number: int | None
    reason: AbsenceReason
    note: str
    order_number: str
    recorded_by: str
    lessons: int = 0
    unfilled: int = 0


@dataclass(frozen=True, kw_only=True)
class FreeTeacher:
    """One who can take the lesson, and how near to it they are."""

    person_id: UUID
    name: PersonName
    nearness: Nearness


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of one lesson: a substitute, or a reason not to hold it, or neither."""

    lesson_id: UUID
    substitute_id: UUID | None = None
    cancelled_reason: str = ""
    is_cancelled: bool = False
    #: The `word` of what the page showed that it was made on; None elsewhere.
    seen: str | None = None

    @property
    def word(self) -> str:
        """What is decided, told shortly: another as soon as the decision is another."""
        what = "cancel" if self.is_cancelled else self.substitute_id or ""
        return f"{what}:{self.cancelled_reason}"


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """Who is busy, away and near in the days that are looked at."""

    names: dict[UUID, PersonName] = field(default_factory=dict)
    #: Who gives what at an hour of a day: person → class, group and subject.
    busy: dict[tuple[date, int], dict[UUID, tuple[UUID, UUID | None, UUID]]] = field(
        default_factory=dict
    )
    away: frozenset[tuple[UUID, date, int]] = frozenset()
    subjects: frozenset[tuple[UUID, UUID]] = frozenset()
    classes: frozenset[tuple[UUID, UUID]] = frozenset()
