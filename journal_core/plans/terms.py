"""How the rest of a plan is re-laid."""

from enum import StrEnum


class CorrectionKind(StrEnum):
    MERGED = "merged"
    MOVED = "moved"
    DROPPED = "dropped"
