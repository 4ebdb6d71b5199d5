"""Reading correspondence: one's threads, one thread, letters to a class."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from journal_core.access.terms import Permission
from journal_core.context import Actor
from journal_core.correspondence.contacts import ties_to
from journal_core.correspondence.models import (
    ErrorReport,
    Mailing,
    Message,
    MessageFile,
    MessageRead,
    Participant,
    Thread,
)
from journal_core.correspondence.reports import report_of_thread
from journal_core.correspondence.rules import why_silent
from journal_core.correspondence.terms import (
    FAMILY_TIES,
    STAFF_TIES,
    LetterFile,
    MailingLine,
    MessageView,
    ParticipantView,
    Recipient,
    ThreadLine,
    ThreadView,
    Tie,
    Ties,
)
from journal_core.errors import NotFound
from journal_core.files.models import FileScan, StoredFile
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil
from journal_core.school.models import SchoolClass

#: Threads of one page of the list.
PAGE = 50


def unread_count(session: Session, person_id: UUID) -> int:
    """In how many of the person's threads something is new. One statement."""
    count = session.scalar(
        select(func.count())
        .select_from(Participant)
        .join(Thread, Thread.id == Participant.thread_id)
        .where(Participant.person_id == person_id, _IS_UNREAD)
    )
    return count or 0


def is_unread(session: Session, actor: Actor, thread_id: UUID) -> bool:
    """Whether something is new to the actor in a thread that they take part in."""
    return bool(
        session.scalar(
            select(Thread.id)
            .join(Participant, Participant.thread_id == Thread.id)
            .where(Thread.id == thread_id, Participant.person_id == actor.person_id, _IS_UNREAD)
        )
    )


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
