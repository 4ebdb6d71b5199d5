"""Reading the school."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journal_core.school.models import SchoolClass, SchoolMark, SettingValue, Signatory
from journal_core.school.terms import SchoolSettings


def settings_on(session: Session, on: date) -> SchoolSettings:
    """The settings valid on the date; what was never set has the product's default."""
    rows = session.scalars(
        select(SettingValue)
        .where(SettingValue.valid_from <= on)
        .order_by(SettingValue.valid_from, SettingValue.id)
    )
    return SchoolSettings(**{row.key: row.value for row in rows})


def signatory_on(session: Session, on: date, person_id: UUID | None = None) -> Signatory | None:
    """The signatory in office on the date: the person's own entry, or the latest one."""
    query = select(Signatory).where(
        Signatory.valid_from <= on, or_(Signatory.valid_to.is_(None), Signatory.valid_to >= on)
    )
    if person_id is not None:
        query = query.where(Signatory.person_id == person_id)
    return session.scalars(query.order_by(Signatory.valid_from.desc())).first()


def class_named(session: Session, name: str) -> SchoolClass | None:
    """The class written as «6А», in its latest academic year."""
    classes = session.scalars(select(SchoolClass).order_by(SchoolClass.academic_year.desc()))
    wanted = name.strip().upper()
    return next((row for row in classes if row.name.upper() == wanted), None)


def is_demo_database(session: Session) -> bool | None:
    """Whether the database is marked as a demo; None when it carries no mark yet."""
    mark = session.get(SchoolMark, 1)
    return None if mark is None else mark.demo


def classes_of_latest_year(session: Session) -> list[SchoolClass]:
    """The classes of the newest academic year, 1А first."""
    rows = session.scalars(
        select(SchoolClass).order_by(
            SchoolClass.academic_year.desc(), SchoolClass.grade, SchoolClass.letter
        )
    ).all()
    return [row for row in rows if row.academic_year == rows[0].academic_year]
