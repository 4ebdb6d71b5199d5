"""How regularly families look, who is silent, and what the class teacher did about it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from forms.diary_visits import ContactForm
from forms.fields import Option
from journal_core.access.terms import Permission
from journal_core.diary_visits.commands import RecordContact, record_contact
from journal_core.diary_visits.queries import (
    class_families,
    class_shares,
    classes_of_families,
    family_history,
)
from journal_core.diary_visits.rules import added
from journal_core.diary_visits.terms import WINDOWS, FamilyHistory
from journal_core.errors import RuleBroken
from portal.access import current_actor, requires
from portal.diary_visits.blueprint import blueprint
from portal.diary_visits.labels import (
    END_NAMES,
    HOW_NAMES,
    RESULT_NAMES,
    STATE_COLOURS,
    STATE_NAMES,
)
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading, today

_READ = Permission.FAMILIES_CLASS_READ


@blueprint.get("")
@requires(_READ)
def index() -> Any:
    """By class, how many look within a week, two, a month (POL-3.5.5); one's one class at once."""
    classes = classes_of_families(reading(), current_actor(), today())
    if len(classes) == 1:
        return redirect(url_for(".of_class", class_id=classes[0].id), 303)
    shares = class_shares(reading(), classes, today(), current_portal().zone)
    return render_template(
        "diary_visits/index.html",
        shares=[one for one in shares if one.pupils[0].of],
        total=added(shares),
        windows=WINDOWS,
    )


@blueprint.get("/<uuid:class_id>")
@requires(_READ)
def of_class(class_id: UUID) -> str:
    """The silent families first, with phone and e-mail; then who looked when (INS-3.2.6)."""
    page = class_families(reading(), current_actor(), class_id, today(), current_portal().zone)
    return render_template(
        "diary_visits/class.html",
        page=page,
        silent=sorted((one for one in page.families if one.task), key=lambda one: -one.silent_days),
        today=today(),
        states=STATE_NAMES,
        state_colours=STATE_COLOURS,
    )


@blueprint.route("/pupils/<uuid:pupil_id>", methods=["GET", "POST"])
@requires(_READ)
def family(pupil_id: UUID) -> Any:
    """All that was done about a family; the class teacher records a call or letter (INS-3.2.6)."""
    told = family_history(reading(), current_actor(), pupil_id, today(), current_portal().zone)
    form = ContactForm(data={"day": today()})
    form.person.options = [Option(one.person_id, one.name) for one in told.family.members]
    if form.validate_on_submit() and _recorded(form, told):
        return redirect(url_for(".family", pupil_id=pupil_id), 303)
    return form_page(
        "diary_visits/family.html",
        form,
        told=told,
        today=today(),
        hows=HOW_NAMES,
        results=RESULT_NAMES,
        ends=END_NAMES,
        states=STATE_NAMES,
        state_colours=STATE_COLOURS,
    )


def _recorded(form: ContactForm, told: FamilyHistory) -> bool:
    """Whether it was taken; if not, why stands beside the field."""
    command = RecordContact(
        contact_id=form.key_id,
        pupil_id=told.family.pupil_id,
        person_id=form.person.data,
        how=form.how.data,
        day=form.day.data,
        result=form.result.data,
        note=form.note.data,
    )
    try:
        perform(record_contact, command)
    except RuleBroken as error:
        form.refuse(None if error.code == "family_not_silent" else "day", words_of(error))
        return False
    flash(_("Записано. Задача закроется сама, когда семья откроет дневник."), "success")
    return True
