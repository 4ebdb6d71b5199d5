"""Drawing up the timetable in versions, and publishing them (POL-3.4.1, INS-3.5.7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.school.rules import academic_year_of
from journal_core.timetable.models import TimetableEntry, TimetableVersion
from journal_core.timetable.queries import latest_published, pupils_of_groups, slots_of
from journal_core.timetable.rules import clashes, fingerprint
from journal_core.timetable.terms import Clash, Slot

CLAUSE = "POL-3.4.1"
#: How far back the first day of a version may lie once the year has a published one.
MOST_BACK = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class CreateVersion:
    """A version to draw up: empty, or with all that stands in another one."""

    academic_year: int
    name: str
    valid_from: date
    copy_of: UUID | None = None


def create_version(context: ActionContext, command: CreateVersion) -> UUID:
    """Raises RuleBroken `day_of_other_year` for a first day outside the academic year."""
    context.actor.require(Permission.TIMETABLE_WEEK_EDIT)
    if academic_year_of(command.valid_from) != command.academic_year:
        raise RuleBroken("day_of_other_year", CLAUSE)
    version = TimetableVersion(
        academic_year=command.academic_year, name=command.name, valid_from=command.valid_from
    )
    context.session.add(version)
    context.session.flush()
    if command.copy_of is not None:
        _insert(context, version.id, slots_of(context.session, command.copy_of))
    record(context, AuditAction.TIMETABLE_CREATED, version.id)
    return version.id


@dataclass(frozen=True, kw_only=True)
class SaveSlots:
    """What stands in a day of a class from now on; without them, in the whole version.

    `seen` is the fingerprint of what stood in that part on screen; None elsewhere.
    """

    version_id: UUID
    slots: tuple[Slot, ...]
    class_id: UUID | None = None
    weekday: int | None = None
    seen: str | None = None


def save_slots(context: ActionContext, command: SaveSlots) -> None:
    """Replace what stood in that part of the version (POL-3.4.1).

    Raises RuleBroken: `timetable_published`, `slot_elsewhere` for a slot outside that part, and
    `timetable_clash` with every `Clash` of the new slots under "clashes"; StaleVersion when that
    part is another than the one seen. Nothing is saved then.
    """
    context.actor.require(Permission.TIMETABLE_WEEK_EDIT)
    version = _drawn_up(context, command.version_id)
    if not all(_is_within(slot, command) for slot in command.slots):
        raise RuleBroken("slot_elsewhere", CLAUSE)
    stand = slots_of(context.session, version.id)
    if command.seen not in {None, fingerprint(s for s in stand if _is_within(s, command))}:
        raise StaleVersion("changed_meanwhile")
    kept = [s for s in stand if not _is_within(s, command)]
    _refuse_clashes(_clashes_with(context, version, command.slots, kept))
    context.session.execute(delete(TimetableEntry).where(*_part(command)))
    _insert(context, version.id, command.slots)
    record(context, AuditAction.TIMETABLE_SAVED, version.id, lessons=len(command.slots))


@dataclass(frozen=True, kw_only=True)
class ChangeVersion:
    """Another name or another first day of a version that is still drawn up."""

    version_id: UUID
    name: str
    valid_from: date


def change_version(context: ActionContext, command: ChangeVersion) -> None:
    """Raises RuleBroken `timetable_published`, `day_of_other_year`."""
    context.actor.require(Permission.TIMETABLE_WEEK_EDIT)
    version = _drawn_up(context, command.version_id)
    if academic_year_of(command.valid_from) != version.academic_year:
        raise RuleBroken("day_of_other_year", CLAUSE)
    version.name, version.valid_from = command.name, command.valid_from
    record(context, AuditAction.TIMETABLE_SAVED, version.id)


@dataclass(frozen=True, kw_only=True)
class RemoveVersion:
    version_id: UUID


def remove_version(context: ActionContext, command: RemoveVersion) -> None:
    """A version that was never published goes. Raises RuleBroken `timetable_published`."""
    context.actor.require(Permission.TIMETABLE_WEEK_EDIT)
    version = _drawn_up(context, command.version_id)
    context.session.execute(delete(TimetableEntry).where(TimetableEntry.version_id == version.id))
    context.session.delete(version)
    record(context, AuditAction.TIMETABLE_REMOVED, version.id, name=version.name)


@dataclass(frozen=True, kw_only=True)
class PublishVersion:
    version_id: UUID


def publish_version(context: ActionContext, command: PublishVersion) -> TimetableVersion:
    """From its first day on the version holds; the one before it ends the day before.

    The lessons follow in `lessons.commands.publish_timetable`, which the portal calls. Raises
    RuleBroken: `timetable_published`, `timetable_empty`, `timetable_overtaken` when a published
    version begins on that day or later, `timetable_long_past` when the year has one and this
    would change more than 14 days that are over (INS-3.5.7), `timetable_clash` (POL-3.4.1).
    """
    context.actor.require(Permission.TIMETABLE_WEEK_EDIT)
    version = _drawn_up(context, command.version_id)
    slots = slots_of(context.session, version.id)
    if not slots:
        raise RuleBroken("timetable_empty", CLAUSE)
    _hold_year(context, version.academic_year)
    before = latest_published(context.session, version.academic_year)
    if before is not None and before.valid_from >= version.valid_from:
        raise RuleBroken("timetable_overtaken", CLAUSE, day=before.valid_from)
    if before is not None and version.valid_from < context.today - MOST_BACK:
        raise RuleBroken("timetable_long_past", "INS-3.5.7")
    _refuse_clashes(_clashes_with(context, version, slots, []))
    if before is not None:
        before.valid_until = version.valid_from - timedelta(days=1)
    version.published_at = context.now
    version.published_by = context.actor.label
    context.session.flush()
    record(context, AuditAction.TIMETABLE_PUBLISHED, version.id, since=str(version.valid_from))
    return version


@dataclass(frozen=True, kw_only=True)
class WithdrawVersion:
    version_id: UUID


def withdraw_version(context: ActionContext, command: WithdrawVersion) -> TimetableVersion:
    """A published version whose first day is still ahead is drawn up again; the one before goes on.

    Raises RuleBroken `timetable_in_force`: what has begun is changed by the next version.
    """
    context.actor.require(Permission.TIMETABLE_WEEK_EDIT)
    version = _locked(context, command.version_id)
    latest = latest_published(context.session, version.academic_year)
    if latest is not version or version.valid_from <= context.today:
        raise RuleBroken("timetable_in_force", "INS-3.5.7")
    version.published_at, version.published_by = None, ""
    context.session.flush()
    before = latest_published(context.session, version.academic_year)
    if before is not None:
        before.valid_until = None
    record(context, AuditAction.TIMETABLE_WITHDRAWN, version.id)
    return version


def _locked(context: ActionContext, version_id: UUID) -> TimetableVersion:
    version = context.session.get(TimetableVersion, version_id, with_for_update=True)
    if version is None:
        raise NotFound("timetable_unknown")
    return version


def _hold_year(context: ActionContext, academic_year: int) -> None:
    """The year's versions stay as they are until the commit: two are not published at once."""
    context.session.execute(
        select(TimetableVersion.id)
        .where(TimetableVersion.academic_year == academic_year)
        .order_by(TimetableVersion.id)
        .with_for_update()
    )


