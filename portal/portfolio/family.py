"""The portfolio among the pages of the diary, and its files."""

from uuid import UUID

from flask import Response as Answer
from flask import render_template
from werkzeug.wrappers import Response

from forms.portfolio import KIND_NAMES, LEVEL_NAMES
from journal_core.access.terms import Permission
from journal_core.portfolio.queries import achievements_of, file_of_achievement
from portal.access import current_actor, requires
from portal.diary.blueprint import asked_pupil, own_diaries
from portal.downloads import download
from portal.papers import MEDIA_TYPES, attachment
from portal.portfolio.blueprint import blueprint, portfolio_pdf
from portal.state import reading, today


@blueprint.get("/own/<uuid:pupil_id>")
@requires(Permission.DIARY_PAGE_READ)
def own(pupil_id: UUID) -> str:
    """What the school has entered: to be read alone."""
    pupil = asked_pupil(pupil_id)
    return render_template(
        "portfolio/family.html",
        pupil=pupil,
        diaries=own_diaries(),
        achievements=achievements_of(reading(), pupil_id),
        kinds=KIND_NAMES,
        levels=LEVEL_NAMES,
    )


@blueprint.get("/own/<uuid:pupil_id>/portfolio.pdf")
@requires(Permission.DIARY_PAGE_READ)
def own_printed(pupil_id: UUID) -> Answer:
    pupil = asked_pupil(pupil_id)
    pdf = portfolio_pdf(pupil.name, pupil.class_name, achievements_of(reading(), pupil_id))
    return attachment(pdf, "portfolio.pdf", MEDIA_TYPES["pdf"])


@blueprint.get("/files/<uuid:file_id>")
@requires(Permission.ACCOUNT_OWN_USE)
def file(file_id: UUID) -> Response:
    """A diploma for whom the portfolio is open: the browser never runs it."""
    stored = file_of_achievement(reading(), current_actor(), file_id, today())
    return download(stored)
