"""Numbers of a request, and the papers that it needs."""

import pytest

from journal_core.requests.rules import (
    needed_papers,
    parse_request_number,
    written_request_number,
)
from journal_core.requests.terms import Capacity, PaperKind


@pytest.mark.parametrize(
    ("year", "number", "written"),
    [(2026, 42, "26-00042"), (2105, 1, "05-00001"), (2026, 123456, "26-123456")],
)
def test_number_begins_with_the_year(year: int, number: int, written: str) -> None:
    assert written_request_number(year, number) == written


@pytest.mark.clause("SVC-2.19")
@pytest.mark.parametrize("typed", ["26-00042", " 26 00042", "2600042", "№ 26–00042"])
def test_number_is_found_however_it_is_typed(typed: str) -> None:
    assert parse_request_number(typed) == "26-00042"


@pytest.mark.clause("SVC-2.6", "SVC-2.7")
@pytest.mark.parametrize(
    ("capacity", "other"),
    [
        (Capacity.PARENT, PaperKind.BIRTH_CERTIFICATE),
        (Capacity.GUARDIAN, PaperKind.GUARDIANSHIP),
        (None, PaperKind.BIRTH_CERTIFICATE),
    ],
)
def test_applicant_shows_an_identity_paper_and_one_more(
    capacity: Capacity | None, other: PaperKind
) -> None:
    assert needed_papers(capacity) == {PaperKind.IDENTITY, other}
