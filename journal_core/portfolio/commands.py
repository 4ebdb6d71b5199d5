"""Entering an achievement, changing it, taking it out (POL-3.6.6)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import NotFound
from journal_core.files.commands import attach_upload
from journal_core.files.models import StoredFile
from journal_core.files.terms import MEGABYTE, FileLimits, TakenFile
from journal_core.portfolio.models import Achievement, AchievementFile
from journal_core.portfolio.queries import achievement_to_edit, pupil_to_read
from journal_core.portfolio.rules import check_achievement
from journal_core.portfolio.terms import MOST_FILES, AchievementKind, AchievementLevel
from journal_core.school.queries import settings_on


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told of an achievement, and its new files."""

    kind: AchievementKind
    level: AchievementLevel
    title: str
    achieved_on: date
    result: str = ""
    note: str = ""
    files: tuple[TakenFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AddAchievement:
    """`achievement_id` is what the form carried: sent twice, it is entered once."""

    achievement_id: UUID
    pupil_id: UUID
    told: Told


def add_achievement(context: ActionContext, command: AddAchievement) -> None:
    """Enter it in the portfolio; the family sees it at once (POL-3.6.6).

    Raises NotFound for a pupil whom the actor neither teaches nor leads, RuleBroken as
    `rules.check_achievement` says and what `attach_upload` raises for the files.
    """
    context.actor.require(Permission.JOURNAL_OWN_WRITE)
    pupil = pupil_to_read(context.session, context.actor, command.pupil_id, context.today)
    if not pupil.may_add or context.actor.person_id is None:
        raise NotFound("pupil_unknown")
    _check(context, command.told)
    if context.session.get(Achievement, command.achievement_id) is not None:
        return
    row = Achievement(
        id=command.achievement_id,
        pupil_id=pupil.id,
        added_at=context.now,
        added_by=context.actor.label,
        added_by_id=context.actor.person_id,
        **_facts(command.told),
    )
    context.session.add(row)
    context.session.flush()
    _attach(context, row, command.told)
    _record(context, row, command.told)


@dataclass(frozen=True, kw_only=True)
class ChangeAchievement:
    achievement_id: UUID
    told: Told


def change_achievement(context: ActionContext, command: ChangeAchievement) -> None:
    """What stood before is in the record. Raises NotFound for one that is not the actor's to
    change, RuleBroken as `add_achievement` does.
    """
    row = _opened(context, command.achievement_id)
    _check(context, command.told)
    before = {name: str(getattr(row, name)) for name in _facts(command.told)}
    for name, value in _facts(command.told).items():
        setattr(row, name, value)
    _attach(context, row, command.told)
    _record(context, row, command.told, before=before)


@dataclass(frozen=True, kw_only=True)
class RemoveAchievement:
    achievement_id: UUID


def remove_achievement(context: ActionContext, command: RemoveAchievement) -> None:
    """Take a mistaken entry out; the row stays. Raises NotFound as `change_achievement` does."""
    row = _opened(context, command.achievement_id)
    row.removed_at = context.now
    record(context, AuditAction.ACHIEVEMENT_REMOVED, row.pupil_id, achievement=str(row.id))


@dataclass(frozen=True, kw_only=True)
class RemoveAchievementFile:
    achievement_id: UUID
    file_id: UUID


def remove_achievement_file(context: ActionContext, command: RemoveAchievementFile) -> UUID:
    """Take a file off; its name stays in the record.

    Returns the id of the bytes that are to go from the disk. Raises NotFound.
    """
    row = _opened(context, command.achievement_id)
    file = context.session.get(AchievementFile, command.file_id)
    if file is None or file.achievement_id != row.id:
        raise NotFound("file_unknown")
    context.session.delete(file)
    context.session.flush()
    stored = context.session.get_one(StoredFile, command.file_id)
    record(context, AuditAction.ACHIEVEMENT_SAVED, row.pupil_id, file_removed=stored.name)
    context.session.delete(stored)
    return command.file_id


def _opened(context: ActionContext, achievement_id: UUID) -> Achievement:
    achievement_to_edit(context.session, context.actor, achievement_id, context.today)
    return context.session.get_one(Achievement, achievement_id, with_for_update=True)


def _check(context: ActionContext, told: Told) -> None:
    check_achievement(told.title, told.result, told.note, told.achieved_on, context.today)


def _facts(told: Told) -> dict[str, object]:
    names = ("kind", "level", "title", "result", "note", "achieved_on")
    return {name: getattr(told, name) for name in names}


def _attach(context: ActionContext, row: Achievement, told: Told) -> None:
    settings = settings_on(context.session, context.today)
    limits = FileLimits(
        most_files=MOST_FILES,
        most_bytes=settings.upload_request_mb * MEGABYTE,
        reserve_bytes=settings.disk_reserve_mb * MEGABYTE,
    )
    for file in told.files:
        attach_upload(context, AchievementFile.achievement_id, row.id, file, limits)
    context.session.flush()


def _record(context: ActionContext, row: Achievement, told: Told, **facts: object) -> None:
    files = [file.name for file in told.files]
    record(
        context,
        AuditAction.ACHIEVEMENT_SAVED,
        row.pupil_id,
        achievement=str(row.id),
        title=row.title,
        files=files,
        **facts,
    )
