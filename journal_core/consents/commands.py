"""A consent's life: printed, signed and filed or declined, withdrawn, its data erased."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.consents.models import Consent
from journal_core.consents.queries import consents_of, live_consent
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.commands import store_upload
from journal_core.files.terms import MEGABYTE, TakenFile
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import linked_on
from journal_core.people.rules import is_adult
from journal_core.school.queries import settings_on


@dataclass(frozen=True, kw_only=True)
class RecordPrintedConsents:
    """Sheets that were printed to be signed, one for each representation."""

    representation_ids: tuple[UUID, ...]


def record_printed_consents(context: ActionContext, command: RecordPrintedConsents) -> None:
    """Note the printing (FRM-3); a sheet printed again stays the same sheet.

    Raises RuleBroken: `consent_signed` when a signed copy is on file, `pupil_adult` when nobody
    may sign for the pupil any more.
    """
    context.actor.require(Permission.CONSENT_REGISTER_EDIT)
    for representation_id in sorted(command.representation_ids):
        _locked(context, representation_id)
        consent = _unsigned(context, representation_id)
        consent.printed_at = context.now
        consent.printed_by = context.actor.label
        context.session.add(consent)
        context.session.flush()
        record(context, AuditAction.CONSENT_PRINTED, consent.id)


@dataclass(frozen=True, kw_only=True)
class FileConsent:
    """The signed sheet, scanned or photographed, with the date written on it."""

    representation_id: UUID
    signed_on: date
    file: TakenFile


def file_consent(context: ActionContext, command: FileConsent) -> UUID:
    """Put the signed copy on file (POL-3.5.7); a sheet printed elsewhere is taken, too.

    Raises RuleBroken: `consent_signed`, `pupil_adult`, `date_ahead` for a signature of tomorrow
    or later, `disk_full`.
    """
    context.actor.require(Permission.CONSENT_REGISTER_EDIT)
    _locked(context, command.representation_id)
    consent = _unsigned(context, command.representation_id)
    _require_past(context, command.signed_on)
    consent.scan_file_id = _kept(context, command.file)
    consent.signed_on = command.signed_on
    consent.filed_at = context.now
    consent.filed_by = context.actor.label
    context.session.add(consent)
    context.session.flush()
    record(context, AuditAction.CONSENT_SIGNED, consent.id)
    return consent.id


@dataclass(frozen=True, kw_only=True)
class DeclineConsent:
    """The day on which the representative said that there will be no signature."""

    representation_id: UUID
    declined_on: date


def decline_consent(context: ActionContext, command: DeclineConsent) -> None:
    """Note the refusal to sign (FRM-3): it stops nothing, a consent is nobody's duty.

    Raises RuleBroken: `consent_signed`, `pupil_adult`, `date_ahead`.
    """
    context.actor.require(Permission.CONSENT_REGISTER_EDIT)
    _locked(context, command.representation_id)
    consent = _unsigned(context, command.representation_id)
    _require_past(context, command.declined_on)
    consent.declined_on = command.declined_on
    consent.decline_recorded_at = context.now
    consent.decline_recorded_by = context.actor.label
    context.session.add(consent)
    context.session.flush()
    record(context, AuditAction.CONSENT_DECLINED, consent.id)


@dataclass(frozen=True, kw_only=True)
class WithdrawConsent:
    """The day on which the representative's written application came in (FRM-3), and its scan."""

    representation_id: UUID
    withdrawn_on: date
    file: TakenFile | None = None


def withdraw_consent(context: ActionContext, command: WithdrawConsent) -> None:
    """The consent holds no more; a new sheet may be signed later.

    Raises RuleBroken: `consent_not_signed` when there is none to withdraw, `date_ahead`,
    `withdrawn_before_signed`, `disk_full`.
    """
    context.actor.require(Permission.CONSENT_REGISTER_EDIT)
    _locked(context, command.representation_id)
    consent = live_consent(context.session, command.representation_id)
    if consent is None or consent.signed_on is None:
        raise RuleBroken("consent_not_signed", "FRM-3")
    _require_past(context, command.withdrawn_on)
    if command.withdrawn_on < consent.signed_on:
        raise RuleBroken("withdrawn_before_signed")
    consent.withdrawal_file_id = _kept(context, command.file) if command.file else None
    consent.withdrawn_on = command.withdrawn_on
    consent.withdrawal_recorded_at = context.now
    consent.withdrawal_recorded_by = context.actor.label
    record(context, AuditAction.CONSENT_WITHDRAWN, consent.id)


@dataclass(frozen=True, kw_only=True)
class ConfirmErasure:
    """The day on which the data kept by virtue of a withdrawn consent alone were erased."""

    representation_id: UUID
    erased_on: date


def confirm_erasure(context: ActionContext, command: ConfirmErasure) -> None:
    """Note the erasure that a withdrawal asks for (SVC-2.2.3: 152-FZ, art. 21 part 5).

    Raises RuleBroken: `nothing_to_erase`, `date_ahead`, `erased_before_withdrawn`.
    """
    context.actor.require(Permission.CONSENT_REGISTER_EDIT)
    _locked(context, command.representation_id)
    consent = next(
        (
            one
            for one in consents_of(context.session, command.representation_id)
            if one.withdrawn_on is not None and one.erased_on is None
        ),
        None,
    )
    if consent is None or consent.withdrawn_on is None:
        raise RuleBroken("nothing_to_erase")
    _require_past(context, command.erased_on)
    if command.erased_on < consent.withdrawn_on:
        raise RuleBroken("erased_before_withdrawn")
    consent.erased_on = command.erased_on
    consent.erasure_recorded_at = context.now
    consent.erasure_recorded_by = context.actor.label
    record(context, AuditAction.CONSENT_DATA_ERASED, consent.id)


def _locked(context: ActionContext, representation_id: UUID) -> None:
    """Two acts upon one link wait for each other. Raises NotFound for a link that has ended."""
    link = context.session.scalar(
        select(Representation.id)
        .where(Representation.id == representation_id, linked_on(context.today))
        .with_for_update()
    )
    if link is None:
        raise NotFound("consent_unknown")


def _unsigned(context: ActionContext, representation_id: UUID) -> Consent:
    """The sheet that waits for a signature, or a new one, which the act fills and adds."""
    born = context.session.scalar(
        select(Person.birth_date)
        .join(Pupil, Pupil.person_id == Person.id)
        .join(Representation, Representation.pupil_id == Pupil.id)
        .where(Representation.id == representation_id)
    )
    if born is not None and is_adult(born, context.today):
        raise RuleBroken("pupil_adult")
    consent = live_consent(context.session, representation_id)
    if consent is None:
        return Consent(representation_id=representation_id, made_at=context.now)
    if consent.signed_on is not None:
        raise RuleBroken("consent_signed", "FRM-3")
    return consent


def _kept(context: ActionContext, file: TakenFile) -> UUID:
    """The file's id, once it is stored. Raises RuleBroken (`disk_full`) below the reserve."""
    reserve = settings_on(context.session, context.today).disk_reserve_mb * MEGABYTE
    if context.files.free_bytes() < reserve + len(file.content):
        raise RuleBroken("disk_full")
    return store_upload(context, file).id


def _require_past(context: ActionContext, day: date) -> None:
    """Today is allowed. Raises RuleBroken."""
    if day > context.today:
        raise RuleBroken("date_ahead")
