"""The report to the parents of a class: which days, and the sheets to print and to sign."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from documents.render import render_sheets
from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import periods_of
from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.attendance.queries import class_to_attend
from journal_core.attendance.terms import Days
from journal_core.audit.terms import AuditAction
from journal_core.classes.queries import class_on
from journal_core.parents_report.queries import class_report
from journal_core.school.models import SchoolClass
from journal_core.school.rules import first_day_of, last_day_of
from portal.academic_year.labels import period_name
from portal.access import current_actor, requires
from portal.papers import MEDIA_TYPES, attachment
from portal.parents_report.sheets import sheets_of
from portal.state import current_portal, reading, today
from portal.viewing import views_personal_data

blueprint = Blueprint("parents_report", __name__, url_prefix="/parents-report")


@blueprint.get("/<uuid:class_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def of_class(class_id: UUID) -> str:
    """The days to choose, by periods or by hand, and the pupils."""
    school_class = _class(class_id)
    days = _asked_days(school_class)
    return render_template(
        "parents_report/class.html",
        school_class=school_class,
        days=days,
        year=_year(school_class),
        periods=[(one, period_name(one)) for one in _periods(school_class)],
        pupils=class_on(reading(), class_id, min(days.until, today())),
    )


@blueprint.get("/<uuid:class_id>/class.pdf")
@requires(Permission.JOURNAL_PAGE_READ)
@views_personal_data(AuditAction.REPORT_PRINTED, "class_id")
def printed(class_id: UUID) -> Response:
    """A sheet for every pupil in one file; thirty of them take less than a second."""
    return _print(class_id, None)


@blueprint.get("/<uuid:class_id>/<uuid:pupil_id>.pdf")
@requires(Permission.JOURNAL_PAGE_READ)
@views_personal_data(AuditAction.REPORT_PRINTED, "pupil_id")
def printed_one(class_id: UUID, pupil_id: UUID) -> Response:
    return _print(class_id, pupil_id)


def _print(class_id: UUID, pupil_id: UUID | None) -> Response:
    """404 also for a class without pupils: there is no sheet to print."""
    report = class_report(
        reading(),
        current_actor(),
        class_id,
        _asked_days(_class(class_id)),
        on=today(),
        zone=current_portal().zone,
        pupil_id=pupil_id,
    )
    pdf = render_sheets(sheets_of(report))
    if not pdf:
        raise NotFound
    return attachment(pdf, "report.pdf", MEDIA_TYPES["pdf"])


def _class(class_id: UUID) -> SchoolClass:
    return class_to_attend(reading(), current_actor(), class_id, today())


def _asked_days(school_class: SchoolClass) -> Days:
    """`?since=…&until=…` within the class's year; without them the period that began last."""
    year = _year(school_class)
    begun = [one for one in _periods(school_class) if one.since <= today()]
    usual = Days(since=begun[-1].since, until=begun[-1].until) if begun else year
    since = request.args.get("since", type=date.fromisoformat) or usual.since
    until = request.args.get("until", type=date.fromisoformat) or usual.until
    since, until = sorted((since, until))
    return Days(
        since=min(max(since, year.since), year.until), until=max(min(until, year.until), year.since)
    )


def _year(school_class: SchoolClass) -> Days:
    year = school_class.academic_year
    return Days(since=first_day_of(year), until=last_day_of(year))


def _periods(school_class: SchoolClass) -> list[Period]:
    """In order of time."""
    of_year = periods_of_year(reading(), school_class.academic_year)
    found = periods_of(of_year, school_class.grade)
    return sorted(found, key=lambda one: one.since)
