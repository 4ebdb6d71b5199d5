"""Setting homework, its files, and the history of both (INS-3.3.16, REC-2.2, REC-2.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.commands import store_upload
from journal_core.files.models import StoredFile
from journal_core.files.terms import TakenFile
from journal_core.homework.models import Homework, HomeworkFile
from journal_core.homework.queries import (
    due_lesson_day,
    due_lesson_on,
    facts_of,
    last_bell,
    lesson_in_reach,
    next_lessons,
)
from journal_core.homework.rules import CLAUSE, check_link, is_late, why_closed
from journal_core.homework.terms import (
    COMMENT_LENGTH,
    LEAST_MINUTES,
    LINK_LENGTH,
    MOST_FILES,
    MOST_MINUTES,
    TEXT_LENGTH,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.rules import day_term
from journal_core.lessons.terms import DayLesson
from journal_core.notifications.commands import note_news
from journal_core.notifications.terms import NewsKind
from journal_core.requests.commands import MEGABYTE
from journal_core.school.queries import settings_on


@dataclass(frozen=True, kw_only=True)
class SetHomework:
    """What the lesson sets; everything empty takes it back, `is_none` sets nothing on purpose.

    It is due in the course's next lesson unless a later one, or a day, is named.
    """

    lesson_id: UUID
    text: str = ""
    comment: str = ""
    link: str = ""
    minutes: int | None = None
    due_lesson_id: UUID | None = None
    due_day: date | None = None
    is_none: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.comment or self.link or self.minutes or self.is_none)


def set_homework(context: ActionContext, command: SetHomework) -> None:
    """Write the homework of a lesson, also of one that is yet to come (INS-3.3.16, REC-2.3).

    What stood before is in the record. Raises NotFound for a lesson that is not the actor's to
    see; RuleBroken as `rules.why_closed` says, `homework_long`, `homework_minutes`,
    `link_not_web`, `homework_due_early` for a lesson or day that is not after this one, and
    `homework_has_files` when nothing is to be set and there are files.
    """
    lesson = _opened(context, command.lesson_id)
    _check(command)
    homework = _written(context, lesson.id)
    has_files = homework is not None and _count_files(context, homework.id) > 0
    if command.is_none and has_files:
        raise RuleBroken("homework_has_files", CLAUSE)
    if command.is_empty and not has_files:
        _take_back(context, homework)
        return
    values = _values(context, lesson, command)
    before = {} if homework is None else _shown(homework)
    if before == values:
        return
    homework = _to_write(context, lesson, homework)
    for name, value in values.items():
        setattr(homework, name, value)
    _sign(context, homework)
    _record(context, homework, before)


@dataclass(frozen=True, kw_only=True)
class AddHomeworkFile:
    lesson_id: UUID
    file: TakenFile


def add_homework_file(context: ActionContext, command: AddHomeworkFile) -> UUID:
    """Put a file to the homework, which may be nothing else than its files (INS-3.3.16).

    Returns the file's id. Raises NotFound and RuleBroken as `set_homework` does, and
    `homework_files_many`, `files_too_big` for all of them, `disk_full` below the reserve.
    """
    lesson = _opened(context, command.lesson_id)
    homework = _written(context, lesson.id)
    if homework is None or homework.is_none:
        homework = _to_write(context, lesson, homework)
        homework.is_none = False
        homework.due_lesson_id, homework.due_day = _due(context, lesson, None, None)
    _require_room(context, homework.id, len(command.file.content))
    last = context.session.scalar(
        select(func.max(HomeworkFile.position)).where(HomeworkFile.homework_id == homework.id)
    )
    file_id = store_upload(context, command.file).id
    context.session.add(
        HomeworkFile(file_id=file_id, homework_id=homework.id, position=(last or 0) + 1)
    )
    _sign(context, homework)
    name = command.file.name
    record(context, AuditAction.HOMEWORK_SAVED, lesson.id, file_added=name, late=homework.is_late)
    context.session.flush()
    return file_id


@dataclass(frozen=True, kw_only=True)
class RemoveHomeworkFile:
    lesson_id: UUID
    file_id: UUID


def remove_homework_file(context: ActionContext, command: RemoveHomeworkFile) -> UUID:
    """Take a file back; its name stays in the record.

    Returns the id of the bytes that are to go from the disk. Raises NotFound also for a file that
    is gone, and RuleBroken as `rules.why_closed` says.
    """
    lesson = _opened(context, command.lesson_id)
    homework = _written(context, lesson.id)
    file = context.session.get(HomeworkFile, command.file_id)
    if homework is None or file is None or file.homework_id != homework.id:
        raise NotFound("file_unknown")
    context.session.delete(file)
    context.session.flush()
    stored = context.session.get_one(StoredFile, command.file_id)
    record(context, AuditAction.HOMEWORK_SAVED, lesson.id, file_removed=stored.name)
    context.session.delete(stored)
    is_bare = not (homework.text or homework.comment or homework.link or homework.minutes)
    if is_bare and not _count_files(context, homework.id):
        _take_back(context, homework)
    else:
        _sign(context, homework)
    return command.file_id


def _opened(context: ActionContext, lesson_id: UUID) -> DayLesson:
    """The lesson, held until the commit: two who write in it do so one after the other."""
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    lesson = lesson_in_reach(context.session, context.actor, lesson_id, context.today)
    context.session.get_one(Lesson, lesson_id, with_for_update=True)
    now = context.now.astimezone(context.zone)
    refusal = why_closed(facts_of(context.session, context.actor, lesson, now))
    if refusal is not None:
        raise refusal
    return lesson


def _check(command: SetHomework) -> None:
    lengths = (TEXT_LENGTH, COMMENT_LENGTH, LINK_LENGTH)
    told = (command.text, command.comment, command.link)
    if any(len(words) > length for words, length in zip(told, lengths, strict=True)):
        raise RuleBroken("homework_long", CLAUSE)
    if command.minutes is not None and not LEAST_MINUTES <= command.minutes <= MOST_MINUTES:
        raise RuleBroken("homework_minutes", CLAUSE)
    check_link(command.link)


def _written(context: ActionContext, lesson_id: UUID) -> Homework | None:
    return context.session.scalars(select(Homework).where(Homework.lesson_id == lesson_id)).first()


def _to_write(context: ActionContext, lesson: DayLesson, homework: Homework | None) -> Homework:
    """The row, or a new one. What is set only now, after nothing was, is late as a new one is."""
    if homework is None:
        homework = Homework(
            id=new_id(),
            lesson_id=lesson.id,
            is_none=False,
            is_late=_is_late(context, lesson),
            first_written_at=context.now,
            written_at=context.now,
            written_by=context.actor.label,
        )
        context.session.add(homework)
    elif homework.is_none:
        homework.is_late = homework.is_late or _is_late(context, lesson)
    return homework


def _is_late(context: ActionContext, lesson: DayLesson) -> bool:
    minutes = settings_on(context.session, lesson.day).same_day_minutes
    bell = last_bell(context.session, lesson)
    return is_late(context.now, day_term(lesson.day, bell, minutes, context.zone))


def _values(context: ActionContext, lesson: DayLesson, command: SetHomework) -> dict[str, object]:
    """What the row is to hold. Where nothing is set, nothing else stands."""
    told = SetHomework(lesson_id=lesson.id, is_none=True) if command.is_none else command
    due_lesson_id, due_day = None, None
    if not command.is_none:
        due_lesson_id, due_day = _due(context, lesson, command.due_lesson_id, command.due_day)
    return {
        "text": told.text,
        "comment": told.comment,
        "link": told.link,
        "minutes": told.minutes,
        "is_none": told.is_none,
        "due_lesson_id": due_lesson_id,
        "due_day": due_day,
    }


def _shown(homework: Homework) -> dict[str, object]:
    names = ("text", "comment", "link", "minutes", "is_none", "due_lesson_id", "due_day")
    return {name: getattr(homework, name) for name in names}


def _due(
    context: ActionContext, lesson: DayLesson, due_lesson_id: UUID | None, due_day: date | None
) -> tuple[UUID | None, date | None]:
    """The named lesson of the course, the named day, or the course's next lesson."""
    session = context.session
    if due_lesson_id is not None:
        due_day = due_lesson_day(session, lesson, due_lesson_id)
    elif due_day is not None:
        due_lesson_id = due_lesson_on(session, lesson, due_day)
    else:
        following = next_lessons(session, lesson)[:1]
        return (following[0].id, following[0].day) if following else (None, None)
    if due_day <= lesson.day:
        raise RuleBroken("homework_due_early", CLAUSE)
    return due_lesson_id, due_day


