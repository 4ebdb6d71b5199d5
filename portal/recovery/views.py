"""Finding an account by name, a code for a new password, its slip; a lost second factor."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.render import render_pdf
from forms.recovery import RecoveryForm
from journal_core.access.queries import second_factor
from journal_core.access.terms import Permission
from journal_core.errors import CoreError
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import (
    AccountHolder,
    account_holder,
    accounts_of_name,
    outstanding_recovery,
)
from journal_core.invitations.states import Handover
from portal.access import current_actor, requires
from portal.home.labels import ROLE_NAMES
from portal.pages import require_token
from portal.papers import MEDIA_TYPES, attachment, code_slip
from portal.passwords import hasher
from portal.perform import perform
from portal.refusals import words_of
from portal.state import now, reading, today
from workflows.invitation import (
    HandOverCode,
    RevokeCode,
    UnsealCode,
    hand_over_code,
    prepare_code,
    revoke_code,
    unseal_code,
)
from workflows.recovery import IssueRecoveryCode, issue_recovery_code, require_recovery_of
from workflows.second_factor import ResetFactor, reset_factor

blueprint = Blueprint("recovery", __name__, url_prefix="/office/recovery")


@blueprint.get("")
@requires(Permission.ACCOUNT_RECOVERY_ISSUE)
def index() -> str:
    typed = request.args.get("q", "").strip()
    return render_template(
        "recovery/index.html",
        typed=typed,
        holders=accounts_of_name(reading(), typed, today()) if typed else [],
        role_names=ROLE_NAMES,
    )


@blueprint.route("/<uuid:account_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_RECOVERY_ISSUE)
def person(account_id: UUID) -> Any:
    """Whose account it is; a POST makes the code, once the person showed who they are."""
    holder = _holder(account_id)
    form = RecoveryForm()
    if not form.validate_on_submit():
        page = _person_page(holder, form)
        return (page, 422) if form.is_submitted() else page
    command = IssueRecoveryCode(
        account_id=account_id, prepared=prepare_code(hasher()), shown=form.shown.data
    )
    perform(issue_recovery_code, command)
    flash(_("Код готов. Напечатайте листок и отдайте его в руки."), "success")
    return _back(account_id)


@blueprint.get("/<uuid:account_id>/slip.pdf")
@requires(Permission.ACCOUNT_RECOVERY_ISSUE)
def slip(account_id: UUID) -> Response:
    holder = _recoverable(account_id)
    invitation = _outstanding(holder)
    code = perform(unseal_code, UnsealCode(invitation_id=invitation.id, purpose="slip"))
    if code is None:
        raise NotFound
    paper = code_slip(
        code,
        invitation,
        for_whom=holder.name,
        child_name=holder.child_name,
        class_name=holder.class_name,
    )
    return attachment(render_pdf(paper), "slip.pdf", MEDIA_TYPES["pdf"])


@blueprint.post("/<uuid:account_id>/hand-over")
@requires(Permission.ACCOUNT_RECOVERY_ISSUE)
def hand_over(account_id: UUID) -> BaseResponse:
    require_token()
    invitation = _outstanding(_recoverable(account_id))
    perform(hand_over_code, HandOverCode(invitation_id=invitation.id, how=Handover.IN_PERSON))
    flash(_("Код отмечен как переданный."), "success")
    return _back(account_id)


@blueprint.post("/<uuid:account_id>/revoke")
@requires(Permission.ACCOUNT_RECOVERY_ISSUE)
def revoke(account_id: UUID) -> BaseResponse:
    require_token()
    invitation = _outstanding(_recoverable(account_id))
    perform(revoke_code, RevokeCode(invitation_id=invitation.id))
    flash(_("Код отозван."), "success")
    return _back(account_id)


@blueprint.post("/<uuid:account_id>/reset-second-step")
@requires(Permission.ACCOUNT_FACTOR_RESET)
def reset_second_step(account_id: UUID) -> BaseResponse:
    """A colleague lost the phone and the backup codes."""
    require_token()
    perform(reset_factor, ResetFactor(account_id=account_id))
    flash(_("Второй шаг входа сброшен, все сеансы завершены."), "success")
    return _back(account_id)


def _person_page(holder: AccountHolder, form: RecoveryForm) -> str:
    return render_template(
        "recovery/person.html",
        form=form,
        holder=holder,
        refusal=_refusal(holder),
        role_names=[ROLE_NAMES[role] for role in sorted(holder.roles)],
        invitation=outstanding_recovery(reading(), holder.person_id, now()),
        factor=second_factor(reading(), holder.account_id),
    )


def _refusal(holder: AccountHolder) -> str:
    """Why this person may not give the account a new password; "" when they may."""
    try:
        require_recovery_of(current_actor(), holder.account_id, holder.roles)
    except CoreError as error:
        return words_of(error)
    return ""


def _holder(account_id: UUID) -> AccountHolder:
    holder = account_holder(reading(), account_id, today())
    if holder is None:
        raise NotFound
    return holder


def _recoverable(account_id: UUID) -> AccountHolder:
    """A holder to whom this person may give a new password."""
    holder = _holder(account_id)
    require_recovery_of(current_actor(), holder.account_id, holder.roles)
    return holder


def _outstanding(holder: AccountHolder) -> Invitation:
    invitation = outstanding_recovery(reading(), holder.person_id, now())
    if invitation is None:
        raise NotFound
    return invitation


def _back(account_id: UUID) -> BaseResponse:
    return redirect(url_for("recovery.person", account_id=account_id), 303)
