"""What a lesson lacks, and which lesson is at hand."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from journal_core.teaching.terms import Lack, LessonFacts, LessonOfDay

#: How long before its bell a lesson is opened for who signs in.
BEFORE_BELL = timedelta(minutes=15)


def lacks_of(facts: LessonFacts, works: int = 0) -> tuple[Lack, ...]:
    """What is still to be written, in the order of the work (POL-3.6.3, REC-2.1).

    `works` is how many of the lesson's works wait for marks.
    """
    missing = (
        (Lack.ROLL, not facts.is_roll_called),
        (Lack.TOPIC, not facts.has_topic),
        (Lack.HOMEWORK, facts.needs_homework and not facts.has_homework),
        (Lack.MARKS, works > 0),
    )
    return tuple(lack for lack, is_missing in missing if is_missing)


def lesson_at_hand(
    lessons: Iterable[LessonOfDay], now: datetime, before: timedelta = BEFORE_BELL
) -> LessonOfDay | None:
    """The own lesson that goes on at `now` or begins within `before`; None between times.

    The moment of the bell that begins it belongs to the lesson, that of the bell that ends it does
    not. `now` is of the school's zone.
    """
    return next(
        (
            one
            for one in lessons
            if one.is_own and one.begins and one.ends and one.begins - before <= now < one.ends
        ),
        None,
    )
