"""When a letter is tried again."""

from datetime import timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)


def next_attempt_in(attempts: int) -> timedelta:
    """The wait after so many failed attempts (from 1): 1, 2, 4 … minutes, at most four hours."""
    return min(FIRST_WAIT * (1 << max(attempts, 1) - 1), LONGEST_WAIT)
