"""Which cells of the journal may be written, by which clause they may not (POL-3.6, INS-3.3)."""

from collections.abc import Callable
from dataclasses import dataclass

from journal_core.academic_year.rules import is_closed
from journal_core.cells.terms import CellKind
from journal_core.journal.terms import CellFacts, Closed


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the journal: when it is broken, the cell is closed for this reason."""

    closed: Closed
    is_broken: Callable[[CellFacts], bool]


def _period_is_over(facts: CellFacts) -> bool:
    return is_closed(facts.period_until, facts.period_close_days, facts.now.date())


def _is_backdated(facts: CellFacts) -> bool:
    """The day is over and the term of the type has passed."""
    is_over = facts.now.date() > facts.day and facts.now >= facts.term
    return facts.kind is CellKind.MARK and facts.first_written is None and is_over


def _is_settled(facts: CellFacts) -> bool:
    """A slip of the hand may be mended until the end of the day on which the mark was written.

    Not in a mark that was backdated by an approval: that was for one write.
    """
    written = facts.first_written
    if written is None or facts.kind is not CellKind.MARK:
        return False
    was_backdated = written.date() > facts.day and written >= facts.term
    return was_backdated or written.date() < facts.now.date()


#: The first that is broken is told. What an approval opens stands last.
RULES = (
    Rule(
        closed=Closed(code="cell_of_other_teacher", clause="POL-3.6.1"),
        is_broken=lambda facts: not facts.is_own,
    ),
    Rule(
        closed=Closed(code="lesson_not_held", clause="REC-2.1"),
        is_broken=lambda facts: facts.is_cancelled,
    ),
    Rule(
        closed=Closed(code="no_marks_here", clause="POL-1.4"),
        is_broken=lambda facts: facts.kind is not CellKind.ATTENDANCE and not facts.takes_marks,
    ),
    Rule(
        closed=Closed(code="pupil_not_there", clause="POL-3.4.11"),
        is_broken=lambda facts: not facts.is_member,
    ),
    Rule(
        closed=Closed(code="cell_ahead", clause="INS-3.3.12"),
        is_broken=lambda facts: facts.day > facts.now.date(),
    ),
    Rule(
        closed=Closed(code="period_closed", clause="POL-3.6.5", may_be_opened=True),
        is_broken=_period_is_over,
    ),
    Rule(
        closed=Closed(code="mark_backdated", clause="INS-3.3.13", may_be_opened=True),
        is_broken=_is_backdated,
    ),
    Rule(
        closed=Closed(code="mark_settled", clause="INS-3.3.13", may_be_opened=True),
        is_broken=_is_settled,
    ),
)


def why_closed(facts: CellFacts) -> Closed | None:
    """Why the cell may not be written, or None (POL-3.6.1, 3.6.3 – 3.6.5, INS-3.3.12, 3.3.13).

    An approval opens what was closed by a period, by backdating or because a mark stands; nothing
    opens a lesson of another teacher, a day ahead, or grade 1.
    """
    for rule in RULES:
        if rule.is_broken(facts) and not (facts.is_open and rule.closed.may_be_opened):
            return rule.closed
    return None
