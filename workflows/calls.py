"""The office's calls: what came of one, and what follows (SVC-3.4.3)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from documents.letters import LetterKind
from journal_core.calendar.queries import published_calendar
from journal_core.calendar.rules import next_working_day
from journal_core.clock import local_moment
from journal_core.context import ActionContext
from journal_core.errors import CalendarNotPublished
from journal_core.notifications.commands import CloseTask, close_task, put_off_task
from journal_core.notifications.queries import open_task
from journal_core.notifications.terms import CallOutcome, NextTry, OpenTask
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Outcome, RequestState, ResultDelivery
from journal_core.school.queries import settings_on
from workflows.draft import locked_request
from workflows.service_request import (
    DeliverOutcome,
    NewsAccepted,
    note_announcement,
    tell_code,
)

#: Calls that announce the outcome as a letter would (SVC-2.11).
_ANNOUNCING = frozenset({LetterKind.CODE_READY, LetterKind.CODE_BY_EMAIL, LetterKind.REFUSED_READY})

HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class RecordCall:
    """A call that was made, or other work done by hand; `note` says with what."""

    task_id: UUID
    outcome: CallOutcome
    note: str
    next_try: NextTry = NextTry.NEXT_WORKING_MORNING


def record_call(context: ActionContext, command: RecordCall) -> None:
    """Close the task of one who was told; one not reached is called again.

    A dictated code is told: the request is completed. A wrong number
    waits for the next working morning: the note says how else the person may be found.
    """
    task = open_task(context.session, command.task_id)
    if command.outcome is not CallOutcome.TOLD:
        soon = command.next_try is NextTry.IN_AN_HOUR
        at = context.now + HOUR if soon else _next_working_morning(context)
        put_off_task(context, task.id, note=command.note, next_try_at=at)
        return
    close_task(context, CloseTask(task_id=task.id, result=command.note))
    if task.request_id is not None and task.topic in _ANNOUNCING:
        _announce(context, task, task.request_id, command)


def is_dictated(topic: str, request: ServiceRequest) -> bool:
    """Whether the code itself is told in the call: it was chosen so, or its letter went astray."""
    chosen = topic == LetterKind.CODE_READY and request.result_delivery is ResultDelivery.PHONE
    return request.state is RequestState.CODE_ISSUED and (
        chosen or topic == LetterKind.CODE_BY_EMAIL
    )


def _announce(
    context: ActionContext, task: OpenTask, request_id: UUID, command: RecordCall
) -> None:
    request = locked_request(context, request_id)
    if is_dictated(task.topic, request):
        told = DeliverOutcome(
            request_id=request.id,
            seen_version=request.version,
            how=Outcome.PHONE,
            comment=command.note,
        )
        tell_code(context, told)
    else:
        note_announcement(context, NewsAccepted(request_id=request.id))


def _next_working_morning(context: ActionContext) -> datetime:
    """When reception begins on the next working day; past the published years, tomorrow."""
    try:
        day = next_working_day(context.today, published_calendar(context.session))
    except CalendarNotPublished:
        day = context.today + timedelta(days=1)
    opens = time.fromisoformat(settings_on(context.session, day).reception_from)
    return local_moment(day, opens, context.zone)
