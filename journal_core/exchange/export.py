"""Every sheet as the database holds it, importable again without a change."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.academic_year.models import BellSchedule, BellTime, GradingPeriod, Holiday
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.curriculum.models import CurriculumHours, Subject, TeachingLoad
from journal_core.database import Base
from journal_core.exchange.cells import written
from journal_core.exchange.sheets import (
    DAY_NAMES,
    GENDERS,
    GROUP_KINDS,
    PERIOD_KINDS,
    RELATIONS,
    YES_NO,
)
from journal_core.exchange.terms import SheetKind
from journal_core.orders.models import SchoolOrder
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.plans.models import PlanTopic, ThematicPlan
from journal_core.school.models import SchoolClass
from journal_core.timetable.models import TimetableEntry, TimetableVersion

#: A row on its way out: times are text.
Line = list[str | int | float | date | datetime | None]
Record = Mapping[str, Any]


class Lists:
    """The tables as plain rows, each read once for the whole export."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tables: dict[str, dict[UUID, Record]] = {}

    def rows(self, model: type[Base]) -> dict[UUID, Record]:
        name = model.__tablename__
        if name not in self._tables:
            found = self._session.execute(select(model.__table__)).mappings()
            self._tables[name] = {row["id"]: dict(row) for row in found}
        return self._tables[name]

    def person(self, id: UUID | None) -> str:
        person = self.rows(Person).get(id) if id else None
        return " ".join(_name(person)).strip() if person else ""

    def school_class(self, id: UUID | None) -> str:
        row = self.rows(SchoolClass).get(id) if id else None
        return f"{row['grade']}{row['letter']}" if row else ""

    def subject(self, id: UUID | None) -> str:
        return str(self.rows(Subject)[id]["name"]) if id else ""

    def group(self, id: UUID | None) -> str:
        return str(self.rows(StudyGroup)[id]["name"]) if id else ""

    def pupil(self, id: UUID) -> str:
        """The number of the personal file; the full name where the school keeps none."""
        pupil = self.rows(Pupil)[id]
        return str(pupil["file_number"] or self.person(pupil["person_id"]))

    def order(self, id: UUID | None) -> Line:
        order = self.rows(SchoolOrder).get(id) if id else None
        return [order["number"], order["signed_on"]] if order else [None, None]

    def by_class(self, id: UUID | None) -> tuple[Any, ...]:
        row = self.rows(SchoolClass).get(id) if id else None
        return (row["academic_year"], row["grade"], row["letter"]) if row else (0, 0, "")


def export(
    session: Session, kinds: Iterable[SheetKind] = tuple(SheetKind)
) -> dict[SheetKind, list[Line]]:
    """Sheet → its rows in the order of its columns (POL-3.4.6)."""
    lists = Lists(session)
    return {kind: list(_EXPORTS[kind](lists)) for kind in kinds}


def written_year(year: int) -> str:
    return f"{year}/{year + 1}"


def _name(person: Record) -> tuple[str, str, str]:
    return person["last_name"], person["first_name"], person["patronymic"]


def _staff(lists: Lists) -> Iterable[Line]:
    people = lists.rows(Person)
    for member in sorted(
        lists.rows(StaffMember).values(),
        key=lambda row: (people[row["person_id"]]["sort_key"], row["since"]),
    ):
        person = people[member["person_id"]]
        yield [
            *_name(person), person["birth_date"], member["position"],
            member["since"], member["until"], person["email"], person["phone"],
            *lists.order(member["end_order_id"] or member["order_id"]),
        ]  # fmt: skip


def _classes(lists: Lists) -> Iterable[Line]:
    for id in sorted(lists.rows(SchoolClass), key=lists.by_class):
        row = lists.rows(SchoolClass)[id]
        yield [
            written_year(row["academic_year"]),
            lists.school_class(id),
            lists.person(row["class_teacher_id"]),
        ]


