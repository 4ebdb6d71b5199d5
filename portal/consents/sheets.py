"""The papers of consents, filled from the register and from confirmed requests."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import Response
from werkzeug.exceptions import NotFound

from documents.consent import Consent
from documents.consent_reminder import ConsentReminder
from documents.letters import PAPER_NAMES
from forms.consents import SheetForm
from journal_core.consents.commands import RecordPrintedConsents, record_printed_consents
from journal_core.consents.terms import ConsentRow
from journal_core.requests.queries import GivenFacts, given_facts
from portal.navigation import school
from portal.papers import MEDIA_TYPES, attachment
from portal.perform import perform
from portal.state import reading, today

NOTHING_GIVEN = GivenFacts(address="", basis=None, particulars="")


def sheets(rows: Sequence[ConsentRow]) -> list[Consent]:
    """FRM-3 for each row, filled from what was given and shown; the rest is written by hand."""
    given = given_facts(reading(), {row.person_id for row in rows if row.person_id})
    return [_sheet(row, given) for row in rows]


def typed_sheets(opened: ConsentRow, rows: Sequence[ConsentRow], form: SheetForm) -> list[Consent]:
    """FRM-3 for one person's children; the document typed belongs to the opened child alone."""
    return [
        replace(
            sheet,
            address=form.address.data,
            passport_series=form.passport_series.data,
            passport_number=form.passport_number.data,
            passport_issued=form.passport_issued.data,
            basis=form.basis.data if row == opened else sheet.basis,
        )
        for row, sheet in zip(rows, sheets(rows), strict=True)
    ]


def reminders(rows: Sequence[ConsentRow]) -> list[ConsentReminder]:
    """One page for each representative who lacks a consent, with the children it is about."""
    lacking: dict[UUID, list[ConsentRow]] = {}
    for row in rows:
        if row.is_unsigned and row.person_id:
            lacking.setdefault(row.person_id, []).append(row)
    return [_reminder(children) for children in lacking.values()]


def printed(rows: list[ConsentRow], content: bytes, form: str) -> Response:
    """The paper first, then the record of it. Raises NotFound when there is nothing to print."""
    if not content:
        raise NotFound
    ids = tuple(row.representation_id for row in rows if row.representation_id)
    perform(record_printed_consents, RecordPrintedConsents(representation_ids=ids))
    return attachment(content, f"consents.{form}", MEDIA_TYPES[form])


def _sheet(row: ConsentRow, given: dict[tuple[UUID, UUID], GivenFacts]) -> Consent:
    facts = (
        given.get((row.person_id, row.pupil_id), NOTHING_GIVEN) if row.person_id else NOTHING_GIVEN
    )
    basis = PAPER_NAMES["ru"][facts.basis] if facts.basis else ""
    return Consent(
        school_short_name=school().short_name,
        representative_name=row.representative.full,
        representative_initials=row.representative.initials,
        address=facts.address,
        child_name=row.pupil.full,
        basis=" ".join(part for part in (basis, facts.particulars) if part),
    )


def _reminder(rows: list[ConsentRow]) -> ConsentReminder:
    return ConsentReminder(
        school_short_name=school().short_name,
        school_address=school().address,
        school_phone=school().phone,
        school_hours=school().reception_hours,
        representative_name=rows[0].representative.full,
        children=tuple(f"{row.pupil.full}, {row.class_name}" for row in rows),
        reminded_on=today(),
    )
