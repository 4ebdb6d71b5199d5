"""The notices of a pupil's class and school, among the pages of the diary; and their files."""

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from journal_core.access.terms import Permission
from journal_core.notice_board.queries import file_of_notice, notices_of_pupil
from portal.access import current_actor, requires
from portal.diary.blueprint import asked_pupil, own_diaries
from portal.downloads import download
from portal.notice_board.blueprint import blueprint
from portal.state import reading, today


@blueprint.get("/of/<uuid:pupil_id>")
@requires(Permission.DIARY_PAGE_READ)
def family(pupil_id: UUID) -> str:
    """What the school tells the family of the pupil: to be read alone."""
    pupil = asked_pupil(pupil_id)
    return render_template(
        "notice_board/family.html",
        pupil=pupil,
        diaries=own_diaries(),
        notices=notices_of_pupil(reading(), pupil_id, today()),
    )


@blueprint.get("/files/<uuid:file_id>")
@requires(Permission.ACCOUNT_OWN_USE)
def file(file_id: UUID) -> Response:
    """A file for whom its notice is: the browser never runs it."""
    stored = file_of_notice(reading(), current_actor(), file_id, today())
    return download(stored)
