"""The office: the desk, and one case with its moves."""

from portal.office import case, desk
from portal.office.blueprint import blueprint

__all__ = ["blueprint", "case", "desk"]
