"""When a family is told: pure arithmetic of quiet hours and digests (POL-2.2.6, INS-2.5)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from journal_core.clock import local_moment
from journal_core.notices.terms import Hours, Rhythm

DAY = timedelta(days=1)
WEEKDAYS = range(1, 8)
#: How long a slip of the hand can be mended before it is told: well within the promised minute.
SETTLES = timedelta(seconds=30)
#: News that nobody looked through for so long (the worker was off) is not told any more.
STALE = timedelta(days=7)


def due_at(rhythm: Rhythm, now: datetime, hours: Hours, zone: ZoneInfo) -> datetime | None:
    """When what is known since `now` is told; None when never.

    A digest comes at its hour strictly after `now`; the hours are those of the school's clock,
    also across a change of it. What falls into quiet hours comes at their end.
    """
    if rhythm is Rhythm.NEVER:
        return None
    if rhythm is Rhythm.AT_ONCE:
        return put_off(now + SETTLES, hours, zone)
    today = now.astimezone(zone).date()
    ahead = (today + DAY * step for step in range(len(WEEKDAYS) + 1))
    return next(
        put_off(moment, hours, zone)
        for day in ahead
        if rhythm is Rhythm.DAILY or day.isoweekday() == hours.digest_weekday
        if (moment := local_moment(day, hours.digest_at, zone)) > now
    )


def put_off(moment: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    """The moment, or the end of the quiet hours that it lies in."""
    local = moment.astimezone(zone)
    if not is_quiet(local.time(), hours):
        return moment
    day = local.date()
    if local.time() >= hours.quiet_until:
        day += DAY
    return local_moment(day, hours.quiet_until, zone)


def is_quiet(at: time, hours: Hours) -> bool:
    """Whether the time of day lies in the quiet hours; their first moment does, their end not."""
    since, until = hours.quiet_since, hours.quiet_until
    if since <= until:
        return since <= at < until
    return at >= since or at < until


def known_since(now: datetime, day: date | None, zone: ZoneInfo) -> datetime:
    """Since when news is told: what is written for a day ahead, from that day on."""
    return now if day is None else max(now, local_moment(day, time(0), zone))
