"""Lessons and homework as a calendar that a phone follows (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

#: How often a calendar may ask.
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """A lesson, or what is due on a day without its lesson: then `starts` is the day.

    `identity` stays the same while the lesson does, so that a changed one replaces itself.
    """

    identity: str
    title: str
    starts: datetime | date
    ends: datetime | date
    place: str = ""
    text: str = ""
    is_cancelled: bool = False


def write_feed(name: str, events: Iterable[FeedEvent], written_at: datetime) -> bytes:
    """The calendar; `written_at` stands in each event."""
    calendar = Calendar()
    calendar.add("prodid", "-//school-portal//lessons//RU")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for one in events:
        calendar.add_component(_event(one, written_at))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(one: FeedEvent, written_at: datetime) -> Event:
    event = Event()
    event.add("uid", one.identity)
    event.add("dtstamp", written_at)
    event.add("dtstart", one.starts)
    event.add("dtend", one.ends)
    event.add("summary", one.title)
    if one.place:
        event.add("location", one.place)
    if one.text:
        event.add("description", one.text)
    if one.is_cancelled:
        event.add("status", "CANCELLED")
    # A lesson takes the time, what is due does not.
    event.add("transp", "OPAQUE" if isinstance(one.starts, datetime) else "TRANSPARENT")
    return event
