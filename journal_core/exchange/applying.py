"""Writing a ledger's changes at once, and taking them back."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Enum,
    ForeignKeyConstraint,
    Table,
    Uuid,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from journal_core.academic_year.models import BellSchedule, BellTime, GradingPeriod, Holiday
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.curriculum.models import CurriculumHours, Subject, TeachingLoad
from journal_core.database import Base
from journal_core.errors import RuleBroken
from journal_core.exchange.ledger import Change
from journal_core.exchange.models import ExternalId
from journal_core.exchange.progress import Progress
from journal_core.orders.models import SchoolOrder
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.plans.models import PlanTopic, ThematicPlan
from journal_core.school.models import SchoolClass
from journal_core.timetable.models import TimetableEntry, TimetableVersion

#: What an import may write, each after what it refers to.
MODELS: tuple[type[Base], ...] = (
    SchoolOrder,
    Person,
    StaffMember,
    SchoolClass,
    Pupil,
    ClassMembership,
    Representation,
    Subject,
    StudyGroup,
    GroupMembership,
    CurriculumHours,
    TeachingLoad,
    GradingPeriod,
    Holiday,
    BellSchedule,
    BellTime,
    TimetableVersion,
    TimetableEntry,
    ThematicPlan,
    PlanTopic,
    ExternalId,
)
_TABLES: dict[str, Table] = {model.__tablename__: model.__table__ for model in MODELS}  # type: ignore[misc]

#: Rows of one statement.
BATCH = 1000
#: Ids of one question: SQLite takes 999 values in its oldest build.
IDS = 900


def apply(session: Session, changes: Iterable[Change], progress: Progress) -> dict[str, Any]:
    """Write the changes, table after table; returns what `take_back` needs.

    Spans are ended before new ones begin: a pupil is in one class at a time.
    """
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_table[change.table.__tablename__].append(change)
    total, done = sum(map(len, by_table.values())), 0
    kept: dict[str, Any] = {"inserted": {}, "updated": [], "removed": []}
    for name, table in _TABLES.items():
        fresh = [change for change in by_table[name] if change.before is None]
        for change in by_table[name]:
            if change.before is not None and change.after is None:
                session.execute(delete(table).where(table.c.id == change.id))
                kept["removed"].append([name, _plain(change.before)])
            elif change.before is not None and change.after is not None:
                session.execute(update(table).where(table.c.id == change.id).values(**change.after))
                kept["updated"].append(
                    [name, change.id.hex, _plain(change.before), _plain(change.after)]
                )
        for batch in _batches(fresh, BATCH):
            progress.tell("write", done, total)
            session.execute(insert(table), [change.after for change in batch])
            done += len(batch)
        if fresh:
            ids = [change.id for change in fresh]
            kept["inserted"][name] = {
                "ids": [id.hex for id in ids],
                "seal": _seal(session, table, ids),
            }
    return kept


def take_back(session: Session, kept: dict[str, Any]) -> None:
    """Undo what `apply` did: rows go, columns get their old values, removed rows are back.

    Raises RuleBroken("import_changed_since") when a row is no longer what the import made it,
    and ("import_rests") when something that came later refers to one; `names` says of what kind.
    """
    inserted = {name: [UUID(id) for id in told["ids"]] for name, told in kept["inserted"].items()}
    for name, ids in inserted.items():
        if _seal(session, _TABLES[name], ids) != kept["inserted"][name]["seal"]:
            raise RuleBroken("import_changed_since", names=name)
    _check_nothing_rests(session, inserted, _restored(kept))
    for name, table in reversed(_TABLES.items()):
        for batch in _batches(reversed(inserted.get(name, [])), IDS):
            session.execute(delete(table).where(table.c.id.in_(batch)))
        _bring_back(session, table, kept)


def _bring_back(session: Session, table: Table, kept: dict[str, Any]) -> None:
    for told in kept["updated"]:
        if told[0] == table.name:
            _put_back(session, table, UUID(told[1]), told[2], told[3])
    for told in kept.get("removed", ()):
        if told[0] == table.name:
            session.execute(insert(table), _old(table, told[1]))


def _put_back(
    session: Session, table: Table, id: UUID, before: dict[str, Any], after: dict[str, Any]
) -> None:
    columns = [table.c[key] for key in after]
    now = session.execute(select(*columns).where(table.c.id == id)).mappings().first()
    if now is None or _plain(dict(now)) != after:
        raise RuleBroken("import_changed_since", names=table.name)
    session.execute(update(table).where(table.c.id == id).values(**_old(table, before)))


def _restored(kept: dict[str, Any]) -> set[tuple[str, UUID, str]]:
    """Table, row and column of what gets its old value back: what it names now, it will not."""
    return {(name, UUID(id), key) for name, id, _before, after in kept["updated"] for key in after}


def _check_nothing_rests(
    session: Session, inserted: dict[str, list[UUID]], restored: set[tuple[str, UUID, str]]
) -> None:
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                column = constraint.elements[0].parent
                aims = inserted.get(constraint.elements[0].column.table.name, [])
                place = (table.name, column.name)
                passing = {id for name, id, key in restored if (name, key) == place}
                passing.update(inserted.get(table.name, ()))
                _check_reference(session, table, column, aims, passing)


def _check_reference(
    session: Session,
    table: Table,
    column: Column[Any],
    aims: Sequence[UUID],
    passing: set[UUID],
) -> None:
    """Raises RuleBroken when a row that stays as it is names one of those that go."""
    keys = list(table.primary_key.columns)
    for batch in _batches(aims, IDS):
        for found in session.execute(select(*keys).where(column.in_(batch))):
            if found[0] not in passing:
                raise RuleBroken("import_rests", names=table.name)


def _seal(session: Session, table: Table, ids: Sequence[UUID]) -> str:
    """A hash of the rows as they stand, in the order of the ids."""
    seal = hashlib.sha256()
    for batch in _batches(ids, IDS):
        found = session.execute(select(table).where(table.c.id.in_(batch)).order_by(table.c.id))
        for row in found:
            seal.update(repr([_plain_value(value) for value in row]).encode())
    return seal.hexdigest()


def _batches(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def _old(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    return {key: _revived(table, key, value) for key, value in values.items()}


def _revived(table: Table, key: str, value: Any) -> Any:
    """The value of the column again, from what JSON kept of it."""
    kind = table.c[key].type
    if value is None:
        return None
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    made = kind.python_type
    return made.fromisoformat(value) if made in {date, datetime, time} else value
