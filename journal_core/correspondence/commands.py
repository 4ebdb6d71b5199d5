"""Writing to each other and reading it (POL-2.2.7, 3.9.3). Nothing written is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.correspondence.contacts import (
    class_to_write_to,
    families_of_class,
    may_write,
    ties_to,
)
from journal_core.correspondence.models import (
    Mailing,
    Message,
    MessageFile,
    MessageRead,
    Participant,
    Thread,
)
from journal_core.correspondence.queries import part_of, thread_in_reach, ties_in
from journal_core.correspondence.rules import clause_of, why_silent
from journal_core.correspondence.terms import (
    FAMILY_TIES,
    MOST_FILES,
    STAFF_TIES,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    Audience,
    Tie,
    Ties,
)
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.commands import store_upload
from journal_core.files.terms import MEGABYTE, TakenFile
from journal_core.notifications.commands import note_news
from journal_core.notifications.terms import NewsKind
from journal_core.school.queries import settings_on

CLAUSE = "POL-3.9.3"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is written: words, and files with them."""

    text: str
    files: tuple[TakenFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StartThread:
    """A first message to one person; about a pupil unless staff writes to staff.

    `thread_id` is made by the page: sent twice, it is written once.
    """

    thread_id: UUID
    to_person_id: UUID
    pupil_id: UUID | None
    subject: str
    letter: Letter


def start_thread(context: ActionContext, command: StartThread) -> UUID:
    """Write to somebody whom `rules.PAIRS` allows. Returns the thread's id.

    Raises NotFound("person_unknown") for anybody else; RuleBroken: `messages_many` above the
    hourly limit of families, and what the letter's words and files raise.
    """
    person_id = _writer(context)
    if context.session.get(Thread, command.thread_id) is not None:
        return thread_in_reach(context.session, context.actor, command.thread_id).id
    ties = ties_to(context.session, command.pupil_id, context.today)
    family = _family(ties, person_id, command)
    thread = add_thread(
        context,
        thread_id=command.thread_id,
        subject=command.subject,
        pupil_id=command.pupil_id,
        family=family,
        others={command.to_person_id} - family,
    )
    _require_measure(context, thread)
    add_message(context, thread, command.letter)
    return thread.id


@dataclass(frozen=True, kw_only=True)
class WriteMessage:
    message_id: UUID
    thread_id: UUID
    letter: Letter


def write_message(context: ActionContext, command: WriteMessage) -> UUID:
    """Another message in a thread; the pair is asked for again. Returns the message's id.

    Who watches over reported errors joins the thread by writing in it. Raises NotFound for a
    thread that is not the actor's; RuleBroken: `right_ended` or `pair_unknown` as
    `rules.why_silent` says, and what `start_thread` raises.
    """
    person_id = _writer(context)
    thread = thread_in_reach(context.session, context.actor, command.thread_id)
    if context.session.get(Message, command.message_id) is not None:
        return command.message_id
    participants = _participants(context, thread.id)
    if all(one.person_id != person_id for one in participants):
        participants.append(join(context, thread, person_id))
    ties = ties_in(context.session, thread, context.today)
    parts = {one.person_id: part_of(one, ties) for one in participants}
    family = [parts[one.person_id] for one in participants if one.is_family]
    silent = why_silent(
        parts[person_id],
        [part for other, part in parts.items() if other != person_id],
        family[0] if family else None,
    )
    if silent is not None:
        raise RuleBroken(silent, CLAUSE)
    _require_measure(context, thread)
    return add_message(context, thread, command.letter, message_id=command.message_id)


@dataclass(frozen=True, kw_only=True)
class WriteToClass:
    """One letter to all parents, or all pupils, of a class."""

    mailing_id: UUID
    class_id: UUID
    audience: Audience
    subject: str
    letter: Letter


def write_to_class(context: ActionContext, command: WriteToClass) -> UUID:
    """Each gets a thread of their own and answers in it privately, never to all (POL-3.5.4).

    Those without an account get none. Raises NotFound for a class that is not the actor's to
    write to; RuleBroken("nobody_to_write_to") where nobody of it has an account.
    """
    context.actor.require(Permission.MESSAGES_CLASS_WRITE)
    person_id = _writer(context)
    session = context.session
    if session.get(Mailing, command.mailing_id) is not None:
        return command.mailing_id
    school_class = class_to_write_to(session, context.actor, command.class_id, context.today)
    tie = Tie.PARENT if command.audience is Audience.PARENTS else Tie.PUPIL
    relatives = {
        one.person_id: one
        for one in families_of_class(session, context.actor, school_class, context.today)
        if one.tie is tie and one.has_account and one.person_id != person_id
    }
    if not relatives:
        raise RuleBroken("nobody_to_write_to")
    session.add(
        Mailing(
            id=command.mailing_id,
            class_id=command.class_id,
            audience=command.audience,
            subject=_subject(command.subject),
            sent_at=context.now,
            by_person_id=person_id,
        )
    )
    session.flush()
    file_ids = _store(context, command.letter)
    for one in relatives.values():
        thread = add_thread(
            context,
            thread_id=new_id(),
            subject=command.subject,
            pupil_id=one.pupil_id,
            family={one.person_id},
            others=set(),
            mailing_id=command.mailing_id,
        )
        _add(context, thread, command.letter.text, file_ids)
    record(context, AuditAction.MESSAGE_WRITTEN, command.mailing_id, to=len(relatives))
    return command.mailing_id


@dataclass(frozen=True, kw_only=True)
class ReadThread:
    """The actor has the thread before them."""

    thread_id: UUID


def read_thread(context: ActionContext, command: ReadThread) -> None:
    """Note of each message when a participant first read it; its writer sees that.

    Nothing is noted of who only watches over reported errors. Raises NotFound.
    """
    thread = thread_in_reach(context.session, context.actor, command.thread_id)
    own = context.session.get(Participant, (thread.id, context.actor.person_id))
    if own is None:
        return
    own.read_at = context.now
    unread = context.session.scalars(
        select(Message.id).where(
            Message.thread_id == thread.id,
            Message.by_person_id != own.person_id,
            Message.id.not_in(
                select(MessageRead.message_id).where(MessageRead.person_id == own.person_id)
            ),
        )
    )
    context.session.add_all(
        MessageRead(message_id=one, person_id=own.person_id, read_at=context.now) for one in unread
    )
    context.session.flush()


def add_thread(
    context: ActionContext,
    *,
    thread_id: UUID,
    subject: str,
    pupil_id: UUID | None,
    family: set[UUID],
    others: set[UUID],
    mailing_id: UUID | None = None,
) -> Thread:
    """The thread with its participants, the actor among them; that they may is the caller's."""
    thread = Thread(
        id=thread_id,
        subject=_subject(subject),
        pupil_id=pupil_id,
        mailing_id=mailing_id,
        is_answered=False,
        started_at=context.now,
        last_at=context.now,
    )
    context.session.add(thread)
    context.session.flush()
    everybody = family | others | {_writer(context)}
    context.session.add_all(
        Participant(thread_id=thread_id, person_id=one, is_family=one in family)
        for one in sorted(everybody)
    )
    context.session.flush()
    return thread


def join(context: ActionContext, thread: Thread, person_id: UUID) -> Participant:
    """Somebody of the school takes part from now on; who does already goes on."""
    found = context.session.get(Participant, (thread.id, person_id))
    if found is None:
        found = Participant(thread_id=thread.id, person_id=person_id, is_family=False)
        context.session.add(found)
        context.session.flush()
    return found


def add_message(
    context: ActionContext, thread: Thread, letter: Letter, *, message_id: UUID | None = None
) -> UUID:
    """The message with its files, on record; read by its writer. That they may is the caller's."""
    added = _add(context, thread, letter.text, _store(context, letter), message_id)
    record(context, AuditAction.MESSAGE_WRITTEN, thread.id, files=len(letter.files))
    return added


def touch(context: ActionContext, thread: Thread) -> None:
    """Something happened in the thread: it is unread to all but the actor."""
    thread.last_at = context.now
    context.session.execute(
        update(Participant)
        .where(
            Participant.thread_id == thread.id,
            Participant.person_id == context.actor.person_id,
        )
        .values(read_at=context.now)
    )


def _add(
    context: ActionContext,
    thread: Thread,
    text: str,
    file_ids: Sequence[UUID],
    message_id: UUID | None = None,
) -> UUID:
    if not text or len(text) > TEXT_LENGTH:
        raise RuleBroken("message_unfit", most=TEXT_LENGTH)
    person_id = _writer(context)
    added = message_id or new_id()
    context.session.add(
        Message(
            id=added,
            thread_id=thread.id,
            written_at=context.now,
            by_person_id=person_id,
            by=context.actor.label,
            text=text,
        )
    )
    if thread.mailing_id is not None and not thread.is_answered:
        sent = context.session.get_one(Mailing, thread.mailing_id)
        thread.is_answered = sent.by_person_id != person_id
    touch(context, thread)
    context.session.flush()
    _tell_families(context, thread, added)
    context.session.add_all(
        MessageFile(message_id=added, file_id=file_id, position=place)
        for place, file_id in enumerate(file_ids)
    )
    context.session.flush()
    return added


def _tell_families(context: ActionContext, thread: Thread, message_id: UUID) -> None:
    """Whoever of the pupil's family did not write it may be told of it (POL-2.2.6)."""
    if thread.pupil_id is None:
        return
    readers = context.session.scalars(
        select(Participant.person_id).where(
            Participant.thread_id == thread.id,
            Participant.is_family,
            Participant.person_id != context.actor.person_id,
        )
    )
    for person_id in readers:
        note_news(context, NewsKind.MESSAGE, message_id, thread.pupil_id, person_id)


def _store(context: ActionContext, letter: Letter) -> list[UUID]:
    """Raises RuleBroken: `message_files_many`, `files_too_big`, `disk_full` below the reserve."""
    if not letter.files:
        return []
    size = sum(len(file.content) for file in letter.files)
    settings = settings_on(context.session, context.today)
    if len(letter.files) > MOST_FILES:
        raise RuleBroken("message_files_many", most=MOST_FILES)
    if size > settings.upload_request_mb * MEGABYTE:
        raise RuleBroken("files_too_big")
    if context.files.free_bytes() < settings.disk_reserve_mb * MEGABYTE + size:
        raise RuleBroken("disk_full")
    return [store_upload(context, file).id for file in letter.files]


def _require_measure(context: ActionContext, thread: Thread) -> None:
    """Raises RuleBroken("messages_many") for one of a family who wrote too much this hour.

    An error is reported all the same (POL-3.9.5): a cell is reported once.
    """
    own = context.session.get(Participant, (thread.id, context.actor.person_id))
    if own is None or not own.is_family:
        return
    most = settings_on(context.session, context.today).family_messages_per_hour
    written = context.session.scalar(
        select(func.count()).where(
            Message.by_person_id == own.person_id, Message.written_at > context.now - HOUR
        )
    )
    if (written or 0) >= most:
        raise RuleBroken("messages_many", most=most)


def _family(ties: Ties, person_id: UUID, command: StartThread) -> set[UUID]:
    """Which of the two is of the pupil's family; nobody where no pupil is spoken of.

    Raises NotFound where they may not write to each other.
    """
    if not may_write(ties, person_id, command.to_person_id, command.pupil_id):
        raise NotFound("person_unknown")
    if command.pupil_id is None:
        return set()
    other = ties[command.to_person_id] & STAFF_TIES
    is_own = clause_of(ties[person_id] & FAMILY_TIES, other) is not None
    return {person_id if is_own else command.to_person_id}


def _participants(context: ActionContext, thread_id: UUID) -> list[Participant]:
    """Locked with the thread: two who write do so one after the other."""
    context.session.scalars(select(Thread).where(Thread.id == thread_id).with_for_update()).one()
    return list(
        context.session.scalars(select(Participant).where(Participant.thread_id == thread_id))
    )


def _writer(context: ActionContext) -> UUID:
    context.actor.require(Permission.MESSAGES_OWN_USE)
    if context.actor.person_id is None:
        raise NotFound("person_unknown")
    return context.actor.person_id


def _subject(subject: str) -> str:
    if not subject or len(subject) > SUBJECT_LENGTH:
        raise RuleBroken("subject_unfit", most=SUBJECT_LENGTH)
    return subject
