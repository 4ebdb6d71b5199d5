"""Reading correspondence: who may write to whom, one's threads, what is reported to be wrong."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from journal_core.academic_year.rules import bounds
from journal_core.access.models import Account, AccountRole, StandIn
from journal_core.access.terms import Permission, Role
from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import PRESENCE_SIGNS
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellChangeView, CellKind
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.classes.queries import class_on, holds_on
from journal_core.context import Actor
from journal_core.corrections.models import MarkCorrection
from journal_core.correspondence.models import (
    ErrorReport,
    Mailing,
    Message,
    MessageFile,
    MessageRead,
    Participant,
    Thread,
)
from journal_core.correspondence.rules import why_silent
from journal_core.correspondence.terms import (
    FAMILY_TIES,
    STAFF_TIES,
    CellAddress,
    Contact,
    Corrected,
    LetterFile,
    MailingLine,
    MessageView,
    ParticipantView,
    Recipient,
    Relative,
    ReportedCell,
    ReportState,
    ReportView,
    StandingInDiary,
    ThreadLine,
    ThreadView,
    Tie,
    Ties,
)
from journal_core.curriculum.models import Subject, TeachingLoad
from journal_core.errors import NotFound
from journal_core.files.models import FileScan, StoredFile
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import attended_by, day_lesson
from journal_core.marks.models import Mark, Work
from journal_core.marks.queries import type_of, work_types
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.queries import represents_on, studies_on
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_of_year, is_led_by
from journal_core.school.rules import academic_year_of

ADMINISTRATION = (Role.HEAD, Role.DEPUTY, Role.CURATOR)
#: Threads of one page of the list.
PAGE = 50


# Who is who to a pupil ---------------------------------------------------------------------------


def ties_to(session: Session, pupil_id: UUID | None, on: date) -> Ties:
    """Everybody who is something to the pupil on the date, and what; a fixed number of statements.

    Everybody who works at the school is staff; nobody is anything to a pupil who has left.
    """
    ties: dict[UUID, set[Tie]] = defaultdict(set)
    for person_id in session.scalars(_working(on)):
        ties[person_id].add(Tie.STAFF)
    if pupil_id is not None and (seat := _seat(session, pupil_id, on)) is not None:
        for person_id in _administrators(session, on):
            ties[person_id].add(Tie.ADMINISTRATION)
        for course in _courses_of(session, seat, on):
            ties[course.teacher_id].add(Tie.TEACHER)
        for person_id in _leaders(session, seat.class_id, on):
            ties[person_id].add(Tie.CLASS_TEACHER)
        # Who gave lessons and left the school is nothing to the pupil any more.
        ties = defaultdict(set, {one: told for one, told in ties.items() if Tie.STAFF in told})
        ties[seat.person_id].add(Tie.PUPIL)
        for person_id in _representatives(session, pupil_id, on):
            ties[person_id].add(Tie.PARENT)
    return {person_id: frozenset(told) for person_id, told in ties.items()}


def contacts_of(session: Session, pupil_id: UUID, on: date) -> list[Contact]:
    """Whom the family of the pupil may write to on the date, and why (POL-3.9.3).

    The class teacher, then the teachers by subject, then the administration; only those who have
    an account to read with. A fixed number of statements.
    """
    seat = _seat(session, pupil_id, on)
    if seat is None:
        return []
    ties = ties_to(session, pupil_id, on)
    subjects: dict[UUID, list[str]] = defaultdict(list)
    names = _subject_names(session)
    for course in _courses_of(session, seat, on):
        subjects[course.teacher_id].append(names[course.subject_id])
    found = [
        Contact(
            person_id=person.id,
            name=person.name.full,
            ties=ties[person.id],
            subjects=tuple(sorted(set(subjects[person.id]))),
            position=position,
        )
        for person, position in _staff(session, on)
        if ties.get(person.id, frozenset()) & (STAFF_TIES - {Tie.STAFF})
    ]
    return sorted(found, key=_place)


def colleagues_of(session: Session, person_id: UUID | None, on: date) -> list[Contact]:
    """Everybody else who works at the school and has an account, by name (POL-2.2.7)."""
    return [
        Contact(
            person_id=person.id,
            name=person.name.full,
            ties=frozenset({Tie.STAFF}),
            position=position,
        )
        for person, position in _staff(session, on)
        if person.id != person_id
    ]


def children_to_write_about(session: Session, actor: Actor, on: date) -> list[tuple[UUID, str]]:
    """The pupils as whose family the actor writes on the date: oneself, the children; by name."""
    represented = select(Representation.pupil_id).where(
        Representation.person_id == actor.person_id, represents_on(on)
    )
    rows = session.execute(
        select(Pupil.id, Person)
        .join(Person, Person.id == Pupil.person_id)
        .where(studies_on(on), or_(Pupil.person_id == actor.person_id, Pupil.id.in_(represented)))
        .order_by(Person.sort_key)
    )
    return [(pupil_id, person.name.full) for pupil_id, person in rows]


def classes_to_write_to(session: Session, actor: Actor, on: date) -> list[SchoolClass]:
    """The classes whose families the actor may write to: taught, led, or all."""
    year = academic_year_of(on)
    classes = list(classes_of_year(session, year))
    if actor.person_id is None:
        return []
    if actor.person_id in _administrators(session, on):
        return classes
    own = {course.class_id for course in _courses(session, year, teacher_id=actor.person_id)}
    own |= set(session.scalars(select(SchoolClass.id).where(is_led_by(actor.person_id, on))))
    return [row for row in classes if row.id in own]


def class_to_write_to(session: Session, actor: Actor, class_id: UUID, on: date) -> SchoolClass:
    """Raises NotFound for a class that is not among `classes_to_write_to`."""
    classes = classes_to_write_to(session, actor, on)
    found = next((row for row in classes if row.id == class_id), None)
    if found is None:
        raise NotFound("class_unknown")
    return found


def families_of_class(
    session: Session, actor: Actor, school_class: SchoolClass, on: date
) -> list[Relative]:
    """The pupils and representatives of the class whom the actor may write to, by pupil.

    A teacher of one group sees its pupils alone. A fixed number of statements.
    """
    pupils = class_on(session, school_class.id, on)
    wanted = _taught(session, actor, school_class, on, [pupil.id for pupil, _person in pupils])
    relatives: dict[UUID, list[Person]] = defaultdict(list)
    links = session.execute(
        select(Representation.pupil_id, Person)
        .join(Person, Person.id == Representation.person_id)
        .where(Representation.pupil_id.in_(wanted), represents_on(on))
        .order_by(Person.sort_key)
    )
    for pupil_id, person in links:
        relatives[pupil_id].append(person)
    readers = set(session.scalars(select(Account.person_id).where(Account.closed_at.is_(None))))
    return [
        Relative(
            person_id=person.id,
            name=person.name.full,
            tie=tie,
            pupil_id=pupil.id,
            pupil=child.name.full,
            has_account=person.id in readers,
        )
        for pupil, child in pupils
        if pupil.id in wanted
        for tie, person in (
            (Tie.PUPIL, child),
            *((Tie.PARENT, one) for one in relatives[pupil.id]),
        )
    ]


@dataclass(frozen=True)
class _Seat:
    """Where a pupil who studies sits on a date."""

    person_id: UUID
    class_id: UUID
    group_ids: frozenset[UUID]


@dataclass(frozen=True)
class _Course:
    class_id: UUID
    group_id: UUID | None
    subject_id: UUID
    teacher_id: UUID


def _seat(session: Session, pupil_id: UUID, on: date) -> _Seat | None:
    row = session.execute(
        select(Pupil.person_id, ClassMembership.class_id)
        .join(ClassMembership, ClassMembership.pupil_id == Pupil.id)
        .where(Pupil.id == pupil_id, studies_on(on), holds_on(ClassMembership, on))
    ).first()
    if row is None:
        return None
    groups = session.scalars(
        select(GroupMembership.group_id).where(
            GroupMembership.pupil_id == pupil_id, holds_on(GroupMembership, on)
        )
    )
    return _Seat(person_id=row[0], class_id=row[1], group_ids=frozenset(groups))


def _courses_of(session: Session, seat: _Seat, on: date) -> list[_Course]:
    """The courses of the pupil's class and groups in the year of the date."""
    courses = _courses(session, academic_year_of(on), class_id=seat.class_id)
    return [one for one in courses if one.group_id is None or one.group_id in seat.group_ids]


