"""The one blueprint of portfolios, and the paper that one is printed on."""

from flask import Blueprint
from flask_babel import force_locale

from documents.portfolio import AchievementLine, Portfolio
from documents.render import render_pdf
from forms.portfolio import KIND_NAMES, LEVEL_NAMES
from journal_core.portfolio.terms import AchievementView
from portal.navigation import school
from portal.state import today

blueprint = Blueprint("portfolio", __name__, url_prefix="/portfolio")


def portfolio_pdf(name: str, class_name: str, achievements: list[AchievementView]) -> bytes:
    """The portfolio on paper, which is Russian whoever prints it."""
    with force_locale("ru"):
        lines = tuple(
            AchievementLine(
                kind=str(KIND_NAMES[one.kind]),
                level=str(LEVEL_NAMES[one.level]),
                title=one.title,
                result=one.result,
                note=one.note,
                achieved_on=one.achieved_on,
                files=tuple(file.name for file in one.files),
            )
            for one in achievements
        )
    return render_pdf(
        Portfolio(
            school_short_name=school().short_name,
            pupil=name,
            class_name=class_name,
            printed_on=today(),
            achievements=lines,
        )
    )
