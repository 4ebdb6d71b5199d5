"""Hands out what a person uploaded."""

from io import BytesIO

from flask import send_file
from werkzeug.wrappers import Response

from journal_core.files.models import StoredFile
from journal_core.files.queries import require_scanned
from portal.state import current_portal, reading


def download(stored: StoredFile) -> Response:
    """The file to be kept: the browser never runs it. That it is the reader's is the caller's.

    Raises what `require_scanned` raises for one that is not looked through yet.
    """
    require_scanned(reading(), stored.id)
    return send_file(
        BytesIO(current_portal().files.get(stored.id)),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.name,
    )
