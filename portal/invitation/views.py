"""The code, then what else is asked and the account (SVC-3.4.3)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.account import CodeForm, FamilyAccountForm, StaffAccountForm
from journal_core.access.terms import STAFF_ROLES
from journal_core.errors import RuleBroken
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import invitation, outstanding
from journal_core.invitations.rules import parse_code
from journal_core.invitations.terms import ParsedCode
from portal.access import public, signed_in
from portal.account.views import begin_session
from portal.navigation import school
from portal.passwords import agrees, hasher
from portal.perform import perform, perform_as_system
from portal.refusals import words_of
from portal.state import now, reading
from portal.throttle import count, is_spent
from workflows.invitation import (
    RedeemInvitation,
    ReportFreeze,
    redeem_invitation,
    report_freeze,
)

blueprint = Blueprint("invitation", __name__, url_prefix="/invitation")

#: How long after the code its second page may be sent.
SECOND_PAGE = timedelta(minutes=30)


@blueprint.route("", methods=["GET", "POST"])
@public
def index() -> str | Response | tuple[str, int]:
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("invitation/index.html", form=form)
    parsed = parse_code(form.code.data)
    if not isinstance(parsed, ParsedCode):
        form.refuse("code", _("В коде ошибка: сверьте знаки с листком."))
        return render_template("invitation/index.html", form=form)
    limit = school().code_misses
    if is_spent("code", limit) or is_spent("code_lookup", limit, parsed.lookup):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return render_template("invitation/index.html", form=form), 429
    found = outstanding(reading(), parsed.lookup, now())
    if not agrees(found.code_hash if found else None, parsed.secret) or found is None:
        _count_miss(parsed.lookup)
        form.refuse("code", _("Такого кода нет, или его срок прошёл."))
        return render_template("invitation/index.html", form=form)
    session["invitation"] = [str(found.id), (now() + SECOND_PAGE).timestamp()]
    return redirect(url_for("invitation.account"), 303)


@blueprint.route("/account", methods=["GET", "POST"])
@public
def account() -> str | Response | tuple[str, int]:
    found = _opened()
    if found is None:
        return redirect(url_for("invitation.index"), 303)
    is_staff = found.role in STAFF_ROLES
    form: Any = StaffAccountForm() if is_staff else FamilyAccountForm()
    person = signed_in()
    if person is not None:
        del form.username, form.password
    if not form.validate_on_submit():
        return render_template("invitation/account.html", form=form)
    if is_spent("code_lookup", school().code_misses, found.lookup):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return render_template("invitation/account.html", form=form), 429
    command = RedeemInvitation(
        invitation_id=found.id,
        birth_date=None if is_staff else form.child_birth_date.data,
        last_name=form.last_name.data if isinstance(form, StaffAccountForm) else "",
        username="" if person else form.username.data,
        password_hash="" if person else hasher().hash(form.password.data),
        account_id=person.account_id if person else None,
    )
    try:
        account_id = perform(redeem_invitation, command)
    except RuleBroken as error:
        form.refuse("username" if error.code == "username_taken" else None, words_of(error))
        return render_template("invitation/account.html", form=form), 422
    if account_id is None:
        _count_miss(found.lookup)
        form.refuse(None, _("Сведения не совпали с теми, что знает школа."))
        return render_template("invitation/account.html", form=form)
    begin_session(account_id)
    return redirect(url_for("home.index"), 303)


def _opened() -> Invitation | None:
    kept = session.get("invitation")
    if not kept or kept[1] < now().timestamp():
        return None
    return invitation(reading(), UUID(kept[0]))


def _count_miss(lookup: str) -> None:
    count("code")
    count("code_lookup", lookup)
    if is_spent("code_lookup", school().code_misses, lookup):
        perform_as_system(report_freeze, ReportFreeze(lookup=lookup))
