"""Words and value types of the service's quality."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from journal_core.requests.terms import (
    Channel,
    CloseReason,
    Outcome,
    RefusalGround,
    RequestState,
    ResultDelivery,
)


class Preset(StrEnum):
    """Spans that are chosen by a name."""

    MONTH = "month"
    LAST_MONTH = "last_month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Span:
    """Dates of registration, both counted; None is open-ended."""

    since: date | None = None
    until: date | None = None


class Verdict(StrEnum):
    """Whether a term was kept."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"


class Ending(StrEnum):
    """What came of a request."""

    RENDERED = "rendered"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    IN_WORK = "in_work"
    WAITING = "waiting"


class AnnouncedOn(StrEnum):
    """The working day of the term on which the outcome was announced."""

    DAY_0 = "day_0"
    DAY_1 = "day_1"
    DAY_2 = "day_2"
    LATER = "later"
    NOT_YET = "not_yet"


class Delay(StrEnum):
    """What a request waited for when its term ran out, and so whom."""

    CHECK = "check"  # received: the secretary
    CODE = "code"  # verified: the journal administrator
    SIGNATURE = "signature"  # refusal_prepared: the signatory
    LETTER = "letter"  # the outcome was there, the letter was not accepted: mail
    CALL = "call"  # the outcome was there, nobody called or posted it: the secretary


class Aspect(StrEnum):
    """One way to part the requests. Each of its values opens into its requests."""

    TERM = "term"
    CHECK = "check"
    CODE = "code"
    ANNOUNCED = "announced"
    ENDING = "ending"
    CLOSED = "closed"
    GROUND = "ground"
    CHANNEL = "channel"
    CHOSEN = "chosen"
    TOLD = "told"
    HANDED = "handed"
    STATE = "state"
    PASSED = "passed"
    DELAY = "delay"


#: The values that each aspect can have.
VALUES: Mapping[Aspect, type[StrEnum]] = {
    Aspect.TERM: Verdict,
    Aspect.CHECK: Verdict,
    Aspect.CODE: Verdict,
    Aspect.ANNOUNCED: AnnouncedOn,
    Aspect.ENDING: Ending,
    Aspect.CLOSED: CloseReason,
    Aspect.GROUND: RefusalGround,
    Aspect.CHANNEL: Channel,
    Aspect.CHOSEN: ResultDelivery,
    Aspect.TOLD: Outcome,
    Aspect.HANDED: Outcome,
    Aspect.STATE: RequestState,
    Aspect.PASSED: RequestState,
    Aspect.DELAY: Delay,
}


class Passage(NamedTuple):
    """One recorded move: the state it led to, and when, in whole seconds of the epoch."""

    state: RequestState
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceFacts:
    """What is stored of one request, as its quality is judged by. Moves are oldest first."""

    id: UUID
    state: RequestState
    channel: Channel
    result_delivery: ResultDelivery | None
    has_email: bool
    submitted_at: datetime
    received_at: datetime | None
    check_due_on: date | None
    due_on: date | None
    announced_at: datetime | None
    delivered_how: Outcome | None
    close_reason: CloseReason | None
    grounds: tuple[RefusalGround, ...]
    moves: tuple[Passage, ...]


#: The values that a request has of each aspect.
Marks = Mapping[Aspect, tuple[StrEnum, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceCase:
    """One request, judged.

    `age` runs from registration (from submission before it) to the announcement or the closing,
    or to now; `stays` are the seconds in each state that it has left.
    """

    facts: ServiceFacts
    marks: Marks
    age: timedelta
    stays: Mapping[RequestState, int]

    def has(self, aspect: Aspect, value: StrEnum) -> bool:
        return value in self.marks.get(aspect, ())


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long something took: calendar time, the percentile is by nearest rank."""

    count: int
    median: timedelta
    p90: timedelta
    longest: timedelta


@dataclass(frozen=True, kw_only=True)
class ServiceQuality:
    """The figures of a span: how many requests have each mark.

    `months` are verdicts by the month of registration; `spreads` the time in each state that a
    request has left; `waits` the time between submission and registration, outside the term.
    """

    total: int
    counts: Mapping[Aspect, Counter[StrEnum]]
    months: Mapping[date, Counter[StrEnum]]
    spreads: Mapping[RequestState, Spread]
    waits: Spread | None

    @property
    def registered(self) -> int:
        return self.counts[Aspect.TERM].total()

    @property
    def judged(self) -> int:
        """The registered whose term is decided, one way or the other."""
        return self.registered - self.counts[Aspect.TERM][Verdict.OPEN]
