"""What the database holds and what the file adds to it, while the sheets are gone through.

Rows are plain dictionaries, read once a table; what a sheet adds is there for the next one.
Nothing is written here: what comes out is a list of changes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from journal_core.classes.models import StudyGroup
from journal_core.curriculum.models import Subject
from journal_core.database import Base, new_id
from journal_core.exchange.sheets import BadRow, Row, SheetSpec
from journal_core.exchange.terms import Problem, Reason, SheetKind, Verdict
from journal_core.orders.models import SchoolOrder
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person, Pupil, StaffMember
from journal_core.people.rules import search_key
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of

Record = dict[str, Any]

#: From this month on a pupil is taken into a class of the year that is about to begin.
SUMMER = 6
#: Changed rows of a file that are shown.
MOST_CHANGED = 50
#: What the first lists of a school bring in without an order.
_FIRST = frozenset({OrderKind.ENROLMENT, OrderKind.STAFFING})


class Wrong(Exception):
    """The row cannot be taken: the column, and why."""

    def __init__(self, column: str, reason: Reason) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason


class RestsOnWrong(Exception):
    """The row names one that is wrong itself: saying so twice would hide the cause."""


@dataclass(kw_only=True)
class Change:
    """A row to insert (`before` is None), the columns of a row to update, old and new, or a row
    to remove (`after` is None)."""

    table: type[Base]
    id: UUID
    before: Record | None
    after: Record | None


@dataclass
class Ledger:
    """Made for one file; `now` and `by` go into what records them."""

    session: Session
    now: datetime
    today: date
    by: str
    #: Another system's lists know no orders: they may begin a span, and neither move nor end it.
    cites_orders: bool = True
    changes: dict[UUID, Change] = field(default_factory=dict)
    #: Inserts and updates since the row began, by table.
    touched: list[Change] = field(default_factory=list)
    broken: set[tuple[SheetKind, str]] = field(default_factory=set)
    _tables: dict[str, dict[UUID, Record]] = field(default_factory=dict)

    def rows(
        self, model: type[Base], only: ColumnElement[bool] | None = None
    ) -> dict[UUID, Record]:
        """The table's rows by id, with what the file added; `only` counts at the first asking."""
        name = model.__tablename__
        if name not in self._tables:
            query = select(model.__table__)
            found = self.session.execute(query if only is None else query.where(only))
            self._tables[name] = {row["id"]: dict(row) for row in found.mappings()}
        return self._tables[name]

    def add(self, model: type[Base], **values: Any) -> UUID:
        """A new row, whole: what is not named has its column's default."""
        id = new_id()
        record = {**_defaults(model), **values, "id": id}
        self.rows(model)[id] = record
        self._note(Change(table=model, id=id, before=None, after=record))
        return id

    def change(self, model: type[Base], id: UUID, **values: Any) -> None:
        """Set the columns that differ; None in the file leaves what is there."""
        record = self.rows(model)[id]
        differing = {
            key: value
            for key, value in values.items()
            if value is not None and record[key] != value
        }
        if differing:
            self.put(model, id, **differing)

    def put(self, model: type[Base], id: UUID, **values: Any) -> None:
        """Set the columns, None too."""
        record = self.rows(model)[id]
        before = {key: record[key] for key in values}
        record.update(values)
        known = self.changes.get(id)
        if known is None or known.after is None:
            self._note(Change(table=model, id=id, before=before, after=dict(values)))
            return
        known.after = {**known.after, **values}
        if known.before is None:
            self.touched.append(known)
            return
        known.before = {**before, **known.before}
        self.touched.append(Change(table=model, id=id, before=before, after=dict(values)))

    def remove(self, model: type[Base], id: UUID) -> None:
        """Take away a row that was there before the file."""
        record = self.rows(model).pop(id)
        known = self.changes.get(id)
        before = {**record, **(known.before or {})} if known else record
        self._note(Change(table=model, id=id, before=before, after=None))

    def verdict(self) -> Verdict:
        """What the row since `begin` did, and forget it."""
        touched, self.touched = self.touched, []
        lists = [change for change in touched if change.table is not SchoolOrder]
        if not lists:
            return Verdict.SAME
        fresh = all(change.before is None for change in lists)
        return Verdict.NEW if fresh else Verdict.CHANGED

    def _note(self, change: Change) -> None:
        self.changes[change.id] = change
        self.touched.append(replace(change))

    def order(self, row: Row, kind: OrderKind) -> UUID | None:
        """The order that the row cites, recorded once (POL-3.4.11). Raises Wrong without one."""
        number, signed_on = row["order"], row["order_date"]
        if not self.cites_orders and kind in _FIRST and row["until"] is None:
            return None
        if number is None or signed_on is None:
            raise Wrong("order" if number is None else "order_date", Reason.ORDER_MISSING)
        if signed_on > self.today:
            raise Wrong("order_date", Reason.DATE_AHEAD)
        known = self._orders.get((number, signed_on))
        if known is None:
            known = self.add(
                SchoolOrder,
                kind=kind,
                number=number,
                signed_on=signed_on,
                recorded_at=self.now,
                recorded_by=self.by,
            )
            self._orders[number, signed_on] = known
        elif self.rows(SchoolOrder)[known]["kind"] is not kind:
            raise Wrong("order", Reason.ORDER_OTHER_KIND)
        return known

    @cached_property
    def _orders(self) -> dict[tuple[str, date], UUID]:
        rows = self.rows(SchoolOrder)
        return {(row["number"], row["signed_on"]): id for id, row in rows.items()}

    # --- what other sheets name ------------------------------------------------------------------

    def teacher(self, row: Row, column: str) -> UUID | None:
        """The member of staff whom the cell names; None for an empty cell."""
        name = row[column]
        if name is None:
            return None
        key = search_key(name)
        self.rest_on(SheetKind.STAFF, key)
        found = self._staff.get(key, set())
        if len(found) > 1:
            raise Wrong(column, Reason.PERSON_DOUBTFUL)
        if not found:
            raise Wrong(column, Reason.TEACHER_UNKNOWN)
        return next(iter(found))

    @cached_property
    def _staff(self) -> dict[str, set[UUID]]:
        people = self.rows(Person)
        named: dict[str, set[UUID]] = defaultdict(set)
        for member in self.rows(StaffMember).values():
            if member["until"] is None or member["until"] >= self.today:
                named[people[member["person_id"]]["search_key"]].add(member["person_id"])
        return named

    def class_of(self, row: Row, year: int | None = None, column: str = "class") -> UUID | None:
        """The class of the year that the cell names; None for an empty cell."""
        if row[column] is None:
            return None
        grade, letter = row[column]
        self.rest_on(SheetKind.CLASSES, search_key(f"{grade}{letter}"))
        found = self._classes.get((row["year"] if year is None else year, grade, letter))
        if found is None:
            raise Wrong(column, Reason.CLASS_UNKNOWN)
        return found

    def classes_on(self, row: Row) -> list[UUID]:
        """The classes that the cell may mean on the row's first day: before 1 September, of both
        years, the coming one first. Raises Wrong when there is none."""
        since: date = row["since"]
        year = academic_year_of(since)
        grade, letter = row["class"]
        self.rest_on(SheetKind.CLASSES, search_key(f"{grade}{letter}"))
        years = (year + 1, year) if since.month >= SUMMER and since.year > year else (year,)
        found = [self._classes.get((one, grade, letter)) for one in years]
        known = [one for one in found if one is not None]
        if not known:
            raise Wrong("class", Reason.CLASS_UNKNOWN)
        return known

    @cached_property
    def _classes(self) -> dict[tuple[int, int, str], UUID]:
        return {
            (row["academic_year"], row["grade"], row["letter"]): id
            for id, row in self.rows(SchoolClass).items()
        }

    def subject(self, row: Row) -> UUID | None:
        name = row["subject"]
        if name is None:
            return None
        key = search_key(name)
        self.rest_on(SheetKind.SUBJECTS, key)
        if key not in self._subjects:
            raise Wrong("subject", Reason.SUBJECT_UNKNOWN)
        return self._subjects[key]

    @cached_property
    def _subjects(self) -> dict[str, UUID]:
        return {search_key(row["name"]): id for id, row in self.rows(Subject).items()}

    def pupil(self, row: Row) -> UUID:
        """By the number of the personal file; by the full name where the school keeps none."""
        text = row["file_number"]
        self.rest_on(SheetKind.PUPILS, search_key(text))
        found = self._pupils.get(search_key(text), set())
        if not found:
            raise Wrong("file_number", Reason.PUPIL_UNKNOWN)
        if len(found) > 1:
            raise Wrong("file_number", Reason.PUPIL_DOUBTFUL)
        return next(iter(found))

    @cached_property
    def _pupils(self) -> dict[str, set[UUID]]:
        people = self.rows(Person)
        named: dict[str, set[UUID]] = defaultdict(set)
        for id, pupil in self.rows(Pupil).items():
            number = search_key(pupil["file_number"])
            named[number or people[pupil["person_id"]]["search_key"]].add(id)
        return named

    def group(self, row: Row, class_id: UUID | None, subject_id: UUID | None) -> UUID | None:
        """The group of this name: of the class and subject, or one of its own."""
        name = row["group"]
        if name is None:
            return None
        self.rest_on(SheetKind.GROUPS, search_key(name))
        found = self._groups.get((row["year"], class_id, subject_id, search_key(name)))
        if found is None:
            raise Wrong("group", Reason.GROUP_UNKNOWN)
        return found

    @cached_property
    def _groups(self) -> dict[tuple[int, UUID | None, UUID | None, str], UUID]:
        return {
            (
                row["academic_year"],
                row["class_id"],
                row["subject_id"],
                search_key(row["name"]),
            ): id
            for id, row in self.rows(StudyGroup).items()
        }

    def rest_on(self, kind: SheetKind, key: str) -> None:
        """Raises RestsOnWrong when the row of that sheet is wrong itself."""
        if (kind, key) in self.broken:
            raise RestsOnWrong


