"""Works to check, the schedule of control works, types of work (INS-3.3.13, 3.3.15)."""

from portal.works import own, schedule, types
from portal.works.blueprint import blueprint

__all__ = ["blueprint", "own", "schedule", "types"]
