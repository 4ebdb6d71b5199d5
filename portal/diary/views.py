"""Whose diary, and the week of a pupil (POL-3.9.2, 3.9.4, SVC-2.15.1)."""

from datetime import date, timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from journal_core.academic_year.rules import monday_of
from journal_core.access.terms import Permission
from journal_core.diary.queries import diary_week
from portal.access import requires
from portal.diary.blueprint import asked_pupil, blueprint, own_diaries
from portal.diary.labels import REASON_NAMES
from portal.state import reading, today

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@blueprint.get("")
@requires(Permission.DIARY_PAGE_READ)
def index() -> str | Response:
    """Whose diary; who reads one alone is there already."""
    diaries = own_diaries()
    if len(diaries) == 1:
        return redirect(url_for("diary.week", pupil_id=diaries[0].id), 303)
    return render_template("diary/index.html", diaries=diaries)


@blueprint.get("/<uuid:pupil_id>")
@requires(Permission.DIARY_PAGE_READ)
def week(pupil_id: UUID) -> str:
    """What is due next stands first, in the week of today."""
    pupil = asked_pupil(pupil_id)
    monday = asked_monday()
    is_current = monday == monday_of(today())
    return render_template(
        "diary/week.html",
        pupil=pupil,
        diaries=own_diaries(),
        week=diary_week(reading(), pupil_id, monday, today(), with_ahead=is_current),
        is_current=is_current,
        before=monday - WEEK,
        after=monday + WEEK,
        last=monday + 5 * DAY,
        today=today(),
        tomorrow=today() + DAY,
        reason_names=REASON_NAMES,
    )


def asked_monday() -> date:
    """The Monday of the week of the day that is asked for, or of today."""
    try:
        asked = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        asked = today()
    # The weeks beside it are named, too.
    is_known = date.min + 2 * WEEK < asked < date.max - 2 * WEEK
    return monday_of(asked if is_known else today())
