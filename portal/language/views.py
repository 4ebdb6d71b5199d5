"""The language of this browser."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response

from portal.access import public

blueprint = Blueprint("language", __name__)


@blueprint.get("/language/<any(ru, en):language>")
@public
def switch(language: str) -> Response:
    session["language"] = language
    return redirect(local_path(request.args.get("next", "")) or url_for("service.index"), 303)


def local_path(address: str) -> str:
    """The address when it is a path of this portal, else "": nobody is sent elsewhere."""
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:  # a bracket that no address has
        return ""
    is_local = (
        address.isprintable() and not parts.scheme and not parts.netloc and address.startswith("/")
    )
    return address if is_local and not address.startswith(("//", "/\\")) else ""
