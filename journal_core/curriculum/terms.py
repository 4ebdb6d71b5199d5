"""Words of the curriculum and of its approvals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class ApprovalKind(StrEnum):
    """What the head approves, each by its own day (INS-3.6.1–3.6.4)."""

    CURRICULUM = "curriculum"
    LOAD = "load"
    TARIFF = "tariff"
    TIMETABLE = "timetable"


class ApprovalState(StrEnum):
    DRAWN_UP = "drawn_up"
    SENT = "sent"
    APPROVED = "approved"


@dataclass(frozen=True, kw_only=True)
class SubjectView:
    """A subject as the school lists it."""

    id: UUID
    name: str
    short_name: str
    position: int


@dataclass(frozen=True, kw_only=True)
class TeachingPart:
    """A class, or one group of it, that is taught a subject; `group` is "" for the whole class."""

    class_id: UUID
    class_name: str
    grade: int
    subject_id: UUID
    subject: str
    group_id: UUID | None = None
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class LoadView:
    """Hours a week that a teacher has in a part."""

    id: UUID
    teacher_id: UUID
    teacher: str
    part: TeachingPart
    hours: float


@dataclass(frozen=True, kw_only=True)
class Covering:
    """What the curriculum wants for a part, and what the load gives it; hours a week."""

    part: TeachingPart
    wanted: float
    given: float

    @property
    def surplus(self) -> float:
        """Above the curriculum; below it when negative."""
        return self.given - self.wanted


@dataclass(frozen=True, kw_only=True)
class ApprovalView:
    """Where an approval stands, by when it had to be there, and by how many days it is late."""

    kind: ApprovalKind
    state: ApprovalState
    due_on: date
    days_late: int
    order_number: str = ""
    approved_on: date | None = None
    approved_by: str = ""
    sent_at: datetime | None = None
    sent_by: str = ""
    comment: str = ""
    version: int = 0

    @property
    def is_overdue(self) -> bool:
        """Its day has passed and it is not approved yet."""
        return self.state is not ApprovalState.APPROVED and self.days_late > 0
