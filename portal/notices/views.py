"""What a person is told by e-mail, and the proof that the address is theirs (POL-2.2.6)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.account import EmptyForm
from forms.notices import NoticesForm
from journal_core.access.models import Account
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.notices.commands import ChooseNotices, choose_notices
from journal_core.notices.queries import address_of, choices_of
from portal.access import requires
from portal.account.entering import owner
from portal.notices.proof import proves_email
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading
from portal.throttle import count, is_spent
from workflows.account import AskConfirmation, ConfirmEmail, ask_confirmation, confirm_email

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

#: Letters with the link that one account may ask for in an hour.
LETTERS_AN_HOUR = 3


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.DIARY_PAGE_READ)
def own() -> Any:
    """The own switches; letters lead here."""
    account_id = owner().account_id
    form = NoticesForm.of(choices_of(reading(), [account_id])[account_id])
    if form.validate_on_submit():
        try:
            perform(choose_notices, ChooseNotices(choices=form.choices))
        except RuleBroken as error:
            form.refuse(None, words_of(error))
        else:
            flash(_("Сохранено."), "success")
            return redirect(url_for("notices.own"), 303)
    page = render_template("notices/own.html", form=form, address=address_of(reading(), account_id))
    return page, 422 if form.error_pairs else 200


@blueprint.post("/letter")
@requires(Permission.DIARY_PAGE_READ)
def ask() -> Response:
    """Another letter with the link."""
    account_id = str(owner().account_id)
    if EmptyForm().validate_on_submit():
        if is_spent("confirm", LETTERS_AN_HOUR, account_id):
            flash(_("Слишком много писем. Повторите через час."), "warning")
        else:
            count("confirm", account_id)
            perform(ask_confirmation, AskConfirmation())
            flash(_("Письмо со ссылкой отправлено."), "success")
    return redirect(url_for("notices.own"), 303)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@requires(Permission.DIARY_PAGE_READ)
def confirm(token: str) -> Any:
    """Opening the link changes nothing: mail programs open links, too."""
    account = reading().get_one(Account, owner().account_id)
    is_right = bool(account.email) and proves_email(account, token)
    if is_right and EmptyForm().validate_on_submit():
        perform(confirm_email, ConfirmEmail(email=account.email or ""))
        flash(_("Адрес подтверждён."), "success")
        return redirect(url_for("notices.own"), 303)
    return render_template("notices/confirm.html", email=account.email, is_right=is_right)
