"""How the class council names the way a pupil came through a period."""

from collections import Counter
from collections.abc import Collection

from journal_core.council.terms import Standing
from journal_core.marks.terms import NOT_PASSED
from journal_core.period_marks.terms import NOT_ASSESSED


def standing_of(values: Collection[str]) -> Standing:
    """How a pupil came through the period; `values` has "" for a mark that is not given yet.

    A single «2» or «нз» is failing, else «н/а» not assessed, else a mark that is not given yet
    leaves it open. «зч» hinders nobody.
    """
    if {"2", NOT_PASSED} & set(values):
        return Standing.FAILING
    if NOT_ASSESSED in values:
        return Standing.NOT_ASSESSED
    if not values or "" in values:
        return Standing.UNFINISHED
    threes = Counter(values)["3"]
    if threes:
        return Standing.ONE_THREE if threes == 1 else Standing.PASSING
    return Standing.GOOD if "4" in values else Standing.EXCELLENT
