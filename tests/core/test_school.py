"""The school's year."""

from datetime import date

import pytest

from journal_core.school.rules import academic_year_of


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_school_year_begins_on_the_first_of_september(day: date, year: int) -> None:
    assert academic_year_of(day) == year
