"""What the code says of the regulation is true of the regulation."""

from tests.architecture.regulation_map import MAP, citations, clauses, proofs, regulation_map


def test_cited_clauses_exist() -> None:
    known = clauses()
    assert {code: files for code, files in citations().items() if code not in known} == {}


def test_proved_clauses_exist() -> None:
    known = clauses()
    assert {code: tests for code, tests in proofs().items() if code not in known} == {}


def test_map_of_the_regulation_is_up_to_date() -> None:
    """`make regulation` writes it anew."""
    assert MAP.read_text("utf-8").splitlines() == regulation_map().splitlines()
