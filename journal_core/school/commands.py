"""Changing the school's settings, signatories and classes; drawing numbers."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import insert_unless_there
from journal_core.errors import NotFound, RuleBroken
from journal_core.people.commands import AddStaffMember, add_staff_member
from journal_core.people.queries import staff_member_named
from journal_core.people.rules import split_full_name
from journal_core.school.models import NumberSequence, SchoolClass, SettingValue, Signatory
from journal_core.school.queries import settings_on
from journal_core.school.rules import day_of_year
from journal_core.school.school_file import SchoolFile
from journal_core.school.terms import SETTING_TYPES, Setting

#: Settings that hold an hour, a day and month, a number of days in a study week.
_HOURS = frozenset({"reception_from", "reception_to"})
_DAYS = frozenset(name for name in SETTING_TYPES if name.endswith("_approved_by"))
_WEEK_DAYS = frozenset({5, 6})


@dataclass(frozen=True, kw_only=True)
class ChangeSettings:
    """New values of settings, in force from a date, by an order."""

    values: dict[str, Setting]
    valid_from: date
    order_number: str = ""


def change_settings(context: ActionContext, command: ChangeSettings) -> int:
    """Record the values that differ beside the old ones. Returns how many did.

    Raises RuleBroken for a setting that is unknown or of the wrong kind.
    """
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    for key, value in command.values.items():
        _check(key, value)
    before = settings_on(context.session, command.valid_from)
    changed = {key: value for key, value in command.values.items() if getattr(before, key) != value}
    if not changed:
        return 0
    context.session.add_all(
        SettingValue(
            key=key,
            value=value,
            valid_from=command.valid_from,
            order_number=command.order_number,
            recorded_at=context.now,
        )
        for key, value in changed.items()
    )
    record(context, AuditAction.SETTING_CHANGED, keys=sorted(changed))
    context.session.flush()
    return len(changed)


@dataclass(frozen=True, kw_only=True)
class AddSignatory:
    """Who may sign from a date on; the acting head is an entry of its own (SVC-2.14)."""

    person_id: UUID
    name: str
    name_dative: str
    position: str
    position_dative: str
    order_number: str
    order_date: date | None
    valid_from: date
    valid_to: date | None


def add_signatory(context: ActionContext, command: AddSignatory) -> UUID:
    """Raises RuleBroken when the entry would end before it begins."""
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    if command.valid_to is not None and command.valid_to < command.valid_from:
        raise RuleBroken("ends_before_it_begins")
    signatory = Signatory(
        person_id=command.person_id,
        name=command.name,
        name_dative=command.name_dative,
        position=command.position,
        position_dative=command.position_dative,
        order_number=command.order_number,
        order_date=command.order_date,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
    )
    context.session.add(signatory)
    context.session.flush()
    record(context, AuditAction.SIGNATORY_SAVED, signatory.id)
    return signatory.id


@dataclass(frozen=True, kw_only=True)
class EndSignatory:
    signatory_id: UUID
    valid_to: date


def end_signatory(context: ActionContext, command: EndSignatory) -> None:
    """The entry ends with the day; what was signed before stays signed."""
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    signatory = context.session.get(Signatory, command.signatory_id)
    if signatory is None:
        raise NotFound("signatory_unknown")
    if command.valid_to < signatory.valid_from:
        raise RuleBroken("ends_before_it_begins")
    signatory.valid_to = command.valid_to
    record(context, AuditAction.SIGNATORY_SAVED, signatory.id)


@dataclass(frozen=True, kw_only=True)
class SaveClass:
    """A class of an academic year and its class teacher."""

    academic_year: int
    grade: int
    letter: str
    class_teacher_id: UUID | None = None


def save_class(context: ActionContext, command: SaveClass) -> UUID:
    """Add the class, or set the class teacher of the one that is there (POL-3.4.1)."""
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    letter = command.letter.strip().upper()
    school_class = context.session.scalars(
        select(SchoolClass).where(
            SchoolClass.academic_year == command.academic_year,
            SchoolClass.grade == command.grade,
            SchoolClass.letter == letter,
        )
    ).first()
    if school_class is None:
        school_class = SchoolClass(
            academic_year=command.academic_year, grade=command.grade, letter=letter
        )
        context.session.add(school_class)
    school_class.class_teacher_id = command.class_teacher_id
    context.session.flush()
    record(context, AuditAction.CLASS_SAVED, school_class.id)
    return school_class.id


@dataclass(frozen=True, kw_only=True)
class ImportSchool:
    file: SchoolFile


def import_school(context: ActionContext, command: ImportSchool) -> None:
    """Take over another copy of the school: settings with their dates, signatories, classes.

    What is here already stays; a file imported twice changes nothing the second time. Raises
    RuleBroken for a setting that is unknown or of the wrong kind; then nothing is taken.
    """
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    for entry in command.file.settings:
        change_settings(
            context,
            ChangeSettings(
                values={entry.key: entry.value},
                valid_from=entry.valid_from,
                order_number=entry.order_number,
            ),
        )
    for told in command.file.signatories:
        person_id = staff_member_named(context.session, told.person) or add_staff_member(
            context,
            AddStaffMember(name=split_full_name(told.person), position=told.position),
        )
        is_here = context.session.scalar(
            select(Signatory.id).where(
                Signatory.person_id == person_id, Signatory.valid_from == told.valid_from
            )
        )
        if is_here is None:
            add_signatory(
                context,
                AddSignatory(
                    person_id=person_id,
                    name=told.name,
                    name_dative=told.name_dative,
                    position=told.position,
                    position_dative=told.position_dative,
                    order_number=told.order_number,
                    order_date=told.order_date,
                    valid_from=told.valid_from,
                    valid_to=told.valid_to,
                ),
            )
    present = {
        (row.academic_year, row.grade, row.letter)
        for row in context.session.scalars(select(SchoolClass))
    }
    for year, grade, letter in command.file.classes:
        if (year, grade, letter) not in present:
            save_class(context, SaveClass(academic_year=year, grade=grade, letter=letter))
    record(context, AuditAction.SCHOOL_IMPORTED)


def _check(key: str, value: Any) -> None:
    kind: type[Any] | None = SETTING_TYPES.get(key)
    if kind is None:
        raise RuleBroken("setting_unknown", names=key)
    fits = type(value) is kind and not (kind is int and value < 0)
    if not fits or not _is_sensible(key, value):
        raise RuleBroken("setting_of_other_kind", names=key)


def _is_sensible(key: str, value: Any) -> bool:
    if key in _HOURS:
        return _is_hour(value)
    if key in _DAYS:
        return day_of_year(value) is not None
    return key != "study_week_days" or value in _WEEK_DAYS


def _is_hour(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True


def next_number(context: ActionContext, series: str, year: int) -> int:
    """The next number of the series in the year. The row stays locked until the commit.

    So that two draws cannot give one number, and a rolled back act leaves no gap.
    """
    query = (
        select(NumberSequence)
        .where(NumberSequence.series == series, NumberSequence.year == year)
        .with_for_update()
    )
    sequence = context.session.scalars(query).first()
    if sequence is None:
        # Another transaction may have begun the series meanwhile.
        insert_unless_there(context.session, NumberSequence, series=series, year=year, last=0)
        sequence = context.session.scalars(query).one()
    sequence.last += 1
    context.session.flush()
    return sequence.last
