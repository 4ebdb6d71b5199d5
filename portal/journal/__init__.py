"""The journal: the pages of the courses, written cell by cell (POL-3.6, INS-3.3)."""

from portal.journal import cells, lesson, page
from portal.journal.blueprint import blueprint

__all__ = ["blueprint", "cells", "lesson", "page"]
