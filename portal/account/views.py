"""Signing in and out."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from forms.account import LoginForm, LogoutForm
from journal_core.access.commands import StartSession, end_session, start_session
from journal_core.access.queries import account_named
from journal_core.access.terms import Permission
from portal.access import public, requires, signed_in
from portal.language.views import local_path
from portal.navigation import school
from portal.passwords import agrees
from portal.perform import perform
from portal.signed_in import load_signed_in
from portal.state import reading
from portal.throttle import count, is_spent

blueprint = Blueprint("account", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
@public
def login() -> str | Response | tuple[str, int]:
    form = LoginForm()
    if not form.validate_on_submit():
        return _page(form)
    name = form.username.data.casefold()
    limit = school().sign_in_misses
    if is_spent("sign_in", limit, name) or is_spent("sign_in_address", limit * 5):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return _page(form), 429
    account = account_named(reading(), name)
    if not agrees(account.password_hash if account else None, form.password.data) or not account:
        count("sign_in", name)
        count("sign_in_address")
        form.refuse(None, _("Имя пользователя или пароль неверны."))
        return _page(form)
    begin_session(account.id)
    return redirect(local_path(request.args.get("next", "")) or url_for("home.index"), 303)


@blueprint.post("/logout")
@requires(Permission.ACCOUNT_OWN_USE)
def logout() -> Response:
    account = signed_in()
    if LogoutForm().validate_on_submit() and account is not None:
        perform(end_session, account.session_id)
        logout_user()
        session.clear()
    return redirect(url_for("service.index"), 303)


def begin_session(account_id: UUID) -> None:
    """Sign this browser in with a session of its own; an older one is not carried over."""
    browser = request.user_agent.string
    token = perform(start_session, StartSession(account_id=account_id, browser=browser))
    kept = session.get("language", "ru")
    session.clear()
    session["language"] = kept
    login_user(load_signed_in(token))


def _page(form: LoginForm) -> str:
    return render_template("account/login.html", form=form)
