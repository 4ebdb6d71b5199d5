"""After-school groups and clubs: their leader, and members of any class (POL-1.4)."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forms.fields import Option
from forms.people import MembersForm, OwnGroupForm
from journal_core.access.terms import Permission
from journal_core.classes.commands import SaveGroup, SetGroupMembers, save_group, set_group_members
from journal_core.classes.models import StudyGroup
from journal_core.classes.queries import group_lines, group_on, pupils_by_class
from journal_core.classes.terms import OWN_KINDS
from journal_core.errors import NotFound, RuleBroken
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person
from journal_core.people.queries import staff_people
from portal.access import requires
from portal.classes.blueprint import asked_day, asked_year, blueprint
from portal.classes.labels import KIND_NAMES
from portal.orders.acting import act_by_order
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading, today


@blueprint.get("/groups")
@requires(Permission.DIRECTORY_PEOPLE_READ)
def groups() -> str:
    """The after-school groups and clubs of an academic year."""
    year = asked_year()
    return render_template(
        "classes/groups.html",
        year=year,
        groups=group_lines(reading(), year, asked_day(year), kinds=OWN_KINDS),
        kinds=KIND_NAMES,
    )


@blueprint.route("/groups/new", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def new_group() -> Any:
    form = _group_form(None)
    if form.validate_on_submit():
        group_id = _saved(form, asked_year(), None)
        if group_id is not None:
            flash(_("Группа создана. Отметьте, кто в ней."), "success")
            return redirect(url_for("classes.members", group_id=group_id), 303)
    return form_page("classes/group_form.html", form, group=None)


@blueprint.get("/groups/<uuid:group_id>")
@requires(Permission.DIRECTORY_PEOPLE_READ)
def group(group_id: UUID) -> str:
    """A group on a date: a division of a class, an after-school group or a club."""
    found = _found(group_id)
    on = asked_day(found.academic_year)
    leader = reading().get(Person, found.leader_id) if found.leader_id else None
    return render_template(
        "classes/group.html",
        group=found,
        own=found.kind in OWN_KINDS,
        kind=KIND_NAMES[found.kind],
        leader=leader,
        on=on,
        members=group_on(reading(), group_id, on),
    )


@blueprint.route("/groups/<uuid:group_id>/edit", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def edit_group(group_id: UUID) -> Any:
    found = _own(group_id)
    form = _group_form(found)
    if form.validate_on_submit() and _saved(form, found.academic_year, group_id):
        flash(_("Сохранено."), "success")
        return redirect(url_for("classes.group", group_id=group_id), 303)
    return form_page("classes/group_form.html", form, group=found)


@blueprint.route("/groups/<uuid:group_id>/members", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def members(group_id: UUID) -> Any:
    """Who is ticked is in the group from the day on; the others leave it the day before."""
    found = _own(group_id)
    on = asked_day(found.academic_year)
    form = MembersForm(data={"since": on, "order_date": today()})
    pupils = pupils_by_class(reading(), found.academic_year, on)
    if not form.is_submitted():
        ticked = {pupil.id for pupil, _person, _class in group_on(reading(), group_id, on)}
    else:
        sent = set(request.form.getlist("pupil"))
        ticked = {one[0] for one in pupils if str(one[0]) in sent}
    if form.validate_on_submit():
        act_by_order(
            form,
            OrderKind.GROUPS,
            lambda context, order_id: set_group_members(
                context,
                SetGroupMembers(
                    group_id=group_id,
                    pupil_ids=frozenset(ticked),
                    since=form.since.data,
                    order_id=order_id,
                ),
            ),
            beside={"": "since"},
        )
        if not form.errors:
            flash(_("Состав группы сохранён."), "success")
            return redirect(url_for("classes.group", group_id=group_id), 303)
    return form_page("classes/members.html", form, group=found, pupils=pupils, ticked=ticked)


def _found(group_id: UUID) -> StudyGroup:
    found = reading().get(StudyGroup, group_id)
    if found is None:
        raise NotFound("group_unknown")
    return found


def _own(group_id: UUID) -> StudyGroup:
    found = _found(group_id)
    if found.kind not in OWN_KINDS:
        raise NotFound("group_unknown")
    return found


def _group_form(found: StudyGroup | None) -> OwnGroupForm:
    data = (
        {"kind": found.kind, "group_name": found.name, "leader": found.leader_id} if found else None
    )
    form = OwnGroupForm(data=data)
    form.leader.options = [
        Option(person.id, person.name.full) for person, _member in staff_people(reading())
    ]
    return form


def _saved(form: OwnGroupForm, year: int, group_id: UUID | None) -> UUID | None:
    try:
        return perform(
            save_group,
            SaveGroup(
                kind=form.kind.data,
                academic_year=year,
                name=form.group_name.data,
                leader_id=form.leader.data,
                group_id=group_id,
            ),
        )
    except RuleBroken as refusal:
        form.refuse("group_name", words_of(refusal))
        return None
