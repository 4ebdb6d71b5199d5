"""The recommendations of a course: writing one, taking one back. The family reads its diary."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.fields import Option
from forms.recommendations import RecommendationForm
from journal_core.access.terms import Permission
from journal_core.journal.terms import CourseView
from journal_core.recommendations.commands import (
    Recommend,
    WithdrawRecommendation,
    recommend,
    withdraw_recommendation,
)
from journal_core.recommendations.queries import advised_pupils, may_advise
from journal_core.recommendations.terms import AdvisedPupil
from portal.access import current_actor, requires
from portal.pages import form_page, press
from portal.perform import perform
from portal.period_marks.blueprint import asked_course
from portal.period_marks.labels import course_url
from portal.state import reading, today

blueprint = Blueprint("recommendations", __name__, url_prefix="/recommendations")


@blueprint.get("/<uuid:class_id>/<uuid:subject_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def course(class_id: UUID, subject_id: UUID) -> Any:
    """What stands in the diaries of the course's pupils; its teacher writes here."""
    return _page(asked_course(class_id, subject_id))


@blueprint.post("/<uuid:class_id>/<uuid:subject_id>")
@requires(Permission.JOURNAL_OWN_WRITE)
def write(class_id: UUID, subject_id: UUID) -> Any:
    of_course = asked_course(class_id, subject_id)
    pupils = _pupils(of_course)
    form = _form(pupils)
    if not form.validate_on_submit():
        return _page(of_course, pupils, form)
    perform(
        recommend,
        Recommend(key=of_course.key, pupil_ids=form.pupils.data, text=form.text.data),
    )
    flash(_("Рекомендация записана в дневник."), "success")
    return redirect(course_url("recommendations.course", of_course.key), 303)


@blueprint.post("/<uuid:class_id>/<uuid:subject_id>/<uuid:recommendation_id>/withdraw")
@requires(Permission.JOURNAL_OWN_WRITE)
def withdraw(class_id: UUID, subject_id: UUID, recommendation_id: UUID) -> Response:
    of_course = asked_course(class_id, subject_id)
    command = WithdrawRecommendation(recommendation_id=recommendation_id)
    press(withdraw_recommendation, command, _("Рекомендация убрана из дневника."))
    return redirect(course_url("recommendations.course", of_course.key), 303)


def _page(
    of_course: CourseView,
    pupils: list[AdvisedPupil] | None = None,
    form: RecommendationForm | None = None,
) -> Any:
    pupils = _pupils(of_course) if pupils is None else pupils
    return form_page(
        "recommendations/course.html",
        form or _form(pupils),
        course=of_course,
        pupils=pupils,
        may_advise=may_advise(reading(), current_actor(), of_course.key),
        course_url=course_url,
    )


def _form(pupils: list[AdvisedPupil]) -> RecommendationForm:
    form = RecommendationForm(data={"pupils": request.args.getlist("pupil", UUID)})
    form.pupils.options = [Option(one.id, one.name) for one in pupils]
    return form


def _pupils(of_course: CourseView) -> list[AdvisedPupil]:
    return advised_pupils(reading(), current_actor(), of_course, today())
