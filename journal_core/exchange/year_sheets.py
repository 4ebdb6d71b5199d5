"""Periods, holidays, bells, timetable and plans: what a row of each sheet changes."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from journal_core.academic_year.models import BellSchedule, BellTime, GradingPeriod, Holiday
from journal_core.classes.models import GroupMembership
from journal_core.exchange.ledger import Ledger, Record, Taker, Wrong
from journal_core.exchange.people_sheets import check_span, once
from journal_core.exchange.sheets import Row
from journal_core.exchange.terms import Reason
from journal_core.people.rules import search_key
from journal_core.plans.models import PlanTopic, ThematicPlan
from journal_core.timetable.models import TimetableEntry, TimetableVersion
from journal_core.timetable.rules import clashes
from journal_core.timetable.terms import ClashKind, Slot

_CLASHES = {
    ClashKind.TEACHER: ("teacher", Reason.CLASH_TEACHER),
    ClashKind.CLASS: ("class", Reason.CLASH_CLASS),
    ClashKind.GROUP: ("group", Reason.CLASH_GROUP),
    ClashKind.ROOM: ("room", Reason.CLASH_ROOM),
}


def periods(ledger: Ledger) -> Taker:
    """Periods of one grade in one year never meet."""
    rows = ledger.rows(GradingPeriod)
    known = {
        (row["academic_year"], row["kind"], row["number"], row["first_grade"]): id
        for id, row in rows.items()
    }
    seen: set[Any] = set()

    def take(row: Row) -> None:
        check_span(row)
        _check_grades(row)
        key = (row["year"], row["kind"], row["number"], row["first_grade"])
        once(seen, key, "number")
        if any(_meet(row, other) for id, other in rows.items() if id != known.get(key)):
            raise Wrong("since", Reason.PERIOD_MEETS)
        if key in known:
            _set_span(ledger, GradingPeriod, known[key], row)
            return
        known[key] = ledger.add(GradingPeriod, kind=row["kind"], number=row["number"], **_span(row))

    return take


def holidays(ledger: Ledger) -> Taker:
    known = {
        (row["academic_year"], search_key(row["name"]), row["first_grade"], row["last_grade"]): id
        for id, row in ledger.rows(Holiday).items()
    }
    seen: set[Any] = set()

    def take(row: Row) -> None:
        check_span(row)
        _check_grades(row)
        key = (row["year"], search_key(row["name"]), row["first_grade"], row["last_grade"])
        once(seen, key, "name")
        if key in known:
            _set_span(ledger, Holiday, known[key], row)
            return
        known[key] = ledger.add(Holiday, name=row["name"], **_span(row))

    return take


def _check_grades(row: Row) -> None:
    if row["last_grade"] < row["first_grade"]:
        raise Wrong("last_grade", Reason.SPAN)


def _meet(row: Row, other: Record) -> bool:
    return bool(
        other["academic_year"] == row["year"]
        and other["first_grade"] <= row["last_grade"]
        and other["last_grade"] >= row["first_grade"]
        and other["since"] <= row["until"]
        and other["until"] >= row["since"]
    )


def _span(row: Row) -> Record:
    columns = ("first_grade", "last_grade", "since", "until")
    return {"academic_year": row["year"], **{column: row[column] for column in columns}}


def _set_span(ledger: Ledger, model: type[GradingPeriod | Holiday], id: UUID, row: Row) -> None:
    ledger.change(model, id, last_grade=row["last_grade"], since=row["since"], until=row["until"])


def bells(ledger: Ledger) -> Taker:
    """One schedule is the regular one."""
    schedules = ledger.rows(BellSchedule)
    named = {search_key(row["name"]): id for id, row in schedules.items()}
    known = {(row["schedule_id"], row["number"]): id for id, row in ledger.rows(BellTime).items()}
    seen: set[Any] = set()

    def schedule_of(row: Row) -> UUID:
        key = search_key(row["schedule"])
        id = named.get(key)
        if row["regular"] and any(one["is_regular"] for at, one in schedules.items() if at != id):
            raise Wrong("regular", Reason.REGULAR_TAKEN)
        if id is None:
            id = named[key] = ledger.add(
                BellSchedule, name=row["schedule"], is_regular=row["regular"]
            )
        ledger.change(BellSchedule, id, is_regular=row["regular"])
        return id

    def take(row: Row) -> None:
        if row["ends"] <= row["starts"]:
            raise Wrong("ends", Reason.BELLS_SPAN)
        schedule_id = schedule_of(row)
        key = (schedule_id, row["number"])
        once(seen, key, "number")
        if key in known:
            ledger.change(BellTime, known[key], starts=row["starts"], ends=row["ends"])
            return
        known[key] = ledger.add(
            BellTime,
            schedule_id=schedule_id,
            number=row["number"],
            starts=row["starts"],
            ends=row["ends"],
        )

    return take


class Week:
    """The lessons of a timetable version; clashes are looked for when all its rows are there."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.versions = {
            (row["academic_year"], search_key(row["name"])): id
            for id, row in ledger.rows(TimetableVersion).items()
        }
        self.known = {_place(row): id for id, row in ledger.rows(TimetableEntry).items()}
        self.seen: set[Any] = set()
        self.rows_of: dict[UUID, Row] = {}
        self.filled: set[UUID] = set()

    def take(self, row: Row) -> None:
        ledger = self.ledger
        class_id, subject_id = ledger.class_of(row), ledger.subject(row)
        group_id = ledger.group(row, class_id, subject_id)
        teacher_id = ledger.teacher(row, "teacher")
        version_id = self._version(row)
        values = {
            "version_id": version_id,
            "weekday": row["weekday"],
            "number": row["number"],
            "class_id": class_id,
            "group_id": group_id,
            "subject_id": subject_id,
            "teacher_id": teacher_id,
        }
        place = _place(values)
        once(self.seen, place, "number")
        id = self.known.get(place)
        if id is None:
            id = ledger.add(TimetableEntry, room=row["room"] or "", **values)
            self.known[place] = id
        else:
            ledger.change(
                TimetableEntry, id, subject_id=subject_id, teacher_id=teacher_id, room=row["room"]
            )
        self._check_unpublished(version_id)
        if ledger.touched:
            self.rows_of[id] = row
            self.filled.add(version_id)

    def _version(self, row: Row) -> UUID:
        key = (row["year"], search_key(row["version"]))
        if key not in self.versions:
            self.versions[key] = self.ledger.add(
                TimetableVersion,
                academic_year=row["year"],
                name=row["version"],
                valid_from=row["since"],
            )
        id = self.versions[key]
        self.ledger.change(TimetableVersion, id, valid_from=row["since"])
        return id

    def _check_unpublished(self, version_id: UUID) -> None:
        """A published week is changed on its own pages, where its lessons follow."""
        published = self.ledger.rows(TimetableVersion)[version_id]["published_at"]
        if published is not None and self.ledger.touched:
            raise Wrong("version", Reason.VERSION_PUBLISHED)

    def clashing(self) -> Iterable[tuple[Row, str, Reason]]:
        """The later new row of each pair that cannot be at one hour, and in which column.

        Groups are those of the version's first day, or of today when that is past, as where a
        version is drawn up.
        """
        entries = self.ledger.rows(TimetableEntry)
        for version_id in self.filled:
            slots = {
                _slot(entry): id
                for id, entry in entries.items()
                if entry["version_id"] == version_id
            }
            begins = self.ledger.rows(TimetableVersion)[version_id]["valid_from"]
            for clash in clashes(slots, self._pupils_of(max(begins, self.ledger.today))):
                rows = [self.rows_of.get(slots[one]) for one in (clash.first, clash.second)]
                told = [row for row in rows if row is not None]
                if told:
                    yield max(told, key=lambda row: row.number), *_CLASHES[clash.kind]

    def _pupils_of(self, on: date) -> dict[UUID, set[UUID]]:
        """Who is in each group on the day."""
        found: dict[UUID, set[UUID]] = defaultdict(set)
        for seat in self.ledger.rows(GroupMembership).values():
            if seat["since"] <= on and (seat["until"] is None or seat["until"] >= on):
                found[seat["group_id"]].add(seat["pupil_id"])
        return found


