"""Choosing, moving and cancelling a visit (SVC-2.6, SVC-3.4.1)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from forms.account import EmptyForm
from forms.fields import Option
from forms.visit import LATER, VisitForm, VisitWishForm
from journal_core.access.terms import Permission
from journal_core.clock import local_date
from journal_core.errors import RuleBroken
from journal_core.requests.models import ServiceRequest
from journal_core.requests.queries import office_request
from journal_core.requests.terms import RequestState
from journal_core.visits.queries import free_slots
from journal_core.visits.terms import Slot
from portal.access import public, requires
from portal.held import own_request, tracked_request
from portal.perform import perform
from portal.presentation import clock_time
from portal.refusals import words_of
from portal.state import current_portal, now, reading
from portal.visits.shown import short_day, shown_visit, visit_file
from workflows.draft import SaveDraft, save_draft
from workflows.visit import BookVisit, CancelVisit, book_visit, cancel_visit

blueprint = Blueprint("visits", __name__)


@blueprint.route("/request/visit", methods=["GET", "POST"])
@public
def step() -> Any:
    """The last step of the request; the time is booked when the request is submitted."""
    row = own_request()
    if row is None:
        return redirect(url_for("apply.start"), 303)
    if row.state is not RequestState.DRAFT:
        return redirect(url_for("apply.receipt"), 303)
    form = VisitWishForm(data={"visit_at": row.visit_wish or LATER})
    slots = _offered(form)
    if not form.validate_on_submit():
        return _chooser("visits/step.html", form, slots)
    wish = None if form.visit_at.data == LATER else form.visit_at.data
    perform(save_draft, SaveDraft(request_id=row.id, answers={"visit_wish": wish}))
    return redirect(url_for("apply.check"), 303)


@blueprint.route("/track/visit", methods=["GET", "POST"])
@public
def change() -> Any:
    row = tracked_request()
    if row is None:
        return redirect(url_for("track.index"), 303)
    return _change(row, "visits/change.html", url_for("track.request_page"))


@blueprint.post("/track/visit/cancel")
@public
def cancel() -> BaseResponse:
    row = tracked_request()
    if row is None:
        return redirect(url_for("track.index"), 303)
    return _cancel(row, url_for("track.request_page"))


@blueprint.get("/track/visit.ics")
@public
def calendar_file() -> Response:
    row = tracked_request()
    visit = shown_visit(row) if row else None
    if row is None or visit is None or visit.starts_at is None:
        raise NotFound
    return visit_file(row, visit.starts_at)


@blueprint.route("/office/requests/<uuid:request_id>/visit", methods=["GET", "POST"])
@requires(Permission.REQUEST_INTAKE_REGISTER)
def office_change(request_id: UUID) -> Any:
    """For an applicant who calls."""
    row = office_request(reading(), request_id)
    return _change(row, "visits/office.html", url_for("office.case", request_id=request_id))


@blueprint.post("/office/requests/<uuid:request_id>/visit/cancel")
@requires(Permission.REQUEST_INTAKE_REGISTER)
def office_cancel(request_id: UUID) -> BaseResponse:
    row = office_request(reading(), request_id)
    return _cancel(row, url_for("office.case", request_id=request_id))


def _change(row: ServiceRequest, template: str, back: str) -> Any:
    visit = shown_visit(row)
    if visit is None:
        raise RuleBroken("visit_not_awaited", "SVC-3.4.1")
    form = VisitForm(data={"visit_at": visit.starts_at})
    slots = _offered(form, keep=None if visit.is_missed else visit.starts_at)
    if form.validate_on_submit():
        command = BookVisit(request_id=row.id, starts_at=form.visit_at.data)
        try:
            perform(book_visit, command)
        except RuleBroken as error:
            slots = _offered(form)
            form.refuse("visit_at", words_of(error))
        else:
            flash(_("Визит назначен."), "success")
            return redirect(back, 303)
    return _chooser(template, form, slots, row=row, visit=visit)


def _cancel(row: ServiceRequest, back: str) -> BaseResponse:
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    perform(cancel_visit, CancelVisit(request_id=row.id))
    flash(_("Визит отменён."), "success")
    return redirect(back, 303)


def _offered(form: VisitForm, keep: datetime | None = None) -> list[Slot]:
    """Offer what is free, and the time that the applicant holds already."""
    slots = free_slots(reading(), now(), current_portal().zone)
    if keep is not None and keep not in {slot.starts_at for slot in slots}:
        slots = sorted(
            [*slots, Slot(starts_at=keep, places_left=0)], key=lambda slot: slot.starts_at
        )
    form.offer(_times(slots))
    return slots


def _chooser(template: str, form: VisitForm, slots: Sequence[Slot], **rest: Any) -> Any:
    """The page shows the times of one day; the other days are its tabs."""
    days = {slot.starts_at: _day(slot.starts_at) for slot in slots}
    shown = _shown_day(form, days)
    form.offer(_times([slot for slot in slots if days[slot.starts_at] == shown]))
    firsts = {day: starts_at for starts_at, day in reversed(days.items())}
    tabs = [
        {
            "text": short_day(firsts[day]),
            "href": url_for(
                request.endpoint or "", day=day.isoformat(), **(request.view_args or {})
            ),
            "current": day == shown,
        }
        for day in sorted(firsts)
    ]
    page = render_template(template, form=form, tabs=tabs, day=shown, **rest)
    return (page, 422) if form.is_submitted() else page


def _shown_day(form: VisitForm, days: dict[datetime, date]) -> date | None:
    """The day that was asked for, else that of the chosen time, else the first."""
    asked = request.args.get("day", "")
    found = {day.isoformat(): day for day in days.values()}.get(asked)
    return found or days.get(form.visit_at.data) or next(iter(days.values()), None)


def _times(slots: Sequence[Slot]) -> list[Option]:
    zone = current_portal().zone
    return [Option(slot.starts_at, clock_time(slot.starts_at.astimezone(zone))) for slot in slots]


def _day(moment: datetime) -> date:
    return local_date(moment, current_portal().zone)
