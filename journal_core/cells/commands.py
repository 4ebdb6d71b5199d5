"""Adding to the history of cells (INS-3.3.13)."""

from collections.abc import Collection

from sqlalchemy import insert

from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind, Change
from journal_core.context import ActionContext
from journal_core.notifications.commands import note_news
from journal_core.notifications.terms import NewsKind


def keep_changes(context: ActionContext, changes: Collection[Change]) -> None:
    """Who changed what in the cells, when, why and on whose approval, in the act's transaction.

    It is the record of the act: cells have no other. One statement, after all that the act wrote;
    families may be told of absences and marks.
    """
    actor = context.actor
    signed = {"at": context.now, "by": actor.label, "by_id": actor.person_id}
    rows = [one._asdict() | signed for one in changes]
    if not rows:
        return
    context.session.execute(insert(CellChange), rows)
    for one in changes:
        if one.kind is CellKind.ATTENDANCE:
            note_news(context, NewsKind.ABSENCE, one.lesson_id, one.pupil_id)
        elif one.kind is CellKind.MARK and one.work_id is not None:
            note_news(context, NewsKind.MARK, one.work_id, one.pupil_id)
