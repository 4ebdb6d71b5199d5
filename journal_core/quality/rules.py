"""How a request's terms are judged, and the arithmetic of many. Pure functions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from journal_core.clock import local_date, local_moment
from journal_core.quality.terms import (
    AnnouncedOn,
    Aspect,
    Delay,
    Ending,
    Passage,
    Preset,
    ServiceCase,
    ServiceFacts,
    ServiceQuality,
    Span,
    Spread,
    Verdict,
)
from journal_core.requests.terms import RequestState, ResultDelivery
from journal_core.school.rules import academic_year_of

S = RequestState
DAY = timedelta(days=1)

_ENDINGS = {
    S.SUBMITTED: Ending.WAITING,
    S.CANCELLED: Ending.CANCELLED,
    S.COMPLETED: Ending.RENDERED,
    S.REFUSED: Ending.REFUSED,
    S.REFUSAL_DELIVERED: Ending.REFUSED,
}
_DELAYS = {
    S.RECEIVED: Delay.CHECK,
    S.VERIFIED: Delay.CODE,
    S.REFUSAL_PREPARED: Delay.SIGNATURE,
}


def span_of(preset: Preset, today: date) -> Span:
    """The dates of a preset: whole calendar months and quarters, the year from 1 September."""
    month = today.replace(day=1)
    quarter = month.replace(month=month.month - (month.month - 1) % 3)
    year = date(academic_year_of(today), 9, 1)
    return {
        Preset.MONTH: Span(since=month, until=_next_month(month) - DAY),
        Preset.LAST_MONTH: Span(since=(month - DAY).replace(day=1), until=month - DAY),
        Preset.QUARTER: Span(since=quarter, until=_next_month(quarter + 62 * DAY) - DAY),
        Preset.YEAR: Span(since=year, until=year.replace(year=year.year + 1) - DAY),
        Preset.ALL: Span(),
    }[preset]


@lru_cache(maxsize=4096)
def end_of(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of the day at the school: the first moment that is too late."""
    return local_moment(day + DAY, time(0), zone)


def verdict(due_on: date, done_at: datetime | None, now: datetime, zone: ZoneInfo) -> Verdict:
    """Whether what was due by 24:00 of the day, school time, was done by then (SVC-2.9, 2.11).

    Done at 23:59:59 of the day is kept, at 00:00 of the next is broken. What is not done is open
    until the day has passed, and broken from then on.
    """
    deadline = end_of(due_on, zone)
    if (done_at or now) >= deadline:
        return Verdict.BROKEN
    return Verdict.KEPT if done_at else Verdict.OPEN


def judge(facts: ServiceFacts, now: datetime, zone: ZoneInfo) -> ServiceCase:
    """The request with all that it counts for."""
    stays = time_in_states(facts.moves)
    marks: dict[Aspect, tuple[StrEnum, ...]] = {
        Aspect.CHANNEL: (facts.channel,),
        Aspect.ENDING: (_ENDINGS.get(facts.state, Ending.IN_WORK),),
        Aspect.STATE: (facts.state,),
        Aspect.PASSED: tuple(stays),
        Aspect.GROUND: facts.grounds,
    }
    told = Aspect.TOLD if facts.state is S.COMPLETED else Aspect.HANDED
    for aspect, value in (
        (Aspect.CHOSEN, facts.result_delivery),
        (Aspect.CLOSED, facts.close_reason),
        (told, facts.delivered_how),
    ):
        if value:
            marks[aspect] = (value,)
    if facts.due_on and facts.check_due_on:
        marks |= _judged_terms(facts, facts.due_on, facts.check_due_on, now, zone)
    return ServiceCase(facts=facts, marks=marks, age=_age(facts, now), stays=stays)


