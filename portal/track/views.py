"""Following a request (SVC-2.19)."""

import hmac
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forms.account import TrackForm
from forms.office import MoveForm
from journal_core.invitations.rules import parse_key
from journal_core.invitations.terms import ParsedKey
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import CLOSED, draft, history, request_numbered
from journal_core.secrets import subject_of_token
from portal.access import public
from portal.navigation import school
from portal.office.labels import STATE_COLOURS, STATE_NAMES
from portal.perform import perform
from portal.state import current_portal, now, reading
from portal.throttle import count, is_spent
from workflows.service_request import MoveRequest, tracking_key, withdraw_request

blueprint = Blueprint("track", __name__, url_prefix="/track")


@blueprint.route("", methods=["GET", "POST"])
@public
def index() -> str | Response | tuple[str, int]:
    form = TrackForm()
    if not form.validate_on_submit():
        return render_template("track/index.html", form=form)
    limit = school().tracking_misses
    if is_spent("track", limit) or is_spent("track_number", limit, form.track_number.data):
        form.refuse(None, _("Слишком много попыток. Повторите через час."))
        return render_template("track/index.html", form=form), 429
    request = request_numbered(reading(), form.track_number.data)
    typed = parse_key(form.track_key.data)
    key = typed.key if isinstance(typed, ParsedKey) else ""
    if request is None or not _opens(request, key) or _has_ended(request):
        count("track")
        count("track_number", form.track_number.data)
        form.refuse(None, _("Номер или ключ неверны, либо срок ключа прошёл."))
        return render_template("track/index.html", form=form)
    session["tracked"] = str(request.id)
    return redirect(url_for("track.request_page"), 303)


@blueprint.get("/<token>")
@public
def open_link(token: str) -> Response:
    """A letter's link is exchanged for this browser's session: the address stays clean."""
    subject = subject_of_token(token)
    request = draft(reading(), subject) if subject else None
    keys = current_portal().keys
    if (
        request is None
        or not keys.is_link_token(token, "track", request.id, request.key_generation)
        or _has_ended(request)
    ):
        raise NotFound
    session["tracked"] = str(request.id)
    return redirect(url_for("track.request_page"), 303)


@blueprint.get("/request")
@public
def request_page() -> str | Response:
    request = _tracked()
    if request is None:
        return redirect(url_for("track.index"), 303)
    return render_template(
        "track/request.html",
        request=request,
        form=MoveForm(data={"seen_version": request.version}),
        state_name=STATE_NAMES[request.state],
        state_colour=STATE_COLOURS.get(request.state, ""),
        events=[
            (STATE_NAMES.get(entry.details["target"], ""), entry.at)
            for entry in history(reading(), request.id)
        ],
    )


@blueprint.post("/withdraw")
@public
def withdraw() -> Response:
    request = _tracked()
    form = MoveForm()
    if request is not None and form.validate_on_submit():
        perform(
            withdraw_request,
            MoveRequest(request_id=request.id, seen_version=form.seen_version.data or 0),
        )
    return redirect(url_for("track.request_page"), 303)


def _tracked() -> ServiceRequest | None:
    kept = session.get("tracked")
    return draft(reading(), UUID(kept)) if kept else None


def _has_ended(request: ServiceRequest) -> bool:
    """Keys and links end so many days after the last state (SVC-2.19)."""
    return request.state in CLOSED and now() > request.state_since + timedelta(
        days=school().tracking_days
    )


def _opens(request: ServiceRequest, key: str) -> bool:
    right = tracking_key(current_portal().keys, request)
    return hmac.compare_digest(right.encode(), key.encode())
