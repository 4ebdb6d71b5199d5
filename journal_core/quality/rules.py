"""How a request's terms are judged, and the arithmetic of many. Pure functions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
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
    marks: dict[Aspect, tuple[StrEnum, ...]] = {
        Aspect.CHANNEL: (facts.channel,),
        Aspect.ENDING: (_ENDINGS.get(facts.state, Ending.IN_WORK),),
        Aspect.STATE: (facts.state,),
    }
    if facts.result_delivery:
        marks[Aspect.CHOSEN] = (facts.result_delivery,)
    if facts.close_reason:
        marks[Aspect.CLOSED] = (facts.close_reason,)
    if facts.grounds:
        marks[Aspect.GROUND] = facts.grounds
    if facts.delivered_how:
        told = Aspect.TOLD if facts.state is S.COMPLETED else Aspect.HANDED
        marks[told] = (facts.delivered_how,)
    stays = time_in_states(facts.moves)
    marks[Aspect.PASSED] = tuple(stays)
    late = _judge_terms(facts, marks, now, zone) if facts.due_on else None
    return ServiceCase(
        facts=facts,
        marks=marks,
        age=_age(facts, now),
        stays=stays,
        late_by=late.by if late else "",
    )


def figures(cases: Iterable[ServiceCase], zone: ZoneInfo) -> ServiceQuality:
    """The figures of these requests: every count is the number of cases with that mark."""
    cases = tuple(cases)
    counts: dict[Aspect, Counter[StrEnum]] = {aspect: Counter() for aspect in Aspect}
    months: defaultdict[date, Counter[Verdict]] = defaultdict(Counter)
    stays: defaultdict[RequestState, list[timedelta]] = defaultdict(list)
    waits: list[timedelta] = []
    for case in cases:
        for aspect, values in case.marks.items():
            counts[aspect].update(values)
        for state, stay in case.stays.items():
            stays[state].append(stay)
        received_at = case.facts.received_at
        if received_at:
            month = local_date(received_at, zone).replace(day=1)
            months[month].update(Verdict(value) for value in case.marks[Aspect.TERM])
            waits.append(received_at - case.facts.submitted_at)
    return ServiceQuality(
        cases=cases,
        counts=counts,
        months=dict(sorted(months.items())),
        spreads={state: spread for state in S if (spread := spread_of(stays[state]))},
        waits=spread_of(waits),
    )


def spread_of(times: Sequence[timedelta]) -> Spread | None:
    """Median and 90th percentile by nearest rank, and the longest; None of nothing."""
    if not times:
        return None
    ordered = sorted(times)
    return Spread(
        count=len(ordered),
        median=ordered[(len(ordered) + 1) // 2 - 1],
        p90=ordered[(len(ordered) * 9 + 9) // 10 - 1],
        longest=ordered[-1],
    )


def time_in_states(moves: Sequence[Passage]) -> dict[RequestState, timedelta]:
    """The calendar time in each state that was left; several stays in one state are added."""
    stays: dict[RequestState, timedelta] = {}
    for before, after in pairwise(moves):
        stays[before.state] = stays.get(before.state, timedelta()) + (after.at - before.at)
    return stays


def _judge_terms(
    facts: ServiceFacts,
    marks: dict[Aspect, tuple[StrEnum, ...]],
    now: datetime,
    zone: ZoneInfo,
) -> Passage | None:
    """Mark the term and its parts (SVC-2.9, 2.11, 3.5). Returns the move that came too late.

    The first check counts and the first code: what came back is judged by the term alone. The
    code has a term of its own only where the check found no ground for refusal.
    """
    due_on, check_due_on = facts.due_on, facts.check_due_on
    if due_on is None or check_due_on is None:
        return None
    term = verdict(due_on, facts.announced_at, now, zone)
    marks[Aspect.TERM] = (term,)
    marks[Aspect.ANNOUNCED] = (_announced_on(facts, check_due_on, term, zone),)
    checked_at = _left_at(facts.moves, S.RECEIVED)
    marks[Aspect.CHECK] = (verdict(check_due_on, checked_at, now, zone),)
    came_to = _first_times(facts.moves)
    if S.VERIFIED in came_to and not came_to.keys() & {S.REFUSAL_PREPARED}:
        marks[Aspect.CODE] = (verdict(due_on, came_to.get(S.CODE_ISSUED), now, zone),)
    if term is not Verdict.BROKEN:
        return None
    deadline = end_of(due_on, zone)
    held_in = [move.state for move in facts.moves if move.at < deadline]
    marks[Aspect.DELAY] = (_delay(facts, held_in[-1] if held_in else S.RECEIVED),)
    return next((move for move in facts.moves if move.at >= deadline), None)


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


def _delay(facts: ServiceFacts, state: RequestState) -> Delay:
    """Whom the request waited for in the state in which its term ran out.

    An outcome that is there waits for its announcement: by a letter where there is an address
    for it, else by the office's call or post (SVC-3.4.3).
    """
    by_letter = facts.has_email
    if state is S.CODE_ISSUED:
        by_letter = facts.result_delivery is ResultDelivery.EMAIL
    return _DELAYS.get(state, Delay.LETTER if by_letter else Delay.CALL)


def _age(facts: ServiceFacts, now: datetime) -> timedelta:
    closed_at = facts.moves[-1].at if facts.state is S.CANCELLED and facts.moves else None
    return (facts.announced_at or closed_at or now) - (facts.received_at or facts.submitted_at)


def _left_at(moves: Sequence[Passage], state: RequestState) -> datetime | None:
    return next((after.at for before, after in pairwise(moves) if before.state is state), None)


def _first_times(moves: Sequence[Passage]) -> Mapping[RequestState, datetime]:
    return {move.state: move.at for move in reversed(moves)}


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1)
