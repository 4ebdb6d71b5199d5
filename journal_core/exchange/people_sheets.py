"""Staff, classes, pupils and representatives: what a row of each sheet changes."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.exchange.ledger import Ledger, Record, Taker, Wrong, spans_by
from journal_core.exchange.sheets import Row
from journal_core.exchange.terms import Reason
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.rules import search_key
from journal_core.people.terms import PersonName
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of

_DAY = timedelta(days=1)


def name_in(row: Row) -> PersonName:
    return PersonName(
        last_name=row["last_name"],
        first_name=row["first_name"],
        patronymic=row["patronymic"] or "",
    )


def add_person(ledger: Ledger, row: Row, **values: Any) -> UUID:
    name = name_in(row)
    return ledger.add(
        Person,
        last_name=name.last_name,
        first_name=name.first_name,
        patronymic=name.patronymic,
        search_key=search_key(name.full),
        sort_key=search_key(name.full),
        email=row["email"] or "",
        phone=row["phone"] or "",
        **values,
    )


def once(seen: set[Any], key: Any, column: str) -> None:
    """Raises Wrong for a row that an earlier one of the sheet said already."""
    if key in seen:
        raise Wrong(column, Reason.REPEATED)
    seen.add(key)


def check_span(row: Row) -> None:
    if row["until"] is not None and row["until"] < row["since"]:
        raise Wrong("until", Reason.SPAN)


def staff(ledger: Ledger) -> Taker:
    """A person of the staff is known by the full name, and by the birth date where two share it;
    a position by its name and first day (POL-3.4.11)."""
    people, members = ledger.rows(Person), ledger.rows(StaffMember)
    known: dict[str, set[UUID]] = defaultdict(set)
    for member in members.values():
        known[people[member["person_id"]]["search_key"]].add(member["person_id"])
    outside: dict[tuple[str, date | None], UUID] = {
        (person["search_key"], person["birth_date"]): id for id, person in people.items()
    }
    held = spans_by(members, "person_id")
    seen: set[Any] = set()

    def person_of(row: Row) -> UUID | None:
        key, born = search_key(name_in(row).full), row["birth_date"]
        alike = [id for id in known[key] if not born or people[id]["birth_date"] in {born, None}]
        exact = [id for id in alike if born and people[id]["birth_date"] == born]
        found = exact or alike
        if len(found) > 1:
            raise Wrong("last_name", Reason.PERSON_DOUBTFUL)
        if found:
            return found[0]
        return outside.get((key, born)) if born else None

    def take(row: Row) -> None:
        check_span(row)
        person_id = person_of(row)
        key = search_key(name_in(row).full)
        once(
            seen,
            (person_id or (key, row["birth_date"]), search_key(row["position"]), row["since"]),
            "position",
        )
        if person_id is None:
            person_id = add_person(ledger, row, birth_date=row["birth_date"])
            seen.add((person_id, search_key(row["position"]), row["since"]))
        else:
            ledger.change(
                Person,
                person_id,
                birth_date=row["birth_date"],
                email=row["email"],
                phone=row["phone"],
            )
        known[key].add(person_id)
        _hold(ledger, row, person_id, held[person_id])

    return take


def _hold(ledger: Ledger, row: Row, person_id: UUID, held: list[Record]) -> None:
    """The position of the row: begun, ended, or there already."""
    same = [one for one in held if search_key(one["position"]) == search_key(row["position"])]
    found = next((one for one in same if one["since"] == row["since"]), None)
    if found is not None:
        if row["until"] is not None and found["until"] != row["until"]:
            order_id = ledger.order(row, OrderKind.STAFFING)
            ledger.put(StaffMember, found["id"], until=row["until"], end_order_id=order_id)
        return
    if any(one["until"] is None for one in same):
        raise Wrong("since", Reason.SINCE_DIFFERS)
    id = ledger.add(
        StaffMember,
        person_id=person_id,
        position=row["position"],
        since=row["since"],
        until=row["until"],
        order_id=ledger.order(row, OrderKind.STAFFING),
    )
    held.append(ledger.rows(StaffMember)[id])


def classes(ledger: Ledger) -> Taker:
    known = {
        (row["academic_year"], row["grade"], row["letter"]): id
        for id, row in ledger.rows(SchoolClass).items()
    }
    seen: set[Any] = set()

    def take(row: Row) -> None:
        grade, letter = row["class"]
        key = (row["year"], grade, letter)
        once(seen, key, "class")
        teacher_id = ledger.teacher(row, "teacher")
        if key in known:
            ledger.change(SchoolClass, known[key], class_teacher_id=teacher_id)
        else:
            known[key] = ledger.add(
                SchoolClass,
                academic_year=row["year"],
                grade=grade,
                letter=letter,
                class_teacher_id=teacher_id,
            )

    return take


def pupils(ledger: Ledger) -> Taker:
    """A pupil is known by the number of the personal file; one whose number the school does not
    know yet, by full name and birth date. A class that differs is a transfer (POL-3.4.11)."""
    people, rows = ledger.rows(Person), ledger.rows(Pupil)
    by_number = {search_key(row["file_number"]): id for id, row in rows.items()}
    by_number.pop("", None)
    unnumbered = {
        (people[row["person_id"]]["search_key"], people[row["person_id"]]["birth_date"]): id
        for id, row in rows.items()
        if not row["file_number"]
    }
    pupil_persons = {row["person_id"] for row in rows.values()}
    others = {
        (person["search_key"], person["birth_date"]): id
        for id, person in people.items()
        if person["birth_date"] and id not in pupil_persons
    }
    spans = spans_by(ledger.rows(ClassMembership), "pupil_id")
    seats = spans_by(ledger.rows(GroupMembership), "pupil_id")
    seen: set[Any] = set()

    def take(row: Row) -> None:
        check_span(row)
        if row["birth_date"] > ledger.today:
            raise Wrong("birth_date", Reason.DATE_AHEAD)
        number = search_key(row["file_number"] or "")
        who = (search_key(name_in(row).full), row["birth_date"])
        once(seen, number or who, "file_number" if number else "last_name")
        pupil_id = by_number.get(number) or unnumbered.get(who)
        if pupil_id is None and not number:
            raise Wrong("file_number", Reason.REQUIRED)
        if pupil_id is None:
            _enrol(ledger, row, others.get(who))
        else:
            _check_same(people[rows[pupil_id]["person_id"]], row)
            _correct(ledger, row, pupil_id)
            _move(ledger, row, pupil_id, spans[pupil_id], seats[pupil_id])

    return take


def _enrol(ledger: Ledger, row: Row, person_id: UUID | None) -> None:
    class_id = ledger.classes_on(row)[0]
    order_id = ledger.order(row, OrderKind.ENROLMENT if row["until"] is None else OrderKind.LEAVING)
    if person_id is None:
        person_id = add_person(ledger, row, birth_date=row["birth_date"], gender=row["gender"])
    pupil_id = ledger.add(
        Pupil,
        person_id=person_id,
        file_number=row["file_number"],
        enrolled_on=row["since"],
        left_on=row["until"],
    )
    _begin(ledger, row, pupil_id, class_id, order_id)


def _begin(ledger: Ledger, row: Row, pupil_id: UUID, class_id: UUID, order_id: UUID | None) -> None:
    """A span in a class. One that is over already was ended by the order that the row cites."""
    is_over = row["until"] is not None
    ledger.add(
        ClassMembership,
        pupil_id=pupil_id,
        class_id=class_id,
        since=row["since"],
        until=row["until"],
        order_id=None if is_over else order_id,
        end_order_id=order_id if is_over else None,
    )


def _check_same(person: Record, row: Row) -> None:
    """A name may be corrected, or a birth date; who differs in both is another child."""
    parts = ["last_name", "first_name"]
    if row["patronymic"] and person["patronymic"]:
        parts.append("patronymic")
    is_named_so = all(search_key(person[part]) == search_key(row[part]) for part in parts)
    if not is_named_so and person["birth_date"] not in {None, row["birth_date"]}:
        raise Wrong("file_number", Reason.PUPIL_OTHER)


def _correct(ledger: Ledger, row: Row, pupil_id: UUID) -> None:
    """Name and contacts as the row has them; an empty cell leaves what is there."""
    pupil = ledger.rows(Pupil)[pupil_id]
    person_id = pupil["person_id"]
    name = name_in(row)
    ledger.change(Pupil, pupil_id, file_number=row["file_number"])
    ledger.change(
        Person,
        person_id,
        last_name=name.last_name,
        first_name=name.first_name,
        patronymic=row["patronymic"],
        birth_date=row["birth_date"],
        gender=row["gender"],
        email=row["email"],
        phone=row["phone"],
    )
    person = ledger.rows(Person)[person_id]
    full = search_key(
        PersonName(
            last_name=person["last_name"],
            first_name=person["first_name"],
            patronymic=person["patronymic"],
        ).full
    )
    ledger.change(Person, person_id, search_key=full, sort_key=full)


def _move(
    ledger: Ledger, row: Row, pupil_id: UUID, spans: list[Record], seats: list[Record]
) -> None:
    """Nothing, a transfer, a leaving or a return: what the row says against the last span.

    Groups end as in `classes.commands`: those of the old class and year with a transfer, all of
    them with a leaving (POL-3.4.11).
    """
    meant = ledger.classes_on(row)
    last = spans[-1] if spans else None
    same = next((s for s in spans if s["since"] == row["since"] and s["class_id"] in meant), None)
    if same is not None:
        if same is last and row["until"] not in {None, same["until"]}:
            _leave(ledger, row, pupil_id, same["id"])
            _end_groups(ledger, seats, row["until"])
        return
    if last is None or (last["until"] is not None and last["until"] < row["since"]):
        returned = ledger.order(row, OrderKind.ENROLMENT)
        ledger.put(Pupil, pupil_id, left_on=row["until"])
        _begin(ledger, row, pupil_id, meant[0], returned)
        return
    if last["class_id"] in meant and last["until"] is None:
        raise Wrong("since", Reason.SINCE_DIFFERS)
    if row["since"] <= last["since"] or last["until"] is not None:
        raise Wrong("since", Reason.SPAN_MEETS)
    order_id = ledger.order(row, OrderKind.TRANSFER)
    ledger.put(ClassMembership, last["id"], until=row["since"] - _DAY, end_order_id=order_id)
    _begin(ledger, row, pupil_id, meant[0], order_id)
    _end_groups(ledger, _of_the_past(ledger, seats, last["class_id"], row), row["since"] - _DAY)
    if row["until"] is not None:
        ledger.put(Pupil, pupil_id, left_on=row["until"])
        _end_groups(ledger, seats, row["until"])


def _of_the_past(ledger: Ledger, seats: list[Record], class_id: UUID, row: Row) -> list[Record]:
    """The seats in groups that divide the class, or are of another year than the row's."""
    groups, year = ledger.rows(StudyGroup), academic_year_of(row["since"])
    return [
        seat
        for seat in seats
        if groups[seat["group_id"]]["class_id"] == class_id
        or groups[seat["group_id"]]["academic_year"] != year
    ]


