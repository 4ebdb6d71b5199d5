"""A made-up school of any size, as the rows of the sheets that an import takes.

The same seed makes the same school. Everybody in it is invented.
"""

from collections.abc import Mapping
from datetime import date
from random import Random

from portal.demo.believable.curriculum import Classes, classes_of, curriculum_rows, subject_rows
from portal.demo.believable.families import Families
from portal.demo.believable.plans import plan_rows
from portal.demo.believable.staff import Staff
from portal.demo.believable.terms import Row, Sheets, order_of
from portal.demo.believable.week import week_rows
from portal.demo.believable.year import bell_rows, holiday_rows, period_rows

__all__ = ["believable_school"]


def believable_school(
    *, pupils: int, weeks: int, seed: int, year: int, known: Mapping[str, str] | None = None
) -> Sheets:
    """The sheets of a school with that many pupils and study weeks, by the name of each sheet.

    `year` is the calendar year in which the academic year begins; `known` the teachers who are
    there already and get lessons too: position → full name.
    """
    random = Random(seed)  # noqa: S311 - a story, not a secret
    classes = classes_of(pupils, year)
    families = Families(random, classes, pupils)
    staff = Staff(random, classes, known or {})
    enrolled = order_of(f"{year % 100}-з", date(year, 8, 28))
    return {
        "staff": staff.rows(),
        "classes": _class_rows(classes, staff),
        "pupils": families.pupil_rows(enrolled),
        "representatives": families.representative_rows(),
        "subjects": subject_rows(),
        "groups": classes.group_rows(),
        "group_members": families.group_member_rows(order_of(f"{year % 100}-г", date(year, 8, 31))),
        "curriculum": curriculum_rows(year),
        "load": staff.load_rows(),
        "periods": period_rows(year, weeks),
        "holidays": holiday_rows(year, weeks),
        "bells": bell_rows(),
        "timetable": week_rows(random, classes, staff),
        "plans": plan_rows(classes, weeks),
    }


def _class_rows(classes: Classes, staff: Staff) -> list[Row]:
    return [
        {
            "Учебный год": classes.year_name,
            "Класс": name,
            "Классный руководитель": staff.leader_of(name),
        }
        for name in classes.names
    ]
