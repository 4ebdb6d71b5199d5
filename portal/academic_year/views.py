"""The academic year on one page: periods, holidays, bells, and the weeks that come of them."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forms.academic_year import BellDayForm, BellsForm, HolidayForm, PeriodsForm, periods_form
from forms.fields import Option
from journal_core.academic_year.commands import (
    CopyYear,
    RemoveBells,
    RemoveHoliday,
    RemovePeriods,
    SaveBells,
    SaveHoliday,
    SavePeriods,
    SetBellDay,
    copy_year,
    remove_bells,
    remove_holiday,
    remove_periods,
    save_bells,
    save_holiday,
    save_periods,
    set_bell_day,
)
from journal_core.academic_year.queries import (
    breaks_of_year,
    periods_of_year,
    school_bells,
    study_year,
)
from journal_core.academic_year.rules import (
    bounds,
    monday_of,
    study_days,
    week_days,
    year_in_hand,
    years_of_grades,
)
from journal_core.academic_year.terms import Bells, Period, PeriodKind, StudyYear
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.school.terms import GRADES
from journal_core.timetable.queries import versions_of
from portal.academic_year.labels import (
    KIND_NAMES,
    PERIOD_NAMES,
    grades_words,
    period_refusal,
)
from portal.access import can, requires
from portal.pages import form_page, press, refuse_far_years
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading, today

blueprint = Blueprint("academic_year", __name__, url_prefix="/year")
blueprint.before_request(refuse_far_years)

KINDS = "any(quarter, trimester, half_year)"


@blueprint.get("")
@requires(Permission.CURRICULUM_YEAR_READ)
def current() -> Response:
    """The year that the school works at."""
    return _back(year_in_hand(today()))


@blueprint.get("/<int(max=9999):year>")
@requires(Permission.CURRICULUM_YEAR_READ)
def index(year: int) -> str:
    """What of the year is set, and the weeks of study that come of it (POL-3.4.1, INS-3.1.3)."""
    of_year = study_year(reading(), year)
    first, last = bounds(year)
    bells = school_bells(reading())
    return render_template(
        "academic_year/index.html",
        year=year,
        period_sets=_period_sets(of_year.periods),
        breaks=of_year.breaks,
        closed=[
            (day, of_year.calendar.closed[day])
            for day in sorted(of_year.calendar.closed)
            if first <= day <= last
        ],
        grades_years=years_of_grades(of_year, GRADES),
        months=_months(year),
        week_days={
            grade: week_days(max(first, min(today(), last)), grade, of_year) for grade in GRADES
        },
        unpublished=[one for one in (year, year + 1) if one not in of_year.calendar.years],
        days_of=lambda period: len(_days_of(period, of_year)),
        schedules=bells.schedules,
        short_days=[
            (one, next(row for row in bells.schedules if row.id == one.schedule_id))
            for day, one in bells.days.items()
            if first <= day <= last
        ],
        may_copy=not of_year.periods and not of_year.breaks and _is_set(year - 1),
        kinds=KIND_NAMES,
        period_names=PERIOD_NAMES,
        grades_words=grades_words,
    )


def _months(year: int) -> list[tuple[int, str]]:
    """(number of the week in the year, name) of the months, each where its first day lies."""
    monday = monday_of(bounds(year)[0])
    firsts = [date(year + (month < 9), month, 1) for month in (9, 10, 11, 12, *range(1, 9))]
    return [((first - monday).days // 7, format_date(first, "LLL")) for first in firsts]


def _period_sets(periods: Iterable[Period]) -> list[tuple[PeriodKind, int, list[Period]]]:
    """The periods that are changed together: of one kind and one first grade."""
    groups = groupby(periods, key=lambda period: (period.kind, period.first_grade))
    return [(kind, first_grade, list(rows)) for (kind, first_grade), rows in groups]


def _days_of(period: Period, year: StudyYear) -> list[Any]:
    """Days of study of the period for its last grade: the first one may rest longer."""
    return study_days(period.since, period.until, period.last_grade, year)


def _is_set(year: int) -> bool:
    return bool(periods_of_year(reading(), year) or breaks_of_year(reading(), year))


@blueprint.post("/<int(max=9999):year>/copy")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def copy(year: int) -> Response:
    press(
        copy_year, CopyYear(academic_year=year), _("Перенесено. Проверьте дни: недели сдвинулись.")
    )
    return _back_to_days(year)


@blueprint.route(f"/<int(max=9999):year>/periods/<{KINDS}:kind>/new", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def periods_new(year: int, kind: str) -> Any:
    form = periods_form(PeriodKind(kind))()
    if form.validate_on_submit() and _save_periods(form, year, PeriodKind(kind), None):
        return _back_to_days(year)
    return _periods_page(form, year, PeriodKind(kind))


@blueprint.route(
    f"/<int(max=9999):year>/periods/<{KINDS}:kind>/<int(max=9999):grade>", methods=["GET", "POST"]
)
@requires(Permission.CURRICULUM_YEAR_EDIT)
def periods(year: int, kind: str, grade: int) -> Any:
    """All periods of the kind that begin with the grade, as a whole."""
    rows = [
        row
        for row in periods_of_year(reading(), year)
        if (row.kind, row.first_grade) == (PeriodKind(kind), grade)
    ]
    if not rows:
        raise NotFound
    stands: dict[str, Any] = {"first_grade": grade, "last_grade": rows[0].last_grade}
    for row in rows:
        stands |= {f"since_{row.number}": row.since, f"until_{row.number}": row.until}
    form = periods_form(PeriodKind(kind))(data=stands)
    if form.validate_on_submit() and _save_periods(form, year, PeriodKind(kind), grade):
        return _back_to_days(year)
    return _periods_page(form, year, PeriodKind(kind), grade)


@blueprint.post(f"/<int(max=9999):year>/periods/<{KINDS}:kind>/<int(max=9999):grade>/remove")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def periods_remove(year: int, kind: str, grade: int) -> Response:
    command = RemovePeriods(academic_year=year, kind=PeriodKind(kind), first_grade=grade)
    press(remove_periods, command, _("Периоды убраны."))
    return _back_to_days(year)


def _save_periods(form: PeriodsForm, year: int, kind: PeriodKind, was: int | None) -> bool:
    command = SavePeriods(
        academic_year=year,
        kind=kind,
        first_grade=form.first_grade.data or 0,
        last_grade=form.last_grade.data or 0,
        spans=form.spans,
        was=None if was is None else (kind, was),
    )
    try:
        perform(save_periods, command)
    except RuleBroken as error:
        number = error.facts.get("number")
        numbers = error.facts.get("numbers")
        wrong = f"until_{number}" if number else "last_grade"
        if isinstance(numbers, tuple) and numbers and numbers[-1] <= form.count:
            wrong = f"since_{numbers[-1]}"
        form.refuse(wrong, period_refusal(error))
        return False
    flash(_("Периоды сохранены."), "success")
    return True


def _periods_page(form: PeriodsForm, year: int, kind: PeriodKind, grade: int | None = None) -> Any:
    return form_page(
        "academic_year/periods.html",
        form,
        year=year,
        kind=kind,
        title=KIND_NAMES[kind],
        name=PERIOD_NAMES[kind],
        grade=grade,
    )


@blueprint.route("/<int(max=9999):year>/holidays/new", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def holiday_new(year: int) -> Any:
    form = HolidayForm(data={"first_grade": GRADES[0], "last_grade": GRADES[-1]})
    if form.validate_on_submit() and _save_holiday(form, year, None):
        return _back_to_days(year)
    return form_page("academic_year/holiday.html", form, year=year)


@blueprint.route("/<int(max=9999):year>/holidays/<uuid:holiday_id>", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def holiday(year: int, holiday_id: UUID) -> Any:
    row = next((one for one in breaks_of_year(reading(), year) if one.id == holiday_id), None)
    if row is None:
        raise NotFound
    form = HolidayForm(obj=row)
    if form.validate_on_submit() and _save_holiday(form, year, holiday_id):
        return _back_to_days(year)
    return form_page("academic_year/holiday.html", form, year=year, holiday_id=holiday_id)


@blueprint.post("/<int(max=9999):year>/holidays/<uuid:holiday_id>/remove")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def holiday_remove(year: int, holiday_id: UUID) -> Response:
    press(remove_holiday, RemoveHoliday(holiday_id=holiday_id), _("Каникулы убраны."))
    return _back_to_days(year)


def _save_holiday(form: HolidayForm, year: int, holiday_id: UUID | None) -> bool:
    command = SaveHoliday(
        academic_year=year,
        name=form.name.data,
        first_grade=form.first_grade.data or 0,
        last_grade=form.last_grade.data or 0,
        since=form.since.data,
        until=form.until.data,
        holiday_id=holiday_id,
    )
    try:
        perform(save_holiday, command)
    except RuleBroken as error:
        wrong = "last_grade" if error.code == "grades_in_wrong_order" else "until"
        form.refuse(wrong, words_of(error))
        return False
    flash(_("Каникулы сохранены."), "success")
    return True


@blueprint.route("/<int(max=9999):year>/bells/new", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def bells_new(year: int) -> Any:
    form = BellsForm()
    if form.validate_on_submit() and _save_bells(form, None):
        return _back(year)
    return form_page("academic_year/bells.html", form, year=year)


@blueprint.route("/<int(max=9999):year>/bells/<uuid:schedule_id>", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def bells(year: int, schedule_id: UUID) -> Any:
    known = _schedule(schedule_id)
    stands: dict[str, Any] = {"name": known.name, "is_regular": known.is_regular}
    for bell in known.times:
        stands |= {f"starts_{bell.number}": bell.starts, f"ends_{bell.number}": bell.ends}
    form = BellsForm(data=stands)
    if form.validate_on_submit() and _save_bells(form, schedule_id):
        return _back(year)
    return form_page("academic_year/bells.html", form, year=year, schedule=known)


@blueprint.post("/<int(max=9999):year>/bells/<uuid:schedule_id>/remove")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def bells_remove(year: int, schedule_id: UUID) -> Response:
    press(remove_bells, RemoveBells(schedule_id=schedule_id), _("Звонки убраны."))
    return _back(year)


def _schedule(schedule_id: UUID) -> Bells:
    schedules = school_bells(reading()).schedules
    known = next((one for one in schedules if one.id == schedule_id), None)
    if known is None:
        raise NotFound
    return known


def _save_bells(form: BellsForm, schedule_id: UUID | None) -> bool:
    command = SaveBells(
        name=form.name.data,
        times=form.times,
        is_regular=form.is_regular.data,
        schedule_id=schedule_id,
    )
    try:
        perform(save_bells, command)
    except RuleBroken as error:
        fields = {"bells_twice": "name", "bells_empty": "starts_1"}
        form.refuse(fields.get(error.code, f"starts_{error.facts.get('number')}"), words_of(error))
        return False
    flash(_("Звонки сохранены."), "success")
    return True


@blueprint.route("/<int(max=9999):year>/days/new", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def day_new(year: int) -> Any:
    """A day that follows another schedule than the regular one."""
    form = BellDayForm()
    schedules = school_bells(reading()).schedules
    form.schedule.options = [Option(one.id, one.name) for one in schedules if not one.is_regular]
    if not form.validate_on_submit():
        return form_page("academic_year/day.html", form, year=year)
    perform(
        set_bell_day,
        SetBellDay(day=form.day.data, schedule_id=form.schedule.data, reason=form.reason.data),
    )
    flash(_("День сохранён."), "success")
    return _back(year)


@blueprint.post("/<int(max=9999):year>/days/<int:ordinal>/remove")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def day_remove(year: int, ordinal: int) -> Response:
    """Give the day back to the regular bells."""
    day = next((one for one in school_bells(reading()).days if one.toordinal() == ordinal), None)
    if day is None:
        raise NotFound
    press(set_bell_day, SetBellDay(day=day, schedule_id=None), _("День идёт по обычным звонкам."))
    return _back(year)


def _back_to_days(year: int) -> Response:
    """Study days changed: lessons that were made by the old ones are made anew by hand."""
    is_laid = any(version.is_published for version in versions_of(reading(), year))
    if is_laid and year == year_in_hand(today()) and can(Permission.TIMETABLE_WEEK_EDIT):
        told = _("Учебные дни изменились, а уроки года созданы по прежним.")
        link = Markup('<a class="govuk-notification-banner__link" href="{}">{}</a>').format(
            url_for("timetable.lay"), _("Пересчитать уроки")
        )
        flash(Markup("{} {}").format(told, link))
    return _back(year)


def _back(year: int) -> Response:
    return redirect(url_for("academic_year.index", year=year), 303)
