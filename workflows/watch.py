"""What time alone brings about: old drafts end, people are reminded. Run once a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from documents.letters import LetterKind
from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.calendar.queries import published_calendar
from journal_core.context import ActionContext
from journal_core.files.models import StoredFile
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import OUTSTANDING
from journal_core.notifications.commands import open_task
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import TaskKind
from journal_core.requests.models import RequestPaper, ServiceRequest
from journal_core.requests.terms import RequestState
from journal_core.school.queries import settings_on
from workflows.notices import tell_applicant

#: Reminders of a visit before a request may be closed.
REMINDERS = 2


@dataclass(frozen=True, kw_only=True)
class EraseDrafts:
    """Drafts that nobody came back to."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """How many drafts went, and whose bytes are to be removed from the disk."""

    drafts: int
    file_ids: tuple[UUID, ...]


def erase_drafts(context: ActionContext, _command: EraseDrafts) -> Erased:
    """Erase drafts older than the school's setting, with their files. The bytes go afterwards."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    days = settings_on(context.session, context.today).draft_days
    old = context.session.scalars(
        select(ServiceRequest.id)
        .where(
            ServiceRequest.state == RequestState.DRAFT,
            ServiceRequest.created_at <= context.now - timedelta(days=days),
        )
        .with_for_update()
    ).all()
    papers = context.session.scalars(
        select(RequestPaper.file_id).where(RequestPaper.request_id.in_(old))
    ).all()
    context.session.execute(delete(RequestPaper).where(RequestPaper.request_id.in_(old)))
    context.session.execute(delete(StoredFile).where(StoredFile.id.in_(papers)))
    context.session.execute(delete(ServiceRequest).where(ServiceRequest.id.in_(old)))
    for request_id in old:
        record(context, AuditAction.REQUEST_MOVED, request_id, trigger="erase", target="erased")
    return Erased(drafts=len(old), file_ids=tuple(papers))


@dataclass(frozen=True, kw_only=True)
class WarnOfCodes:
    """Codes that were told, are not used, and end soon."""


def warn_of_codes(context: ActionContext, _command: WarnOfCodes) -> int:
    """Warn the applicant and the office before a code ends; each code once (SVC-3.4.3)."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    days = settings_on(context.session, context.today).code_warning_days
    ending = context.session.scalars(
        select(Invitation).where(
            Invitation.state.in_(OUTSTANDING),
            Invitation.warned_at.is_(None),
            Invitation.expires_at > context.now,
            Invitation.expires_at <= context.now + timedelta(days=days),
        )
    ).all()
    for invitation in ending:
        invitation.warned_at = context.now
        request = context.session.scalars(
            select(ServiceRequest).where(ServiceRequest.invitation_id == invitation.id)
        ).first()
        open_task(
            context,
            TaskKind.CODE_EXPIRING,
            LetterKind.CODE_EXPIRING.value,
            request_id=request.id if request else None,
            invitation_id=invitation.id,
        )
        if request is not None:
            tell_applicant(
                context,
                LetterKind.CODE_EXPIRING,
                request,
                present=True,  # the office's own task already says whom to call
                valid_until=invitation.expires_at,
            )
    return len(ending)


@dataclass(frozen=True, kw_only=True)
class RemindOfVisits:
    """Requests that wait for their visit."""


def remind_of_visits(context: ActionContext, _command: RemindOfVisits) -> int:
    """Remind twice, each time after the school's number of days (SVC-2.6, SVC-3.4.1)."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    settings = settings_on(context.session, context.today)
    if not settings.originals_at_visit:
        return 0
    waiting = context.session.scalars(
        select(ServiceRequest).where(
            ServiceRequest.state == RequestState.SUBMITTED,
            ServiceRequest.submitted_at
            <= context.now - timedelta(days=settings.visit_reminder_days),
        )
    ).all()
    reminded = 0
    for request in waiting:
        told = _reminders(context, request.id)
        due = request.state_since + timedelta(days=settings.visit_reminder_days * (told + 1))
        if told < REMINDERS and due <= context.now:
            tell_applicant(context, LetterKind.VISIT_REMINDER, request)
            reminded += 1
    return reminded


@dataclass(frozen=True, kw_only=True)
class WarnOfCalendar:
    """The published calendars end soon."""


def warn_of_calendar(context: ActionContext, _command: WarnOfCalendar) -> int:
    """Ask for a year that begins soon and is not published; each year once (SVC-2.11)."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    days = settings_on(context.session, context.today).calendar_warning_days
    ahead = context.today + timedelta(days=days)
    needed = {context.today.year, ahead.year} - published_calendar(context.session).years
    asked = _calendar_tasks(context, *needed)
    for year in sorted(needed - {int(task.topic) for task in asked}):
        open_task(context, TaskKind.CALENDAR_ENDS, str(year))
    return len(needed) - len({task.topic for task in asked})


@dataclass(frozen=True, kw_only=True)
class AskForCalendar:
    """A year without which a promise could not be made."""

    year: int


def ask_for_calendar(context: ActionContext, command: AskForCalendar) -> None:
    """A registration was refused for want of the year: the task is open, once (SVC-2.11)."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    if all(task.closed_at for task in _calendar_tasks(context, command.year)):
        open_task(context, TaskKind.CALENDAR_ENDS, str(command.year))


def _calendar_tasks(context: ActionContext, *years: int) -> Sequence[OfficeTask]:
    return context.session.scalars(
        select(OfficeTask).where(
            OfficeTask.kind == TaskKind.CALENDAR_ENDS,
            OfficeTask.topic.in_([str(year) for year in years]),
        )
    ).all()


def _reminders(context: ActionContext, request_id: UUID) -> int:
    """How often this applicant was reminded, by letter or by a call."""
    kind = LetterKind.VISIT_REMINDER.value
    letters = select(func.count()).where(
        OutboxLetter.request_id == request_id, OutboxLetter.kind == kind
    )
    calls = select(func.count()).where(
        OfficeTask.request_id == request_id, OfficeTask.topic == kind
    )
    return (context.session.scalar(letters) or 0) + (context.session.scalar(calls) or 0)
