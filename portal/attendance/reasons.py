"""The class teacher tells why a pupil was away, and decides on what the family announced."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.attendance import REASON_NAMES, DeclineForm, ReasonForm
from journal_core.access.terms import Permission
from journal_core.attendance.commands import (
    DeclineAnnouncement,
    RemoveReason,
    TellReason,
    decline_announcement,
    remove_reason,
    tell_reason,
)
from journal_core.attendance.queries import led_pupil, span_view, spans_of
from journal_core.attendance.terms import REASON_SIGNS, Days, SpanState, SpanView
from journal_core.errors import RuleBroken
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of, first_day_of, last_day_of
from portal.access import current_actor, requires
from portal.attendance.blueprint import blueprint
from portal.attendance.labels import STATE_COLOURS, STATE_NAMES, days_words
from portal.pages import asked_day, form_page, press
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading, today

_EDIT = Permission.ATTENDANCE_CLASS_EDIT


@blueprint.route("/pupils/<uuid:pupil_id>", methods=["GET", "POST"])
@requires(_EDIT)
def pupil(pupil_id: UUID) -> Any:
    """The absences of the year, and the reason of a day or of days in a row (INS-3.2.3).

    Where the day has a reason or was announced, it is that span which the form changes.
    """
    school_class, name = led_pupil(reading(), current_actor(), pupil_id, today())
    year = academic_year_of(today())
    spans = spans_of(
        reading(), pupil_id, Days(since=first_day_of(year), until=last_day_of(year + 1))
    )
    form = ReasonForm(data=_standing(spans))
    if form.validate_on_submit() and _told(form, pupil_id):
        return _to_class(school_class, form.days)
    return form_page(
        "attendance/pupil.html",
        form,
        school_class=school_class,
        pupil_name=name,
        spans=spans,
        changed=next((one for one in spans if one.id == form.changed_id), None),
        signs=REASON_SIGNS,
        reasons=REASON_NAMES,
        states=STATE_NAMES,
        state_colours=STATE_COLOURS,
        days_words=days_words,
    )


@blueprint.post("/spans/<uuid:span_id>/remove")
@requires(_EDIT)
def remove(span_id: UUID) -> Response:
    span, school_class = _led_span(span_id)
    press(remove_reason, RemoveReason(span_id=span_id), _("Причина убрана."))
    return _to_class(school_class, span.days)


@blueprint.route("/spans/<uuid:span_id>/decline", methods=["GET", "POST"])
@requires(_EDIT)
def decline(span_id: UUID) -> Any:
    """The family reads why its announcement was not taken."""
    span, school_class = _led_span(span_id)
    form = DeclineForm()
    if form.validate_on_submit():
        command = DeclineAnnouncement(span_id=span_id, because=form.because.data)
        try:
            perform(decline_announcement, command)
        except RuleBroken as error:
            form.refuse("because", words_of(error))
        else:
            flash(_("Отклонено: семья увидит почему."), "success")
            return _to_class(school_class, span.days)
    return form_page(
        "attendance/decline.html",
        form,
        span=span,
        school_class=school_class,
        days_words=days_words,
    )


def _told(form: ReasonForm, pupil_id: UUID) -> bool:
    """Whether the reason was taken; if not, why stands beside the field."""
    command = TellReason(
        pupil_id=pupil_id,
        days=form.days,
        reason=form.reason.data,
        document=form.document.data,
        document_date=form.document_date.data,
        note=form.note.data,
        span_id=form.changed_id,
        replaces=form.replaces.data,
    )
    try:
        perform(tell_reason, command)
    except RuleBroken as error:
        field = {"reason_stands": "replaces", "absence_decided": None}.get(error.code, "until")
        form.refuse(field, words_of(error))
        return False
    flash(_("Причина записана."), "success")
    return True


def _standing(spans: list[SpanView]) -> dict[str, Any]:
    """What the form begins with: the span of the day that the address names, or the day alone."""
    day = asked_day("day") or today()
    live = [one for one in spans if one.state is not SpanState.DECLINED]
    span = next((one for one in live if day in one.days), None)
    if span is None:
        return {"since": day, "until": None}
    return {
        "since": span.days.since,
        "until": span.days.until,
        "reason": span.reason,
        "document": span.document,
        "document_date": span.document_date,
        "note": span.note,
        "span_id": span.id,
    }


def _led_span(span_id: UUID) -> tuple[SpanView, SchoolClass]:
    """Raises NotFound for a span of another's pupil."""
    span = span_view(reading(), span_id)
    school_class, _name = led_pupil(reading(), current_actor(), span.pupil_id, today())
    return span, school_class


def _to_class(school_class: SchoolClass, days: Days) -> Response:
    return redirect(url_for(".of_class", class_id=school_class.id, week=days.since), 303)
