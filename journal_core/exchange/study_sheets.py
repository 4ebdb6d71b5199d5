"""Subjects, groups, curriculum and load: what a row of each sheet changes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.classes.terms import GroupKind
from journal_core.curriculum.models import CurriculumHours, Subject, TeachingLoad
from journal_core.exchange.ledger import Ledger, Record, Taker, Wrong, spans_by
from journal_core.exchange.people_sheets import check_span, once
from journal_core.exchange.sheets import Row
from journal_core.exchange.terms import Reason
from journal_core.orders.terms import OrderKind
from journal_core.people.rules import search_key

_DAY = timedelta(days=1)
#: Characters of a subject's short name.
SHORT_NAME = 20


def subjects(ledger: Ledger) -> Taker:
    known = {search_key(row["name"]): id for id, row in ledger.rows(Subject).items()}
    seen: set[Any] = set()

    def take(row: Row) -> None:
        key = search_key(row["subject"])
        once(seen, key, "subject")
        if key in known:
            ledger.change(
                Subject, known[key], short_name=row["short_name"], position=row["position"]
            )
            return
        known[key] = ledger.add(
            Subject,
            name=row["subject"],
            short_name=row["short_name"] or row["subject"][:SHORT_NAME],
            position=row["position"] or 0,
        )

    return take


def groups(ledger: Ledger) -> Taker:
    """A part of a class for a subject names both; a group of its own names neither (INS-3.5.8)."""
    known = {
        (row["academic_year"], row["class_id"], row["subject_id"], search_key(row["name"])): id
        for id, row in ledger.rows(StudyGroup).items()
    }
    seen: set[Any] = set()

    def take(row: Row) -> None:
        is_part = row["kind"] is GroupKind.DIVISION
        for column in ("class", "subject"):
            if is_part != (row[column] is not None):
                raise Wrong(column, Reason.REQUIRED if is_part else Reason.MUST_BE_EMPTY)
        class_id, subject_id = ledger.class_of(row), ledger.subject(row)
        key = (row["year"], class_id, subject_id, search_key(row["group"]))
        once(seen, key, "group")
        leader_id = ledger.teacher(row, "leader")
        if key in known:
            if ledger.rows(StudyGroup)[known[key]]["kind"] is not row["kind"]:
                raise Wrong("kind", Reason.REPEATED)
            ledger.change(StudyGroup, known[key], leader_id=leader_id)
            return
        known[key] = ledger.add(
            StudyGroup,
            academic_year=row["year"],
            kind=row["kind"],
            name=row["group"],
            class_id=class_id,
            subject_id=subject_id,
            leader_id=leader_id,
        )

    return take


def group_members(ledger: Ledger) -> Taker:
    """From a day to a day, by an order; in a part of a class are pupils of the class alone."""
    seats = spans_by(ledger.rows(GroupMembership), "pupil_id")
    in_classes = spans_by(ledger.rows(ClassMembership), "pupil_id")
    seen: set[Any] = set()

    def take(row: Row) -> None:
        check_span(row)
        class_id = ledger.class_of(row)
        group_id = ledger.group(row, class_id, ledger.subject(row))
        pupil_id = ledger.pupil(row)
        once(seen, (group_id, pupil_id, row["since"]), "file_number")
        if class_id is not None and not _is_in(in_classes[pupil_id], class_id, row):
            raise Wrong("file_number", Reason.NOT_IN_CLASS)
        _belong(ledger, row, (group_id, pupil_id), seats[pupil_id])

    return take


def _is_in(spans: list[Record], class_id: UUID, row: Row) -> bool:
    return any(
        span["class_id"] == class_id
        and span["since"] <= row["since"]
        and (span["until"] is None or span["until"] >= row["since"])
        for span in spans
    )


def _belong(ledger: Ledger, row: Row, who: tuple[UUID | None, UUID], seats: list[Record]) -> None:
    """A span in the group: begun, ended, or there already. Who begins in another group of the
    same division leaves the one before on the eve (INS-3.5.8)."""
    group_id, pupil_id = who
    own = [seat for seat in seats if seat["group_id"] == group_id]
    others = [seat for seat in seats if _divides_too(ledger, seat["group_id"], group_id)]
    found = next((seat for seat in own if seat["since"] == row["since"]), None)
    if found is not None:
        if row["until"] not in {None, found["until"]}:
            if any(_meet(seat, row) and not _meet(seat, found) for seat in [*own, *others]):
                raise Wrong("until", Reason.SPAN_MEETS)
            ledger.order(row, OrderKind.GROUPS)
            ledger.put(GroupMembership, found["id"], until=row["until"])
        return
    left = [seat for seat in others if _meet(seat, row)]
    if any(_meet(seat, row) for seat in own) or any(s["since"] >= row["since"] for s in left):
        raise Wrong("since", Reason.SPAN_MEETS)
    order_id = ledger.order(row, OrderKind.GROUPS)
    for seat in left:
        ledger.put(GroupMembership, seat["id"], until=row["since"] - _DAY)
    id = ledger.add(
        GroupMembership,
        group_id=group_id,
        pupil_id=pupil_id,
        since=row["since"],
        until=row["until"],
        order_id=order_id,
    )
    seats.append(ledger.rows(GroupMembership)[id])


def _divides_too(ledger: Ledger, one: UUID, other: UUID | None) -> bool:
    """Whether both are parts of one class for one subject."""
    groups = ledger.rows(StudyGroup)
    if other is None or one == other or groups[one]["class_id"] is None:
        return False
    return all(groups[one][key] == groups[other][key] for key in ("class_id", "subject_id"))


def _meet(seat: Record, row: Row | Record) -> bool:
    is_before = seat["until"] is not None and seat["until"] < row["since"]
    is_after = row["until"] is not None and row["until"] < seat["since"]
    return not is_before and not is_after


def curriculum(ledger: Ledger) -> Taker:
    known = {
        (row["academic_year"], row["grade"], row["subject_id"]): id
        for id, row in ledger.rows(CurriculumHours).items()
    }
    seen: set[Any] = set()

    def take(row: Row) -> None:
        key = (row["year"], row["grade"], ledger.subject(row))
        once(seen, key, "subject")
        if key in known:
            ledger.change(CurriculumHours, known[key], hours=row["hours"])
            return
        known[key] = ledger.add(
            CurriculumHours,
            academic_year=row["year"],
            grade=row["grade"],
            subject_id=key[2],
            hours=row["hours"],
        )

    return take


def load(ledger: Ledger) -> Taker:
    columns = ("teacher_id", "subject_id", "class_id", "group_id")
    known = {
        tuple(row[column] for column in columns): id
        for id, row in ledger.rows(TeachingLoad).items()
    }
    seen: set[Any] = set()

    def take(row: Row) -> None:
        teacher_id, subject_id = ledger.teacher(row, "teacher"), ledger.subject(row)
        class_id = ledger.class_of(row)
        key = (teacher_id, subject_id, class_id, ledger.group(row, class_id, subject_id))
        once(seen, key, "teacher")
        if key in known:
            ledger.change(TeachingLoad, known[key], hours=row["hours"])
            return
        known[key] = ledger.add(
            TeachingLoad,
            academic_year=row["year"],
            hours=row["hours"],
            **dict(zip(columns, key, strict=True)),
        )

    return take
