"""The weeks with what came of them, one week with what is stale in it, who is in charge."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forms.fields import Option
from forms.weekly_duty import OfficialForm, SignForm
from journal_core.access.terms import Permission
from journal_core.errors import NotFound, RuleBroken
from journal_core.school.rules import academic_year_of
from journal_core.weekly_duty.commands import (
    AppointDutyOfficial,
    SignDutyWeek,
    appoint_duty_official,
    sign_duty_week,
)
from journal_core.weekly_duty.queries import (
    courses_of_week,
    duty_officials,
    duty_week,
    duty_weeks,
    findings_of,
    may_be_in_charge,
    official_on,
)
from journal_core.weekly_duty.terms import CourseWeek, DutyState, DutyWeek
from portal.access import can, requires
from portal.pages import asked_day, form_page, page_of
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, now, reading, today
from portal.weekly_duty.labels import STATE_COLOURS, STATE_NAMES

blueprint = Blueprint("weekly_duty", __name__, url_prefix="/duty")

_READ, _SIGN = Permission.DUTY_WEEK_READ, Permission.DUTY_WEEK_SIGN
#: Courses on one page.
LENGTH = 100


@blueprint.get("")
@requires(_READ)
def index() -> str:
    """The weeks of the year, the latest first: what waits, what came of the others (SVC-3.7)."""
    weeks = duty_weeks(reading(), academic_year_of(today()), now(), current_portal().zone)
    return render_template(
        "weekly_duty/index.html",
        weeks=weeks,
        official=official_on(reading(), today()),
        names=STATE_NAMES,
        colours=STATE_COLOURS,
    )


@blueprint.get("/week")
@requires(_READ)
def week() -> Any:
    """What is stale in the week, by class and subject; what was so when it was signed off."""
    return _week_page(_week(), SignForm())


@blueprint.post("/week/sign")
@requires(_SIGN)
def sign() -> Any:
    shown, form = _week(), SignForm()
    if form.validate_on_submit():
        command = SignDutyWeek(monday=shown.monday, remarks=form.remarks.data)
        try:
            perform(sign_duty_week, command)
        except RuleBroken as error:
            form.refuse("remarks", words_of(error))
        else:
            flash(_("Неделя проверена, результат записан."), "success")
            return redirect(url_for(".index"), 303)
    return _week_page(shown, form)


@blueprint.route("/official", methods=["GET", "POST"])
@requires(Permission.DUTY_OFFICIAL_APPOINT)
def official() -> Any:
    """Who is in charge, by which order (SVC-3.8)."""
    form = OfficialForm(data={"valid_from": today()})
    people = may_be_in_charge(reading())
    form.person.options = [Option(person_id, name) for person_id, name in people.items()]
    if not form.validate_on_submit():
        return form_page(
            "weekly_duty/official.html", form, officials=duty_officials(reading()), today=today()
        )
    perform(
        appoint_duty_official,
        AppointDutyOfficial(
            person_id=form.person.data,
            since=form.valid_from.data,
            order_number=form.order_number.data,
        ),
    )
    flash(_("Сохранено."), "success")
    return redirect(url_for(".index"), 303)


def _week() -> DutyWeek:
    """The week that the address names. Raises NotFound where it has no lessons, or not yet."""
    asked = asked_day("week") or today()
    found = duty_week(reading(), asked, now(), current_portal().zone)
    if found is None:
        raise NotFound("duty_week_unknown")
    return found


def _week_page(shown: DutyWeek, form: SignForm) -> Any:
    courses = courses_of_week(reading(), shown.monday, now(), current_portal().zone)
    stale = [one for one in courses if one.is_stale]
    then = findings_of(reading(), shown.monday) if shown.signed else []
    is_then = bool(then) and request.args.get("show") == "then"
    rows = page_of(then if is_then else stale, LENGTH)
    return form_page(
        "weekly_duty/week.html",
        form,
        week=shown,
        courses=len(courses),
        stale=len(stale),
        stale_classes=len({one.class_id for one in stale}),
        then=len(then),
        is_then=is_then,
        shown=rows,
        may_sign=can(_SIGN) and shown.state in (DutyState.WAITS, DutyState.OVERDUE),
        names=STATE_NAMES,
        colours=STATE_COLOURS,
        journal=_journal,
        href=lambda number: url_for(
            ".week", week=shown.monday, page=number, show="then" if is_then else None
        ),
    )


def _journal(one: CourseWeek) -> str:
    return url_for(
        "journal.page", class_id=one.class_id, subject_id=one.subject_id, group=one.group_id
    )
