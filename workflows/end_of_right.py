"""How the right to a diary ends by itself: coming of age, leaving the school (SVC-2.8, 2.12.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.clock import local_date
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.notifications.commands import close_tasks_about, open_task
from journal_core.notifications.models import OfficeTask
from journal_core.notifications.terms import TaskKind
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import end_of, represents_on, studies_on
from journal_core.people.rules import is_adult, youngest_adult_born_on
from journal_core.people.terms import RightEnd
from journal_core.school.queries import settings_on

DAY = timedelta(days=1)
#: For how long a night that did not run is made up for.
LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class LetRead:
    """An adult pupil lets a representative read the diary, or does so no longer."""

    representation_id: UUID
    is_let: bool


def let_read(context: ActionContext, command: LetRead) -> None:
    """By the pupil, or by who keeps the lists, on the pupil's written word (SVC-2.12.3).

    It may be said ahead, from the day on which the end is warned of. Raises NotFound for a link of
    another pupil and for one that has ended, RuleBroken while the pupil is a minor for longer.
    """
    link = context.session.get(Representation, command.representation_id, with_for_update=True)
    if link is None or link.ended_on is not None:
        raise NotFound("representation_unknown")
    pupil = context.session.get_one(Pupil, link.pupil_id)
    person = context.session.get_one(Person, pupil.person_id)
    is_own = person.id == context.actor.person_id and context.actor.may(Permission.DIARY_OWN_READ)
    if not is_own and not context.actor.may(Permission.DIRECTORY_PEOPLE_EDIT):
        raise NotFound("representation_unknown")
    ahead = context.today + timedelta(days=_warning_days(context))
    if person.birth_date is None or not is_adult(person.birth_date, ahead):
        raise RuleBroken("pupil_minor", "SVC-2.12.3")
    link.adult_consent_at = context.now if command.is_let else None
    link.adult_consent_by = context.actor.label if command.is_let else ""
    context.session.flush()
    record(context, AuditAction.REPRESENTATION_SAVED, link.id, is_let_read=command.is_let)


@dataclass(frozen=True, kw_only=True)
class WarnOfAdulthood:
    """Pupils who come of age soon."""


def warn_of_adulthood(context: ActionContext, _command: WarnOfAdulthood) -> int:
    """A task for the office about each, once: to ask who shall read on (SVC-2.12.3)."""
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    ahead = context.today + timedelta(days=_warning_days(context))
    coming = context.session.scalars(
        select(Person.id)
        .join(Pupil, Pupil.person_id == Person.id)
        .where(
            Person.birth_date > youngest_adult_born_on(context.today),
            Person.birth_date <= youngest_adult_born_on(ahead),
            studies_on(context.today),
            exists().where(Representation.pupil_id == Pupil.id, represents_on(context.today)),
        )
    ).all()
    asked = set(
        context.session.scalars(
            select(OfficeTask.topic).where(
                OfficeTask.kind == TaskKind.ADULTHOOD,
                OfficeTask.topic.in_([str(one) for one in coming]),
            )
        )
    )
    new = [one for one in coming if str(one) not in asked]
    for person_id in new:
        open_task(context, TaskKind.ADULTHOOD, str(person_id))
    return len(new)


@dataclass(frozen=True, kw_only=True)
class EndRights:
    """Rights that time has ended."""


def end_rights(context: ActionContext, _command: EndRights) -> int:
    """Put on record, once each, that a representative reads no more (SVC-2.8, 2.12.3).

    Nothing is read from the day itself on, whether or not this has run: the queries ask the date.
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    ended = 0
    for link, person, end in _ended(context):
        record(
            context,
            AuditAction.DIARY_RIGHT_ENDED,
            link.id,
            reason=end.reason.value,
            since=end.since.isoformat(),
        )
        close_tasks_about(context, TaskKind.ADULTHOOD, str(person.id), "ended")
        ended += 1
    return ended


def _ended(context: ActionContext) -> Iterator[tuple[Representation, Person, RightEnd]]:
    """The links that time ended of late and of which nothing is on record since."""
    since = context.today - LOOK_BACK
    told = (
        select(AuditEntry.subject_id, func.max(AuditEntry.at).label("at"))
        .where(AuditEntry.action == AuditAction.DIARY_RIGHT_ENDED)
        .group_by(AuditEntry.subject_id)
        .subquery()
    )
    rows = context.session.execute(
        select(Representation, Pupil, Person, told.c.at)
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .outerjoin(told, told.c.subject_id == Representation.id)
        .where(
            Representation.ended_on.is_(None),
            _may_have_ended(since, context.today),
        )
    )
    for link, pupil, person, at in rows:
        end = end_of(pupil, person, link)
        is_late = end is not None and since <= end.since <= context.today
        if is_late and end and (at is None or local_date(at, context.zone) < end.since):
            yield link, person, end


def _may_have_ended(since: date, until: date) -> ColumnElement[bool]:
    """What is worth a look: who came of age, left or was a ward until one of the days."""
    return or_(
        Person.birth_date.between(youngest_adult_born_on(since), youngest_adult_born_on(until)),
        Pupil.left_on.between(since - DAY, until - DAY),
        Representation.valid_until.between(since - DAY, until - DAY),
    )


def _warning_days(context: ActionContext) -> int:
    return settings_on(context.session, context.today).right_warning_days
