"""Reading plans: the base as the reader may see it, one plan, plan against fact."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from journal_core.access.terms import Permission
from journal_core.classes.models import StudyGroup
from journal_core.classes.terms import GroupKind
from journal_core.context import Actor
from journal_core.curriculum.models import CurriculumHours, Subject, TeachingLoad
from journal_core.database import Prepared
from journal_core.errors import NotFound
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import course_values, in_course
from journal_core.people.models import Person
from journal_core.plans.models import PlanCorrection, PlanTopic, ThematicPlan
from journal_core.plans.rules import progress, takes_homework, yearly_hours
from journal_core.plans.terms import (
    CorrectionView,
    Course,
    CourseProgress,
    Figures,
    Laid,
    PlanCard,
    PlanView,
    TopicView,
)
from journal_core.school.models import SchoolClass
from journal_core.school.queries import settings_on

#: Class, group and subject.
Key = tuple[UUID | None, UUID | None, UUID]


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The plans that the actor may read: own, of own lessons, and shared ones of own subjects."""
    if actor.may(Permission.PLANS_ANY_READ):
        return true()
    subjects = select(TeachingLoad.subject_id).where(TeachingLoad.teacher_id == actor.person_id)
    shared = and_(ThematicPlan.is_shared, ThematicPlan.subject_id.in_(subjects))
    return or_(_own(actor), shared)


def may_be_edited(actor: Actor) -> ColumnElement[bool]:
    """The plans that the actor may change: any, or those that are own by work or by load."""
    if actor.may(Permission.PLANS_ANY_EDIT):
        return true()
    return _own(actor) if actor.may(Permission.PLANS_OWN_EDIT) else false()


def _own(actor: Actor) -> ColumnElement[bool]:
    """The author's plans of the base, and those of the classes where the person teaches by load.

    A class's copy is theirs who teach it: its author may have left the class to another.
    """
    of_base = and_(ThematicPlan.class_id.is_(None), ThematicPlan.group_id.is_(None))
    teaches = exists().where(
        TeachingLoad.teacher_id == actor.person_id,
        TeachingLoad.subject_id == ThematicPlan.subject_id,
        TeachingLoad.class_id == ThematicPlan.class_id,
        or_(
            TeachingLoad.group_id.is_(None),
            ThematicPlan.group_id.is_(None),
            TeachingLoad.group_id == ThematicPlan.group_id,
        ),
    )
    led = aliased(StudyGroup)
    leads = ThematicPlan.group_id.in_(select(led.id).where(led.leader_id == actor.person_id))
    return or_(and_(of_base, ThematicPlan.author_id == actor.person_id), teaches, leads)


def plan_to_read(session: Session, actor: Actor, plan_id: UUID) -> ThematicPlan:
    """Raises NotFound for a plan that is not the actor's to see."""
    return _one(session, plan_id, in_reach(actor))


def plan_to_edit(session: Session, actor: Actor, plan_id: UUID) -> ThematicPlan:
    """Raises NotFound for a plan that is not the actor's to change."""
    return _one(session, plan_id, may_be_edited(actor))


def _one(session: Session, plan_id: UUID, scope: ColumnElement[bool]) -> ThematicPlan:
    plan = session.scalar(select(ThematicPlan).where(ThematicPlan.id == plan_id, scope))
    if plan is None:
        raise NotFound("plan_unknown")
    return plan


def plan_cards(
    session: Session,
    actor: Actor,
    academic_year: int,
    *,
    subject_id: UUID | None = None,
    grade: int | None = None,
) -> list[PlanCard]:
    """The plans of a year that the actor may read, by subject and grade, the base before copies."""
    query = _cards(actor).where(ThematicPlan.academic_year == academic_year, in_reach(actor))
    if subject_id is not None:
        query = query.where(ThematicPlan.subject_id == subject_id)
    if grade is not None:
        query = query.where(ThematicPlan.grade == grade)
    order = (Subject.position, Subject.name, ThematicPlan.grade, SchoolClass.letter)
    cards = [_card(row) for row in session.execute(query.order_by(*order, ThematicPlan.id))]
    return sorted(cards, key=lambda card: (card.subject, card.grade, card.course))


