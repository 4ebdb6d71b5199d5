"""Plan against fact, the re-laying of the rest, and the correction sheet."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.plan_corrections import PlanCorrections
from documents.render import render_pdf
from forms.account import EmptyForm
from forms.plans import CORRECTION_NAMES, RelayForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.plans.commands import RelayPlan, UndoRelaying, relay_plan, undo_relaying
from journal_core.plans.queries import (
    corrections_of,
    courses_of,
    laid_topics,
    plan_to_edit,
    plan_view,
    progress_of,
    progress_of_plan,
    subjects,
)
from journal_core.plans.rules import proposal
from journal_core.plans.terms import CourseProgress, PlanView
from portal.access import current_actor, requires
from portal.navigation import school
from portal.pages import form_page, page_of
from portal.papers import MEDIA_TYPES, attachment
from portal.perform import perform
from portal.plans.base import PAGE, chosen_subject, chosen_year
from portal.plans.blueprint import blueprint, opened
from portal.plans.plan import moment_of, refusal_of
from portal.state import current_portal, reading, today


@blueprint.get("/progress")
@requires(Permission.PLANS_ANY_READ)
def progress() -> str:
    """All classes and subjects, the worst first (POL-2.2.10, POL-3.7.4)."""
    year, subject_id = chosen_year(), chosen_subject()
    courses = courses_of(reading(), year, subject_id=subject_id)
    found = progress_of(reading(), courses, today())
    counted = [one.progress for one in found if one.progress]
    return render_template(
        "plans/progress.html",
        shown=page_of(found, PAGE),
        href=lambda page: url_for("plans.progress", year=year, subject=subject_id, page=page),
        year=year,
        subjects=subjects(reading()),
        subject_id=subject_id,
        without_plan=sum(one.course.plan_id is None for one in found),
        not_fitting=sum(one.missing > 0 for one in counted),
        behind=sum(one.balance < 0 for one in counted),
    )


@blueprint.route("/<uuid:plan_id>/relay", methods=["GET", "POST"])
@requires(Permission.PLANS_OWN_EDIT)
def relay(plan_id: UUID) -> Any:
    """The topics still to be given, with what the program proposes where they do not fit."""
    view = _of_class(plan_id)
    courses = progress_of_plan(reading(), plan_id, today())
    rest = sum(topic.hours for topic in view.topics if not topic.given)
    left = lessons_left(courses, rest)
    proposed = () if left is None else proposal(laid_topics(reading(), plan_id), left)
    form = RelayForm(data={"seen": view.saved_at.isoformat()})
    open_topics = [
        topic for topic in view.topics if not topic.given and topic.hours and not topic.is_merged
    ]
    sent = request.form if request.method == "POST" else None
    form.changes.offer(open_topics, proposed, sent)
    if form.validate_on_submit():
        command = RelayPlan(
            plan_id=plan_id,
            changes=form.changes.data,
            reason=form.reason.data,
            seen_at=moment_of(form.seen.data),
        )
        try:
            perform(relay_plan, command)
        except (RuleBroken, StaleVersion) as error:
            form.refuse(None, refusal_of(error))
        else:
            flash(_("План переложен. Лист корректировки можно напечатать."), "success")
            return opened(plan_id)
    return form_page(
        "plans/relay.html",
        form,
        view=view,
        courses=courses,
        names=CORRECTION_NAMES,
        rest=rest,
        left=left,
        proposed=proposed,
    )


def lessons_left(courses: list[CourseProgress], rest: int) -> int | None:
    """Lessons for the topics not begun, which have `rest` hours, in the group with the fewest.

    A topic that is begun and not done takes its lessons first. None where no lessons are known.
    """
    left = [
        one.progress.lessons_left - (one.progress.rest - rest) for one in courses if one.progress
    ]
    return max(0, min(left)) if left else None


@blueprint.post("/<uuid:plan_id>/relay/undo")
@requires(Permission.PLANS_OWN_EDIT)
def undo(plan_id: UUID) -> BaseResponse:
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    perform(undo_relaying, UndoRelaying(plan_id=plan_id))
    flash(_("Последнее перекладывание отменено."), "success")
    return opened(plan_id)


@blueprint.get("/<uuid:plan_id>/corrections.pdf")
@requires(Permission.PLANS_BASE_READ)
def corrections(plan_id: UUID) -> Response:
    """The correction sheet to sign (INS-3.3.17)."""
    view = plan_view(reading(), current_actor(), plan_id, today())
    lines = corrections_of(reading(), plan_id)
    if not lines:
        raise NotFound
    zone = current_portal().zone
    teachers = [
        name
        for one in progress_of_plan(reading(), plan_id, today())
        for name in one.course.teachers
    ]
    sheet = PlanCorrections(
        school_short_name=school().short_name,
        academic_year=view.card.academic_year,
        subject=view.card.subject,
        class_name=view.card.course,
        teacher=", ".join(dict.fromkeys(teachers)),
        lines=tuple(
            replace(line, corrected_at=line.corrected_at.astimezone(zone)) for line in lines
        ),
        printed_on=today(),
    )
    return attachment(render_pdf(sheet), "plan-corrections.pdf", MEDIA_TYPES["pdf"])


def _of_class(plan_id: UUID) -> PlanView:
    """Raises NotFound for a plan of the base, and for one that is not the actor's to change."""
    plan_to_edit(reading(), current_actor(), plan_id)
    view = plan_view(reading(), current_actor(), plan_id, today())
    if view.is_base:
        raise NotFound
    return view
