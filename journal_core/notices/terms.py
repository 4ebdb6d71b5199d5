"""What a family is told of, how soon, and what a letter says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from journal_core.academic_year.terms import PeriodKind
from journal_core.notifications.terms import NewsKind
from journal_core.period_marks.terms import PeriodRef


class Rhythm(StrEnum):
    """How soon a kind of news is told."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


#: What holds until a person chooses otherwise.
USUAL: Mapping[NewsKind, Rhythm] = MappingProxyType(
    {
        NewsKind.ABSENCE: Rhythm.AT_ONCE,
        NewsKind.MARK: Rhythm.DAILY,
        NewsKind.PERIOD_MARK: Rhythm.DAILY,
        NewsKind.HOMEWORK: Rhythm.NEVER,
        NewsKind.MESSAGE: Rhythm.AT_ONCE,
    }
)


#: An absence is told at once or not at all: tomorrow it is too late to ask where the child is.
OFFERED: Mapping[NewsKind, tuple[Rhythm, ...]] = MappingProxyType(
    {kind: tuple(Rhythm) for kind in NewsKind} | {NewsKind.ABSENCE: (Rhythm.AT_ONCE, Rhythm.NEVER)}
)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When letters come, by the school's clock.

    quiet_since, quiet_until    nothing comes from the first to the second, which is not in it
                                any more; alike: there are no quiet hours
    digest_at, digest_weekday   the hour of both digests, the day (1 is Monday) of the weekly one
    """

    quiet_since: time = time(21)
    quiet_until: time = time(7)
    digest_at: time = time(18)
    digest_weekday: int = 5


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person wants to be told, and when."""

    rhythms: Mapping[NewsKind, Rhythm] = field(default_factory=lambda: USUAL)
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where an account's letters go. `unreached_at`: since when none got through to it."""

    email: str
    is_confirmed: bool
    unreached_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NewsItem:
    """One thing that is told: how it stands, and how it stood when it was last told.

    value       a mark, «absent», «late»; "" when it was taken back
    was         the same as it was told before; "" for what is told for the first time
    number      of the lesson in its day
    what        the type of a work, the text of homework
    period      what kind of period a period mark is of, where it is of one
    is_known    the family said so itself: that is no news
    """

    kind: NewsKind
    value: str
    was: str = ""
    subject: str = ""
    day: date | None = None
    number: int | None = None
    what: str = ""
    due_day: date | None = None
    ref: PeriodRef | None = None
    period: PeriodKind | None = None
    is_known: bool = False


@dataclass(frozen=True, kw_only=True)
class ChildNews:
    """What is told of one child, the oldest day first."""

    pupil_id: UUID
    first_name: str
    items: tuple[NewsItem, ...]


@dataclass(frozen=True, kw_only=True)
class FamilyNews:
    """One letter to one account; `name` is for the greeting."""

    account_id: UUID
    email: str
    language: str
    name: str
    children: tuple[ChildNews, ...]
