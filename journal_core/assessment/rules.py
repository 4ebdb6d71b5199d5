"""How often a pupil is to be asked (INS-3.3.9)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from journal_core.academic_year.terms import Break
from journal_core.assessment.terms import Asked, AskedSince, Lack
from journal_core.school.terms import SchoolSettings

#: From so many lessons a week on, as many marks as lessons are wanted; at fewer, two.
_MANY_A_WEEK = 3
_FEW_WANTED = 2
_DAY = timedelta(days=1)
_WEEK = 7


def asked_since(today: date, breaks: Iterable[Break], settings: SchoolSettings) -> AskedSince:
    """The first days of the last three and four weeks (INS-3.3.9).

    Today is the last day of both and counts; days of a break do not, so that after holidays the
    weeks before them are looked at. `breaks` are those of the grade.
    """
    spans = [(one.since, one.until) for one in breaks]
    return AskedSince(
        first=_back(today, settings.first_mark_weeks * _WEEK, spans),
        second=_back(today, settings.second_mark_weeks * _WEEK, spans),
    )


def wanted_marks(hours: float) -> int:
    """Marks within the longer span: 2 at one or two lessons a week, n at n ≥ 3 (INS-3.3.9)."""
    return int(hours) if hours >= _MANY_A_WEEK else _FEW_WANTED


def lack_of(asked: Asked, spans: AskedSince, wanted: int) -> Lack:
    """Whether the pupil was asked often enough (INS-3.3.9, POL-3.7.4).

    A span counts only for who was in the course from its first day: at the beginning of the year
    and for a new pupil nothing is lacking yet.
    """
    if asked.since is None:
        return Lack.ENOUGH
    if asked.since <= spans.first and not asked.in_first:
        return Lack.NONE
    if asked.since <= spans.second and asked.in_second < wanted:
        return Lack.FEW
    return Lack.ENOUGH


def _back(today: date, days: int, breaks: Sequence[tuple[date, date]]) -> date:
    """The first of so many days that end with today, those of breaks left out."""
    day, left = today, days
    while True:
        if not any(since <= day <= until for since, until in breaks):
            left -= 1
        if left == 0:
            return day
        day -= _DAY
