"""A forecast of a period mark: what it is now, what it may become, what a higher one takes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from journal_core.academic_year.terms import Period
from journal_core.journal.terms import CourseView
from journal_core.marks.terms import Average
from journal_core.period_marks.terms import Proposal

#: The marks that somebody may want, the highest first.
WANTED = (5, 4, 3)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The lessons of one subject in a period: how many went by, and how many are still to come.

    Today's lesson went by: its mark may stand already. `hours` are lessons a week.
    """

    held: int
    left: int
    hours: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the marks would make, with its arithmetic; "" where they make none."""

    value: str = ""
    arithmetic: str = ""


class Reach(StrEnum):
    """How far a wanted mark is."""

    #: Every further mark could be a 2, one a lesson, and it would still be this or higher.
    CERTAIN = "certain"
    #: It stands now; bad marks can take it away.
    HELD = "held"
    #: So many good marks make it.
    OPEN = "open"
    #: There are not enough lessons left, even with a 5 in each.
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a wanted mark takes: so many 5s in a row, or so many 4s.

    None where no number of them makes it in the lessons that are left; both 0 while it stands.
    """

    wanted: int
    reach: Reach
    fives: int | None = None
    fours: int | None = None


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The mark of a period that still runs (INS-3.3.20).

    likely   how many marks are still to be expected
    low      what it is when each of them is a 2; `high`, when each is a 5
    """

    now: Proposal
    held: int
    left: int
    likely: int
    low: Outcome
    high: Outcome
    needs: tuple[Need, ...] = ()

    @property
    def is_settled(self) -> bool:
        return self.low.value == self.high.value

    @property
    def next_need(self) -> Need | None:
        """What the next higher mark takes; None where there is none to be had."""
        better = [one for one in self.needs if one.reach in {Reach.OPEN, Reach.OUT_OF_REACH}]
        return min(better, key=lambda one: one.wanted, default=None)


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """The marks so far with others added: the average and the mark that they would make."""

    average: Average
    outcome: Outcome
    count: int
    enough: int


@dataclass(frozen=True, kw_only=True)
class PupilForecast:
    """A pupil of the course."""

    pupil_id: UUID
    number: int
    name: str
    forecast: Forecast


@dataclass(frozen=True, kw_only=True)
class CourseForecast:
    """The course in a period, for its teacher."""

    course: CourseView
    period: Period
    rows: tuple[PupilForecast, ...]
