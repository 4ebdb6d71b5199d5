"""Work by hand: calls with what to say, and what came of them (SVC-3.4.3)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from forms.office import TaskForm
from journal_core.access.terms import Permission
from journal_core.invitations.models import Invitation
from journal_core.notifications.queries import open_task, open_tasks
from journal_core.notifications.terms import CallOutcome, NextTry, OpenTask, TaskKind
from journal_core.people.queries import full_names
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import requests_with_ids
from portal.access import requires
from portal.navigation import school
from portal.office.blueprint import blueprint
from portal.office.case import code_words
from portal.office.desk import desk_tabs
from portal.office.labels import CALL_TOPICS, INFECTED_TOPICS, TASK_NAMES, call_script
from portal.pages import form_page
from portal.perform import perform
from portal.state import now, reading
from workflows.calls import RecordCall, is_dictated, record_call


@blueprint.get("/tasks")
@requires(Permission.REQUEST_OFFICE_READ)
def tasks() -> str:
    found = open_tasks(reading())
    return render_template(
        "office/tasks.html",
        tasks=found,
        requests=requests_with_ids(
            reading(), [task.request_id for task in found if task.request_id is not None]
        ),
        names=TASK_NAMES,
        topics={**CALL_TOPICS, **INFECTED_TOPICS},
        people=_people(found),
        tabs=desk_tabs("tasks"),
        now=now(),
    )


@blueprint.route("/tasks/<uuid:task_id>", methods=["GET", "POST"])
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def task(task_id: UUID) -> Any:
    """One call: whom, what to say, the code spelled in groups, what came of it."""
    found = open_task(reading(), task_id)
    form = TaskForm(data={"next_try": NextTry.NEXT_WORKING_MORNING})
    if form.validate_on_submit():
        command = RecordCall(
            task_id=task_id,
            outcome=form.outcome.data,
            note=form.result.data,
            next_try=form.next_try.data or NextTry.NEXT_WORKING_MORNING,
        )
        perform(record_call, command)
        told = form.outcome.data is CallOutcome.TOLD
        flash(
            _("Задача закрыта.") if told else _("Записано, задача ждёт новой попытки."), "success"
        )
        return redirect(url_for("office.tasks"), 303)
    about = reading().get(ServiceRequest, found.request_id) if found.request_id else None
    dictated = about is not None and is_dictated(found.topic, about)
    invitation = reading().get(Invitation, about.invitation_id) if about and dictated else None
    return form_page(
        "office/task.html",
        form,
        task=found,
        about=about,
        name=TASK_NAMES[found.kind],
        topic={**CALL_TOPICS, **INFECTED_TOPICS}.get(found.topic, ""),
        people=_people([found]),
        script=call_script(found.topic, about, school()) if about else [],
        code=code_words(invitation, "call"),
    )


def _people(found: Iterable[OpenTask]) -> dict[str, str]:
    """Topic → full name, for tasks about a pupil who comes of age (SVC-2.12.3)."""
    ids = {UUID(task.topic) for task in found if task.kind is TaskKind.ADULTHOOD}
    return {str(person_id): name for person_id, name in full_names(reading(), ids).items()}
