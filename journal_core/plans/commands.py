"""Keeping plans: saving, copying, sharing, re-laying after lost lessons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, select, update

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext, Actor
from journal_core.curriculum.models import Subject
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.lessons.models import Lesson
from journal_core.plans.models import PlanCorrection, PlanTopic, ThematicPlan
from journal_core.plans.queries import (
    copy_places,
    group_kind,
    laid_topics,
    plan_to_edit,
    plan_to_read,
    topics_of,
)
from journal_core.plans.rules import PROGRAMME_CLAUSE, check_topics, relaid, takes_homework
from journal_core.plans.terms import Change, CorrectionKind, PlanRow, Topic


@dataclass(frozen=True, kw_only=True)
class CreatePlan:
    """A plan of the base, or at once the own one of a class or group (an import).

    `key` is its id, unless another plan has it: of two that say the same the first is kept.
    """

    academic_year: int
    subject_id: UUID
    grade: int
    title: str = ""
    topics: tuple[Topic, ...] = ()
    class_id: UUID | None = None
    group_id: UUID | None = None
    key: UUID | None = None


def create_plan(context: ActionContext, command: CreatePlan) -> UUID:
    """Returns the plan's id (POL-2.2.2).

    Raises RuleBroken where the class has a plan of the subject, or a topic may not be (POL-1.4).
    """
    context.actor.require(Permission.PLANS_OWN_EDIT)
    if context.session.get(Subject, command.subject_id) is None:
        raise NotFound("subject_unknown")
    if command.class_id or command.group_id:
        context.actor.require(Permission.PLANS_ANY_EDIT)
    taken = context.session.get(ThematicPlan, command.key) if command.key else None
    if taken is not None and _says_the_same(taken, command, context.actor):
        return taken.id
    plan = ThematicPlan(
        id=command.key if command.key and taken is None else new_id(),
        academic_year=command.academic_year,
        subject_id=command.subject_id,
        grade=command.grade,
        title=command.title,
        author_id=context.actor.person_id,
        class_id=command.class_id,
        group_id=command.group_id,
        saved_at=context.now,
    )
    _add(context, plan, command.topics)
    record(context, AuditAction.PLAN_SAVED, plan.id, topics=len(command.topics))
    return plan.id


def _says_the_same(plan: ThematicPlan, command: CreatePlan, author: Actor) -> bool:
    return (plan.author_id, plan.academic_year, plan.subject_id, plan.grade, plan.title) == (
        author.person_id,
        command.academic_year,
        command.subject_id,
        command.grade,
        command.title,
    )


def _add(context: ActionContext, plan: ThematicPlan, topics: Sequence[Topic]) -> None:
    """The plan and its rows; the class may have no other plan of the subject."""
    kind = group_kind(context.session, plan.group_id)
    check_topics(topics, homework=takes_homework(plan.grade, kind))
    if plan.class_id or plan.group_id:
        same = (
            ThematicPlan.group_id == plan.group_id
            if plan.group_id
            else and_(ThematicPlan.class_id == plan.class_id, ThematicPlan.group_id.is_(None))
        )
        of_subject = ThematicPlan.subject_id == plan.subject_id
        if context.session.scalar(select(exists().where(same, of_subject))):
            raise RuleBroken("class_has_plan")
    context.session.add(plan)
    context.session.flush()
    context.session.add_all(
        PlanTopic(
            plan_id=plan.id,
            position=position,
            section=topic.section,
            title=topic.title,
            hours=topic.hours,
            homework=topic.homework,
        )
        for position, topic in enumerate(topics)
    )
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class SavePlan:
    """The plan as the page has it: its title and all its rows in their order.

    `seen_at` is the moment of the saving that the page was made from.
    """

    plan_id: UUID
    title: str
    rows: tuple[PlanRow, ...]
    seen_at: datetime | None = None


def save_plan(context: ActionContext, command: SavePlan) -> None:
    """Raises NotFound for a row of another plan, RuleBroken for one that a lesson has given and
    that is missing now, StaleVersion when somebody else saved the plan meanwhile.
    """
    context.actor.require(Permission.PLANS_OWN_EDIT)
    plan = plan_to_edit(context.session, context.actor, command.plan_id)
    if command.seen_at is not None and command.seen_at != plan.saved_at:
        raise StaleVersion("changed_meanwhile")
    kind = group_kind(context.session, plan.group_id)
    check_topics(command.rows, homework=takes_homework(plan.grade, kind))
    known = {topic.id: topic for topic in topics_of(context.session, plan.id)}
    kept = [row.id for row in command.rows if row.id is not None]
    if len(set(kept)) != len(kept) or not set(kept) <= known.keys():
        raise NotFound("topic_unknown")
    _take_out(context, [one for one in known.values() if one.id not in set(kept)])
    for position, row in enumerate(command.rows):
        topic = known[row.id] if row.id else PlanTopic(plan_id=plan.id)
        topic.position, topic.section, topic.title = position, row.section, row.title
        topic.hours, topic.homework = row.hours, row.homework
        context.session.add(topic)
    plan.title = command.title
    plan.saved_at = context.now
    record(context, AuditAction.PLAN_SAVED, plan.id, topics=len(command.rows))
    context.session.flush()


def _take_out(context: ActionContext, topics: Sequence[PlanTopic]) -> None:
    """Rows go from the plan, unless a lesson has given one of them."""
    gone = [topic.id for topic in topics]
    if not gone:
        return
    given = context.session.scalar(select(Lesson.topic_id).where(Lesson.topic_id.in_(gone)))
    if given is not None:
        title = next(topic.title for topic in topics if topic.id == given)
        raise RuleBroken("topic_given", clause=PROGRAMME_CLAUSE, title=title)
    _untie(context, gone)
    context.session.execute(delete(PlanTopic).where(PlanTopic.id.in_(gone)))


def _untie(context: ActionContext, gone: Sequence[UUID]) -> None:
    for column in (PlanCorrection.topic_id, PlanTopic.merged_into_id):
        context.session.execute(
            update(column.class_).where(column.in_(gone)).values({column: None})
        )


@dataclass(frozen=True, kw_only=True)
class CopyPlan:
    """The plan becomes the own one of classes and groups: pairs of a class's and a group's id."""

    plan_id: UUID
    places: tuple[tuple[UUID | None, UUID | None], ...]


def copy_plan(context: ActionContext, command: CopyPlan) -> tuple[UUID, ...]:
    """Returns the copies' ids. A copy is re-laid without touching the others.

    Raises NotFound for a place that is not of the plan's grade, not the actor's, or has a plan.
    """
    context.actor.require(Permission.PLANS_OWN_EDIT)
    plan = plan_to_read(context.session, context.actor, command.plan_id)
    open_to = {
        (place.class_id, place.group_id)
        for place in copy_places(context.session, context.actor, plan.id)
    }
    if not command.places or not set(command.places) <= open_to:
        raise NotFound("place_unknown")
    topics = _topics(context, plan)
    copies = []
    for class_id, group_id in command.places:
        copy = _copy(context, plan, plan.academic_year)
        copy.class_id, copy.group_id = class_id, group_id
        _add(context, copy, topics)
        record(context, AuditAction.PLAN_COPIED, copy.id, source=str(plan.id))
        copies.append(copy.id)
    context.session.flush()
    return tuple(copies)


@dataclass(frozen=True, kw_only=True)
class TakeOverPlan:
    """An own plan of the base is made of a shared one, or of one of another year."""

    plan_id: UUID
    academic_year: int


def take_over_plan(context: ActionContext, command: TakeOverPlan) -> UUID:
    context.actor.require(Permission.PLANS_OWN_EDIT)
    plan = plan_to_read(context.session, context.actor, command.plan_id)
    copy = _copy(context, plan, command.academic_year)
    _add(context, copy, _topics(context, plan))
    record(context, AuditAction.PLAN_COPIED, copy.id, source=str(plan.id))
    context.session.flush()
    return copy.id


def _copy(context: ActionContext, plan: ThematicPlan, academic_year: int) -> ThematicPlan:
    return ThematicPlan(
        academic_year=academic_year,
        subject_id=plan.subject_id,
        grade=plan.grade,
        title=plan.title,
        author_id=context.actor.person_id or plan.author_id,
        source_id=plan.id,
        saved_at=context.now,
    )


def _topics(context: ActionContext, plan: ThematicPlan) -> tuple[Topic, ...]:
    return tuple(
        Topic(section=row.section, title=row.title, hours=row.hours, homework=row.homework)
        for row in topics_of(context.session, plan.id)
    )


@dataclass(frozen=True, kw_only=True)
class SharePlan:
    """Other teachers of the subject may read the plan and copy it, or no longer."""

    plan_id: UUID
    is_shared: bool


def share_plan(context: ActionContext, command: SharePlan) -> None:
    context.actor.require(Permission.PLANS_OWN_EDIT)
    plan = plan_to_edit(context.session, context.actor, command.plan_id)
    plan.is_shared = command.is_shared
    record(context, AuditAction.PLAN_SHARED, plan.id, shared=command.is_shared)
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class RemovePlan:
    plan_id: UUID


def remove_plan(context: ActionContext, command: RemovePlan) -> None:
    """Raises RuleBroken for a plan that lessons follow, or whose corrections are kept."""
    context.actor.require(Permission.PLANS_OWN_EDIT)
    plan = plan_to_edit(context.session, context.actor, command.plan_id)
    corrected = exists().where(PlanCorrection.plan_id == plan.id)
    if context.session.scalar(select(corrected)):
        raise RuleBroken("plan_corrected", clause=PROGRAMME_CLAUSE)
    _take_out(context, topics_of(context.session, plan.id))
    context.session.execute(
        update(ThematicPlan).where(ThematicPlan.source_id == plan.id).values(source_id=None)
    )
    context.session.delete(plan)
    record(context, AuditAction.PLAN_REMOVED, plan.id, title=plan.title)
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class RelayPlan:
    """The rest of a class's plan is laid anew after lost lessons, for a reason."""

    plan_id: UUID
    changes: tuple[Change, ...]
    reason: str
    seen_at: datetime | None = None


