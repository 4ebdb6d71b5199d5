"""One plan: its page, its rows, and the table that its topics come in by."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _

from forms.plans import FAULT_WORDS, PlanForm, TopicsForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.plans.commands import SavePlan, save_plan
from journal_core.plans.queries import (
    corrections_of,
    plan_to_edit,
    plan_view,
    progress_of_plan,
)
from journal_core.plans.reading import join_table, read_table, split_table
from journal_core.plans.spreadsheet import spreadsheet_cells
from journal_core.plans.terms import PlanRow, PlanView, ReadTable
from portal.access import current_actor, requires
from portal.pages import form_page
from portal.perform import perform
from portal.plans.blueprint import blueprint, opened
from portal.plans.labels import COLUMN_NAMES, WAY_NAMES
from portal.refusals import words_of
from portal.state import reading, today


@blueprint.get("/<uuid:plan_id>")
@requires(Permission.PLANS_BASE_READ)
def plan(plan_id: UUID) -> str:
    view = plan_view(reading(), current_actor(), plan_id, today())
    return render_template(
        "plans/plan.html",
        view=view,
        courses=[] if view.is_base else progress_of_plan(reading(), plan_id, today()),
        corrections=corrections_of(reading(), plan_id),
        way_names=WAY_NAMES,
    )


@blueprint.route("/<uuid:plan_id>/edit", methods=["GET", "POST"])
@requires(Permission.PLANS_OWN_EDIT)
def edit(plan_id: UUID) -> Any:
    """All rows on one page: changed, moved by their numbers, added, taken out."""
    view = _editable(plan_id)
    form = PlanForm(
        data={
            "title": view.card.title,
            "seen": view.saved_at.isoformat(),
            "topics": view.topics,
        }
    )
    if form.validate_on_submit():
        command = SavePlan(
            plan_id=plan_id,
            title=form.title.data,
            rows=form.topics.data,
            seen_at=moment_of(form.seen.data),
        )
        try:
            perform(save_plan, command)
        except (RuleBroken, StaleVersion) as error:
            form.refuse(None, refusal_of(error))
        else:
            flash(_("План сохранён."), "success")
            return opened(plan_id)
    return form_page("plans/edit.html", form, view=view)


@blueprint.route("/<uuid:plan_id>/topics", methods=["GET", "POST"])
@requires(Permission.PLANS_OWN_EDIT)
def topics(plan_id: UUID) -> Any:
    """A table comes in: first it is shown as it was understood, then all of it or none is taken."""
    view = _editable(plan_id)
    form = TopicsForm()
    if not form.validate_on_submit():
        return form_page("plans/topics.html", form, view=view)
    table = _read(form, view)
    if form.errors or request.form.get("confirm") != "yes" or table.bad:
        return _dry_run(form, view, table)
    try:
        perform(save_plan, _filled(form, view, table))
    except (RuleBroken, StaleVersion) as error:
        form.refuse(None, refusal_of(error))
        return _dry_run(form, view, table)
    flash(_("Добавлено тем: %(count)s.", count=len(table.rows)), "success")
    return opened(plan_id)


def _read(form: TopicsForm, view: PlanView) -> ReadTable:
    """The table of the file, or of the text; the file's cells become the text to go on with."""
    if form.file.data:
        try:
            form.text.data = join_table(spreadsheet_cells(form.file.data[0].read()))
        except RuleBroken as error:
            form.refuse("file", words_of(error))
            return ReadTable()
    table = read_table(split_table(form.text.data or ""), homework=view.takes_homework)
    if not table.rows:
        form.refuse("text", _("Здесь нет ни одной темы: нужны хотя бы тема и часы"))
    return table


def _dry_run(form: TopicsForm, view: PlanView, table: ReadTable) -> Any:
    return form_page(
        "plans/topics.html",
        form,
        status=422 if form.errors or table.bad else 200,
        view=view,
        table=table,
        fault_words=FAULT_WORDS,
        column_names=COLUMN_NAMES,
    )


def _filled(form: TopicsForm, view: PlanView, table: ReadTable) -> SavePlan:
    """The plan with the table's topics at its end, or in the place of all that it had."""
    kept = () if form.replaces.data else view.topics
    return SavePlan(
        plan_id=view.card.id,
        title=view.card.title,
        rows=(
            *(
                PlanRow(
                    id=topic.id,
                    section=topic.section,
                    title=topic.title,
                    hours=topic.hours,
                    homework=topic.homework,
                )
                for topic in kept
            ),
            *(
                PlanRow(
                    section=topic.section,
                    title=topic.title,
                    hours=topic.hours,
                    homework=topic.homework,
                )
                for topic in table.topics
            ),
        ),
        seen_at=view.saved_at,
    )


def refusal_of(error: RuleBroken | StaleVersion) -> str:
    """The words of a refusal with the topic or the row that it is about."""
    facts = error.facts
    about = facts.get("title") or (f"№ {facts['number']}" if "number" in facts else "")
    clause = f" ({error.clause})" if error.clause else ""
    return f"{words_of(error)}{f' «{about}»' if about else ''}{clause}"


def moment_of(typed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None


def _editable(plan_id: UUID) -> PlanView:
    """Raises NotFound for a plan that is not the actor's to change."""
    plan_to_edit(reading(), current_actor(), plan_id)
    return plan_view(reading(), current_actor(), plan_id, today())
