"""Who looked at what: a tag on the view, and one hook that puts the look on record."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from flask import current_app, request
from werkzeug.wrappers import Response

from journal_core.audit.terms import AuditAction
from journal_core.privacy.commands import NoteView, note_view
from journal_core.privacy.queries import is_same_look
from portal.access import signed_in
from portal.navigation import school
from portal.perform import perform
from portal.state import now, reading

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., object])

_TAG = "viewing_tag"
_SEEN = 200
#: What is not open to a role, and what is not open to this person.
_DENIED, _UNKNOWN = 403, 404


def views_personal_data(action: AuditAction, subject: str) -> Callable[[View], View]:
    """Tag a view that shows a person's data; `subject` is its argument that says whose."""

    def tag(view: View) -> View:
        setattr(view, _TAG, (action, subject))
        return view

    return tag


def record_view(response: Response) -> Response:
    """After the page is made, in a transaction of its own (SVC-2.2.3, REC-1.5).

    A page that cannot be put on record is shown all the same: the failure is logged.
    """
    try:
        seen = _look(response.status_code)
        if seen is not None:
            _note(seen)
    except Exception:
        log.exception("who opened %s could not be recorded", request.endpoint)
    return response


def _look(status: int) -> NoteView | None:
    """What this request was: a look at a person's data, an attempt that was denied, or neither."""
    if request.endpoint is None or status not in {_SEEN, _DENIED, _UNKNOWN}:
        return None
    values = request.view_args or {}
    what = {"what": request.endpoint.rpartition(".")[2]}
    if status != _SEEN:
        named = next((value for value in values.values() if isinstance(value, UUID)), None)
        page = {"what": request.endpoint}
        if status == _UNKNOWN and named is None:
            return None  # an address that names nobody's row
        return NoteView(action=AuditAction.ACCESS_DENIED, subject_id=named, details=page)
    tag = getattr(current_app.view_functions[request.endpoint], _TAG, None)
    if tag is None or request.method != "GET":
        return None
    action, subject = tag
    others = {name: str(value) for name, value in values.items() if name != subject}
    return NoteView(action=action, subject_id=values[subject], details={**what, **others})


def _note(seen: NoteView) -> None:
    account = signed_in()
    if account is None:
        return
    since = now() - timedelta(minutes=school().view_repeat_minutes)
    if not is_same_look(
        reading(), account.account_id, seen.action, seen.subject_id, seen.details, since
    ):
        perform(note_view, seen)
