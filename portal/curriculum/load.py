"""What load, classes and groups are together: they live in rooms of their own."""

from uuid import UUID

from journal_core.classes.queries import divisions_of_year
from journal_core.curriculum.queries import curriculum_of, load_of, subjects
from journal_core.curriculum.rules import cover
from journal_core.curriculum.terms import Covering, TeachingPart
from journal_core.people.queries import staff_people
from journal_core.school.queries import classes_of_year
from portal.state import reading

Divisions = dict[tuple[UUID, UUID], list[tuple[UUID, str]]]


def coverings_of_year(year: int) -> list[Covering]:
    """Curriculum and load, class by class and subject by subject (POL-3.8.4)."""
    divisions = divisions_of_year(reading(), year)
    taught = subjects(reading())
    parts = [
        TeachingPart(
            class_id=row.id,
            class_name=row.name,
            grade=row.grade,
            subject_id=subject.id,
            subject=subject.name,
            group_id=group_id,
            group=group,
        )
        for row in classes_of_year(reading(), year)
        for subject in taught
        for group_id, group in divisions.get((row.id, subject.id), [(None, "")])
    ]
    load = load_of(reading(), year, group_names(divisions))
    return cover(parts, curriculum_of(reading(), year), load)


def places_of_year(year: int) -> list[tuple[str, str]]:
    """(key, words) of every class of the year and, after it, of its groups."""
    names = {row.id: row.name for row in subjects(reading())}
    divisions = divisions_of_year(reading(), year)
    places = []
    for row in classes_of_year(reading(), year):
        places.append((str(row.id), row.name))
        places += [
            (f"{row.id}_{group_id}", f"{row.name}, {names[subject_id]}, {group}")
            for (class_id, subject_id), groups in divisions.items()
            if class_id == row.id
            for group_id, group in groups
        ]
    return places


def group_names(divisions: Divisions) -> dict[UUID, str]:
    return {group_id: name for groups in divisions.values() for group_id, name in groups}


def teachers() -> list[tuple[UUID, str]]:
    """Everybody who works at the school, each once."""
    return list(
        {person.id: person.name.full for person, _member in staff_people(reading())}.items()
    )
