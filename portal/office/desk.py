"""The desk: what is open today, tasks, and the counter."""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from forms.apply import IntakeForm
from forms.office import TaskForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.notifications.commands import CloseTask
from journal_core.notifications.queries import open_task_count, open_tasks
from journal_core.requests.queries import desk_counts, is_overdue, office_page, requests_with_ids
from journal_core.requests.terms import DeskTab
from portal.access import requires
from portal.office.blueprint import blueprint
from portal.office.labels import CALL_TOPICS, INFECTED_TOPICS, STATE_NAMES, TAB_NAMES, TASK_NAMES
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading
from portal.state import today as school_day
from workflows.draft import DRAFT_FIELDS
from workflows.service_request import TakeInRequest, close_office_task, take_in_request


@blueprint.get("")
@requires(Permission.REQUEST_OFFICE_READ)
def today() -> str:
    if request.args.get("tab") == "tasks":
        return _tasks(TaskForm(formdata=None))
    search = request.args.get("q", "")[:300]
    number = request.args.get("page", 1, type=int)
    tab = request.args.get("tab", type=DeskTab)
    day = school_day()
    page = office_page(
        reading(), search=search, page=max(1, min(number, 10**6)), tab=tab, today=day
    )
    return render_template(
        "office/today.html",
        page=page,
        search=search,
        tab=tab,
        tabs=_tabs(tab),
        names=STATE_NAMES,
        overdue={row.id for row in page.rows if is_overdue(row, day)},
    )


@blueprint.post("/tasks/<uuid:task_id>/close")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def task_done(task_id: UUID) -> Any:
    form = TaskForm()
    if not form.validate_on_submit():
        return _tasks(form), 422
    perform(close_office_task, CloseTask(task_id=task_id, result=form.result.data))
    flash(_("Готово."), "success")
    return redirect(url_for("office.today", tab="tasks"), 303)


@blueprint.route("/intake", methods=["GET", "POST"])
@requires(Permission.REQUEST_INTAKE_REGISTER)
def intake() -> Any:
    """The counter: a paper application becomes a registered request (SVC-3.4.1)."""
    form = IntakeForm(data={"submission_key": str(uuid4())})
    if not form.validate_on_submit():
        return form_page("office/intake.html", form)
    answers = {field.name: field.data for field in form if field.name in DRAFT_FIELDS}
    try:
        key = UUID(form.submission_key.data)
        request_id = perform(take_in_request, TakeInRequest(submission_key=key, answers=answers))
    except ValueError:
        raise BadRequest from None
    except RuleBroken as error:
        form.refuse(None, words_of(error))
        return form_page("office/intake.html", form)
    flash(_("Запрос принят и зарегистрирован."), "success")
    return redirect(url_for("office.case", request_id=request_id, _anchor="check"), 303)


def _tasks(form: TaskForm) -> str:
    tasks = open_tasks(reading())
    return render_template(
        "office/tasks.html",
        tasks=tasks,
        form=form,
        requests=requests_with_ids(
            reading(), [task.request_id for task in tasks if task.request_id is not None]
        ),
        names=TASK_NAMES,
        topics={**CALL_TOPICS, **INFECTED_TOPICS},
        tabs=_tabs("tasks"),
    )


def _tabs(current: DeskTab | str | None) -> list[dict[str, object]]:
    counts = desk_counts(reading(), school_day())
    tabs: list[dict[str, object]] = [
        {
            "text": name,
            "href": url_for("office.today", tab=tab),
            "count": counts[tab],
            "current": tab == current,
            "alert": tab is DeskTab.OVERDUE,
        }
        for tab, name in TAB_NAMES.items()
    ]
    tasks = {"text": _("Задачи"), "href": url_for("office.today", tab="tasks")}
    return [*tabs, {**tasks, "count": open_task_count(reading()), "current": current == "tasks"}]