def figures(cases: Iterable[ServiceCase], zone: ZoneInfo) -> ServiceQuality:
    """The figures of these requests: every count is the number of cases with that mark.

    The cases are met one by one and not kept: thousands of them would be the collector's work.
    """
    marks: defaultdict[Aspect, list[StrEnum]] = defaultdict(list)
    months: defaultdict[date, Counter[StrEnum]] = defaultdict(Counter)
    stays: defaultdict[RequestState, list[int]] = defaultdict(list)
    waits: list[int] = []
    for case in cases:
        for aspect, values in case.marks.items():
            marks[aspect] += values
        for state, seconds in case.stays.items():
            stays[state].append(seconds)
        received_at = case.facts.received_at
        if received_at:
            month = local_date(received_at, zone).replace(day=1)
            months[month].update(case.marks[Aspect.TERM])
            waits.append(int((received_at - case.facts.submitted_at).total_seconds()))
    return ServiceQuality(
        total=len(marks[Aspect.STATE]),
        counts={aspect: Counter(marks[aspect]) for aspect in Aspect},
        months=dict(sorted(months.items())),
        spreads={state: spread for state in S if (spread := spread_of(stays[state]))},
        waits=spread_of(waits),
    )


def spread_of(seconds: Iterable[int]) -> Spread | None:
    """Median and 90th percentile by nearest rank, and the longest; None of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    return Spread(
        count=len(ordered),
        median=timedelta(seconds=ordered[(len(ordered) + 1) // 2 - 1]),
        p90=timedelta(seconds=ordered[(len(ordered) * 9 + 9) // 10 - 1]),
        longest=timedelta(seconds=ordered[-1]),
    )


def time_in_states(moves: Sequence[Passage]) -> dict[RequestState, int]:
    """Seconds of calendar time in each state that was left; stays in one state are added."""
    stays: dict[RequestState, int] = {}
    for (state, since), (_next, until) in pairwise(moves):
        stays[state] = stays.get(state, 0) + until - since
    return stays


def _judged_terms(
    facts: ServiceFacts, due_on: date, check_due_on: date, now: datetime, zone: ZoneInfo
) -> dict[Aspect, tuple[StrEnum, ...]]:
    """The term and its parts (SVC-2.9, 2.11, 3.5).

    The first check counts and the first code: what came back is judged by the term alone. The
    code has a term of its own only where the check found no ground for refusal.
    """
    moves = facts.moves
    term = verdict(due_on, facts.announced_at, now, zone)
    checked_at = next((move.at for was, move in pairwise(moves) if was.state is S.RECEIVED), None)
    marks: dict[Aspect, tuple[StrEnum, ...]] = {
        Aspect.TERM: (term,),
        Aspect.ANNOUNCED: (_announced_on(facts, check_due_on, term, zone),),
        Aspect.CHECK: (verdict(check_due_on, _moment(checked_at), now, zone),),
    }
    came_to = {state: at for state, at in reversed(moves)}
    if S.VERIFIED in came_to and S.REFUSAL_PREPARED not in came_to:
        coded_at = _moment(came_to.get(S.CODE_ISSUED))
        marks[Aspect.CODE] = (verdict(due_on, coded_at, now, zone),)
    if term is Verdict.BROKEN:
        marks[Aspect.DELAY] = (_delay(facts, end_of(due_on, zone)),)
    return marks


def _announced_on(
    facts: ServiceFacts, check_due_on: date, term: Verdict, zone: ZoneInfo
) -> AnnouncedOn:
    """The day of the term; days that do not count belong to the working day before them."""
    if facts.announced_at is None:
        return AnnouncedOn.NOT_YET
    if term is Verdict.BROKEN:
        return AnnouncedOn.LATER
    day = local_date(facts.announced_at, zone)
    if day == facts.due_on:
        return AnnouncedOn.DAY_2
    return AnnouncedOn.DAY_1 if day >= check_due_on else AnnouncedOn.DAY_0


def _delay(facts: ServiceFacts, deadline: datetime) -> Delay:
    """Whom the request waited for in the state in which its term ran out.

    An outcome that is there waits for its announcement: by a letter where there is an address
    for it, else by the office's call or post (SVC-3.4.3).
    """
    before = [move.state for move in facts.moves if move.at < deadline.timestamp()]
    state = before[-1] if before else S.RECEIVED
    by_letter = facts.has_email
    if state is S.CODE_ISSUED:
        by_letter = facts.result_delivery is ResultDelivery.EMAIL
    return _DELAYS.get(state, Delay.LETTER if by_letter else Delay.CALL)


def _age(facts: ServiceFacts, now: datetime) -> timedelta:
    closed = facts.state is S.CANCELLED and facts.moves
    ended_at = _moment(facts.moves[-1].at) if closed else facts.announced_at
    return (ended_at or now) - (facts.received_at or facts.submitted_at)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1)
