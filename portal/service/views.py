"""The public page of the service, and help."""

from flask import Blueprint, render_template

from portal.access import public

blueprint = Blueprint("service", __name__)


@blueprint.get("/")
@public
def index() -> str:
    return render_template("service/index.html")


@blueprint.get("/help")
@public
def help_page() -> str:
    return render_template("service/help.html")
