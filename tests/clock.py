"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=MOSCOW)


class FrozenClock:
    """Passed wherever the program takes a `Clock`; tells Monday 23.11.2026, 9:00, by default."""

    def __init__(self, moment: datetime = MONDAY_MORNING) -> None:
        self.set(moment)

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a moment needs its zone")
        self.moment = moment.astimezone(UTC)

    def set_local(self, text: str) -> None:
        """Move to a moment in Moscow: `clock.set_local("2026-04-30 10:00")`."""
        self.set(datetime.fromisoformat(text).replace(tzinfo=MOSCOW))

    def advance(self, **step: float) -> None:
        """Move on: `clock.advance(days=2, hours=1)`."""
        self.moment += timedelta(**step)
