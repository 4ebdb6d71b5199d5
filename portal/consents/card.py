"""One representative of one pupil: the sheet, the signed copy, the withdrawal, the erasure."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.render import render_sheets
from forms.base import PortalForm
from forms.consents import DeclineForm, ErasureForm, SheetForm, SignedForm, WithdrawalForm
from forms.fields import Option
from journal_core.access.terms import Permission
from journal_core.consents.commands import (
    ConfirmErasure,
    DeclineConsent,
    FileConsent,
    WithdrawConsent,
    confirm_erasure,
    decline_consent,
    file_consent,
    withdraw_consent,
)
from journal_core.consents.models import Consent
from journal_core.consents.queries import consent_row, consent_rows, consents_of
from journal_core.consents.rules import ERASE_DAYS, erase_by
from journal_core.consents.terms import ConsentRow, ConsentState
from journal_core.errors import RuleBroken
from journal_core.files.models import StoredFile
from journal_core.files.queries import require_scanned
from portal.access import current_actor, requires
from portal.consents.blueprint import blueprint
from portal.consents.labels import STATE_COLOURS, STATE_NAMES
from portal.consents.sheets import printed, sheets, typed_sheets
from portal.papers import attachment, made
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading, today
from portal.uploads import taken

#: Beside which field a refusal is said; what is not here is said above the form.
_BESIDE = {
    "date_ahead": "signed_on",
    "disk_full": "scan",
    "file_broken": "scan",
    "file_empty": "scan",
    "file_kind": "scan",
    "file_too_big": "scan",
}
_BESIDE_WITHDRAWAL = {"date_ahead": "withdrawn_on", "withdrawn_before_signed": "withdrawn_on"}


@blueprint.get("/<uuid:representation_id>")
@requires(Permission.CONSENT_REGISTER_READ)
def card(representation_id: UUID) -> str:
    return _card(_found(representation_id))


@blueprint.post("/<uuid:representation_id>/sheet")
@requires(Permission.CONSENT_REGISTER_EDIT)
def sheet(representation_id: UUID) -> Any:
    """FRM-3 to be signed: PDF for each ticked child, or DOCX for the opened one."""
    row = _found(representation_id)
    form, family = _sheet_form(row)
    if not form.validate_on_submit():
        return _card(row, printing=form), 422
    if request.form.get("format") == "docx":
        (paper,) = typed_sheets(row, [row], form)
        return printed([row], made(paper, "docx"), "docx")
    chosen = [one for one in family if one.representation_id in form.children.data] or [row]
    return printed(chosen, render_sheets(typed_sheets(row, chosen, form)), "pdf")


@blueprint.post("/<uuid:representation_id>/signed")
@requires(Permission.CONSENT_REGISTER_EDIT)
def signed(representation_id: UUID) -> Any:
    """The signed copy comes on file."""
    row = _found(representation_id)
    form = SignedForm()
    if not form.validate_on_submit():
        return _card(row, filing=form), 422
    try:
        command = FileConsent(
            representation_id=representation_id,
            signed_on=form.signed_on.data,
            file=taken(form.scan.data[0]),
        )
        perform(file_consent, command)
    except RuleBroken as error:
        form.refuse(_BESIDE.get(error.code), words_of(error))
        return _card(row, filing=form), 422
    flash(_("Подписанное согласие принято."), "success")
    return _back(representation_id)


@blueprint.post("/<uuid:representation_id>/declined")
@requires(Permission.CONSENT_REGISTER_EDIT)
def declined(representation_id: UUID) -> Any:
    """The representative does not sign: on record, and nothing is blocked by it."""
    row = _found(representation_id)
    form = DeclineForm()
    if not form.validate_on_submit():
        return _card(row, declining=form), 422
    command = DeclineConsent(representation_id=representation_id, declined_on=form.declined_on.data)
    try:
        perform(decline_consent, command)
    except RuleBroken as error:
        form.refuse("declined_on", words_of(error))
        return _card(row, declining=form), 422
    flash(_("Отказ записан."), "success")
    return _back(representation_id)


@blueprint.route("/<uuid:representation_id>/withdrawal", methods=["GET", "POST"])
@requires(Permission.CONSENT_REGISTER_EDIT)
def withdrawal(representation_id: UUID) -> Any:
    """What follows from a withdrawal, and its record (FRM-3)."""
    row = _found(representation_id)
    form = WithdrawalForm(data={"withdrawn_on": today()})
    if form.validate_on_submit():
        try:
            command = WithdrawConsent(
                representation_id=representation_id,
                withdrawn_on=form.withdrawn_on.data,
                file=taken(form.scan.data[0]) if form.scan.data else None,
            )
            perform(withdraw_consent, command)
        except RuleBroken as error:
            beside = {**_BESIDE, **_BESIDE_WITHDRAWAL}.get(error.code)
            form.refuse(beside, words_of(error))
        else:
            flash(_("Отзыв записан."), "success")
            return _back(representation_id)
    page = render_template(
        "consents/withdrawal.html", row=row, form=form, days=ERASE_DAYS, until=erase_by(today())
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/<uuid:representation_id>/erasure")
@requires(Permission.CONSENT_REGISTER_EDIT)
def erasure(representation_id: UUID) -> Any:
    """The data kept by virtue of the withdrawn consent alone are gone."""
    row = _found(representation_id)
    form = ErasureForm()
    if not form.validate_on_submit():
        return _card(row, erasing=form), 422
    command = ConfirmErasure(representation_id=representation_id, erased_on=form.erased_on.data)
    try:
        perform(confirm_erasure, command)
    except RuleBroken as error:
        form.refuse("erased_on", words_of(error))
        return _card(row, erasing=form), 422
    flash(_("Удаление отмечено."), "success")
    return _back(representation_id)


@blueprint.get("/<uuid:representation_id>/copies/<uuid:consent_id>")
@requires(Permission.CONSENT_REGISTER_READ)
def copy(representation_id: UUID, consent_id: UUID) -> Response:
    """The signed copy."""
    return _file(_sheet(representation_id, consent_id).scan_file_id, "consent")


@blueprint.get("/<uuid:representation_id>/withdrawals/<uuid:consent_id>")
@requires(Permission.CONSENT_REGISTER_READ)
def withdrawal_copy(representation_id: UUID, consent_id: UUID) -> Response:
    """The application that withdrew the consent."""
    return _file(_sheet(representation_id, consent_id).withdrawal_file_id, "withdrawal")


def _sheet(representation_id: UUID, consent_id: UUID) -> Consent:
    _found(representation_id)
    kept = consents_of(reading(), representation_id)
    sheet = next((one for one in kept if one.id == consent_id), None)
    if sheet is None:
        raise NotFound
    return sheet


def _file(file_id: UUID | None, name: str) -> Response:
    """As an attachment: the browser never runs what a stranger sent."""
    if file_id is None:
        raise NotFound
    require_scanned(reading(), file_id)
    stored = reading().get_one(StoredFile, file_id)
    suffix = stored.media_type.rpartition("/")[2]
    content = current_portal().files.get(stored.id)
    return attachment(content, f"{name}.{suffix}", stored.media_type)


def _found(representation_id: UUID) -> ConsentRow:
    return consent_row(reading(), current_actor(), today(), representation_id)


def _card(
    row: ConsentRow,
    *,
    printing: SheetForm | None = None,
    filing: SignedForm | None = None,
    declining: DeclineForm | None = None,
    erasing: ErasureForm | None = None,
) -> str:
    """The link's page; the form that was refused is shown as it was typed."""
    shown: PortalForm | None = printing or filing or declining or erasing
    return render_template(
        "consents/card.html",
        row=row,
        form=shown,
        printing=printing or _sheet_form(row, formdata=None)[0],
        filing=filing or SignedForm(formdata=None, data={"signed_on": today()}),
        declining=declining or DeclineForm(formdata=None, data={"declined_on": today()}),
        erasing=erasing or ErasureForm(formdata=None, data={"erased_on": today()}),
        kept=consents_of(reading(), row.representation_id) if row.representation_id else (),
        state_name=STATE_NAMES[row.state],
        state_colour=STATE_COLOURS[row.state],
        states=ConsentState,
        until=erase_by(row.withdrawn_on) if row.withdrawn_on else None,
    )


def _sheet_form(row: ConsentRow, **formdata: Any) -> tuple[SheetForm, list[ConsentRow]]:
    """The form, filled from what is known, and the representative's children it may print."""
    family = [
        one
        for one in consent_rows(reading(), current_actor(), today(), person_id=row.person_id)
        if one.may_print
    ]
    (known,) = sheets([row])
    form = SheetForm(
        data={
            "address": known.address,
            "basis": known.basis,
            "children": [one.representation_id for one in family if one.is_unsigned or one == row],
        },
        **formdata,
    )
    form.children.options = [
        Option(one.representation_id, f"{one.pupil.full}, {one.class_name}") for one in family
    ]
    form.children.required = _("Отметьте хотя бы одного ребёнка") if len(family) > 1 else None
    return form, family


def _back(representation_id: UUID) -> BaseResponse:
    return redirect(url_for("consents.card", representation_id=representation_id), 303)