def _cards(actor: Actor) -> Select[*tuple[Any, ...]]:
    sums = (
        select(
            PlanTopic.plan_id,
            func.count().label("topics"),
            func.sum(PlanTopic.hours).label("hours"),
        )
        .group_by(PlanTopic.plan_id)
        .subquery()
    )
    return (
        select(
            ThematicPlan,
            Subject.name,
            Person,
            SchoolClass,
            StudyGroup.name,
            _own(actor),
            func.coalesce(sums.c.topics, 0),
            func.coalesce(sums.c.hours, 0),
        )
        .join(Subject, Subject.id == ThematicPlan.subject_id)
        .outerjoin(Person, Person.id == ThematicPlan.author_id)
        .outerjoin(SchoolClass, SchoolClass.id == ThematicPlan.class_id)
        .outerjoin(StudyGroup, StudyGroup.id == ThematicPlan.group_id)
        .outerjoin(sums, sums.c.plan_id == ThematicPlan.id)
    )


def _card(row: Row[*tuple[Any, ...]]) -> PlanCard:
    plan, subject, author, of_class, group_name, is_own, topics, hours = row
    return PlanCard(
        id=plan.id,
        academic_year=plan.academic_year,
        subject=subject,
        grade=plan.grade,
        title=plan.title,
        author=author.name.full if author else "",
        class_name=of_class.name if of_class else "",
        group_name=group_name or "",
        topics=topics,
        hours=hours,
        is_shared=plan.is_shared,
        is_own=bool(is_own),
    )


def plan_view(session: Session, actor: Actor, plan_id: UUID, on: date) -> PlanView:
    """One plan with its topics, in as many statements for one topic as for two hundred."""
    query = _cards(actor).where(ThematicPlan.id == plan_id, in_reach(actor))
    row = session.execute(query).first()
    if row is None:
        raise NotFound("plan_unknown")
    plan, card = row[0], _card(row)
    weekly = session.scalar(
        select(CurriculumHours.hours).where(
            CurriculumHours.academic_year == plan.academic_year,
            CurriculumHours.grade == plan.grade,
            CurriculumHours.subject_id == plan.subject_id,
        )
    )
    settings = settings_on(session, on)
    weeks = settings.study_weeks_first_grade if plan.grade == 1 else settings.study_weeks
    may_edit = actor.may(Permission.PLANS_ANY_EDIT) or (
        actor.may(Permission.PLANS_OWN_EDIT) and card.is_own
    )
    return PlanView(
        card=card,
        subject_id=plan.subject_id,
        class_id=plan.class_id,
        group_id=plan.group_id,
        saved_at=plan.saved_at,
        topics=tuple(_topic_views(session, plan.id, given_counts(session, plan.id))),
        takes_homework=takes_homework(plan.grade, group_kind(session, plan.group_id)),
        weekly_hours=weekly,
        study_weeks=weeks,
        curriculum_hours=yearly_hours(weekly, weeks) if weekly else None,
        may_edit=may_edit,
        may_take_over=actor.may(Permission.PLANS_OWN_EDIT),
        corrections=session.scalar(select(func.count()).where(PlanCorrection.plan_id == plan.id))
        or 0,
    )


def group_kind(session: Session, group_id: UUID | None) -> GroupKind | None:
    """What kind of group it is; None for no group."""
    if group_id is None:
        return None
    return session.scalar(select(StudyGroup.kind).where(StudyGroup.id == group_id))


def topics_of(session: Session, plan_id: UUID) -> Sequence[PlanTopic]:
    """The rows of a plan in their order."""
    return session.scalars(
        select(PlanTopic).where(PlanTopic.plan_id == plan_id).order_by(PlanTopic.position)
    ).all()


def given_counts(session: Session, plan_id: UUID) -> Counter[UUID]:
    """Topic → lessons that gave it, in whichever group of the class it was given most."""
    rows = session.execute(
        select(PlanTopic.id, func.count())
        .join(Lesson, Lesson.topic_id == PlanTopic.id)
        .where(PlanTopic.plan_id == plan_id)
        .group_by(PlanTopic.id, Lesson.class_id, Lesson.group_id)
    )
    most: Counter[UUID] = Counter()
    for topic_id, count in rows:
        most[topic_id] = max(most[topic_id], count)
    return most


def topics_of_course(
    session: Session, class_id: UUID, group_id: UUID | None, subject_id: UUID
) -> tuple[TopicView, ...]:
    """The plan that the class or group follows: its own, or the class's; nothing without one.

    `given` counts the lessons of this class or group alone.
    """
    of_class = and_(ThematicPlan.class_id == class_id, ThematicPlan.group_id.is_(None))
    plan_id = session.scalar(
        select(ThematicPlan.id)
        .where(
            ThematicPlan.subject_id == subject_id,
            or_(of_class, ThematicPlan.group_id == group_id) if group_id else of_class,
        )
        .order_by(ThematicPlan.group_id.is_(None))
        .limit(1)
    )
    if plan_id is None:
        return ()
    rows = session.execute(_topics_given(), course_values(class_id, group_id, subject_id))
    given = Counter({topic_id: count for topic_id, count in rows if topic_id is not None})
    return tuple(_topic_views(session, plan_id, given))


