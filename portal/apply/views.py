"""The request, one question a page. Every step is saved; the draft is the request itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import segno
from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound, TooManyRequests
from werkzeug.wrappers import Response

from forms.account import EmptyForm
from forms.apply import (
    CAPACITY_LABELS,
    REFUSAL_LABELS,
    RESULT_LABELS,
    ApplicantForm,
    CapacityForm,
    ChildForm,
    ContactsForm,
    DeclarationForm,
    DeliveryForm,
    PapersForm,
    ReturnLinkForm,
    StartForm,
)
from forms.office import PAPER_LABELS
from journal_core.errors import RuleBroken
from journal_core.files.terms import MEGABYTE
from journal_core.invitations.rules import group_code
from journal_core.requests.commands import (
    AttachPaper,
    MovePaper,
    RemovePaper,
    attach_paper,
    move_paper,
    remove_paper,
)
from journal_core.requests.facts import open_duplicates
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import draft, papers_of
from journal_core.requests.rules import needed_papers
from journal_core.requests.terms import Direction, PaperKind, RequestState
from journal_core.secrets import subject_of_token
from portal.access import public, signed_in
from portal.held import hold_tracked, own_request
from portal.navigation import school
from portal.pages import form_page
from portal.papers import application_file, consent_file, receipt_file, tracking_link
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading
from portal.throttle import count, is_spent
from portal.uploads import megabytes, taken
from portal.visits.shown import moment_words, shown_visit
from workflows.draft import (
    BeginDraft,
    CopyDraft,
    SaveDraft,
    SendDraftLink,
    begin_draft,
    copy_draft,
    save_draft,
    send_draft_link,
)
from workflows.service_request import (
    SubmitRequest,
    submit_request,
    tracking_key,
)

DAY = timedelta(days=1)

#: Letters with the way back to a draft that one address may ask for in an hour.
LINKS_PER_HOUR = 5

blueprint = Blueprint("apply", __name__, url_prefix="/request")


STEPS = {
    "you": ApplicantForm,
    "contacts": ContactsForm,
    "child": ChildForm,
    "capacity": CapacityForm,
    "delivery": DeliveryForm,
}


def titles() -> dict[str, str]:
    return {
        "you": _("Кто подаёт запрос?"),
        "contacts": _("Как с вами связаться?"),
        "child": _("О каком ребёнке запрос?"),
        "capacity": _("Кто вы ребёнку?"),
        "delivery": _("Как передать ответ?"),
    }


@blueprint.route("/", methods=["GET", "POST"])
@public
def start() -> Response | tuple[str, int]:
    form = StartForm()
    if not form.validate_on_submit():
        return form_page("apply/start.html", form)
    account = signed_in()
    request_id = perform(
        begin_draft,
        BeginDraft(
            submission_key=uuid4(),
            language=str(get_locale()),
            account_id=account.account_id if account else None,
        ),
    )
    session["draft"] = str(request_id)
    return redirect(url_for("apply.step", name="you"), 303)


@blueprint.route("/<any(you, contacts, child, capacity, delivery):name>", methods=["GET", "POST"])
@public
def step(name: str) -> Response | tuple[str, int]:
    request = own_request()
    if request is None:
        return redirect(url_for("apply.start"), 303)
    if request.state is not RequestState.DRAFT:
        return redirect(url_for("apply.receipt"), 303)
    form = STEPS[name](obj=request)
    if not form.validate_on_submit():
        return form_page("apply/step.html", form, title=titles()[name])
    answers = {field.name: field.data for field in form if field.name != "csrf_token"}
    try:
        perform(save_draft, SaveDraft(request_id=request.id, answers=answers))
    except RuleBroken as error:
        form.refuse("child_birth_date" if error.code == "born_ahead" else None, words_of(error))
        return form_page("apply/step.html", form, title=titles()[name])
    return redirect(_after(name), 303)


@blueprint.route("/papers", methods=["GET", "POST"])
@public
def papers() -> Response | tuple[str, int]:
    """Pictures of the documents; nothing has to be sent, the originals are shown at the visit."""
    request = own_request()
    if request is None:
        return redirect(url_for("apply.start"), 303)
    if request.state is not RequestState.DRAFT:
        return redirect(url_for("apply.receipt"), 303)
    form = PapersForm()
    form.keep_only(needed_papers(request.capacity))
    if form.validate_on_submit():
        added = sum(
            _attach(request.id, kind, upload, form)
            for kind in PaperKind
            for upload in form.sent(kind)
        )
        if not form.errors and not form.stay.data:
            return redirect(url_for("apply.step", name="delivery"), 303)
        if not form.errors:
            flash(_("Добавлено файлов: %(number)s", number=added), "success")
            return redirect(url_for("apply.papers"), 303)
    return form_page(
        "apply/papers.html",
        form,
        papers=papers_of(reading(), request.id),
        paper_names=PAPER_LABELS,
        is_room=_is_room(),
        limits=school(),
    )


@blueprint.post("/papers/<uuid:paper_id>/remove")
@public
def remove(paper_id: UUID) -> Response:
    request = own_request()
    if request is None:
        raise NotFound
    if StartForm().validate_on_submit():
        command = RemovePaper(request_id=request.id, paper_id=paper_id)
        current_portal().files.remove(perform(remove_paper, command))
    return redirect(url_for("apply.papers"), 303)


@blueprint.post("/papers/<uuid:paper_id>/<any(up, down):direction>")
@public
def reorder(paper_id: UUID, direction: str) -> Response:
    """A page one place up or down; the browser then stands at that page in its new place."""
    request = own_request()
    if request is None:
        raise NotFound
    if StartForm().validate_on_submit():
        command = MovePaper(
            request_id=request.id, paper_id=paper_id, direction=Direction(direction)
        )
        perform(move_paper, command)
    return redirect(url_for("apply.papers", _anchor=f"paper-{paper_id}"), 303)


@blueprint.route("/save", methods=["GET", "POST"])
@public
def save() -> Response | tuple[str, int]:
    """The way back to the draft: a link on screen, and by e-mail to who wants it."""
    request = own_request()
    if request is None:
        return redirect(url_for("apply.start"), 303)
    if request.state is not RequestState.DRAFT:
        return redirect(url_for("apply.receipt"), 303)
    form = ReturnLinkForm(data={"email": request.email})
    if form.validate_on_submit() and is_spent("draft_link", LINKS_PER_HOUR):
        form.refuse("email", _("Слишком много попыток. Повторите через час."))
    elif form.validate_on_submit():
        count("draft_link")
        perform(send_draft_link, SendDraftLink(request_id=request.id, email=form.email.data))
        flash(_("Ссылка отправлена на %(email)s.", email=form.email.data), "success")
        return redirect(url_for("apply.save"), 303)
    token = current_portal().keys.link_token("draft", request.id, request.key_generation)
    return form_page(
        "apply/save.html",
        form,
        link=current_portal().config.base_url + url_for("apply.open_draft", token=token),
        ends_at=request.created_at + timedelta(days=school().draft_days),
        go_on=url_for("apply.step", name=_first_unanswered(request) or "you"),
    )


@blueprint.get("/return/<token>")
@public
def open_draft(token: str) -> Response:
    """The link is exchanged for this browser's session: the address stays clean."""
    subject = subject_of_token(token)
    request = draft(reading(), subject) if subject else None
    keys = current_portal().keys
    if request is None or not keys.is_link_token(
        token, "draft", request.id, request.key_generation
    ):
        flash(_("Этого черновика больше нет: начните запрос заново."))
        return redirect(url_for("apply.start"), 303)
    if request.state is not RequestState.DRAFT:
        flash(_("Этот запрос уже подан. Следите за ним по номеру и ключу из расписки."))
        return redirect(url_for("track.index"), 303)
    session["draft"] = str(request.id)
    missing = _first_unanswered(request)
    if missing is None:
        return redirect(url_for("apply.check"), 303)
    return redirect(url_for("apply.step", name=missing), 303)


