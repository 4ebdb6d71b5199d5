"""Who may write to whom (POL-2.2.7, 3.9.3), and until when an error is answered (POL-3.7.8)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from journal_core.correspondence.terms import FAMILY_TIES, Pair, Tie

#: Everybody who may write to whom; what is not here is refused: no parent writes to a parent and
#: no pupil to a pupil, and nobody about a child that is neither theirs nor taught by them.
PAIRS = (
    Pair(family=Tie.PARENT, school=Tie.TEACHER, clause="POL-3.6.7"),
    Pair(family=Tie.PARENT, school=Tie.CLASS_TEACHER, clause="POL-3.5.4"),
    Pair(family=Tie.PARENT, school=Tie.ADMINISTRATION, clause="INS-3.5.9"),
    Pair(family=Tie.PUPIL, school=Tie.TEACHER, clause="POL-3.6.7"),
    Pair(family=Tie.PUPIL, school=Tie.CLASS_TEACHER, clause="POL-3.9.3"),
    Pair(family=Tie.PUPIL, school=Tie.ADMINISTRATION, clause="INS-3.5.9"),
    Pair(family=Tie.STAFF, school=Tie.STAFF, clause="POL-2.2.7"),
)


def clause_of(first: Collection[Tie], second: Collection[Tie]) -> str | None:
    """The clause by which the two may write to each other, whichever of them begins; or None."""
    for pair in PAIRS:
        is_so = pair.family in first and pair.school in second
        if is_so or (pair.family in second and pair.school in first):
            return pair.clause
    return None


def why_silent(
    writer: Collection[Tie], others: Collection[Collection[Tie]], family: Collection[Tie] | None
) -> str | None:
    """Why the writer may write no more in the thread: the code of the words, or None.

    `family` are the ties that the thread's family holds today, None where no pupil is spoken of.
    When the right of the family has ended (the pupil left, the representation ended), it reads
    what was written and neither side writes; else one of the others must be allowed a pair.
    """
    if family is not None and not FAMILY_TIES & set(family):
        return "right_ended"
    if not any(clause_of(writer, other) for other in others):
        return "pair_unknown"
    return None


def due_at(reported_at: datetime, hours: int) -> datetime:
    """The moment by which an error is answered: hours of the clock, not of work (HLP-4)."""
    return reported_at + timedelta(hours=hours)
