"""Working days and the service term, by the calendars that the decrees made."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.calendar.rules import (
    SERVICE_WORKING_DAYS,
    add_working_days,
    changed_days,
    check_year,
    is_working_day,
    next_working_day,
    service_term,
    verdict_of,
)
from journal_core.calendar.source import exceptional_days, known_years
from journal_core.calendar.terms import (
    DayKind,
    ExceptionalDay,
    PublishedCalendar,
    YearOfDays,
    derivation_from_json,
    derivation_to_json,
)
from journal_core.errors import CalendarNotPublished, RuleBroken

YEARS = known_years()
KNOWN = PublishedCalendar(
    years=frozenset(YEARS),
    exceptional={entry.day: entry for year in YEARS for entry in exceptional_days(year)},
)

days = st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31))
closed_days = st.dictionaries(days, st.just("карантин"), max_size=40)


def closing(closed: dict[date, str]) -> PublishedCalendar:
    return PublishedCalendar(years=KNOWN.years, exceptional=KNOWN.exceptional, closed=closed)


@pytest.mark.clause("SVC-2.11")
@pytest.mark.parametrize(
    ("registered", "check_due", "due"),
    [
        ("2026-04-30", "2026-05-04", "2026-05-05"),
        ("2026-05-08", "2026-05-12", "2026-05-13"),
        ("2026-11-03", "2026-11-05", "2026-11-06"),
        ("2026-11-23", "2026-11-24", "2026-11-25"),
        ("2026-11-21", "2026-11-23", "2026-11-24"),  # a Saturday is no day 1 of its own term
        ("2025-12-30", "2026-01-12", "2026-01-13"),
        ("2024-04-26", "2024-04-27", "2024-05-02"),  # a worked Saturday is day 1
        ("2025-10-31", "2025-11-01", "2025-11-05"),
        ("2023-12-31", "2024-01-09", "2024-01-10"),  # the day of registration needs no calendar
    ],
)
def test_term_ends_on_the_second_working_day(registered: str, check_due: str, due: str) -> None:
    term = service_term(date.fromisoformat(registered), KNOWN)
    assert term.registered_on.isoformat() == registered
    assert term.check_due_on.isoformat() == check_due
    assert term.due_on.isoformat() == due


@pytest.mark.clause("SVC-2.9")
@given(registered=days, closed=closed_days)
def test_term_holds_just_two_working_days(registered: date, closed: dict[date, str]) -> None:
    calendar = closing(closed)
    try:
        term = service_term(registered, calendar)
    except CalendarNotPublished:
        return
    assert registered < term.check_due_on < term.due_on
    assert is_working_day(term.due_on, calendar)
    between = [registered + timedelta(n) for n in range(1, (term.due_on - registered).days + 1)]
    assert [verdict.day for verdict in term.derivation] == between
    assert sum(is_working_day(day, calendar) for day in between) == SERVICE_WORKING_DAYS
    assert term.due_on not in closed


@pytest.mark.clause("SVC-3.5")
@given(one=days, other=days, closed=closed_days)
def test_later_registration_is_never_due_earlier(
    one: date, other: date, closed: dict[date, str]
) -> None:
    calendar = closing(closed)
    earlier, later = sorted((one, other))
    try:
        assert service_term(earlier, calendar).due_on <= service_term(later, calendar).due_on
    except CalendarNotPublished:
        return


@given(registered=st.dates(), years=st.frozensets(st.integers(2024, 2030), max_size=4))
def test_term_never_leaves_the_published_years(registered: date, years: frozenset[int]) -> None:
    calendar = PublishedCalendar(years=years)
    try:
        term = service_term(registered, calendar)
    except CalendarNotPublished as refusal:
        unpublished = {refusal.facts["year"]}
        told = set()
    else:
        unpublished = set()
        told = {verdict.day.year for verdict in term.derivation}
    assert told <= years
    assert not unpublished & years
    assert told or unpublished


@pytest.mark.parametrize("registered", ["2027-12-29", "2027-12-31", "2030-01-10", "9999-12-31"])
def test_no_promise_is_made_past_the_last_published_year(registered: str) -> None:
    with pytest.raises(CalendarNotPublished):
        service_term(date.fromisoformat(registered), KNOWN)


def test_last_promise_of_the_published_years_is_their_last_working_day() -> None:
    assert service_term(date(2027, 12, 28), KNOWN).due_on == date(2027, 12, 30)


@pytest.mark.parametrize(("year", "working"), [(2024, 248), (2025, 247), (2026, 247), (2027, 247)])
def test_known_years_have_the_official_number_of_working_days(year: int, working: int) -> None:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    assert sum(is_working_day(first + timedelta(n), KNOWN) for n in range(length)) == working
    check_year(YearOfDays(year=year, source="", days=exceptional_days(year)))


def test_year_without_moved_days_is_not_known() -> None:
    assert list(range(2024, YEARS[-1] + 1)) == YEARS
    assert not any(
        entry.kind is DayKind.MOVED_WORKING_DAY or "перенесено" in entry.name
        for entry in exceptional_days(YEARS[-1] + 1)
    )


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2024-12-28", DayKind.MOVED_WORKING_DAY),
        ("2024-12-30", DayKind.MOVED_DAY_OFF),
        ("2024-01-06", DayKind.HOLIDAY),  # moved, but a holiday all the same
        ("2026-01-04", DayKind.HOLIDAY),
        ("2026-03-09", DayKind.MOVED_DAY_OFF),
        ("2026-05-09", DayKind.HOLIDAY),
        ("2026-05-16", DayKind.WEEKEND),
        ("2027-02-20", DayKind.MOVED_WORKING_DAY),
        ("2026-05-12", DayKind.WORKING),
    ],
)
def test_each_day_tells_its_kind(day: str, kind: DayKind) -> None:
    assert verdict_of(date.fromisoformat(day), KNOWN).kind is kind


def test_closed_day_of_the_school_does_not_count() -> None:
    calendar = closing({date(2026, 11, 24): "карантин", date(2026, 11, 28): "карантин"})
    verdict = verdict_of(date(2026, 11, 24), calendar)
    assert (verdict.kind, verdict.counts, verdict.name) == (
        DayKind.SCHOOL_CLOSED,
        False,
        "карантин",
    )
    assert verdict_of(date(2026, 11, 28), calendar).kind is DayKind.WEEKEND
    assert service_term(date(2026, 11, 23), calendar).due_on == date(2026, 11, 26)


def test_school_can_be_closed_on_a_worked_saturday() -> None:
    calendar = closing({date(2027, 2, 20): "ремонт"})
    assert not is_working_day(date(2027, 2, 20), calendar)


def test_next_working_day_is_never_the_day_itself() -> None:
    assert next_working_day(date(2026, 11, 23), KNOWN) == date(2026, 11, 24)
    assert next_working_day(date(2026, 4, 30), KNOWN) == date(2026, 5, 4)


@given(day=st.dates(date(2024, 1, 1), date(2027, 6, 1)), count=st.integers(2, 30))
def test_working_days_are_added_one_by_one(day: date, count: int) -> None:
    step = add_working_days(day, count - 1, KNOWN)
    assert add_working_days(day, count, KNOWN) == next_working_day(step, KNOWN)


def test_working_days_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match=r"^working days are counted from 1$"):
        add_working_days(date(2026, 11, 23), 0, KNOWN)


@given(registered=st.dates(date(2024, 1, 1), date(2027, 12, 1)))
def test_derivation_survives_storage(registered: date) -> None:
    derivation = service_term(registered, KNOWN).derivation
    assert derivation_from_json(derivation_to_json(derivation)) == derivation


@pytest.mark.parametrize(
    ("day", "kind", "code"),
    [
        (date(2027, 1, 1), DayKind.HOLIDAY, "calendar_day_of_other_year"),
        (date(2028, 1, 3), DayKind.SCHOOL_CLOSED, "calendar_day_kind_unfit"),
        (date(2028, 1, 8), DayKind.MOVED_DAY_OFF, "calendar_day_off_at_weekend"),
        (date(2028, 1, 3), DayKind.MOVED_WORKING_DAY, "calendar_working_day_in_week"),
    ],
)
def test_day_that_no_calendar_can_have_is_refused(day: date, kind: DayKind, code: str) -> None:
    entry = ExceptionalDay(day=day, kind=kind)
    with pytest.raises(RuleBroken) as refusal:
        check_year(YearOfDays(year=2028, source="", days=(entry,)))
    assert refusal.value.code == code


def test_day_named_twice_is_refused() -> None:
    entry = ExceptionalDay(day=date(2028, 1, 1), kind=DayKind.HOLIDAY)
    with pytest.raises(RuleBroken, match=r"^calendar_day_twice$"):
        check_year(YearOfDays(year=2028, source="", days=(entry, entry)))


@pytest.mark.clause("SVC-2.11")
@pytest.mark.parametrize(("day", "year"), [(date(2028, 1, 10), 2028), (date.max, 10000)])
def test_refusal_names_the_year_wanted_and_the_last_published(day: date, year: int) -> None:
    with pytest.raises(CalendarNotPublished) as refusal:
        next_working_day(day, KNOWN)
    assert (refusal.value.code, refusal.value.clause) == ("calendar_not_published", "SVC-2.11")
    assert refusal.value.facts == {"year": year, "last_year": 2027}


def test_last_day_that_a_calendar_knows_can_be_a_due_date() -> None:
    last = PublishedCalendar(years=frozenset({date.max.year}))
    assert next_working_day(date(9999, 12, 30), last) == date.max


def test_refusal_of_a_day_names_the_day_and_the_year() -> None:
    entry = ExceptionalDay(day=date(2028, 1, 8), kind=DayKind.MOVED_DAY_OFF)
    with pytest.raises(RuleBroken) as refusal:
        check_year(YearOfDays(year=2028, source="", days=(entry,)))
    assert refusal.value.facts == {"day": entry.day, "year": 2028}


@pytest.mark.clause("SVC-2.11")
def test_day_keeps_the_name_of_its_occasion() -> None:
    assert verdict_of(date(2026, 5, 1), KNOWN).name == "Праздник Весны и Труда"
    assert verdict_of(date(2026, 5, 12), KNOWN).name == ""


@pytest.mark.clause("SVC-2.11")
def test_new_due_date_is_explained_by_the_days_that_count_otherwise() -> None:
    registered = date(2026, 11, 20)
    before = service_term(registered, KNOWN)
    closed = closing({date(2026, 11, 23): "карантин", date(2026, 11, 25): "ремонт"})
    after = service_term(registered, closed)
    why = changed_days(before.derivation, after.derivation)
    assert [verdict.name for verdict in why] == ["карантин", "ремонт"]
    back = changed_days(after.derivation, before.derivation)
    assert [verdict.day for verdict in back] == [date(2026, 11, 23)]
    assert changed_days(after.derivation, after.derivation) == ()


def test_weekend_that_only_the_new_derivation_reaches_explains_nothing() -> None:
    weekend = [verdict_of(date(2026, 11, day), KNOWN) for day in (20, 21, 22)]
    assert changed_days((), weekend) == ()
    assert changed_days((), [verdict_of(date(2027, 2, 20), KNOWN)])
