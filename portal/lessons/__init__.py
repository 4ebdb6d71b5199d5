"""The lessons of a day, teachers' absences and substitutions (POL-3.7.3)."""

from portal.lessons.views import blueprint

__all__ = ["blueprint"]
