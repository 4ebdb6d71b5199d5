"""States of a correction, and the cells that it is about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


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
class OpenCell:
    """A cell that an approval holds open for who asked: to be written once, before `until`."""

    cell_id: UUID
    correction_id: UUID
    number: int
    ref: CellRef
    until: datetime
    #: Why it was asked for: the reason of the change that is written.
    reason: str
