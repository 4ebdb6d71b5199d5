"""The production calendar and the school's closed days, kept by the journal administrator."""

from portal.calendar.views import blueprint

__all__ = ["blueprint"]
