"""Hashing of passwords and codes; slow on purpose, and always outside a transaction."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.state import current_portal

#: OWASP's profile: 19 MiB, two passes, one lane.
_STRONG = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hasher() -> PasswordHasher:
    return _QUICK if current_portal().config.quick_hashing else _STRONG


@cache
def _of_nobody(hasher: PasswordHasher) -> str:
    """A hash to compare with in vain. Made once: made each time, the work would be double."""
    return hasher.hash("nobody")


def agrees(hashed: str | None, typed: str) -> bool:
    """Whether the text is the hashed one; without a hash the same work is done in vain."""
    try:
        return hasher().verify(hashed or _of_nobody(hasher()), typed) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
