"""The base of plans as a list, and what makes a plan out of nothing or out of another."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.account import EmptyForm
from forms.fields import Option
from forms.plans import CopyForm, NewPlanForm
from journal_core.academic_year.rules import year_in_hand
from journal_core.access.terms import Permission
from journal_core.plans.commands import (
    CopyPlan,
    CreatePlan,
    RemovePlan,
    SharePlan,
    TakeOverPlan,
    copy_plan,
    create_plan,
    remove_plan,
    share_plan,
    take_over_plan,
)
from journal_core.plans.queries import (
    copy_places,
    courses_of,
    plan_cards,
    plan_to_edit,
    plan_view,
    subjects,
    years_of_plans,
)
from journal_core.plans.terms import Course, PlanCard
from portal.access import can, current_actor, requires
from portal.pages import form_page, page_of, require_token
from portal.perform import perform
from portal.plans.blueprint import blueprint, opened
from portal.state import reading, today

#: Plans of one page of a list.
PAGE = 50


@blueprint.get("")
@requires(Permission.PLANS_BASE_READ)
def index() -> str:
    """Own plans first, then the base and the classes' copies that the reader may see."""
    year, subject_id, grade = chosen_year(), chosen_subject(), _chosen_grade()
    cards = plan_cards(reading(), current_actor(), year, subject_id=subject_id, grade=grade)
    shown = page_of(sorted(cards, key=_part_of), PAGE)
    return render_template(
        "plans/index.html",
        parts=[
            (title, [card for card in shown.rows if _part_of(card) == part])
            for part, title in enumerate((_("Мои планы"), _("База школы"), _("Планы классов")))
        ],
        shown=shown,
        href=lambda page: url_for(
            "plans.index", year=year, subject=subject_id, grade=grade, page=page
        ),
        lacking=_lacking(year),
        year=year,
        years=sorted({*years_of_plans(reading()), year_in_hand(today())}, reverse=True),
        subjects=subjects(reading()),
        subject_id=subject_id,
        grade=grade,
    )


def _part_of(card: PlanCard) -> int:
    """Where the list shows it: among one's own, in the base, with the classes' copies."""
    return 0 if card.is_own else 2 if card.course else 1


def chosen_year() -> int:
    """The academic year asked for, this one otherwise."""
    typed = request.args.get("year", "")
    is_year = len(typed) == 4 and typed.isascii() and typed.isdigit()
    return int(typed) if is_year else year_in_hand(today())


def chosen_subject() -> UUID | None:
    try:
        return UUID(request.args.get("subject", ""))
    except ValueError:
        return None


def _chosen_grade() -> int | None:
    typed = request.args.get("grade", "")
    return int(typed) if typed in map(str, range(1, 12)) else None


def _lacking(year: int) -> list[Course]:
    """The reader's own lessons that have no plan yet."""
    if not can(Permission.TEACHING_OWN_READ):
        return []
    courses = courses_of(reading(), year, teacher_id=current_actor().person_id)
    return [course for course in courses if course.plan_id is None]


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.PLANS_OWN_EDIT)
def new() -> Any:
    """An empty plan of the base; its topics are typed or pasted next."""
    form = NewPlanForm(data={"subject": chosen_subject(), "grade": _chosen_grade()})
    known = subjects(reading())
    form.subject.options = [Option(subject_id, name) for subject_id, name in known]
    if not form.validate_on_submit():
        return form_page("plans/new.html", form, has_subjects=bool(known))
    command = CreatePlan(
        academic_year=year_in_hand(today()),
        subject_id=form.subject.data,
        grade=form.grade.data,
        title=form.title.data,
        key=form.key_id,
    )
    plan_id = perform(create_plan, command)
    flash(_("План создан. Добавьте темы: таблицей или по одной."), "success")
    return redirect(url_for("plans.topics", plan_id=plan_id), 303)


@blueprint.route("/<uuid:plan_id>/copy", methods=["GET", "POST"])
@requires(Permission.PLANS_OWN_EDIT)
def copy(plan_id: UUID) -> Any:
    """To the parallel classes: each gets its own copy, to be corrected apart."""
    view = plan_view(reading(), current_actor(), plan_id, today())
    places = copy_places(reading(), current_actor(), plan_id)
    form = CopyForm()
    form.places.options = [
        Option(f"{place.class_id or ''}/{place.group_id or ''}", place.name, _names(place))
        for place in places
    ]
    if not form.validate_on_submit():
        return form_page("plans/copy.html", form, view=view, places=places)
    chosen = [
        (place.class_id, place.group_id)
        for place, option in zip(places, form.places.options, strict=True)
        if option.value in form.places.data
    ]
    copies = perform(copy_plan, CopyPlan(plan_id=plan_id, places=tuple(chosen)))
    flash(_("Скопировано классов и групп: %(count)s.", count=len(copies)), "success")
    return opened(copies[0] if len(copies) == 1 else plan_id)


def _names(place: Course) -> str:
    return ", ".join(place.teachers)


@blueprint.post("/<uuid:plan_id>/share")
@requires(Permission.PLANS_OWN_EDIT)
def share(plan_id: UUID) -> Response:
    require_token()
    is_shared = request.form.get("shared") == "yes"
    perform(share_plan, SharePlan(plan_id=plan_id, is_shared=is_shared))
    told = _("Планом могут пользоваться другие учителя предмета.")
    flash(told if is_shared else _("План снова видите только вы."), "success")
    return opened(plan_id)


@blueprint.post("/<uuid:plan_id>/take-over")
@requires(Permission.PLANS_OWN_EDIT)
def take_over(plan_id: UUID) -> Response:
    """A shared plan, or one of another year, becomes an own plan of this year."""
    require_token()
    command = TakeOverPlan(plan_id=plan_id, academic_year=year_in_hand(today()))
    taken = perform(take_over_plan, command)
    flash(_("Это ваша копия: меняйте её свободно."), "success")
    return opened(taken)


@blueprint.route("/<uuid:plan_id>/remove", methods=["GET", "POST"])
@requires(Permission.PLANS_OWN_EDIT)
def remove(plan_id: UUID) -> Any:
    """What goes is said before it goes; a plan that lessons follow stays."""
    plan_to_edit(reading(), current_actor(), plan_id)
    view = plan_view(reading(), current_actor(), plan_id, today())
    form = EmptyForm()
    if not form.validate_on_submit():
        return form_page("plans/remove.html", form, view=view)
    perform(remove_plan, RemovePlan(plan_id=plan_id))
    flash(_("План удалён."), "success")
    return redirect(url_for("plans.index"), 303)
