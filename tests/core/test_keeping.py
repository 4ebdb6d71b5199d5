"""Until when records are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from journal_core.privacy.rules import cut_off
from journal_core.privacy.terms import KeptKind
from journal_core.school.terms import SchoolSettings

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = SchoolSettings(
    keep_papers_days=1,
    keep_letters_days=2,
    keep_attempts_days=3,
    keep_sessions_days=4,
    keep_requests_years=5,
    keep_views_years=6,
    keep_notices_days=7,
    keep_looks_days=8,
    keep_families_years=9,
)


@pytest.mark.clause("SVC-2.2.3")
@pytest.mark.parametrize(
    ("kind", "before"),
    [
        (KeptKind.PAPERS, NOW - timedelta(days=1)),
        (KeptKind.LETTERS, NOW - timedelta(days=2)),
        (KeptKind.ATTEMPTS, NOW - timedelta(days=3)),
        (KeptKind.SESSIONS, NOW - timedelta(days=4)),
        (KeptKind.REQUESTS, NOW.replace(year=2021)),
        (KeptKind.VIEWS, NOW.replace(year=2020)),
        (KeptKind.NOTICES, NOW - timedelta(days=7)),
        (KeptKind.LOOKS, NOW - timedelta(days=8)),
        (KeptKind.FAMILIES, NOW.replace(year=2017)),
        (KeptKind.RISKS, NOW.replace(year=2017)),
    ],
)
def test_each_kind_is_kept_for_its_own_term(kind: KeptKind, before: datetime) -> None:
    assert cut_off(kind, SETTINGS, NOW) == before


def test_attempts_are_kept_for_as_long_as_they_throttle() -> None:
    settings = SchoolSettings(keep_attempts_days=0)
    assert cut_off(KeptKind.ATTEMPTS, settings, NOW) == NOW - timedelta(days=1)
