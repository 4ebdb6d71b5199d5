"""The diary of a pupil, for the pupil and the family: a week, marks by subject; read only."""

from portal.diary import feed, looking, marks, paper, views
from portal.diary.blueprint import blueprint

__all__ = ["blueprint", "feed", "looking", "marks", "paper", "views"]
