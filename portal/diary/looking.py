"""That a family looked into the diary goes on record, once an hour (POL-3.5.5)."""

import logging
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from journal_core.diary_visits.commands import NoteVisit, note_visit
from journal_core.diary_visits.queries import last_look
from portal.access import current_actor
from portal.diary.blueprint import blueprint
from portal.perform import perform
from portal.state import now, reading, today

log = logging.getLogger(__name__)


@blueprint.after_request
def note_look(response: Response) -> Response:
    """After the page is made. A look that cannot be put on record is no reason not to show it."""
    pupil_id = (request.view_args or {}).get("pupil_id")
    if request.method == "GET" and response.status_code == HTTPStatus.OK and pupil_id:
        try:
            _note(pupil_id)
        except Exception:
            log.exception("a look into a diary could not be recorded")
    return response


def _note(pupil_id: UUID) -> None:
    person_id = current_actor().person_id
    if person_id is None:
        return
    seen = last_look(reading(), person_id, pupil_id, today())
    if seen is None or _hour(seen.last_at) < _hour(now()):
        perform(note_visit, NoteVisit(pupil_id=pupil_id))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