def _end_groups(ledger: Ledger, seats: list[Record], last: date) -> None:
    """What would begin after the last day never begins."""
    kept = ledger.rows(GroupMembership)
    for seat in [seat for seat in seats if seat["id"] in kept]:
        if seat["since"] > last:
            ledger.remove(GroupMembership, seat["id"])
        elif seat["until"] is None or seat["until"] > last:
            ledger.put(GroupMembership, seat["id"], until=last)


def _leave(ledger: Ledger, row: Row, pupil_id: UUID, span_id: UUID) -> None:
    order_id = ledger.order(row, OrderKind.LEAVING)
    ledger.put(ClassMembership, span_id, until=row["until"], end_order_id=order_id)
    ledger.put(Pupil, pupil_id, left_on=row["until"])


def representatives(ledger: Ledger) -> Taker:
    """A representative is known by name and child; one person of several children by name and
    the same telephone or address."""
    people = ledger.rows(Person)
    links = {
        (people[link["person_id"]]["search_key"], link["pupil_id"]): id
        for id, link in ledger.rows(Representation).items()
    }
    reached: dict[tuple[str, str], UUID] = {}

    def note(person_id: UUID) -> None:
        person = people[person_id]
        for contact in (person["phone"], person["email"]):
            if contact:
                reached.setdefault((person["search_key"], contact), person_id)

    for link in list(ledger.rows(Representation).values()):
        note(link["person_id"])
    seen: set[Any] = set()

    def take(row: Row) -> None:
        pupil_id = ledger.pupil(row)
        key = search_key(name_in(row).full)
        once(seen, (key, pupil_id), "last_name")
        link_id = links.get((key, pupil_id))
        if link_id is not None:
            ledger.change(
                Representation,
                link_id,
                kind=row["relation"],
                basis=row["basis"],
                valid_until=row["until"],
            )
            person_id = ledger.rows(Representation)[link_id]["person_id"]
            ledger.change(Person, person_id, email=row["email"], phone=row["phone"])
            note(person_id)
            return
        contacts = [contact for contact in (row["phone"], row["email"]) if contact]
        known = next((reached[key, one] for one in contacts if (key, one) in reached), None)
        person_id = known or add_person(ledger, row)
        note(person_id)
        ledger.add(
            Representation,
            person_id=person_id,
            pupil_id=pupil_id,
            kind=row["relation"],
            basis=row["basis"] or "",
            valid_until=row["until"],
        )

    return take
