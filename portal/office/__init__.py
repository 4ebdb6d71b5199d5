"""The office: the desk, and one case with its moves and files, and tasks."""

from portal.office import case, corrections, desk, files, moves, tasks
from portal.office.blueprint import blueprint

__all__ = ["blueprint", "case", "corrections", "desk", "files", "moves", "tasks"]
