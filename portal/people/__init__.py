"""People: the search, the cards, what the administrator and class teachers correct."""

from portal.people import cards, links, moves, staff
from portal.people.blueprint import blueprint

__all__ = ["blueprint", "cards", "links", "moves", "staff"]
