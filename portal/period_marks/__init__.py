"""Period marks of a course, the class council, regular assessment (POL-3.6.5, INS-3.3.7–3.3.10)."""

from portal.period_marks import asking, council, sheet
from portal.period_marks.blueprint import blueprint

__all__ = ["asking", "blueprint", "council", "sheet"]
