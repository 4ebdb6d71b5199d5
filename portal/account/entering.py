"""From a password found right to a session, by way of the second factor (POL-4.2.3)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from journal_core.access.commands import StartSession, start_session
from journal_core.access.models import Account
from journal_core.access.queries import second_factor
from journal_core.access.terms import SignedInAccount
from portal.access import signed_in
from portal.navigation import school
from portal.passwords import agrees
from portal.perform import perform
from portal.signed_in import load_signed_in
from portal.state import now, reading, today
from portal.throttle import count, is_spent
from workflows.second_factor import is_factor_required

#: How long after the password the second step may be taken.
SECOND_STEP = timedelta(minutes=10)
#: What a new session takes over from the browser: its language, and a code on its way.
_KEPT = ("language", "invitation")


@dataclass(frozen=True, kw_only=True)
class Entering:
    """Somebody who knows the account's password and is not signed in yet."""

    account: Account
    path: str


def enter(account_id: UUID, path: str = "") -> Response:
    """Begin a session and go to the path, or have the second step taken first."""
    path = path or url_for("home.arrive")
    step = _second_step(account_id)
    if step is None:
        begin_session(account_id)
        return redirect(path, 303)
    account = reading().get_one(Account, account_id)
    until = (now() + SECOND_STEP).timestamp()
    session["entering"] = [str(account_id), account.password_generation, until, path]
    return redirect(url_for(step), 303)


def _second_step(account_id: UUID) -> str | None:
    if second_factor(reading(), account_id) is not None:
        return "second_step.code"
    is_required = is_factor_required(reading(), account_id, today())
    return "second_step.first_set_up" if is_required else None


def entering() -> Entering | None:
    """Who is between the two steps here; a password changed meanwhile ends that."""
    kept = session.get("entering")
    if not kept or kept[2] < now().timestamp():
        return None
    account = reading().get(Account, UUID(kept[0]))
    if account is None or account.closed_at or account.password_generation != kept[1]:
        return None
    return Entering(account=account, path=kept[3])


def begin_session(account_id: UUID) -> None:
    """Sign this browser in with a session of its own; an older one is not carried over."""
    browser = request.user_agent.string
    token = perform(start_session, StartSession(account_id=account_id, browser=browser))
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    login_user(load_signed_in(token))


def wrong_password(form: Any) -> int | None:
    """Refuse the form's `current_password` when it is not the owner's; the status to answer with.

    None when it is right. Misses count together with those of signing in.
    """
    account = owner()
    name = account.username.casefold()
    if is_spent("sign_in", school().sign_in_misses, name):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return 429
    if not agrees(
        reading().get_one(Account, account.account_id).password_hash, form.current_password.data
    ):
        count("sign_in", name)
        form.refuse("current_password", _("Это не ваш нынешний пароль."))
        return 422
    return None


def owner() -> SignedInAccount:
    """The account whose own page this is."""
    account = signed_in()
    if account is None:
        raise NotFound
    return account