def spans_by(rows: Mapping[UUID, Record], *columns: str) -> dict[Any, list[Record]]:
    found: dict[Any, list[Record]] = defaultdict(list)
    for row in rows.values():
        found[row[columns[0]] if len(columns) == 1 else tuple(row[key] for key in columns)].append(
            row
        )
    for spans in found.values():
        spans.sort(key=lambda span: span["since"])
    return found


Taker = Callable[[Row], None]


@dataclass(frozen=True, kw_only=True)
class SheetOutcome:
    counts: Mapping[Verdict, int]
    problems: Sequence[Problem]
    #: The first rows that change what is there, each with what it changes.
    changed: Sequence[tuple[Row, Sequence[Change]]] = ()


def go_through(
    ledger: Ledger, spec: SheetSpec, rows: Iterable[Row | BadRow], take: Taker
) -> SheetOutcome:
    """Every row through `take`, which puts into the ledger what the row changes."""
    counts: Counter[Verdict] = Counter(dict.fromkeys(Verdict, 0))
    problems: list[Problem] = []
    changed: list[tuple[Row, Sequence[Change]]] = []
    for row in rows:
        if isinstance(row, BadRow):
            problems += row.problems
            _break(ledger, spec, row)
            continue
        try:
            take(row)
        except Wrong as wrong:
            problems.append(problem_of(spec, row, wrong.column, wrong.reason))
            _break(ledger, spec, row)
        except RestsOnWrong:
            _break(ledger, spec, row)
        else:
            touched, verdict = ledger.touched, ledger.verdict()
            counts[verdict] += 1
            if verdict is Verdict.CHANGED and len(changed) < MOST_CHANGED:
                changed.append((row, touched))
        ledger.touched.clear()
    return SheetOutcome(counts=counts, problems=problems, changed=changed)


def problem_of(spec: SheetSpec, row: Row, column: str, reason: Reason) -> Problem:
    return Problem(
        sheet=spec.kind,
        row=row.number,
        column=spec.headings.get(column, ""),
        value=row.texts.get(column, ""),
        reason=reason,
    )


def _break(ledger: Ledger, spec: SheetSpec, row: Row | BadRow) -> None:
    if spec.named_by:
        named = " ".join(row.texts.get(key, "") for key in spec.named_by)
        ledger.broken.add((spec.kind, search_key(named)))


def _defaults(model: type[Base]) -> Record:
    return {
        column.name: column.default.arg if column.default and column.default.is_scalar else None
        for column in model.__table__.columns
    }