@blueprint.post("/another")
@public
def another() -> Response:
    """A request for another child, with the applicant's answers."""
    request = own_request()
    if request is None or not EmptyForm().validate_on_submit():
        raise NotFound
    copied = CopyDraft(copied_id=request.id, submission_key=uuid4())
    session["draft"] = str(perform(copy_draft, copied))
    return redirect(url_for("apply.step", name="child"), 303)


@blueprint.route("/check", methods=["GET", "POST"])
@public
def check() -> Response | tuple[str, int]:
    request = own_request()
    if request is None:
        return redirect(url_for("apply.start"), 303)
    if request.state is not RequestState.DRAFT:
        return redirect(url_for("apply.receipt"), 303)
    missing = _first_unanswered(request)
    if missing:
        return redirect(url_for("apply.step", name=missing), 303)
    form = DeclarationForm()
    if not form.validate_on_submit():
        return form_page(
            "apply/check.html", form, rows=_rows(request), duplicates=_own_duplicates(request)
        )
    if is_spent("submit", school().submits_per_hour):
        raise TooManyRequests
    count("submit")
    perform(submit_request, SubmitRequest(request_id=request.id))
    hold_tracked(request)
    return redirect(url_for("apply.receipt"), 303)


@blueprint.get("/receipt")
@public
def receipt() -> str | Response:
    request = own_request()
    if request is None:
        raise NotFound
    if request.state is RequestState.DRAFT:
        return redirect(url_for("apply.check"), 303)
    key = tracking_key(current_portal().keys, request)
    return render_template(
        "apply/receipt.html",
        request=request,
        key=group_code(key),
        visit=shown_visit(request),
        picture=segno.make(tracking_link(request), micro=False).svg_data_uri(scale=4, border=2),
    )


