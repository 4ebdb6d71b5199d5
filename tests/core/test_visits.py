"""When the school receives, and who holds which place."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.calendar.rules import is_working_day
from journal_core.calendar.source import exceptional_days
from journal_core.calendar.terms import PublishedCalendar
from journal_core.school.terms import SchoolSettings
from journal_core.visits.rules import named_weekdays, slots_ahead, slots_on
from tests.clock import MOSCOW

CALENDAR = PublishedCalendar(
    years=frozenset({2026}), exceptional={day.day: day for day in exceptional_days(2026)}
)
THURSDAY = date(2026, 4, 30)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Пн–Пт", {0, 1, 2, 3, 4}),
        ("с ПН по ПТ", {0, 1, 2, 3, 4}),
        ("вт, чт", {1, 3}),
        ("понедельник - среда и суббота", {0, 1, 2, 5}),
        ("Сб–Пн", {5, 6, 0}),
        ("по пятницам", {4}),
        ("Mon–Wed, Saturday", {0, 1, 2, 5}),
        ("все дни", set()),
        ("", set()),
    ],
)
def test_reception_days_are_read(text: str, days: set[int]) -> None:
    assert named_weekdays(text) == days


@pytest.mark.clause("SVC-3.4.1")
def test_day_of_the_regulation_has_slots_from_nine_to_half_past_two() -> None:
    slots = slots_on(THURSDAY, SchoolSettings(visit_slot_minutes=15), CALENDAR)
    assert (slots[0], slots[-1], len(slots)) == (time(9, 0), time(14, 15), 22)


@pytest.mark.clause("SVC-3.4.1")
@given(
    day=st.dates(date(2026, 1, 1), date(2027, 2, 1)),
    days=st.sampled_from(["Пн–Пт", "Пн–Сб", "вт, чт", "", "Сб–Вс"]),
    begins=st.times(time(6), time(23)),
    ends=st.times(time(6), time(23)),
    minutes=st.integers(0, 300),
    closed=st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20),
)
def test_every_slot_lies_inside_the_reception_of_a_working_day(
    day: date, days: str, begins: time, ends: time, minutes: int, closed: set[date]
) -> None:
    settings = SchoolSettings(
        reception_days=days,
        reception_from=f"{begins:%H:%M}",
        reception_to=f"{ends:%H:%M}",
        visit_slot_minutes=minutes,
    )
    calendar = PublishedCalendar(
        years=CALENDAR.years,
        exceptional=CALENDAR.exceptional,
        closed=dict.fromkeys(closed, "карантин"),
    )
    slots = slots_on(day, settings, calendar)
    for at in slots:
        assert is_working_day(day, calendar)
        assert day.weekday() in (named_weekdays(days) or range(5))
        assert time.fromisoformat(settings.reception_from) <= at
        end = datetime.combine(day, at) + timedelta(minutes=minutes)
        assert end <= datetime.combine(day, time.fromisoformat(settings.reception_to))
    assert sorted(set(slots)) == list(slots)


def test_holidays_and_past_hours_are_not_offered() -> None:
    now = datetime(2026, 4, 30, 14, 0, tzinfo=MOSCOW)
    settings = SchoolSettings(visit_days_ahead=5, visit_slot_minutes=30)
    slots = [slot.astimezone(MOSCOW) for slot in slots_ahead(now, settings, CALENDAR, MOSCOW)]
    assert {slot.date() for slot in slots} == {date(2026, 5, 4), date(2026, 5, 5)}
    settings = SchoolSettings(visit_days_ahead=0, visit_slot_minutes=15)
    slots = [slot.astimezone(MOSCOW) for slot in slots_ahead(now, settings, CALENDAR, MOSCOW)]
    assert slots == [datetime(2026, 4, 30, 14, 15, tzinfo=MOSCOW)]


@pytest.mark.clause("SVC-3.4.1")
def test_slot_may_be_as_short_as_a_minute_and_no_shorter() -> None:
    assert len(slots_on(THURSDAY, SchoolSettings(visit_slot_minutes=1), CALENDAR)) == 330
    assert slots_on(THURSDAY, SchoolSettings(visit_slot_minutes=0), CALENDAR) == ()


def test_today_is_the_schools_day() -> None:
    after_midnight = datetime(2026, 4, 29, 22, 0, tzinfo=UTC)
    settings = SchoolSettings(visit_days_ahead=0)
    slots = slots_ahead(after_midnight, settings, CALENDAR, MOSCOW)
    assert {slot.astimezone(MOSCOW).date() for slot in slots} == {THURSDAY}