@cache
def _topics_given() -> Prepared:
    return (
        select(Lesson.topic_id, func.count())
        .where(in_course(), Lesson.topic_id.is_not(None))
        .group_by(Lesson.topic_id)
    )


def laid_topics(session: Session, plan_id: UUID) -> tuple[Laid, ...]:
    """The plan as re-laying sees it."""
    given = given_counts(session, plan_id)
    return tuple(
        Laid(
            id=topic.id,
            title=topic.title,
            hours=topic.hours,
            section=topic.section,
            is_given=given[topic.id] > 0,
            merged_into=topic.merged_into_id,
        )
        for topic in topics_of(session, plan_id)
    )


def _topic_views(session: Session, plan_id: UUID, given: Counter[UUID]) -> Iterable[TopicView]:
    # A plan has some hundred rows, which are shown here and not changed.
    topic = PlanTopic.__table__.c
    rows = session.execute(
        select(*topic).where(topic.plan_id == plan_id).order_by(topic.position)
    ).all()
    together: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        if row.merged_into_id is not None:
            together[row.merged_into_id].append(row.title)
    for number, row in enumerate(rows, start=1):
        yield TopicView(
            id=row.id,
            number=number,
            section=row.section,
            title=row.title,
            hours=row.hours,
            homework=row.homework,
            given=given[row.id],
            is_merged=row.merged_into_id is not None,
            together=tuple(together[row.id]),
        )


def corrections_of(session: Session, plan_id: UUID) -> list[CorrectionView]:
    """The correction sheet, in the order in which it was written."""
    topic, head = aliased(PlanTopic), aliased(PlanTopic)
    rows = session.execute(
        select(PlanCorrection, head.title)
        .outerjoin(topic, topic.id == PlanCorrection.topic_id)
        .outerjoin(head, head.id == topic.merged_into_id)
        .where(PlanCorrection.plan_id == plan_id)
        .order_by(PlanCorrection.corrected_at, PlanCorrection.number)
    )
    return [
        CorrectionView(
            number=line.number,
            kind=line.kind,
            title=line.title,
            hours_before=line.hours_before,
            hours_after=line.hours_after,
            reason=line.reason,
            corrected_at=line.corrected_at,
            corrected_by=line.corrected_by,
            into=into or "",
        )
        for line, into in rows
    ]


def courses_of(
    session: Session,
    academic_year: int,
    *,
    teacher_id: UUID | None = None,
    subject_id: UUID | None = None,
    grade: int | None = None,
) -> list[Course]:
    """Who is taught what in a year by the load, and by which plan: the group's, or the class's.

    What has a plan and is in no load is there too: a club, or a class whose load is not entered.
    """
    plans = _plans_of_classes(session, academic_year)
    found: dict[Key, Course] = {}
    for course in (*_loaded(session, academic_year), *plans.values()):
        key = (course.class_id, course.group_id, course.subject_id)
        known = found.get(key, course)
        found[key] = replace(
            known,
            teachers=tuple(dict.fromkeys((*known.teachers, *course.teachers))),
            teacher_ids=known.teacher_ids | course.teacher_ids,
        )
    courses = [
        replace(course, plan_id=_plan_of(plans, key))
        for key, course in found.items()
        if not _is_divided(key, found)
    ]
    return [
        course
        for course in courses
        if (teacher_id is None or teacher_id in course.teacher_ids)
        and (subject_id is None or subject_id == course.subject_id)
        and (grade is None or grade == course.grade)
    ]


def _is_divided(key: Key, found: dict[Key, Course]) -> bool:
    """A plan of the whole class that its groups follow is counted for each of them."""
    class_id, group_id, subject_id = key
    return (
        group_id is None
        and not found[key].teacher_ids
        and any((one, of) == (class_id, subject_id) and group for one, group, of in found)
    )


def _plan_of(plans: dict[Key, Course], key: Key) -> UUID | None:
    class_id, _group_id, subject_id = key
    plan = plans.get(key) or (plans.get((class_id, None, subject_id)) if class_id else None)
    return plan.plan_id if plan else None


