"""Writing a recommendation, and taking a mistaken one back (POL-3.9.2)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.queries import course_to_read, members_of
from journal_core.journal.terms import CourseKey
from journal_core.recommendations.models import Recommendation
from journal_core.recommendations.queries import may_advise
from journal_core.recommendations.terms import TEXT_LENGTH

CLAUSE = "POL-3.9.2"


@dataclass(frozen=True, kw_only=True)
class Recommend:
    """The same words to one pupil of the course, or to several."""

    key: CourseKey
    pupil_ids: tuple[UUID, ...]
    text: str


def recommend(context: ActionContext, command: Recommend) -> None:
    """Put the words into the diaries of the pupils; what was there before stays (POL-3.9.2).

    Who has the same words of the actor in the diary already gets them no second time.

    Raises NotFound for a course or a pupil that is not the actor's; RuleBroken
    `recommendation_not_own` for who does not teach the course, `recommendation_to_nobody`,
    `recommendation_empty`, `recommendation_long`.
    """
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    session = context.session
    course_to_read(session, context.actor, command.key, context.today)
    if not may_advise(session, context.actor, command.key) or context.actor.person_id is None:
        raise RuleBroken("recommendation_not_own", CLAUSE)
    _check(command)
    members = members_of(session, command.key, context.today, context.today)
    if not members.keys() >= set(command.pupil_ids):
        raise NotFound("pupil_unknown")
    told = _told(context, command)
    for pupil_id in dict.fromkeys(one for one in command.pupil_ids if one not in told):
        row = Recommendation(
            pupil_id=pupil_id,
            subject_id=command.key.subject_id,
            text=command.text,
            written_at=context.now,
            written_by=context.actor.label,
            written_by_id=context.actor.person_id,
        )
        session.add(row)
        session.flush()
        record(context, AuditAction.RECOMMENDATION_WRITTEN, pupil_id, recommendation=str(row.id))


def _told(context: ActionContext, command: Recommend) -> set[UUID]:
    rows = context.session.scalars(
        select(Recommendation.pupil_id).where(
            Recommendation.pupil_id.in_(command.pupil_ids),
            Recommendation.subject_id == command.key.subject_id,
            Recommendation.written_by_id == context.actor.person_id,
            Recommendation.text == command.text,
            Recommendation.withdrawn_at.is_(None),
        )
    )
    return set(rows)


@dataclass(frozen=True, kw_only=True)
class WithdrawRecommendation:
    recommendation_id: UUID


def withdraw_recommendation(context: ActionContext, command: WithdrawRecommendation) -> None:
    """Take an own recommendation out of the diary; the row and its words stay on record.

    Raises NotFound for one of somebody else, and for one that is withdrawn already.
    """
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    row = context.session.get(Recommendation, command.recommendation_id, with_for_update=True)
    if row is None or row.withdrawn_at or row.written_by_id != context.actor.person_id:
        raise NotFound("recommendation_unknown")
    row.withdrawn_at = context.now
    record(context, AuditAction.RECOMMENDATION_WITHDRAWN, row.pupil_id, recommendation=str(row.id))


def _check(command: Recommend) -> None:
    if not command.pupil_ids:
        raise RuleBroken("recommendation_to_nobody", CLAUSE)
    if not command.text:
        raise RuleBroken("recommendation_empty", CLAUSE)
    if len(command.text) > TEXT_LENGTH:
        raise RuleBroken("recommendation_long", CLAUSE)
