"""The tables of another system as our sheets; their ids are kept beside the rows they became."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journal_core.academic_year.models import GradingPeriod
from journal_core.curriculum.models import Subject
from journal_core.database import Base
from journal_core.exchange.cells import written
from journal_core.exchange.export import written_year
from journal_core.exchange.ledger import Ledger
from journal_core.exchange.models import ExternalId
from journal_core.exchange.oneroster import HOMEROOM, POSITIONS, SESSION_TYPES
from journal_core.exchange.sheets import PERIOD_KINDS, SPECS
from journal_core.exchange.terms import Book, RawSheet, SheetKind
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.rules import search_key
from journal_core.school.models import SchoolClass

_RELATIVES = {"parent": "родитель", "relative": "родитель", "guardian": "опекун"}
_KINDS = {theirs: written(PERIOD_KINDS, ours) for ours, theirs in SESSION_TYPES.items()}
#: A period's title as we give it out: number, kind, grades.
_TITLE = re.compile(r"(\d+) [а-я]+, (\d+)–(\d+)")

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Foreign:
    """A row of theirs, and how the row of ours that it becomes is found."""

    kind: type[Base]
    foreign_id: str
    key: str


class Theirs:
    """The tables of another system, as our sheets.

    Whom we know by an id of ours, or by one kept from an earlier import, keeps our number and
    name. Hours are not in OneRoster: the load is not taken over.
    """

    def __init__(self, ledger: Ledger, raw: Mapping[str, RawSheet]) -> None:
        self.ledger = ledger
        self.raw = raw
        self.foreign: list[Foreign] = []
        self.kept = {
            (row["kind"], row["foreign_id"]): row["local_id"]
            for row in ledger.rows(ExternalId).values()
        }
        self.users = {row["sourcedId"]: (at, row) for at, row in self.table("users")}
        self.roles: dict[str, list[Facts]] = defaultdict(list)
        for _at, row in self.table("roles"):
            self.roles[row["userSourcedId"]].append(row)
        self.born = {row["sourcedId"]: row for _at, row in self.table("demographics")}
        self.years = {
            row["sourcedId"]: int(row["schoolYear"]) - 1
            for _at, row in self.table("academicSessions")
            if row.get("schoolYear", "").isdecimal()
        }
        self.homerooms = {
            row["sourcedId"]: (at, row)
            for at, row in self.table("classes")
            if row.get("classType") == "homeroom"
        }
        self.members: dict[str, list[Facts]] = defaultdict(list)
        for _at, row in self.table("enrollments"):
            if row["classSourcedId"] in self.homerooms:
                self.members[row["userSourcedId"]].append(row)

    def table(self, name: str) -> Iterator[tuple[int, Facts]]:
        sheet = self.raw.get(f"{name}.csv")
        if sheet is None:
            return
        for number, cells in sheet.rows:
            facts = dict(zip(sheet.headings, cells, strict=False))
            if facts.get("status") != "tobedeleted":
                yield number, defaultdict(str, facts)

    def book(self) -> Book:
        makers = {
            SheetKind.STAFF: self._staff,
            SheetKind.CLASSES: self._classes,
            SheetKind.PUPILS: self._pupils,
            SheetKind.REPRESENTATIVES: self._representatives,
            SheetKind.SUBJECTS: self._subjects,
            SheetKind.PERIODS: self._periods,
        }
        return Book(sheets={kind: _sheet(kind, make()) for kind, make in makers.items()})

    def _local(self, model: type[Base], foreign_id: str) -> UUID | None:
        """Our row: by our own id, or by the one kept for theirs."""
        kept = self.kept.get((model.__tablename__, foreign_id))
        try:
            own = UUID(foreign_id)
        except ValueError:
            own = None
        return next((id for id in (own, kept) if id in self.ledger.rows(model)), None)

    def _note(self, model: type[Base], foreign_id: str, key: str) -> None:
        if self._local(model, foreign_id) is None:
            self.foreign.append(Foreign(model, foreign_id, search_key(key)))

    def _full_name(self, foreign_id: str) -> str:
        known = self._local(Person, foreign_id)
        if known is not None:
            person = self.ledger.rows(Person)[known]
            names = (person["last_name"], person["first_name"], person["patronymic"])
        else:
            names = _names(self.users.get(foreign_id, (0, defaultdict(str)))[1])
        return " ".join(filter(None, names))

    def _number(self, foreign_id: str) -> str:
        """The number of the personal file: ours, theirs, or their id where they have none."""
        known = self._local(Person, foreign_id)
        for pupil in self.ledger.rows(Pupil).values() if known else ():
            if pupil["person_id"] == known:
                return str(pupil["file_number"]) or self._full_name(foreign_id)
        facts = self.users.get(foreign_id, (0, defaultdict(str)))[1]
        return facts["identifier"] or foreign_id[:50]

    def _staff(self) -> Iterator[tuple[int, list[str]]]:
        held = {row["person_id"] for row in self.ledger.rows(StaffMember).values()}
        for id, (at, user) in self.users.items():
            known = self._local(Person, id)
            for role in self.roles[id]:
                if role["role"] not in POSITIONS or known in held:
                    continue
                since = role["beginDate"] or date(min(self.years.values(), default=2000), 9, 1)
                born = self.born.get(id, {}).get("birthDate", "")
                self._note(Person, id, self._full_name(id))
                yield at, [
                    *_names(user), born, POSITIONS[role["role"]], str(since), role["endDate"],
                    user["email"], user["phone"], "", "",
                ]  # fmt: skip

    def _classes(self) -> Iterator[tuple[int, list[str]]]:
        led = {
            row["classSourcedId"]: row["userSourcedId"]
            for rows in self.members.values()
            for row in rows
            if row["role"] == "teacher"
        }
        for id, (at, row) in self.homerooms.items():
            self._note(SchoolClass, id, row["title"])
            leader = self._full_name(led[id]) if id in led else ""
            yield at, [self._year(row["termSourcedIds"]), row["title"], leader]

    def _year(self, sessions: str) -> str:
        years = [self.years[one] for one in sessions.split(",") if one in self.years]
        return written_year(years[0]) if years else ""

    def _pupils(self) -> Iterator[tuple[int, list[str]]]:
        """The latest class of each."""
        sexes = {"female": "ж", "male": "м"}
        for id, (at, user) in self.users.items():
            if not any(role["role"] == "student" for role in self.roles[id]):
                continue
            rows = sorted(
                (row for row in self.members[id] if row["role"] == "student"),
                key=lambda row: row["beginDate"],
            )
            last = rows[-1] if rows else defaultdict(str)
            home = self.homerooms.get(last["classSourcedId"], (0, defaultdict(str)))[1]
            year = self._year(home["termSourcedIds"])
            since = last["beginDate"] or (f"{year[:4]}-09-01" if year else "")
            born = self.born.get(id, {})
            number = self._number(id)
            own = number if number != self._full_name(id) else ""
            self._note(Person, id, number)
            yield at, [
                own, *_names(user), born.get("birthDate", ""), sexes.get(born.get("sex", ""), ""),
                home["title"], since, last["endDate"], user["email"], user["phone"], "", "",
            ]  # fmt: skip

    def _representatives(self) -> Iterator[tuple[int, list[str]]]:
        pupils = self.ledger.rows(Pupil)
        linked = {
            (pupils[row["pupil_id"]]["person_id"], row["person_id"])
            for row in self.ledger.rows(Representation).values()
        }
        for id, (_at, child) in self.users.items():
            for agent in filter(None, child["agentSourcedIds"].split(",")):
                is_linked = (self._local(Person, id), self._local(Person, agent)) in linked
                if agent not in self.users or is_linked:
                    continue
                at, user = self.users[agent]
                roles = [one["role"] for one in self.roles[agent] if one["role"] in _RELATIVES]
                relation = _RELATIVES[roles[0]] if roles else "родитель"
                yield at, [
                    self._number(id), *_names(user), relation, "", "",
                    user["phone"], user["email"],
                ]  # fmt: skip

    def _subjects(self) -> Iterator[tuple[int, list[str]]]:
        used = {
            row["courseSourcedId"]
            for _at, row in self.table("classes")
            if row["classType"] == "homeroom"
        }
        for at, row in self.table("courses"):
            if row["sourcedId"] not in used | {HOMEROOM}:
                self._note(Subject, row["sourcedId"], row["title"])
                yield at, [row["title"], row["courseCode"][:20], ""]

    def _periods(self) -> Iterator[tuple[int, list[str]]]:
        """The sessions of the kind that they have most of; grades are in our own titles alone."""
        found = [
            (at, row)
            for at, row in self.table("academicSessions")
            if row["type"] in _KINDS and self._local(GradingPeriod, row["sourcedId"]) is None
        ]
        kinds = Counter(row["type"] for _at, row in found if not _TITLE.fullmatch(row["title"]))
        chosen = kinds.most_common(1)[0][0] if kinds else ""
        count: Counter[str] = Counter()
        for at, row in sorted(found, key=lambda pair: pair[1]["startDate"]):
            ours = _TITLE.fullmatch(row["title"])
            if ours is None and row["type"] != chosen:
                continue
            count[row["parentSourcedId"]] += 1
            told = ours.groups() if ours else (str(count[row["parentSourcedId"]]), "1", "11")
            year = self.years.get(row["sourcedId"])
            yield at, [
                written_year(year) if year else "", _KINDS[row["type"]], *told,
                row["startDate"], row["endDate"],
            ]  # fmt: skip

    def keep_ids(self) -> None:
        """Keep the foreign ids of what the sheets brought in; the rows have been gone through."""
        found: dict[type[Base], Mapping[str, UUID | None]] = {
            SchoolClass: {
                search_key(f"{row['grade']}{row['letter']}"): id
                for id, row in self.ledger.rows(SchoolClass).items()
            },
            Subject: {search_key(row["name"]): id for id, row in self.ledger.rows(Subject).items()},
            Person: self._people(),
        }
        for one in self.foreign:
            local_id = found[one.kind].get(one.key)
            key = (one.kind.__tablename__, one.foreign_id)
            if local_id is not None and key not in self.kept:
                self.kept[key] = local_id
                self.ledger.add(ExternalId, kind=key[0], foreign_id=key[1], local_id=local_id)
        self.ledger.touched.clear()

    def _people(self) -> dict[str, UUID | None]:
        """Staff by name, pupils by number; a name that two share is nobody's."""
        people = self.ledger.rows(Person)
        named: dict[str, UUID | None] = {}
        for member in self.ledger.rows(StaffMember).values():
            key, id = people[member["person_id"]]["search_key"], member["person_id"]
            named[key] = id if named.get(key, id) == id else None
        numbered = {
            search_key(row["file_number"]): row["person_id"]
            for row in self.ledger.rows(Pupil).values()
        }
        return {**named, **numbered}


def _names(user: Facts) -> tuple[str, str, str]:
    return user["familyName"], user["givenName"], user["middleName"]


def _sheet(kind: SheetKind, rows: Iterable[tuple[int, Sequence[str]]]) -> RawSheet:
    spec = SPECS[kind]
    return RawSheet(
        title=spec.title,
        headings=[column.heading for column in spec.columns],
        rows=list(rows),
    )
