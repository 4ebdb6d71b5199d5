"""The desk: what is open today, and the counter."""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from forms.apply import IntakeForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.notifications.queries import open_task_count
from journal_core.requests.facts import open_duplicates
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import desk_counts, is_overdue, office_page
from journal_core.requests.terms import DeskTab
from journal_core.visits.queries import held_visits
from portal.access import requires
from portal.office.blueprint import blueprint
from portal.office.labels import STATE_NAMES, TAB_NAMES
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading
from portal.state import today as school_day
from portal.visits.shown import is_missed
from workflows.draft import DRAFT_FIELDS
from workflows.service_request import TakeInRequest, take_in_request


@blueprint.get("")
@requires(Permission.REQUEST_OFFICE_READ)
def today() -> str:
    search = request.args.get("q", "")[:300]
    number = request.args.get("page", 1, type=int)
    tab = request.args.get("tab", type=DeskTab)
    day = school_day()
    page = office_page(
        reading(),
        search=search,
        page=max(1, min(number, 10**6)),
        tab=tab,
        today=day,
        zone=current_portal().zone,
    )
    visits = held_visits(reading(), [row.id for row in page.rows]) if tab is DeskTab.VISIT else {}
    return render_template(
        "office/today.html",
        page=page,
        search=search,
        tab=tab,
        tabs=desk_tabs(tab),
        names=STATE_NAMES,
        overdue={row.id for row in page.rows if is_overdue(row, day)},
        visits=visits,
        missed={request_id for request_id, visit in visits.items() if is_missed(visit)},
    )


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
    except ValueError:
        raise BadRequest from None
    alike = open_duplicates(reading(), ServiceRequest(**answers))
    duplicates = [one for one in alike if one.submission_key != key]
    if duplicates and not form.anyway.data:
        form.refuse("anyway", _("Тот же заявитель уже просил о том же ребёнке."))
        return form_page("office/intake.html", form, duplicates=duplicates)
    try:
        request_id = perform(take_in_request, TakeInRequest(submission_key=key, answers=answers))
    except RuleBroken as error:
        form.refuse("child_birth_date" if error.code == "born_ahead" else None, words_of(error))
        return form_page("office/intake.html", form)
    flash(_("Запрос принят и зарегистрирован."), "success")
    return redirect(url_for("office.case", request_id=request_id, _anchor="check"), 303)


def desk_tabs(current: DeskTab | str | None) -> list[dict[str, object]]:
    """The parts of the desk with their counts; `current` is "tasks" on the list of tasks."""
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
    tasks = {"text": _("Задачи"), "href": url_for("office.tasks")}
    return [*tabs, {**tasks, "count": open_task_count(reading()), "current": current == "tasks"}]
