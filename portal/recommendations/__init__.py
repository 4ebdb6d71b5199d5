"""What a teacher recommends to the pupils of a course (POL-3.9.2)."""

from portal.recommendations.views import blueprint

__all__ = ["blueprint"]
