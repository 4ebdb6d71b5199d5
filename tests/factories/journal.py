"""A class with lessons to be kept, for tests."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from journal_core.context import ActionContext, Actor
from journal_core.journal.terms import CourseKey
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person
from journal_core.timetable.terms import Slot
from tests.factories.school import pupil, school_class, subject, teacher
from tests.factories.week import SINCE, load, period, published

NAMES = (
    "Абрамов Глеб Ильич",
    "Белова Анна Петровна",
    "Волков Иван Ильич",
    "Громова Дарья Олеговна",
    "Ершов Пётр Андреевич",
)
#: The tests' frozen clock shows this day, a Monday.
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, kw_only=True)
class KeptSchool:
    """7А has mathematics with Орлова: the first and the second lesson of Mondays, the third of
    Wednesdays, from 9 November on. `pupils` are by name."""

    class_id: UUID
    subject_id: UUID
    teacher_id: UUID
    pupils: tuple[UUID, ...]

    @property
    def key(self) -> CourseKey:
        return CourseKey(class_id=self.class_id, subject_id=self.subject_id)

    def lesson(self, context: ActionContext, day: date = TODAY, number: int = 1) -> Lesson:
        return context.session.scalars(
            select(Lesson).where(
                Lesson.class_id == self.class_id, Lesson.day == day, Lesson.number == number
            )
        ).one()


def kept_school(
    context: ActionContext,
    name: str = "7А",
    subject_name: str = "Математика",
    names: tuple[str, ...] = NAMES,
    teacher_id: UUID | None = None,
) -> KeptSchool:
    """The school as `KeptSchool` says, by the permissions of the context."""
    class_id = school_class(context, name).id
    subject_id = subject(context, subject_name)
    teacher_id = teacher_id or teacher(context)
    pupils = tuple(
        pupil(context, class_id, one, born=date(2013, 1, 1 + place), since=SINCE)
        for place, one in enumerate(names)
    )
    load(context, teacher_id, subject_id, class_id)
    period(context)
    published(
        context,
        *(
            Slot(
                weekday=weekday,
                number=number,
                class_id=class_id,
                group_id=None,
                subject_id=subject_id,
                teacher_id=teacher_id,
                room="12",
            )
            for weekday, number in ((1, 1), (1, 2), (3, 3))
        ),
    )
    return KeptSchool(
        class_id=class_id, subject_id=subject_id, teacher_id=teacher_id, pupils=pupils
    )


def as_person(context: ActionContext, person_id: UUID, **values: object) -> ActionContext:
    """The same transaction, acted in by this person with what the actor of it may do."""
    person = context.session.get_one(Person, person_id)
    actor: Actor = replace(context.actor, label=person.name.full, person_id=person_id, **values)
    return replace(context, actor=actor)
