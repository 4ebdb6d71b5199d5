"""Pupils come, change the class, leave and come back: each by an order (POL-3.4.11)."""

from typing import Any
from uuid import UUID

from flask import flash, url_for
from flask_babel import gettext as _

from forms.base import PortalForm
from forms.people import EnrolForm, LeaveForm, PupilForm, TransferForm
from journal_core.access.terms import Permission
from journal_core.classes.commands import (
    AddPupil,
    EnrolPupil,
    LeavePupil,
    TransferPupil,
    add_pupil,
    enrol_pupil,
    leave_pupil,
    transfer_pupil,
)
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person
from portal.access import requires
from portal.orders.acting import act_by_order
from portal.pages import form_page
from portal.people.blueprint import back_to, blueprint, class_options, reached_pupil
from portal.state import today


@blueprint.route("/pupils/new", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def new_pupil() -> Any:
    form = PupilForm(data={"since": today(), "order_date": today()})
    form.school_class.options = class_options()
    if not form.validate_on_submit():
        return _page(form, _("Новый ученик"))
    added = act_by_order(
        form,
        OrderKind.ENROLMENT,
        lambda context, order_id: add_pupil(
            context,
            AddPupil(
                name=form.name,
                birth_date=form.birth_date.data,
                gender=form.gender.data,
                class_id=form.school_class.data,
                since=form.since.data,
                order_id=order_id,
                file_number=form.file_number.data,
                email=form.email.data,
                phone=form.phone.data,
                key=form.key_id,
            ),
        ),
        beside={
            "born_ahead": "birth_date",
            "age_unfit": "birth_date",
            "pupil_known": "last_name",
            "": "since",
        },
    )
    if added is None:
        return _page(form, _("Новый ученик"))
    flash(_("Ученик зачислен. Добавьте представителей."), "success")
    return back_to(added)


@blueprint.route("/<uuid:person_id>/enrol", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def enrol(person_id: UUID) -> Any:
    """Who left and comes back stays the same pupil."""
    pupil, person = reached_pupil(person_id)
    form = EnrolForm(
        data={"since": today(), "order_date": today(), "file_number": pupil.file_number}
    )
    form.school_class.options = class_options()
    if form.validate_on_submit() and act_by_order(
        form,
        OrderKind.ENROLMENT,
        lambda context, order_id: enrol_pupil(
            context,
            EnrolPupil(
                person_id=person_id,
                class_id=form.school_class.data,
                since=form.since.data,
                order_id=order_id,
                file_number=form.file_number.data,
            ),
        ),
        beside={"": "since"},
    ):
        flash(_("Ученик зачислен."), "success")
        return back_to(person_id)
    return _page(form, _("Зачислить снова"), person)


@blueprint.route("/<uuid:person_id>/transfer", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def transfer(person_id: UUID) -> Any:
    """The old class ends the day before; what the pupil earned goes along."""
    pupil, person = reached_pupil(person_id)
    form = TransferForm(data={"since": today(), "order_date": today()})
    form.school_class.options = class_options()
    if form.validate_on_submit():
        act_by_order(
            form,
            OrderKind.TRANSFER,
            lambda context, order_id: transfer_pupil(
                context,
                TransferPupil(
                    pupil_id=pupil.id,
                    class_id=form.school_class.data,
                    since=form.since.data,
                    order_id=order_id,
                ),
            ),
            beside={"same_class": "school_class", "": "since"},
        )
        if not form.errors:
            flash(_("Ученик переведён."), "success")
            return back_to(person_id)
    return _page(form, _("Перевести в другой класс"), person)


@blueprint.route("/<uuid:person_id>/leave", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def leave(person_id: UUID) -> Any:
    """Class and groups end with the last day; the history stays."""
    pupil, person = reached_pupil(person_id)
    form = LeaveForm(data={"last_day": today(), "order_date": today()})
    if form.validate_on_submit():
        act_by_order(
            form,
            OrderKind.LEAVING,
            lambda context, order_id: leave_pupil(
                context,
                LeavePupil(pupil_id=pupil.id, last_day=form.last_day.data, order_id=order_id),
            ),
            beside={"": "last_day"},
        )
        if not form.errors:
            flash(_("Выбытие записано."), "success")
            return back_to(person_id)
    return _page(form, _("Выбытие"), person)


def _page(form: PortalForm, title: str, person: Person | None = None) -> Any:
    back = url_for("people.person", person_id=person.id) if person else url_for("people.index")
    return form_page(
        "people/form.html", form, title=title, person=person, back=back, clause_code="POL-3.4.11"
    )
