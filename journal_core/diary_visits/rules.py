"""How long a family is silent, and how regularly a class looks: pure arithmetic (INS-3.2.6)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from journal_core.academic_year.rules import bounds, break_on, periods_of
from journal_core.academic_year.terms import StudyYear
from journal_core.diary_visits.terms import (
    WINDOWS,
    ClassShares,
    Family,
    FamilyState,
    Member,
    Share,
)
from journal_core.school.terms import SchoolSettings

_DAY = timedelta(days=1)


def study_time(since: date, until: date, grade: int, year: StudyYear) -> int:
    """Days from the one to the other, both counted, that lie in study time.

    These are the days of the grade's periods outside its breaks. Sundays and single holidays
    count, so that fourteen of them are two weeks; holidays between periods, days before the first
    period and the summer make nobody silent.
    """
    periods = periods_of(year.periods, grade)
    days = (since + passed * _DAY for passed in range((until - since).days + 1))
    return sum(
        any(one.since <= day <= one.until for one in periods) and break_on(day, grade, year) is None
        for day in days
    )


def silent_since(
    members: Sequence[Member], enrolled_on: date, first_visit: date, year: StudyYear
) -> date:
    """The first day from which a family without a visit since is silent.

    It is the day after the last visit of a representative whose right holds; one that never
    looked counts from when it could: the account of the first who made one, and while nobody has,
    the first known right. Never before the pupil came, the academic year began, or any visit of
    anybody was put on record in this school (`first_visit`).
    """
    last = max((one.last_visit for one in members if one.last_visit), default=None)
    if last is not None:
        began = last + _DAY
    else:
        accounts = [one.account_on for one in members if one.account_on]
        known = [one.known_on or date.min for one in members]
        began = min(accounts or known, default=date.min)
    return max(began, enrolled_on, bounds(year.academic_year)[0], first_visit)


def silence_limit(settings: SchoolSettings, *, is_at_risk: bool) -> int:
    """Days of study time: two weeks (INS-3.2.6), one for the risk group (INS-3.2.8)."""
    days = settings.risk_silence_days if is_at_risk else settings.silence_days
    return min(days, settings.silence_days)


def is_silent(family: Family, settings: SchoolSettings) -> bool:
    """Whether a task is to be opened: the limit's last day has passed without a visit."""
    limit = silence_limit(settings, is_at_risk=family.is_at_risk)
    return bool(family.members) and family.silent_days >= limit


def shares_of(class_id: UUID, class_name: str, families: Iterable[Family], on: date) -> ClassShares:
    """What part of the class looked within each window, today its last day (POL-3.5.5)."""
    rows = list(families)
    counted = [one for one in rows if one.members]
    return ClassShares(
        class_id=class_id,
        class_name=class_name,
        families=_shares(counted, lambda one: one.last_visit, on),
        pupils=_shares(rows, lambda one: one.pupil_visit, on),
        no_account=sum(one.state is FamilyState.NO_ACCOUNT for one in rows),
        silent=sum(one.state is FamilyState.SILENT for one in rows),
        due=sum(one.task is not None and one.task.is_due(on) for one in rows),
    )


def added(shares: Sequence[ClassShares]) -> ClassShares:
    """All the classes together."""
    return ClassShares(
        class_id=None,
        class_name="",
        families=_sums([one.families for one in shares]),
        pupils=_sums([one.pupils for one in shares]),
        no_account=sum(one.no_account for one in shares),
        silent=sum(one.silent for one in shares),
        due=sum(one.due for one in shares),
    )


def _shares(
    rows: Sequence[Family], seen: Callable[[Family], date | None], on: date
) -> tuple[Share, ...]:
    days = [(on - day).days for day in map(seen, rows) if day]
    return tuple(
        Share(count=sum(passed < window for passed in days), of=len(rows)) for window in WINDOWS
    )


def _sums(columns: Sequence[tuple[Share, ...]]) -> tuple[Share, ...]:
    return tuple(
        Share(count=sum(one.count for one in each), of=sum(one.of for one in each))
        for each in zip(*columns, strict=True)
    ) or tuple(Share(count=0, of=0) for _window in WINDOWS)
