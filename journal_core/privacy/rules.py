"""Until when records are kept: pure arithmetic (SVC-2.2.3, REC-1.5)."""

from datetime import datetime, timedelta

from journal_core.privacy.terms import KeptKind
from journal_core.school.terms import SchoolSettings

#: The longest window in which attempts are counted, days: younger ones still throttle.
COUNTED_DAYS = 1


def years_before(moment: datetime, years: int) -> datetime:
    """The same day and hour so many years earlier; 28 February for a 29th that is not there."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def cut_off(kind: KeptKind, settings: SchoolSettings, at: datetime) -> datetime:
    """What ended at this moment or earlier has been kept for its whole term.

    The term is days or calendar years of 24-hour days from the moment of the end, both ends
    exact: kept 30 days means due when 30 days have passed to the second.
    """
    days = {
        KeptKind.PAPERS: settings.keep_papers_days,
        KeptKind.LETTERS: settings.keep_letters_days,
        KeptKind.ATTEMPTS: max(settings.keep_attempts_days, COUNTED_DAYS),
        KeptKind.SESSIONS: settings.keep_sessions_days,
        KeptKind.NOTICES: settings.keep_notices_days,
        KeptKind.LOOKS: settings.keep_looks_days,
    }
    years = {
        KeptKind.REQUESTS: settings.keep_requests_years,
        KeptKind.VIEWS: settings.keep_views_years,
        KeptKind.FAMILIES: settings.keep_families_years,
        KeptKind.RISKS: settings.keep_families_years,
    }
    if kind in days:
        return at - timedelta(days=days[kind])
    return years_before(at, years[kind])