def relay_plan(context: ActionContext, command: RelayPlan) -> None:
    """Change the topics and keep a line of the correction sheet for each (INS-3.3.17).

    Raises RuleBroken for a plan of the base, no reason, or a change that cannot be.
    """
    context.actor.require(Permission.PLANS_OWN_EDIT)
    plan = plan_to_edit(context.session, context.actor, command.plan_id)
    if command.seen_at is not None and command.seen_at != plan.saved_at:
        raise StaleVersion("changed_meanwhile")
    if plan.class_id is None and plan.group_id is None:
        raise RuleBroken("plan_of_base")
    if not command.reason:
        raise RuleBroken("reason_needed")
    result = relaid(laid_topics(context.session, plan.id), command.changes)
    rows = {topic.id: topic for topic in topics_of(context.session, plan.id)}
    for position, laid in enumerate(result.topics):
        row = rows[laid.id]
        row.position, row.hours, row.merged_into_id = position, laid.hours, laid.merged_into
    context.session.add_all(
        PlanCorrection(
            plan_id=plan.id,
            topic_id=line.topic_id,
            number=line.number,
            kind=line.kind,
            title=line.title,
            hours_before=line.hours_before,
            hours_after=line.hours_after,
            reason=command.reason,
            corrected_at=context.now,
            corrected_by=context.actor.label,
        )
        for line in result.lines
    )
    plan.saved_at = context.now
    merged, dropped = (result.lost(CorrectionKind.MERGED), result.lost(CorrectionKind.DROPPED))
    record(context, AuditAction.PLAN_RELAID, plan.id, merged=merged, dropped=dropped)
    context.session.flush()


