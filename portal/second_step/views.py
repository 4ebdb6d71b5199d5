"""The code after the password; its app and its backup codes are set up by the owner (POL-4.2.3)."""

from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from forms.account import OwnSetUpForm, PasswordAgainForm, SecondStepForm, SetUpForm
from journal_core.access.queries import second_factor
from journal_core.access.rules import app_address, new_secret
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.invitations.rules import group_code
from portal.access import public, requires
from portal.account.entering import begin_session, entering, owner, wrong_password
from portal.navigation import school
from portal.perform import perform, perform_as_system
from portal.refusals import words_of
from portal.state import current_portal, reading
from portal.throttle import count, is_spent
from workflows.second_factor import (
    CheckCode,
    RemoveFactor,
    RenewBackupCodes,
    SetUpFactor,
    check_code,
    remove_factor,
    renew_backup_codes,
    set_up_factor,
)

blueprint = Blueprint("second_step", __name__)

#: The app's secret in groups of so many, for one who types it.
SECRET_GROUP = 4


@blueprint.route("/login/code", methods=["GET", "POST"])
@public
def code() -> Any:
    """The session arises here. Whatever is wrong with a code is answered alike."""
    person = entering()
    if person is None:
        return redirect(url_for("account.login"), 303)
    form = SecondStepForm()
    refusal = None
    if form.validate_on_submit():
        refusal = _spent(form, person.account.id)
        if refusal is None:
            command = CheckCode(account_id=person.account.id, typed=form.code.data)
            if perform_as_system(check_code, command):
                begin_session(person.account.id)
                return redirect(person.path, 303)
            refusal = _missed(form, person.account.id)
    return render_template("second_step/code.html", form=form), refusal or 200


@blueprint.route("/login/set-up", methods=["GET", "POST"])
@public
def first_set_up() -> Any:
    """Before anything else, where the school wants a second factor and there is none."""
    person = entering()
    if person is None:
        return redirect(url_for("account.login"), 303)
    if second_factor(reading(), person.account.id) is not None:
        return redirect(url_for("second_step.code"), 303)
    form = SetUpForm()
    if not form.validate_on_submit():
        return _set_up_page(form, person.account.id, person.account.username)
    codes, refusal = _set_up(form, person.account.id)
    if refusal:
        return _set_up_page(form, person.account.id, person.account.username), refusal
    begin_session(person.account.id)
    return _codes_page(codes, person.path)


@blueprint.route("/account/second-step", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN_USE)
def own_set_up() -> Any:
    """Turn the second step on, or move it to another phone."""
    form = OwnSetUpForm()
    account = owner()
    if not form.validate_on_submit():
        return _set_up_page(form, account.account_id, account.username)
    if refusal := wrong_password(form):
        return _set_up_page(form, account.account_id, account.username), refusal
    codes, refusal = _set_up(form, account.account_id, account.session_id)
    if refusal:
        return _set_up_page(form, account.account_id, account.username), refusal
    return _codes_page(codes, url_for("account.own"))


@blueprint.route("/account/backup-codes", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN_USE)
def own_backup_codes() -> Any:
    form = PasswordAgainForm()
    refusal = None
    if form.validate_on_submit():
        refusal = wrong_password(form)
        if refusal is None:
            codes = perform(renew_backup_codes, RenewBackupCodes())
            return _codes_page(codes, url_for("account.own"))
    return render_template("second_step/backup_codes.html", form=form), refusal or 200


@blueprint.route("/account/second-step/off", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN_USE)
def own_off() -> Any:
    form = PasswordAgainForm()
    refusal = None
    if form.validate_on_submit():
        refusal = wrong_password(form)
        if refusal is None:
            try:
                perform(remove_factor, RemoveFactor())
            except RuleBroken as error:
                form.refuse(None, words_of(error))
                return render_template("second_step/off.html", form=form), 422
            flash(_("Второй шаг входа отключён."), "success")
            return redirect(url_for("account.own"), 303)
    return render_template("second_step/off.html", form=form), refusal or 200


def _set_up(
    form: Any, account_id: UUID, kept_session: UUID | None = None
) -> tuple[tuple[str, ...], int | None]:
    """The backup codes of a factor that is set up now, or the status to refuse with."""
    if refusal := _spent(form, account_id):
        return (), refusal
    command = SetUpFactor(
        account_id=account_id,
        secret=_secret(account_id),
        code=form.code.data,
        kept_session=kept_session,
    )
    # Who is not signed in yet has no name to act under.
    codes = (perform if kept_session else perform_as_system)(set_up_factor, command)
    if codes is None:
        return (), _missed(form, account_id)
    session.pop("app_secret", None)
    return codes, None


def _secret(account_id: UUID) -> str:
    """What this browser is shown for the account; the same until an app has taken it over."""
    keys = current_portal().keys
    whose, sealed = session.get("app_secret", ("", ""))
    secret = keys.unseal(sealed) if whose == str(account_id) else None
    if secret is None:
        secret = new_secret()
        session["app_secret"] = [str(account_id), keys.seal(secret)]
    return secret


def _spent(form: Any, account_id: UUID) -> int | None:
    limit = school().sign_in_misses
    by_account = is_spent("second_step", limit, str(account_id))
    if not (by_account or is_spent("second_step_address", limit * 5)):
        return None
    form.refuse(None, _("Слишком много попыток. Повторите через час."))
    return 429


def _missed(form: Any, account_id: UUID) -> int:
    count("second_step", str(account_id))
    count("second_step_address")
    form.refuse("code", _("Код неверен или уже использован."))
    return 422


def _set_up_page(form: Any, account_id: UUID, username: str) -> str:
    secret = _secret(account_id)
    address = app_address(secret, username=username, school_name=school().short_name)
    groups = [secret[at : at + SECRET_GROUP] for at in range(0, len(secret), SECRET_GROUP)]
    return render_template(
        "second_step/set_up.html",
        form=form,
        replaces=second_factor(reading(), account_id) is not None,
        address=address,
        picture=segno.make(address, micro=False).svg_data_uri(scale=4, border=2),
        secret=" ".join(groups),
    )


def _codes_page(codes: tuple[str, ...], path: str) -> str:
    return render_template(
        "second_step/codes.html", codes=[group_code(code) for code in codes], path=path
    )
