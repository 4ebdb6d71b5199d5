"""A visit as a file that a phone's calendar opens (RFC 5545)."""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event


@dataclass(frozen=True, kw_only=True)
class VisitFile:
    """One visit; the same `identity` again replaces the event, so a moved visit moves."""

    identity: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    written_at: datetime


def write_visit(visit: VisitFile) -> bytes:
    event = Event()
    event.add("uid", visit.identity)
    event.add("dtstamp", visit.written_at)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", visit.title)
    event.add("location", visit.place)
    calendar = Calendar()
    calendar.add("prodid", "-//school-portal//visit//RU")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
