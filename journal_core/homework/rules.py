"""When homework may be written, and when it is late (POL-1.4, INS-3.3.16, REC-2.2, REC-2.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from journal_core.academic_year.rules import is_closed
from journal_core.errors import RuleBroken
from journal_core.homework.terms import HomeworkFacts

CLAUSE = "INS-3.3.16"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When it is broken, no homework is written in the lesson: the words' code and the clause."""

    code: str
    clause: str
    is_broken: Callable[[HomeworkFacts], bool]


def _period_is_over(facts: HomeworkFacts) -> bool:
    return is_closed(facts.period_until, facts.period_close_days, facts.now.date())


#: The first that is broken is told. A lesson that is yet to come breaks none (REC-2.3).
RULES = (
    Rule(
        code="cell_of_other_teacher",
        clause="POL-3.6.1",
        is_broken=lambda facts: not facts.is_own,
    ),
    Rule(
        code="lesson_not_held",
        clause="REC-2.1",
        is_broken=lambda facts: facts.is_cancelled,
    ),
    Rule(
        code="no_homework_here",
        clause="POL-1.4",
        is_broken=lambda facts: not facts.takes_homework,
    ),
    Rule(
        code="homework_closed",
        clause="POL-3.6.5",
        is_broken=_period_is_over,
    ),
)


def why_closed(facts: HomeworkFacts) -> RuleBroken | None:
    """Why no homework may be written in the lesson, or None.

    Its own teacher or substitute alone writes (POL-3.6.1), in a lesson that is held (REC-2.1),
    neither in grade 1 nor in a club or an after-school group (POL-1.4), and until the period is
    closed: so many days after its last one (POL-3.6.5).
    """
    for rule in RULES:
        if rule.is_broken(facts):
            return RuleBroken(rule.code, rule.clause)
    return None


def is_late(now: datetime, term: datetime) -> bool:
    """Whether what is set now is late: allowed, kept on record, seen in control (REC-2.2)."""
    return now >= term


def check_link(link: str) -> None:
    """A link leads to the web, and nobody but the reader opens it (INS-3.3.16).

    Raises RuleBroken `link_not_web` for all but an http(s) address with a host; "" is none.
    """
    try:
        parts = urlsplit(link)
    except ValueError:  # a bracket that no address has
        raise RuleBroken("link_not_web", CLAUSE) from None
    if link and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise RuleBroken("link_not_web", CLAUSE)
