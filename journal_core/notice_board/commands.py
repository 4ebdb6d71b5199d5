"""Putting a notice up, changing it, taking it down (POL-3.4.9)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound
from journal_core.files.commands import attach_upload
from journal_core.files.models import StoredFile
from journal_core.files.terms import MEGABYTE, FileLimits, TakenFile
from journal_core.notice_board.models import BoardNotice, BoardNoticeClass, BoardNoticeFile
from journal_core.notice_board.queries import classes_to_tell, notice_to_edit
from journal_core.notice_board.rules import check_notice, may_put_up
from journal_core.notice_board.terms import MOST_FILES, Audience
from journal_core.school.queries import settings_on


@dataclass(frozen=True, kw_only=True)
class SaveNotice:
    """A notice and its new files. Without classes it is for the whole school."""

    notice_id: UUID
    title: str
    text: str
    audience: Audience
    class_ids: tuple[UUID, ...]
    is_pinned: bool
    since: date
    until: date | None
    files: tuple[TakenFile, ...] = ()


def put_up_notice(context: ActionContext, command: SaveNotice) -> None:
    """Make the notice by the id that its form carried; sent twice, it hangs once.

    Raises NotFound for classes that are not the actor's to address, RuleBroken as
    `rules.check_notice` says and what `attach_upload` raises for its files.
    """
    _check(context, command)
    if context.session.get(BoardNotice, command.notice_id) is not None:
        return
    notice = BoardNotice(
        id=command.notice_id,
        put_up_at=context.now,
        put_up_by=context.actor.label,
        put_up_by_id=context.actor.person_id,
        **_told(command),
    )
    context.session.add(notice)
    _save(context, notice, command)


def change_notice(context: ActionContext, command: SaveNotice) -> None:
    """Change what hangs; what stood before is in the record. Raises as `put_up_notice` does, and
    NotFound for a notice that is not the actor's to change.
    """
    notice_to_edit(context.session, context.actor, command.notice_id, context.today)
    _check(context, command)
    notice = context.session.get_one(BoardNotice, command.notice_id, with_for_update=True)
    before = {"title": notice.title, "text": notice.text, "since": str(notice.since)}
    for name, value in _told(command).items():
        setattr(notice, name, value)
    _save(context, notice, command, before=before)


@dataclass(frozen=True, kw_only=True)
class TakeDownNotice:
    notice_id: UUID


def take_down_notice(context: ActionContext, command: TakeDownNotice) -> None:
    """The staff still finds it among the past ones. Raises NotFound as `change_notice` does."""
    notice_to_edit(context.session, context.actor, command.notice_id, context.today)
    notice = context.session.get_one(BoardNotice, command.notice_id, with_for_update=True)
    notice.taken_down_at = context.now
    record(context, AuditAction.BOARD_NOTICE_TAKEN_DOWN, notice.id, title=notice.title)


@dataclass(frozen=True, kw_only=True)
class RemoveNoticeFile:
    notice_id: UUID
    file_id: UUID


def remove_notice_file(context: ActionContext, command: RemoveNoticeFile) -> UUID:
    """Take a file off a notice; its name stays in the record.

    Returns the id of the bytes that are to go from the disk. Raises NotFound.
    """
    notice_to_edit(context.session, context.actor, command.notice_id, context.today)
    file = context.session.get(BoardNoticeFile, command.file_id)
    if file is None or file.notice_id != command.notice_id:
        raise NotFound("file_unknown")
    context.session.delete(file)
    context.session.flush()
    stored = context.session.get_one(StoredFile, command.file_id)
    record(context, AuditAction.BOARD_NOTICE_SAVED, command.notice_id, file_removed=stored.name)
    context.session.delete(stored)
    return command.file_id


def _check(context: ActionContext, command: SaveNotice) -> None:
    check_notice(
        command.title, command.text, command.audience, command.class_ids,
        command.since, command.until,
    )  # fmt: skip
    led = {row.id for row in classes_to_tell(context.session, context.actor, context.today)}
    whole_school = context.actor.may(Permission.BOARD_SCHOOL_EDIT)
    if not set(command.class_ids) <= led or not may_put_up(
        command.audience, command.class_ids, whole_school=whole_school, led=led
    ):
        raise NotFound("class_unknown")


def _told(command: SaveNotice) -> dict[str, object]:
    names = ("title", "text", "audience", "is_pinned", "since", "until")
    return {name: getattr(command, name) for name in names}


def _save(
    context: ActionContext, notice: BoardNotice, command: SaveNotice, **facts: object
) -> None:
    session = context.session
    session.flush()
    session.execute(delete(BoardNoticeClass).where(BoardNoticeClass.notice_id == notice.id))
    session.add_all(
        BoardNoticeClass(notice_id=notice.id, class_id=class_id)
        for class_id in dict.fromkeys(command.class_ids)
    )
    settings = settings_on(session, context.today)
    limits = FileLimits(
        most_files=MOST_FILES,
        most_bytes=settings.upload_request_mb * MEGABYTE,
        reserve_bytes=settings.disk_reserve_mb * MEGABYTE,
    )
    for file in command.files:
        attach_upload(context, BoardNoticeFile.notice_id, notice.id, file, limits)
    session.flush()
    record(
        context,
        AuditAction.BOARD_NOTICE_SAVED,
        notice.id,
        title=notice.title,
        audience=notice.audience,
        classes=len(command.class_ids),
        files=[file.name for file in command.files],
        **facts,
    )
