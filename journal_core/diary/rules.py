"""What a class's figures may show beside a pupil's."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from journal_core.marks.rules import average_of
from journal_core.marks.terms import WorkType

#: A class's average is shown where at least so many other pupils have marks: it points at nobody.
LEAST_OTHERS = 5


def class_average(
    others: Mapping[UUID, Sequence[tuple[str, WorkType]]], *, weighed: bool
) -> Decimal | None:
    """The average of all marks of the other pupils; None where fewer than `LEAST_OTHERS` have any.

    The pupil's own marks are not in it, so that they cannot be taken out to tell the others'.
    Зачёт and незачёт have no number and make nobody one of them.
    """
    numbered = [
        own for marks in others.values() if (own := average_of(marks, weighed=weighed)).count
    ]
    if len(numbered) < LEAST_OTHERS:
        return None
    all_marks = [mark for marks in others.values() for mark in marks]
    return average_of(all_marks, weighed=weighed).value
