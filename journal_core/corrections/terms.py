"""States of a correction, and the cells that it is about."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.people.terms import PersonName


class CorrectionState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    #: Every named cell was written, or the time was over.
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class CellRef:
    """The cell that a correction names.

    In a lesson: `work_id` for a mark, None for attendance. A period mark instead: `period` is its
    key («period:2», «year:0»), the subject being that of the correction.
    """

    pupil_id: UUID
    lesson_id: UUID | None = None
    work_id: UUID | None = None
    period: str = ""


@dataclass(frozen=True, kw_only=True)
class WantedCell:
    """What a teacher wants a cell to hold; "" empties it."""

    ref: CellRef
    wanted: str


@dataclass(frozen=True, kw_only=True)
class OpenCell:
    """A cell that an approval holds open for who asked: to be written once, before `until`."""

    cell_id: UUID
    correction_id: UUID
    number: int
    ref: CellRef
    until: datetime
    #: Why it was asked for: the reason of the change that is written.
    reason: str


@dataclass(frozen=True, kw_only=True)
class CorrectedCellView:
    """A cell of a correction as it is shown; "" is an empty cell, `after` None was not written."""

    ref: CellRef
    pupil: PersonName
    #: Of the lesson; None for a period mark.
    day: date | None
    lesson_number: int | None
    work_type: str
    before: str
    wanted: str
    after: str | None
    written_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CorrectionView:
    """A correction as the teacher and the deputy see it.

    `cells` counts what it names, `written` those of them in which something was written.
    """

    id: UUID
    academic_year: int
    class_id: UUID
    class_name: str
    group_id: UUID | None
    group_name: str
    subject_id: UUID
    subject: str
    state: CorrectionState
    reason: str
    asked_at: datetime
    asked_by: str
    asked_by_id: UUID
    decided_at: datetime | None
    decided_by: str
    comment: str
    number: int | None
    open_until: datetime | None
    closed_at: datetime | None
    has_carried_out: bool
    version: int
    cells: int
    written: int

    def is_open(self, now: datetime) -> bool:
        """The approval holds a cell open; `open_until` itself is too late."""
        if self.state is not CorrectionState.APPROVED or self.open_until is None:
            return False
        return now < self.open_until and self.written < self.cells