def _courses(
    session: Session, year: int, *, class_id: UUID | None = None, teacher_id: UUID | None = None
) -> list[_Course]:
    """What is taught in the year by lessons and by load: by whom, also instead of another."""
    first, last = bounds(year)
    of_year = Lesson.day.between(first, last)
    queries: list[Select[*tuple[Any, ...]]] = []
    for giver in (Lesson.teacher_id, Lesson.substitute_id):
        query = select(Lesson.class_id, Lesson.group_id, Lesson.subject_id, giver)
        queries.append(_narrowed(query, Lesson.class_id, giver, class_id, teacher_id, of_year))
    load = TeachingLoad
    queries.append(
        _narrowed(
            select(load.class_id, load.group_id, load.subject_id, load.teacher_id),
            load.class_id,
            load.teacher_id,
            class_id,
            teacher_id,
            load.academic_year == year,
        )
    )
    return [_Course(*row) for row in session.execute(union(*queries))]


def _narrowed(
    query: Select[*tuple[Any, ...]],
    of_class: Any,
    giver: Any,
    class_id: UUID | None,
    teacher_id: UUID | None,
    of_year: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    query = query.where(of_year, giver.is_not(None))
    if class_id is not None:
        query = query.where(of_class == class_id)
    return query if teacher_id is None else query.where(giver == teacher_id)


def _taught(
    session: Session,
    actor: Actor,
    school_class: SchoolClass,
    on: date,
    pupil_ids: Collection[UUID],
) -> set[UUID]:
    """Those of the pupils of the class whose families the actor may write to."""
    if actor.person_id is None:
        return set()
    whole = actor.person_id in {
        *_administrators(session, on),
        *_leaders(session, school_class.id, on),
    }
    year = school_class.academic_year
    own = [
        one.group_id
        for one in _courses(session, year, class_id=school_class.id, teacher_id=actor.person_id)
    ]
    if whole or None in own:
        return set(pupil_ids)
    return set(
        session.scalars(
            select(GroupMembership.pupil_id).where(
                GroupMembership.group_id.in_([one for one in own if one]),
                GroupMembership.pupil_id.in_(pupil_ids),
                holds_on(GroupMembership, on),
            )
        )
    )


def _leaders(session: Session, class_id: UUID, on: date) -> set[UUID]:
    """The class teacher, and who stands in for that teacher on the date."""
    led_by = select(SchoolClass.class_teacher_id).where(
        SchoolClass.id == class_id, SchoolClass.class_teacher_id.is_not(None)
    )
    stands_in = (
        select(Account.person_id)
        .join(StandIn, StandIn.account_id == Account.id)
        .where(StandIn.class_id == class_id, StandIn.valid_from <= on, StandIn.valid_to >= on)
    )
    return set(session.scalars(union(led_by, stands_in)))


def _administrators(session: Session, on: date) -> set[UUID]:
    """Head, deputies and journal administrators, and who stands in for one on the date."""
    own = (
        select(Account.person_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role.in_(ADMINISTRATION), Account.closed_at.is_(None))
    )
    stands_in = (
        select(Account.person_id)
        .join(StandIn, StandIn.account_id == Account.id)
        .where(
            StandIn.role.in_(ADMINISTRATION),
            StandIn.valid_from <= on,
            StandIn.valid_to >= on,
            Account.closed_at.is_(None),
        )
    )
    return set(session.scalars(union(own, stands_in)))


def _representatives(session: Session, pupil_id: UUID, on: date) -> list[UUID]:
    return list(
        session.scalars(
            select(Representation.person_id).where(
                Representation.pupil_id == pupil_id, represents_on(on)
            )
        )
    )


def _working(on: date) -> Select[UUID]:
    return select(StaffMember.person_id).where(
        StaffMember.since <= on, or_(StaffMember.until.is_(None), StaffMember.until >= on)
    )


def _staff(session: Session, on: date) -> list[tuple[Person, str]]:
    """Who works at the school on the date and has an account, by name, with the position."""
    rows = session.execute(
        select(Person, StaffMember.position)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(
            StaffMember.since <= on,
            or_(StaffMember.until.is_(None), StaffMember.until >= on),
            Account.closed_at.is_(None),
        )
        .order_by(Person.sort_key, StaffMember.since.desc())
    )
    return list({person.id: (person, position) for person, position in rows}.values())


def _subject_names(session: Session) -> dict[UUID, str]:
    return {row.id: row.name for row in session.execute(select(Subject.id, Subject.name))}


def _place(contact: Contact) -> tuple[int, tuple[str, ...]]:
    order = (Tie.CLASS_TEACHER, Tie.TEACHER, Tie.ADMINISTRATION)
    first = next(place for place, tie in enumerate(order) if tie in contact.ties)
    return first, contact.subjects


# Threads -----------------------------------------------------------------------------------------


def unread_count(session: Session, person_id: UUID) -> int:
    """In how many of the person's threads something is new. One statement."""
    count = session.scalar(
        select(func.count())
        .select_from(Participant)
        .join(Thread, Thread.id == Participant.thread_id)
        .where(Participant.person_id == person_id, _IS_UNREAD)
    )
    return count or 0


_IS_UNREAD = or_(Participant.read_at.is_(None), Participant.read_at < Thread.last_at)


def thread_in_reach(session: Session, actor: Actor, thread_id: UUID) -> Thread:
    """A thread that the actor takes part in, or one of a reported error for who watches over them.

    Raises NotFound for another: what is written between two others is nobody else's to read.
    """
    found = session.scalars(
        select(Thread).where(Thread.id == thread_id, _is_in_reach(actor))
    ).one_or_none()
    if found is None:
        raise NotFound("thread_unknown")
    return found


def _is_in_reach(actor: Actor) -> ColumnElement[bool]:
    takes_part = exists().where(
        Participant.thread_id == Thread.id, Participant.person_id == actor.person_id
    )
    if not actor.may(Permission.ERRORS_ANY_READ):
        return takes_part
    return or_(takes_part, exists().where(ErrorReport.thread_id == Thread.id))


def file_in_reach(session: Session, actor: Actor, file_id: UUID) -> StoredFile:
    """A file of a message in a thread of the actor's. Raises NotFound for another."""
    found = session.scalars(
        select(StoredFile)
        .join(MessageFile, MessageFile.file_id == StoredFile.id)
        .join(Message, Message.id == MessageFile.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .where(StoredFile.id == file_id, StoredFile.erased_at.is_(None), _is_in_reach(actor))
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound("file_unknown")
    return found


def threads_of(session: Session, actor: Actor, page: int = 1) -> list[ThreadLine]:
    """The actor's threads, the latest first; of a letter to a class only those with an answer.

    Three statements.
    """
    rows = session.execute(
        _own_threads(actor)
        .order_by(Thread.last_at.desc(), Thread.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    others: dict[UUID, list[str]] = defaultdict(list)
    for thread_id, person in session.execute(
        select(Participant.thread_id, Person)
        .join(Person, Person.id == Participant.person_id)
        .where(
            Participant.thread_id.in_([row.Thread.id for row in rows]),
            Participant.person_id != actor.person_id,
        )
        .order_by(Person.sort_key)
    ):
        others[thread_id].append(person.name.full)
    return [
        ThreadLine(
            id=row.Thread.id,
            subject=row.Thread.subject,
            pupil=row.Person.name.full if row.Person else "",
            others=tuple(others[row.Thread.id]),
            last_at=row.Thread.last_at,
            is_unread=bool(row.is_unread),
            report_state=row.state,
            due_at=row.due_at,
        )
        for row in rows
    ]


def thread_count(session: Session, actor: Actor) -> int:
    """How many `threads_of` has in all."""
    own = _own_threads(actor).with_only_columns(Thread.id).subquery()
    return session.scalar(select(func.count()).select_from(own)) or 0


def _own_threads(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(Thread, Person, _IS_UNREAD.label("is_unread"), ErrorReport.state, ErrorReport.due_at)
        .join(Participant, Participant.thread_id == Thread.id)
        .outerjoin(Pupil, Pupil.id == Thread.pupil_id)
        .outerjoin(Person, Person.id == Pupil.person_id)
        .outerjoin(ErrorReport, ErrorReport.thread_id == Thread.id)
        .outerjoin(Mailing, Mailing.id == Thread.mailing_id)
        .where(
            Participant.person_id == actor.person_id,
            or_(
                Mailing.id.is_(None),
                Mailing.by_person_id != actor.person_id,
                Thread.is_answered,
            ),
        )
    )


def thread_view(session: Session, actor: Actor, thread_id: UUID, on: date) -> ThreadView:
    """The thread with its messages in order, who read them, and whether the actor may write.

    Raises NotFound as `thread_in_reach` does.
    """
    thread = thread_in_reach(session, actor, thread_id)
    report = report_of_thread(session, thread_id)
    ties = ties_in(session, thread, on)
    participants = tuple(
        ParticipantView(
            person_id=row.person_id,
            name=person.name.full,
            is_family=row.is_family,
            ties=part_of(row, ties),
        )
        for row, person in session.execute(
            select(Participant, Person)
            .join(Person, Person.id == Participant.person_id)
            .where(Participant.thread_id == thread_id)
            .order_by(Participant.is_family.desc(), Person.sort_key)
        )
    )
    pupil = session.scalars(
        select(Person).join(Pupil, Pupil.person_id == Person.id).where(Pupil.id == thread.pupil_id)
    ).first()
    return ThreadView(
        id=thread.id,
        subject=thread.subject,
        pupil_id=thread.pupil_id,
        pupil=pupil.name.full if pupil else "",
        participants=participants,
        messages=tuple(_messages(session, thread_id)),
        report=report,
        closed=_why_silent(actor, participants, ties) or "",
    )


def ties_in(session: Session, thread: Thread, on: date) -> Ties:
    """What everybody is towards the thread's pupil on the date.

    Who gave the lesson that is reported is its teacher, though they teach the pupil no more.
    """
    ties = ties_to(session, thread.pupil_id, on)
    givers = session.execute(
        select(Lesson.teacher_id, Lesson.substitute_id)
        .join(ErrorReport, ErrorReport.lesson_id == Lesson.id)
        .where(ErrorReport.thread_id == thread.id)
    ).all()
    for giver in (one for row in givers for one in row if one in ties):
        ties[giver] |= {Tie.TEACHER}
    return ties


def part_of(participant: Participant, ties: Ties) -> frozenset[Tie]:
    """What the participant is in the thread: of the family, or of the school, never both."""
    side = FAMILY_TIES if participant.is_family else STAFF_TIES
    return ties.get(participant.person_id, frozenset()) & side


def _why_silent(actor: Actor, participants: Collection[ParticipantView], ties: Ties) -> str | None:
    own = next((one for one in participants if one.person_id == actor.person_id), None)
    writer = own.ties if own else ties.get(actor.person_id or UUID(int=0), frozenset()) & STAFF_TIES
    family = [one.ties for one in participants if one.is_family]
    others = [one.ties for one in participants if one.person_id != actor.person_id]
    return why_silent(writer, others, family[0] if family else None)


def _messages(session: Session, thread_id: UUID) -> list[MessageView]:
    rows = session.scalars(
        select(Message).where(Message.thread_id == thread_id).order_by(Message.written_at)
    ).all()
    files: dict[UUID, list[LetterFile]] = defaultdict(list)
    for link, stored, scan in session.execute(
        select(MessageFile, StoredFile, FileScan)
        .join(StoredFile, StoredFile.id == MessageFile.file_id)
        .join(Message, Message.id == MessageFile.message_id)
        .outerjoin(FileScan, FileScan.file_id == StoredFile.id)
        .where(Message.thread_id == thread_id)
        .order_by(MessageFile.position)
    ):
        files[link.message_id].append(
            LetterFile(
                file_id=stored.id,
                name=stored.name,
                size=stored.size,
                scan=scan.state if scan else None,
            )
        )
    reads: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    for read, person in session.execute(
        select(MessageRead, Person)
        .join(Message, Message.id == MessageRead.message_id)
        .join(Person, Person.id == MessageRead.person_id)
        .where(Message.thread_id == thread_id)
        .order_by(MessageRead.read_at)
    ):
        reads[read.message_id].append((person.name.full, read.read_at))
    return [
        MessageView(
            id=row.id,
            written_at=row.written_at,
            by_person_id=row.by_person_id,
            by=row.by,
            text=row.text,
            files=tuple(files[row.id]),
            reads=tuple(reads[row.id]),
        )
        for row in rows
    ]


# Letters to a class ------------------------------------------------------------------------------


def mailings_of(session: Session, actor: Actor, limit: int = PAGE) -> list[MailingLine]:
    """The actor's letters to classes, the latest first. One statement."""
    return _mailings(session, actor, limit)


def mailing_in_reach(session: Session, actor: Actor, mailing_id: UUID) -> MailingLine:
    """Raises NotFound for another's."""
    found = _mailings(session, actor, 1, Mailing.id == mailing_id)
    if not found:
        raise NotFound("thread_unknown")
    return found[0]


def recipients_of(session: Session, mailing_id: UUID) -> list[Recipient]:
    """Who got the letter, by pupil and name. One statement."""
    child, child_person = aliased(Pupil), aliased(Person)
    rows = session.execute(
        select(Thread, Person, child_person, func.min(MessageRead.read_at).label("read_at"))
        .join(Participant, and_(Participant.thread_id == Thread.id, Participant.is_family))
        .join(Person, Person.id == Participant.person_id)
        .join(child, child.id == Thread.pupil_id)
        .join(child_person, child_person.id == child.person_id)
        .join(Message, Message.thread_id == Thread.id)
        .outerjoin(
            MessageRead,
            and_(MessageRead.message_id == Message.id, MessageRead.person_id == Person.id),
        )
        .where(Thread.mailing_id == mailing_id)
        .group_by(Thread.id, Person.id, child_person.id)
        .order_by(child_person.sort_key, Person.sort_key)
    )
    return [
        Recipient(
            thread_id=row[0].id,
            name=row[1].name.full,
            pupil=row[2].name.full,
            read_at=row.read_at,
            has_answered=row[0].is_answered,
        )
        for row in rows
    ]


def _mailings(
    session: Session, actor: Actor, limit: int, *conditions: ColumnElement[bool]
) -> list[MailingLine]:
    of_thread = Thread.mailing_id == Mailing.id
    is_read = exists().where(
        Participant.thread_id == Thread.id,
        Participant.is_family,
        Participant.read_at.is_not(None),
    )
    counted = select(func.count()).select_from(Thread).where(of_thread)
    rows = session.execute(
        select(
            Mailing,
            SchoolClass.grade,
            SchoolClass.letter,
            counted.scalar_subquery().label("sent_to"),
            counted.where(is_read).scalar_subquery().label("read"),
            counted.where(Thread.is_answered).scalar_subquery().label("answered"),
        )
        .join(SchoolClass, SchoolClass.id == Mailing.class_id)
        .where(Mailing.by_person_id == actor.person_id, *conditions)
        .order_by(Mailing.sent_at.desc())
        .limit(limit)
    )
    return [
        MailingLine(
            id=row.Mailing.id,
            subject=row.Mailing.subject,
            class_name=f"{row.grade}{row.letter}",
            audience=row.Mailing.audience,
            sent_at=row.Mailing.sent_at,
            sent_to=row.sent_to,
            read=row.read,
            answered=row.answered,
        )
        for row in rows
    ]


# Reports of errors -------------------------------------------------------------------------------


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
        found[report_id].append(_change(row, number))
    return found


def _change(row: CellChange, slip: int | None) -> CellChangeView:
    return CellChangeView(
        id=row.id,
        lesson_id=row.lesson_id,
        pupil_id=row.pupil_id,
        work_id=row.work_id,
        kind=row.kind,
        old=row.old,
        new=row.new,
        at=row.at,
        by=row.by,
        by_id=row.by_id,
        reason=row.reason,
        slip=slip,
    )


def corrected_cells(
    session: Session, pupil_id: UUID, lesson_ids: Iterable[UUID]
) -> dict[tuple[UUID, UUID | None], Corrected]:
    """(lesson, work) → what the pupil's cell held before it was corrected; work None: attendance.

    Corrected on the deputy's approval, or after an error was reported of it (POL-3.7.8,
    INS-3.3.13). One statement.
    """
    reported = exists(select(ErrorReport.id).where(_is_change_of()).correlate(CellChange))
    rows = session.execute(
        select(CellChange, MarkCorrection.number)
        .outerjoin(MarkCorrection, MarkCorrection.id == CellChange.correction_id)
        .where(
            CellChange.pupil_id == pupil_id,
            CellChange.lesson_id.in_(list(lesson_ids)),
            CellChange.kind.in_((CellKind.MARK, CellKind.ATTENDANCE)),
            or_(CellChange.correction_id.is_not(None), reported),
        )
        .order_by(CellChange.at)
    )
    return {
        (row.lesson_id, row.work_id): Corrected(old=row.old, new=row.new, at=row.at, slip=number)
        for row, number in rows
    }
