"""Marks that somebody supposes, as the address of a page has them: `?n5=2&n4=1`."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from journal_core.forecast.rules import what_if
from journal_core.forecast.terms import Forecast, WhatIf
from journal_core.marks.terms import WeighedMark
from portal.navigation import school

NUMBERS = (5, 4, 3, 2)
#: So many of one mark may be supposed.
MOST = 20
HEAVIEST = 9


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What is in the form, and what it comes to; None while nothing is supposed.

    All supposed marks weigh alike, more than 1 only where the school weighs marks.
    """

    counts: Mapping[int, int]
    weight: int
    is_weighed: bool
    result: WhatIf | None


def supposed(forecast: Forecast | None) -> Supposed | None:
    """What the marks of the address would make of the period's; None where nothing is forecast."""
    if forecast is None:
        return None
    counts = {number: _number(f"n{number}", 0, MOST) for number in NUMBERS}
    is_weighed = school().weigh_marks
    weight = _number("weight", 1, HEAVIEST) if is_weighed else 1
    marks = [
        WeighedMark(number=number, weight=weight)
        for number, count in counts.items()
        for _ in range(count)
    ]
    return Supposed(
        counts=counts,
        weight=weight,
        is_weighed=is_weighed,
        result=what_if(forecast.now, marks) if marks else None,
    )


def _number(name: str, least: int, most: int) -> int:
    return min(max(request.args.get(name, least, type=int), least), most)
