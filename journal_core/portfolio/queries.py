"""Reading portfolios: whose the staff may open, whose a family, and what is in them."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.classes.queries import holds_on, in_class_on
from journal_core.context import Actor
from journal_core.errors import NotFound
from journal_core.files.models import StoredFile
from journal_core.files.queries import attached_files
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import represents_on, studies_on
from journal_core.portfolio.models import Achievement, AchievementFile
from journal_core.portfolio.terms import AchievementView, PortfolioPupil, PupilCount
from journal_core.school.models import SchoolClass
from journal_core.school.queries import is_led_by


def pupil_to_read(session: Session, actor: Actor, pupil_id: UUID, on: date) -> PortfolioPupil:
    """A pupil of the school for who reads all journals; else one whom the actor teaches, or of a
    class that the actor leads on the date (POL-3.5.1, 3.6.1). Raises NotFound for any other.
    """
    row = session.execute(_pupils(actor, on).where(Pupil.id == pupil_id)).first()
    if row is None:
        raise NotFound("pupil_unknown")
    may_write = actor.may(Permission.JOURNAL_OWN_WRITE)
    return PortfolioPupil(
        id=row.Pupil.id,
        name=row.Person.name.full,
        class_name=row.SchoolClass.name if row.SchoolClass else "",
        class_id=row.SchoolClass.id if row.SchoolClass else None,
        may_add=may_write and bool(row.is_near),
    )


def portfolios_of_class(
    session: Session, actor: Actor, class_id: UUID, on: date
) -> tuple[SchoolClass, list[PupilCount]]:
    """The pupils of the class whom the actor may open, by name, with their achievements' number.

    Raises NotFound where there are none.
    """
    rows = session.execute(_pupils(actor, on).where(SchoolClass.id == class_id)).all()
    if not rows:
        raise NotFound("class_unknown")
    counts = {
        pupil_id: (count, latest)
        for pupil_id, count, latest in session.execute(
            select(Achievement.pupil_id, func.count(), func.max(Achievement.achieved_on))
            .where(
                Achievement.pupil_id.in_([row.Pupil.id for row in rows]),
                Achievement.removed_at.is_(None),
            )
            .group_by(Achievement.pupil_id)
        )
    }
    found = []
    for row in rows:
        count, latest = counts.get(row.Pupil.id, (0, None))
        name = row.Person.name.full
        found.append(PupilCount(id=row.Pupil.id, name=name, count=count, latest=latest))
    return rows[0].SchoolClass, found


def achievements_of(
    session: Session, pupil_id: UUID, actor: Actor | None = None, on: date | None = None
) -> list[AchievementView]:
    """What is in the pupil's portfolio, the newest first. Whose it is, is the caller's to ask.

    With an actor and a date it says what they may change: the own entries, and all of the class
    that they lead. Three statements at most.
    """
    rows = session.scalars(
        select(Achievement)
        .where(Achievement.pupil_id == pupil_id, Achievement.removed_at.is_(None))
        .order_by(Achievement.achieved_on.desc(), Achievement.added_at.desc())
    ).all()
    files = attached_files(session, AchievementFile.achievement_id, [row.id for row in rows])
    editable = set(session.scalars(_editable(actor, on))) if actor and on else set()
    return [
        AchievementView(
            id=row.id,
            pupil_id=row.pupil_id,
            kind=row.kind,
            level=row.level,
            title=row.title,
            result=row.result,
            note=row.note,
            achieved_on=row.achieved_on,
            added_at=row.added_at,
            added_by=row.added_by,
            files=tuple(files[row.id]),
            may_edit=row.id in editable,
        )
        for row in rows
    ]


def achievement_to_edit(
    session: Session, actor: Actor, achievement_id: UUID, on: date
) -> AchievementView:
    """One that the actor may change. Raises NotFound for any other."""
    pupil_id = session.scalar(
        select(Achievement.pupil_id).where(
            Achievement.id == achievement_id, Achievement.id.in_(_editable(actor, on))
        )
    )
    if pupil_id is None:
        raise NotFound("achievement_unknown")
    of_pupil = achievements_of(session, pupil_id, actor, on)
    return next(one for one in of_pupil if one.id == achievement_id)


def file_of_achievement(session: Session, actor: Actor, file_id: UUID, on: date) -> StoredFile:
    """A file of a portfolio that the actor may read on the date. Raises NotFound for another."""
    row = session.execute(
        select(StoredFile, Achievement.pupil_id)
        .join(AchievementFile, AchievementFile.file_id == StoredFile.id)
        .join(Achievement, Achievement.id == AchievementFile.achievement_id)
        .where(StoredFile.id == file_id, Achievement.removed_at.is_(None))
    ).first()
    if row is None or not _opens_to(session, actor, row.pupil_id, on):
        raise NotFound("file_unknown")
    found: StoredFile = row.StoredFile
    return found


def _opens_to(session: Session, actor: Actor, pupil_id: UUID, on: date) -> bool:
    if (
        actor.may(Permission.JOURNAL_PAGE_READ)
        and session.execute(_pupils(actor, on).where(Pupil.id == pupil_id)).first()
    ):
        return True
    family = select(Pupil.id).where(Pupil.id == pupil_id, studies_on(on), _is_family(actor, on))
    return session.scalar(family) is not None


def _is_family(actor: Actor, on: date) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if actor.person_id is not None and actor.may(Permission.DIARY_OWN_READ):
        conditions.append(Pupil.person_id == actor.person_id)
    if actor.person_id is not None and actor.may(Permission.CHILDREN_OWN_READ):
        represented = select(Representation.pupil_id).where(
            Representation.person_id == actor.person_id, represents_on(on)
        )
        conditions.append(Pupil.id.in_(represented))
    return or_(false(), *conditions)


def _pupils(actor: Actor, on: date) -> Select[Pupil, Person, SchoolClass, bool]:
    """Pupils in reach with their persons and classes of the date, by name; `is_near` where the
    actor leads the class or teaches the pupil.
    """
    near = or_(is_led_by(actor.person_id, on), _is_taught_by(actor, on))
    return (
        select(Pupil, Person, SchoolClass, near.label("is_near"))
        .join(Person, Person.id == Pupil.person_id)
        .outerjoin(ClassMembership, in_class_on(on))
        .outerjoin(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(true() if actor.may(Permission.JOURNAL_ANY_READ) else near)
        .order_by(Person.sort_key)
    )


def _is_taught_by(actor: Actor, on: date) -> ColumnElement[bool]:
    """That the actor gives lessons to the pupil's class, or to a group that the pupil is in."""
    if actor.person_id is None:
        return false()
    # Two selects down, lesson and pupil are those of the outer ones only when it is said.
    in_group = (
        select(GroupMembership.id)
        .where(
            GroupMembership.group_id == Lesson.group_id,
            GroupMembership.pupil_id == Pupil.id,
            holds_on(GroupMembership, on),
        )
        .correlate(Lesson, Pupil)
        .exists()
    )
    return exists().where(
        Lesson.class_id == SchoolClass.id,
        or_(Lesson.teacher_id == actor.person_id, Lesson.substitute_id == actor.person_id),
        or_(Lesson.group_id.is_(None), in_group),
    )


def _editable(actor: Actor, on: date) -> Select[UUID]:
    """The ids of what the actor may change: who entered it, and who leads the pupil's class."""
    if actor.person_id is None or not actor.may(Permission.JOURNAL_OWN_WRITE):
        return select(Achievement.id).where(false())
    led = (
        select(ClassMembership.pupil_id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(is_led_by(actor.person_id, on), holds_on(ClassMembership, on))
    )
    return select(Achievement.id).where(
        and_(
            Achievement.removed_at.is_(None),
            or_(Achievement.added_by_id == actor.person_id, Achievement.pupil_id.in_(led)),
        )
    )
