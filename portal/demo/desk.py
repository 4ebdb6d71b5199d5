"""What lies open at the demo school on its first day: something for everybody to do."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from journal_core.calendar.queries import published_calendar
from journal_core.calendar.rules import is_working_day, next_working_day
from journal_core.calendar.terms import PublishedCalendar
from journal_core.clock import local_date, local_moment
from journal_core.errors import CalendarNotPublished
from journal_core.people.rules import split_full_name
from journal_core.requests.facts import present_pupils
from journal_core.visits.queries import free_slots
from portal.demo.history import Past, answers_of, family
from portal.state import Portal

#: Which child each is about, and what happened so many working days before the answer is due
#: (today, or the next working day), at what hour. Иванова Анна is left to the README's reader.
DESK = (
    ("Гусейнов Рашад", ((2, 10, "register"), (2, 11, "verify"), (1, 9, "make_code"))),
    ("Петров Кирилл", ((1, 10, "register"), (1, 12, "verify"))),
    ("Семёнова Дарья", ((2, 12, "register"),)),
    ("Чернов Павел", ((1, 11, "register"), (1, 13, "refuse"))),
    ("Кузнецов Максим", ()),
)
#: Families that the school does not know.
STRANGERS = {
    "Чернов Павел": ("Чернова Ольга Ильинична", "Чернов Павел Андреевич", "5Б"),
    "Кузнецов Максим": ("Кузнецова Вера Павловна", "Кузнецов Максим Олегович", "7А"),
}


def tell_desk(portal: Portal) -> int:
    """Tell the open requests; returns how many. None where no term can be promised."""
    past, today = Past(portal), local_date(portal.clock(), portal.zone)
    with portal.database.reading() as session:
        calendar = published_calendar(session)
        families = _families(session, today)
        slots = free_slots(session, portal.clock(), portal.zone)
    try:
        due = today if is_working_day(today, calendar) else next_working_day(today, calendar)
        first_days = {name: _before(due, way[0][0], calendar) for name, way in DESK if way}
    except CalendarNotPublished:
        return 0
    for name, way in DESK:
        submitted_on = first_days.get(name, today) - timedelta(days=1)
        answers = dict(families[name])
        if not way and slots:
            answers["visit_wish"] = slots[0].starts_at
        request_id = past.submit(local_moment(submitted_on, time(20), portal.zone), answers)
        for days_before, hour, step in way:
            day = _before(due, days_before, calendar)
            past.move(local_moment(day, time(hour), portal.zone), request_id, step)
    return len(DESK)


def _families(session: Session, on: date) -> Mapping[str, Mapping[str, object]]:
    """FRM-1 of each family, by the child's surname and first name."""
    known = {
        f"{one.person.last_name} {one.person.first_name}": answers_of(session, one)
        for one in present_pupils(session, on)
    }
    strangers = {
        name: family(
            split_full_name(parent),
            split_full_name(child),
            birth_date=date(2014, 5, 14),
            class_name=class_name,
        )
        for name, (parent, child, class_name) in STRANGERS.items()
    }
    return {**known, **strangers}


def _before(day: date, count: int, calendar: PublishedCalendar) -> date:
    """The `count`-th working day before the day. Raises CalendarNotPublished."""
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day, calendar)
    return day
