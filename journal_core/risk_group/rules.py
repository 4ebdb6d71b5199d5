"""Who may belong into the risk group, by the numbers: pure arithmetic (INS-3.2.7)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from journal_core.risk_group.terms import Candidate, Sign, Standing
from journal_core.school.terms import SchoolSettings

_TO_FRIDAY = timedelta(days=4)
#: Below it a two is in sight.
TWO_IN_SIGHT = Decimal("2.5")


def has_come_to_an_end(monday: date, on: date) -> bool:
    """Whether the week may be signed off: from its Friday on (INS-3.2.8)."""
    return monday + _TO_FRIDAY <= on


def read_average(text: str) -> Decimal | None:
    """«3,2» or «3.2», from 2 to 5; None for anything else."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 2 <= found <= 5 else None


def signs_of(standing: Standing, settings: SchoolSettings) -> tuple[Sign, ...]:
    """What speaks for the group, by the school's settings; empty when nothing does.

    LOW_AVERAGE   the average of all marks of the period lies below `risk_average`; fewer marks
                  than `enough_marks_more` say nothing
    LOW_SUBJECTS  in `risk_low_subjects` subjects or more a two is in sight
    UNEXCUSED     `risk_unexcused_lessons` lessons or more were missed without excuse; those of
                  which no reason was told yet do not accuse
    """
    least = read_average(settings.risk_average)
    is_low = (
        standing.average is not None
        and least is not None
        and standing.marks >= settings.enough_marks_more
        and standing.average < least
    )
    found = {
        Sign.LOW_AVERAGE: is_low,
        Sign.LOW_SUBJECTS: len(standing.low) >= settings.risk_low_subjects > 0,
        Sign.UNEXCUSED: standing.unexcused >= settings.risk_unexcused_lessons > 0,
    }
    return tuple(sign for sign, speaks in found.items() if speaks)


def candidates_of(standings: Iterable[Standing], settings: SchoolSettings) -> list[Candidate]:
    """The pupils for whom anything speaks, in their order."""
    told = [Candidate(standing=one, signs=signs_of(one, settings)) for one in standings]
    return [one for one in told if one.signs]