@dataclass(frozen=True, kw_only=True)
class UndoRelaying:
    plan_id: UUID


def undo_relaying(context: ActionContext, command: UndoRelaying) -> None:
    """Take the last re-laying back: its topics are as before, its lines leave the sheet.

    Raises RuleBroken when there is none, the plan was saved since, or a lesson has given one of
    the topics since.
    """
    context.actor.require(Permission.PLANS_OWN_EDIT)
    plan = plan_to_edit(context.session, context.actor, command.plan_id)
    lines = _last_lines(context, plan)
    rows = list(topics_of(context.session, plan.id))
    used = exists().where(
        Lesson.topic_id.in_([row.id for row in rows]), Lesson.kept_at >= plan.saved_at
    )
    if context.session.scalar(select(used)):
        raise RuleBroken("relaying_used")
    before = {line.topic_id: line for line in lines}
    moved = [line for line in lines if line.kind == CorrectionKind.MOVED]
    order = [row for row in rows if before.get(row.id) not in moved]
    by_id = {row.id: row for row in rows}
    for line in sorted(moved, key=lambda one: one.number):
        if line.topic_id is not None:
            order.insert(line.number - 1, by_id[line.topic_id])
    for position, row in enumerate(order):
        row.position = position
        if row.id in before and before[row.id].kind != CorrectionKind.MOVED:
            row.hours, row.merged_into_id = before[row.id].hours_before, None
    for line in lines:
        context.session.delete(line)
    plan.saved_at = context.now
    record(context, AuditAction.PLAN_RELAYING_UNDONE, plan.id, lines=len(lines))
    context.session.flush()


def _last_lines(context: ActionContext, plan: ThematicPlan) -> Sequence[PlanCorrection]:
    """The lines of the last re-laying, while nothing else has changed the plan since."""
    last = context.session.scalar(
        select(func.max(PlanCorrection.corrected_at)).where(PlanCorrection.plan_id == plan.id)
    )
    if last is None or last != plan.saved_at:
        raise RuleBroken("relaying_used")
    return context.session.scalars(
        select(PlanCorrection).where(
            PlanCorrection.plan_id == plan.id, PlanCorrection.corrected_at == last
        )
    ).all()
