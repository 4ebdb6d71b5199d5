"""The arithmetic of a forecast. Pure: marks so far, lessons to come, marks that are supposed.

A supposed mark counts once, like an answer in a lesson, also where the school weighs marks.
"""

from collections.abc import Sequence

from journal_core.forecast.terms import (
    WANTED,
    Forecast,
    Need,
    Outcome,
    Pace,
    Reach,
    WhatIf,
)
from journal_core.marks.terms import Average, WeighedMark
from journal_core.period_marks.rules import arithmetic_of, mark_of
from journal_core.period_marks.terms import Proposal

BEST, GOOD, WORST = 5, 4, 2


def forecast(now: Proposal, pace: Pace) -> Forecast:
    """What the period mark may become (INS-3.3.20); `now` is what the marks so far propose.

    The range is of the likely number of further marks. A wanted mark is certain, or out of reach,
    by all lessons that are left, with one mark in each. Without numbers (зачёт alone) there is
    nothing to reckon.
    """
    has_numbers = bool(now.average.count) or not now.count
    likely = likely_marks(now, pace) if has_numbers else 0
    return Forecast(
        now=now,
        held=pace.held,
        left=pace.left,
        likely=likely,
        low=_outcome(now.average, WORST, likely),
        high=_outcome(now.average, BEST, likely),
        needs=tuple(need(now.average, one, pace.left) for one in WANTED) if has_numbers else (),
    )


def likely_marks(now: Proposal, pace: Pace) -> int:
    """How many marks are still to be expected, at most one a lesson.

    As many a lesson as there were so far, rounded half up; at least as many as are still lacking
    to be enough (INS-3.3.8).
    """
    lacking = max(0, now.enough - now.count)
    held, left = pace.held, pace.left
    usual = (2 * now.count * left + held) // (2 * held) if held else 0
    return min(left, max(lacking, usual))


def need(marks: Average, wanted: int, left: int) -> Need:
    """The least number of 5s, and of 4s, that makes the wanted mark in so many lessons."""
    fives, fours = _least(marks, wanted, BEST, left), _least(marks, wanted, GOOD, left)
    return Need(wanted=wanted, reach=_reach(marks, wanted, left, fives), fives=fives, fours=fours)


def what_if(now: Proposal, supposed: Sequence[WeighedMark]) -> WhatIf:
    """The marks so far and the supposed ones together, averaged as the journal averages."""
    average = Average(marks=(*now.average.marks, *supposed))
    return WhatIf(
        average=average,
        outcome=Outcome(value=mark_of(average), arithmetic=arithmetic_of(average)),
        count=now.count + len(supposed),
        enough=now.enough,
    )


def _reach(marks: Average, wanted: int, left: int, fives: int | None) -> Reach:
    if fives is None:
        return Reach.OUT_OF_REACH
    if fives:
        return Reach.OPEN
    return Reach.CERTAIN if _mark(marks, WORST, left) >= wanted else Reach.HELD


def _least(marks: Average, wanted: int, number: int, left: int) -> int | None:
    counts = range(left + 1)
    return next((one for one in counts if _mark(marks, number, one) >= wanted), None)


def _mark(marks: Average, number: int, count: int) -> int:
    """`mark_of` with so many of a number added, by sums alone: it is asked a hundred times a page.

    0 without any marks.
    """
    total, weights = marks.total + number * count, marks.weights + count
    cents = (200 * total + weights) // (2 * weights) if weights else 0
    return (cents + 50) // 100


def _outcome(marks: Average, number: int, count: int) -> Outcome:
    supposed = Average(marks=(*marks.marks, *(WeighedMark(number=number) for _ in range(count))))
    return Outcome(value=mark_of(supposed), arithmetic=arithmetic_of(supposed))
