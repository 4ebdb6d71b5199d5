"""Reading reports of errors: the cell, its clock, and what was written in it since (POL-3.7.8)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from journal_core.access.terms import Permission
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import PRESENCE_SIGNS
from journal_core.cells.models import CellChange
from journal_core.cells.queries import change_view
from journal_core.cells.terms import CellChangeView, CellKind
from journal_core.context import Actor
from journal_core.corrections.models import MarkCorrection
from journal_core.correspondence.contacts import children_to_write_about
from journal_core.correspondence.models import ErrorReport
from journal_core.correspondence.terms import (
    CellAddress,
    ReportedCell,
    ReportState,
    ReportView,
    StandingInDiary,
)
from journal_core.curriculum.models import Subject
from journal_core.errors import NotFound
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import attended_by, day_lesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types
from journal_core.people.models import Person, Pupil
from journal_core.school.models import SchoolClass

#: Answered reports of one page.
PAGE = 50


def cell_to_report(
    session: Session, actor: Actor, address: CellAddress, on: date
) -> StandingInDiary:
    """The cell as it stands, for one of the pupil's family (POL-3.9.5).

    Raises NotFound when the pupil is not the actor's, was not in the lesson, or the work is of
    another lesson; also for a lesson that is still ahead.
    """
    children = dict(children_to_write_about(session, actor, on))
    if address.pupil_id not in children:
        raise NotFound("person_unknown")
    attended = session.scalar(
        select(Lesson.id).where(
            Lesson.id == address.lesson_id, Lesson.day <= on, attended_by(address.pupil_id)
        )
    )
    if attended is None:
        raise NotFound("lesson_unknown")
    lesson = day_lesson(session, address.lesson_id)
    work, value = _value_of(session, address, lesson.topic)
    giver_id, giver = lesson.teacher_id, lesson.teacher
    if lesson.substitute_id is not None and lesson.substitute is not None:
        giver_id, giver = lesson.substitute_id, lesson.substitute
    return StandingInDiary(
        address=address,
        pupil=children[address.pupil_id],
        class_name=lesson.class_name,
        day=lesson.day,
        number=lesson.number,
        subject=lesson.subject,
        teacher_id=giver_id,
        teacher=giver.full,
        work=work,
        value=value,
    )


def _value_of(session: Session, address: CellAddress, topic: str) -> tuple[str, str]:
    """The name of the work, and what the cell holds."""
    if address.kind is ReportedCell.LESSON:
        return "", topic
    if address.kind is ReportedCell.ATTENDANCE:
        presence = session.scalar(
            select(LessonAbsence.presence).where(
                LessonAbsence.lesson_id == address.lesson_id,
                LessonAbsence.pupil_id == address.pupil_id,
            )
        )
        return "", PRESENCE_SIGNS[presence] if presence else ""
    work = session.get(Work, address.work_id)
    if work is None or work.lesson_id != address.lesson_id:
        raise NotFound("work_unknown")
    value = session.scalar(
        select(Mark.value).where(Mark.work_id == work.id, Mark.pupil_id == address.pupil_id)
    )
    return work.title or type_of(work_types(session), work.type_code).name, value or ""


def open_report_of(session: Session, person_id: UUID, address: CellAddress) -> UUID | None:
    """The thread in which the person reported the cell and has no answer yet."""
    return session.scalar(
        select(ErrorReport.thread_id).where(
            ErrorReport.reported_by_id == person_id,
            ErrorReport.state == ReportState.OPEN,
            ErrorReport.kind == address.kind,
            ErrorReport.pupil_id == address.pupil_id,
            ErrorReport.lesson_id == address.lesson_id,
            func.coalesce(ErrorReport.work_id, ErrorReport.lesson_id)
            == (address.work_id or address.lesson_id),
        )
    )


def report_of_thread(session: Session, thread_id: UUID) -> ReportView | None:
    found = _reports(session, ErrorReport.thread_id == thread_id)
    return found[0] if found else None


def report_queue(session: Session, actor: Actor) -> list[ReportView]:
    """What waits for an answer, the earliest due first (POL-3.7.8): all, or the actor's own.

    A cell that was written since waits no more. Two statements.
    """
    found = _reports(session, ErrorReport.state == ReportState.OPEN, _is_own(actor))
    return [one for one in found if one.shown_state is ReportState.OPEN]


def answered_reports(session: Session, actor: Actor, limit: int = PAGE) -> list[ReportView]:
    """What was answered, the latest first."""
    return _reports(
        session,
        ErrorReport.state != ReportState.OPEN,
        _is_own(actor),
        latest=limit,
    )


def open_report_count(session: Session, actor: Actor, now: datetime) -> tuple[int, int]:
    """How many reports wait, and how many of them past their hour. One statement."""
    open_ones = and_(ErrorReport.state == ReportState.OPEN, _is_own(actor))
    row = session.execute(
        select(func.count(), func.count(case((ErrorReport.due_at <= now, ErrorReport.id)))).where(
            open_ones, ~_is_written()
        )
    ).one()
    return row[0], row[1]


def _is_own(actor: Actor) -> ColumnElement[bool]:
    """All for who watches over them, else those that the actor is to answer."""
    if actor.may(Permission.ERRORS_ANY_READ):
        return ErrorReport.id.is_not(None)
    return ErrorReport.assignee_id == actor.person_id


def _is_change_of() -> ColumnElement[bool]:
    """That a change is of the reported cell, and was made after the report."""
    of_mark = and_(ErrorReport.kind == ReportedCell.MARK, CellChange.kind == CellKind.MARK)
    of_attendance = and_(
        ErrorReport.kind == ReportedCell.ATTENDANCE, CellChange.kind == CellKind.ATTENDANCE
    )
    return and_(
        CellChange.lesson_id == ErrorReport.lesson_id,
        CellChange.pupil_id == ErrorReport.pupil_id,
        CellChange.at > ErrorReport.reported_at,
        or_(and_(of_mark, CellChange.work_id == ErrorReport.work_id), of_attendance),
    )


def _is_written() -> ColumnElement[bool]:
    return exists(select(CellChange.id).where(_is_change_of()).correlate(ErrorReport))


def has_written_reports(session: Session) -> bool:
    """Whether `written_reports` finds any. One statement."""
    waits = exists().where(ErrorReport.state == ReportState.OPEN, _is_written())
    return bool(session.scalar(select(waits)))


def written_reports(session: Session) -> list[tuple[ErrorReport, CellChange]]:
    """Open reports whose cell was written since, locked, each with the first change."""
    rows = session.execute(
        select(ErrorReport, CellChange)
        .join(CellChange, _is_change_of())
        .where(ErrorReport.state == ReportState.OPEN)
        .order_by(CellChange.at.desc())
        .with_for_update(of=ErrorReport)
    )
    return list({report.id: (report, change) for report, change in rows}.values())


def _reports(
    session: Session, *conditions: ColumnElement[bool], latest: int | None = None
) -> list[ReportView]:
    child, assignee = aliased(Person), aliased(Person)
    query = (
        select(ErrorReport, Lesson, SchoolClass, Subject.name, child, assignee, Work)
        .join(Lesson, Lesson.id == ErrorReport.lesson_id)
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .join(Subject, Subject.id == Lesson.subject_id)
        .join(Pupil, Pupil.id == ErrorReport.pupil_id)
        .join(child, child.id == Pupil.person_id)
        .join(assignee, assignee.id == ErrorReport.assignee_id)
        .outerjoin(Work, Work.id == ErrorReport.work_id)
        .where(*conditions)
    )
    if latest is None:
        query = query.order_by(ErrorReport.due_at, ErrorReport.id)
    else:
        query = query.order_by(ErrorReport.answered_at.desc()).limit(latest)
    rows = session.execute(query).all()
    changes = _changes(session, [row[0].id for row in rows])
    types = work_types(session)
    return [
        ReportView(
            id=report.id,
            thread_id=report.thread_id,
            address=CellAddress(
                kind=report.kind,
                pupil_id=report.pupil_id,
                lesson_id=report.lesson_id,
                work_id=report.work_id,
            ),
            pupil=pupil.name.full,
            class_name=school_class.name,
            day=lesson.day,
            number=lesson.number,
            subject=subject,
            work=(work.title or type_of(types, work.type_code).name) if work else "",
            stood=report.stood,
            reported_at=report.reported_at,
            reported_by=report.reported_by,
            due_at=report.due_at,
            state=report.state,
            assignee_id=report.assignee_id,
            assignee=who.name.full,
            answered_at=report.answered_at,
            answered_by=report.answered_by,
            changes=tuple(changes[report.id]),
        )
        for report, lesson, school_class, subject, pupil, who, work in rows
    ]


def _changes(session: Session, report_ids: Collection[UUID]) -> Mapping[UUID, list[CellChangeView]]:
    """Report → what was written in its cell since, in order, with the numbers of approvals."""
    found: dict[UUID, list[CellChangeView]] = defaultdict(list)
    rows = session.execute(
        select(ErrorReport.id, CellChange, MarkCorrection.number)
        .join(CellChange, _is_change_of())
        .outerjoin(MarkCorrection, MarkCorrection.id == CellChange.correction_id)
        .where(ErrorReport.id.in_(report_ids))
        .order_by(CellChange.at)
    )
    for report_id, row, number in rows:
        found[report_id].append(change_view(row, number))
    return found
