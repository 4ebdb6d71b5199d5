"""A timetable and its lessons for tests."""

from datetime import date
from uuid import UUID

from journal_core.academic_year.models import GradingPeriod
from journal_core.academic_year.terms import PeriodKind
from journal_core.classes.models import StudyGroup
from journal_core.classes.terms import GroupKind
from journal_core.context import ActionContext
from journal_core.curriculum.models import TeachingLoad
from journal_core.lessons.commands import Laid, publish_timetable
from journal_core.timetable.commands import (
    CreateVersion,
    PublishVersion,
    SaveSlots,
    create_version,
    save_slots,
)
from journal_core.timetable.terms import Slot
from tests.factories.school import YEAR

#: The second quarter holds the tests' frozen clock, Monday 23.11.2026.
SINCE, UNTIL = date(2026, 11, 9), date(2026, 12, 27)


def period(context: ActionContext) -> None:
    """The second quarter of all grades."""
    context.session.add(
        GradingPeriod(
            academic_year=YEAR,
            kind=PeriodKind.QUARTER,
            number=2,
            first_grade=1,
            last_grade=11,
            since=SINCE,
            until=UNTIL,
        )
    )
    context.session.flush()


def load(
    context: ActionContext,
    teacher_id: UUID,
    subject_id: UUID,
    class_id: UUID,
    group_id: UUID | None = None,
) -> None:
    context.session.add(
        TeachingLoad(
            academic_year=YEAR,
            teacher_id=teacher_id,
            subject_id=subject_id,
            class_id=class_id,
            group_id=group_id,
            hours=1,
        )
    )
    context.session.flush()


def division(context: ActionContext, class_id: UUID, subject_id: UUID, name: str) -> UUID:
    """A group of the class for the subject."""
    group = StudyGroup(
        academic_year=YEAR,
        kind=GroupKind.DIVISION,
        name=name,
        class_id=class_id,
        subject_id=subject_id,
    )
    context.session.add(group)
    context.session.flush()
    return group.id


def version(context: ActionContext, *slots: Slot, since: date = SINCE) -> UUID:
    """A version drawn up with these lessons."""
    made = CreateVersion(academic_year=YEAR, name=f"с {since:%d.%m}", valid_from=since)
    version_id = create_version(context, made)
    save_slots(context, SaveSlots(version_id=version_id, slots=slots))
    return version_id


def published(context: ActionContext, *slots: Slot, since: date = SINCE) -> Laid:
    """The version drawn up, published and laid into the year."""
    command = PublishVersion(version_id=version(context, *slots, since=since))
    return publish_timetable(context, command)
