"""Regular assessment: who was asked too seldom, in a course and in all of one's own."""

from uuid import UUID

from flask import render_template, request, url_for

from journal_core.access.terms import Permission
from journal_core.assessment.queries import asked_courses
from journal_core.assessment.terms import AskedCourse, Lack
from journal_core.council.queries import classes_to_sum_up
from journal_core.journal.queries import courses_to_read
from journal_core.journal.terms import CourseView
from journal_core.school.rules import academic_year_of
from portal.access import current_actor, requires
from portal.pages import page_of
from portal.period_marks.blueprint import asked_course, blueprint
from portal.period_marks.labels import LACK_COLOURS, LACK_NAMES, course_url
from portal.state import reading, today

#: Courses on a page.
LENGTH = 60


@blueprint.get("")
@requires(Permission.JOURNAL_PAGE_READ)
def index() -> str:
    """The courses that this person may read, with who was asked too seldom (POL-3.7.4)."""
    year = academic_year_of(today())
    courses = courses_to_read(reading(), current_actor(), year, today())
    chosen = request.args.get("class", type=UUID)
    asked = asked_courses(reading(), [one for one in courses if _is_of(one, chosen)], today())
    only_lacking = request.args.get("show") == "lacking"
    lacking = [one for one in asked if one.count(Lack.NONE) or one.count(Lack.FEW)]
    shown = page_of(lacking if only_lacking else asked, LENGTH)
    return render_template(
        "period_marks/index.html",
        shown=shown,
        count=len(asked),
        lacking=len(lacking),
        without=sum(one.count(Lack.NONE) for one in asked),
        only_lacking=only_lacking,
        chosen=chosen,
        classes=classes_to_sum_up(reading(), current_actor(), year, today()),
        lack=Lack,
        course_url=course_url,
        urgent=_urgent,
        href=lambda page: url_for(".index", **{**request.args, "page": page}),
    )


@blueprint.get("/asking/<uuid:class_id>/<uuid:subject_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def asking(class_id: UUID, subject_id: UUID) -> str:
    """Whom to ask in the next lesson, the most urgent first (INS-3.3.7, 3.3.9)."""
    course = asked_course(class_id, subject_id)
    found = asked_courses(reading(), [course], today())
    if not found:
        return render_template("period_marks/nothing.html", course=course)
    return render_template(
        "period_marks/asking.html",
        asked=found[0],
        course=course,
        lack=Lack,
        names=LACK_NAMES,
        colours=LACK_COLOURS,
        today=today(),
        sheet_url=course_url("period_marks.sheet", course.key),
        journal_url=course_url("journal.page", course.key),
    )


def _is_of(course: CourseView, class_id: UUID | None) -> bool:
    return class_id is None or course.key.class_id == class_id


def _urgent(asked: AskedCourse) -> list[str]:
    """The first who are to be asked and will be there."""
    return [one.name for one in asked.pupils if one.lack is not Lack.ENOUGH and not one.is_away][:3]
