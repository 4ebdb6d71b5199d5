"""Words and value types of visits."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A beginning of a visit with places left, UTC."""

    starts_at: datetime
    places_left: int
