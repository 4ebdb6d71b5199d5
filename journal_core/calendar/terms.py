"""Words and value types of the production calendar."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class DayKind(StrEnum):
    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MOVED_WORKING_DAY = "moved_working_day"
    SCHOOL_CLOSED = "school_closed"


@dataclass(frozen=True, kw_only=True)
class DayVerdict:
    """Whether one day counts in a term, and why."""

    day: date
    kind: DayKind
    counts: bool


@dataclass(frozen=True, kw_only=True)
class ServiceTerm:
    """The term of a service request and how it was reckoned, day by day."""

    registered_on: date
    check_due_on: date
    due_on: date
    derivation: tuple[DayVerdict, ...]

    def derivation_json(self) -> list[Any]:
        return [
            {"day": verdict.day.isoformat(), "kind": verdict.kind.value, "counts": verdict.counts}
            for verdict in self.derivation
        ]


@dataclass(frozen=True, kw_only=True)
class PublishedCalendar:
    """The years that are published, and the days in them that differ from the plain week."""

    years: frozenset[int]
    exceptions: dict[date, DayKind]
