"""Signing in and out, and the owner's own account."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from werkzeug.exceptions import NotFound
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
    EndOwnSessions,
    StartSession,
    end_own_sessions,
    end_session,
    record_sign_in_miss,
    start_session,
)
from journal_core.access.models import Account
from journal_core.access.queries import account_named, live_sessions, sign_ins
from journal_core.access.terms import Permission, SignedInAccount
from journal_core.audit.terms import AuditAction
from journal_core.privacy.queries import own_subjects, views_of
from journal_core.secrets import subject_of_token
from portal.access import public, requires, signed_in
from portal.account.browsers import browser_words
from portal.language.views import local_path
from portal.navigation import school
from portal.passwords import agrees, hasher
from portal.perform import perform, perform_as_system
from portal.signed_in import load_signed_in
from portal.state import current_portal, reading
from portal.throttle import count, is_spent
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


@blueprint.route("/login", methods=["GET", "POST"])
@public
def login() -> str | Response | tuple[str, int]:
    form = LoginForm()
    if not form.validate_on_submit():
        return _login_page(form)
    name = form.username.data.casefold()
    limit = school().sign_in_misses
    if is_spent("sign_in", limit, name) or is_spent("sign_in_address", limit * 5):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return _login_page(form), 429
    account = account_named(reading(), name)
    if not agrees(account.password_hash if account else None, form.password.data) or not account:
        count("sign_in", name)
        count("sign_in_address")
        if account:
            perform_as_system(record_sign_in_miss, account.id)
        form.refuse(None, _("Имя пользователя или пароль неверны."))
        return _login_page(form)
    begin_session(account.id)
    return redirect(local_path(request.args.get("next", "")) or url_for("home.index"), 303)


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
        return render_template("account/reset.html", form=form, asked=False)
    name = form.username.data.casefold()
    if is_spent("reset", RESETS_PER_NAME, name) or is_spent("reset_address", RESETS_PER_ADDRESS):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return render_template("account/reset.html", form=form, asked=False), 429
    count("reset", name)
    count("reset_address")
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
def new_password() -> str | Response | tuple[str, int]:
    form = ResetForm()
    kept = session.get("reset")
    if not kept:
        return render_template("account/new_password.html", form=form, ended=True)
    if not form.validate_on_submit():
        return render_template("account/new_password.html", form=form, ended=False)
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
        return render_template("account/new_password.html", form=form, ended=True), 422
    begin_session(account_id)
    flash(_("Пароль изменён."), "success")
    return redirect(url_for("home.index"), 303)


@blueprint.get("/account")
@requires(Permission.ACCOUNT_OWN_USE)
def own() -> str:
    return _own_page()


@blueprint.post("/account/password")
@requires(Permission.ACCOUNT_OWN_USE)
def own_password() -> Any:
    form = ChangePasswordForm()
    account = _current()
    if not form.validate_on_submit():
        return _own_page(password=form), 422
    limit = school().sign_in_misses
    if is_spent("sign_in", limit, account.username.casefold()):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return _own_page(password=form), 429
    row = reading().get_one(Account, account.account_id)
    if not agrees(row.password_hash, form.current_password.data):
        count("sign_in", account.username.casefold())
        form.refuse("current_password", _("Это не ваш нынешний пароль."))
        return _own_page(password=form), 422
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


@blueprint.post("/account/sign-out-everywhere")
@requires(Permission.ACCOUNT_OWN_USE)
def sign_out_everywhere() -> Response:
    if EmptyForm().validate_on_submit():
        perform(end_own_sessions, EndOwnSessions())
        _forget_browser()
    return redirect(url_for("account.login"), 303)


def begin_session(account_id: UUID) -> None:
    """Sign this browser in with a session of its own; an older one is not carried over."""
    browser = request.user_agent.string
    token = perform(start_session, StartSession(account_id=account_id, browser=browser))
    kept = session.get("language", "ru")
    session.clear()
    session["language"] = kept
    login_user(load_signed_in(token))


def _forget_browser() -> None:
    logout_user()
    session.clear()


def _login_page(form: LoginForm) -> str:
    return render_template("account/login.html", form=form)


def _own_page(
    *, password: ChangePasswordForm | None = None, email: ChangeEmailForm | None = None
) -> str:
    account = _current()
    row = reading().get_one(Account, account.account_id)
    return render_template(
        "account/own.html",
        account=account,
        form=password or email or EmptyForm(formdata=None),
        password=password or ChangePasswordForm(formdata=None),
        email=email or ChangeEmailForm(formdata=None, data={"email": row.email or ""}),
        sessions=[
            (browser_words(one.browser), one.started_at, one.seen_at, one.id == account.session_id)
            for one in live_sessions(reading(), account.account_id)
        ],
        sign_ins=[
            (entry.at, entry.action is AuditAction.ACCOUNT_SIGNED_IN)
            for entry in sign_ins(reading(), account.account_id)
        ],
        views=views_of(reading(), own_subjects(reading(), account.person_id, account.account_id)),
    )


def _current() -> SignedInAccount:
    account = signed_in()
    if account is None:
        raise NotFound
    return account
