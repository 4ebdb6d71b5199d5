"""The school's own details, kept by the journal administrator."""

from portal.school.views import blueprint

__all__ = ["blueprint"]
