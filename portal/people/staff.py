"""Members of staff and their positions, by orders (POL-3.4.11, INS-3.1.3)."""

from typing import Any
from uuid import UUID

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from forms.base import PortalForm
from forms.people import EndPositionForm, PositionForm, StaffForm
from journal_core.access.terms import Permission
from journal_core.orders.terms import OrderKind
from journal_core.people.commands import (
    AddStaffMember,
    EndPosition,
    HoldPosition,
    add_staff_member,
    end_position,
    hold_position,
)
from journal_core.people.models import Person, StaffMember
from portal.access import requires
from portal.orders.acting import act_by_order
from portal.pages import form_page
from portal.people.blueprint import back_to, blueprint, reached
from portal.state import reading, today


@blueprint.route("/staff/new", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def new_staff() -> Any:
    form = StaffForm(data={"since": today(), "order_date": today()})
    if not form.validate_on_submit():
        return _page(form, _("Новый сотрудник"))
    added = act_by_order(
        form,
        OrderKind.STAFFING,
        lambda context, order_id: add_staff_member(
            context,
            AddStaffMember(
                name=form.name,
                position=form.position.data,
                since=form.since.data,
                order_id=order_id,
                birth_date=form.birth_date.data,
                email=form.email.data,
                phone=form.phone.data,
                key=form.key_id,
            ),
        ),
        beside={"": "since"},
    )
    if added is None:
        return _page(form, _("Новый сотрудник"))
    flash(_("Сотрудник добавлен."), "success")
    return back_to(added)


@blueprint.route("/<uuid:person_id>/positions/new", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def new_position(person_id: UUID) -> Any:
    """One more position beside those that the person holds."""
    person = reached(person_id)
    form = PositionForm(data={"since": today(), "order_date": today()})
    if form.validate_on_submit() and act_by_order(
        form,
        OrderKind.STAFFING,
        lambda context, order_id: hold_position(
            context,
            HoldPosition(
                person_id=person_id,
                position=form.position.data,
                since=form.since.data,
                order_id=order_id,
            ),
        ),
        beside={"": "position"},
    ):
        flash(_("Должность записана."), "success")
        return back_to(person_id)
    return _page(form, _("Ещё одна должность"), person)


@blueprint.route("/positions/<uuid:member_id>/end", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def position_end(member_id: UUID) -> Any:
    member = reading().get(StaffMember, member_id)
    if member is None or member.until is not None:
        raise NotFound
    person = reached(member.person_id)
    form = EndPositionForm(data={"until": today(), "order_date": today()})
    if form.validate_on_submit():
        act_by_order(
            form,
            OrderKind.STAFFING,
            lambda context, order_id: end_position(
                context,
                EndPosition(member_id=member_id, until=form.until.data, order_id=order_id),
            ),
            beside={"": "until"},
        )
        if not form.errors:
            flash(_("Сохранено."), "success")
            return back_to(person.id)
    return _page(form, f"{_('Освободить должность')}: {member.position}", person)


def _page(form: PortalForm, title: str, person: Person | None = None) -> Any:
    back = url_for("people.person", person_id=person.id) if person else url_for("people.index")
    return form_page(
        "people/form.html", form, title=title, person=person, back=back, clause_code="POL-3.4.11"
    )
