"""How a right to a diary ends: said ahead and afterwards, and an adult pupil's own word on it."""

from datetime import date, timedelta
from uuid import UUID

from journal_core.access.terms import Permission
from journal_core.people.models import Person, Representation
from journal_core.people.queries import child_of, own_end, pupil_of, readers_of
from journal_core.people.rules import comes_of_age_on
from journal_core.people.terms import RightEnd
from portal.access import can, current_actor
from portal.home.labels import END_AHEAD, END_CLAUSES, ENDED
from portal.navigation import school
from portal.presentation import long_date
from portal.state import reading, today


def warned_since() -> date:
    """Whatever ends until this day is warned of today (SVC-2.12.3)."""
    return today() + timedelta(days=school().right_warning_days)


def end_words(end: RightEnd | None) -> tuple[str, str] | None:
    """What is said of the end of a right, with its clause; None while it is far."""
    if end is None or end.since > warned_since():
        return None
    words = ENDED if end.since <= today() else END_AHEAD
    return str(words[end.reason] % {"day": long_date(end.since)}), END_CLAUSES[end.reason]


def coming_end(pupil_id: UUID) -> tuple[str, str] | None:
    """The same of a diary that is read now: by a representative, or by the pupil."""
    person_id = current_actor().person_id
    if person_id is None:
        return None
    child = child_of(reading(), person_id, pupil_id, today())
    return end_words(child.end) if child else own_end_words()


def own_end_words() -> tuple[str, str] | None:
    """The same of one's own diary, for a pupil who leaves or has left (SVC-2.8)."""
    person_id = current_actor().person_id
    pupil = pupil_of(reading(), person_id) if person_id else None
    return end_words(own_end(pupil)) if pupil else None


def own_readers() -> list[tuple[Representation, str]]:
    """Whom a pupil who is, or soon will be, of age may let read; nobody before that."""
    person_id = current_actor().person_id
    if person_id is None or not can(Permission.DIARY_OWN_READ):
        return []
    born = reading().get_one(Person, person_id).birth_date
    if born is None or comes_of_age_on(born) > warned_since():
        return []
    return readers_of(reading(), person_id, today())