def _require_room(context: ActionContext, homework_id: UUID, size: int) -> None:
    kept, files = context.session.execute(
        select(func.coalesce(func.sum(StoredFile.size), 0), func.count())
        .join(HomeworkFile, HomeworkFile.file_id == StoredFile.id)
        .where(HomeworkFile.homework_id == homework_id)
    ).one()
    settings = settings_on(context.session, context.today)
    if files >= MOST_FILES:
        raise RuleBroken("homework_files_many", most=MOST_FILES)
    if kept + size > settings.upload_request_mb * MEGABYTE:
        raise RuleBroken("files_too_big")
    if context.files.free_bytes() < settings.disk_reserve_mb * MEGABYTE + size:
        raise RuleBroken("disk_full")


def _count_files(context: ActionContext, homework_id: UUID) -> int:
    counted = select(func.count()).where(HomeworkFile.homework_id == homework_id)
    return context.session.scalars(counted).one()


def _sign(context: ActionContext, homework: Homework) -> None:
    """Who wrote it last. The lesson is kept from its day on: what is set ahead leaves it free to
    be moved or given by another.
    """
    homework.written_at = context.now
    homework.written_by = context.actor.label
    lesson = context.session.get_one(Lesson, homework.lesson_id)
    if lesson.kept_at is None and lesson.day <= context.today:
        lesson.kept_at = context.now
    note_news(context, NewsKind.HOMEWORK, lesson.id)
    context.session.flush()


def _take_back(context: ActionContext, homework: Homework | None) -> None:
    if homework is not None:
        _record(context, homework, _shown(homework), is_taken_back=True)
        note_news(context, NewsKind.HOMEWORK, homework.lesson_id)
        context.session.delete(homework)
        context.session.flush()


def _record(
    context: ActionContext,
    homework: Homework,
    before: Mapping[str, object],
    *,
    is_taken_back: bool = False,
) -> None:
    """What stood before is kept with the act: who looks can tell what was set, and since when."""
    record(
        context,
        AuditAction.HOMEWORK_SAVED,
        homework.lesson_id,
        before={name: _plain(value) for name, value in before.items()},
        late=homework.is_late,
        taken_back=is_taken_back,
    )


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID | date) else value
