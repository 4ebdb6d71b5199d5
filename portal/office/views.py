"""The office: what is open, one case, and its moves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.code_slip import CodeSlip, code_groups, dictation
from documents.render import render_pdf
from forms.apply import IntakeForm
from forms.office import (
    PAPER_LABELS,
    CheckForm,
    CloseForm,
    HandOverForm,
    MoveForm,
    TaskForm,
    TellForm,
)
from journal_core.access.terms import Permission
from journal_core.calendar.terms import derivation_from_json
from journal_core.errors import RuleBroken
from journal_core.files.models import StoredFile
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import group_code
from journal_core.notifications.commands import CloseTask
from journal_core.notifications.queries import letters_of, open_task_count, open_tasks
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import (
    decision_document,
    desk_counts,
    history,
    is_overdue,
    known_facts,
    office_page,
    office_request,
    papers_of,
    prepared_decision,
    requests_with_ids,
)
from journal_core.requests.rules import needed_papers
from journal_core.requests.terms import (
    DeskTab,
    Outcome,
    PaperKind,
    RefusalDelivery,
    RefusalGround,
    ResultDelivery,
)
from portal.access import current_actor, requires
from portal.office.labels import (
    CALL_TOPICS,
    LETTER_STATES,
    STATE_COLOURS,
    STATE_NAMES,
    TAB_NAMES,
    TASK_NAMES,
)
from portal.papers import application_file, attachment, code_slip
from portal.passwords import hasher
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading
from portal.state import today as school_day
from workflows.draft import DRAFT_FIELDS
from workflows.engine import open_triggers
from workflows.invitation import UnsealCode, prepare_code, unseal_code
from workflows.service_request import (
    MOVES,
    Answer,
    CheckRequest,
    CloseRequest,
    DeliverOutcome,
    MakeCode,
    MoveRequest,
    TakeInRequest,
    close_office_task,
    close_request,
    deliver_refusal,
    make_code,
    prepare_refusal,
    register_request,
    renew_code,
    return_check,
    return_refusal,
    sign_refusal,
    take_in_request,
    tell_code,
    verify_request,
)

blueprint = Blueprint("office", __name__, url_prefix="/office")


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
        page = render_template("office/intake.html", form=form)
        return (page, 422) if form.is_submitted() else page
    answers = {field.name: field.data for field in form if field.name in DRAFT_FIELDS}
    try:
        key = UUID(form.submission_key.data)
        request_id = perform(take_in_request, TakeInRequest(submission_key=key, answers=answers))
    except ValueError:
        raise BadRequest from None
    except RuleBroken as error:
        form.refuse(None, words_of(error))
        return render_template("office/intake.html", form=form), 422
    flash(_("Запрос принят и зарегистрирован."), "success")
    return redirect(url_for("office.case", request_id=request_id), 303)


@blueprint.get("/requests/<uuid:request_id>")
@requires(Permission.REQUEST_OFFICE_READ)
def case(request_id: UUID) -> str:
    return _case(request_id, CheckForm())


@blueprint.post("/requests/<uuid:request_id>/register")
@requires(Permission.REQUEST_INTAKE_REGISTER)
def register(request_id: UUID) -> Any:
    return _plain_move(request_id, register_request)


@blueprint.post("/requests/<uuid:request_id>/check")
@requires(Permission.REQUEST_REQUEST_VERIFY)
def check(request_id: UUID) -> Any:
    """Verify, or prepare a refusal: the grounds found decide."""
    office_request(reading(), request_id)
    form = CheckForm()
    if not form.validate_on_submit():
        return _case(request_id, form), 422
    command = CheckRequest(
        request_id=request_id,
        seen_version=form.seen_version.data or 0,
        answers={
            ground: Answer(
                applies=ground in form.grounds.data, explanation=form.explanation_of(ground)
            )
            for ground in RefusalGround
        },
        papers={PaperKind(kind): form.particulars.data for kind in form.papers.data},
    )
    try:
        perform(prepare_refusal if form.grounds.data else verify_request, command)
    except RuleBroken as error:
        form.refuse(None, words_of(error))
        return _case(request_id, form), 422
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/code")
@requires(Permission.REQUEST_CODE_MAKE)
def code(request_id: UUID) -> Any:
    office_request(reading(), request_id)
    form = _valid_move()
    prepared = prepare_code(hasher())
    perform(
        make_code,
        MakeCode(
            request_id=request_id, seen_version=form.seen_version.data or 0, prepared=prepared
        ),
    )
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/return")
@requires(Permission.REQUEST_CODE_MAKE)
def send_back(request_id: UUID) -> Any:
    return _plain_move(request_id, return_check)


@blueprint.post("/requests/<uuid:request_id>/tell")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def tell(request_id: UUID) -> Any:
    return _delivery(request_id, TellForm(), tell_code)


@blueprint.get("/requests/<uuid:request_id>/slip.pdf")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def slip(request_id: UUID) -> Response:
    """The code on paper, to be handed over (SVC-3.4.3)."""
    paper = _slip(office_request(reading(), request_id))
    if paper is None:
        raise NotFound
    return attachment(render_pdf(paper), "slip.pdf", "application/pdf")


@blueprint.post("/requests/<uuid:request_id>/renew-code")
@requires(Permission.INVITATION_CODE_ISSUE)
def renew(request_id: UUID) -> Any:
    """A new code for one that was lost or has ended."""
    office_request(reading(), request_id)
    form = _valid_move()
    perform(
        renew_code,
        MakeCode(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            prepared=prepare_code(hasher()),
        ),
    )
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/close")
@requires(Permission.REQUEST_REQUEST_CLOSE)
def close(request_id: UUID) -> Any:
    office_request(reading(), request_id)
    form = CloseForm()
    if not form.validate_on_submit():
        return _case(request_id, CheckForm(formdata=None), closing=form), 422
    perform(
        close_request,
        CloseRequest(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            reason=form.reason.data,
            comment=form.comment.data,
        ),
    )
    return _back(request_id)


@blueprint.post("/requests/<uuid:request_id>/sign")
@requires(Permission.REQUEST_REFUSAL_SIGN)
def sign(request_id: UUID) -> Any:
    return _plain_move(request_id, sign_refusal)


@blueprint.post("/requests/<uuid:request_id>/return-refusal")
@requires(Permission.REQUEST_REFUSAL_SIGN)
def send_refusal_back(request_id: UUID) -> Any:
    return _plain_move(request_id, return_refusal)


@blueprint.post("/requests/<uuid:request_id>/deliver-refusal")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def hand_over_refusal(request_id: UUID) -> Any:
    return _delivery(request_id, HandOverForm(), deliver_refusal)


@blueprint.get("/requests/<uuid:request_id>/decision.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def decision(request_id: UUID, form: str) -> Response:
    """The signed decision as it was issued, never made anew."""
    document = decision_document(reading(), office_request(reading(), request_id))
    if document is None:
        raise NotFound
    file_id = document.pdf_file_id if form == "pdf" else document.docx_file_id
    stored = reading().get_one(StoredFile, file_id)
    content = current_portal().files.get(file_id)
    return attachment(content, f"decision.{form}", stored.media_type)


@blueprint.get("/requests/<uuid:request_id>/papers/<uuid:paper_id>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def paper(request_id: UUID, paper_id: UUID) -> Response:
    """An uploaded file as an attachment: the browser never runs what a stranger sent."""
    row = office_request(reading(), request_id)
    found = next((one for one in papers_of(reading(), row.id) if one.id == paper_id), None)
    if found is None:
        raise NotFound
    content = current_portal().files.get(found.file_id)
    suffix = found.media_type.rpartition("/")[2]
    return attachment(content, f"{found.kind.value}.{suffix}", found.media_type)


@blueprint.get("/requests/<uuid:request_id>/application.<any(pdf, docx):form>")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def application(request_id: UUID, form: str) -> Response:
    """FRM-1 to print and sign at the visit."""
    return application_file(office_request(reading(), request_id), form)


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
        topics=CALL_TOPICS,
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


def _case(request_id: UUID, form: CheckForm, closing: CloseForm | None = None) -> str:
    row = office_request(reading(), request_id)
    invitation = reading().get(Invitation, row.invitation_id) if row.invitation_id else None
    code = None
    if invitation and invitation.sealed_code and _may(Permission.REQUEST_OUTCOME_DELIVER):
        code = perform(unseal_code, UnsealCode(invitation_id=invitation.id, purpose="screen"))
    return render_template(
        "office/case.html",
        request_row=row,
        form=form,
        closing=closing or CloseForm(formdata=None),
        telling=TellForm(formdata=None, data={"how": _told(row)}),
        handing_over=HandOverForm(formdata=None, data={"how": _handed_over(row)}),
        triggers=open_triggers(MOVES, row.state, current_actor()),
        facts=known_facts(reading(), row),
        needed=needed_papers(row.capacity),
        decision=prepared_decision(reading(), row.id),
        invitation=invitation,
        code=group_code(code) if code else None,
        dictated=zip(code_groups(code), dictation(code), strict=True) if code else (),
        papers=papers_of(reading(), row.id),
        paper_names=PAPER_LABELS,
        letters=letters_of(reading(), row.id),
        letter_states=LETTER_STATES,
        derivation=derivation_from_json(row.term_derivation or ()),
        state_name=STATE_NAMES[row.state],
        state_colour=STATE_COLOURS.get(row.state, ""),
        events=[
            (
                STATE_NAMES.get(entry.details["target"], ""),
                entry.at,
                entry.actor_label,
                entry.details.get("comment", ""),
            )
            for entry in history(reading(), row.id)
        ],
    )


def _told(row: ServiceRequest) -> Outcome:
    by_phone = row.result_delivery is ResultDelivery.PHONE
    return Outcome.PHONE if by_phone else Outcome.IN_PERSON


def _handed_over(row: ServiceRequest) -> Outcome:
    by_post = row.refusal_delivery is RefusalDelivery.POST
    return Outcome.POST if by_post else Outcome.IN_PERSON


def _may(permission: Permission) -> bool:
    return current_actor().may(permission)


def _valid_move() -> MoveForm:
    form = MoveForm()
    if not form.validate_on_submit():
        raise BadRequest
    return form


def _plain_move(request_id: UUID, handler: Callable[..., None]) -> BaseResponse:
    office_request(reading(), request_id)
    form = _valid_move()
    perform(
        handler,
        MoveRequest(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            comment=form.comment.data,
        ),
    )
    return _back(request_id)


def _delivery(request_id: UUID, form: TellForm | HandOverForm, handler: Any) -> BaseResponse:
    office_request(reading(), request_id)
    if not form.validate_on_submit():
        raise BadRequest
    perform(
        handler,
        DeliverOutcome(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            how=form.how.data or Outcome.IN_PERSON,
            comment=form.comment.data,
        ),
    )
    return _back(request_id)


def _slip(row: ServiceRequest) -> CodeSlip | None:
    """The slip with the code, its opening on record; None once the code was told."""
    invitation = reading().get(Invitation, row.invitation_id) if row.invitation_id else None
    if invitation is None:
        return None
    code = perform(unseal_code, UnsealCode(invitation_id=invitation.id, purpose="slip"))
    if code is None:
        return None
    return code_slip(
        code,
        invitation,
        for_whom=row.applicant.full,
        child_name=row.child.full,
        class_name=row.child_class,
    )


def _back(request_id: UUID) -> BaseResponse:
    flash(_("Готово."), "success")
    return redirect(url_for("office.case", request_id=request_id), 303)
