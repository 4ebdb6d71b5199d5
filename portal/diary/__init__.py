"""The diary of a pupil, for the pupil and the family: a week, marks by subject; read only."""

from portal.diary import feed, marks, paper, views
from portal.diary.blueprint import blueprint

__all__ = ["blueprint", "feed", "marks", "paper", "views"]
