"""A family announces an absence ahead, and sees what became of it (INS-3.2.3)."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forms.attendance import REASON_NAMES, AnnounceForm
from forms.fields import Option
from journal_core.access.terms import Permission
from journal_core.attendance.commands import (
    AnnounceAbsence,
    WithdrawAnnouncement,
    announce_absence,
    withdraw_announcement,
)
from journal_core.attendance.queries import announcements_of
from journal_core.attendance.terms import SpanState
from journal_core.classes.queries import represented_by
from journal_core.errors import RuleBroken
from portal.access import current_actor, requires
from portal.attendance.blueprint import blueprint
from portal.attendance.labels import STATE_COLOURS, STATE_NAMES, days_words
from portal.pages import form_page, press
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading, today

_ANNOUNCE = Permission.ATTENDANCE_CHILD_ANNOUNCE


@blueprint.route("/announce", methods=["GET", "POST"])
@requires(_ANNOUNCE)
def announce() -> Any:
    person_id = current_actor().person_id
    if person_id is None:
        raise NotFound
    children = [kin for kin in represented_by(reading(), person_id, today()) if kin.holds]
    form = AnnounceForm(data=_beginning([kin.pupil_id for kin in children]))
    form.child.options = [Option(kin.pupil_id, kin.name) for kin in children]
    if form.validate_on_submit() and _announced(form):
        return redirect(url_for(".announce"), 303)
    return form_page(
        "attendance/announce.html",
        form,
        children=children,
        announcements=announcements_of(reading(), person_id, today()),
        person_id=person_id,
        waits=SpanState.ANNOUNCED,
        reasons=REASON_NAMES,
        states=STATE_NAMES,
        state_colours=STATE_COLOURS,
        days_words=days_words,
    )


@blueprint.post("/announcements/<uuid:span_id>/withdraw")
@requires(_ANNOUNCE)
def withdraw(span_id: UUID) -> Response:
    command = WithdrawAnnouncement(span_id=span_id)
    press(withdraw_announcement, command, _("Сообщение об отсутствии отозвано."))
    return redirect(url_for(".announce"), 303)


def _announced(form: AnnounceForm) -> bool:
    """Whether it was taken; if not, why stands beside the field."""
    command = AnnounceAbsence(
        pupil_id=form.child.data,
        days=form.days,
        words=form.words.data,
        document=form.document.data,
    )
    try:
        perform(announce_absence, command)
    except RuleBroken as error:
        form.refuse("since" if error.code == "date_past" else "until", words_of(error))
        return False
    flash(_("Сообщение отправлено классному руководителю."), "success")
    return True


def _beginning(pupil_ids: list[UUID]) -> dict[str, Any]:
    """Today, and the child where there is one alone."""
    return {"since": today(), "child": pupil_ids[0] if len(pupil_ids) == 1 else None}
