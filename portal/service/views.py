"""The public page of the service, its poster, and help."""

from flask import Blueprint, Response, render_template
from flask_babel import force_locale

from documents.poster import Poster
from documents.render import render_pdf
from portal.access import public
from portal.navigation import school
from portal.papers import MEDIA_TYPES, attachment
from portal.service import labels
from portal.state import current_portal

blueprint = Blueprint("service", __name__)


@blueprint.get("/")
@public
def index() -> str:
    return render_template("service/index.html", words=labels)


@blueprint.get("/poster.pdf")
@public
def poster() -> Response:
    """The page's words on one sheet for the stand, in the language of the school (SVC-2.18)."""
    address = current_portal().config.base_url
    with force_locale("ru"):
        paper = Poster(
            school_short_name=school().short_name,
            service_title=str(labels.SERVICE_TITLE),
            applicants=_said(labels.APPLICANTS),
            papers=_said(labels.PAPERS),
            terms=_said(labels.TERMS),
            grounds=_said(labels.GROUNDS),
            legal_basis=_said(labels.LEGAL_BASIS),
            address=school().address,
            reception_hours=school().reception_hours,
            phone=school().phone,
            email=school().email,
            page_address=address,
            service_link=f"{address}/",
        )
    return attachment(render_pdf(paper), "poster.pdf", MEDIA_TYPES["pdf"])


@blueprint.get("/help")
@public
def help_page() -> str:
    return render_template("service/help.html")


def _said(words: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(str(word) for word in words)
