"""The year: periods, breaks, bells."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from journal_core.exchange.export import written_year
from portal.demo.believable.terms import Row

#: Study weeks of the four quarters, and the weeks of the break after each.
QUARTERS = ((8, 1), (8, 2), (10, 1), (8, 0))
BREAKS = ("Осенние каникулы", "Зимние каникулы", "Весенние каникулы")
FIRST_LESSON = time(8, 30)
LESSON, SHORT_LESSON = timedelta(minutes=45), timedelta(minutes=35)
#: The break after each lesson, minutes.
PAUSES = (10, 15, 20, 15, 10, 10, 10, 10)
WEEK = timedelta(weeks=1)


def quarters(year: int, weeks: int) -> Iterator[tuple[date, date]]:
    """First and last day of each quarter, as far as the study weeks reach."""
    first_day = date(year, 9, 1)
    monday = first_day - timedelta(days=first_day.weekday())
    since, left = first_day, weeks
    for study, pause in QUARTERS:
        if left <= 0:
            return
        monday += min(study, left) * WEEK
        yield since, monday - timedelta(days=1)
        left -= study
        monday += pause * WEEK
        since = monday


def period_rows(year: int, weeks: int) -> list[Row]:
    """Quarters for grades 1–9, half-years of two quarters for 10–11."""
    found = list(quarters(year, weeks))
    halves = [(pair[0][0], pair[-1][1]) for pair in (found[:2], found[2:]) if pair]
    return [
        {
            "Учебный год": written_year(year),
            "Вид": kind,
            "Номер": number,
            "С параллели": first,
            "По параллель": last,
            "Начало": since,
            "Конец": until,
        }
        for kind, spans, first, last in (
            ("четверть", found, 1, 9),
            ("полугодие", halves, 10, 11),
        )
        for number, (since, until) in enumerate(spans, 1)
    ]


def holiday_rows(year: int, weeks: int) -> list[Row]:
    """The breaks between the quarters, and one more of grade 1 in February."""
    found = list(quarters(year, weeks))
    rows = [
        (name, 1, 11, before[1] + timedelta(days=1), after[0] - timedelta(days=1))
        for name, before, after in zip(BREAKS, found, found[1:], strict=False)
    ]
    third = 2
    if len(found) > third:
        monday = found[third][0] + 4 * WEEK
        rows.append(("Дополнительные каникулы", 1, 1, monday, monday + timedelta(days=6)))
    return [
        {
            "Учебный год": written_year(year),
            "Название": name,
            "С параллели": first,
            "По параллель": last,
            "Начало": since,
            "Конец": until,
        }
        for name, first, last, since, until in rows
    ]


def bell_rows() -> list[Row]:
    return [
        {
            "Расписание звонков": name,
            "Обычное (да/нет)": is_regular,
            "Урок": number,
            "Начало": starts,
            "Конец": ends,
        }
        for name, is_regular, lesson in (
            ("Обычное", "да", LESSON),
            ("Сокращённое", "нет", SHORT_LESSON),
        )
        for number, (starts, ends) in enumerate(_bells(lesson), 1)
    ]


def _bells(lesson: timedelta) -> Iterator[tuple[str, str]]:
    moment = datetime.combine(date.min, FIRST_LESSON)
    for pause in PAUSES:
        yield f"{moment:%H:%M}", f"{moment + lesson:%H:%M}"
        moment += lesson + timedelta(minutes=pause)
