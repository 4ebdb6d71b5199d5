"""A place in the week, and how two lessons cannot both have it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One lesson of the week: of a whole class, or of one group of it. Monday is weekday 1."""

    weekday: int
    number: int
    class_id: UUID
    group_id: UUID | None = None
    subject_id: UUID
    teacher_id: UUID
    #: "" where no room is named.
    room: str = ""


class ClashKind(StrEnum):
    TEACHER = "teacher"
    CLASS = "class"
    GROUP = "group"
    ROOM = "room"


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Two lessons of one hour that need the same teacher, children or room."""

    kind: ClashKind
    first: Slot
    second: Slot

    @property
    def weekday(self) -> int:
        return self.first.weekday

    @property
    def number(self) -> int:
        return self.first.number
