"""Correcting what the application says; the old answers are kept."""

from typing import Any
from uuid import UUID

from forms.apply import CorrectedChildForm, CorrectedContactsForm
from journal_core.access.terms import Permission
from journal_core.audit.terms import AuditAction
from journal_core.errors import RuleBroken
from journal_core.requests.queries import office_request
from portal.access import requires
from portal.office.blueprint import blueprint
from portal.office.case import back_to_case
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading
from portal.viewing import views_personal_data
from workflows.child import CorrectChild, correct_child
from workflows.contacts import CONTACTS, CorrectContacts, correct_contacts
from workflows.draft import CHILD_FIELDS

#: Beside which field a refusal is said; what is not here is said above the form.
_BESIDE = {"born_ahead": "child_birth_date", "email_needed": "email"}


@blueprint.route("/requests/<uuid:request_id>/contacts", methods=["GET", "POST"])
@requires(Permission.REQUEST_CONTACTS_EDIT)
@views_personal_data(AuditAction.REQUEST_VIEWED, "request_id")
def contacts(request_id: UUID) -> Any:
    """Correct the contacts at any state."""
    row = office_request(reading(), request_id)
    form = CorrectedContactsForm(obj=row, data={"seen_version": row.version})
    if form.validate_on_submit():
        command = CorrectContacts(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            contacts={name: form[name].data for name in CONTACTS},
        )
        try:
            perform(correct_contacts, command)
        except RuleBroken as error:
            form.refuse(_BESIDE.get(error.code), words_of(error))
        else:
            return back_to_case(request_id)
    return form_page("office/contacts.html", form, request_row=row)


@blueprint.route("/requests/<uuid:request_id>/child", methods=["GET", "POST"])
@requires(Permission.REQUEST_REQUEST_VERIFY)
@views_personal_data(AuditAction.REQUEST_VIEWED, "request_id")
def child(request_id: UUID) -> Any:
    """Correct the child's data by an original, until the check is over (SVC-2.12.5)."""
    row = office_request(reading(), request_id)
    form = CorrectedChildForm(obj=row, data={"seen_version": row.version})
    if form.validate_on_submit():
        command = CorrectChild(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            answers={name: form[name].data for name in CHILD_FIELDS},
            basis=form.basis.data,
        )
        try:
            perform(correct_child, command)
        except RuleBroken as error:
            form.refuse(_BESIDE.get(error.code), words_of(error))
        else:
            return back_to_case(request_id)
    return form_page("office/child.html", form, request_row=row)
