"""Fills an empty database with the demo school. Dates count from the first start."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from documents.consent import Consent
from documents.render import render_pdf
from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.terms import Role
from journal_core.calendar.commands import PublishCalendarYear, publish_calendar_year
from journal_core.calendar.source import exceptional_days, known_years
from journal_core.classes.commands import EnrolPupil, enrol_pupil
from journal_core.consents.commands import (
    FileConsent,
    RecordPrintedConsents,
    WithdrawConsent,
    file_consent,
    record_printed_consents,
    withdraw_consent,
)
from journal_core.consents.terms import ConsentState
from journal_core.context import ActionContext
from journal_core.files.terms import TakenFile
from journal_core.orders.commands import RecordOrder, record_order
from journal_core.orders.terms import OrderKind
from journal_core.people.commands import AddStaffMember, add_person, add_staff_member
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import decline, split_full_name
from journal_core.people.terms import GrammaticalCase, RepresentativeKind
from journal_core.school.commands import ChangeSettings, change_settings
from journal_core.school.models import SchoolClass, SchoolMark, Signatory
from journal_core.school.queries import class_named, settings_on
from journal_core.school.rules import academic_year_of, first_day_of

SCHOOL = Path(__file__).parent / "school.json"
GRADES = range(1, 12)
LETTERS = "АБ"
FAR_PAST = date(2020, 1, 1)


@dataclass(frozen=True, kw_only=True)
class SeedDemo:
    """The hash of the one password of the demo accounts."""

    password_hash: str


def seed_demo(context: ActionContext, command: SeedDemo) -> bool:
    """Fill the database once. Returns False when it is marked already."""
    if context.session.get(SchoolMark, 1) is not None:
        return False
    told: dict[str, Any] = json.loads(SCHOOL.read_text(encoding="utf-8"))
    context.session.add(SchoolMark(id=1, demo=True, marked_at=context.now))
    change_settings(context, ChangeSettings(values=told["settings"], valid_from=FAR_PAST))
    for year in known_years():
        days = exceptional_days(year)
        publish_calendar_year(
            context, PublishCalendarYear(year=year, days=days, source="известный порталу календарь")
        )
    _add_classes(context)
    for member in told["staff"]:
        _add_staff(context, member, command.password_hash)
    since = first_day_of(academic_year_of(context.today))
    enrolment = RecordOrder(kind=OrderKind.ENROLMENT, number="1-у", signed_on=since)
    order_id = record_order(context, enrolment)
    for number, pupil in enumerate(told["pupils"]):
        password_hash = command.password_hash if number == 1 else None
        _add_family(context, pupil, since, order_id, password_hash)
    return True


def _add_classes(context: ActionContext) -> None:
    year = academic_year_of(context.today)
    context.session.add_all(
        SchoolClass(academic_year=year, grade=grade, letter=letter)
        for grade in GRADES
        for letter in LETTERS
    )
    context.session.flush()


def _add_staff(context: ActionContext, member: dict[str, str], password_hash: str) -> None:
    name = split_full_name(member["name"])
    person_id = add_staff_member(context, AddStaffMember(name=name, position=member["position"]))
    _add_account(context, member["username"], person_id, Role(member["role"]), password_hash)
    own_class = class_named(context.session, member.get("class", ""))
    if own_class is not None:
        own_class.class_teacher_id = person_id
    if member["role"] == Role.HEAD:
        context.session.add(
            Signatory(
                person_id=person_id,
                name=name.initials,
                name_dative=decline(name, GrammaticalCase.DATIVE).initials,
                position="Директор",
                position_dative="Директору",
                valid_from=FAR_PAST,
            )
        )


def _add_family(
    context: ActionContext,
    told: dict[str, Any],
    since: date,
    order_id: UUID,
    password_hash: str | None,
) -> None:
    """A pupil and a parent; with a password both have accounts and an open diary."""
    born = context.today - timedelta(days=told["age"] * 366 + 30)
    child = add_person(context, split_full_name(told["name"]), birth_date=born)
    parent = add_person(context, split_full_name(told["parent"]))
    school_class = class_named(context.session, told["class"])
    if school_class is None:
        raise LookupError(told["class"])
    pupil_id = enrol_pupil(
        context,
        EnrolPupil(
            person_id=child.id,
            class_id=school_class.id,
            since=since,
            order_id=order_id,
        ),
    )
    if password_hash:
        context.session.get_one(Pupil, pupil_id).diary_opened_at = context.now
    link = Representation(
        person_id=parent.id,
        pupil_id=pupil_id,
        kind=RepresentativeKind.PARENT,
        confirmed_at=context.now,
    )
    context.session.add(link)
    context.session.flush()
    if "consent" in told:
        _add_consent(context, link.id, told)
    if password_hash:
        _add_account(context, "parent", parent.id, Role.PARENT, password_hash)
        _add_account(context, "pupil", child.id, Role.PUPIL, password_hash)


def _add_consent(context: ActionContext, link_id: UUID, told: dict[str, Any]) -> None:
    """The sheet goes as far as the story says: printed, signed, withdrawn."""
    state = ConsentState(told["consent"])
    record_printed_consents(context, RecordPrintedConsents(representation_ids=(link_id,)))
    if state is ConsentState.PRINTED:
        return
    sheet = Consent(
        school_short_name=settings_on(context.session, context.today).short_name,
        representative_name=told["parent"],
        child_name=told["name"],
    )
    file_consent(
        context,
        FileConsent(
            representation_id=link_id,
            signed_on=context.today - timedelta(days=20),
            file=TakenFile(
                name="согласие.pdf", media_type="application/pdf", content=render_pdf(sheet)
            ),
        ),
    )
    if state is ConsentState.WITHDRAWN:
        withdrawn_on = context.today - timedelta(days=3)
        withdraw_consent(
            context, WithdrawConsent(representation_id=link_id, withdrawn_on=withdrawn_on)
        )


def _add_account(
    context: ActionContext, username: str, person_id: Any, role: Role, password_hash: str
) -> None:
    account_id = create_account(
        context,
        NewAccount(person_id=person_id, username=username, password_hash=password_hash),
    )
    grant_role(context, account_id, role)
