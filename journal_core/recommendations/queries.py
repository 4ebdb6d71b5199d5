"""Reading recommendations: of a pupil, of a course, and who may write them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.context import Actor
from journal_core.curriculum.models import Subject
from journal_core.journal.queries import members_of
from journal_core.journal.terms import CourseKey, CourseView
from journal_core.lessons.models import Lesson
from journal_core.recommendations.models import Recommendation
from journal_core.recommendations.terms import AdvisedPupil, RecommendationView


def recommendations_of(
    session: Session, pupil_id: UUID, subject_id: UUID | None = None
) -> list[RecommendationView]:
    """What stands in the pupil's diary, the newest first, old ones with it (POL-3.9.2)."""
    conditions = [Recommendation.pupil_id == pupil_id]
    if subject_id is not None:
        conditions.append(Recommendation.subject_id == subject_id)
    return _views(session, None, *conditions)


def recommendations_between(
    session: Session, pupil_ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, list[RecommendationView]]:
    """Pupil → what was written from the one moment up to the other, the newest first."""
    found: dict[UUID, list[RecommendationView]] = defaultdict(list)
    for view in _views(
        session,
        None,
        Recommendation.pupil_id.in_(pupil_ids),
        Recommendation.written_at >= since,
        Recommendation.written_at < until,
    ):
        found[view.pupil_id].append(view)
    return found


def advised_pupils(
    session: Session, actor: Actor, course: CourseView, on: date
) -> list[AdvisedPupil]:
    """The pupils of the course on the day, by name, with their recommendations in its subject."""
    members = members_of(session, course.key, on, on)
    told: dict[UUID, list[RecommendationView]] = defaultdict(list)
    for view in _views(
        session,
        actor.person_id,
        Recommendation.subject_id == course.key.subject_id,
        Recommendation.pupil_id.in_(members),
    ):
        told[view.pupil_id].append(view)
    return [
        AdvisedPupil(id=pupil_id, name=name, recommendations=tuple(told[pupil_id]))
        for pupil_id, (name, _spans) in members.items()
    ]


def may_advise(session: Session, actor: Actor, key: CourseKey) -> bool:
    """Whether the actor gives lessons of the course, by the timetable or instead (POL-3.6.1)."""
    if actor.person_id is None or not actor.may(Permission.JOURNAL_OWN_WRITE):
        return False
    group_id = key.group_id
    is_own = exists().where(
        Lesson.class_id == key.class_id,
        Lesson.subject_id == key.subject_id,
        Lesson.group_id.is_(None) if group_id is None else Lesson.group_id == group_id,
        or_(Lesson.teacher_id == actor.person_id, Lesson.substitute_id == actor.person_id),
    )
    return bool(session.scalar(select(is_own)))


def _views(
    session: Session, reader_id: UUID | None, *conditions: ColumnElement[bool]
) -> list[RecommendationView]:
    rows = session.execute(
        select(Recommendation, Subject.name)
        .join(Subject, Subject.id == Recommendation.subject_id)
        .where(Recommendation.withdrawn_at.is_(None), *conditions)
        .order_by(Recommendation.written_at.desc(), Recommendation.id)
    )
    return [
        RecommendationView(
            id=row.id,
            pupil_id=row.pupil_id,
            subject_id=row.subject_id,
            subject=subject,
            text=row.text,
            written_at=row.written_at,
            written_by=row.written_by,
            is_own=row.written_by_id == reader_id,
        )
        for row, subject in rows
    ]
