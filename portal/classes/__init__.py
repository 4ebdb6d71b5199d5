"""Classes on a date, their groups, clubs and after-school groups (POL-1.4, 3.4.11, 3.5.1)."""

from portal.classes import division, groups, lists
from portal.classes.blueprint import blueprint

__all__ = ["blueprint", "division", "groups", "lists"]
