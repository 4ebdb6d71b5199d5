"""Putting letters into the outbox, taking them out to be sent, and keeping the office's tasks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.errors import NotFound
from journal_core.notifications.models import News, OfficeTask, OutboxLetter
from journal_core.notifications.rules import next_attempt_in
from journal_core.notifications.terms import (
    ClaimedLetter,
    LetterState,
    NewsKind,
    SecretKind,
    TaskKind,
)

#: How long one worker holds a letter: longer than any mail server is waited for.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class QueueLetter:
    """A letter as it was written. Its secret is put in only while it is being sent."""

    kind: str
    recipient: str
    subject: str
    text: str
    secret: SecretKind = SecretKind.NONE
    subject_id: UUID | None = None
    request_id: UUID | None = None


def queue_letter(context: ActionContext, letter: QueueLetter) -> UUID:
    """Put the letter into the outbox, in the transaction of the act that it tells about."""
    letter_id = new_id()
    context.session.add(
        OutboxLetter(
            id=letter_id,
            kind=letter.kind,
            state=LetterState.QUEUED,
            recipient=letter.recipient,
            subject=letter.subject,
            text=letter.text,
            secret=letter.secret,
            subject_id=letter.subject_id,
            request_id=letter.request_id,
            message_id=f"<{letter_id.hex}@school-portal>",
            created_at=context.now,
            run_at=context.now,
        )
    )
    return letter_id


def note_news(
    context: ActionContext,
    kind: NewsKind,
    subject_id: UUID,
    pupil_id: UUID | None = None,
    person_id: UUID | None = None,
) -> None:
    """Families may be told of it, in the transaction of the act (POL-2.2.6).

    A message is told to the person whom it was written to, if that person reads the pupil's
    diary; everything else to all who do.
    """
    context.session.add(
        News(
            kind=kind,
            subject_id=subject_id,
            pupil_id=pupil_id,
            person_id=person_id,
            at=context.now,
        )
    )


@dataclass(frozen=True, kw_only=True)
class ClaimLetters:
    """At most so many letters for one worker."""

    limit: int = 20


def claim_letters(context: ActionContext, command: ClaimLetters) -> list[ClaimedLetter]:
    """Take due letters for this worker alone until the lease ends.

    A worker that died lets its letters go with the lease; the attempt counts.
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    rows = context.session.scalars(
        select(OutboxLetter)
        .where(
            OutboxLetter.state == LetterState.QUEUED,
            OutboxLetter.run_at <= context.now,
            or_(OutboxLetter.locked_until.is_(None), OutboxLetter.locked_until <= context.now),
        )
        .order_by(OutboxLetter.run_at)
        .limit(command.limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.locked_until = context.now + LEASE
        row.attempts += 1
    return [
        ClaimedLetter(
            id=row.id,
            kind=row.kind,
            recipient=row.recipient,
            subject=row.subject,
            text=row.text,
            message_id=row.message_id,
            secret=row.secret,
            subject_id=row.subject_id,
            attempts=row.attempts,
        )
        for row in rows
    ]


def accept_letter(context: ActionContext, letter_id: UUID) -> OutboxLetter | None:
    """The mail server took the letter. None when that was already on record."""
    letter = _locked(context, letter_id)
    if letter is None or letter.state is not LetterState.QUEUED:
        return None
    letter.state = LetterState.SENT
    letter.sent_at = context.now
    letter.locked_until = None
    letter.last_error = ""
    return letter


def put_off_letter(
    context: ActionContext, letter_id: UUID, *, error: str, attempts: int, for_good: bool
) -> OutboxLetter | None:
    """Try again later, or give up after `attempts` tries or `for_good`.

    Returns the letter when it was given up.
    """
    letter = _locked(context, letter_id)
    if letter is None or letter.state is not LetterState.QUEUED:
        return None
    letter.locked_until = None
    letter.last_error = error[:500]
    if for_good or letter.attempts >= attempts:
        letter.state = LetterState.EXHAUSTED
        return letter
    letter.run_at = context.now + next_attempt_in(letter.attempts)
    return None


def cancel_letter(context: ActionContext, letter_id: UUID, error: str) -> None:
    """This letter, unsent, is never sent."""
    letter = _locked(context, letter_id)
    if letter is not None and letter.state is LetterState.QUEUED:
        letter.state, letter.locked_until, letter.last_error = LetterState.CANCELLED, None, error


def cancel_letters(
    context: ActionContext, *, secret: SecretKind, subject_id: UUID, error: str = ""
) -> None:
    """Letters of this secret about this subject, unsent, are never sent."""
    context.session.execute(
        update(OutboxLetter)
        .where(
            OutboxLetter.state == LetterState.QUEUED,
            OutboxLetter.secret == secret,
            OutboxLetter.subject_id == subject_id,
        )
        .values(state=LetterState.CANCELLED, last_error=error)
    )


def open_task(
    context: ActionContext,
    kind: TaskKind,
    topic: str,
    *,
    request_id: UUID | None = None,
    invitation_id: UUID | None = None,
) -> None:
    """Put work into the secretary's queue. An open task of the same kind is replaced.

    For one request one call tells the newest, not each piece of news by itself. What is about
    neither request nor code is about its topic.
    """
    same = select(OfficeTask).where(
        OfficeTask.kind == kind,
        OfficeTask.request_id == request_id,
        OfficeTask.invitation_id == invitation_id,
        OfficeTask.closed_at.is_(None),
    )
    if request_id is None and invitation_id is None:
        same = same.where(OfficeTask.topic == topic)
    for task in context.session.scalars(same):
        task.closed_at = context.now
        task.result = "superseded"
    context.session.add(
        OfficeTask(
            kind=kind,
            topic=topic,
            request_id=request_id,
            invitation_id=invitation_id,
            created_at=context.now,
        )
    )


@dataclass(frozen=True, kw_only=True)
class CloseTask:
    """A task is done; `result` says with what."""

    task_id: UUID
    result: str


def close_task(context: ActionContext, command: CloseTask) -> OfficeTask:
    """Close a task with its result. Raises NotFound when it is not open any more."""
    task = _open_task(context, command.task_id)
    task.closed_at = context.now
    task.closed_by = context.actor.label
    task.result = command.result
    record(context, AuditAction.TASK_CLOSED, task.id, kind=task.kind.value)
    return task


def put_off_task(
    context: ActionContext, task_id: UUID, *, note: str, next_try_at: datetime
) -> None:
    """Nobody was reached: the task stays open and waits. Raises NotFound as `close_task` does."""
    task = _open_task(context, task_id)
    task.tries += 1
    task.next_try_at = next_try_at
    task.last_note = note
    record(context, AuditAction.TASK_TRIED, task.id, kind=task.kind.value, tries=task.tries)


def close_tasks_of(context: ActionContext, request_id: UUID, result: str) -> None:
    """Close every open task of a request that needs none of them any more."""
    context.session.execute(
        update(OfficeTask)
        .where(OfficeTask.request_id == request_id, OfficeTask.closed_at.is_(None))
        .values(closed_at=context.now, closed_by=context.actor.label, result=result)
    )


def _open_task(context: ActionContext, task_id: UUID) -> OfficeTask:
    context.actor.require(Permission.REQUEST_OUTCOME_DELIVER)
    task = context.session.scalars(
        select(OfficeTask).where(OfficeTask.id == task_id).with_for_update()
    ).first()
    if task is None or task.closed_at is not None:
        raise NotFound("task_unknown")
    return task


def close_tasks_about(context: ActionContext, kind: TaskKind, topic: str, result: str) -> None:
    """Close the open tasks of this kind and topic: what they asked for is there."""
    context.session.execute(
        update(OfficeTask)
        .where(OfficeTask.kind == kind, OfficeTask.topic == topic, OfficeTask.closed_at.is_(None))
        .values(closed_at=context.now, closed_by=context.actor.label, result=result)
    )


def _locked(context: ActionContext, letter_id: UUID) -> OutboxLetter | None:
    return context.session.scalars(
        select(OutboxLetter).where(OutboxLetter.id == letter_id).with_for_update()
    ).first()
