"""The notice board: for the staff a page of its own, for a family a page of the diary."""

from portal.notice_board import family, views
from portal.notice_board.blueprint import blueprint

__all__ = ["blueprint", "family", "views"]
