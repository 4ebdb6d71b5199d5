"""What is kept about people: for how long, for whom to take out, and the case as one file."""

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, send_file
from flask_babel import force_locale
from werkzeug.exceptions import BadRequest

from documents.bundle import Bundle, Page
from forms.account import EmptyForm
from forms.privacy import ExportForm
from journal_core.access.terms import Permission
from journal_core.audit.terms import AuditAction
from journal_core.privacy.commands import (
    RecordCaseExport,
    RecordPersonExport,
    record_case_export,
    record_person_export,
)
from journal_core.privacy.everything import (
    Everything,
    everything_about_applicant,
    everything_about_person,
    find_people,
)
from journal_core.privacy.queries import SOON_DAYS, erasures, plan
from journal_core.privacy.terms import KeptKind
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import office_request
from portal.access import current_actor, requires
from portal.navigation import school
from portal.perform import perform
from portal.privacy.case_file import add_case, case_page
from portal.privacy.labels import KIND_NAMES, KIND_SETTINGS, what_was_seen, who_looked
from portal.privacy.person_file import add_person, person_page
from portal.state import current_portal, now, reading
from portal.viewing import views_personal_data

blueprint = Blueprint("privacy", __name__)
blueprint.add_app_template_filter(who_looked, "who_looked")
blueprint.add_app_template_filter(what_was_seen, "what_was_seen")


@blueprint.get("/school/retention")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def retention() -> str:
    """What the next night erases, and what was erased (SVC-2.2.3, REC-1.5)."""
    settings = school()
    return render_template(
        "privacy/retention.html",
        plan=plan(reading(), settings, now()),
        erasures=erasures(reading()),
        kinds=tuple(KeptKind),
        names=KIND_NAMES,
        terms={kind: (key, getattr(settings, key)) for kind, key in KIND_SETTINGS.items()},
        soon_days=SOON_DAYS,
    )


@blueprint.get("/privacy")
@requires(Permission.PRIVACY_PERSON_EXPORT)
def people() -> str:
    """Find the person or applicant whose data are asked for."""
    search = request.args.get("q", "")[:300]
    return render_template(
        "privacy/people.html",
        search=search,
        found=find_people(reading(), search),
    )


@blueprint.route("/privacy/people/<uuid:person_id>", methods=["GET", "POST"])
@requires(Permission.PRIVACY_PERSON_EXPORT)
@views_personal_data(AuditAction.PERSON_VIEWED, "person_id")
def person(person_id: UUID) -> Any:
    return _export(everything_about_person(reading(), person_id))


@blueprint.route("/privacy/applicants/<uuid:request_id>", methods=["GET", "POST"])
@requires(Permission.PRIVACY_PERSON_EXPORT)
@views_personal_data(AuditAction.PERSON_VIEWED, "request_id")
def applicant(request_id: UUID) -> Any:
    """One who is known from requests alone."""
    return _export(everything_about_applicant(reading(), request_id))


@blueprint.post("/office/requests/<uuid:request_id>/case.zip")
@requires(Permission.REQUEST_DOCUMENTS_READ)
def case_file(request_id: UUID) -> Response:
    """The whole case as one file, its handing out on record first."""
    row = office_request(reading(), request_id)
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    perform(record_case_export, RecordCaseExport(request_id=row.id))
    kept = office_request(reading(), request_id)

    def fill(bundle: Bundle) -> Page:
        add_case(bundle, kept)
        return case_page(kept, current_actor().label)

    return _sent(fill, f"case-{kept.request_number}")


def _export(found: Everything) -> Any:
    form = ExportForm()
    if not form.validate_on_submit():
        page = render_template(
            "privacy/person.html",
            form=form,
            found=found,
            counts={name: len(rows) for name, rows in found.told().items()},
            requests=found.of(ServiceRequest),
        )
        return (page, 422) if form.is_submitted() else page
    reason = form.reason.data
    perform(
        record_person_export,
        RecordPersonExport(subject_ids=tuple(sorted(found.subject_ids)), reason=reason),
    )

    def fill(bundle: Bundle) -> Page:
        add_person(bundle, found)
        return person_page(found, current_actor().label, reason)

    return _sent(fill, "person")


def _sent(fill: Callable[[Bundle], Page], name: str) -> Response:
    """The bundle as an attachment. It lies on disk: memory holds a piece of it at a time."""
    out = TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    try:
        bundle = Bundle(out, now().astimezone(current_portal().zone))
        with force_locale("ru"):
            bundle.close(fill(bundle))
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return send_file(
        out, mimetype="application/zip", as_attachment=True, download_name=f"{name}.zip"
    )
