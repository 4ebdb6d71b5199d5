"""Representatives of a pupil: added, corrected, ended (INS-3.2.4, SVC-2.6.3, 2.6.4)."""

from typing import Any
from uuid import UUID

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.base import PortalForm
from forms.fields import Option
from forms.people import NEW_PERSON, EndRightForm, RepresentativeForm, RightForm
from journal_core.access.terms import Permission
from journal_core.classes.queries import found_as, representation_in_reach
from journal_core.classes.terms import FoundPerson
from journal_core.errors import RuleBroken
from journal_core.people.commands import (
    CorrectRepresentation,
    EndRepresentation,
    LinkRepresentative,
    correct_representation,
    end_representation,
    link_representative,
)
from journal_core.people.models import Person, Representation
from journal_core.people.queries import people_named
from portal.access import current_actor, requires
from portal.pages import form_page, press
from portal.people.blueprint import back_to, blueprint, reached_pupil
from portal.perform import perform
from portal.presentation import short_date
from portal.refusals import words_of
from portal.state import reading, today
from workflows.end_of_right import LetRead, let_read


@blueprint.route("/<uuid:person_id>/representatives/new", methods=["GET", "POST"])
@requires(Permission.CLASS_PEOPLE_EDIT)
def new_link(person_id: UUID) -> Any:
    """Somebody new, or somebody of the same name whom the school knows already."""
    pupil, child = reached_pupil(person_id)
    form = RepresentativeForm()
    if form.is_submitted():
        form.same_person.options = _namesakes(form)
    if not form.validate_on_submit() or not _is_told_apart(form):
        return _page(form, _("Новый представитель"), child)
    known = form.same_person.data not in (None, NEW_PERSON)
    command = LinkRepresentative(
        pupil_id=pupil.id,
        kind=form.kind.data,
        basis=form.basis.data,
        valid_until=form.valid_until.data,
        person_id=form.same_person.data if known else None,
        name=form.name,
        email=form.email.data,
        phone=form.phone.data,
    )
    try:
        perform(link_representative, command)
    except RuleBroken as refusal:
        form.refuse("last_name", words_of(refusal))
        return _page(form, _("Новый представитель"), child)
    flash(_("Представитель добавлен."), "success")
    return back_to(person_id)


@blueprint.route("/representatives/<uuid:representation_id>", methods=["GET", "POST"])
@requires(Permission.CLASS_PEOPLE_EDIT)
def link(representation_id: UUID) -> Any:
    """Another basis or term."""
    right, adult, child = _reached(representation_id)
    form = RightForm(obj=right)
    if not form.validate_on_submit():
        return _page(form, f"{_('Право представлять')}: {adult.name.full}", child)
    perform(
        correct_representation,
        CorrectRepresentation(
            representation_id=representation_id,
            kind=form.kind.data,
            basis=form.basis.data,
            valid_until=form.valid_until.data,
        ),
    )
    flash(_("Сохранено."), "success")
    return back_to(child.id)


@blueprint.route("/representatives/<uuid:representation_id>/end", methods=["GET", "POST"])
@requires(Permission.CLASS_PEOPLE_EDIT)
def link_end(representation_id: UUID) -> Any:
    """From now on the person opens nothing of the pupil; the record stays."""
    _right, adult, child = _reached(representation_id)
    title = f"{_('Больше не представляет')}: {adult.name.full}"
    form = EndRightForm(data={"ended_on": today()})
    if not form.validate_on_submit():
        return _page(form, title, child)
    command = EndRepresentation(
        representation_id=representation_id,
        ended_on=form.ended_on.data,
        by_court=form.by_court.data,
    )
    try:
        perform(end_representation, command)
    except RuleBroken as refusal:
        form.refuse("ended_on", words_of(refusal))
        return _page(form, title, child)
    flash(_("Сохранено."), "success")
    return back_to(child.id)


@blueprint.post("/representatives/<uuid:representation_id>/<any(let, stop):word>")
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def link_let(representation_id: UUID, word: str) -> Response:
    """What an adult pupil says in writing of who may read the diary (SVC-2.12.3)."""
    _right, _adult, child = _reached(representation_id)
    command = LetRead(representation_id=representation_id, is_let=word == "let")
    press(let_read, command, _("Сохранено."))
    return back_to(child.id)


def _reached(representation_id: UUID) -> tuple[Representation, Person, Person]:
    return representation_in_reach(reading(), current_actor(), representation_id, today())


def _namesakes(form: RepresentativeForm) -> list[Option]:
    """Whom the school knows by the typed name, and «somebody else»; nothing when nobody."""
    people = people_named(reading(), form.name)
    if not people:
        return []
    known = found_as(reading(), people, today())
    options = [
        Option(person.id, person.name.full, _described(one, person))
        for person, one in zip(people, known, strict=True)
    ]
    return [*options, Option(NEW_PERSON, _("Другой человек с тем же именем"))]


def _described(found: FoundPerson, person: Person) -> str:
    born = _("родился %(day)s", day=short_date(person.birth_date)) if person.birth_date else ""
    parts = (born, found.class_name, *found.children, *found.positions)
    return "; ".join(part for part in parts if part)


def _is_told_apart(form: RepresentativeForm) -> bool:
    """Whether it is said who of the namesakes is meant, where there are any."""
    if not form.same_person.options or form.same_person.data is not None:
        return True
    form.refuse("same_person", _("Скажите, тот же ли это человек"))
    return False


def _page(form: PortalForm, title: str, person: Person) -> Any:
    return form_page(
        "people/form.html",
        form,
        title=title,
        person=person,
        back=url_for("people.person", person_id=person.id),
        clause_code="INS-3.2.4",
    )
