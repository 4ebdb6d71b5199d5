"""Reading the council of a class."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.classes.models import GroupMembership
from journal_core.classes.queries import holds_on
from journal_core.context import Actor
from journal_core.council.rules import standing_of
from journal_core.council.terms import Council, CouncilCell, CouncilRow, CouncilSubject, Gap
from journal_core.curriculum.queries import subjects
from journal_core.errors import NotFound
from journal_core.journal.terms import CourseKey
from journal_core.marks.rules import average_of
from journal_core.period_marks.models import PeriodMark
from journal_core.period_marks.queries import Marks, counted_marks, given_marks, members_on
from journal_core.period_marks.rules import refs_of, summed_by
from journal_core.period_marks.terms import FinalKind, PeriodRef
from journal_core.plans.queries import courses_of
from journal_core.plans.terms import Course
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_led_by, classes_of_year, is_led_by, settings_on

#: What the council looks at: half-years and exams are not given to everybody.
COUNCIL_KINDS = frozenset({FinalKind.PERIOD, FinalKind.YEAR, FinalKind.FINAL})


def class_to_sum_up(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """Any class, or one that the actor leads on the date (POL-3.5.1, 3.7.2). Raises NotFound."""
    may_any = actor.may(Permission.JOURNAL_ANY_READ)
    is_open = true() if may_any else is_led_by(actor.person_id, on)
    found = session.scalars(select(SchoolClass).where(SchoolClass.id == class_id, is_open)).first()
    if found is None:
        raise NotFound("class_unknown")
    return found


def classes_to_sum_up(
    session: Session, actor: Actor, academic_year: int, on: date
) -> list[SchoolClass]:
    """The classes of the year whose council the actor may open, 1А first."""
    if actor.may(Permission.JOURNAL_ANY_READ):
        return list(classes_of_year(session, academic_year))
    if actor.person_id is None:
        return []
    return classes_led_by(session, actor.person_id, academic_year, on)


def council_of(
    session: Session,
    of_class: SchoolClass,
    ref: PeriodRef,
    periods: Sequence[Period],
    today: date,
) -> Council:
    """The class with all its subjects in one period, and what is missing (POL-3.6.5).

    Its statements do not grow with pupils, subjects or marks.
    """
    summed = summed_by(ref, periods)
    since, until = summed[0].since, summed[-1].until
    on = min(max(today, since), until)
    courses = [
        one for one in courses_of(session, of_class.academic_year) if one.class_id == of_class.id
    ]
    key = CourseKey(class_id=of_class.id, subject_id=of_class.id)
    members = members_on(session, key, on)
    seats = _seats(session, [one.group_id for one in courses if one.group_id], on)
    given = given_marks(session, of_class.academic_year, PeriodMark.pupil_id.in_(members))
    marks: Marks = {}
    if ref.kind is FinalKind.PERIOD:
        marks = counted_marks(session, members, since, until)
    weighed = settings_on(session, on).weigh_marks
    columns = [
        CouncilSubject(
            id=one.id,
            name=one.name,
            short_name=one.short_name,
            teachers=_teachers(own),
        )
        for one in subjects(session)
        if (own := [course for course in courses if course.subject_id == one.id])
    ]
    rows = []
    for number, (pupil_id, name) in enumerate(members.items(), start=1):
        cells = {}
        for column in columns:
            own = _attended(pupil_id, column.id, courses, seats)
            mark = given.get((pupil_id, column.id), {}).get(ref)
            counted = marks.get((pupil_id, column.id), ())
            cells[column.id] = CouncilCell(
                value=mark.value if mark else "",
                average=average_of(((one.value, kind) for one, kind in counted), weighed=weighed),
                teachers=_teachers(own),
                group_id=own[0].group_id if len(own) == 1 else None,
            )
        standing = standing_of([cell.value for cell in cells.values()])
        rows.append(
            CouncilRow(pupil_id=pupil_id, number=number, name=name, cells=cells, standing=standing)
        )
    return Council(
        class_id=of_class.id,
        class_name=of_class.name,
        academic_year=of_class.academic_year,
        ref=ref,
        refs=tuple(one for one in refs_of(of_class.grade, periods) if one.kind in COUNCIL_KINDS),
        periods=tuple(periods),
        subjects=tuple(columns),
        rows=tuple(rows),
        gaps=_gaps(columns, rows),
    )


def _seats(session: Session, group_ids: Collection[UUID], on: date) -> frozenset[tuple[UUID, UUID]]:
    """Pupil and group, for those who are in one of the groups on the date."""
    rows = session.execute(
        select(GroupMembership.pupil_id, GroupMembership.group_id).where(
            GroupMembership.group_id.in_(group_ids), holds_on(GroupMembership, on)
        )
    )
    return frozenset((row.pupil_id, row.group_id) for row in rows)


def _attended(
    pupil_id: UUID,
    subject_id: UUID,
    courses: Iterable[Course],
    seats: Collection[tuple[UUID, UUID]],
) -> list[Course]:
    """The pupil's own course of the subject; all of them where nobody seated the pupil yet."""
    of_subject = [one for one in courses if one.subject_id == subject_id]
    own = [one for one in of_subject if one.group_id is None or (pupil_id, one.group_id) in seats]
    return own or of_subject


def _teachers(courses: Iterable[Course]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in courses for name in one.teachers))


def _gaps(columns: Iterable[CouncilSubject], rows: Sequence[CouncilRow]) -> tuple[Gap, ...]:
    """What is missing, by subject and group."""
    found = []
    for column in columns:
        by_group: dict[UUID | None, list[CouncilRow]] = defaultdict(list)
        for row in rows:
            cell = row.cells[column.id]
            if not cell.value:
                by_group[cell.group_id].append(row)
        found += [
            Gap(
                subject_id=column.id,
                subject=column.name,
                teachers=lacking[0].cells[column.id].teachers,
                pupils=tuple(row.name for row in lacking),
                group_id=group_id,
            )
            for group_id, lacking in by_group.items()
        ]
    return tuple(found)
