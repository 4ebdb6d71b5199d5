"""The risk group of a class: its days, its families' weeks, who comes in and out."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from forms.diary_visits import CheckForm, EndRiskForm, RiskForm
from forms.fields import Option
from journal_core.academic_year.rules import monday_of
from journal_core.access.terms import Permission
from journal_core.attendance.queries import led_pupil
from journal_core.attendance.terms import Days
from journal_core.classes.queries import class_on
from journal_core.diary_visits.queries import class_in_reach, leads, parents_visits
from journal_core.errors import RuleBroken
from journal_core.risk_group.commands import (
    CheckWeek,
    EndRisk,
    PutAtRisk,
    check_week,
    end_risk,
    put_at_risk,
)
from journal_core.risk_group.queries import (
    candidates_in,
    checks_of,
    group_in,
    risk_days,
    span_row,
    spans_of_class,
)
from journal_core.risk_group.rules import has_come_to_an_end
from journal_core.risk_group.terms import RiskSpan
from journal_core.school.models import SchoolClass
from portal.access import current_actor, requires
from portal.attendance.labels import days_words
from portal.diary.labels import REASON_NAMES, number_text
from portal.diary_visits.blueprint import blueprint
from portal.diary_visits.labels import GROUND_NAMES
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading, today

_READ, _EDIT = Permission.FAMILIES_CLASS_READ, Permission.FAMILIES_CLASS_EDIT
#: Marks and absences of so many days speak for the group.
_LOOKED_AT = timedelta(days=28)
_WEEK = timedelta(days=7)


@blueprint.get("/<uuid:class_id>/risk")
@requires(_READ)
def group(class_id: UUID) -> str:
    """Today and the last day of lessons of each pupil (INS-3.2.7), and a week of families."""
    found = _class(class_id)
    week = _asked_week()
    pupils = group_in(reading(), class_id, week, today())
    return render_template(
        "diary_visits/risk.html",
        found=found,
        may_edit=leads(reading(), current_actor(), class_id, today()),
        pupils=risk_days(reading(), class_id, today()),
        candidates=candidates_in(
            reading(), class_id, Days(since=today() - _LOOKED_AT, until=today()), today()
        ),
        spans=spans_of_class(reading(), class_id, today()),
        week=week,
        looked=_looked(pupils, week),
        names=pupils,
        checks=checks_of(reading(), class_id),
        form=CheckForm(),
        today=today(),
        before=week.since - _WEEK,
        after=week.since + _WEEK,
        may_check=has_come_to_an_end(week.since, today()),
        grounds=GROUND_NAMES,
        reasons=REASON_NAMES,
        days_words=days_words,
        number_text=number_text,
    )


@blueprint.post("/<uuid:class_id>/risk/weeks")
@requires(_EDIT)
def check(class_id: UUID) -> Response:
    """The week is looked through; what was seen is kept with it (INS-3.2.8)."""
    _led_class(class_id)
    week = _asked_week()
    back = redirect(url_for(".group", class_id=class_id, week=week.since), 303)
    form = CheckForm()
    if not form.validate_on_submit():
        if not form.note.errors:
            raise BadRequest
        flash(str(form.note.error))
        return back
    pupils = group_in(reading(), class_id, week, today())
    command = CheckWeek(
        class_id=class_id,
        monday=week.since,
        looked=_looked(pupils, week),
        note=form.note.data,
    )
    try:
        perform(check_week, command)
    except RuleBroken as error:
        flash(words_of(error))
    else:
        flash(_("Неделя проверена."), "success")
    return back


@blueprint.route("/<uuid:class_id>/risk/new", methods=["GET", "POST"])
@requires(_EDIT)
def put(class_id: UUID) -> Any:
    """The program proposes, the class teacher decides (INS-3.2.7)."""
    found = _led_class(class_id)
    form = RiskForm(data={"pupil": request.args.get("pupil", type=UUID), "since": today()})
    form.pupil.options = [
        Option(pupil.id, person.name.full)
        for pupil, person in class_on(reading(), class_id, today())
    ]
    if form.validate_on_submit():
        command = PutAtRisk(
            pupil_id=form.pupil.data,
            ground=form.ground.data,
            since=form.since.data,
            reason=form.reason.data,
        )
        try:
            perform(put_at_risk, command)
        except RuleBroken as error:
            form.refuse("since", words_of(error))
        else:
            flash(_("Ученик внесён в группу риска."), "success")
            return redirect(url_for(".group", class_id=class_id), 303)
    return form_page("diary_visits/put.html", form, found=found)


@blueprint.route("/risk/<uuid:risk_id>", methods=["GET", "POST"])
@requires(_EDIT)
def end(risk_id: UUID) -> Any:
    span, found = _led_span(risk_id)
    form = EndRiskForm(data={"until": today()})
    if form.validate_on_submit():
        command = EndRisk(membership_id=risk_id, until=form.until.data, reason=form.reason.data)
        try:
            perform(end_risk, command)
        except RuleBroken as error:
            form.refuse("until", words_of(error))
        else:
            flash(_("Ученик выведен из группы риска."), "success")
            return redirect(url_for(".group", class_id=found.id), 303)
    return form_page("diary_visits/end.html", form, found=found, span=span, grounds=GROUND_NAMES)


def _class(class_id: UUID) -> SchoolClass:
    return class_in_reach(reading(), current_actor(), class_id, today())


def _led_class(class_id: UUID) -> SchoolClass:
    """Raises NotFound for a class that the actor does not lead."""
    if not leads(reading(), current_actor(), class_id, today()):
        raise NotFound
    return _class(class_id)


def _led_span(risk_id: UUID) -> tuple[RiskSpan, SchoolClass]:
    """Raises NotFound for a pupil of another's class."""
    span = span_row(reading(), risk_id)
    if span is None:
        raise NotFound
    found, _name = led_pupil(reading(), current_actor(), span.pupil_id, today())
    return span, found


def _asked_week() -> Days:
    """The week of the day that the address names, or this one; none that is to come."""
    try:
        asked = date.fromisoformat(request.values.get("week", ""))
    except ValueError:
        asked = today()
    monday = monday_of(asked if date(2000, 1, 1) < asked < today() else today())
    return Days(since=monday, until=monday + _WEEK - timedelta(days=1))


def _looked(pupils: dict[UUID, str], week: Days) -> dict[UUID, list[date]]:
    """Pupil → the days of the week on which a representative looked."""
    seen = parents_visits(reading(), pupils, week.since, week.until, today())
    return {pupil_id: seen.get(pupil_id, []) for pupil_id in pupils}