@blueprint.get("/receipt.pdf")
@public
def receipt_paper() -> Response:
    """The receipt to keep."""
    request = own_request()
    if request is None or request.state is RequestState.DRAFT:
        raise NotFound
    return receipt_file(request)


@blueprint.get("/application.pdf")
@public
def application() -> Response:
    """The applicant's own FRM-1, to bring along."""
    request = own_request()
    if request is None or request.state is RequestState.DRAFT:
        raise NotFound
    return application_file(request, "pdf")


@blueprint.get("/consent.pdf")
@public
def consent() -> Response:
    """FRM-3 to sign beforehand: a paper of its own, which the request does not wait for."""
    request = own_request()
    if request is None or request.state is RequestState.DRAFT:
        raise NotFound
    return consent_file(request)


def _attach(request_id: UUID, kind: PaperKind, upload: FileStorage, form: PapersForm) -> bool:
    """Keep one file; one that cannot be kept says why beside its field."""
    if is_spent("upload_mb", school().upload_day_mb, window=DAY):
        form.refuse(kind.value, _("Сегодня с вашего адреса прислано слишком много файлов."))
        return False
    for _megabyte in range(megabytes(upload)):  # a refused file was opened too
        count("upload_mb")
    try:
        file = taken(upload)
        perform(attach_paper, AttachPaper(request_id=request_id, kind=kind, file=file))
    except RuleBroken as error:
        form.refuse(kind.value, f"{upload.filename}: {words_of(error)}")
        return False
    return True


def _is_room() -> bool:
    reserve = school().disk_reserve_mb * MEGABYTE
    return current_portal().files.free_bytes() > reserve


def _after(name: str) -> str:
    if name == "capacity":
        return url_for("apply.papers")
    names = [*STEPS, ""]
    following = names[names.index(name) + 1]
    if following:
        return url_for("apply.step", name=following)
    return url_for("visits.step" if school().originals_at_visit else "apply.check")


def _first_unanswered(request: ServiceRequest) -> str | None:
    answers: dict[str, Any] = {
        "you": request.applicant_last_name,
        "contacts": request.phone,
        "child": request.child_birth_date,
        "capacity": request.capacity,
        "delivery": request.result_delivery,
    }
    return next((name for name, answer in answers.items() if not answer), None)


def _own_duplicates(request: ServiceRequest) -> list[ServiceRequest]:
    """Open requests for the same child from the same phone, address or account: nobody else's."""
    return [
        one
        for one in open_duplicates(reading(), request)
        if one.phone == request.phone
        or (one.email and one.email == request.email)
        or (one.applicant_account_id and one.applicant_account_id == request.applicant_account_id)
    ]


def _rows(request: ServiceRequest) -> list[dict[str, object]]:
    rows = (
        (_("Заявитель"), request.applicant.full, "you"),
        (_("Адрес"), request.address, "contacts"),
        (_("Телефон"), request.phone, "contacts"),
        (_("Электронная почта"), request.email or _("нет"), "contacts"),
        (_("Ребёнок"), request.child.full, "child"),
        (_("Дата рождения"), f"{request.child_birth_date:%d.%m.%Y}", "child"),
        (_("Класс"), request.child_class, "child"),
        (_("Кто вы ребёнку"), request.capacity and CAPACITY_LABELS[request.capacity], "capacity"),
        (_("Документы"), _papers_words(request), "papers"),
        (
            _("Как сообщить код"),
            request.result_delivery and RESULT_LABELS[request.result_delivery],
            "delivery",
        ),
        (
            _("Как передать отказ"),
            request.refusal_delivery and REFUSAL_LABELS[request.refusal_delivery],
            "delivery",
        ),
    )
    visit = [(_("Визит"), _visit_words(request), "visit")] if school().originals_at_visit else []
    return [
        {"key": key, "value": str(value), "href": _step_address(name)}
        for key, value, name in (*rows, *visit)
    ]


def _step_address(name: str) -> str:
    pages = {"papers": "apply.papers", "visit": "visits.step"}
    return url_for(pages[name]) if name in pages else url_for("apply.step", name=name)


def _visit_words(request: ServiceRequest) -> str:
    return moment_words(request.visit_wish) if request.visit_wish else _("выберу позже")


def _papers_words(request: ServiceRequest) -> str:
    names = [paper.name for paper in papers_of(reading(), request.id)]
    return ", ".join(names) or _("принесу на приём")