def _loaded(session: Session, academic_year: int) -> list[Course]:
    rows = session.execute(
        select(TeachingLoad, Subject.name, SchoolClass, StudyGroup.name, Person)
        .join(Subject, Subject.id == TeachingLoad.subject_id)
        .join(SchoolClass, SchoolClass.id == TeachingLoad.class_id)
        .join(Person, Person.id == TeachingLoad.teacher_id)
        .outerjoin(StudyGroup, StudyGroup.id == TeachingLoad.group_id)
        .where(TeachingLoad.academic_year == academic_year)
        .order_by(Person.sort_key)
    )
    return [
        Course(
            class_id=load.class_id,
            group_id=load.group_id,
            subject_id=load.subject_id,
            grade=of_class.grade,
            class_name=of_class.name,
            group_name=group_name or "",
            subject=subject,
            teachers=(person.name.initials,),
            teacher_ids=frozenset({person.id}),
        )
        for load, subject, of_class, group_name, person in rows
    ]


def _plans_of_classes(session: Session, academic_year: int) -> dict[Key, Course]:
    rows = session.execute(
        select(ThematicPlan, Subject.name, SchoolClass, StudyGroup)
        .join(Subject, Subject.id == ThematicPlan.subject_id)
        .outerjoin(SchoolClass, SchoolClass.id == ThematicPlan.class_id)
        .outerjoin(StudyGroup, StudyGroup.id == ThematicPlan.group_id)
        .where(
            ThematicPlan.academic_year == academic_year,
            or_(ThematicPlan.class_id.is_not(None), ThematicPlan.group_id.is_not(None)),
        )
    )
    return {
        (plan.class_id, plan.group_id, plan.subject_id): Course(
            class_id=plan.class_id,
            group_id=plan.group_id,
            subject_id=plan.subject_id,
            grade=plan.grade,
            class_name=of_class.name if of_class else "",
            group_name=group.name if group else "",
            subject=subject,
            teacher_ids=frozenset({group.leader_id} if group and group.leader_id else ()),
            plan_id=plan.id,
        )
        for plan, subject, of_class, group in rows
    }


def progress_of(session: Session, courses: Sequence[Course], on: date) -> list[CourseProgress]:
    """Plan against fact of the courses (POL-2.2.10), the worst first, in four statements."""
    plans = {course.plan_id for course in courses if course.plan_id}
    hours = _hours(session, plans)
    corrected = _corrected(session, plans)
    lessons = _lessons(session, {course.class_id for course in courses}, on)
    given = _given(session, plans)
    found = []
    for course in courses:
        counted = lessons.get((course.class_id, course.group_id, course.subject_id))
        figures = None
        if course.plan_id and counted:
            past, cancelled, open_past, ahead = counted
            figures = Figures(
                hours=hours.get(course.plan_id, 0),
                corrected=corrected.get(course.plan_id, 0),
                past=past,
                cancelled=cancelled,
                given=given.get((course.plan_id, course.class_id, course.group_id), 0),
                open_past=open_past,
                ahead=ahead,
            )
        found.append(CourseProgress(course=course, progress=progress(figures) if figures else None))
    return sorted(found, key=lambda one: one.worst_first)


def _hours(session: Session, plans: Iterable[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(PlanTopic.plan_id, func.sum(PlanTopic.hours))
        .where(PlanTopic.plan_id.in_(plans))
        .group_by(PlanTopic.plan_id)
    )
    return {plan_id: hours for plan_id, hours in rows}


def _corrected(session: Session, plans: Iterable[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(
            PlanCorrection.plan_id,
            func.sum(PlanCorrection.hours_before - PlanCorrection.hours_after),
        )
        .where(PlanCorrection.plan_id.in_(plans))
        .group_by(PlanCorrection.plan_id)
    )
    return {plan_id: hours for plan_id, hours in rows}


def _lessons(
    session: Session, classes: Iterable[UUID | None], on: date
) -> dict[Key, tuple[int, int, int, int]]:
    """Course → lessons until now, those not held, those held without a topic, those to come."""
    is_past = or_(Lesson.day < on, and_(Lesson.day == on, Lesson.kept_at.is_not(None)))
    is_cancelled = Lesson.cancelled_at.is_not(None)
    is_open = and_(~is_cancelled, Lesson.topic_id.is_(None), Lesson.topic == "")
    rows = session.execute(
        select(
            Lesson.class_id,
            Lesson.group_id,
            Lesson.subject_id,
            _count(is_past),
            _count(and_(is_past, is_cancelled)),
            _count(and_(is_past, is_open)),
            _count(and_(~is_past, is_open)),
        )
        .where(Lesson.class_id.in_(one for one in classes if one))
        .group_by(Lesson.class_id, Lesson.group_id, Lesson.subject_id)
    )
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5], row[6]) for row in rows}


def _count(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((holds, 1), else_=0))


