"""The code, then what else is asked and the account (SVC-3.4.3)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from documents.code_slip import SecondQuestion
from forms.account import CodeForm, FamilyAccountForm, StaffAccountForm
from journal_core.access.models import Account
from journal_core.access.queries import account_of_person
from journal_core.access.terms import Role
from journal_core.errors import RuleBroken
from journal_core.invitations.models import Invitation
from journal_core.invitations.queries import invitation, outstanding
from journal_core.invitations.rules import parse_code
from journal_core.invitations.terms import InvitationKind, ParsedCode
from portal.access import public, signed_in
from portal.account.entering import enter
from portal.navigation import school
from portal.pages import form_page
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
from workflows.notices import question_of

blueprint = Blueprint("invitation", __name__, url_prefix="/invitation")

#: How long after the code its second page may be sent.
SECOND_PAGE = timedelta(minutes=30)


@blueprint.route("", methods=["GET", "POST"])
@public
def index() -> Response | tuple[str, int]:
    form = CodeForm()
    if not form.validate_on_submit():
        return form_page("invitation/index.html", form)
    parsed = parse_code(form.code.data)
    if not isinstance(parsed, ParsedCode):
        form.refuse("code", _("В коде ошибка: сверьте знаки с листком."))
        return form_page("invitation/index.html", form)
    limit = school().code_misses
    if is_spent("code", limit) or is_spent("code_lookup", limit, parsed.lookup):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return form_page("invitation/index.html", form, 429)
    found = outstanding(reading(), parsed.lookup, now())
    if not agrees(found.code_hash if found else None, parsed.secret) or found is None:
        _count_miss(parsed.lookup)
        form.refuse("code", _("Такого кода нет, он уже использован или его срок прошёл."))
        return form_page("invitation/index.html", form)
    session["invitation"] = [str(found.id), (now() + SECOND_PAGE).timestamp()]
    return redirect(url_for("invitation.account"), 303)


@blueprint.route("/account", methods=["GET", "POST"])
@public
def account() -> str | Response | tuple[str, int]:
    found = _opened()
    if found is None:
        return redirect(url_for("invitation.index"), 303)
    if _signs_in_first(found):
        return render_template("invitation/sign_in_first.html")
    form = _form_for(found)
    if not form.validate_on_submit():
        return _account_page(form, found)
    if is_spent("code_lookup", school().code_misses, found.lookup):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return _account_page(form, found, 429)
    try:
        account_id = perform(redeem_invitation, _command(found, form))
    except RuleBroken as error:
        form.refuse("username" if error.code == "username_taken" else None, words_of(error))
        return _account_page(form, found)
    if account_id is None:
        _count_miss(found.lookup)
        form.refuse(None, _("Сведения не совпали с теми, что знает школа."))
        return _account_page(form, found)
    return _entered(found, account_id)


def _entered(found: Invitation, account_id: UUID) -> Response:
    session.pop("invitation")
    entering = enter(account_id)
    if found.kind is InvitationKind.RECOVERY:
        username = reading().get_one(Account, account_id).username
        flash(_("Пароль изменён. Имя для входа: %(username)s", username=username), "success")
    return entering


def _form_for(found: Invitation) -> Any:
    """What is asked beside the code; an account that exists keeps its name and its address."""
    asks_surname = question_of(found) is SecondQuestion.OWN_SURNAME
    form: Any = StaffAccountForm() if asks_surname else FamilyAccountForm()
    if found.role is Role.PUPIL:
        form.child_birth_date.label.text = _("Ваша дата рождения")
    if found.kind is InvitationKind.RECOVERY:
        del form.username, form.email
    elif signed_in() is not None:
        del form.username, form.password, form.email
    return form


def _command(found: Invitation, form: Any) -> RedeemInvitation:
    person = signed_in()
    typed = form.data
    return RedeemInvitation(
        invitation_id=found.id,
        birth_date=typed.get("child_birth_date"),
        last_name=typed.get("last_name", ""),
        username=typed.get("username", ""),
        email=typed.get("email", ""),
        password_hash=hasher().hash(typed["password"]) if "password" in typed else "",
        account_id=person.account_id if person else None,
    )


def _signs_in_first(found: Invitation) -> bool:
    """A code for a role is added to the account that its person has, by its owner."""
    if found.kind is InvitationKind.RECOVERY or signed_in() is not None:
        return False
    return account_of_person(reading(), found.person_id) is not None


def _account_page(form: Any, found: Invitation, status: int | None = None) -> tuple[str, int]:
    return form_page(
        "invitation/account.html",
        form,
        status,
        sets_new_password=found.kind is InvitationKind.RECOVERY,
    )


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
