"""When period marks are given, what marks propose, what needs a reason, who is to be asked."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.academic_year.terms import Break, Period, PeriodKind
from journal_core.assessment.rules import asked_since, lack_of, wanted_marks
from journal_core.assessment.terms import Asked, Lack
from journal_core.council.rules import standing_of
from journal_core.council.terms import Standing
from journal_core.errors import RuleBroken
from journal_core.marks.rules import average_of
from journal_core.marks.terms import WorkType
from journal_core.period_marks.rules import (
    because,
    enough_marks,
    is_late,
    propose,
    read_period_mark,
    refs_of,
    sum_up,
    why_closed,
    window_of,
)
from journal_core.period_marks.terms import Because, FinalKind, PeriodFacts, PeriodRef, Window
from journal_core.school.terms import SchoolSettings

SETTINGS = SchoolSettings()
ORAL = WorkType(code="О", name="Ответ")
CONTROL = WorkType(code="К", name="Контрольная", weight=3, is_written=True)


def _period(number: int, since: date, until: date, kind: PeriodKind) -> Period:
    return Period(kind=kind, number=number, first_grade=2, last_grade=9, since=since, until=until)


QUARTERS = [
    _period(1, date(2026, 9, 1), date(2026, 10, 25), PeriodKind.QUARTER),
    _period(2, date(2026, 11, 3), date(2026, 12, 28), PeriodKind.QUARTER),
    _period(3, date(2027, 1, 11), date(2027, 3, 21), PeriodKind.QUARTER),
    _period(4, date(2027, 3, 30), date(2027, 5, 26), PeriodKind.QUARTER),
]
HALVES = [replace(one, kind=PeriodKind.HALF_YEAR) for one in QUARTERS[:2]]
SECOND = PeriodRef(kind=FinalKind.PERIOD, number=2)
YEAR = PeriodRef(kind=FinalKind.YEAR)
STATE = PeriodRef(kind=FinalKind.STATE_EXAM)
WINDOW = Window(opens=date(2026, 12, 21), closes=date(2026, 12, 31), runs_until=date(2026, 12, 28))
OPEN = PeriodFacts(
    today=date(2026, 12, 24), window=WINDOW, takes_marks=True, is_own=True, is_member=True
)


@pytest.mark.clause("INS-3.3.10")
def test_a_year_of_quarters_has_half_years_and_the_ninth_grade_the_states_exams() -> None:
    keys = [ref.key for ref in refs_of(9, QUARTERS)]
    assert keys[:6] == [
        "period:1",
        "period:2",
        "half_year:1",
        "period:3",
        "period:4",
        "half_year:2",
    ]
    assert keys[6:] == ["year:0", "exam:0", "state_exam:0", "final:0"]
    assert [ref.key for ref in refs_of(10, HALVES)] == [
        "period:1",
        "period:2",
        "year:0",
        "exam:0",
        "final:0",
    ]
    assert refs_of(5, []) == ()


@pytest.mark.clause("POL-3.6.5")
@pytest.mark.parametrize(
    ("ref", "opens", "closes"),
    [
        (SECOND, date(2026, 12, 21), date(2026, 12, 31)),
        (PeriodRef(kind=FinalKind.HALF_YEAR, number=1), date(2026, 12, 21), date(2026, 12, 31)),
        (YEAR, date(2027, 5, 19), date(2027, 5, 29)),
        (PeriodRef(kind=FinalKind.FINAL), date(2027, 5, 19), date(2027, 8, 31)),
        (STATE, date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
def test_marks_are_given_in_the_last_week_and_few_days_after(
    ref: PeriodRef, opens: date, closes: date
) -> None:
    window = window_of(ref, QUARTERS, 2026, SETTINGS)
    assert (window.opens, window.closes) == (opens, closes)


@pytest.mark.clause("POL-3.6.5")
@pytest.mark.clause("POL-1.4")
@pytest.mark.clause("INS-3.3.13")
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (OPEN, None),
        (replace(OPEN, takes_marks=False), "no_marks_here"),
        (replace(OPEN, is_own=False), "period_mark_of_other_teacher"),
        (replace(OPEN, is_member=False), "pupil_not_there"),
        (replace(OPEN, today=date(2026, 12, 20)), "period_mark_early"),
        (replace(OPEN, today=date(2026, 12, 21)), None),
        (replace(OPEN, today=date(2026, 12, 31)), None),
        (replace(OPEN, today=date(2027, 1, 1)), "period_closed"),
        (replace(OPEN, today=date(2027, 1, 1), is_open=True), None),
        # While the period runs, marks still come to it; afterwards only a slip is mended.
        (replace(OPEN, first_written=date(2026, 12, 21)), None),
        (replace(OPEN, today=date(2026, 12, 29), first_written=date(2026, 12, 29)), None),
        (replace(OPEN, today=date(2026, 12, 29), first_written=date(2026, 12, 28)), "mark_settled"),
        # An approval opens neither a day ahead nor somebody else's course.
        (replace(OPEN, today=date(2026, 12, 20), is_open=True), "period_mark_early"),
        (replace(OPEN, is_own=False, is_open=True), "period_mark_of_other_teacher"),
    ],
)
def test_a_period_mark_is_closed_for_a_reason(facts: PeriodFacts, code: str | None) -> None:
    closed = why_closed(facts)
    assert (closed.code if closed else None) == code


@pytest.mark.clause("INS-3.3.21")
def test_the_mark_of_a_state_exam_is_late_after_the_day_that_follows_its_result() -> None:
    window = window_of(STATE, QUARTERS, 2026, SETTINGS)
    known = date(2027, 6, 10)
    assert not is_late(STATE, window, date(2027, 6, 11), known)
    assert is_late(STATE, window, date(2027, 6, 12), known)
    assert not is_late(SECOND, WINDOW, date(2026, 12, 28), None)
    assert is_late(SECOND, WINDOW, date(2026, 12, 29), None)


@pytest.mark.clause("INS-3.3.10")
def test_a_period_mark_is_one_number_a_pass_or_not_assessed() -> None:
    assert [read_period_mark(told) for told in (" 5", "зачет", "нз", "Н/А", "на", "")] == [
        "5",
        "зч",
        "нз",
        "н/а",
        "н/а",
        "",
    ]
    for told in ("4/5", "1", "н"):
        with pytest.raises(RuleBroken, match="period_mark_unknown"):
            read_period_mark(told)


@pytest.mark.clause("INS-3.3.8")
@pytest.mark.parametrize(("hours", "marks"), [(0.5, 3), (1, 3), (1.5, 3), (2, 5), (5, 5)])
def test_more_lessons_a_week_take_more_marks(hours: float, marks: int) -> None:
    assert enough_marks(hours, SETTINGS) == marks


@pytest.mark.clause("INS-3.3.8")
@pytest.mark.parametrize(
    ("marks", "value", "arithmetic"),
    [
        ([], "", ""),
        (["4", "3"], "4", "(4×1 + 3×1) : 2 = 3,50 → 4"),
        (["4/5", "5", "зч"], "5", "(5×2 + 4×1) : 3 = 4,67 → 5"),
        (["3", "3", "4"], "3", "(4×1 + 3×2) : 3 = 3,33 → 3"),
        (["зч", "нз"], "зч", "зч×1, нз×1 → зч"),
        (["нз"], "нз", "нз×1 → нз"),
    ],
)
def test_the_proposed_mark_is_the_average_with_a_half_rounded_up(
    marks: list[str], value: str, arithmetic: str
) -> None:
    found = propose([(one, ORAL) for one in marks], enough=3)
    assert (found.value, found.arithmetic) == (value, arithmetic)


@pytest.mark.clause("INS-3.3.8")
def test_written_works_stand_beside_the_proposal_and_weights_count_where_the_school_weighs() -> (
    None
):
    marks = [("5", ORAL), ("5", ORAL), ("5", ORAL), ("3", CONTROL)]
    plain, weighed = propose(marks, enough=3), propose(marks, enough=3, weighed=True)
    assert (plain.value, plain.by_written, plain.departs_from_written) == ("5", "3", 2)
    assert weighed.arithmetic == "(5×3 + 3×3) : 6 = 4,00 → 4"


@pytest.mark.clause("INS-3.3.8")
def test_a_reason_is_wanted_to_depart_to_mark_without_enough_and_for_not_assessed() -> None:
    enough = propose([("4", ORAL)] * 3, enough=3)
    few = propose([("4", ORAL)] * 2, enough=3)
    assert because("4", enough) is None
    assert because("5", enough) is Because.DEPARTS
    assert because("4", few) is Because.FEW_MARKS
    assert because("н/а", few) is Because.NOT_ASSESSED
    assert because("", few) is None


@pytest.mark.clause("INS-3.3.10")
def test_the_year_is_made_of_its_periods_and_a_missing_one_wants_a_reason() -> None:
    whole = sum_up(["4", "4", "5", "5"], enough=4)
    assert (whole.value, whole.arithmetic) == ("5", "(5×2 + 4×2) : 4 = 4,50 → 5")
    torn = sum_up(["4", "н/а", "5", ""], enough=4)
    assert (torn.count, torn.is_enough, torn.value) == (2, False, "5")


_MARKS = st.lists(st.tuples(st.sampled_from("2345"), st.sampled_from([ORAL, CONTROL])), min_size=1)


@pytest.mark.clause("INS-3.3.8")
@given(marks=_MARKS, place=st.integers(min_value=0))
def test_a_better_mark_never_lowers_the_proposal_and_the_average_is_that_of_the_marks(
    marks: list[tuple[str, WorkType]], place: int
) -> None:
    found = propose(marks, enough=3, weighed=True)
    better = list(marks)
    value, kind = better[place % len(marks)]
    better[place % len(marks)] = (str(min(5, int(value) + 1)), kind)
    assert propose(better, enough=3, weighed=True).value >= found.value
    assert found.average == average_of(marks, weighed=True)
    values = [value for value, _kind in marks]
    assert min(values) <= found.value <= max(values)
    assert found.count == len(marks)


@pytest.mark.clause("INS-3.3.10")
@pytest.mark.parametrize(
    ("values", "standing"),
    [
        (["5", "5", "зч"], Standing.EXCELLENT),
        (["5", "4"], Standing.GOOD),
        (["5", "3"], Standing.ONE_THREE),
        (["3", "3"], Standing.PASSING),
        (["5", "2", ""], Standing.FAILING),
        (["нз"], Standing.FAILING),
        (["5", ""], Standing.UNFINISHED),
        (["5", "", "н/а"], Standing.NOT_ASSESSED),
        ([], Standing.UNFINISHED),
    ],
)
def test_the_council_names_how_a_pupil_came_through(values: list[str], standing: Standing) -> None:
    assert standing_of(values) is standing


@pytest.mark.clause("INS-3.3.9")
def test_weeks_are_counted_back_from_today_and_holidays_are_left_out() -> None:
    today = date(2026, 11, 23)
    spans = asked_since(today, [], SETTINGS)
    assert (spans.first, spans.second) == (date(2026, 11, 3), date(2026, 10, 27))
    autumn = Break(
        name="Осенние",
        first_grade=1,
        last_grade=11,
        since=date(2026, 10, 26),
        until=date(2026, 11, 2),
    )
    assert asked_since(today, [autumn], SETTINGS).second == date(2026, 10, 19)


@pytest.mark.clause("INS-3.3.9")
@pytest.mark.clause("POL-3.7.4")
@pytest.mark.parametrize(
    ("hours", "in_first", "in_second", "since", "lack"),
    [
        (1, 0, 0, date(2026, 9, 1), Lack.NONE),
        (1, 0, 2, date(2026, 9, 1), Lack.NONE),
        (2, 1, 1, date(2026, 9, 1), Lack.FEW),
        (2, 1, 2, date(2026, 9, 1), Lack.ENOUGH),
        (3, 1, 2, date(2026, 9, 1), Lack.FEW),
        (3, 3, 3, date(2026, 9, 1), Lack.ENOUGH),
        (5, 2, 4, date(2026, 9, 1), Lack.FEW),
        (1, 0, 0, date(2026, 11, 3), Lack.NONE),
        (2, 1, 1, date(2026, 10, 27), Lack.FEW),
        # The span has not passed yet since the first day in the course.
        (1, 0, 0, date(2026, 11, 4), Lack.ENOUGH),
        (2, 1, 1, date(2026, 10, 28), Lack.ENOUGH),
        (1, 0, 0, None, Lack.ENOUGH),
    ],
)
def test_a_pupil_has_a_mark_in_three_weeks_and_two_in_four_and_more_where_there_are_more_lessons(
    hours: float, in_first: int, in_second: int, since: date | None, lack: Lack
) -> None:
    spans = asked_since(date(2026, 11, 23), [], SETTINGS)
    asked = Asked(in_first=in_first, in_second=in_second, since=since)
    assert lack_of(asked, spans, wanted_marks(hours)) is lack
