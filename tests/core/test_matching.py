"""Claimed names beside known ones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.people.matching import nearness
from journal_core.people.rules import (
    Agreement,
    compare_names,
    near_matches,
    search_key,
    split_full_name,
)
from journal_core.people.terms import PersonName

words = st.text(alphabet="АБВЕЁабвеё-' ", max_size=8)
names = st.builds(PersonName, last_name=words, first_name=words, patronymic=words)


@pytest.mark.clause("SVC-2.12.5")
@pytest.mark.parametrize(
    ("claimed", "known", "agreement"),
    [
        ("Иванов Пётр Ильич", "Иванов Пётр Ильич", Agreement.SAME),
        ("Иванов Петр Ильич", "Иванов Пётр Ильич", Agreement.SAME_BUT_SPELLING),
        ("ИВАНОВ Пётр ильич", "Иванов Пётр Ильич", Agreement.SAME_BUT_SPELLING),
        ("Иванова-Ким Анна", "Ким-Иванова Анна", Agreement.SAME_BUT_SPELLING),
        ("Сидорова Анна-Мария", "Сидорова Мария-Анна", Agreement.SAME_BUT_SPELLING),
        ("Иванов Пётр", "Иванов Пётр Ильич", Agreement.SIMILAR),
        ("Ивонов Пётр Ильич", "Иванов Пётр Ильич", Agreement.SIMILAR),
        ("Иваонв Пётр Ильич", "Иванов Пётр Ильич", Agreement.SIMILAR),
        ("Иванова Анна", "Иванова-Ким Анна", Agreement.SIMILAR),
        ("Ивонова-Ким Анна", "Иванова-Ким Анна", Agreement.SIMILAR),
        ("Иванов Ивон Ильич", "Иванов Иван Ильич", Agreement.SIMILAR),
        ("Пётр Иванов Ильич", "Иванов Пётр Ильич", Agreement.SIMILAR),
        ("Ивонов Пётр", "Иванов Пётр Ильич", Agreement.DIFFERENT),
        ("Ким Ян", "Ким Яна", Agreement.DIFFERENT),
        ("Иванов Олег Ильич", "Иванов Пётр Ильич", Agreement.DIFFERENT),
    ],
)
def test_names_agree_as_far_as_they_do(claimed: str, known: str, agreement: Agreement) -> None:
    one, other = split_full_name(claimed), split_full_name(known)
    assert compare_names(one, other) is agreement
    assert compare_names(other, one) is agreement


@pytest.mark.clause("SVC-2.12.5")
def test_only_a_patronymic_may_be_missing() -> None:
    known = split_full_name("Иванов Пётр Ильич")
    claimed = PersonName(last_name="", first_name="Пётр", patronymic="Ильич")
    assert compare_names(claimed, known) is Agreement.DIFFERENT
    assert compare_names(known, claimed) is Agreement.DIFFERENT


@given(names, names)
def test_comparison_is_symmetric(one: PersonName, other: PersonName) -> None:
    assert compare_names(one, other) is compare_names(other, one)
    assert compare_names(one, one) is Agreement.SAME


@given(names)
def test_folded_spelling_always_agrees(name: PersonName) -> None:
    folded = PersonName(
        last_name=search_key(name.last_name),
        first_name=search_key(name.first_name),
        patronymic=search_key(name.patronymic),
    )
    assert compare_names(name, folded) in {Agreement.SAME, Agreement.SAME_BUT_SPELLING}


BORN = date(2015, 5, 14)
PUPILS = [
    ("twin", split_full_name("Кузнецова Дарья Олеговна"), BORN),
    ("child", split_full_name("Кузнецова Марья Олеговна"), BORN),
    ("renamed", split_full_name("Петрова Марья Олеговна"), BORN),
    ("namesake", split_full_name("Кузнецова Марья Игоревна"), date(2012, 1, 9)),
    ("stranger", split_full_name("Абрамов Лев Ильич"), date(2013, 3, 3)),
]


def test_near_matches_come_nearest_first_and_strangers_never() -> None:
    found = near_matches(split_full_name("Кузнецова Мария Олеговна"), BORN, PUPILS)
    assert found[0] == "child"
    assert set(found) == {"child", "twin", "renamed", "namesake"}


def test_birth_date_finds_a_child_whose_surname_changed() -> None:
    found = near_matches(split_full_name("Смирнова Марья Олеговна"), BORN, PUPILS)
    assert "renamed" in found


def test_another_birth_date_makes_no_stranger_near() -> None:
    wanted = split_full_name("Абрамян Марья Олеговна")
    namesake = ("namesake", split_full_name("Кузнецова Марья Олеговна"), date(2012, 1, 9))
    assert near_matches(wanted, BORN, [namesake]) == []
    assert near_matches(wanted, None, [("undated", namesake[1], None)]) == []


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("Анна", "Анна", 0),
        ("Ана", "Анна", 1),
        ("Лев", "Левонид", 4),
        ("Ивон", "Иван", 1),
        ("Виан", "Иван", 1),
        ("Ивна", "Иван", 1),
        ("Абвавбв", "Абв", 4),
        ("Олег", "Иван", 4),
    ],
)
def test_nearness_counts_letters_added_dropped_changed_and_swapped(
    one: str, other: str, steps: int
) -> None:
    first, second = (PersonName(last_name="", first_name=name) for name in (one, other))
    expected = pytest.approx(1 - steps / max(len(one), len(other)))
    assert nearness(first, second) == expected
    assert nearness(second, first) == expected


def test_missing_patronymic_and_order_of_a_double_name_make_nobody_farther() -> None:
    told = split_full_name("Иванова Анна-Мария Ильинична")
    untold = split_full_name("Иванова Мария-Анна")
    assert nearness(told, untold) == nearness(untold, told) == pytest.approx(1)
    assert nearness(told, PersonName(last_name="", first_name="")) == 0


def test_nobody_is_near_to_another_name() -> None:
    assert near_matches(split_full_name("Юсупов Тимур Рашидович"), None, PUPILS) == []


def test_no_more_matches_than_asked_for() -> None:
    wanted = split_full_name("Кузнецова Мария Олеговна")
    assert near_matches(wanted, BORN, PUPILS, limit=1) == ["child"]