def _place(row: Record) -> tuple[Any, ...]:
    return tuple(row[key] for key in ("version_id", "weekday", "number", "class_id", "group_id"))


def _slot(entry: Record) -> Slot:
    return Slot(
        weekday=entry["weekday"],
        number=entry["number"],
        class_id=entry["class_id"],
        group_id=entry["group_id"],
        subject_id=entry["subject_id"],
        teacher_id=entry["teacher_id"],
        room=entry["room"],
    )


class Plans:
    """A plan without a class is one of the base; a topic is known by its number in the plan."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        rows = ledger.rows(ThematicPlan)
        self.known = {
            (
                row["academic_year"],
                row["subject_id"],
                row["grade"],
                search_key(row["title"]),
                row["class_id"],
                row["group_id"],
            ): id
            for id, row in rows.items()
        }
        self.of_classes = {
            (row["class_id"], row["group_id"], row["subject_id"])
            for row in rows.values()
            if row["class_id"] is not None
        }
        self.topics = {
            (row["plan_id"], row["position"]): id for id, row in ledger.rows(PlanTopic).items()
        }
        self.seen: set[Any] = set()

    def take(self, row: Row) -> None:
        plan_id = self._plan(row)
        key = (plan_id, row["position"])
        once(self.seen, key, "position")
        columns = ("section", "title", "hours", "homework")
        values = {column: row[column] for column in columns}
        if key in self.topics:
            self.ledger.change(PlanTopic, self.topics[key], **values)
            return
        told = {column: value for column, value in values.items() if value is not None}
        self.topics[key] = self.ledger.add(
            PlanTopic, plan_id=plan_id, position=row["position"], **told
        )

    def _plan(self, row: Row) -> UUID:
        subject_id, class_id = self.ledger.subject(row), self.ledger.class_of(row)
        if class_id is None and row["group"] is not None:
            raise Wrong("class", Reason.REQUIRED)
        if class_id is not None and row["class"][0] != row["grade"]:
            raise Wrong("class", Reason.CLASS_UNKNOWN)
        group_id = self.ledger.group(row, class_id, subject_id)
        base = (row["year"], subject_id, row["grade"], search_key(row["plan"]))
        key = (*base, class_id, group_id)
        if key not in self.known:
            of_class = (class_id, group_id, subject_id)
            if class_id is not None and of_class in self.of_classes:
                raise Wrong("plan", Reason.PLAN_TAKEN)
            self.of_classes.add(of_class)
            self.known[key] = self.ledger.add(
                ThematicPlan,
                academic_year=row["year"],
                subject_id=subject_id,
                grade=row["grade"],
                title=row["plan"],
                class_id=class_id,
                group_id=group_id,
                source_id=self.known.get((*base, None, None)) if class_id else None,
                saved_at=self.ledger.now,
            )
        return self.known[key]


def plans(ledger: Ledger) -> Taker:
    return Plans(ledger).take
