"""Noting what was written in a cell that an approval held open (INS-3.3.13).

The states of a correction are moved by `workflows.mark_correction`.
"""

from sqlalchemy import update

from journal_core.context import ActionContext
from journal_core.corrections.models import CorrectedCell
from journal_core.corrections.terms import OpenCell
from journal_core.errors import StaleVersion


def note_written(context: ActionContext, cell: OpenCell, value: str) -> None:
    """Record what stands in the cell now, "" for empty; with it the cell is closed again.

    Raises StaleVersion when it was written meanwhile: an approval is for one write.
    """
    noted = context.session.scalar(
        update(CorrectedCell)
        .where(CorrectedCell.id == cell.cell_id, CorrectedCell.written_at.is_(None))
        .values(after=value, written_at=context.now)
        .returning(CorrectedCell.id)
    )
    if noted is None:
        raise StaleVersion("changed_meanwhile")
