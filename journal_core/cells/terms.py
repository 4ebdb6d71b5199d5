"""A cell of the journal is a pupil in a lesson, or in a work that was given in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class CellKind(StrEnum):
    ATTENDANCE = "attendance"
    COMMENT = "comment"
    MARK = "mark"


class Change(NamedTuple):
    """What an act changes in a cell; `correction_id` is the approval that held it open."""

    lesson_id: UUID
    pupil_id: UUID
    work_id: UUID | None
    kind: CellKind
    old: str
    new: str
    reason: str = ""
    correction_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CellChangeView:
    """One change of a cell; "" stands for an empty cell.

    `slip` is the number of the deputy's approval, where it was needed (INS-3.3.13).
    """

    id: UUID
    lesson_id: UUID
    pupil_id: UUID
    work_id: UUID | None
    kind: CellKind
    old: str
    new: str
    at: datetime
    by: str
    by_id: UUID | None
    reason: str = ""
    slip: int | None = None
