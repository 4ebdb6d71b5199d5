"""Counting attempts in a table, by address or name; a keyed hash stands for either."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter, sleep

from flask import request

from journal_core.access.commands import CountAttempt, count_attempt
from journal_core.access.queries import attempts_since
from portal.perform import perform
from portal.state import current_portal, now, reading

WINDOW = timedelta(hours=1)


def is_spent(
    scope: str, limit: int, subject: str | None = None, window: timedelta = WINDOW
) -> bool:
    """Whether the subject (by default this address) used up its attempts of the last hour."""
    return attempts_since(reading(), scope, _hashed(subject), now() - window) >= limit


def count(scope: str, subject: str | None = None) -> None:
    """Count one attempt; it stays counted whatever comes after."""
    perform(count_attempt, CountAttempt(scope=scope, subject=_hashed(subject)))


@contextmanager
def taking(seconds: float) -> Iterator[None]:
    """The block takes so long, also when it has little to do: its time tells nothing."""
    began = perf_counter()
    yield
    sleep(max(0.0, began + seconds - perf_counter()))


def _hashed(subject: str | None) -> str:
    text = subject if subject is not None else request.remote_addr or ""
    return current_portal().keys.digest("throttle", text, 0).hex()
