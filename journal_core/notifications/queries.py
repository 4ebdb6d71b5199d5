"""Reading the outbox and the office's tasks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.errors import NotFound
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import KeptLetter, LetterState, OpenTask


def open_tasks(session: Session) -> list[OpenTask]:
    """What the office must do by hand: what is due first, then what waits for its next try."""
    rows = session.scalars(
        select(OfficeTask)
        .where(OfficeTask.closed_at.is_(None))
        .order_by(func.coalesce(OfficeTask.next_try_at, OfficeTask.created_at))
    )
    return [_open_task(row) for row in rows]


def open_task(session: Session, task_id: UUID) -> OpenTask:
    """Raises NotFound when the task is unknown or closed."""
    row = session.get(OfficeTask, task_id)
    if row is None or row.closed_at is not None:
        raise NotFound("task_unknown")
    return _open_task(row)


def open_task_count(session: Session) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(OfficeTask).where(OfficeTask.closed_at.is_(None))
        )
        or 0
    )


def letters_of(session: Session, request_id: UUID) -> list[KeptLetter]:
    """The letters about one request, newest first."""
    return _kept(
        session.scalars(
            select(OutboxLetter)
            .where(OutboxLetter.request_id == request_id)
            .order_by(OutboxLetter.created_at.desc())
        ).all()
    )


def tasks_of(session: Session, request_id: UUID) -> Sequence[OfficeTask]:
    """Every task of one request, open and closed, oldest first."""
    return session.scalars(
        select(OfficeTask)
        .where(OfficeTask.request_id == request_id)
        .order_by(OfficeTask.created_at, OfficeTask.id)
    ).all()


def oldest_unsent(session: Session) -> datetime | None:
    """Since when the oldest letter waits to be sent; None when none does."""
    return session.scalar(
        select(func.min(OutboxLetter.created_at)).where(OutboxLetter.state == LetterState.QUEUED)
    )


def _open_task(row: OfficeTask) -> OpenTask:
    return OpenTask(
        id=row.id,
        kind=row.kind,
        topic=row.topic,
        request_id=row.request_id,
        invitation_id=row.invitation_id,
        created_at=row.created_at,
        tries=row.tries,
        next_try_at=row.next_try_at,
        last_note=row.last_note,
    )


def _kept(rows: Sequence[OutboxLetter]) -> list[KeptLetter]:
    return [
        KeptLetter(
            id=row.id,
            kind=row.kind,
            recipient=row.recipient,
            subject=row.subject,
            text=row.text,
            state=row.state,
            created_at=row.created_at,
            sent_at=row.sent_at,
            attempts=row.attempts,
            last_error=row.last_error,
            secret=row.secret,
            subject_id=row.subject_id,
        )
        for row in rows
    ]
