"""The forecast of a course's period marks, and of one pupil of it (INS-3.3.20)."""

from uuid import UUID

from flask import Blueprint, render_template

from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.errors import NotFound
from journal_core.forecast.queries import course_forecast
from journal_core.forecast.terms import CourseForecast
from journal_core.journal.terms import CourseView
from journal_core.period_marks.queries import grade_periods
from portal.access import current_actor, requires
from portal.diary.labels import period_name
from portal.forecast.asked import supposed
from portal.forecast.labels import need_words, next_words
from portal.journal.labels import average_text
from portal.period_marks.blueprint import asked_course
from portal.period_marks.labels import course_url
from portal.state import current_portal, now, reading, today

blueprint = Blueprint("forecast", __name__, url_prefix="/forecast")


@blueprint.get("/<uuid:class_id>/<uuid:subject_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def course(class_id: UUID, subject_id: UUID) -> str:
    """Each pupil of the course: what the mark is now, may become, and what a higher one takes."""
    of_course = asked_course(class_id, subject_id)
    found = _forecast(of_course)
    return render_template(
        "forecast/course.html",
        course=of_course,
        found=found,
        period=found and period_name(found.period),
        next_words=next_words,
        course_url=course_url,
        average_text=average_text,
    )


@blueprint.get("/<uuid:class_id>/<uuid:subject_id>/<uuid:pupil_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def pupil(class_id: UUID, subject_id: UUID, pupil_id: UUID) -> str:
    """One pupil, and what other marks would make."""
    of_course = asked_course(class_id, subject_id)
    found = _forecast(of_course)
    rows = found.rows if found else ()
    row = next((one for one in rows if one.pupil_id == pupil_id), None)
    if found is None or row is None:
        raise NotFound("pupil_unknown")
    return render_template(
        "forecast/pupil.html",
        course=of_course,
        row=row,
        period=period_name(found.period),
        supposed=supposed(row.forecast),
        need_words=need_words,
        course_url=course_url,
        average_text=average_text,
    )


def _forecast(of_course: CourseView) -> CourseForecast | None:
    """None where no marks are given, or no period runs."""
    period = _running(of_course)
    if period is None or not of_course.takes_marks:
        return None
    return course_forecast(
        reading(), current_actor(), of_course, period, now=now(), zone=current_portal().zone
    )


def _running(of_course: CourseView) -> Period | None:
    periods = grade_periods(reading(), of_course.academic_year, of_course.grade)
    return next((one for one in periods if one.since <= today() <= one.until), None)
