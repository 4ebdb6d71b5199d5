"""Kinds of groups."""

from enum import StrEnum


class GroupKind(StrEnum):
    """A part of a class for one subject (INS-3.5.8), or a group of its own (POL-1.4)."""

    DIVISION = "division"
    AFTER_SCHOOL = "after_school"
    CLUB = "club"
