"""How presence is read, and the arithmetic of absences: days in a row and their totals."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from journal_core.attendance.terms import (
    PRESENCE_SIGNS,
    AttendanceCell,
    Days,
    MissedDay,
    MissedRun,
    Presence,
    ReasonCode,
    Totals,
)
from journal_core.errors import RuleBroken

DAY = timedelta(days=1)
_PRESENCE = {sign: presence for presence, sign in PRESENCE_SIGNS.items()}


def read_presence(text: str) -> Presence | None:
    """«н» absent, «оп» late, "" there (INS-3.3.18). Raises RuleBroken `presence_unknown`."""
    told = text.strip().casefold()
    if not told:
        return None
    if told not in _PRESENCE:
        raise RuleBroken("presence_unknown", "INS-3.3.18")
    return _PRESENCE[told]


def left_of(days: Days, taken: Days) -> list[Days]:
    """What is left of days in a row when others are taken out: nothing, one piece, or two."""
    if not days.meets(taken):
        return [days]
    pieces = []
    if days.since < taken.since:
        pieces.append(Days(since=days.since, until=taken.since - DAY))
    if taken.until < days.until:
        pieces.append(Days(since=taken.until + DAY, until=days.until))
    return pieces


def runs(missed: Iterable[MissedDay], lesson_days: Sequence[date]) -> list[MissedRun]:
    """The missed days of each pupil, those together between which the class had no lessons.

    `missed` are of one class, by pupil and day; `lesson_days` are in order.
    """
    places = {day: place for place, day in enumerate(lesson_days)}
    found = []
    for pupil_id, of_pupil in groupby(missed, key=lambda one: one.pupil_id):
        # Neighbours differ from their places in the row by the same number.
        numbered = enumerate(of_pupil)
        for _gap, run in groupby(numbered, key=lambda pair: places[pair[1].day] - pair[0]):
            days = [one for _number, one in run]
            found.append(
                MissedRun(
                    pupil_id=pupil_id,
                    pupil=days[0].pupil,
                    days=Days(since=days[0].day, until=days[-1].day),
                    lessons=sum(one.lessons for one in days),
                )
            )
    return found


def totals_of(cells: Iterable[AttendanceCell]) -> Totals:
    """What the class teacher reports of a pupil (POL-2.2.1); late ones were there."""
    known = list(cells)
    missed = [cell for cell in known if cell.missed]
    return Totals(
        days=len(missed),
        missed=sum(cell.missed for cell in missed),
        late=sum(cell.late for cell in known),
        lessons={
            reason: sum(cell.missed for cell in missed if cell.reason is reason)
            for reason in (*ReasonCode, None)
        },
    )
