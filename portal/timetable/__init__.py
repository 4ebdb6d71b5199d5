"""The timetable in its versions: seen by the staff, drawn up by who plans it (POL-3.4.1)."""

from portal.timetable.views import blueprint

__all__ = ["blueprint"]
