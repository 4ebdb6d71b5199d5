"""What the journal's script sends: the course of its page, and the edits of one gesture."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from journal_core.cells.terms import CellKind
from journal_core.journal.terms import CellEdit, CourseKey

#: The longest that a cell may be sent: a comment, with room to be told that it is too long.
VALUE_LENGTH = 1000
#: A page shows no more than an academic year.
LONGEST_PAGE = timedelta(days=366)


class NotUnderstood(ValueError):
    """It is no shape that the page's own script sends."""


@dataclass(frozen=True, kw_only=True)
class Gesture:
    """The edits, and the page that they were made in."""

    key: CourseKey
    since: date
    until: date
    edits: tuple[CellEdit, ...]


def read_gesture(sent: object) -> Gesture:
    """Raises NotUnderstood; also for one cell that is written twice."""
    told = _mapping(sent)
    since, until = read_days(told.get("since"), told.get("until"))
    edits = told.get("edits")
    if not isinstance(edits, list):
        raise NotUnderstood("edits")
    read = tuple(_edit(_mapping(one)) for one in edits)
    cells = {(one.lesson_id, one.pupil_id, one.kind, one.work_id) for one in read}
    if len(cells) < len(read):
        raise NotUnderstood("twice")
    return Gesture(
        key=CourseKey(
            class_id=_id(told.get("class_id")),
            subject_id=_id(told.get("subject_id")),
            group_id=_id_or_none(told.get("group_id")),
        ),
        since=since,
        until=until,
        edits=read,
    )


def read_days(since: object, until: object) -> tuple[date, date]:
    """The first and the last day of a page, both within. Raises NotUnderstood."""
    try:
        first, last = date.fromisoformat(_text(since)), date.fromisoformat(_text(until))
    except ValueError as error:
        raise NotUnderstood("days") from error
    if not first <= last <= first + LONGEST_PAGE:
        raise NotUnderstood("days")
    return first, last


def read_moment(text: object) -> datetime:
    """A moment with its zone. Raises NotUnderstood."""
    try:
        moment = datetime.fromisoformat(_text(text))
    except ValueError as error:
        raise NotUnderstood("moment") from error
    if moment.tzinfo is None or not 2000 <= moment.year <= 2100:
        raise NotUnderstood("moment")
    return moment


def _edit(told: Mapping[str, Any]) -> CellEdit:
    try:
        kind = CellKind(_text(told.get("kind")))
    except ValueError as error:
        raise NotUnderstood("kind") from error
    seen = told.get("seen")
    return CellEdit(
        lesson_id=_id(told.get("lesson_id")),
        pupil_id=_id(told.get("pupil_id")),
        kind=kind,
        value=_text(told.get("value")),
        work_id=_id_or_none(told.get("work_id")),
        seen=None if seen is None else _text(seen),
    )


def _mapping(sent: object) -> Mapping[str, Any]:
    if not isinstance(sent, dict):
        raise NotUnderstood("mapping")
    return sent


def _text(sent: object) -> str:
    if not isinstance(sent, str) or len(sent) > VALUE_LENGTH or "\0" in sent:
        raise NotUnderstood("text")
    return sent


def _id(sent: object) -> UUID:
    try:
        return UUID(_text(sent))
    except ValueError as error:
        raise NotUnderstood("id") from error


def _id_or_none(sent: object) -> UUID | None:
    return None if sent is None else _id(sent)
