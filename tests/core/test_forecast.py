"""What a period mark may still become, by tables and by properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.forecast.rules import forecast, likely_marks, need, what_if
from journal_core.forecast.terms import Pace, Reach
from journal_core.marks.terms import WeighedMark, WorkType
from journal_core.period_marks.rules import propose
from journal_core.period_marks.terms import Proposal

ORAL = WorkType(code="О", name="Ответ")
CONTROL = WorkType(code="К", name="Контрольная", weight=3)
KINDS = st.sampled_from([ORAL, CONTROL])
MARKS = st.lists(st.tuples(st.sampled_from(["2", "3", "4", "5", "4/5", "зч"]), KINDS), max_size=12)


def _now(marks: str, enough: int = 5) -> Proposal:
    return propose([(one, ORAL) for one in marks.split()], enough=enough)


def _pace(held: int, left: int) -> Pace:
    return Pace(held=held, left=left, hours=2)


@pytest.mark.clause("INS-3.3.20")
@pytest.mark.clause("INS-3.3.8")
def test_the_range_is_told_with_its_arithmetic() -> None:
    told = forecast(_now("4 4 3", enough=3), _pace(9, 6))
    assert told.now.arithmetic == "(4×2 + 3×1) : 3 = 3,67 → 4"
    assert told.likely == 2
    assert (told.low.value, told.low.arithmetic) == ("3", "(4×2 + 3×1 + 2×2) : 5 = 3,00 → 3")
    assert (told.high.value, told.high.arithmetic) == ("4", "(5×2 + 4×2 + 3×1) : 5 = 4,20 → 4")


@pytest.mark.clause("INS-3.3.8")
@pytest.mark.parametrize(
    ("marks", "held", "left", "expected"),
    [
        # Three marks in nine lessons: two more in six; two are lacking to be enough anyway.
        ("4 4 3", 9, 6, 2),
        # A mark in every lesson goes on so.
        ("4 4 3 5 5 5", 6, 4, 4),
        # Half up.
        ("4 4 4 4 4", 10, 3, 2),
        # Enough marks are wanted, though there were none so far.
        ("", 0, 10, 5),
        ("", 8, 10, 5),
        # There cannot be more of them than lessons.
        ("", 8, 2, 2),
        ("4 4 3", 9, 0, 0),
    ],
)
def test_likely_marks_go_by_the_pace_and_by_what_is_enough(
    marks: str, held: int, left: int, expected: int
) -> None:
    assert likely_marks(_now(marks), _pace(held, left)) == expected


@pytest.mark.clause("INS-3.3.20")
@pytest.mark.parametrize(
    ("marks", "wanted", "left", "reach", "fives", "fours"),
    [
        ("3 3 4", 4, 10, Reach.OPEN, 1, 1),
        ("3 3 3 2", 4, 10, Reach.OPEN, 2, 6),
        ("3 3 3 2", 4, 5, Reach.OPEN, 2, None),
        ("3 3 3 2", 4, 1, Reach.OUT_OF_REACH, None, None),
        ("4 4 4", 5, 10, Reach.OPEN, 3, None),
        # 3.50 is a 4, and a 2 takes it away.
        ("4 3", 4, 3, Reach.HELD, 0, 0),
        ("4 3", 4, 0, Reach.CERTAIN, 0, 0),
        ("5 5 5 5 5", 4, 2, Reach.CERTAIN, 0, 0),
        ("5 5 5 5 5", 3, 9, Reach.CERTAIN, 0, 0),
        ("", 5, 4, Reach.OPEN, 1, None),
        ("", 4, 4, Reach.OPEN, 1, 1),
        ("", 4, 0, Reach.OUT_OF_REACH, None, None),
    ],
)
def test_what_is_needed_for_a_mark(
    marks: str, wanted: int, left: int, reach: Reach, fives: int | None, fours: int | None
) -> None:
    found = need(_now(marks).average, wanted, left)
    assert (found.reach, found.fives, found.fours) == (reach, fives, fours)


@given(marks=MARKS, supposed=st.lists(st.sampled_from("2345"), max_size=6), weighed=st.booleans())
def test_a_supposed_mark_counts_as_a_real_one(
    marks: list[tuple[str, WorkType]], supposed: list[str], *, weighed: bool
) -> None:
    now = propose(marks, enough=3, weighed=weighed)
    told = what_if(now, [WeighedMark(number=int(one)) for one in supposed])
    real = propose([*marks, *((one, ORAL) for one in supposed)], enough=3, weighed=weighed)
    assert (told.average, told.count) == (real.average, real.count)
    if told.average.count:
        assert (told.outcome.value, told.outcome.arithmetic) == (real.value, real.arithmetic)


@given(
    marks=MARKS,
    weighed=st.booleans(),
    wanted=st.sampled_from([3, 4, 5]),
    left=st.integers(0, 12),
)
def test_a_need_is_the_least_that_does_it(
    marks: list[tuple[str, WorkType]], *, weighed: bool, wanted: int, left: int
) -> None:
    now = propose(marks, enough=3, weighed=weighed)
    found = need(now.average, wanted, left)

    def makes(number: int, count: int) -> bool:
        told = what_if(now, [WeighedMark(number=number)] * count).outcome.value
        return bool(told) and int(told) >= wanted

    for number, least in ((5, found.fives), (4, found.fours)):
        doing = [count for count in range(left + 1) if makes(number, count)]
        assert least == (doing[0] if doing else None)
    assert (found.reach is Reach.CERTAIN) == (makes(2, 0) and makes(2, left))
    assert (found.reach is Reach.OUT_OF_REACH) == (not makes(5, left) and not makes(5, 0))


def test_passes_alone_are_not_reckoned_with() -> None:
    told = forecast(propose([("зч", ORAL)], enough=3), _pace(4, 4))
    assert (told.now.value, told.likely, told.needs, told.high.value) == ("зч", 0, (), "")
