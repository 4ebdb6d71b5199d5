"""Reading the history of cells."""

from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellChangeView


def change_view(row: CellChange, slip: int | None = None) -> CellChangeView:
    """The change as it is shown; `slip` is the number of the approval (INS-3.3.13)."""
    return CellChangeView(
        id=row.id,
        lesson_id=row.lesson_id,
        pupil_id=row.pupil_id,
        work_id=row.work_id,
        kind=row.kind,
        old=row.old,
        new=row.new,
        at=row.at,
        by=row.by,
        by_id=row.by_id,
        reason=row.reason,
        slip=slip,
    )
