"""The lesson as it is kept, and what became of what was written in it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from journal_core.journal.terms import CellResult, Closed, JournalPage
from journal_core.lessons.terms import DayLesson
from journal_core.plans.terms import TopicView


@dataclass(frozen=True, kw_only=True)
class LessonBeside:
    """The lesson of the course before or after another one, and what it lacks.

    `is_double`: the reader gives both, one right after the other on one day.
    """

    id: UUID
    day: date
    number: int
    is_double: bool
    lacks_roll: bool
    lacks_topic: bool


@dataclass(frozen=True, kw_only=True)
class LessonPage:
    """A lesson as its teacher keeps it: its own columns of the journal, and what it still lacks.

    closed      why roll and topic are not the reader's to write now; None where they are
    topics      the plan that the class follows
    planned     the topic of the plan that the lesson gave, or would give next
    """

    lesson: DayLesson
    page: JournalPage
    closed: Closed | None
    roll_called_at: datetime | None
    is_roll_late: bool
    topic_written_at: datetime | None
    is_topic_late: bool
    topics: tuple[TopicView, ...]
    planned: TopicView | None
    before: LessonBeside | None
    after: LessonBeside | None

    @property
    def topic(self) -> str:
        """What stands in the line of the topic: what is written, or what the plan proposes."""
        return self.lesson.topic or (self.planned.taught_title if self.planned else "")

    @property
    def second(self) -> LessonBeside | None:
        """The second of a double lesson, while there is something that it can take over."""
        after = self.after
        if after is None or not after.is_double:
            return None
        return after if after.lacks_roll or after.lacks_topic else None

    @property
    def takes_over(self) -> bool:
        """Whether this is the second of a double lesson and can take over from the first."""
        before = self.before
        if before is None or not before.is_double:
            return False
        lacks_roll = self.roll_called_at is None and not before.lacks_roll
        return lacks_roll or (not self.lesson.topic and not before.lacks_topic)


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What the second of a double lesson took over from the first."""

    lesson_id: UUID
    number: int
    roll: bool
    topic: bool


@dataclass(frozen=True, kw_only=True)
class LessonKept:
    """What became of each cell, and what the second of a double lesson took over."""

    cells: tuple[CellResult, ...]
    carried: Carried | None = None
