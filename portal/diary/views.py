"""The week of a pupil, and the marks by subject (POL-3.9.2, 3.9.4, SVC-2.15.1)."""

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import bounds, monday_of, periods_of
from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.attendance.terms import Days
from journal_core.diary.queries import (
    diaries_in_reach,
    diary_week,
    marks_by_subject,
    pupil_in_reach,
)
from journal_core.diary.terms import DiaryPupil
from journal_core.period_marks.rules import current_ref, refs_of
from journal_core.school.rules import academic_year_of
from portal.access import current_actor, requires
from portal.diary.labels import REASON_NAMES, period_name, ref_names
from portal.journal.labels import average_text, average_words
from portal.state import reading, today

blueprint = Blueprint("diary", __name__, url_prefix="/diary")

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
#: What of the addresses names the whole year instead of a period.
YEAR = "year"


@blueprint.get("")
@requires(Permission.DIARY_PAGE_READ)
def index() -> str | Response:
    """Whose diary; who reads one alone is there already."""
    diaries = _diaries()
    if len(diaries) == 1:
        return redirect(url_for("diary.week", pupil_id=diaries[0].id), 303)
    return render_template("diary/index.html", diaries=diaries)


@blueprint.get("/<uuid:pupil_id>")
@requires(Permission.DIARY_PAGE_READ)
def week(pupil_id: UUID) -> str:
    """What is due next stands first, in the week of today."""
    pupil = _pupil(pupil_id)
    monday = _asked_monday()
    is_current = monday == monday_of(today())
    return render_template(
        "diary/week.html",
        pupil=pupil,
        diaries=_diaries(),
        week=diary_week(reading(), pupil_id, monday, today(), with_ahead=is_current),
        is_current=is_current,
        before=monday - WEEK,
        after=monday + WEEK,
        last=monday + 5 * DAY,
        today=today(),
        tomorrow=today() + DAY,
        reason_names=REASON_NAMES,
    )


@blueprint.get("/<uuid:pupil_id>/marks")
@requires(Permission.DIARY_PAGE_READ)
def marks(pupil_id: UUID) -> str:
    """By subject, in a period or in the whole year (POL-2.2.4)."""
    pupil = _pupil(pupil_id)
    year = academic_year_of(today())
    periods = periods_of(periods_of_year(reading(), year), pupil.grade) if pupil.grade else []
    chosen = _asked_period(periods)
    since, until = (chosen.since, chosen.until) if chosen else bounds(year)
    found = marks_by_subject(reading(), pupil, Days(since=since, until=until))
    types = {mark.type.code: mark.type.name for one in found.subjects for mark in one.marks}
    return render_template(
        "diary/marks.html",
        pupil=pupil,
        diaries=_diaries(),
        year=year,
        found=found,
        periods=[(one, period_name(one)) for one in periods],
        chosen=chosen,
        refs=ref_names(periods, refs_of(pupil.grade or 0, periods), found.refs),
        types=sorted(types.items()),
        average_text=average_text,
        average_words=average_words,
        reason_names=REASON_NAMES,
    )


def _pupil(pupil_id: UUID) -> DiaryPupil:
    return pupil_in_reach(reading(), current_actor(), pupil_id, today())


def _diaries() -> list[DiaryPupil]:
    return diaries_in_reach(reading(), current_actor(), today())


def _asked_monday() -> date:
    """The Monday of the week of the day that is asked for, or of today."""
    try:
        asked = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        asked = today()
    # The weeks beside it are named, too.
    is_known = date.min + 2 * WEEK < asked < date.max - 2 * WEEK
    return monday_of(asked if is_known else today())


def _asked_period(periods: list[Period]) -> Period | None:
    """The period of the address, or the one that began last; None for the whole year."""
    asked = request.args.get("period", "")
    if asked == YEAR or not periods:
        return None
    named = {str(one.number): one for one in periods}
    current = named.get(str(current_ref(periods, today()).number), periods[0])
    return named.get(asked, current)
