"""Home pages of those whose work is not in the office."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from journal_core.access.terms import Permission
from journal_core.people.queries import children_of
from portal.access import can, requires, signed_in
from portal.state import reading

blueprint = Blueprint("home", __name__)


@blueprint.get("/home")
@requires(Permission.ACCOUNT_OWN_USE)
def index() -> str | Response:
    if can(Permission.REQUEST_OFFICE_READ):
        return redirect(url_for("office.today"), 303)
    account = signed_in()
    children = children_of(reading(), account.person_id) if account else []
    return render_template("home/index.html", account=account, children=children)
