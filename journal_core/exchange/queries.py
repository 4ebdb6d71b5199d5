"""Reading past imports."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from journal_core.exchange.models import ImportRun
from journal_core.exchange.terms import Difference, Problem, Reason, SheetKind


def import_runs(session: Session, most: int = 50) -> Sequence[ImportRun]:
    """What was imported, and what waits to be confirmed, the newest first."""
    return session.scalars(
        select(ImportRun)
        .where(ImportRun.applied_at.is_not(None) | ImportRun.file_id.is_not(None))
        .order_by(ImportRun.looked_at.desc())
        .limit(most)
    ).all()


def import_run(session: Session, run_id: UUID) -> ImportRun | None:
    """The run with what is wrong and what it changed."""
    whole = [undefer(ImportRun.problems), undefer(ImportRun.changes)]
    return session.get(ImportRun, run_id, options=whole)


def differences_of(run: ImportRun) -> list[Difference]:
    """What the first changed rows change; nothing when the file is gone."""
    return [
        Difference(sheet=SheetKind(sheet), row=row, column=column, old=old, new=new)
        for sheet, row, column, old, new in run.found.get("differences", ())
    ]


def problems_of(run: ImportRun) -> list[Problem]:
    """As they were kept, the first problem first."""
    return [
        Problem(sheet=SheetKind(sheet), row=row, column=column, value=value, reason=Reason(reason))
        for sheet, row, column, value, reason in run.problems
    ]
