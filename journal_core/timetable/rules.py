"""What a timetable may not hold."""

from collections.abc import Iterable, Iterator, Mapping, Set
from hashlib import sha256
from itertools import combinations, groupby
from types import MappingProxyType
from uuid import UUID

from journal_core.timetable.terms import Clash, ClashKind, Slot

#: The pupils of each group; a group that is not named has none.
PupilsOf = Mapping[UUID, Set[UUID]]

_NOBODY: PupilsOf = MappingProxyType({})


def fingerprint(slots: Iterable[Slot]) -> str:
    """A word for these lessons, in whatever order: another as soon as one of them is another."""
    return sha256("\n".join(sorted(map(repr, slots))).encode()).hexdigest()


def clashes(slots: Iterable[Slot], pupils_of: PupilsOf = _NOBODY) -> list[Clash]:
    """Every pair of lessons that cannot be at one hour, by weekday and number (POL-3.4.1).

    A teacher and a room are at one lesson an hour (an empty room is none), and so is a class:
    two of its lessons may meet only when both are of groups, the groups differ, and no pupil is
    in both. `pupils_of` says who is in a group.
    """
    found: list[Clash] = []
    for _hour, together in groupby(sorted(slots, key=_hour_of), key=_hour_of):
        for first, second in combinations(together, 2):
            found += (
                Clash(kind=kind, first=first, second=second)
                for kind in _kinds(first, second, pupils_of)
            )
    return found


def _hour_of(slot: Slot) -> tuple[int, int]:
    return slot.weekday, slot.number


def _kinds(first: Slot, second: Slot, pupils_of: PupilsOf) -> Iterator[ClashKind]:
    if first.teacher_id == second.teacher_id:
        yield ClashKind.TEACHER
    if first.class_id == second.class_id:
        yield from _of_class(first.group_id, second.group_id, pupils_of)
    if first.room and _room_key(first.room) == _room_key(second.room):
        yield ClashKind.ROOM


def _of_class(first: UUID | None, second: UUID | None, pupils_of: PupilsOf) -> Iterator[ClashKind]:
    if first is None or second is None:
        yield ClashKind.CLASS
    elif first == second or not pupils_of.get(first, set()).isdisjoint(pupils_of.get(second, ())):
        yield ClashKind.GROUP


def _room_key(room: str) -> str:
    return room.strip().casefold()
