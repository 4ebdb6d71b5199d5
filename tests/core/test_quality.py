"""One request judged, and many counted: pure arithmetic."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from journal_core.quality.rules import end_of, figures, judge, span_of, spread_of, verdict
from journal_core.quality.terms import (
    AnnouncedOn,
    Aspect,
    Delay,
    Ending,
    Passage,
    Preset,
    ServiceFacts,
    Span,
    Spread,
    Verdict,
)
from journal_core.requests.terms import (
    Channel,
    CloseReason,
    Outcome,
    RefusalGround,
    ResultDelivery,
)
from journal_core.requests.terms import RequestState as R
from tests.clock import MOSCOW

#: Registered on Thursday: the check is due on Friday, the service on Monday.
CHECK_DUE, DUE = date(2026, 11, 20), date(2026, 11, 23)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=MOSCOW)


NOW = at("25 09:00")
SUBMITTED, RECEIVED = at("18 20:00"), at("19 10:00")


def request(*moves: tuple[R, str], **facts: Any) -> ServiceFacts:
    """A registered request whose later moves these are."""
    begun = [(R.SUBMITTED, SUBMITTED), (R.RECEIVED, RECEIVED)]
    went = [*begun, *((state, at(moment)) for state, moment in moves)]
    told: dict[str, Any] = {
        "id": UUID(int=1),
        "state": went[-1][0],
        "channel": Channel.ONLINE,
        "result_delivery": None,
        "has_email": False,
        "submitted_at": SUBMITTED,
        "received_at": RECEIVED,
        "check_due_on": CHECK_DUE,
        "due_on": DUE,
        "announced_at": None,
        "delivered_how": None,
        "close_reason": None,
        "grounds": (),
        "moves": tuple(Passage(state, int(moment.timestamp())) for state, moment in went),
    }
    return ServiceFacts(**{**told, **facts})


CODE_MADE = (R.VERIFIED, "20 11:00"), (R.CODE_ISSUED, "23 12:00")
RENDERED = request(
    *CODE_MADE,
    (R.COMPLETED, "23 14:00"),
    result_delivery=ResultDelivery.PHONE,
    announced_at=at("23 14:00"),
    delivered_how=Outcome.PHONE,
)
HOUR = 3600


@pytest.mark.clause("INS-3.6.7")
def test_rendered_service_counts_for_all_that_it_was() -> None:
    case = judge(RENDERED, NOW, MOSCOW)
    assert case.facts is RENDERED
    assert case.marks == {
        Aspect.CHANNEL: (Channel.ONLINE,),
        Aspect.ENDING: (Ending.RENDERED,),
        Aspect.STATE: (R.COMPLETED,),
        Aspect.PASSED: (R.SUBMITTED, R.RECEIVED, R.VERIFIED, R.CODE_ISSUED),
        Aspect.GROUND: (),
        Aspect.CHOSEN: (ResultDelivery.PHONE,),
        Aspect.TOLD: (Outcome.PHONE,),
        Aspect.TERM: (Verdict.KEPT,),
        Aspect.ANNOUNCED: (AnnouncedOn.DAY_2,),
        Aspect.CHECK: (Verdict.KEPT,),
        Aspect.CODE: (Verdict.KEPT,),
    }
    assert case.age == timedelta(days=4, hours=4)
    assert case.stays == {
        R.SUBMITTED: 14 * HOUR,
        R.RECEIVED: 25 * HOUR,
        R.VERIFIED: 73 * HOUR,
        R.CODE_ISSUED: 2 * HOUR,
    }


@pytest.mark.clause("POL-3.8.6")
def test_refusal_counts_for_its_grounds_and_has_no_term_for_a_code() -> None:
    grounds = (RefusalGround.ADULT, RefusalGround.WITHDRAWN)
    facts = request(
        (R.VERIFIED, "20 11:00"),
        (R.REFUSAL_PREPARED, "20 12:00"),
        (R.REFUSED, "20 13:00"),
        (R.REFUSAL_DELIVERED, "20 14:00"),
        grounds=grounds,
        announced_at=at("20 13:00"),
        delivered_how=Outcome.IN_PERSON,
    )
    marks = judge(facts, NOW, MOSCOW).marks
    assert marks[Aspect.ENDING] == (Ending.REFUSED,)
    assert marks[Aspect.GROUND] == grounds
    assert marks[Aspect.HANDED] == (Outcome.IN_PERSON,)
    assert marks[Aspect.ANNOUNCED] == (AnnouncedOn.DAY_1,)
    assert not {Aspect.CODE, Aspect.TOLD, Aspect.CHOSEN, Aspect.DELAY} & marks.keys()


def test_request_closed_unregistered_has_no_term_and_ages_until_it_was_closed() -> None:
    unregistered = {"received_at": None, "check_due_on": None, "due_on": None}
    moves = tuple(
        Passage(state, int(moment.timestamp()))
        for state, moment in ((R.SUBMITTED, SUBMITTED), (R.CANCELLED, at("20 20:00")))
    )
    reason = CloseReason.NO_SHOW
    facts = request(state=R.CANCELLED, moves=moves, close_reason=reason, **unregistered)
    case = judge(facts, NOW, MOSCOW)
    assert case.marks[Aspect.ENDING] == (Ending.CANCELLED,)
    assert case.marks[Aspect.CLOSED] == (reason,)
    assert not {Aspect.TERM, Aspect.CHECK, Aspect.ANNOUNCED} & case.marks.keys()
    assert case.age == timedelta(days=2)
    waiting = judge(request(state=R.SUBMITTED, moves=moves[:1], **unregistered), NOW, MOSCOW)
    assert waiting.marks[Aspect.ENDING] == (Ending.WAITING,)
    assert waiting.age == NOW - SUBMITTED


def test_open_request_ages_from_its_registration() -> None:
    case = judge(request(), NOW, MOSCOW)
    assert case.marks[Aspect.ENDING] == (Ending.IN_WORK,)
    assert case.age == NOW - RECEIVED


@pytest.mark.clause("SVC-2.11")
@pytest.mark.parametrize(
    ("announced", "day"),
    [
        (None, AnnouncedOn.NOT_YET),
        ("19 23:59", AnnouncedOn.DAY_0),
        ("20 00:00", AnnouncedOn.DAY_1),
        ("22 12:00", AnnouncedOn.DAY_1),  # Sunday belongs to the Friday before it
        ("23 00:00", AnnouncedOn.DAY_2),
        ("23 23:59", AnnouncedOn.DAY_2),
        ("24 00:00", AnnouncedOn.LATER),
    ],
)
def test_outcome_is_announced_on_a_day_of_the_term(announced: str | None, day: AnnouncedOn) -> None:
    facts = request(announced_at=at(announced) if announced else None)
    assert judge(facts, NOW, MOSCOW).marks[Aspect.ANNOUNCED] == (day,)


@pytest.mark.clause("SVC-3.5")
def test_first_check_and_first_code_count_and_the_term_alone_judges_what_came_back() -> None:
    returned = request(*CODE_MADE, (R.RECEIVED, "23 15:00"), (R.VERIFIED, "24 10:00"))
    marks = judge(returned, NOW, MOSCOW).marks
    assert marks[Aspect.CHECK] == (Verdict.KEPT,)
    assert marks[Aspect.CODE] == (Verdict.KEPT,)
    assert marks[Aspect.TERM] == (Verdict.BROKEN,)


@pytest.mark.clause("SVC-3.5")
def test_check_and_code_are_open_until_their_days_have_passed() -> None:
    before, after = at("20 23:59"), at("21 00:00")
    assert judge(request(), before, MOSCOW).marks[Aspect.CHECK] == (Verdict.OPEN,)
    assert judge(request(), after, MOSCOW).marks[Aspect.CHECK] == (Verdict.BROKEN,)
    verified = request((R.VERIFIED, "20 11:00"))
    before, after = at("23 23:59"), at("24 00:00")
    assert judge(verified, before, MOSCOW).marks[Aspect.CODE] == (Verdict.OPEN,)
    assert judge(verified, after, MOSCOW).marks[Aspect.CODE] == (Verdict.BROKEN,)
    assert Aspect.CODE not in judge(request(), NOW, MOSCOW).marks


EMAIL = {"result_delivery": ResultDelivery.EMAIL, "has_email": True}


@pytest.mark.clause("SVC-2.11")
@pytest.mark.parametrize(
    ("facts", "waited_for"),
    [
        (request(), Delay.CHECK),
        (request((R.VERIFIED, "23 23:59")), Delay.CODE),
        (request((R.VERIFIED, "24 00:00")), Delay.CHECK),
        (request((R.REFUSAL_PREPARED, "20 11:00")), Delay.SIGNATURE),
        (request(*CODE_MADE), Delay.CALL),
        (request(*CODE_MADE, has_email=True), Delay.CALL),
        (request(*CODE_MADE, **EMAIL), Delay.LETTER),
        (request((R.REFUSED, "20 11:00")), Delay.CALL),
        (request((R.REFUSED, "20 11:00"), has_email=True), Delay.LETTER),
        (request(moves=()), Delay.CHECK),
    ],
)
def test_broken_term_waited_for_somebody(facts: ServiceFacts, waited_for: Delay) -> None:
    assert judge(facts, NOW, MOSCOW).marks[Aspect.DELAY] == (waited_for,)


def test_day_ends_where_the_next_begins() -> None:
    assert end_of(DUE, MOSCOW) == at("24 00:00")
    late = at("24 00:00")
    assert verdict(DUE, None, at("23 23:59"), MOSCOW) is Verdict.OPEN
    assert verdict(DUE, None, late, MOSCOW) is Verdict.BROKEN
    assert verdict(DUE, at("23 23:59"), late, MOSCOW) is Verdict.KEPT


@pytest.mark.clause("INS-3.6.7")
def test_figures_count_the_marks_of_all_requests() -> None:
    october = datetime(2026, 10, 31, 22, 0, tzinfo=MOSCOW)
    earlier = request(*CODE_MADE, submitted_at=october, received_at=october + timedelta(hours=1))
    unregistered = request(state=R.SUBMITTED, received_at=None, due_on=None, moves=())
    cases = [judge(facts, NOW, MOSCOW) for facts in (RENDERED, request(), earlier, unregistered)]
    quality = figures(cases, MOSCOW)
    assert quality.total == 4
    assert quality.counts[Aspect.TERM] == {Verdict.KEPT: 1, Verdict.BROKEN: 2}
    assert quality.counts[Aspect.HANDED] == {}
    assert list(quality.months) == [date(2026, 10, 1), date(2026, 11, 1)]
    assert quality.months[date(2026, 10, 1)] == {Verdict.BROKEN: 1}
    assert quality.months[date(2026, 11, 1)] == {Verdict.KEPT: 1, Verdict.BROKEN: 1}
    assert quality.waits == Spread(
        count=3,
        median=timedelta(hours=14),
        p90=timedelta(hours=14),
        longest=timedelta(hours=14),
    )
    assert quality.spreads[R.SUBMITTED].count == 3
    assert quality.spreads[R.VERIFIED].median == timedelta(hours=73)
    assert R.COMPLETED not in quality.spreads


def test_month_of_registration_is_the_schools() -> None:
    case = judge(request(received_at=at("01 00:30")), NOW, MOSCOW)
    assert list(figures([case], MOSCOW).months) == [date(2026, 11, 1)]


def test_stays_in_one_state_are_added() -> None:
    returned = request((R.VERIFIED, "19 12:00"), (R.RECEIVED, "19 13:00"), (R.VERIFIED, "19 16:00"))
    assert judge(returned, NOW, MOSCOW).stays[R.RECEIVED] == 5 * HOUR


@pytest.mark.parametrize(
    ("count", "median", "p90"), [(1, 1, 1), (2, 1, 2), (3, 2, 3), (10, 5, 9), (11, 6, 10)]
)
def test_ranks_of_a_spread(count: int, median: int, p90: int) -> None:
    assert spread_of(range(1, count + 1)) == Spread(
        count=count,
        median=timedelta(seconds=median),
        p90=timedelta(seconds=p90),
        longest=timedelta(seconds=count),
    )


def test_last_month_of_a_long_month_is_whole() -> None:
    assert span_of(Preset.LAST_MONTH, date(2026, 3, 31)) == Span(
        since=date(2026, 2, 1), until=date(2026, 2, 28)
    )
    assert span_of(Preset.MONTH, date(2026, 12, 31)).until == date(2026, 12, 31)
    assert span_of(Preset.QUARTER, date(2026, 12, 31)).until == date(2026, 12, 31)
