"""Adding to the history of cells (INS-3.3.13)."""

from uuid import UUID

from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.notifications.commands import note_news
from journal_core.notifications.terms import NewsKind


def keep_change(
    context: ActionContext,
    *,
    lesson_id: UUID,
    pupil_id: UUID,
    kind: CellKind,
    old: str,
    new: str,
    work_id: UUID | None = None,
    reason: str = "",
    correction_id: UUID | None = None,
) -> None:
    """Who changed what in the cell, when, why and on whose approval, in the act's transaction.

    It is the record of the act: cells have no other. Families may be told of absences and marks.
    """
    context.session.add(
        CellChange(
            lesson_id=lesson_id,
            pupil_id=pupil_id,
            work_id=work_id,
            kind=kind,
            old=old,
            new=new,
            at=context.now,
            by=context.actor.label,
            by_id=context.actor.person_id,
            reason=reason,
            correction_id=correction_id,
        )
    )
    if kind is CellKind.ATTENDANCE:
        note_news(context, NewsKind.ABSENCE, lesson_id, pupil_id)
    elif kind is CellKind.MARK and work_id is not None:
        note_news(context, NewsKind.MARK, work_id, pupil_id)
