"""The demo school's correspondence: a letter with its answer, and an error told from the diary."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.context import ActionContext, Actor
from journal_core.correspondence.commands import (
    Letter,
    StartThread,
    WriteMessage,
    start_thread,
    write_message,
)
from journal_core.correspondence.terms import CellAddress, ReportedCell
from journal_core.database import new_id
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Mark, Work
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import staff_member_named
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
from workflows.error_report import ReportError, report_error

MOTHER, CLASS_TEACHER = ("Петрова", "Ирина"), "Зайцева Марина Олеговна"


def tell_letter(portal: Portal) -> None:
    """A mother asks the class teacher, and is answered. Nobody was in the school before today."""
    perform_in(portal, OPERATOR, _ask, None)


def tell_error(portal: Portal) -> None:
    """The mother does not agree with the child's latest mark, if there is one."""
    perform_in(portal, OPERATOR, _report, None)


def _ask(context: ActionContext, _command: None) -> None:
    mother, pupil_id = _family(context)
    teacher_id = staff_member_named(context.session, CLASS_TEACHER)
    if teacher_id is None:
        return
    asked = Letter(text="Марина Олеговна, в какой день собрание? В среду я смогу после шести.")
    thread_id = start_thread(
        _as(context, mother.id, mother.name.full, Role.PARENT),
        StartThread(
            thread_id=new_id(),
            to_person_id=teacher_id,
            pupil_id=pupil_id,
            subject="Собрание",
            letter=asked,
        ),
    )
    write_message(
        _as(context, teacher_id, CLASS_TEACHER, Role.CLASS_TEACHER),
        WriteMessage(
            message_id=new_id(),
            thread_id=thread_id,
            letter=Letter(text="В среду в 18:30, каб. 12."),
        ),
    )


def _report(context: ActionContext, _command: None) -> None:
    mother, pupil_id = _family(context)
    latest = context.session.execute(
        select(Work.id, Lesson.id)
        .join(Mark, Mark.work_id == Work.id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.pupil_id == pupil_id, Lesson.day <= context.today)
        .order_by(Lesson.day.desc(), Lesson.number)
    ).first()
    if latest is None:
        return
    report_error(
        _as(context, mother.id, mother.name.full, Role.PARENT),
        ReportError(
            thread_id=new_id(),
            cell=CellAddress(
                kind=ReportedCell.MARK, pupil_id=pupil_id, work_id=latest[0], lesson_id=latest[1]
            ),
            subject="Ошибка в отметке",
            words="В тетради стоит другая отметка. Проверьте, пожалуйста.",
        ),
    )


def _family(context: ActionContext) -> tuple[Person, UUID]:
    mother, pupil_id = context.session.execute(
        select(Person, Pupil.id)
        .join(Representation, Representation.person_id == Person.id)
        .join(Pupil, Pupil.id == Representation.pupil_id)
        .where(Person.last_name == MOTHER[0], Person.first_name == MOTHER[1])
    ).one()
    return mother, pupil_id


def _as(context: ActionContext, person_id: UUID, name: str, role: Role) -> ActionContext:
    actor = Actor(label=name, permissions=ROLE_PERMISSIONS[role], person_id=person_id)
    return replace(context, actor=actor)
