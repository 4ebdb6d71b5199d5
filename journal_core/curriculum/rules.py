"""The arithmetic of curriculum, load and approvals."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from journal_core.curriculum.terms import (
    ApprovalKind,
    Covering,
    LoadView,
    TeachingPart,
)
from journal_core.school.rules import day_of_year
from journal_core.school.terms import SchoolSettings

#: The most hours a week that one cell may hold.
MOST_HOURS = 40

#: The clause of each approval.
CLAUSES = {
    ApprovalKind.CURRICULUM: "INS-3.6.1",
    ApprovalKind.LOAD: "INS-3.6.2",
    ApprovalKind.TARIFF: "INS-3.6.4",
    ApprovalKind.TIMETABLE: "INS-3.6.3",
}


def hours_fit(hours: float) -> bool:
    """Whether a week may have so many hours: more than none, in halves, 40 at most (POL-3.4.1)."""
    return 0 < hours <= MOST_HOURS and hours * 2 % 1 == 0


def fingerprint(curriculum: Mapping[tuple[int, UUID], float]) -> str:
    """A word for the whole curriculum of a year: another as soon as one cell is another."""
    cells = sorted(f"{grade} {subject} {hours}" for (grade, subject), hours in curriculum.items())
    return sha256("\n".join(cells).encode()).hexdigest()


def cover(
    parts: Iterable[TeachingPart],
    curriculum: Mapping[tuple[int, UUID], float],
    load: Sequence[LoadView],
) -> list[Covering]:
    """For every part what the curriculum wants and the load gives, in hours a week (POL-3.8.4).

    `parts` are the classes by subject, divided ones as their groups alone: a subject divided into
    groups must be covered in each. What is given to the whole class counts for each of its
    groups. Load of a part that is none of `parts` stands after the others with nothing wanted.
    What neither wants nor gives is left out.
    """
    given: dict[tuple[UUID, UUID, UUID | None], float] = {}
    for row in load:
        key = (row.part.class_id, row.part.subject_id, row.part.group_id)
        given[key] = given.get(key, 0) + row.hours
    known = [_covered(part, curriculum, given) for part in parts]
    divided = {(one.part.class_id, one.part.subject_id) for one in known if one.part.group_id}
    seen = {(one.part.class_id, one.part.subject_id, one.part.group_id) for one in known}
    strangers = {
        (row.part.class_id, row.part.subject_id, row.part.group_id): row.part
        for row in load
        if row.part.group_id or (row.part.class_id, row.part.subject_id) not in divided
    }
    rest = [
        Covering(part=part, wanted=0, given=given[key])
        for key, part in strangers.items()
        if key not in seen
    ]
    return [one for one in known if one.wanted or one.given] + rest


def _covered(
    part: TeachingPart,
    curriculum: Mapping[tuple[int, UUID], float],
    given: Mapping[tuple[UUID, UUID, UUID | None], float],
) -> Covering:
    whole = given.get((part.class_id, part.subject_id, None), 0)
    own = given.get((part.class_id, part.subject_id, part.group_id), 0) if part.group_id else 0
    wanted = curriculum.get((part.grade, part.subject_id), 0)
    return Covering(part=part, wanted=wanted, given=whole + own)


def gaps(coverings: Iterable[Covering]) -> list[Covering]:
    """Where the load and the curriculum differ; what lacks hours comes first."""
    return sorted((one for one in coverings if one.surplus), key=lambda one: one.surplus > 0)


def hours_of_teachers(load: Iterable[LoadView]) -> dict[UUID, float]:
    """The hours a week of each teacher, summed over classes and groups."""
    sums: dict[UUID, float] = {}
    for row in load:
        sums[row.teacher_id] = sums.get(row.teacher_id, 0) + row.hours
    return sums


def due_on(kind: ApprovalKind, academic_year: int, settings: SchoolSettings) -> date:
    """The last day by which the head approves, in the year in which the academic year begins.

    25 August for curriculum and load, 1 September for tariff, 9 September for the timetable,
    unless the school set others (INS-3.6.1, 3.6.2, 3.6.3, 3.6.4).
    """
    found = day_of_year(getattr(settings, f"{kind.value}_approved_by"))
    if found is None:
        raise ValueError("the setting was checked when it was set")
    day, month = found
    return date(academic_year, month, day)


def days_late(due: date, approved_on: date | None, today: date) -> int:
    """Calendar days after the due day, which itself is in time; 0 when in time.

    An approval is as late as its order, one still missing as late as today (INS-3.6.1–3.6.4).
    """
    return max(((approved_on or today) - due).days, 0)
