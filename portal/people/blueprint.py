"""The one blueprint of people; the modules beside it add their pages."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forms.fields import Option
from journal_core.classes.queries import person_in_reach
from journal_core.people.models import Person, Pupil
from journal_core.people.queries import pupil_of
from journal_core.school.queries import classes_of_year
from journal_core.school.rules import academic_year_of
from portal.access import current_actor
from portal.state import reading, today

blueprint = Blueprint("people", __name__, url_prefix="/people")


def reached(person_id: UUID) -> Person:
    """The person, when their card is open to whoever asks."""
    return person_in_reach(reading(), current_actor(), person_id, today())


def reached_pupil(person_id: UUID) -> tuple[Pupil, Person]:
    """The pupil, likewise. Raises NotFound for a person who is none."""
    person = reached(person_id)
    pupil = pupil_of(reading(), person.id)
    if pupil is None:
        raise NotFound
    return pupil, person


def class_options() -> list[Option]:
    """The classes of this academic year and of the next: summer enrols into September."""
    year = academic_year_of(today())
    return [
        Option(row.id, f"{row.name}, {year}/{year + 1}")
        for year in (year, year + 1)
        for row in classes_of_year(reading(), year)
    ]


def back_to(person_id: UUID) -> Response:
    return redirect(url_for("people.person", person_id=person_id), 303)
