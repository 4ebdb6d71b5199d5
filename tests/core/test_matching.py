"""Claimed names beside known ones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_nobody_is_near_to_another_name() -> None:
    assert near_matches(split_full_name("Юсупов Тимур Рашидович"), None, PUPILS) == []


def test_no_more_matches_than_asked_for() -> None:
    wanted = split_full_name("Кузнецова Мария Олеговна")
    assert near_matches(wanted, BORN, PUPILS, limit=1) == ["child"]
