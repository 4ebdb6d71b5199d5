"""Adding to the history of cells (INS-3.3.13)."""

from collections.abc import Iterable

from sqlalchemy import insert

from journal_core.cells.models import CellChange
from journal_core.cells.terms import Change
from journal_core.context import ActionContext


def keep_changes(context: ActionContext, changes: Iterable[Change]) -> None:
    """Who changed what in the cells, when, why and on whose approval, in the act's transaction.

    It is the record of the act: cells have no other. One statement, after all that the act wrote.
    """
    actor = context.actor
    signed = {"at": context.now, "by": actor.label, "by_id": actor.person_id}
    rows = [one._asdict() | signed for one in changes]
    if rows:
        context.session.execute(insert(CellChange), rows)
