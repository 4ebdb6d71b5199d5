"""How rows of a file change what is there: the columns of a sheet, old and new, in words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from typing import Any

from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.curriculum.models import Subject
from journal_core.exchange.cells import text_of, written
from journal_core.exchange.ledger import Change, Ledger, Record
from journal_core.exchange.sheets import GENDERS, RELATIONS, SPECS, YES_NO, Row, SheetSpec
from journal_core.exchange.terms import Difference, SheetKind
from journal_core.people.models import Person
from journal_core.people.terms import PersonName
from journal_core.school.models import SchoolClass

#: Columns of tables that a sheet calls otherwise.
_CALLED = {
    "class_id": "class",
    "class_teacher_id": "teacher",
    "group_id": "group",
    "is_regular": "regular",
    "kind": "relation",
    "leader_id": "leader",
    "subject_id": "subject",
    "teacher_id": "teacher",
    "valid_from": "since",
    "valid_until": "until",
}
_NAMED = {
    "class_id": SchoolClass,
    "class_teacher_id": Person,
    "group_id": StudyGroup,
    "leader_id": Person,
    "subject_id": Subject,
    "teacher_id": Person,
}
_SPANS = (ClassMembership, GroupMembership)
_WORDS = {**GENDERS, **RELATIONS, **YES_NO}
#: Characters of a value that are kept.
_MOST = 200


def differences(
    ledger: Ledger, spec: SheetSpec, row: Row, changes: Sequence[Change]
) -> list[Difference]:
    """What the row changes, in the order of columns; a move is told by where from and where to."""
    order = list(spec.headings.values())
    told = [one for one in _told(ledger, spec, changes) if one[1] != one[2]]
    told.sort(key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    return [
        Difference(
            sheet=spec.kind, row=row.number, column=heading, old=old[:_MOST], new=new[:_MOST]
        )
        for heading, old, new in told
    ]


def _told(
    ledger: Ledger, spec: SheetSpec, changes: Iterable[Change]
) -> Iterator[tuple[str, str, str]]:
    begun = {one.table: one.after for one in changes if one.before is None and one.table in _SPANS}
    ended = {one.table: _old(ledger, one) for one in changes if one.before is not None}
    for table, after in begun.items():
        yield from _columns(
            ledger, spec, ended.get(table, {}), after or {}, ("class_id", "group_id", "since")
        )
    for one in changes:
        if one.before is None or one.table in begun:
            continue
        if one.table is GroupMembership and spec.kind is SheetKind.PUPILS:
            now = {**_old(ledger, one), **one.after} if one.after else None
            yield (
                SPECS[SheetKind.GROUP_MEMBERS].headings["group"],
                _seat(ledger, _old(ledger, one)),
                _seat(ledger, now),
            )
        else:
            yield from _columns(ledger, spec, one.before, one.after or {}, tuple(one.before))


def _columns(
    ledger: Ledger, spec: SheetSpec, old: Record, new: Record, keys: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    for key in keys:
        heading = spec.headings.get(_CALLED.get(key, key))
        if heading is not None and key in new:
            yield heading, _words(ledger, key, old.get(key)), _words(ledger, key, new[key])


def _old(ledger: Ledger, change: Change) -> Record:
    """The whole row before the change."""
    return {**ledger.rows(change.table).get(change.id, {}), **(change.before or {})}


def _seat(ledger: Ledger, seat: Record | None) -> str:
    """«1 группа (01.09.2026–09.10.2026)»; nothing for a seat that is never taken."""
    if seat is None:
        return ""
    since, until = (_words(ledger, key, seat[key]) for key in ("since", "until"))
    return f"{_words(ledger, 'group_id', seat['group_id'])} ({since}–{until})"


def _words(ledger: Ledger, key: str, value: Any) -> str:
    if value is None:
        return ""
    if key in _NAMED:
        return _name(ledger.rows(_NAMED[key])[value])
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return written(_WORDS, value) if key in {"gender", "kind", "is_regular"} else text_of(value)


def _name(row: Record) -> str:
    if "last_name" in row:
        parts = {part: row[part] for part in ("last_name", "first_name", "patronymic")}
        return PersonName(**parts).full
    return str(row["name"]) if "name" in row else f"{row['grade']}{row['letter']}"