def _drawn_up(context: ActionContext, version_id: UUID) -> TimetableVersion:
    version = _locked(context, version_id)
    if version.published_at is not None:
        raise RuleBroken("timetable_published", CLAUSE)
    return version


def _is_within(slot: Slot, part: SaveSlots) -> bool:
    return part.class_id in {None, slot.class_id} and part.weekday in {None, slot.weekday}


def _part(command: SaveSlots) -> list[ColumnElement[bool]]:
    entry = TimetableEntry
    found = [entry.version_id == command.version_id]
    if command.class_id is not None:
        found.append(entry.class_id == command.class_id)
    if command.weekday is not None:
        found.append(entry.weekday == command.weekday)
    return found


def _clashes_with(
    context: ActionContext, version: TimetableVersion, new: Sequence[Slot], kept: Sequence[Slot]
) -> list[Clash]:
    """The clashes in which a new slot has part, whoever it clashes with."""
    on = max(version.valid_from, context.today)
    pupils_of = pupils_of_groups(context.session, version.academic_year, on)
    fresh = {id(slot) for slot in new}
    return [
        clash
        for clash in clashes([*new, *kept], pupils_of)
        if id(clash.first) in fresh or id(clash.second) in fresh
    ]


def _refuse_clashes(found: list[Clash]) -> None:
    if found:
        raise RuleBroken("timetable_clash", CLAUSE, clashes=tuple(found))


def _insert(context: ActionContext, version_id: UUID, slots: Iterable[Slot]) -> None:
    rows = [
        {
            "id": new_id(),
            "version_id": version_id,
            "weekday": slot.weekday,
            "number": slot.number,
            "class_id": slot.class_id,
            "group_id": slot.group_id,
            "subject_id": slot.subject_id,
            "teacher_id": slot.teacher_id,
            "room": slot.room,
        }
        for slot in slots
    ]
    if rows:
        context.session.execute(insert(TimetableEntry), rows)
