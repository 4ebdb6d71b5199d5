"""The diary of a pupil, for the pupil and the family: a week, marks by subject; read only."""

from portal.diary.views import blueprint

__all__ = ["blueprint"]
