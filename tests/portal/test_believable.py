"""The made-up school hangs together, whatever its size."""

from collections import Counter
from datetime import date

import pytest

from portal.demo.believable import believable_school
from portal.demo.believable.terms import Sheets


@pytest.fixture(scope="module", params=[120, 1000])
def school(request: pytest.FixtureRequest) -> Sheets:
    return believable_school(pupils=request.param, weeks=34, seed=1, year=2026)


def test_same_seed_makes_the_same_school() -> None:
    def told(seed: int) -> Sheets:
        return believable_school(pupils=60, weeks=4, seed=seed, year=2026)

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_nobody_is_in_two_places_at_one_hour(school: Sheets) -> None:
    for who in ("Учитель", "Кабинет"):
        hours = Counter((row["День недели"], row["Урок"], row[who]) for row in school["timetable"])
        assert set(hours.values()) == {1}
    of_class = Counter(
        (row["День недели"], row["Урок"], row["Класс"], row["Группа"])
        for row in school["timetable"]
    )
    assert set(of_class.values()) == {1}


@pytest.mark.clause("INS-3.6.2")
def test_week_gives_every_class_what_the_load_and_the_curriculum_want(school: Sheets) -> None:
    given = Counter(
        (row["Класс"], row["Группа"], row["Предмет"], row["Учитель"]) for row in school["timetable"]
    )
    wanted = {
        (row["Класс"], row["Группа"], row["Предмет"], row["Учитель"]): row["Часов в неделю"]
        for row in school["load"]
    }
    assert given == wanted


def test_no_day_of_a_class_has_a_gap(school: Sheets) -> None:
    days: dict[object, set[object]] = {}
    for row in school["timetable"]:
        days.setdefault((row["Класс"], row["День недели"]), set()).add(row["Урок"])
    assert all(numbers == set(range(1, len(numbers) + 1)) for numbers in days.values())


def test_everybody_is_represented_and_in_one_group_of_each_division(school: Sheets) -> None:
    pupils = {row["№ личного дела"] for row in school["pupils"]}
    assert {row["№ личного дела"] for row in school["representatives"]} == pupils
    groups = Counter((row["№ личного дела"], row["Предмет"]) for row in school["group_members"])
    assert set(groups.values()) == {1}


def test_large_school_has_the_promised_numbers() -> None:
    school = believable_school(pupils=1000, weeks=34, seed=1, year=2026)
    assert len(school["pupils"]) == 1000
    assert len(school["classes"]) == 40
    assert 60 <= len(school["staff"]) <= 80
    assert 1750 <= len(school["representatives"]) <= 1900
    plans = {(row["План"], row["Класс"]) for row in school["plans"]}
    assert len(plans) >= 400


def test_year_has_as_many_study_weeks_as_were_asked_for() -> None:
    school = believable_school(pupils=30, weeks=10, seed=1, year=2026)
    quarters = [row for row in school["periods"] if row["Вид"] == "четверть"]
    assert [row["Начало"] for row in quarters] == [date(2026, 9, 1), date(2026, 11, 2)]
    assert quarters[-1]["Конец"] == date(2026, 11, 15)
