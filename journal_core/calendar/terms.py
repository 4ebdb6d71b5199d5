"""Words and value types of the production calendar."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class DayKind(StrEnum):
    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MOVED_DAY_OFF = "moved_day_off"
    MOVED_WORKING_DAY = "moved_working_day"
    SCHOOL_CLOSED = "school_closed"


#: The kinds that a published year names; the other days follow from the plain week.
PUBLISHED_KINDS = frozenset({DayKind.HOLIDAY, DayKind.MOVED_DAY_OFF, DayKind.MOVED_WORKING_DAY})


@dataclass(frozen=True, kw_only=True)
class ExceptionalDay:
    """A day of the production calendar that its day of the week does not explain."""

    day: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class YearOfDays:
    """One year as published: its exceptional days in order, and the act they come from."""

    year: int
    source: str
    days: tuple[ExceptionalDay, ...]


@dataclass(frozen=True, kw_only=True)
class PublishedCalendar:
    """All published years as they are in force, and the school's own closed days."""

    years: frozenset[int]
    exceptional: Mapping[date, ExceptionalDay] = field(default_factory=dict)
    closed: Mapping[date, str] = field(default_factory=dict)

    @property
    def last_year(self) -> int | None:
        return max(self.years, default=None)


@dataclass(frozen=True, kw_only=True)
class DayVerdict:
    """Whether one day counts in a term, and why: its kind and the name of the occasion."""

    day: date
    kind: DayKind
    counts: bool
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceTerm:
    """The term of a service request and how it was reckoned, day by day."""

    registered_on: date
    check_due_on: date
    due_on: date
    derivation: tuple[DayVerdict, ...]

    def derivation_json(self) -> list[Any]:
        return derivation_to_json(self.derivation)


def derivation_to_json(derivation: Iterable[DayVerdict]) -> list[Any]:
    """The derivation as it is stored with the request."""
    return [
        {
            "day": verdict.day.isoformat(),
            "kind": verdict.kind.value,
            "counts": verdict.counts,
            "name": verdict.name,
        }
        for verdict in derivation
    ]


def derivation_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[DayVerdict, ...]:
    """The stored derivation, read back."""
    return tuple(
        DayVerdict(
            day=date.fromisoformat(entry["day"]),
            kind=DayKind(entry["kind"]),
            counts=bool(entry["counts"]),
            name=entry.get("name", ""),
        )
        for entry in stored
    )
