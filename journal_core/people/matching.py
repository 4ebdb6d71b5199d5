"""Whether two written names may be one person's, and who in a list is nearest to a name."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from journal_core.people.terms import PersonName

Someone = TypeVar("Someone")

#: Shorter words are too different by one letter: Ян and Яна, Ким and Ли.
SHORTEST_WITH_TYPO = 4
#: How many near matches are worth looking at.
NEAR_LIMIT = 5

#: What each part weighs in nearness; a surname changes with a marriage, the others hardly do.
_LAST_WEIGHT, _FIRST_WEIGHT, _PATRONYMIC_WEIGHT = 0.45, 0.35, 0.2
_BIRTH_DATE_BONUS = 0.3
_NEAR_ENOUGH = 0.75


class Agreement(StrEnum):
    """How two written names agree. Only the first two mean one name."""

    SAME = "same"
    SAME_BUT_SPELLING = "same_but_spelling"
    SIMILAR = "similar"
    DIFFERENT = "different"


def compare_names(one: PersonName, other: PersonName) -> Agreement:
    """How the names agree, for the person who checks (SVC-2.12.5). Symmetric.

    Spelling: case, ё/е, hyphens, apostrophes, the order of a double name. Similar: just one of
    a one-letter typo, a missing patronymic, half of a double name; or the same words in other
    fields. Similar never decides: Александр and Александра are similar.
    """
    if _parts(one) == _parts(other):
        return Agreement.SAME
    pairs = list(zip(_folded(one), _folded(other), strict=True))
    departures = [(a, b) for a, b in pairs if a != b]
    if not departures:
        return Agreement.SAME_BUT_SPELLING
    if len(departures) == 1 and _is_slight(*departures[0], may_be_missing=not all(pairs[-1])):
        return Agreement.SIMILAR
    moved = sorted(sum(_folded(one), ())) == sorted(sum(_folded(other), ()))
    return Agreement.SIMILAR if moved else Agreement.DIFFERENT


def near_matches(
    wanted: PersonName,
    born: date | None,
    people: Iterable[tuple[Someone, PersonName, date | None]],
    *,
    limit: int = NEAR_LIMIT,
) -> list[Someone]:
    """Those of `people` who may be meant, nearest first, at most `limit` of them.

    The same birth date outweighs another surname; without it names must nearly agree.
    """
    ranked = [
        (nearness(wanted, name) + _BIRTH_DATE_BONUS * (born is not None and born == birth), someone)
        for someone, name, birth in people
    ]
    near = [pair for pair in ranked if pair[0] >= _NEAR_ENOUGH]
    near.sort(key=lambda pair: -pair[0])
    return [someone for _, someone in near[:limit]]


def nearness(one: PersonName, other: PersonName) -> float:
    """How alike the names are, from 0 to 1; a patronymic missing on one side is left out."""
    weights = (_LAST_WEIGHT, _FIRST_WEIGHT, _PATRONYMIC_WEIGHT)
    parts = list(zip(weights, _folded(one), _folded(other), strict=True))
    told = [part for part in parts if part[1] and part[2]]
    total = sum(weight for weight, _, _ in told)
    if not total:
        return 0.0
    return sum(weight * _likeness(" ".join(a), " ".join(b)) for weight, a, b in told) / total


def _parts(name: PersonName) -> tuple[str, ...]:
    parts = (name.last_name, name.first_name, name.patronymic)
    return tuple(unicodedata.normalize("NFC", part).strip() for part in parts)


def _folded(name: PersonName) -> tuple[tuple[str, ...], ...]:
    """Each part as its sorted folded words, so that the order of a double name is no matter."""
    return tuple(tuple(sorted(folded_words(part))) for part in _parts(name))


def folded_words(text: str) -> list[str]:
    """The words without what spelling varies in: case, ё/е, hyphens, apostrophes, spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return re.sub(r"['’ʼ`]", "", re.sub(r"[-‐-―−_]", " ", folded)).split()


def _is_slight(one: tuple[str, ...], other: tuple[str, ...], *, may_be_missing: bool) -> bool:
    """Whether two forms of one part differ by no more than an oversight."""
    if not one or not other:
        return may_be_missing
    if set(one) < set(other) or set(other) < set(one):
        return True
    a, b = " ".join(one), " ".join(other)
    return min(len(a), len(b)) >= SHORTEST_WITH_TYPO and _distance(a, b) == 1


def _likeness(one: str, other: str) -> float:
    return 1 - _distance(one, other) / max(len(one), len(other))


def _distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with the neighbour to turn one into the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, facing in enumerate(other, start=1):
            cost = min(
                last[column] + 1,
                current[column - 1] + 1,
                last[column - 1] + (letter != facing),
            )
            if _swapped(one, other, row, column):
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1]


def _swapped(one: str, other: str, row: int, column: int) -> bool:
    return (
        row > 1
        and column > 1
        and one[row - 1] == other[column - 2]
        and one[row - 2] == other[column - 1]
    )
