"""Divisions that hold, and the movement of pupils told from their spans: pure functions."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from journal_core.classes.terms import (
    OWN_KINDS,
    ClassCount,
    ClassMove,
    ClassSpan,
    DivisionFaults,
    GroupKind,
    GroupLine,
    MoveKind,
    Movement,
)

_DAY = timedelta(days=1)


#: Whose pupils get marks from this grade on.
FIRST_MARKED_GRADE = 2


def takes_marks(grade: int, kind: GroupKind | None = None) -> bool:
    """Whether marks and homework are written in a class of the grade, or in a group of the kind.

    Neither in grade 1 nor in an after-school group, a club or a section (POL-1.4, POL-3.6.8):
    there is planning, presence, movement and correspondence.
    """
    return grade >= FIRST_MARKED_GRADE and kind not in OWN_KINDS


def division_faults(pupils: Sequence[UUID], parts: Iterable[Collection[UUID]]) -> DivisionFaults:
    """Whether every pupil of the class is in exactly one group (INS-3.5.8); falsy when so."""
    placed = Counter(pupil for part in parts for pupil in part)
    return DivisionFaults(
        left_out=tuple(pupil for pupil in pupils if not placed[pupil]),
        twice=tuple(pupil for pupil in pupils if placed[pupil] > 1),
        strangers=tuple(pupil for pupil in placed if pupil not in set(pupils)),
    )


def groups_in_use(groups: Sequence[GroupLine]) -> list[GroupLine]:
    """The groups of one division that hold: those with pupils; all while nobody is placed yet.

    A group that is named in the load before its pupils are told must not get a twin (INS-3.5.8);
    one that an earlier division left empty is past.
    """
    return [one for one in groups if one.members] or list(groups)


def movement(spans: Sequence[ClassSpan], first: date, last: date) -> Movement:
    """What moved from the first day to the last, both counted (POL-3.4.11).

    The start is the evening before the first day, the end the evening of the last. Who comes
    counts on the first day in the class; who leaves counts on the day after the last day in it,
    so that a class at the start, with those who came and without those who went, is the class at
    the end. A span that begins the day after another of the same pupil is a move between classes.
    """
    by_end = {(span.pupil_id, span.until): span for span in spans if span.until}
    by_start = {(span.pupil_id, span.since): span for span in spans}
    came: Counter[UUID] = Counter()
    went: Counter[UUID] = Counter()
    moves: list[ClassMove] = []
    for span in spans:
        if first <= span.since <= last:
            came[span.class_id] += 1
            moves.append(_arrival(span, by_end.get((span.pupil_id, span.since - _DAY))))
        if span.until is not None and first <= span.until + _DAY <= last:
            went[span.class_id] += 1
            if (span.pupil_id, span.until + _DAY) not in by_start:
                moves.append(_departure(span, span.until + _DAY))
    names = {span.class_id: span.class_name for span in spans}
    at_start = Counter(span.class_id for span in spans if _holds(span, first - _DAY))
    at_end = Counter(span.class_id for span in spans if _holds(span, last))
    counts = tuple(
        ClassCount(
            class_id=class_id,
            class_name=name,
            at_start=at_start[class_id],
            came=came[class_id],
            went=went[class_id],
            at_end=at_end[class_id],
        )
        for class_id, name in names.items()
    )
    moves.sort(key=lambda move: move.on)
    return Movement(counts=counts, moves=tuple(moves))


def _arrival(span: ClassSpan, before: ClassSpan | None) -> ClassMove:
    return ClassMove(
        kind=MoveKind.MOVED if before else MoveKind.ARRIVED,
        on=span.since,
        pupil_id=span.pupil_id,
        pupil_name=span.pupil_name,
        from_class=before.class_name if before else "",
        to_class=span.class_name,
        order=span.order,
    )


def _departure(span: ClassSpan, on: date) -> ClassMove:
    return ClassMove(
        kind=MoveKind.LEFT,
        on=on,
        pupil_id=span.pupil_id,
        pupil_name=span.pupil_name,
        from_class=span.class_name,
        to_class="",
        order=span.end_order,
    )


def _holds(span: ClassSpan, on: date) -> bool:
    return span.since <= on and (span.until is None or span.until >= on)
