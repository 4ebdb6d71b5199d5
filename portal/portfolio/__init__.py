"""Portfolios: entered by teachers, read by the family among the pages of the diary (POL-3.6.6)."""

from portal.portfolio import family, views
from portal.portfolio.blueprint import blueprint

__all__ = ["blueprint", "family", "views"]
