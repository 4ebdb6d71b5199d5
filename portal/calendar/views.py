"""Publishing years, closing and reopening days; every change moves the terms that it touches."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from forms.base import PortalForm
from forms.calendar import CloseDaysForm, ReopenDaysForm, YearFileForm
from forms.fields import Option
from journal_core.access.terms import Permission
from journal_core.calendar.commands import CloseSchoolDays, PublishCalendarYear, ReopenSchoolDays
from journal_core.calendar.queries import closed_days, published_year, year_versions
from journal_core.calendar.terms import YearOfDays
from journal_core.calendar.year_file import read_year, write_year
from journal_core.errors import CoreError
from portal.access import requires
from portal.calendar.labels import KIND_NAMES, problems_of
from portal.papers import attachment
from portal.perform import perform
from portal.presentation import weekday_date
from portal.state import reading, today
from workflows.terms import Recomputed, close_school, publish_year, reopen_school

blueprint = Blueprint("calendar", __name__, url_prefix="/school/calendar")


@blueprint.get("")
@requires(Permission.SCHOOL_CALENDAR_PUBLISH)
def index() -> str:
    versions = year_versions(reading())
    return render_template(
        "calendar/index.html",
        versions=versions,
        is_published=today().year in {version.year for version in versions},
        closed=closed_days(reading()),
    )


@blueprint.get("/<int(max=9999):year>/<int(max=9999):version>")
@requires(Permission.SCHOOL_CALENDAR_PUBLISH)
def year_page(year: int, version: int) -> str:
    return render_template(
        "calendar/year.html",
        published=_published(year, version),
        version=version,
        kinds=KIND_NAMES,
    )


@blueprint.get("/<int(max=9999):year>/<int(max=9999):version>/calendar.csv")
@requires(Permission.SCHOOL_CALENDAR_PUBLISH)
def export(year: int, version: int) -> Response:
    """A version as the file that `import` takes."""
    content = write_year(_published(year, version)).encode()
    return attachment(content, f"calendar-{year}.csv", "text/csv")


@blueprint.route("/import", methods=["GET", "POST"])
@requires(Permission.SCHOOL_CALENDAR_PUBLISH)
def take_year() -> Any:
    """Publish the year of a file; every bad line is named and nothing is published (SVC-2.11)."""
    form = YearFileForm()
    if not form.validate_on_submit():
        return _form_page("import", form)
    sent = form.file.data[0]
    try:
        year = read_year(sent.read().decode())
        command = PublishCalendarYear(
            year=year.year, days=year.days, source=year.source or (sent.filename or "")[:300]
        )
        recomputed = perform(publish_year, command)
    except UnicodeDecodeError:
        form.refuse("file", _("Файл должен быть текстом в UTF-8."))
        return _form_page("import", form)
    except CoreError as error:
        problems = problems_of(error)
        form.refuse("file", _("Файл не принят, исправьте строк: %(count)s", count=len(problems)))
        return _form_page("import", form, problems)
    return _done(_("Опубликован %(year)s год.", year=year.year), recomputed)


@blueprint.route("/close", methods=["GET", "POST"])
@requires(Permission.SCHOOL_CALENDAR_PUBLISH)
def close() -> Any:
    """Days that count in no term, by the school's order."""
    form = CloseDaysForm()
    if not form.validate_on_submit():
        return _form_page("close", form)
    command = CloseSchoolDays(
        days=form.days, reason=form.reason.data, order_number=form.order_number.data
    )
    try:
        recomputed = perform(close_school, command)
    except CoreError as error:
        form.refuse("first", problems_of(error)[0])
        return _form_page("close", form)
    return _done(_("Закрыто дней: %(count)s.", count=len(form.days)), recomputed)


@blueprint.route("/reopen", methods=["GET", "POST"])
@requires(Permission.SCHOOL_CALENDAR_PUBLISH)
def reopen() -> Any:
    """Closed days that count again, by another order; that they were closed stays on record."""
    form = ReopenDaysForm()
    form.days.options = [
        Option(row.day, f"{weekday_date(row.day)} {row.day.year}", row.reason)
        for row in closed_days(reading())
        if row.reopened_at is None
    ]
    if not form.validate_on_submit():
        return _form_page("reopen", form)
    command = ReopenSchoolDays(days=form.days.data, order_number=form.order_number.data)
    try:
        recomputed = perform(reopen_school, command)
    except CoreError as error:
        form.refuse("days", problems_of(error)[0])
        return _form_page("reopen", form)
    return _done(_("Открыто дней: %(count)s.", count=len(form.days.data)), recomputed)


def _published(year: int, version: int) -> YearOfDays:
    published = published_year(reading(), year, version)
    if published is None:
        raise NotFound
    return published


def _form_page(name: str, form: PortalForm, problems: list[str] | None = None) -> Any:
    page = render_template(f"calendar/{name}.html", form=form, problems=problems or [])
    return (page, 422) if form.is_submitted() else page


def _done(what: str, recomputed: Recomputed) -> BaseResponse:
    """Back to the calendar, saying what became of the terms."""
    terms = _(
        "Сроков пересчитано: %(terms)s, сдвинулось: %(moved)s.",
        terms=recomputed.terms,
        moved=recomputed.promises,
    )
    flash(f"{what} {terms}", "success")
    return redirect(url_for("calendar.index"), 303)
