"""Kinds of groups, spans of membership, and what moved in a period."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from journal_core.people.terms import RepresentativeKind


class GroupKind(StrEnum):
    """A part of a class for one subject (INS-3.5.8), or a group of its own (POL-1.4)."""

    DIVISION = "division"
    AFTER_SCHOOL = "after_school"
    CLUB = "club"


#: Groups of their own: members of any class, no marks and no homework (POL-1.4).
OWN_KINDS = (GroupKind.AFTER_SCHOOL, GroupKind.CLUB)


class MoveKind(StrEnum):
    ARRIVED = "arrived"
    MOVED = "moved"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True)
class ClassSpan:
    """A pupil in a class; both days belong to the span. Orders are written «№ 12 от 01.09.2026»."""

    pupil_id: UUID
    pupil_name: str
    class_id: UUID
    class_name: str
    since: date
    until: date | None
    order: str = ""
    end_order: str = ""


@dataclass(frozen=True, kw_only=True)
class ClassMove:
    """One pupil came, went, or changed the class. `on` is the first day on which it shows."""

    kind: MoveKind
    on: date
    pupil_id: UUID
    pupil_name: str
    from_class: str
    to_class: str
    order: str


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """The movement of one class: `at_start` + `came` - `went` = `at_end`."""

    class_id: UUID
    class_name: str
    at_start: int
    came: int
    went: int
    at_end: int


@dataclass(frozen=True, kw_only=True)
class Movement:
    """The movement of pupils in a period (POL-3.4.11)."""

    counts: tuple[ClassCount, ...]
    moves: tuple[ClassMove, ...]

    def of(self, kind: MoveKind) -> tuple[ClassMove, ...]:
        return tuple(move for move in self.moves if move.kind is kind)


@dataclass(frozen=True, kw_only=True)
class DivisionFaults:
    """Why a division does not hold: pupils in no group, in two, or of another class."""

    left_out: tuple[UUID, ...]
    twice: tuple[UUID, ...]
    strangers: tuple[UUID, ...]

    def __bool__(self) -> bool:
        return bool(self.left_out or self.twice or self.strangers)


@dataclass(frozen=True, kw_only=True)
class ListedPupil:
    """A line of a class's list on a date; `order` is what brought the pupil into the class."""

    pupil_id: UUID
    person_id: UUID
    name: str
    birth_date: date | None
    file_number: str
    phone: str
    since: date
    order: str
    representatives: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """A group as lists show it; `members` is how many pupils are in it on the date."""

    group_id: UUID
    kind: GroupKind
    name: str
    class_id: UUID | None
    class_name: str
    subject_id: UUID | None
    subject: str
    leader_id: UUID | None
    leader: str
    members: int


@dataclass(frozen=True, kw_only=True)
class GroupSpan:
    """A pupil in a group; `what` is the subject, or "" for a group of its own."""

    group_id: UUID
    kind: GroupKind
    name: str
    what: str
    since: date
    until: date | None
    order: str


@dataclass(frozen=True, kw_only=True)
class Kin:
    """A link between a pupil and a representative, told from the other one's side."""

    representation_id: UUID
    pupil_id: UUID
    person_id: UUID
    name: str
    kind: RepresentativeKind
    basis: str
    valid_until: date | None
    ended_on: date | None
    ended_by_court: bool
    email: str
    phone: str
    holds: bool
    #: The pupil came of age and lets the person read no further, or lets them (SVC-2.12.3).
    is_of_age: bool = False
    is_let_read: bool = False


@dataclass(frozen=True, kw_only=True)
class FoundPerson:
    """What a search finds: a person with all that they are to the school on the date."""

    person_id: UUID
    name: str
    pupil_id: UUID | None
    class_name: str
    left_on: date | None
    children: tuple[str, ...]
    positions: tuple[str, ...]


class RestingKind(StrEnum):
    INTO_CLASS = "into_class"
    OUT_OF_CLASS = "out_of_class"
    INTO_GROUP = "into_group"
    INTO_POSITION = "into_position"
    OUT_OF_POSITION = "out_of_position"


@dataclass(frozen=True, kw_only=True)
class Resting:
    """One change of the lists that an order carries: `what` names the class, group or position."""

    kind: RestingKind
    person_id: UUID
    name: str
    what: str
    on: date
