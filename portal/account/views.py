"""Signing in and out, and the owner's own account."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import logout_user
from werkzeug.wrappers import Response

from forms.account import (
    AskResetForm,
    ChangeEmailForm,
    ChangePasswordForm,
    EmptyForm,
    LoginForm,
    ResetForm,
)
from journal_core.access.commands import (
    EndOwnSession,
    EndOwnSessions,
    end_own_session,
    end_own_sessions,
    end_session,
    record_sign_in_miss,
)
from journal_core.access.models import Account
from journal_core.access.queries import (
    account_named,
    live_sessions,
    second_factor,
    sign_ins,
    unused_backup_codes,
)
from journal_core.access.terms import Permission
from journal_core.audit.terms import AuditAction
from journal_core.privacy.queries import own_subjects, views_of
from journal_core.secrets import subject_of_token
from portal.access import public, requires, signed_in
from portal.account.browsers import browser_words
from portal.account.entering import enter, owner, wrong_password
from portal.account.labels import SIGN_IN_WORDS
from portal.language.views import local_path
from portal.navigation import school
from portal.pages import form_page
from portal.passwords import agrees, hasher
from portal.perform import perform, perform_as_system
from portal.state import current_portal, reading
from portal.throttle import count, is_spent, taking
from workflows.account import (
    AskReset,
    ChangeEmail,
    ChangePassword,
    ResetPassword,
    ask_reset,
    change_email,
    change_password,
    reset_password,
)

blueprint = Blueprint("account", __name__)

#: Links to a new password that one address, or one name, may ask for in an hour.
RESETS_PER_ADDRESS = 20
RESETS_PER_NAME = 3
#: Writing a letter takes some milliseconds, and that there is one must not be told by them.
RESET_SECONDS = 0.25


@blueprint.route("/login", methods=["GET", "POST"])
@public
def login() -> Response | tuple[str, int]:
    form = LoginForm()
    if not form.validate_on_submit():
        return form_page("account/login.html", form)
    name = form.username.data.casefold()
    limit = school().sign_in_misses
    if is_spent("sign_in", limit, name) or is_spent("sign_in_address", limit * 5):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return form_page("account/login.html", form, 429)
    account = account_named(reading(), name)
    if not agrees(account.password_hash if account else None, form.password.data) or not account:
        count("sign_in", name)
        count("sign_in_address")
        perform_as_system(record_sign_in_miss, account.id if account else None)
        form.refuse(None, _("Имя пользователя или пароль неверны."))
        return form_page("account/login.html", form)
    return enter(account.id, local_path(request.args.get("next", "")))


@blueprint.post("/logout")
@requires(Permission.ACCOUNT_OWN_USE)
def logout() -> Response:
    account = signed_in()
    if EmptyForm().validate_on_submit() and account is not None:
        perform(end_session, account.session_id)
        _forget_browser()
    return redirect(url_for("service.index"), 303)


@blueprint.route("/login/reset", methods=["GET", "POST"])
@public
def reset() -> str | tuple[str, int]:
    """Ask for a link to a new password; the answer tells nobody whose account there is."""
    form = AskResetForm()
    if not form.validate_on_submit():
        return form_page("account/reset.html", form, asked=False)
    name = form.username.data.casefold()
    if is_spent("reset", RESETS_PER_NAME, name) or is_spent("reset_address", RESETS_PER_ADDRESS):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return form_page("account/reset.html", form, 429, asked=False)
    count("reset", name)
    count("reset_address")
    with taking(RESET_SECONDS):
        perform_as_system(ask_reset, AskReset(known_as=name))
    return render_template("account/reset.html", form=form, asked=True)


@blueprint.get("/login/reset/<token>")
@public
def open_reset(token: str) -> Response:
    """A letter's link is exchanged for this browser's session: the address stays clean."""
    subject = subject_of_token(token)
    account = reading().get(Account, subject) if subject else None
    keys = current_portal().keys
    if account is None or not keys.is_link_token(
        token, "reset", account.id, account.password_generation
    ):
        session.pop("reset", None)
    else:
        session["reset"] = [str(account.id), account.password_generation]
    return redirect(url_for("account.new_password"), 303)


@blueprint.route("/login/new-password", methods=["GET", "POST"])
@public
def new_password() -> Response | tuple[str, int]:
    form = ResetForm()
    kept = session.get("reset")
    if not kept:
        return form_page("account/new_password.html", form, ended=True)
    if not form.validate_on_submit():
        return form_page("account/new_password.html", form, ended=False)
    account_id, generation = UUID(kept[0]), int(kept[1])
    is_set = perform_as_system(
        reset_password,
        ResetPassword(
            account_id=account_id,
            generation=generation,
            password_hash=hasher().hash(form.password.data),
        ),
    )
    session.pop("reset")
    if not is_set:
        return form_page("account/new_password.html", form, 422, ended=True)
    entering = enter(account_id)
    flash(_("Пароль изменён."), "success")
    return entering


@blueprint.get("/account")
@requires(Permission.ACCOUNT_OWN_USE)
def own() -> str:
    return _own_page()


@blueprint.post("/account/password")
@requires(Permission.ACCOUNT_OWN_USE)
def own_password() -> Any:
    form = ChangePasswordForm()
    account = owner()
    if not form.validate_on_submit():
        return _own_page(password=form), 422
    if refusal := wrong_password(form):
        return _own_page(password=form), refusal
    perform(
        change_password,
        ChangePassword(
            password_hash=hasher().hash(form.new_password.data), session_id=account.session_id
        ),
    )
    flash(_("Пароль изменён. На других устройствах нужно войти заново."), "success")
    return redirect(url_for("account.own"), 303)


@blueprint.post("/account/email")
@requires(Permission.ACCOUNT_OWN_USE)
def own_email() -> Any:
    form = ChangeEmailForm()
    if not form.validate_on_submit():
        return _own_page(email=form), 422
    perform(change_email, ChangeEmail(email=form.email.data))
    flash(_("Сохранено."), "success")
    return redirect(url_for("account.own"), 303)


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@requires(Permission.ACCOUNT_OWN_USE)
def end_one(session_id: UUID) -> Response:
    """Sign one browser out, this one or another."""
    if EmptyForm().validate_on_submit():
        perform(end_own_session, EndOwnSession(session_id=session_id))
        flash(_("В том браузере вы вышли."), "success")
    return redirect(url_for("account.own"), 303)


@blueprint.post("/account/sign-out-everywhere")
@requires(Permission.ACCOUNT_OWN_USE)
def sign_out_everywhere() -> Response:
    if EmptyForm().validate_on_submit():
        perform(end_own_sessions, EndOwnSessions())
        _forget_browser()
    return redirect(url_for("account.login"), 303)


def _forget_browser() -> None:
    logout_user()
    session.clear()


def _own_page(
    *, password: ChangePasswordForm | None = None, email: ChangeEmailForm | None = None
) -> str:
    account = owner()
    row = reading().get_one(Account, account.account_id)
    return render_template(
        "account/own.html",
        account=account,
        form=password or email or EmptyForm(formdata=None),
        password=password or ChangePasswordForm(formdata=None),
        email=email or ChangeEmailForm(formdata=None, data={"email": row.email or ""}),
        factor=second_factor(reading(), account.account_id),
        backup_codes=unused_backup_codes(reading(), account.account_id),
        may_remove_factor=not (account.needs_factor and school().second_factor_required),
        sessions=[
            (one, browser_words(one.browser), one.id == account.session_id)
            for one in live_sessions(reading(), account.account_id)
        ],
        sign_ins=[
            (entry.at, SIGN_IN_WORDS[entry.action], entry.action is AuditAction.ACCOUNT_SIGNED_IN)
            for entry in sign_ins(reading(), account.account_id)
        ],
        views=views_of(reading(), own_subjects(reading(), account.person_id, account.account_id)),
    )
