"""Topics of a plan, how the rest of it is re-laid, and what the pages show of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

TITLE_LENGTH = HOMEWORK_LENGTH = 1000
SECTION_LENGTH = 300
#: Hours of one topic; more is a mistake of typing.
MOST_HOURS = 200
#: Rows of one plan; a year of a subject has at most some 280 lessons.
MOST_TOPICS = 1000


class CorrectionKind(StrEnum):
    MERGED = "merged"
    MOVED = "moved"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a row of a plan says; `hours` are lessons."""

    section: str = ""
    title: str
    hours: int
    homework: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanRow(Topic):
    """A row as it is saved: `id` is that of the topic it stands for, None for a new one."""

    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A topic where the plan has it; one that a lesson has given is never touched again."""

    id: UUID
    title: str
    hours: int
    section: str = ""
    is_given: bool = False
    merged_into: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of one topic.

    Merged: it is given together with the topic before it. Dropped: less of it is given. Both
    leave `hours` of it, fewer than there were, 0 included. Moved: it becomes row `number`,
    counted from 1.
    """

    topic_id: UUID
    kind: CorrectionKind
    hours: int = 0
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One line of the correction sheet; `number` is where the topic stood before."""

    topic_id: UUID
    number: int
    kind: CorrectionKind
    title: str
    hours_before: int
    hours_after: int


@dataclass(frozen=True, kw_only=True)
class Relaid:
    topics: tuple[Laid, ...]
    lines: tuple[Correction, ...]

    def lost(self, kind: CorrectionKind) -> int:
        """The hours that corrections of the kind have taken away."""
        return sum(one.hours_before - one.hours_after for one in self.lines if one.kind == kind)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A plan and the lessons of its class, counted.

    hours, corrected    of the plan now, and what re-laying took away from it
    past, cancelled     lessons until now, and those of them that were not held
    given               hours of the plan that lessons have given
    open_past, ahead    lessons held without a topic, and lessons still to come
    """

    hours: int
    corrected: int = 0
    past: int = 0
    cancelled: int = 0
    given: int = 0
    open_past: int = 0
    ahead: int = 0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Plan against fact (POL-2.2.10): `balance` is hours ahead, behind when below zero.

    `missing` is how many hours of the rest find no lesson until the end of the year.
    """

    planned: int
    held: int
    given: int
    balance: int
    rest: int
    lessons_left: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class PlanCard:
    """A plan in a list."""

    id: UUID
    academic_year: int
    subject: str
    grade: int
    title: str
    author: str
    class_name: str
    group_name: str
    topics: int
    hours: int
    is_shared: bool
    is_own: bool

    @property
    def course(self) -> str:
        """«7А», «7А, 1 группа», or "" for a plan of the base."""
        return ", ".join(part for part in (self.class_name, self.group_name) if part)


@dataclass(frozen=True, kw_only=True)
class TopicView(Topic):
    """A topic on a page: `given` counts its lessons, `together` names what is given with it."""

    id: UUID
    number: int
    given: int = 0
    is_merged: bool = False
    together: tuple[str, ...] = ()

    @property
    def taught_title(self) -> str:
        """What a lesson of the topic is about."""
        return " ".join(_sentence(title) for title in (self.title, *self.together)).rstrip(".")


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A plan with its topics and what the reader may do with it.

    `curriculum_hours` is what the curriculum asks of the year; None where it asks nothing.
    """

    card: PlanCard
    subject_id: UUID
    class_id: UUID | None
    group_id: UUID | None
    saved_at: datetime
    topics: tuple[TopicView, ...]
    takes_homework: bool
    curriculum_hours: int | None
    weekly_hours: float | None
    study_weeks: int
    may_edit: bool
    may_take_over: bool
    corrections: int = 0

    @property
    def is_base(self) -> bool:
        return self.class_id is None and self.group_id is None

    @property
    def sections(self) -> list[tuple[str, list[TopicView]]]:
        """The topics under their sections, in the plan's order."""
        parts: list[tuple[str, list[TopicView]]] = []
        for topic in self.topics:
            if not parts or parts[-1][0] != topic.section:
                parts.append((topic.section, []))
            parts[-1][1].append(topic)
        return parts


@dataclass(frozen=True, kw_only=True)
class Course:
    """A subject in a class or a group, and who teaches it."""

    class_id: UUID | None
    group_id: UUID | None
    subject_id: UUID
    grade: int
    class_name: str
    group_name: str
    subject: str
    teachers: tuple[str, ...] = ()
    teacher_ids: frozenset[UUID] = frozenset()
    plan_id: UUID | None = None

    @property
    def name(self) -> str:
        return ", ".join(part for part in (self.class_name, self.group_name) if part)


@dataclass(frozen=True, kw_only=True)
class CourseProgress:
    """A course with its plan against its lessons; no figures without a plan or any lessons."""

    course: Course
    progress: Progress | None

    @property
    def worst_first(self) -> tuple[int, int, int, str, str]:
        """No plan, then what does not fit into the year, then what is behind."""
        course, found = self.course, self.progress
        if found is None:
            return (2 if course.plan_id else 0, 0, course.grade, course.name, course.subject)
        return (1, found.balance - found.missing, course.grade, course.name, course.subject)


@dataclass(frozen=True, kw_only=True)
class CorrectionView:
    """A line of the kept correction sheet."""

    number: int
    kind: CorrectionKind
    title: str
    hours_before: int
    hours_after: int
    reason: str
    corrected_at: datetime
    corrected_by: str
    into: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in a row that was read: `column` and `reason` are codes with words above."""

    column: str
    reason: str
    typed: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadRow:
    """A row of a table as it was understood; `line` counts the table's rows from 1."""

    line: int
    topic: Topic
    hours_typed: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadTable:
    rows: tuple[ReadRow, ...] = ()
    #: Which columns were found, in their order in the table.
    columns: tuple[str, ...] = field(default=())

    @property
    def topics(self) -> tuple[Topic, ...]:
        return tuple(row.topic for row in self.rows)

    @property
    def bad(self) -> tuple[ReadRow, ...]:
        return tuple(row for row in self.rows if row.faults)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
