"""A school for tests: classes, pupils, teachers, subjects."""

from datetime import date
from uuid import UUID

from journal_core.classes.commands import EnrolPupil, enrol_pupil
from journal_core.context import ActionContext
from journal_core.curriculum.models import Subject
from journal_core.orders.commands import RecordOrder, record_order
from journal_core.orders.terms import OrderKind
from journal_core.people.commands import AddStaffMember, add_person, add_staff_member
from journal_core.people.rules import split_full_name
from journal_core.school.models import SchoolClass

#: The academic year that contains the tests' frozen clock.
YEAR = 2026


def school_class(
    context: ActionContext, name: str = "6А", teacher_id: UUID | None = None, year: int = YEAR
) -> SchoolClass:
    grade, letter = name.rstrip("АБВГДКМН"), name.lstrip("0123456789")
    found = SchoolClass(
        academic_year=year, grade=int(grade), letter=letter, class_teacher_id=teacher_id
    )
    context.session.add(found)
    context.session.flush()
    return found


def order(
    context: ActionContext,
    number: str = "1-у",
    kind: OrderKind = OrderKind.ENROLMENT,
    signed_on: date | None = None,
) -> UUID:
    told = RecordOrder(kind=kind, number=number, signed_on=signed_on or context.today)
    return record_order(context, told)


def pupil(
    context: ActionContext,
    class_id: UUID,
    name: str = "Котова Вера Олеговна",
    *,
    born: date | None = date(2014, 5, 6),
    since: date | None = None,
) -> UUID:
    """A pupil of the class, by order № 1-у of today; returns the pupil's id."""
    child = add_person(context, split_full_name(name), birth_date=born)
    command = EnrolPupil(
        person_id=child.id,
        class_id=class_id,
        since=since or context.today,
        order_id=order(context),
    )
    return enrol_pupil(context, command)


def teacher(
    context: ActionContext, name: str = "Орлова Елена Сергеевна", position: str = "учитель"
) -> UUID:
    """A member of staff; returns the person's id."""
    return add_staff_member(context, AddStaffMember(name=split_full_name(name), position=position))


def subject(context: ActionContext, name: str = "Математика", short_name: str = "") -> UUID:
    found = Subject(name=name, short_name=short_name or name[:20])
    context.session.add(found)
    context.session.flush()
    return found.id
