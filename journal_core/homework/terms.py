"""Homework as it is read, the load of a day, and all that says whether it may be written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from journal_core.files.terms import ScanState

TEXT_LENGTH = 2000
COMMENT_LENGTH = 1000
LINK_LENGTH = 500
#: About how long it takes, minutes: from, to.
LEAST_MINUTES, MOST_MINUTES = 1, 300
#: Files of one homework.
MOST_FILES = 10
#: How many of the course's next lessons are offered to set it for.
LESSONS_OFFERED = 3


@dataclass(frozen=True, kw_only=True)
class HomeworkFacts:
    """All that says whether homework may be written in a lesson at `now`, in the school's zone.

    period_until    last day of the lesson's grading period; None when it lies in none
    is_own          the lesson is the actor's to give (INS-3.3.3)
    """

    now: datetime
    takes_homework: bool
    is_own: bool
    is_cancelled: bool
    period_until: date | None
    period_close_days: int


@dataclass(frozen=True, kw_only=True)
class HomeworkFileView:
    """A file of homework. `scan` is None where no scanner looks at files."""

    file_id: UUID
    name: str
    media_type: str
    size: int
    scan: ScanState | None

    @property
    def opens(self) -> bool:
        return self.scan in {None, ScanState.CLEAN}


@dataclass(frozen=True, kw_only=True)
class HomeworkView:
    """What a lesson sets, for another lesson of the course, or that it sets nothing."""

    id: UUID
    lesson_id: UUID
    #: The day of the lesson that sets it.
    day: date
    class_id: UUID
    class_name: str
    subject_id: UUID
    subject: str
    group_id: UUID | None
    group_name: str
    is_none: bool
    text: str
    comment: str
    link: str
    minutes: int | None
    due_lesson_id: UUID | None
    due_day: date | None
    is_late: bool
    written_at: datetime
    written_by: str
    files: tuple[HomeworkFileView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NextLesson:
    """A lesson of the course for which homework can be set."""

    id: UUID
    day: date
    number: int


@dataclass(frozen=True, kw_only=True)
class DayLoad:
    """All that a class has to do for a day, by subject and group."""

    day: date
    tasks: tuple[HomeworkView, ...] = ()

    @property
    def minutes(self) -> int:
        """About how long a pupil sits over it. Who is in one group of a subject is in no other:
        the group that has most counts. What has no minutes adds none.
        """
        return sum(
            max(
                _minutes(of_group)
                for _group, of_group in groupby(tasks, lambda one: one.group_name)
            )
            for _subject, tasks in groupby(self.tasks, lambda one: one.subject)
        )


def _minutes(tasks: Iterable[HomeworkView]) -> int:
    return sum(one.minutes or 0 for one in tasks)
