"""The text file of a year's calendar."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.calendar.source import exceptional_days, known_years
from journal_core.calendar.terms import DayKind, YearOfDays
from journal_core.calendar.year_file import read_year, write_year
from journal_core.errors import RuleBroken

HEAD = "# year: 2028\n# source: Постановление № 1\nday,kind,name\n"


@pytest.mark.parametrize("year", known_years())
def test_written_year_is_read_back(year: int) -> None:
    published = YearOfDays(year=year, source="Постановление № 1", days=exceptional_days(year))
    assert read_year(write_year(published)) == published


def test_file_saved_by_a_spreadsheet_is_read() -> None:
    text = (
        "\N{ZERO WIDTH NO-BREAK SPACE}# year: 2028;;\r\n# source: Постановление № 1;;\r\n"
        'Day;Kind;Name\r\n2028-01-01;holiday;"Новый год; каникулы"\r\n# примечание\r\n\r\n'
    )
    year = read_year(text)
    assert (year.year, year.source) == (2028, "Постановление № 1")
    assert [(entry.kind, entry.name) for entry in year.days] == [
        (DayKind.HOLIDAY, "Новый год; каникулы")
    ]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "no_year"),
        ("# year: 28\nday,kind,name\n", 1, "no_year"),
        ("# year: 2028\n2028-01-01,holiday,\n", 2, "no_header"),
        (HEAD + "2028-01-01,holiday,\n2028-02-30,holiday,\n", 5, "not_a_date"),
        (HEAD + "01.01.2028,holiday,\n", 4, "not_a_date"),
        (HEAD + "2028-01-01,выходной,\n", 4, "unknown_kind"),
        (HEAD + "2028-01-01,weekend,\n", 4, "unknown_kind"),
        (HEAD + "2027-01-01,holiday,\n", 4, "calendar_day_of_other_year"),
        (HEAD + "2028-01-01,holiday\n", 4, "not_three_cells"),
        (HEAD + "2028-01-01,moved_day_off,\n", 4, "calendar_day_off_at_weekend"),
        (HEAD + "2028-01-03,moved_working_day,\n", 4, "calendar_working_day_in_week"),
        (HEAD + "2028-01-03,holiday,\n2028-01-03,holiday,\n", 5, "calendar_day_twice"),
        (HEAD + f"2028-01-03,holiday,{'я' * 201}\n", 4, "text_unfit"),
        (HEAD.replace("№", "\0"), 2, "text_unfit"),
    ],
)
def test_wrong_line_is_named(text: str, line: int, problem: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        read_year(text)
    assert refusal.value.code == "calendar_file_wrong"
    wrong = refusal.value.facts["wrong"]
    assert [(found.line, found.problem) for found in wrong] == [(line, problem)]


def test_every_wrong_line_is_named_at_once() -> None:
    text = HEAD + "2028-01-03,holiday,\n2028-13-01,holiday,\n2028-01-04,party,\n2027-01-05,holiday,"
    with pytest.raises(RuleBroken) as refusal:
        read_year(text)
    assert [found.line for found in refusal.value.facts["wrong"]] == [5, 6, 7]


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, HEAD + text):
        with suppress(RuleBroken):
            assert read_year(whole).year > 0
