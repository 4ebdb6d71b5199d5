"""When period marks are given, and what marks propose."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from journal_core.academic_year.rules import bounds
from journal_core.academic_year.terms import Period, PeriodKind
from journal_core.errors import RuleBroken
from journal_core.journal.terms import Closed
from journal_core.marks.rules import average_of, numbers_of, read_mark
from journal_core.marks.terms import JOINT, NOT_PASSED, PASSED, Average, WorkType
from journal_core.period_marks.terms import (
    NOT_ASSESSED,
    Because,
    FinalKind,
    PeriodFacts,
    PeriodRef,
    Proposal,
    Standing,
    Window,
)
from journal_core.school.terms import SchoolSettings

#: Grades that end with the state's exams.
STATE_EXAM_GRADES = (9, 11)
#: Quarters of a half-year.
_QUARTERS_IN_HALF = 2
#: From so many lessons a week on, more marks are wanted (INS-3.3.8).
_SEVERAL_A_WEEK = 2
_HALF = Decimal("0.5")
_DAY = timedelta(days=1)
_NOT_ASSESSED_WORDS = frozenset({NOT_ASSESSED, "на", "н а", "не аттестован", "не аттестована"})
_PLAIN = WorkType(code="", name="")
_EXAMS = (FinalKind.EXAM, FinalKind.STATE_EXAM)


def refs_of(grade: int, periods: Sequence[Period]) -> tuple[PeriodRef, ...]:
    """What marks of a grade sum up, in the order of the year; `periods` are the grade's own.

    Half-years stand beside quarters alone, the state's exams in grades 9 and 11.
    """
    refs: list[PeriodRef] = []
    for period in sorted(periods, key=lambda one: one.number):
        refs.append(PeriodRef(kind=FinalKind.PERIOD, number=period.number))
        half, rest = divmod(period.number, _QUARTERS_IN_HALF)
        if period.kind is PeriodKind.QUARTER and not rest:
            refs.append(PeriodRef(kind=FinalKind.HALF_YEAR, number=half))
    if not refs:
        return ()
    state = (FinalKind.STATE_EXAM,) if grade in STATE_EXAM_GRADES else ()
    last = (FinalKind.YEAR, FinalKind.EXAM, *state, FinalKind.FINAL)
    return (*refs, *(PeriodRef(kind=kind) for kind in last))


def ref_named(key: str, refs: Iterable[PeriodRef]) -> PeriodRef | None:
    """The one of these that the key names: «period:2»."""
    return next((ref for ref in refs if ref.key == key), None)


def current_ref(periods: Sequence[Period], today: date) -> PeriodRef:
    """The period that began last, or the first one before the year begins."""
    begun = [one.number for one in periods if one.since <= today]
    return PeriodRef(kind=FinalKind.PERIOD, number=max(begun, default=1))


def summed_by(ref: PeriodRef, periods: Sequence[Period]) -> list[Period]:
    """The periods that the mark sums up, in order; the whole year for exams and the final mark."""
    ordered = sorted(periods, key=lambda one: one.number)
    if ref.kind is FinalKind.PERIOD:
        return [one for one in ordered if one.number == ref.number]
    if ref.kind is FinalKind.HALF_YEAR:
        last = ref.number * _QUARTERS_IN_HALF
        return [one for one in ordered if last - _QUARTERS_IN_HALF < one.number <= last]
    return ordered


def window_of(
    ref: PeriodRef, periods: Sequence[Period], academic_year: int, settings: SchoolSettings
) -> Window:
    """The days on which the mark is given (POL-3.6.5); both ends are within.

    From `period_mark_days` before the last day of what it sums up (7: Monday 21.12 for a quarter
    that ends on Monday 28.12) to `period_close_days` after it. The final mark may be given from
    the same day to the end of the academic year, exams on any day of it.
    """
    first, last = bounds(academic_year)
    if ref.kind in _EXAMS:
        return Window(opens=first, closes=last)
    until = summed_by(ref, periods)[-1].until
    opens = until - timedelta(days=settings.period_mark_days)
    if ref.kind is FinalKind.FINAL:
        return Window(opens=opens, closes=last)
    closes = until + timedelta(days=settings.period_close_days)
    return Window(opens=opens, closes=closes, runs_until=until)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of period marks: when it is broken, the mark is closed for this reason."""

    closed: Closed
    is_broken: Callable[[PeriodFacts], bool]


def _is_settled(facts: PeriodFacts) -> bool:
    """A mark that stands since an earlier day; while its period runs, marks still come to it."""
    runs_until, written = facts.window.runs_until, facts.first_written
    still_runs = runs_until is not None and facts.today <= runs_until
    return written is not None and written < facts.today and not still_runs


#: The first that is broken is told. What an approval opens stands last.
RULES = (
    Rule(
        closed=Closed(code="no_marks_here", clause="POL-1.4"),
        is_broken=lambda facts: not facts.takes_marks,
    ),
    Rule(
        closed=Closed(code="period_mark_of_other_teacher", clause="POL-3.6.5"),
        is_broken=lambda facts: not facts.is_own,
    ),
    Rule(
        closed=Closed(code="pupil_not_there", clause="POL-3.4.11"),
        is_broken=lambda facts: not facts.is_member,
    ),
    Rule(
        closed=Closed(code="period_mark_early", clause="POL-3.6.5"),
        is_broken=lambda facts: facts.today < facts.window.opens,
    ),
    Rule(
        closed=Closed(code="period_closed", clause="POL-3.6.5", may_be_opened=True),
        is_broken=lambda facts: facts.today > facts.window.closes,
    ),
    Rule(
        closed=Closed(code="mark_settled", clause="INS-3.3.13", may_be_opened=True),
        is_broken=_is_settled,
    ),
)


