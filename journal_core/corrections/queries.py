"""Reading corrections: which cells an approval holds open, what waits for a decision."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from journal_core.corrections.models import CorrectedCell, MarkCorrection
from journal_core.corrections.terms import CellRef, CorrectionState, OpenCell


def open_cells(
    session: Session, person_id: UUID, lesson_ids: Collection[UUID], now: datetime
) -> list[OpenCell]:
    """The cells of these lessons that an approval holds open for the person (INS-3.3.13).

    Open for who asked, each until it is written; `open_until` itself is too late. One statement.
    """
    return _open(session, person_id, now, CorrectedCell.lesson_id.in_(lesson_ids))


def open_period_cells(
    session: Session, person_id: UUID, class_id: UUID, subject_id: UUID, now: datetime
) -> list[OpenCell]:
    """The same for the period marks of a class in a subject."""
    return _open(
        session,
        person_id,
        now,
        CorrectedCell.period != "",
        MarkCorrection.class_id == class_id,
        MarkCorrection.subject_id == subject_id,
    )


def is_open(now: datetime) -> ColumnElement[bool]:
    """That the approval still holds open what was not written yet."""
    return and_(
        MarkCorrection.state == CorrectionState.APPROVED,
        MarkCorrection.open_until > now,
        CorrectedCell.written_at.is_(None),
    )


def _open(
    session: Session, person_id: UUID, now: datetime, *conditions: ColumnElement[bool]
) -> list[OpenCell]:
    rows = session.execute(
        select(
            CorrectedCell, MarkCorrection.number, MarkCorrection.open_until, MarkCorrection.reason
        )
        .join(MarkCorrection, MarkCorrection.id == CorrectedCell.correction_id)
        .where(is_open(now), MarkCorrection.asked_by_id == person_id, *conditions)
    )
    return [
        OpenCell(
            cell_id=row.CorrectedCell.id,
            correction_id=row.CorrectedCell.correction_id,
            number=row.number,
            ref=ref_of(row.CorrectedCell),
            until=row.open_until,
            reason=row.reason,
        )
        for row in rows
    ]


def ref_of(cell: CorrectedCell) -> CellRef:
    return CellRef(
        pupil_id=cell.pupil_id, lesson_id=cell.lesson_id, work_id=cell.work_id, period=cell.period
    )
