"""The search as it is typed, and the card of a person: pupil, representative, member of staff."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from forms.people import GENDER_LABELS, KIND_LABELS, ContactsForm, PersonForm
from journal_core.access.queries import account_of_person
from journal_core.access.terms import Permission
from journal_core.audit.terms import AuditAction
from journal_core.classes.queries import (
    FOUND,
    class_of,
    class_spans,
    find_people,
    group_spans,
    in_own_class,
    representatives_of,
    represented_by,
)
from journal_core.classes.terms import Kin
from journal_core.errors import RuleBroken
from journal_core.invitations.queries import pupil_code_holders
from journal_core.people.commands import (
    CorrectPerson,
    CorrectPersonContacts,
    correct_person,
    correct_person_contacts,
)
from journal_core.people.models import Person, Pupil
from journal_core.people.queries import positions_of, pupil_of
from journal_core.people.rules import comes_of_age_on
from portal.access import can, current_actor, requires
from portal.home.labels import ROLE_NAMES
from portal.home.right import warned_since
from portal.pages import form_page
from portal.people.blueprint import back_to, blueprint, reached
from portal.people.labels import PART_NAMES
from portal.perform import perform
from portal.refusals import words_of
from portal.state import now, reading, today
from portal.viewing import views_personal_data


@blueprint.get("")
@requires(Permission.DIRECTORY_PEOPLE_READ)
def index() -> str:
    """The search; a script that asks for `found` gets the answers alone."""
    typed = request.args.get("q", "").strip()[:100]
    part = request.args.get("part", "")
    part = part if part in PART_NAMES else ""
    page = "people/found.html" if "found" in request.args else "people/index.html"
    return render_template(
        page,
        typed=typed,
        part=part,
        parts=PART_NAMES,
        people=find_people(reading(), typed, today(), part),
        most=FOUND,
    )


@blueprint.get("/<uuid:person_id>")
@requires(Permission.CLASS_OWN_READ)
@views_personal_data(AuditAction.PERSON_VIEWED, "person_id")
def person(person_id: UUID) -> str:
    """The card; a class teacher opens those of the own class (POL-3.5.1)."""
    found = reached(person_id)
    pupil = pupil_of(reading(), person_id)
    return render_template(
        "people/person.html",
        person=found,
        genders=GENDER_LABELS,
        kinds=KIND_LABELS,
        roles=ROLE_NAMES,
        today=today(),
        account_id=account_of_person(reading(), person_id),
        represents=_represented(person_id),
        positions=positions_of(reading(), person_id),
        **(_pupil(pupil) if pupil else {}),
    )


@blueprint.route("/<uuid:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def edit(person_id: UUID) -> Any:
    found = reached(person_id)
    form = PersonForm(obj=found)
    if not form.validate_on_submit():
        return _form_page(form, _("Исправить сведения"), person_id)
    command = CorrectPerson(
        person_id=person_id,
        name=form.name,
        birth_date=form.birth_date.data,
        gender=form.gender.data,
    )
    try:
        perform(correct_person, command)
    except RuleBroken as refusal:
        form.refuse("birth_date", words_of(refusal))
        return _form_page(form, _("Исправить сведения"), person_id)
    flash(_("Сохранено."), "success")
    return back_to(person_id)


@blueprint.route("/<uuid:person_id>/contacts", methods=["GET", "POST"])
@requires(Permission.CLASS_PEOPLE_EDIT)
def contacts(person_id: UUID) -> Any:
    """By the administrator, and by the class teacher of the person's class (INS-3.2.4)."""
    found = reached(person_id)
    form = ContactsForm(obj=found)
    if not form.validate_on_submit():
        return _form_page(form, _("Контакты"), person_id)
    perform(
        correct_person_contacts,
        CorrectPersonContacts(person_id=person_id, email=form.email.data, phone=form.phone.data),
    )
    flash(_("Сохранено."), "success")
    return back_to(person_id)


def _represented(person_id: UUID) -> list[Kin]:
    """Whose representative the person is, as far as the reader may open their cards."""
    kin = represented_by(reading(), person_id, today())
    if can(Permission.DIRECTORY_PEOPLE_READ):
        return kin
    actor, on = current_actor(), today()
    return [one for one in kin if in_own_class(reading(), actor, one.person_id, on)]


def _pupil(pupil: Pupil) -> dict[str, Any]:
    """What the card tells of a pupil beside the person."""
    current = class_of(reading(), pupil.id, today())
    name = current.name if current else ""
    return {
        "pupil": pupil,
        "current": current,
        "classes": class_spans(reading(), pupil.id),
        "groups": group_spans(reading(), pupil.id),
        "representatives": representatives_of(reading(), pupil.id, today()),
        "comes_of_age": _comes_of_age(pupil),
        "codes": pupil_code_holders(reading(), pupil, name, now(), today()),
    }


def _comes_of_age(pupil: Pupil) -> date | None:
    """The 18th birthday, when it is past or so near that it is warned of (SVC-2.12.3)."""
    born = reading().get_one(Person, pupil.person_id).birth_date
    day = comes_of_age_on(born) if born else None
    return day if day and day <= warned_since() else None


def _form_page(form: PersonForm | ContactsForm, title: str, person_id: UUID) -> Any:
    back = url_for("people.person", person_id=person_id)
    return form_page("people/form.html", form, title=title, person=reached(person_id), back=back)
