"""Writing in the journal, and what follows: a correction that is carried out is closed."""

from journal_core.context import ActionContext
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellResult
from workflows.mark_correction import close_carried_out


def write_in_journal(context: ActionContext, command: WriteCells) -> tuple[CellResult, ...]:
    """Write the cells; the slip of an approval whose last cell it was is kept (INS-3.3.13).

    Raises what `write_cells` raises.
    """
    results = write_cells(context, command)
    close_carried_out(context)
    return results