def why_closed(facts: PeriodFacts) -> Closed | None:
    """Why the period mark may not be written, or None (POL-3.6.5, INS-3.3.13).

    While its period runs a mark may be changed as marks come to it; afterwards a mark that stands
    may be changed until the end of the day on which it was first written. An approval opens what
    is closed or settled.
    """
    for rule in RULES:
        if rule.is_broken(facts) and not (facts.is_open and rule.closed.may_be_opened):
            return rule.closed
    return None


def is_late(ref: PeriodRef, window: Window, today: date, result_on: date | None) -> bool:
    """Whether a mark given today is late: allowed, on record, seen in control.

    After the last day of its period (POL-3.6.5); of a state exam, after the day that follows the
    day of its result (INS-3.3.21).
    """
    if ref.kind is FinalKind.STATE_EXAM:
        return result_on is not None and today > result_on + _DAY
    return window.runs_until is not None and today > window.runs_until


def read_period_mark(text: str) -> str:
    """The mark as it is kept: «2» – «5», «зч», «нз», «н/а»; "" for none (INS-3.3.10).

    Raises RuleBroken `period_mark_unknown`.
    """
    told = " ".join(text.split()).casefold()
    if told in _NOT_ASSESSED_WORDS:
        return NOT_ASSESSED
    try:
        value = read_mark(told)
    except RuleBroken:
        value = JOINT
    if JOINT in value:
        raise RuleBroken("period_mark_unknown", "INS-3.3.10")
    return value


def enough_marks(hours: float, settings: SchoolSettings) -> int:
    """Marks that are enough for a period mark: 3 at one lesson a week, 5 at two (INS-3.3.8).

    Less than two hours a week, an hour and a half too, count as one.
    """
    if hours < _SEVERAL_A_WEEK:
        return settings.enough_marks_one
    return settings.enough_marks_more


def propose(
    marks: Sequence[tuple[str, WorkType]], *, enough: int, weighed: bool = False
) -> Proposal:
    """The period mark that the marks make (INS-3.3.8), with the arithmetic.

    The average to two places, as it is shown, rounded half up: 3.50 makes 4. Where no mark has a
    number, «зч» when at least half are. The average of written works stands beside it.
    """
    average = average_of(marks, weighed=weighed)
    written = average_of([one for one in marks if one[1].is_written], weighed=weighed)
    passes = Counter(value for value, _type in marks if value in {PASSED, NOT_PASSED})
    value, arithmetic = mark_of(average), arithmetic_of(average)
    if not value and passes:
        value = PASSED if passes[PASSED] >= passes[NOT_PASSED] else NOT_PASSED
        told = ", ".join(f"{one}×{count}" for one, count in sorted(passes.items()))
        arithmetic = f"{told} → {value}"
    return Proposal(
        value=value,
        arithmetic=arithmetic,
        average=average,
        written=written,
        by_written=mark_of(written),
        count=count_of(value for value, _type in marks),
        enough=enough,
    )


def sum_up(values: Iterable[str], *, enough: int) -> Proposal:
    """The mark that other period marks make: half-year, year and final one (INS-3.3.10).

    Each counts once. «н/а» has no number and is not counted: the sum is not enough then.
    """
    counted = [(value, _PLAIN) for value in values if value not in {"", NOT_ASSESSED}]
    return propose(counted, enough=enough)


def count_of(values: Iterable[str]) -> int:
    """How many marks the cells hold: two of a cell count as two, «зч» as one."""
    return sum(len(numbers_of(value)) or 1 for value in values)


def because(value: str, proposal: Proposal) -> Because | None:
    """Why the mark needs a reason, or None (INS-3.3.8): too few marks, or another than proposed."""
    if value == NOT_ASSESSED:
        return Because.NOT_ASSESSED
    if not value:
        return None
    if not proposal.is_enough:
        return Because.FEW_MARKS
    return Because.DEPARTS if proposal.value and value != proposal.value else None


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


def mark_of(average: Average) -> str:
    """The average to two places, rounded half up: 3.50 makes 4; "" without marks (INS-3.3.8)."""
    return "" if average.value is None else str(int(average.value + _HALF))


def arithmetic_of(average: Average) -> str:
    """«(5×1 + 4×2) : 3 = 4,33 → 4»; "" without marks."""
    if average.value is None:
        return ""
    return f"{_sum_of(average)} = {_shown(average)} → {mark_of(average)}"


def _sum_of(average: Average) -> str:
    """«(5×3 + 4×2) : 5»: each number as often as it counts."""
    counted: Counter[int] = Counter()
    for one in average.marks:
        counted[one.number] += one.weight
    terms = " + ".join(f"{number}×{count}" for number, count in sorted(counted.items())[::-1])
    return f"({terms}) : {average.weights}"


def _shown(average: Average) -> str:
    return f"{average.value:.2f}".replace(".", ",")