def _given(
    session: Session, plans: Iterable[UUID]
) -> dict[tuple[UUID, UUID | None, UUID | None], int]:
    """Plan, class and group → hours that lessons gave, of each topic no more than it has."""
    counted = (
        select(Lesson.topic_id, Lesson.class_id, Lesson.group_id, func.count().label("lessons"))
        .where(Lesson.topic_id.is_not(None), Lesson.cancelled_at.is_(None))
        .group_by(Lesson.topic_id, Lesson.class_id, Lesson.group_id)
        .subquery()
    )
    hours = case((counted.c.lessons < PlanTopic.hours, counted.c.lessons), else_=PlanTopic.hours)
    rows = session.execute(
        select(PlanTopic.plan_id, counted.c.class_id, counted.c.group_id, func.sum(hours))
        .join(counted, counted.c.topic_id == PlanTopic.id)
        .where(PlanTopic.plan_id.in_(plans))
        .group_by(PlanTopic.plan_id, counted.c.class_id, counted.c.group_id)
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def progress_of_plan(session: Session, plan_id: UUID, on: date) -> list[CourseProgress]:
    """Plan against fact of whoever follows the plan: a class, or each group of it."""
    plan = session.get_one(ThematicPlan, plan_id)
    courses = courses_of(session, plan.academic_year, subject_id=plan.subject_id)
    return progress_of(session, [one for one in courses if one.plan_id == plan_id], on)


def copy_places(session: Session, actor: Actor, plan_id: UUID) -> list[Course]:
    """The classes and groups of the plan's grade that it may be copied to, those without a plan.

    A teacher copies to the classes of the own load and to groups that they lead.
    """
    plan = session.get_one(ThematicPlan, plan_id)
    year, grade = plan.academic_year, plan.grade
    known = courses_of(session, year, subject_id=plan.subject_id)
    courses = [one for one in known if one.class_id and one.grade == grade]
    if actor.may(Permission.PLANS_ANY_EDIT):
        courses += _unloaded(session, year, grade, plan.subject_id, courses)
    else:
        courses = [one for one in courses if actor.person_id in one.teacher_ids]
    courses += _clubs(session, actor, year, plan.subject_id)
    taken = {
        (one.class_id, one.group_id)
        for one in _plans_of_classes(session, year).values()
        if one.subject_id == plan.subject_id
    }
    free = [one for one in courses if (one.class_id, one.group_id) not in taken]
    return sorted(free, key=lambda one: one.name)


def _unloaded(
    session: Session, year: int, grade: int, subject_id: UUID, known: Sequence[Course]
) -> list[Course]:
    """The other classes of the grade, whole."""
    rows = session.scalars(
        select(SchoolClass).where(SchoolClass.academic_year == year, SchoolClass.grade == grade)
    )
    there = {one.class_id for one in known}
    return [
        _place(subject_id, class_id=row.id, class_name=row.name, grade=grade)
        for row in rows
        if row.id not in there
    ]


def _clubs(session: Session, actor: Actor, year: int, subject_id: UUID) -> list[Course]:
    query = (
        select(StudyGroup, SchoolClass)
        .outerjoin(SchoolClass, SchoolClass.id == StudyGroup.class_id)
        .where(StudyGroup.academic_year == year, StudyGroup.kind != GroupKind.DIVISION)
    )
    if not actor.may(Permission.PLANS_ANY_EDIT):
        query = query.where(StudyGroup.leader_id == actor.person_id)
    return [
        _place(
            subject_id,
            class_id=group.class_id,
            group_id=group.id,
            class_name=of_class.name if of_class else "",
            group_name=group.name,
            grade=of_class.grade if of_class else 0,
        )
        for group, of_class in session.execute(query)
    ]


def _place(
    subject_id: UUID,
    *,
    class_id: UUID | None,
    class_name: str,
    grade: int,
    group_id: UUID | None = None,
    group_name: str = "",
) -> Course:
    return Course(
        class_id=class_id,
        group_id=group_id,
        subject_id=subject_id,
        grade=grade,
        class_name=class_name,
        group_name=group_name,
        subject="",
    )


def years_of_plans(session: Session) -> list[int]:
    """The academic years that have plans, the newest first."""
    query = select(ThematicPlan.academic_year).distinct()
    return sorted(session.scalars(query), reverse=True)


def subjects(session: Session) -> list[tuple[UUID, str]]:
    """The subjects in the school's order: id and name."""
    rows = session.execute(
        select(Subject.id, Subject.name).order_by(Subject.position, Subject.name)
    )
    return [(subject_id, name) for subject_id, name in rows]
