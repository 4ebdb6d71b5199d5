"""The courses of a reader, and the page of one: pupils × lessons of a period (POL-3.6.1)."""

from uuid import UUID

from flask import render_template, request
from werkzeug.exceptions import NotFound

from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import bounds, periods_of
from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.journal.queries import course_to_read, courses_to_read, journal_page
from journal_core.school.queries import classes_of_year
from journal_core.school.rules import academic_year_of
from portal.academic_year.labels import PERIOD_NAMES
from portal.access import can, current_actor, requires
from portal.journal.blueprint import blueprint
from portal.journal.cells import course_key
from portal.journal.finals import finals_of
from portal.journal.shown import grid_of
from portal.state import current_portal, now, reading, today


@blueprint.get("/journal")
@requires(Permission.JOURNAL_PAGE_READ)
def index() -> str:
    """One's own courses and the led class; who reads all chooses the class first."""
    year = academic_year_of(today())
    reads_any = can(Permission.JOURNAL_ANY_READ)
    classes = classes_of_year(reading(), year) if reads_any else []
    chosen = request.args.get("class", type=UUID)
    if chosen and chosen not in {one.id for one in classes}:
        raise NotFound
    courses = (
        []
        if reads_any and chosen is None
        else courses_to_read(reading(), current_actor(), year, today(), chosen)
    )
    return render_template(
        "journal/index.html",
        year=year,
        classes=classes,
        chosen=chosen,
        own=[one for one in courses if not one.is_led or chosen],
        led=[one for one in courses if one.is_led and not chosen],
    )


@blueprint.get("/journal/<uuid:class_id>/<uuid:subject_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def page(class_id: UUID, subject_id: UUID) -> str:
    """The page of a course in a period: today's unless another is asked for."""
    key = course_key(class_id, subject_id)
    course = course_to_read(reading(), current_actor(), key, today())
    periods = periods_of(periods_of_year(reading(), course.academic_year), course.grade)
    chosen = _chosen_period(periods)
    since, until = (chosen.since, chosen.until) if chosen else bounds(course.academic_year)
    shown = journal_page(
        reading(),
        current_actor(),
        course,
        since,
        until,
        now=now(),
        zone=current_portal().zone,
    )
    return render_template(
        "journal/page.html",
        course=course,
        grid=grid_of(shown, finals_of(course, periods, chosen)),
        periods=periods,
        chosen=chosen,
        period_names=PERIOD_NAMES,
    )


def _chosen_period(periods: list[Period]) -> Period | None:
    """The asked one; else that of today, or the last that began. None where a year has none."""
    asked = request.args.get("period", type=int)
    if asked is not None:
        found = next((one for one in periods if one.number == asked), None)
        if found is None:
            raise NotFound
        return found
    begun = [one for one in periods if one.since <= today()]
    return max(begun, key=lambda one: one.since) if begun else next(iter(periods), None)