def _pupils(lists: Lists) -> Iterable[Line]:
    """Each in the latest of the classes; one who never was in any is left out."""
    people = lists.rows(Person)
    last: dict[UUID, Record] = {}
    for span in sorted(lists.rows(ClassMembership).values(), key=lambda row: row["since"]):
        last[span["pupil_id"]] = span
    pupils = lists.rows(Pupil)
    for id, span in sorted(
        last.items(), key=lambda pair: people[pupils[pair[0]]["person_id"]]["sort_key"]
    ):
        person = people[pupils[id]["person_id"]]
        yield [
            pupils[id]["file_number"], *_name(person), person["birth_date"],
            written(GENDERS, person["gender"]), lists.school_class(span["class_id"]),
            span["since"], span["until"], person["email"], person["phone"],
            *lists.order(span["end_order_id"] or span["order_id"]),
        ]  # fmt: skip


def _representatives(lists: Lists) -> Iterable[Line]:
    people = lists.rows(Person)
    for link in sorted(
        lists.rows(Representation).values(),
        key=lambda row: (lists.pupil(row["pupil_id"]), people[row["person_id"]]["sort_key"]),
    ):
        person = people[link["person_id"]]
        if link["ended_on"] is None:
            yield [
                lists.pupil(link["pupil_id"]), *_name(person), written(RELATIONS, link["kind"]),
                link["basis"], link["valid_until"], person["phone"], person["email"],
            ]  # fmt: skip


def _subjects(lists: Lists) -> Iterable[Line]:
    for row in sorted(lists.rows(Subject).values(), key=lambda row: (row["position"], row["name"])):
        yield [row["name"], row["short_name"], row["position"]]


def _groups(lists: Lists) -> Iterable[Line]:
    for row in sorted(
        lists.rows(StudyGroup).values(),
        key=lambda row: (row["academic_year"], *lists.by_class(row["class_id"]), row["name"]),
    ):
        yield [
            written_year(row["academic_year"]), written(GROUP_KINDS, row["kind"]), row["name"],
            lists.school_class(row["class_id"]), lists.subject(row["subject_id"]),
            lists.person(row["leader_id"]),
        ]  # fmt: skip


def _group_members(lists: Lists) -> Iterable[Line]:
    groups = lists.rows(StudyGroup)
    for row in sorted(
        lists.rows(GroupMembership).values(),
        key=lambda row: (
            *lists.by_class(groups[row["group_id"]]["class_id"]),
            groups[row["group_id"]]["name"],
            lists.pupil(row["pupil_id"]),
            row["since"],
        ),
    ):
        group = groups[row["group_id"]]
        yield [
            written_year(group["academic_year"]), group["name"],
            lists.school_class(group["class_id"]), lists.subject(group["subject_id"]),
            lists.pupil(row["pupil_id"]), row["since"], row["until"],
            *lists.order(row["order_id"]),
        ]  # fmt: skip


def _curriculum(lists: Lists) -> Iterable[Line]:
    for row in sorted(
        lists.rows(CurriculumHours).values(),
        key=lambda row: (row["academic_year"], row["grade"], lists.subject(row["subject_id"])),
    ):
        yield [
            written_year(row["academic_year"]), row["grade"],
            lists.subject(row["subject_id"]), row["hours"],
        ]  # fmt: skip


def _load(lists: Lists) -> Iterable[Line]:
    for row in sorted(
        lists.rows(TeachingLoad).values(),
        key=lambda row: (
            row["academic_year"],
            lists.person(row["teacher_id"]),
            lists.subject(row["subject_id"]),
            *lists.by_class(row["class_id"]),
        ),
    ):
        yield [
            written_year(row["academic_year"]), lists.person(row["teacher_id"]),
            lists.subject(row["subject_id"]), lists.school_class(row["class_id"]),
            lists.group(row["group_id"]), row["hours"],
        ]  # fmt: skip


