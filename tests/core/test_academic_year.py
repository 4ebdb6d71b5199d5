"""Which days have lessons, how periods lie, and when the bells ring."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal_core.academic_year.commands import (
    CopyYear,
    RemoveBells,
    RemoveHoliday,
    RemovePeriods,
    SaveBells,
    SaveHoliday,
    SavePeriods,
    SetBellDay,
    copy_year,
    remove_bells,
    remove_holiday,
    remove_periods,
    save_bells,
    save_holiday,
    save_periods,
    set_bell_day,
)
from journal_core.academic_year.queries import (
    breaks_of_year,
    periods_of_year,
    school_bells,
    study_weeks,
    study_year,
)
from journal_core.academic_year.rules import (
    PeriodFault,
    Week,
    a_year_later,
    bell_fault,
    bells_on,
    bounds,
    break_on,
    is_study_day,
    moved_by_a_year,
    period_faults,
    study_days,
    year_in_hand,
    years_of_grades,
)
from journal_core.academic_year.terms import (
    Bell,
    Bells,
    Break,
    Period,
    PeriodKind,
    SchoolBells,
    ShortDay,
    StudyWeek,
    StudyYear,
)
from journal_core.calendar.terms import DayKind, ExceptionalDay, PublishedCalendar
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.school.commands import ChangeSettings, change_settings

FIVE = StudyWeek(valid_from=date.min, days=5, five_day_grade=1)
SIX = replace(FIVE, days=6)
AUTUMN = Break(
    name="Осенние", first_grade=1, last_grade=11, since=date(2026, 10, 26), until=date(2026, 11, 4)
)
FIRST_GRADE = Break(
    name="Дополнительные",
    first_grade=1,
    last_grade=1,
    since=date(2027, 2, 15),
    until=date(2027, 2, 21),
)


def quarter(number: int, since: date, until: date, grades: tuple[int, int] = (1, 9)) -> Period:
    return Period(
        kind=PeriodKind.QUARTER,
        number=number,
        first_grade=grades[0],
        last_grade=grades[1],
        since=since,
        until=until,
    )


QUARTERS = (
    quarter(1, date(2026, 9, 1), date(2026, 10, 25)),
    quarter(2, date(2026, 11, 5), date(2026, 12, 29)),
    quarter(3, date(2027, 1, 11), date(2027, 3, 26)),
    quarter(4, date(2027, 4, 5), date(2027, 5, 31)),
)
HALF = replace(QUARTERS[0], kind=PeriodKind.HALF_YEAR, first_grade=10, last_grade=11)
NOTHING_PUBLISHED = PublishedCalendar(years=frozenset())


def year(
    weeks: tuple[StudyWeek, ...] = (FIVE,),
    exceptional: Mapping[date, DayKind] | None = None,
    closed: tuple[date, ...] = (),
) -> StudyYear:
    days = exceptional or {}
    return StudyYear(
        academic_year=2026,
        periods=(*QUARTERS, HALF),
        breaks=(AUTUMN, FIRST_GRADE),
        weeks=weeks,
        calendar=PublishedCalendar(
            years=frozenset({2026} if days else ()),
            exceptional={day: ExceptionalDay(day=day, kind=kind) for day, kind in days.items()},
            closed=dict.fromkeys(closed, "карантин"),
        ),
    )


@pytest.mark.clause("POL-3.4.1", "INS-3.1.3")
@pytest.mark.parametrize(
    ("day", "grade", "is_study"),
    [
        (date(2026, 8, 31), 5, False),
        (date(2026, 9, 1), 5, True),
        (date(2026, 9, 5), 5, False),
        (date(2026, 10, 23), 5, True),
        (date(2026, 10, 26), 5, False),
        (date(2026, 11, 4), 5, False),
        (date(2026, 11, 5), 5, True),
        (date(2027, 2, 15), 1, False),
        (date(2027, 2, 15), 2, True),
        (date(2027, 2, 21), 1, False),
        (date(2027, 2, 22), 1, True),
        (date(2027, 5, 31), 9, True),
        (date(2026, 10, 23), 10, True),
        (date(2026, 11, 5), 10, False),
    ],
)
def test_day_is_of_a_period_and_of_no_break_of_the_grade(
    day: date, grade: int, *, is_study: bool
) -> None:
    assert is_study_day(day, grade, year()) is is_study


@pytest.mark.parametrize("grade", [1, 2])
def test_six_day_week_leaves_the_youngest_their_saturdays(grade: int) -> None:
    saturday, sunday = date(2026, 9, 5), date(2026, 9, 6)
    assert is_study_day(saturday, grade, year((SIX,))) is (grade == 2)
    assert not is_study_day(sunday, grade, year((SIX,)))


def test_study_week_holds_from_its_day() -> None:
    saturday = date(2026, 9, 12)
    from_the_day = (FIVE, replace(SIX, valid_from=saturday))
    assert is_study_day(saturday, 5, year(from_the_day))
    assert not is_study_day(saturday - timedelta(weeks=1), 5, year(from_the_day))


@pytest.mark.clause("INS-3.1.3")
def test_moved_working_saturday_is_no_lesson_day_and_a_moved_day_off_is_off() -> None:
    moved = {
        date(2026, 9, 12): DayKind.MOVED_WORKING_DAY,
        date(2026, 9, 14): DayKind.MOVED_DAY_OFF,
        date(2026, 9, 16): DayKind.HOLIDAY,
    }
    days = study_days(date(2026, 9, 12), date(2026, 9, 17), 5, year(exceptional=moved))
    assert days == [date(2026, 9, 15), date(2026, 9, 17)]


@pytest.mark.parametrize(
    "holiday", [(2027, 2, 23), (2027, 3, 8), (2027, 5, 1), (2027, 5, 9), (2027, 1, 8)]
)
def test_holidays_by_law_count_where_no_calendar_is_published(
    holiday: tuple[int, int, int],
) -> None:
    whole = replace(
        year((SIX,)), breaks=(), periods=(quarter(1, date(2026, 9, 1), date(2027, 8, 31)),)
    )
    day = date(*holiday)
    assert not is_study_day(day, 5, whole)
    assert whole.calendar == NOTHING_PUBLISHED


def test_closed_day_of_the_school_has_no_lessons() -> None:
    closed = date(2026, 9, 15)
    assert study_days(closed, closed + timedelta(days=1), 5, year(closed=(closed,))) == [
        date(2026, 9, 16)
    ]


DAYS = st.dates(date(2026, 8, 1), date(2027, 8, 31))


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(0, 60), st.integers(0, 60), st.integers(1, 11))
def test_study_days_of_two_spans_are_those_of_the_whole(
    since: date, first: int, second: int, grade: int
) -> None:
    of_year = year((SIX,))
    middle = since + timedelta(days=first)
    until = middle + timedelta(days=second)
    whole = study_days(since, until, grade, of_year)
    after = study_days(middle + timedelta(days=1), until, grade, of_year)
    assert whole == study_days(since, middle, grade, of_year) + after
    assert whole == sorted(set(whole))
    assert all(is_study_day(day, grade, of_year) for day in whole)
    assert all(break_on(day, grade, of_year) is None for day in whole)


def test_year_is_told_by_weeks_for_grades_of_the_same_days() -> None:
    found = years_of_grades(year(), range(1, 12))
    assert [(one.first_grade, one.last_grade) for one in found] == [(1, 1), (2, 9), (10, 11)]
    youngest, older, _oldest = found
    assert older.days - youngest.days == 5
    assert older.study_weeks - youngest.study_weeks == 1
    assert older.weeks[0] == Week(monday=date(2026, 8, 31), days=4)
    assert older.weeks[8] == Week(monday=date(2026, 10, 26), days=0)
    assert older.weeks[-1].monday == date(2027, 8, 30)
    assert years_of_grades(replace(year(), periods=()), range(1, 12)) == []


@pytest.mark.clause("INS-3.1.3")
def test_sound_periods_have_no_fault() -> None:
    assert period_faults([*QUARTERS, HALF]) == []


def test_periods_that_meet_are_named_by_grade() -> None:
    late = replace(QUARTERS[1], since=QUARTERS[0].until, first_grade=5, last_grade=6)
    assert period_faults([QUARTERS[0], late]) == [
        PeriodFault(code="periods_meet", grade=5, numbers=(1, 2)),
        PeriodFault(code="periods_meet", grade=6, numbers=(1, 2)),
    ]


def test_periods_out_of_order_and_repeated_are_faults() -> None:
    swapped = [replace(QUARTERS[0], number=2), replace(QUARTERS[1], number=1)]
    twice = [QUARTERS[0], replace(QUARTERS[1], number=1)]
    assert {fault.numbers for fault in period_faults(swapped)} == {(1, 2)}
    assert {fault.numbers for fault in period_faults(twice)} == {(1, 1)}


def test_grade_has_periods_of_one_kind() -> None:
    half = replace(HALF, first_grade=9)
    assert period_faults([*QUARTERS, half]) == [PeriodFault(code="periods_of_two_kinds", grade=9)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(DAYS, st.integers(0, 90)), min_size=2, max_size=4))
def test_sound_periods_give_each_day_at_most_once(spans: list[tuple[date, int]]) -> None:
    periods = [
        quarter(number, since, since + timedelta(days=length))
        for number, (since, length) in enumerate(spans, start=1)
    ]
    days = [
        period.since + timedelta(days=passed)
        for period in periods
        for passed in range((period.until - period.since).days + 1)
    ]
    is_sound = period_faults(periods) == []
    assert is_sound == (days == sorted(set(days)))


def test_spans_move_by_a_year_and_the_leap_day_with_them() -> None:
    assert moved_by_a_year(date(2028, 2, 29)) == date(2029, 2, 28)
    moved = a_year_later(AUTUMN)
    assert (moved.since, moved.until) == (date(2027, 10, 26), date(2027, 11, 4))


@pytest.mark.parametrize(
    ("day", "in_hand"),
    [(date(2026, 5, 31), 2025), (date(2026, 6, 1), 2026), (date(2027, 1, 1), 2026)],
)
def test_from_june_on_the_coming_year_is_in_hand(day: date, in_hand: int) -> None:
    assert year_in_hand(day) == in_hand
    assert bounds(in_hand)[0] == date(in_hand, 9, 1)
    assert bounds(in_hand)[1] == date(in_hand + 1, 8, 31)


FIRST = Bell(number=1, starts=time(8, 30), ends=time(9, 15))
SECOND = Bell(number=2, starts=time(9, 15), ends=time(10, 0))


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        ([FIRST, SECOND], None),
        ([SECOND, FIRST], None),
        ([], None),
        ([FIRST, replace(SECOND, starts=time(9, 14))], 2),
        ([FIRST, replace(SECOND, number=1, starts=time(9, 20))], 1),
        ([replace(FIRST, ends=time(8, 30))], 1),
        ([replace(FIRST, number=0), replace(SECOND, ends=time(9, 0))], 2),
    ],
)
def test_lessons_of_a_day_follow_each_other(times: list[Bell], wrong: int | None) -> None:
    assert bell_fault(times) == wrong


@pytest.mark.clause("POL-3.4.1")
def test_day_follows_its_own_schedule_or_the_regular_one() -> None:
    short = Bells(id=UUID(int=1), name="Сокращённые", is_regular=False, times=(FIRST,))
    regular = Bells(id=UUID(int=2), name="Обычные", is_regular=True, times=(FIRST, SECOND))
    eve = date(2026, 12, 29)
    bells = SchoolBells(
        schedules=(short, regular), days={eve: ShortDay(day=eve, schedule_id=short.id)}
    )
    assert bells_on(eve, bells) == short
    assert bells_on(date(2026, 12, 28), bells) == regular
    assert bells_on(eve, SchoolBells()) is None


def save(
    context: ActionContext, *periods: Period, was: tuple[PeriodKind, int] | None = None
) -> None:
    save_periods(
        context,
        SavePeriods(
            academic_year=2026,
            kind=periods[0].kind,
            first_grade=periods[0].first_grade,
            last_grade=periods[0].last_grade,
            spans=[(period.since, period.until) for period in periods],
            was=was,
        ),
    )


@pytest.mark.clause("POL-3.4.1", "INS-3.1.3")
def test_periods_are_saved_and_changed_as_a_whole(context: ActionContext) -> None:
    save(context, *QUARTERS)
    later = replace(QUARTERS[3], until=date(2027, 5, 25))
    save(context, *QUARTERS[:3], later, was=(PeriodKind.QUARTER, 1))
    assert periods_of_year(context.session, 2026) == [*QUARTERS[:3], later]
    found = study_year(context.session, 2026)
    assert found.weeks == (FIVE,)
    assert is_study_day(date(2027, 5, 25), 5, found)
    assert not is_study_day(date(2027, 5, 26), 5, found)
    gone = RemovePeriods(academic_year=2026, kind=PeriodKind.QUARTER, first_grade=1)
    remove_periods(context, gone)
    with pytest.raises(NotFound):
        remove_periods(context, gone)


def test_periods_that_cannot_be_name_what_is_wrong(context: ActionContext) -> None:
    save(context, *QUARTERS)
    halves = [
        replace(HALF, first_grade=9),
        replace(HALF, since=date(2027, 1, 11), until=date(2027, 5, 31)),
    ]
    swapped = replace(QUARTERS[1], until=date(2026, 11, 1))
    outside = replace(QUARTERS[3], until=date(2027, 9, 1))
    for periods, code, facts in (
        (halves, "periods_of_two_kinds", {"grade": 9, "numbers": ()}),
        (QUARTERS[:3], "periods_incomplete", {}),
        ((QUARTERS[0], swapped, *QUARTERS[2:]), "ends_before_it_begins", {"number": 2}),
        ((*QUARTERS[:3], outside), "not_of_the_year", {"number": 4}),
        ([replace(one, last_grade=0) for one in QUARTERS], "grades_in_wrong_order", {}),
    ):
        with pytest.raises(RuleBroken) as refusal:
            save(context, *periods)
        assert (refusal.value.code, refusal.value.facts) == (code, facts)


@pytest.mark.clause("INS-3.1.3")
def test_holidays_are_saved_changed_and_taken_away(context: ActionContext) -> None:
    told = {"academic_year": 2026, "name": "Осенние", "first_grade": 1, "last_grade": 11}
    days = {"since": AUTUMN.since, "until": AUTUMN.until}
    row = save_holiday(context, SaveHoliday(**told, **days))
    save_holiday(
        context, SaveHoliday(**told, since=AUTUMN.since, until=AUTUMN.since, holiday_id=row)
    )
    assert breaks_of_year(context.session, 2026) == [replace(AUTUMN, until=AUTUMN.since, id=row)]
    with pytest.raises(RuleBroken, match="not_of_the_year"):
        save_holiday(context, SaveHoliday(**told, since=date(2026, 8, 31), until=AUTUMN.until))
    remove_holiday(context, RemoveHoliday(holiday_id=row))
    with pytest.raises(NotFound):
        remove_holiday(context, RemoveHoliday(holiday_id=row))


def test_year_is_copied_with_its_days_a_year_later(context: ActionContext) -> None:
    with pytest.raises(RuleBroken, match="nothing_to_copy"):
        copy_year(context, CopyYear(academic_year=2027))
    save(context, *QUARTERS)
    save_holiday(
        context,
        SaveHoliday(
            academic_year=2026,
            name=AUTUMN.name,
            first_grade=1,
            last_grade=11,
            since=AUTUMN.since,
            until=AUTUMN.until,
        ),
    )
    copy_year(context, CopyYear(academic_year=2027))
    assert periods_of_year(context.session, 2027) == [a_year_later(one) for one in QUARTERS]
    assert [one.since for one in breaks_of_year(context.session, 2027)] == [date(2027, 10, 26)]
    with pytest.raises(RuleBroken, match="year_not_empty"):
        copy_year(context, CopyYear(academic_year=2027))


@pytest.mark.clause("POL-3.4.1")
def test_one_bell_schedule_is_regular_and_a_day_may_follow_another(context: ActionContext) -> None:
    regular = save_bells(context, SaveBells(name="Обычные", times=[FIRST, SECOND]))
    short = save_bells(context, SaveBells(name="Сокращённые", times=[FIRST]))
    eve = date(2026, 12, 29)
    set_bell_day(context, SetBellDay(day=eve, schedule_id=short, reason="канун"))
    bells = school_bells(context.session)
    assert [one.is_regular for one in bells.schedules] == [True, False]
    on_eve = bells_on(eve, bells)
    assert on_eve is not None
    assert (on_eve.name, on_eve.times) == ("Сокращённые", (FIRST,))
    for used in (regular, short):
        with pytest.raises(RuleBroken, match="bells_used"):
            remove_bells(context, RemoveBells(schedule_id=used))
    set_bell_day(context, SetBellDay(day=eve, schedule_id=None))
    save_bells(context, SaveBells(name="Новые", times=[SECOND], is_regular=True, schedule_id=short))
    remove_bells(context, RemoveBells(schedule_id=regular))
    only = school_bells(context.session)
    assert [(one.name, one.is_regular, one.times) for one in only.schedules] == [
        ("Новые", True, (SECOND,))
    ]
    assert only.days == {}


def test_impossible_bells_are_refused(context: ActionContext) -> None:
    save_bells(context, SaveBells(name="Обычные", times=[FIRST]))
    late = replace(SECOND, starts=time(9, 0))
    for command, code in (
        (SaveBells(name="Пустые", times=[]), "bells_empty"),
        (SaveBells(name="Обычные", times=[FIRST]), "bells_twice"),
        (SaveBells(name="Другие", times=[FIRST, late]), "bells_meet"),
    ):
        with pytest.raises(RuleBroken, match=code):
            save_bells(context, command)


def test_study_week_is_read_as_it_was_set_from_day_to_day(context: ActionContext) -> None:
    first = date(2026, 9, 1)
    for key, value in (("study_week_days", 6), ("five_day_grade", 4)):
        change_settings(context, ChangeSettings(values={key: value}, valid_from=first))
    later = replace(SIX, valid_from=first, five_day_grade=4)
    assert study_weeks(context.session) == (FIVE, later)
