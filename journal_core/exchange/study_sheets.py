"""Subjects, groups, curriculum and load: what a row of each sheet changes."""

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
    held = spans_by(ledger.rows(GroupMembership), "group_id", "pupil_id")
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
        _belong(ledger, row, (group_id, pupil_id), held[group_id, pupil_id])

    return take


def _is_in(spans: list[Record], class_id: UUID, row: Row) -> bool:
    return any(
        span["class_id"] == class_id
        and span["since"] <= row["since"]
        and (span["until"] is None or span["until"] >= row["since"])
        for span in spans
    )


def _belong(ledger: Ledger, row: Row, who: tuple[UUID | None, UUID], spans: list[Record]) -> None:
    found = next((span for span in spans if span["since"] == row["since"]), None)
    if found is not None:
        if row["until"] not in {None, found["until"]}:
            ledger.order(row, OrderKind.GROUPS)
            ledger.put(GroupMembership, found["id"], until=row["until"])
        return
    if any(span["until"] is None or span["until"] >= row["since"] for span in spans):
        raise Wrong("since", Reason.SPAN_MEETS)
    group_id, pupil_id = who
    id = ledger.add(
        GroupMembership,
        group_id=group_id,
        pupil_id=pupil_id,
        since=row["since"],
        until=row["until"],
        order_id=ledger.order(row, OrderKind.GROUPS),
    )
    spans.append(ledger.rows(GroupMembership)[id])


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
