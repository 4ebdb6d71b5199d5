"""The week as it stands in a diary of paper: to be printed, and to be signed."""

from datetime import timedelta
from uuid import UUID

from flask import render_template

from journal_core.access.terms import Permission
from journal_core.diary.queries import diary_week
from portal.access import requires
from portal.diary.blueprint import asked_pupil, blueprint
from portal.diary.views import asked_monday
from portal.state import reading, today

#: So many lines has a day of the paper, as in the shops' diaries.
LINES = 8


@blueprint.get("/<uuid:pupil_id>/paper")
@requires(Permission.DIARY_PAGE_READ)
def paper(pupil_id: UUID) -> str:
    """Two pages: Monday to Wednesday, Thursday to Saturday, and lines for the signatures."""
    pupil = asked_pupil(pupil_id)
    monday = asked_monday()
    week = diary_week(reading(), pupil_id, monday, today())
    days = [one for one in week.days if one.day.weekday() < 6]
    return render_template(
        "diary/paper.html",
        pupil=pupil,
        week=week,
        sides=(days[:3], days[3:]),
        lines=max(LINES, *(len(one.lessons) for one in days)),
        last=monday + timedelta(days=5),
    )
