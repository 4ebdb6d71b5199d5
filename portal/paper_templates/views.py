"""Templates by kind: what is in force, a new one, its trial, the way back (FRM-1, FRM-2, FRM-3)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.catalogue import KINDS, DocumentKind
from documents.render import render_docx
from documents.school_template import differences, judge_template
from documents.template_file import MOST_BYTES
from documents.template_words import guide
from forms.fields import tidy_line
from forms.paper_templates import InForceForm, TemplateFileForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.paper_templates.queries import use_on, uses_of, version_of, versions_of
from journal_core.paper_templates.terms import TemplateVersion
from portal.access import requires
from portal.account.entering import wrong_password
from portal.pages import form_page
from portal.paper_templates import labels
from portal.papers import MEDIA_TYPES, attachment
from portal.perform import perform
from portal.refusals import words_of as refusal_words
from portal.state import current_portal, reading, today
from workflows.paper_template import (
    OfferTemplate,
    PutTemplateInForce,
    is_fit,
    offer_template,
    put_template_in_force,
    template_on,
)

blueprint = Blueprint("paper_templates", __name__, url_prefix="/school/templates")


@blueprint.get("")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def index() -> str:
    kinds = labels.KIND_NAMES
    return render_template(
        "paper_templates/index.html",
        kinds=kinds,
        clauses=labels.KIND_CLAUSES,
        uses={kind: use_on(reading(), kind, today()) for kind in kinds},
        printed={kind: template_on(reading(), kind, today()) for kind in kinds},
        pdf_only=labels.PDF_ONLY,
    )


@blueprint.route("/<kind>", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def kind_page(kind: str) -> Any:
    """What the kind is printed with; a file sent is judged and kept, nothing changes yet."""
    document = _known(kind)
    form = TemplateFileForm()
    if not form.validate_on_submit():
        return _kind_page(kind, form)
    sent = form.file.data[0]
    judged = judge_template(document, sent.read(MOST_BYTES + 1))
    try:
        template_id = perform(
            offer_template,
            OfferTemplate(name=tidy_line(sent.filename) or document.docx.name, judged=judged),
        )
    except RuleBroken as error:
        form.refuse("file", refusal_words(error))
        return _kind_page(kind, form)
    if template_id is None:
        flaws = labels.words_of(judged.findings)
        form.refuse("file", flaws[0] if len(flaws) == 1 else _("Шаблон не принят, вот почему."))
        return _kind_page(kind, form, flaws)
    return redirect(url_for(".version", kind=kind, template_id=template_id), 303)


@blueprint.get("/<kind>/built-in.docx")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def built_in_file(kind: str) -> Response:
    """The template of the program, to begin from."""
    document = KINDS.get(kind)
    if document is None:
        raise NotFound
    return attachment(document.docx.read_bytes(), f"{kind}-template.docx", MEDIA_TYPES["docx"])


@blueprint.get("/<kind>/versions/<uuid:template_id>/template.docx")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def version_file(kind: str, template_id: UUID) -> Response:
    """The template as it was sent."""
    _known(kind)
    content = _content(version_of(reading(), kind, template_id))
    return attachment(content, f"{kind}-template.docx", MEDIA_TYPES["docx"])


@blueprint.get("/<kind>/versions/<uuid:template_id>/trial.docx")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def trial(kind: str, template_id: UUID) -> Response:
    """The example by this template, to be looked at before it is in force."""
    document = _known(kind)
    found = version_of(reading(), kind, template_id)
    if not is_fit(found):
        raise NotFound
    content = render_docx(document.example, _content(found))
    return attachment(content, f"{kind}-trial.docx", MEDIA_TYPES["docx"])


@blueprint.route("/<kind>/versions/<uuid:template_id>", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def version(kind: str, template_id: UUID) -> Any:
    """The trial and what differs from the PDF; then the password, and it is in force."""
    document = _known(kind)
    found = version_of(reading(), kind, template_id)
    form = InForceForm(data={"valid_from": today()})
    refusal = None
    if form.validate_on_submit():
        refusal = wrong_password(form) or _put_in_force(form, kind, template_id)
        if refusal is None:
            return _done(kind)
    fits = is_fit(found)
    return form_page(
        "paper_templates/version.html",
        form,
        refusal,
        kind=kind,
        name=labels.KIND_NAMES[kind],
        version=found,
        fits=fits,
        differences=differences(document, _content(found)) if fits else None,
    )


@blueprint.route("/<kind>/built-in", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def built_in(kind: str) -> Any:
    """Back to the template of the program."""
    _known(kind)
    form = InForceForm(data={"valid_from": today()})
    refusal = None
    if form.validate_on_submit():
        refusal = wrong_password(form) or _put_in_force(form, kind, None)
        if refusal is None:
            return _done(kind)
    return form_page(
        "paper_templates/built_in.html", form, refusal, kind=kind, name=labels.KIND_NAMES[kind]
    )


def _known(kind: str) -> DocumentKind:
    """A kind whose template may be replaced. Raises NotFound."""
    if kind not in labels.KIND_NAMES:
        raise NotFound
    return KINDS[kind]


def _content(version: TemplateVersion) -> bytes:
    return current_portal().files.get(version.file_id)


def _put_in_force(form: InForceForm, kind: str, template_id: UUID | None) -> int | None:
    """The status to refuse with, or None when it is done."""
    command = PutTemplateInForce(
        kind=kind,
        template_id=template_id,
        valid_from=form.valid_from.data,
        order_number=form.order_number.data,
    )
    try:
        perform(put_template_in_force, command)
    except RuleBroken as error:
        form.refuse("valid_from" if error.code == "date_past" else None, refusal_words(error))
        return 422
    return None


def _done(kind: str) -> BaseResponse:
    flash(_("Сохранено. Выданные документы остаются такими, какими были выданы."), "success")
    return redirect(url_for(".kind_page", kind=kind), 303)


def _kind_page(kind: str, form: TemplateFileForm, flaws: Sequence[str] = ()) -> Any:
    uses = uses_of(reading(), kind)
    return form_page(
        "paper_templates/kind.html",
        form,
        kind=kind,
        name=labels.KIND_NAMES[kind],
        clause_code=labels.KIND_CLAUSES.get(kind, ""),
        uses=uses,
        use=next((use for use in uses if use.valid_from <= today()), None),
        printed=template_on(reading(), kind, today()),
        versions=versions_of(reading(), kind),
        guide=guide(KINDS[kind].example),
        flaws=flaws,
    )