def _periods(lists: Lists) -> Iterable[Line]:
    for row in sorted(
        lists.rows(GradingPeriod).values(),
        key=lambda row: (row["academic_year"], row["first_grade"], row["number"]),
    ):
        yield [
            written_year(row["academic_year"]), written(PERIOD_KINDS, row["kind"]),
            row["number"], row["first_grade"], row["last_grade"], row["since"], row["until"],
        ]  # fmt: skip


def _holidays(lists: Lists) -> Iterable[Line]:
    for row in sorted(
        lists.rows(Holiday).values(), key=lambda row: (row["since"], row["first_grade"])
    ):
        yield [
            written_year(row["academic_year"]), row["name"],
            row["first_grade"], row["last_grade"], row["since"], row["until"],
        ]  # fmt: skip


def _bells(lists: Lists) -> Iterable[Line]:
    schedules = lists.rows(BellSchedule)
    for row in sorted(
        lists.rows(BellTime).values(),
        key=lambda row: (schedules[row["schedule_id"]]["name"], row["number"]),
    ):
        schedule = schedules[row["schedule_id"]]
        yield [
            schedule["name"], written(YES_NO, schedule["is_regular"]), row["number"],
            f"{row['starts']:%H:%M}", f"{row['ends']:%H:%M}",
        ]  # fmt: skip


def _timetable(lists: Lists) -> Iterable[Line]:
    versions = lists.rows(TimetableVersion)
    for row in sorted(
        lists.rows(TimetableEntry).values(),
        key=lambda row: (
            versions[row["version_id"]]["valid_from"],
            versions[row["version_id"]]["name"],
            row["weekday"],
            row["number"],
            *lists.by_class(row["class_id"]),
            lists.group(row["group_id"]),
        ),
    ):
        version = versions[row["version_id"]]
        yield [
            written_year(version["academic_year"]), version["name"], version["valid_from"],
            written(DAY_NAMES, row["weekday"]), row["number"],
            lists.school_class(row["class_id"]), lists.group(row["group_id"]),
            lists.subject(row["subject_id"]), lists.person(row["teacher_id"]), row["room"],
        ]  # fmt: skip


def _plans(lists: Lists) -> Iterable[Line]:
    plans = lists.rows(ThematicPlan)
    for row in sorted(
        lists.rows(PlanTopic).values(),
        key=lambda row: (*_plan_order(lists, plans[row["plan_id"]]), row["position"]),
    ):
        plan = plans[row["plan_id"]]
        yield [
            written_year(plan["academic_year"]), lists.subject(plan["subject_id"]),
            plan["grade"], plan["title"] or lists.subject(plan["subject_id"]),
            lists.school_class(plan["class_id"]), lists.group(plan["group_id"]),
            row["position"], row["section"], row["title"], row["hours"], row["homework"],
        ]  # fmt: skip


def _plan_order(lists: Lists, plan: Record) -> tuple[Any, ...]:
    return (
        plan["academic_year"],
        lists.subject(plan["subject_id"]),
        plan["grade"],
        plan["title"],
        lists.by_class(plan["class_id"]),
        lists.group(plan["group_id"]),
    )


_EXPORTS: Mapping[SheetKind, Callable[[Lists], Iterable[Line]]] = {
    SheetKind.STAFF: _staff,
    SheetKind.CLASSES: _classes,
    SheetKind.PUPILS: _pupils,
    SheetKind.REPRESENTATIVES: _representatives,
    SheetKind.SUBJECTS: _subjects,
    SheetKind.GROUPS: _groups,
    SheetKind.GROUP_MEMBERS: _group_members,
    SheetKind.CURRICULUM: _curriculum,
    SheetKind.LOAD: _load,
    SheetKind.PERIODS: _periods,
    SheetKind.HOLIDAYS: _holidays,
    SheetKind.BELLS: _bells,
    SheetKind.TIMETABLE: _timetable,
    SheetKind.PLANS: _plans,
}
