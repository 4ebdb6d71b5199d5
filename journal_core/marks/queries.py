"""Reading work types, works and their marks."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.marks.models import Work, WorkTypeRow
from journal_core.marks.terms import WORK_TYPES, WorkType


def work_types(session: Session) -> dict[str, WorkType]:
    """The school's types by their letters, in its order; the product's while it saved none.

    Those out of use are among them, for the works that were given.
    """
    rows = session.scalars(select(WorkTypeRow).order_by(WorkTypeRow.position)).all()
    saved = [
        WorkType(
            code=row.code,
            name=row.name,
            weight=row.weight,
            check_days=row.check_days,
            is_written=row.is_written,
            is_in_use=row.is_in_use,
        )
        for row in rows
    ]
    return {one.code: one for one in saved or WORK_TYPES}


def works_in(session: Session, lesson_ids: Collection[UUID]) -> list[Work]:
    """The works of the lessons, in their order within each."""
    return list(
        session.scalars(
            select(Work)
            .where(Work.lesson_id.in_(lesson_ids))
            .order_by(Work.lesson_id, Work.position, Work.assigned_at)
        )
    )
