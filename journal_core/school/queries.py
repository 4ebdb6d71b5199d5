"""Reading the school."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from journal_core.access.models import Account, StandIn
from journal_core.database import Prepared, read_once
from journal_core.people.models import Person
from journal_core.school.models import SchoolClass, SchoolMark, SettingValue, Signatory
from journal_core.school.school_file import DatedSetting, SchoolFile, ToldSignatory
from journal_core.school.terms import SchoolSettings


def settings_on(session: Session, on: date) -> SchoolSettings:
    """The settings valid on the date; what was never set has the product's default."""
    return _valid_on(_settings(session), on)


def settings_by_day(session: Session, days: Iterable[date]) -> dict[date, SchoolSettings]:
    """The settings valid on each of the days, in one statement."""
    valid = _settings(session)
    return {day: _valid_on(valid, day) for day in set(days)}


@read_once
def _settings(session: Session) -> Mapping[date, SchoolSettings]:
    """The settings since each day on which one changed, and before the first."""
    rows = session.execute(_setting_values()).all()
    return {
        since: SchoolSettings(**{row.key: row.value for row in rows if row.valid_from <= since})
        for since in (date.min, *sorted({row.valid_from for row in rows}))
    }


@cache
def _setting_values() -> Prepared:
    return select(SettingValue.valid_from, SettingValue.key, SettingValue.value).order_by(
        SettingValue.valid_from, SettingValue.id
    )


def _valid_on(valid: Mapping[date, SchoolSettings], on: date) -> SchoolSettings:
    return valid[max(since for since in valid if since <= on)]


def signatory_on(session: Session, on: date, person_id: UUID | None = None) -> Signatory | None:
    """The signatory in office on the date: the person's own entry, or the latest one."""
    query = select(Signatory).where(
        Signatory.valid_from <= on, or_(Signatory.valid_to.is_(None), Signatory.valid_to >= on)
    )
    if person_id is not None:
        query = query.where(Signatory.person_id == person_id)
    return session.scalars(query.order_by(Signatory.valid_from.desc())).first()


def setting_history(session: Session) -> Sequence[SettingValue]:
    """Every value that a setting ever had, the newest first."""
    return session.scalars(
        select(SettingValue).order_by(SettingValue.valid_from.desc(), SettingValue.id.desc())
    ).all()


def signatories(session: Session) -> list[tuple[Signatory, Person]]:
    """Every entry of the list of signatories, the newest first."""
    rows = session.execute(
        select(Signatory, Person)
        .join(Person, Person.id == Signatory.person_id)
        .order_by(Signatory.valid_from.desc())
    )
    return [(signatory, person) for signatory, person in rows]


def school_file(session: Session) -> SchoolFile:
    """The school as `import_school` takes it: settings with dates, signatories, classes."""
    history = reversed(setting_history(session))
    return SchoolFile(
        settings=tuple(
            DatedSetting(
                key=row.key,
                value=row.value,
                valid_from=row.valid_from,
                order_number=row.order_number,
            )
            for row in history
        ),
        signatories=tuple(
            ToldSignatory(
                person=person.name.full,
                name=row.name,
                name_dative=row.name_dative,
                position=row.position,
                position_dative=row.position_dative,
                order_number=row.order_number,
                order_date=row.order_date,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row, person in signatories(session)
        ),
        classes=tuple(
            (row.academic_year, row.grade, row.letter)
            for row in session.scalars(
                select(SchoolClass).order_by(
                    SchoolClass.academic_year, SchoolClass.grade, SchoolClass.letter
                )
            )
        ),
    )


def class_named(session: Session, name: str) -> SchoolClass | None:
    """The class written as «6А», in its latest academic year."""
    classes = session.scalars(select(SchoolClass).order_by(SchoolClass.academic_year.desc()))
    wanted = name.strip().upper()
    return next((row for row in classes if row.name.upper() == wanted), None)


def is_demo_database(session: Session) -> bool | None:
    """Whether the database is marked as a demo; None when it carries no mark yet."""
    mark = session.get(SchoolMark, 1)
    return None if mark is None else mark.demo


def classes_of_year(session: Session, academic_year: int) -> Sequence[SchoolClass]:
    """The classes of the academic year, 1А first."""
    return session.scalars(
        select(SchoolClass)
        .where(SchoolClass.academic_year == academic_year)
        .order_by(SchoolClass.grade, SchoolClass.letter)
    ).all()


def is_led_by(
    person_id: UUID | BindParameter[Any] | None, on: date | BindParameter[Any]
) -> ColumnElement[bool]:
    """Whether the person is the class's teacher, or stands in for that teacher on the date.

    A statement that is put together once tells both when it is asked.
    """
    # An actor who is no person must not meet the classes that have no class teacher.
    if person_id is None:
        return false()
    stood_in = (
        select(StandIn.class_id)
        .join(Account, Account.id == StandIn.account_id)
        .where(
            Account.person_id == person_id,
            StandIn.class_id.is_not(None),
            StandIn.valid_from <= on,
            StandIn.valid_to >= on,
        )
    )
    return or_(SchoolClass.class_teacher_id == person_id, SchoolClass.id.in_(stood_in))


def classes_led_by(
    session: Session, person_id: UUID, academic_year: int, on: date
) -> list[SchoolClass]:
    """The classes of the academic year that the person leads on the date, 1А first."""
    led = set(session.scalars(select(SchoolClass.id).where(is_led_by(person_id, on))))
    return [row for row in classes_of_year(session, academic_year) if row.id in led]


def classes_of_latest_year(session: Session) -> list[SchoolClass]:
    """The classes of the newest academic year, 1А first."""
    rows = session.scalars(
        select(SchoolClass).order_by(
            SchoolClass.academic_year.desc(), SchoolClass.grade, SchoolClass.letter
        )
    ).all()
    return [row for row in rows if row.academic_year == rows[0].academic_year]
