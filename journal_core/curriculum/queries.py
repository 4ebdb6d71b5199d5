"""Reading subjects, curriculum, load and approvals."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journal_core.curriculum.models import Approval, CurriculumHours, Subject, TeachingLoad
from journal_core.curriculum.rules import days_late, due_on
from journal_core.curriculum.terms import (
    ApprovalKind,
    ApprovalState,
    ApprovalView,
    LoadView,
    SubjectView,
    TeachingPart,
)
from journal_core.errors import NotFound
from journal_core.orders.models import SchoolOrder
from journal_core.people.models import Person
from journal_core.school.models import SchoolClass
from journal_core.school.queries import settings_on


def subjects(session: Session) -> list[SubjectView]:
    """The subjects in the school's order."""
    rows = session.scalars(select(Subject).order_by(Subject.position, Subject.name))
    return [_subject(row) for row in rows]


def subject_of(session: Session, subject_id: UUID) -> SubjectView:
    """Raises NotFound."""
    row = session.get(Subject, subject_id)
    if row is None:
        raise NotFound("subject_unknown")
    return _subject(row)


def curriculum_of(session: Session, academic_year: int) -> dict[tuple[int, UUID], float]:
    """(grade, subject) → hours a week."""
    rows = session.execute(
        select(CurriculumHours.grade, CurriculumHours.subject_id, CurriculumHours.hours).where(
            CurriculumHours.academic_year == academic_year
        )
    )
    return {(grade, subject_id): hours for grade, subject_id, hours in rows}


def load_of(
    session: Session, academic_year: int, groups: dict[UUID, str] | None = None
) -> list[LoadView]:
    """The teaching load of the year, by class, subject and teacher; `groups` names the groups."""
    query = _load().where(TeachingLoad.academic_year == academic_year)
    rows = session.execute(
        query.order_by(
            SchoolClass.grade,
            SchoolClass.letter,
            Subject.position,
            Subject.name,
            Person.sort_key,
        )
    )
    return [
        _load_view(row, teacher, school_class, subject, groups or {})
        for row, teacher, school_class, subject in rows
    ]


def load_row(session: Session, load_id: UUID) -> TeachingLoad:
    """Raises NotFound."""
    row = session.get(TeachingLoad, load_id)
    if row is None:
        raise NotFound("load_unknown")
    return row


def approvals_of(session: Session, academic_year: int, today: date) -> list[ApprovalView]:
    """The four approvals of the year in the order of their days, as they stand today.

    Their days are those of the settings in force when the year begins, or today before that.
    """
    settings = settings_on(session, min(today, date(academic_year, 9, 1)))
    rows = {
        row.kind: (row, number)
        for row, number in session.execute(
            select(Approval, SchoolOrder.number)
            .outerjoin(SchoolOrder, SchoolOrder.id == Approval.order_id)
            .where(Approval.academic_year == academic_year)
        )
    }
    views = []
    for kind in ApprovalKind:
        due = due_on(kind, academic_year, settings)
        row, number = rows.get(kind, (None, None))
        views.append(_approval(kind, row, number or "", due, today))
    return sorted(views, key=lambda view: view.due_on)


def approval_row(session: Session, academic_year: int, kind: ApprovalKind) -> Approval | None:
    """The stored approval; None while nothing was ever sent."""
    return session.scalars(
        select(Approval).where(Approval.academic_year == academic_year, Approval.kind == kind)
    ).first()


def _approval(
    kind: ApprovalKind, row: Approval | None, number: str, due: date, today: date
) -> ApprovalView:
    if row is None:
        late = days_late(due, None, today)
        return ApprovalView(kind=kind, state=ApprovalState.DRAWN_UP, due_on=due, days_late=late)
    return ApprovalView(
        kind=kind,
        state=row.state,
        due_on=due,
        days_late=days_late(due, row.approved_on, today),
        order_number=number,
        approved_on=row.approved_on,
        approved_by=row.approved_by,
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        comment=row.comment,
        version=row.version,
    )


def _subject(row: Subject) -> SubjectView:
    return SubjectView(id=row.id, name=row.name, short_name=row.short_name, position=row.position)


def _load() -> Select[TeachingLoad, Person, SchoolClass, str]:
    return (
        select(TeachingLoad, Person, SchoolClass, Subject.name)
        .join(Person, Person.id == TeachingLoad.teacher_id)
        .join(SchoolClass, SchoolClass.id == TeachingLoad.class_id)
        .join(Subject, Subject.id == TeachingLoad.subject_id)
    )


def _load_view(
    row: TeachingLoad,
    teacher: Person,
    school_class: SchoolClass,
    subject: str,
    groups: dict[UUID, str],
) -> LoadView:
    return LoadView(
        id=row.id,
        teacher_id=row.teacher_id,
        teacher=teacher.name.full,
        part=TeachingPart(
            class_id=row.class_id,
            class_name=school_class.name,
            grade=school_class.grade,
            subject_id=row.subject_id,
            subject=subject,
            group_id=row.group_id,
            group=groups.get(row.group_id, "") if row.group_id else "",
        ),
        hours=row.hours,
    )
